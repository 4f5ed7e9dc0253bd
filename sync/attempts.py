"""Which sources were asked, when, and how that ended: what the daemon's timetable is held against.

An attempt is one check's asking of one source. A check writes down whom it asks when it begins, so
one that was killed is known too, and so is one that found nothing new in a folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, select, text

from models import tables
from sync import clock, procedures
from sync.config import Config
from sync.dossiers import DATASET as DOSSIERS
from sync.index import DATASET as INDEX
from sync.marks import write_mark

TOLD = "told"
"""The mark that holds the number of the last check whose duty was done to the end."""


class Source(NamedTuple):
    """One place that a check asks."""

    dataset: str
    name: str


class Attempt(NamedTuple):
    """One check's asking of one source; instants are aware, UTC."""

    check: int
    source: Source
    started_at: dt.datetime
    ended_at: dt.datetime | None
    """None where it was broken off before people were told."""
    is_complete: bool
    """Whether every reading was believed, or a person has settled it."""


def asked_by(
    config: Config, only: Collection[str] = (INDEX, DOSSIERS, procedures.DATASET)
) -> list[Source]:
    """The sources that a check of some datasets asks."""
    found = [Source(INDEX, "portal")] if INDEX in only else []
    if DOSSIERS in only:
        found += [Source(DOSSIERS, source.name) for source in config.dossiers.sources]
    if procedures.DATASET in only and config.procedures.enabled:
        found.append(Source(procedures.DATASET, procedures.SOURCE))
    return found


def write_asked(connection: Connection, check_id: int, sources: Collection[Source]) -> None:
    """Write down whom a check asks."""
    rows = [{"check_id": check_id, "dataset": one.dataset, "source": one.name} for one in sources]
    if rows:
        connection.execute(tables.check_sources.insert(), rows)


def mark_told(connection: Connection, check_id: int) -> None:
    """Write down that a check's duty was done to the end."""
    write_mark(connection, TOLD, check_id)


def last_check(connection: Connection) -> int:
    """The number of the newest check, 0 where there is none."""
    found = connection.execute(select(tables.checks.c.id).order_by(tables.checks.c.id.desc()))
    return int(found.scalar() or 0)


def attempts_since(connection: Connection, since: dt.datetime) -> list[Attempt]:
    """The attempts of every check that started at or after an instant, oldest check first."""
    rows = connection.execute(
        text(
            """
            SELECT k.id, a.dataset, a.source, k.started_at, k.finished_at,
                   k.id <= COALESCE((SELECT value FROM marks WHERE name = :told), 0) AS is_told,
                   EXISTS (SELECT 1 FROM capture_log c JOIN scopes s ON s.id = c.scope_id
                           WHERE c.check_id = k.id AND s.dataset = a.dataset
                             AND s.source = a.source AND c.status IN ('failed', 'refused')
                             AND COALESCE(c.decision, '') <> 'rejected') AS has_trouble
            FROM check_log k
            JOIN check_sources a ON a.check_id = k.id
            WHERE k.started_at >= :since
            ORDER BY k.id, a.dataset, a.source
            """
        ),
        {"told": TOLD, "since": since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
    )
    return [
        Attempt(
            row.id,
            Source(row.dataset, row.source),
            dt.datetime.fromisoformat(row.started_at),
            dt.datetime.fromisoformat(row.finished_at) if row.finished_at and row.is_told else None,
            bool(row.finished_at and row.is_told and not row.has_trouble),
        )
        for row in rows
    ]


def is_whole_day_done(connection: Connection, config: Config, check_id: int) -> bool:
    """Whether a check that was complete leaves nothing of its day undone.

    Every source that the configuration asks was asked that day in Viet Nam, and its newest attempt
    was complete: a check of some sources alone says nothing about the others.
    """
    started_at = connection.execute(
        select(tables.checks.c.started_at).where(tables.checks.c.id == check_id)
    ).scalar_one()
    midnight = dt.datetime.combine(clock.day_of(started_at), dt.time(), clock.VIETNAM)
    newest = {one.source: one for one in attempts_since(connection, midnight)}
    return all(
        source in newest and (newest[source].is_complete or newest[source].check == check_id)
        for source in asked_by(config)
    )

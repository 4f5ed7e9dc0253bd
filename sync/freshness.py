"""How fresh every source is that the duty asks for, judged on the Vietnamese working calendar.

A source is stale from the evening of the first working day after the last reading that was
believed: twelve hours after the time of the daily check. What was read on a Friday is fresh until
Monday evening; what was read before Tết, until the first working day's evening after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from sync import clock, procedures, workdays
from sync.config import Config
from sync.dossiers import DATASET as DOSSIERS
from sync.sources import due_scopes

GRACE = dt.timedelta(hours=12)


class Freshness(NamedTuple):
    """One scope that is to be read every day; instants are aware, None where there is none."""

    dataset: str
    source: str
    scope: str
    accepted_at: dt.datetime | None
    tried_at: dt.datetime | None
    status: str | None
    reason: str | None
    stale_at: dt.datetime | None
    stale: bool


class Coverage(NamedTuple):
    """How much of the procedure catalogue is known in detail."""

    listed: int
    details: int
    oldest_day: str | None
    """The day in Viet Nam on which the detail was read that has waited longest."""


def freshness(connection: Connection, config: Config, now: dt.datetime) -> list[Freshness]:
    """Every scope that the configuration wants read daily, in the order of the check."""
    known = {(row.dataset, row.source, row.name): row for row in _scopes(connection)}
    check_time = dt.time.fromisoformat(config.schedule.check)

    @cache
    def stale_after(day: dt.date) -> dt.datetime:
        return _stale_after(connection, day, check_time)

    return [
        _judged(*wanted, known.get(wanted), stale_after, now)
        for wanted in _wanted(config, clock.day_of(now))
    ]


def coverage(connection: Connection) -> Coverage | None:
    """How far the details of the catalogue are read; None where its list never was."""
    row = connection.execute(
        text(
            """
            SELECT COUNT(*) AS listed, COUNT(r.procedure_id) AS details, MIN(c.day) AS oldest_day
            FROM listed_versions l
            LEFT JOIN procedure_reads r ON r.procedure_id = l.procedure_id
            LEFT JOIN capture_log c ON c.id = r.capture_id
            WHERE l.closed_by IS NULL
            """
        )
    ).one()
    return Coverage(*row) if row.listed else None


def stale_at(connection: Connection, accepted_at: dt.datetime, check_time: dt.time) -> dt.datetime:
    """The instant from which a reading no longer counts as fresh."""
    return _stale_after(connection, clock.day_of(accepted_at), check_time)


def _stale_after(connection: Connection, day: dt.date, check_time: dt.time) -> dt.datetime:
    until = workdays.next_working_day(connection, day)
    return dt.datetime.combine(until, check_time, clock.VIETNAM) + GRACE


def _wanted(config: Config, today: dt.date) -> list[tuple[str, str, str]]:
    wanted = [("index", "portal", name) for name in due_scopes(config, today)]
    wanted += [(DOSSIERS, source.name, source.name) for source in config.dossiers.sources]
    if config.procedures.enabled:
        names = ["catalogue", "details"] if config.procedures.detail_refresh == "daily" else []
        wanted += [(procedures.DATASET, procedures.SOURCE, name) for name in names or ["catalogue"]]
    return wanted


def _scopes(connection: Connection) -> list[Any]:
    return list(
        connection.execute(
            text(
                """
                SELECT s.dataset, s.source, s.name, believed.completed_at AS accepted_at,
                       latest.completed_at AS tried_at, latest.status, latest.reason
                FROM scopes s
                JOIN capture_log latest
                  ON latest.id = (SELECT MAX(id) FROM capture_log WHERE scope_id = s.id)
                LEFT JOIN capture_log believed ON believed.id = s.last_capture_id
                """
            )
        )
    )


def _judged(
    dataset: str,
    source: str,
    name: str,
    row: Any,
    stale_after: Callable[[dt.date], dt.datetime],
    now: dt.datetime,
) -> Freshness:
    accepted_at = _instant(row.accepted_at) if row else None
    until = stale_after(clock.day_of(accepted_at)) if accepted_at else None
    return Freshness(
        dataset,
        source,
        name,
        accepted_at,
        _instant(row.tried_at) if row else None,
        row.status if row else None,
        row.reason if row else None,
        until,
        until is None or now >= until,
    )


def _instant(text_: str | None) -> dt.datetime | None:
    return None if text_ is None else dt.datetime.fromisoformat(text_)

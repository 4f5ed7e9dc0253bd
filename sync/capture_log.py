"""The log of captures: scopes, their captures, and the changes that hang on them, as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, select, update

from models import tables
from models.sentences import shortened
from scrapers.periods import Period
from sync import clock
from sync.changes import SYSTEM, Change
from sync.staging import inserting, types_of
from sync.words import Words

BAD = ("refused", "failed")
TAKEN_BACK = "taken back by a person"
"""The reason of a capture that was believed, until a person took it back."""


@dataclass(frozen=True)
class Scope:
    """What one reading is about; `label` names it to officials ("An Giang, năm 2026")."""

    dataset: str
    source: str
    name: str
    label: str
    series: str | None = None
    province_code: str | None = None
    period: Period | None = None


class Previous(NamedTuple):
    """The capture that was accepted before in this scope."""

    id: int
    day: dt.date
    """That it shows."""
    newest_day: dt.date | None
    """The newest day, up to that of the capture which follows, on which any was taken. Where the
    clock was set back it is not that of the last one: numbers of captures rise, days need not."""


def scope_number(connection: Connection, scope: Scope) -> int:
    """The number of a scope, given on first use."""
    columns = tables.scopes.c
    found = connection.execute(
        select(columns.id).where(
            columns.dataset == scope.dataset,
            columns.source == scope.source,
            columns.name == scope.name,
        )
    ).scalar()
    if found is not None:
        return int(found)
    period = scope.period
    inserted = connection.execute(
        tables.scopes.insert().values(
            dataset=scope.dataset,
            source=scope.source,
            name=scope.name,
            series=scope.series,
            province_code=scope.province_code,
            period_type=period.type if period else None,
            year=period.year if period else None,
            period_no=period.number if period else None,
        )
    )
    assert inserted.inserted_primary_key is not None
    return int(inserted.inserted_primary_key[0])


def open_capture(connection: Connection, scope_id: int, log: dict[str, Any]) -> int:
    """A new row, which counts as failed until its reading is settled; returns its number."""
    inserted = connection.execute(
        tables.captures.insert().values(scope_id=scope_id, status="failed", **log)
    )
    assert inserted.inserted_primary_key is not None
    return int(inserted.inserted_primary_key[0])


def previous_capture(connection: Connection, scope_id: int, day: dt.date) -> Previous | None:
    """The last believed capture of a scope, before one that is taken on a day."""
    captures, earlier = tables.captures.c, tables.captures.alias("earlier")
    newest_day = (
        select(func.max(earlier.c.day))
        .where(
            earlier.c.scope_id == scope_id,
            earlier.c.id <= captures.id,
            earlier.c.day <= day.isoformat(),
            earlier.c.status.not_in(BAD),
        )
        .scalar_subquery()
    )
    row = connection.execute(
        select(captures.id, captures.completed_at, newest_day.label("newest_day"))
        .join(tables.scopes, tables.scopes.c.last_capture_id == captures.id)
        .where(tables.scopes.c.id == scope_id)
    ).first()
    if row is None:
        return None
    newest = dt.date.fromisoformat(row.newest_day) if row.newest_day else None
    return Previous(row.id, clock.day_of(row.completed_at), newest)


def capture_row(connection: Connection, capture_id: int) -> Any:
    """The row of one capture."""
    return connection.execute(
        select(tables.captures).where(tables.captures.c.id == capture_id)
    ).one()


def update_capture(connection: Connection, capture_id: int, **values: Any) -> None:
    """Write columns of one capture."""
    connection.execute(
        update(tables.captures).where(tables.captures.c.id == capture_id).values(**values)
    )


def insert_changes(connection: Connection, capture_id: int, changes: Iterable[Change]) -> None:
    """Write the changes of a capture; one `recomputed` a day is enough, it is one matter."""
    kept = list(changes)
    if any(change.kind == "recomputed" for change in kept) and _was_recount_told(
        connection, capture_row(connection, capture_id)
    ):
        kept = [change for change in kept if change.kind != "recomputed"]
    if not kept:
        return
    codes = {change.unit_code for change in kept}
    know_codes(connection, codes)
    units = numbers(connection, tables.unit_codes, codes)
    unit_names, before, after, sentences = Words(connection, lambda: None).numbers(
        [
            [change.unit_name for change in kept],
            [change.before for change in kept],
            [change.after for change in kept],
            list(map(_sentence, kept)),
        ]
    )
    indicators = numbers(connection, tables.indicators, {change.indicator for change in kept})
    columns: dict[str, list[Any]] = {
        "capture_id": [capture_id] * len(kept),
        "unit_id": [units.get(change.unit_code) for change in kept],
        "unit_name_id": unit_names,
        "indicator_id": [indicators.get(change.indicator) for change in kept],
        "before_value": before,
        "after_value": after,
        "delta": [change.delta for change in kept],
        "sentence": sentences,
        "message": [
            None if number else change.message
            for change, number in zip(kept, sentences, strict=True)
        ],
        "unlisted": [None if change.is_listed else 1 for change in kept],
        "of_system": [1 if change.dataset == SYSTEM else None for change in kept],
        "severity": [int(change.severity) for change in kept],
        "kind": [change.kind for change in kept],
        "subject": [change.subject for change in kept],
    }
    types = types_of(connection, tables.changes)
    with inserting(connection, tables.changes.name, types) as rows:
        rows.add(columns)


def _sentence(change: Change) -> str | None:
    """What many changes say in the same words: dossiers change by the thousand."""
    if change.dataset != "dossiers":
        return None
    return shortened(change.message, change.before, change.after, change.subject)


def _was_recount_told(connection: Connection, capture: Any) -> bool:
    """Whether it was told that day; what a backfill told, today's report has not."""
    changes, captures = tables.changes.c, tables.captures.c
    return (
        connection.execute(
            select(changes.id)
            .join(tables.captures, captures.id == changes.capture_id)
            .where(
                changes.kind == "recomputed",
                captures.day == capture.day,
                captures.is_backfill.is_not_distinct_from(capture.is_backfill),
            )
            .limit(1)
        ).first()
        is not None
    )


def know_codes(connection: Connection, codes: Collection[str | None]) -> None:
    """Give every unit code a number."""
    known = numbers(connection, tables.unit_codes, codes)
    new = [{"code": code} for code in sorted(filter(None, codes)) if code not in known]
    if new:
        connection.execute(tables.unit_codes.insert(), new)


def numbers(
    connection: Connection, table: Table, codes: Collection[str | None]
) -> dict[str | None, int]:
    """Code -> number for the codes that a table of codes knows."""
    known = connection.execute(select(table.c.code, table.c.id))
    return {code: number for code, number in known if code in codes}


def is_backfill(connection: Connection, capture_id: int) -> bool:
    """Whether a capture is of the past."""
    return capture_row(connection, capture_id).is_backfill is not None


def was_bad_before(connection: Connection, capture_id: int) -> bool:
    """Whether the attempt before this one, in the same scope, was not believed either.

    A backfill tells nobody of its troubles, so they count for nothing.
    """
    captures = tables.captures.c
    latest = connection.execute(
        select(captures.status)
        .where(
            captures.scope_id == capture_row(connection, capture_id).scope_id,
            captures.id < capture_id,
            captures.is_backfill.is_(None) | captures.status.not_in(BAD),
        )
        .order_by(captures.id.desc())
        .limit(1)
    ).scalar()
    return latest in BAD

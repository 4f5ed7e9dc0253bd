"""Proof of duty: what was looked at on each day, when, with what outcome; gaps are named.

A day is told as it was known at the end of the last day asked about: what a person decided about a
reading later is not in it. Readings of the past (`dvcqg backfill`) are nobody's daily duty.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, and_, or_, select

from models import tables
from scrapers.periods import Period, period_type
from scrapers.provinces import PROVINCES
from sync import clock, procedures, wording
from sync.attempts import asked_by
from sync.capture_log import BAD, TAKEN_BACK
from sync.config import Config
from sync.workdays import working_days

DutyStatus = Literal["complete", "incomplete", "none"]


class Reading(NamedTuple):
    """One reading of one scope, as it was known at the end of the last day asked about."""

    dataset: str
    scope: str
    """In the words of an official: "An Giang, tháng 10/2026"."""
    read_at: dt.datetime
    """When it began; aware, UTC."""
    status: str
    """accepted, unchanged, refused or failed."""
    explanation: str | None
    """Why it was not believed, in Vietnamese."""
    rows: int | None
    requests: int
    is_settled: bool = False
    """Whether a person has confirmed that it is not to be believed."""


@dataclass(frozen=True)
class DutyDay:
    """One calendar day in Viet Nam; a day without a check is a row that says so."""

    day: dt.date
    started_at: dt.datetime | None
    """When its first check began, or its first reading; aware, UTC."""
    finished_at: dt.datetime | None
    """When its last check ended; None where that was broken off, or there was none."""
    status: DutyStatus
    """complete: each dataset was looked at, and the newest reading of each scope is believed."""
    is_working_day: bool
    readings: Mapping[str, Counter[str]]
    """Dataset -> status -> number of readings, repeated ones too."""
    troubles: list[Reading]
    """The newest readings of their scopes that day, where these are not believed."""
    missing: tuple[str, ...]
    """Datasets that nobody looked at that day."""


class _Check(NamedTuple):
    id: int
    started_at: dt.datetime
    finished_at: dt.datetime | None
    datasets: frozenset[str]


class _Scoped(NamedTuple):
    scope_id: int
    reading: Reading


def daily_datasets(config: Config) -> tuple[str, ...]:
    """The datasets that an office looks at every day, by its configuration."""
    return tuple(dict.fromkeys(source.dataset for source in asked_by(config)))


def duty_log(
    connection: Connection, first: dt.date, last: dt.date, datasets: Collection[str]
) -> list[DutyDay]:
    """Every calendar day from the first to the last, newest first.

    `datasets` are those that the office looks at every day: index, dossiers, procedures.
    """
    checks: dict[dt.date, list[_Check]] = defaultdict(list)
    for check in _checks(connection, first, last):
        checks[clock.day_of(check.started_at)].append(check)
    read: dict[dt.date, list[_Scoped]] = defaultdict(list)
    for one in _readings(connection, first, last):
        read[clock.day_of(one.reading.read_at)].append(one)
    days = (last - dt.timedelta(days=number) for number in range((last - first).days + 1))
    worked = working_days(connection, first, last)
    return [
        _duty(day, checks[day], read[day], datasets, is_working_day=day in worked) for day in days
    ]


def not_believed(connection: Connection, day: dt.date) -> list[Reading]:
    """The scopes whose newest reading of a day, made or decided about then, is not believed."""
    newest = {one.scope_id: one.reading for one in _readings(connection, day, day)}
    return [reading for reading in newest.values() if reading.status in BAD]


def _duty(
    day: dt.date,
    checks: Sequence[_Check],
    read: Sequence[_Scoped],
    datasets: Collection[str],
    *,
    is_working_day: bool,
) -> DutyDay:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    newest: dict[int, Reading] = {}
    for scope_id, reading in read:
        counted[reading.dataset][reading.status] += 1
        newest[scope_id] = reading
    troubles = [reading for reading in newest.values() if reading.status in BAD]
    asked = {dataset for check in checks for dataset in check.datasets}
    missing = tuple(one for one in datasets if one not in asked and one not in counted)
    started = [check.started_at for check in checks] + [one.reading.read_at for one in read]
    status: DutyStatus = "complete"
    if not checks and not read:
        status = "none"
    elif missing or _broken_off(checks) or any(not one.is_settled for one in troubles):
        status = "incomplete"
    return DutyDay(
        day=day,
        started_at=min(started, default=None),
        finished_at=checks[-1].finished_at if checks else None,
        status=status,
        is_working_day=is_working_day,
        readings=dict(counted),
        troubles=troubles,
        missing=missing,
    )


def _broken_off(checks: Iterable[_Check]) -> bool:
    """Whether the last check that asked some dataset was never finished."""
    last: dict[str, bool] = {}
    for check in checks:
        last |= dict.fromkeys(check.datasets, check.finished_at is None)
    return any(last.values())


def _checks(connection: Connection, first: dt.date, last: dt.date) -> list[_Check]:
    columns, asked = tables.checks.c, tables.check_sources.c
    datasets: dict[int, set[str]] = defaultdict(set)
    for row in connection.execute(
        select(asked.check_id, asked.dataset)
        .join(tables.checks, columns.id == asked.check_id)
        .where(*_within(columns.started_at, first, last))
    ):
        datasets[row.check_id].add(row.dataset)
    rows = connection.execute(
        select(columns.id, columns.started_at, columns.finished_at)
        .where(*_within(columns.started_at, first, last))
        .order_by(columns.id)
    )
    return [_Check(*row, frozenset(datasets[row.id])) for row in rows]


def _readings(connection: Connection, first: dt.date, last: dt.date) -> list[_Scoped]:
    """What was read on some days, or decided about by a person, in the order of reading."""
    captures, scopes = tables.captures.c, tables.scopes.c
    rows = connection.execute(
        select(
            captures.scope_id,
            captures.started_at,
            captures.status,
            captures.reason,
            captures.explanation,
            captures.rows,
            captures.requests,
            captures.decision,
            captures.decided_at,
            scopes.dataset,
            scopes.source,
            scopes.name,
            scopes.province_code,
            scopes.period_type,
            scopes.year,
            scopes.period_no,
        )
        .join(tables.scopes, scopes.id == captures.scope_id)
        .where(
            captures.is_backfill.is_(None),
            or_(
                and_(*_within(captures.started_at, first, last)),
                and_(*_within(captures.decided_at, first, last)),
            ),
        )
        .order_by(captures.id)
    )
    return [_Scoped(row.scope_id, _reading(row, last)) for row in rows]


def _reading(row: Any, last: dt.date) -> Reading:
    is_decided = row.decided_at is not None and clock.day_of(row.decided_at) <= last
    status = row.status
    if row.decided_at is not None and not is_decided:
        status = "accepted" if row.reason == TAKEN_BACK else "refused"
    return Reading(
        dataset=row.dataset,
        scope=scope_label(row),
        read_at=row.started_at,
        status=status,
        explanation=row.explanation if status in BAD else None,
        rows=row.rows,
        requests=row.requests,
        is_settled=is_decided and row.decision == "rejected",
    )


def scope_label(row: Any) -> str:
    """A scope in the words of an official, from a row of the table `scopes`."""
    if row.dataset == procedures.DATASET:
        return procedures.LABELS[row.name]
    if row.period_type is None:
        return f"Hồ sơ quá hạn, nguồn {row.source}"
    who = PROVINCES[row.province_code].name if row.province_code else "Cả nước"
    return f"{who}, {wording.period(Period(period_type(row.period_type), row.year, row.period_no))}"


def _within(column: Any, first: dt.date, last: dt.date) -> tuple[Any, Any]:
    """Whether an instant falls on one of some days in Viet Nam."""
    start = dt.datetime.combine(first, dt.time(), clock.VIETNAM)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), clock.VIETNAM)
    return column >= start, column < end

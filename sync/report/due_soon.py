"""Dossiers that will soon be late, told while there is still time, from the store alone.

Soon, by number:

1. it is in process (`sync.in_process`) and not overdue, as the last believed listing showed it;
2. at most so many working days lie after the day of that listing and up to the printed due date.

Only sources that list what is in process can tell; of others nothing follows.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from sync import clock, wording
from sync.config import Config
from sync.in_process import is_in_process
from sync.report.listings import Listing, believed_listings, one_line, unit_of
from sync.workdays import working_days_between

MOST_KEPT = 5_000
"""Dossiers of one source that are listed, the nearest due first; the units count all."""

_WORDS = ("procedure_name", "procedure_code", "unit_code", "unit_name", "officer", "state")


class DueSoonSettings(NamedTuple):
    """How many working days are soon (0: nothing is), and the sources that can tell."""

    days: int
    sources: frozenset[str]


NOTHING_IS_SOON = DueSoonSettings(0, frozenset())


class DueSoonDossier(NamedTuple):
    """One dossier; what is not printed is an empty text."""

    code: str
    procedure: str
    unit: str
    """Its code, or its name where no code is printed: what tells units apart."""
    unit_code: str
    unit_name: str
    officer: str
    due_on: dt.date
    working_days_left: int
    """After the day of the listing and up to the due date; 0 on the last working day before it."""


class DueSoonUnit(NamedTuple):
    """How many dossiers of a unit are due soon, and when the first of them is."""

    code: str
    name: str
    dossiers: int
    nearest: dt.date


@dataclass(frozen=True)
class DueSoonReport:
    """One source; the units with the most first, the dossiers with the nearest due date first."""

    source: str
    day: dt.date
    read_at: dt.datetime
    days: int
    until: dt.date
    units: list[DueSoonUnit]
    dossiers: list[DueSoonDossier]

    @property
    def total(self) -> int:
        """How many there are, those that are not listed too."""
        return sum(unit.dossiers for unit in self.units)

    @property
    def headline(self) -> str:
        """How many, and what soon means."""
        return (
            f"{wording.count(self.total)} hồ sơ đến hạn trong {self.days} ngày làm việc tới "
            f"(đến hết {wording.day(self.until)})"
        )

    @property
    def occasion(self) -> str:
        """Which listing this is."""
        return f"danh sách lúc {wording.moment(self.read_at)}"


def due_soon_settings(config: Config) -> DueSoonSettings:
    """What the configuration says about it."""
    dossiers = config.dossiers
    names = (source.name for source in dossiers.sources if source.lists == "in_process")
    return DueSoonSettings(dossiers.due_soon_days, frozenset(names))


def due_soon_reports(
    connection: Connection, day: dt.date, settings: DueSoonSettings
) -> list[DueSoonReport]:
    """One report for each source that can tell and has a believed listing up to that day."""
    if not settings.days:
        return []
    return [
        _report(connection, listing, day, settings.days)
        for listing in believed_listings(connection, day)
        if listing.source in settings.sources
    ]


def last_day_within(day: dt.date, working_days: int) -> dt.date:
    """The last day up to which there are so many working days after a day."""
    last = day
    while working_days_between(day, last + dt.timedelta(days=1)) <= working_days:
        last += dt.timedelta(days=1)
    return last


def _report(connection: Connection, listing: Listing, day: dt.date, days: int) -> DueSoonReport:
    seen_on = clock.day_of(listing.read_at)
    until = last_day_within(seen_on, days)
    kept: list[DueSoonDossier] = []
    counted: Counter[str] = Counter()
    first: dict[str, DueSoonDossier] = {}
    for dossier in _dossiers(connection, listing, seen_on, until):
        counted[dossier.unit] += 1
        first.setdefault(dossier.unit, dossier)
        if len(kept) < MOST_KEPT:
            kept.append(dossier)
    units = [
        DueSoonUnit(one.unit_code, one.unit_name, counted[unit], one.due_on)
        for unit, one in first.items()
    ]
    units.sort(key=lambda unit: (-unit.dossiers, unit.name, unit.code))
    return DueSoonReport(one_line(listing.source), day, listing.read_at, days, until, units, kept)


def _dossiers(
    connection: Connection, listing: Listing, seen_on: dt.date, until: dt.date
) -> Iterator[DueSoonDossier]:
    """Those that are due soon, the nearest due date first."""
    days_left = cache(working_days_between)
    for row in _rows(connection, listing, seen_on, until):
        if is_in_process(row.ended_at, row.returned_at, row.state):
            due_on = clock.day_of(dt.datetime.fromtimestamp(row.due_at, dt.UTC))
            yield DueSoonDossier(
                one_line(row.code),
                one_line(row.procedure_name or row.procedure_code),
                *unit_of(row),
                officer=one_line(row.officer),
                due_on=due_on,
                working_days_left=days_left(seen_on, due_on),
            )


def _rows(connection: Connection, listing: Listing, seen_on: dt.date, until: dt.date) -> Any:
    joined = " ".join(f"LEFT JOIN texts {word} ON {word}.id = d.{word}" for word in _WORDS)
    return connection.execute(
        text(
            f"""
            SELECT d.code, {", ".join(f"{word}.text AS {word}" for word in _WORDS)},
                   d.due_at, d.ended_at, d.returned_at
            FROM dossier_versions d {joined}
            WHERE d.scope_id = :scope AND d.is_overdue = 0
              AND d.due_at >= :from AND d.due_at < :to
              AND d.opened_by <= :capture AND (d.closed_by IS NULL OR d.closed_by > :capture)
            ORDER BY d.due_at, d.code
            """
        ),
        {
            "scope": listing.scope_id,
            "capture": listing.capture,
            "from": _midnight(seen_on),
            "to": _midnight(until + dt.timedelta(days=1)),
        },
    )


def _midnight(day: dt.date) -> int:
    """When a day begins in Viet Nam, in seconds since 1970."""
    return int(dt.datetime.combine(day, dt.time(), clock.VIETNAM).timestamp())

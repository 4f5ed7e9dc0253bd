"""What the report of overdue dossiers takes from the store: counts of all, rows of those it lists.

A source may list a million dossiers; nobody reads so many. So what is counted is counted by the
database, and what is listed is limited there, to those that are overdue the longest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from models.dialect import Dialect, dialect_of
from sync import clock
from sync.changes import Severity
from sync.report.listings import Listing, one_line, unit_of

NEW, RETURNED = "newly_overdue", "returned"

_WORDS = ("procedure_name", "procedure_code", "unit_code", "unit_name", "officer", "state")
_STANDING = """
    d.scope_id = :scope_id AND d.is_overdue = 1 AND d.opened_by <= :capture
    AND (d.closed_by IS NULL OR d.closed_by > :capture)
"""
_UNIT = ("unit_code", "unit_name")
_OF_THE_DAY = "dataset = 'dossiers' AND source = :source AND day = :today"
_ARRIVED = f"""
    SELECT subject, MAX(kind) AS kind FROM changes
    WHERE {_OF_THE_DAY} AND kind IN ('{NEW}', '{RETURNED}') GROUP BY subject
"""
"""A dossier that came twice that day returned."""


class OverdueDossier(NamedTuple):
    """One overdue dossier; what is not printed is an empty text or None."""

    code: str
    procedure: str
    unit: str
    """Its code, or its name where no code is printed: what tells units apart."""
    unit_code: str
    unit_name: str
    officer: str
    state: str
    received_on: dt.date | None
    due_on: dt.date | None
    days_late: int | None
    working_days_late: int | None
    arrival: str | None
    """The kind of change that put it on the list that day."""


class OverdueChange(NamedTuple):
    """A change of the day, as it was detected; `code` is None where it is about the unit."""

    kind: str
    severity: Severity
    code: str | None
    unit: str
    unit_code: str
    unit_name: str
    message: str


class Standing(NamedTuple):
    """A unit's overdue dossiers: how many, how many came that day, how late the oldest is."""

    unit: str
    unit_code: str
    unit_name: str
    overdue: int
    arrived: int
    days_late: int | None
    working_days_late: int | None


class Moved(NamedTuple):
    """How many changes of one kind a unit has that day."""

    unit: str
    unit_code: str
    unit_name: str
    kind: str
    number: int


class Day(NamedTuple):
    """A day of a source, and the listing that stands at its end."""

    connection: Connection
    listing: Listing
    today: dt.date

    @property
    def seen_on(self) -> dt.date:
        """The day on which the listing was read; lateness is counted up to it."""
        return clock.day_of(self.listing.read_at)

    @property
    def dialect(self) -> Dialect:
        """The SQL that the store reads."""
        return dialect_of(self.connection)

    def rows(self, query: str, **bound: Any) -> Sequence[Any]:
        """The rows of a query about the day."""
        days = {"today": self.today.isoformat(), "seen": self.seen_on.isoformat()}
        return self.connection.execute(
            text(query), {**self.listing._asdict(), **days, **bound}
        ).all()


def moved(day: Day) -> list[Moved]:
    """The changes of the day, counted by unit and kind."""
    rows = day.rows(
        f"""
        SELECT unit_code, unit_name, kind, COUNT(*) AS n FROM changes
        WHERE {_OF_THE_DAY} GROUP BY unit_code, unit_name, kind
        """
    )
    return [Moved(*unit_of(row), row.kind, row.n) for row in rows]


def gravest_changes(day: Day, kinds: Collection[str], most: int) -> list[OverdueChange]:
    """The changes of the day of some kinds, the gravest first."""
    wanted = ", ".join(f"'{kind}'" for kind in sorted(kinds)) or "NULL"
    rows = day.rows(
        f"""
        SELECT kind, severity, subject, message, unit_code, unit_name FROM changes
        WHERE {_OF_THE_DAY} AND kind IN ({wanted})
        ORDER BY severity <> 'critical', severity <> 'warning', id LIMIT :most
        """,
        most=most,
    )
    return [
        OverdueChange(
            row.kind, Severity[row.severity], row.subject, *unit_of(row), one_line(row.message)
        )
        for row in rows
    ]


def standing(day: Day) -> list[Standing]:
    """The units with overdue dossiers; one whose name is printed in two ways comes twice."""
    same = " AND ".join(f"COALESCE(a.{one}, 0) = COALESCE(g.{one}, 0)" for one in _UNIT)
    rows = day.rows(
        f"""
        SELECT c.text AS unit_code, n.text AS unit_name, g.overdue,
               COALESCE(a.arrived, 0) AS arrived, {_lateness(day, "g.due_on")}
        FROM (SELECT d.unit_code, d.unit_name, COUNT(*) AS overdue,
                     {day.dialect.day("MIN(d.due_at)")} AS due_on
              FROM dossier_versions d WHERE {_STANDING} GROUP BY d.unit_code, d.unit_name) g
        LEFT JOIN (SELECT d.unit_code, d.unit_name, COUNT(*) AS arrived
                   FROM ({_ARRIVED}) came JOIN dossier_versions d ON d.code = came.subject
                   WHERE {_STANDING} GROUP BY d.unit_code, d.unit_name) a ON {same}
        LEFT JOIN texts c ON c.id = g.unit_code
        LEFT JOIN texts n ON n.id = g.unit_name
        {_workdays("g.due_on")}
        """
    )
    return [
        Standing(*unit_of(row), row.overdue, row.arrived, row.days_late, row.working_days_late)
        for row in rows
    ]


def standing_dossiers(day: Day, most: int) -> list[OverdueDossier]:
    """The overdue dossiers, the longest overdue first."""
    return _dossiers(day, _STANDING, most)


def chosen_dossiers(day: Day, codes: Collection[str]) -> list[OverdueDossier]:
    """Those of some codes that are overdue."""
    bound = {f"code_{number}": code for number, code in enumerate(codes)}
    wanted = ", ".join(f":{name}" for name in bound) or "NULL"
    return _dossiers(day, f"{_STANDING} AND d.code IN ({wanted})", len(bound), **bound)


def is_day_off(day: Day, date: dt.date) -> bool:
    """Whether a day is off in the calendar that the store counts working days by."""
    numbers = day.rows(
        "SELECT number FROM working_days WHERE day IN (:date, :before)",
        date=date.isoformat(),
        before=(date - dt.timedelta(days=1)).isoformat(),
    )
    return len(numbers) == 2 and numbers[0] == numbers[1]


def arrived_dossiers(day: Day, most: int) -> list[OverdueDossier]:
    """The newly overdue as they were when they came, also those that left again the same day."""
    came = f"SELECT subject, capture_after FROM changes WHERE {_OF_THE_DAY} AND kind = '{NEW}'"
    return _dossiers(day, f"d.scope_id = :scope_id AND (d.code, d.opened_by) IN ({came})", most)


def _dossiers(day: Day, which: str, most: int, **bound: str) -> list[OverdueDossier]:
    """The longest overdue first; what is listed is chosen before anything is joined to it.

    Where many are due at the same instant and not all are listed, the hash chooses among them: by
    their codes, those of a few units alone would be.
    """
    joined = " ".join(f"LEFT JOIN texts {word} ON {word}.id = d.{word}" for word in _WORDS)
    received_on, due_on = day.dialect.day("d.received_at"), day.dialect.day("d.due_at")
    rows = day.rows(
        f"""
        SELECT d.code, {", ".join(f"{word}.text AS {word}" for word in _WORDS)},
               {received_on} AS received_on, {due_on} AS due_on,
               {_lateness(day, due_on)}, came.kind AS arrival
        FROM (SELECT d.* FROM dossier_versions d WHERE {which}
              ORDER BY d.due_at IS NULL, d.due_at, d.hash LIMIT :most) d {joined}
        LEFT JOIN ({_ARRIVED}) came ON came.subject = d.code
        {_workdays(due_on)}
        ORDER BY d.due_at IS NULL, d.due_at, d.code
        """,
        most=most,
        **bound,
    )
    return [
        OverdueDossier(
            one_line(row.code),
            one_line(row.procedure_name or row.procedure_code),
            *unit_of(row),
            officer=one_line(row.officer),
            state=one_line(row.state),
            received_on=_date(row.received_on),
            due_on=_date(row.due_on),
            days_late=row.days_late,
            working_days_late=row.working_days_late,
            arrival=row.arrival,
        )
        for row in rows
    ]


def _lateness(day: Day, due_on: str) -> str:
    """By the day of the listing, as `overdue_now` counts; needs `_workdays`."""
    return (
        f"{day.dialect.days(':seen', due_on)} AS days_late, "
        "seen.number - due.number AS working_days_late"
    )


def _workdays(due_on: str) -> str:
    return (
        "LEFT JOIN working_days seen ON seen.day = :seen "
        f"LEFT JOIN working_days due ON due.day = {due_on}"
    )


def _date(day: str | None) -> dt.date | None:
    return None if day is None else dt.date.fromisoformat(day)

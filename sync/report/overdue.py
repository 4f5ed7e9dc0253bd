"""A day's overdue dossiers by source, from the store alone, as they stood at the end of the day.

What moved is what the changes of the day's listings say, so that the figures are those of the view
`overdue_daily`; what stands is what the last believed listing up to that day showed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from sync import clock, wording, workdays
from sync.changes import Severity
from sync.report.listings import Listing, believed_listings, one_line, unit_of

UNCONFIRMED_HOLIDAY = dt.date(2026, 11, 24)
"""Off by the library's table; no official notice is known yet."""

_ARRIVALS = ("newly_overdue", "returned")
_STANDING = "d.is_overdue = 1 AND d.opened_by <= :capture AND COALESCE(d.closed_by > :capture, 1)"
_ARRIVED = """
    (d.code, d.opened_by) IN (SELECT subject, capture_after FROM changes WHERE source = :source
                              AND day = :day AND kind = 'newly_overdue')
"""
"""Also those that a later listing of the day shows no more."""


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


@dataclass(frozen=True)
class UnitOverdue:
    """One unit; `still` of its dossiers (the oldest first) were listed before; `rate` × 100."""

    code: str
    name: str
    new: int
    gone: int
    returned: int
    still: int
    rate: int | None
    dossiers: list[OverdueDossier]

    @property
    def overdue(self) -> int:
        """How many are on the list."""
        return len(self.dossiers)

    @property
    def oldest(self) -> OverdueDossier | None:
        """The one that is overdue the longest, in calendar days and so in working days too."""
        return self.dossiers[0] if self.dossiers else None


@dataclass(frozen=True)
class OverdueReport:
    """One source on one day."""

    source: str
    day: dt.date
    read_at: dt.datetime
    compared_with: dt.datetime | None
    is_of_the_day: bool
    """Whether a listing was believed on the day itself; else an earlier one is shown."""
    units: list[UnitOverdue]
    arrived: list[OverdueDossier]
    """Newly overdue, as they were when they came, the longest overdue first."""
    left: list[OverdueChange]
    others: list[OverdueChange]

    @property
    def headline(self) -> str:
        """The day in one line."""
        returned = sum(unit.returned for unit in self.units)
        parts = (
            f"quá hạn mới {wording.count(sum(unit.new for unit in self.units))}",
            f"trở lại {wording.count(returned)}" if returned else "",
            f"rời danh sách {wording.count(sum(unit.gone for unit in self.units))}",
            f"còn quá hạn {wording.count(sum(unit.overdue for unit in self.units))}",
        )
        return ", ".join(filter(None, parts))

    @property
    def occasion(self) -> str:
        """Which listing this is, and what it is held against."""
        read = f"danh sách lúc {wording.moment(self.read_at)}"
        if not self.is_of_the_day:
            return f"{read}; ngày {wording.day(self.day)} chưa nhận danh sách mới"
        if self.compared_with is None:
            return f"{read}; lần đầu: làm mốc so sánh, chưa có mới hay rời"
        return f"{read}, so với {wording.moment(self.compared_with)}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """How lateness is counted, and how sure the table of holidays is."""
        holiday = wording.day(UNCONFIRMED_HOLIDAY)
        remarks = (
            "Số ngày quá hạn tính từ ngày hẹn trả in trên hồ sơ đến ngày đọc danh sách.",
            f"Ngày làm việc theo bảng ngày nghỉ của thư viện holidays {version('holidays')} và "
            "bảng điều chỉnh của dvcqg-sync.",
            f"Thư viện tính {holiday} là ngày nghỉ; chưa có thông báo chính thức xác nhận.",
        )
        return remarks[:2] if workdays.is_working_day(UNCONFIRMED_HOLIDAY) else remarks


def overdue_reports(connection: Connection, day: dt.date) -> list[OverdueReport]:
    """One report for each source with a believed listing up to that day, by name of the source."""
    found = []
    for listing in believed_listings(connection, day):
        moves = _moves(connection, listing, day)
        arrivals = {one.code: one.kind for one in moves if one.kind in _ARRIVALS}
        standing = _dossiers(connection, listing, day, _STANDING, arrivals)
        is_of_the_day = listing.day == day.isoformat()
        found.append(
            OverdueReport(
                one_line(listing.source),
                day,
                listing.read_at,
                listing.before_at if is_of_the_day else None,
                is_of_the_day,
                units=_units(standing, moves, _rates(connection, listing)),
                arrived=list(_dossiers(connection, listing, day, _ARRIVED, arrivals)),
                left=[one for one in moves if one.kind == "gone"],
                others=[one for one in moves if one.kind not in ("gone", "newly_overdue")],
            )
        )
    return found


def _moves(connection: Connection, listing: Listing, day: dt.date) -> list[OverdueChange]:
    """What the changes of the day say, gravest first."""
    rows = connection.execute(
        text(
            """
            SELECT kind, severity, subject, message, unit_code, unit_name FROM changes
            WHERE dataset = 'dossiers' AND source = :source AND day = :day ORDER BY id
            """
        ),
        {"source": listing.source, "day": day.isoformat()},
    )
    found = (
        OverdueChange(
            row.kind, Severity[row.severity], row.subject, *unit_of(row), one_line(row.message)
        )
        for row in rows
    )
    return sorted(found, key=lambda change: -change.severity)


def _units(
    standing: Iterable[OverdueDossier], moves: list[OverdueChange], rates: dict[str, int | None]
) -> list[UnitOverdue]:
    """Every unit with an overdue dossier or one that came or left, the most overdue first."""
    listed: dict[str, list[OverdueDossier]] = defaultdict(list)
    for dossier in standing:
        listed[dossier.unit].append(dossier)
    moved = {one.unit: one for one in moves if one.kind in (*_ARRIVALS, "gone")}
    counted = Counter((one.unit, one.kind) for one in moves)
    found = []
    for unit in listed.keys() | moved.keys():
        dossiers = listed.get(unit, [])
        named = dossiers[0] if dossiers else moved[unit]
        found.append(
            UnitOverdue(
                named.unit_code,
                named.unit_name,
                new=counted[unit, "newly_overdue"],
                gone=counted[unit, "gone"],
                returned=counted[unit, "returned"],
                still=sum(one.arrival is None for one in dossiers),
                rate=rates.get(unit),
                dossiers=dossiers,
            )
        )
    return sorted(found, key=lambda unit: (-unit.overdue, unit.name, unit.code))


def _rates(connection: Connection, listing: Listing) -> dict[str, int | None]:
    rows = connection.execute(
        text("SELECT unit, rate FROM overdue_days WHERE scope_id = :scope_id AND day = :day"),
        listing._asdict(),
    )
    return {row.unit: row.rate for row in rows}


def _dossiers(
    connection: Connection, listing: Listing, day: dt.date, which: str, arrivals: dict[Any, str]
) -> Iterator[OverdueDossier]:
    """The longest overdue first; late by the day of the listing, as `overdue_now` counts."""
    words = ("procedure_name", "procedure_code", "unit_code", "unit_name", "officer", "state")
    joined = " ".join(f"LEFT JOIN texts {word} ON {word}.id = d.{word}" for word in words)
    due_on = "date(d.due_at, 'unixepoch', '+7 hours')"
    seen_on = clock.day_of(listing.read_at).isoformat()
    rows: Iterable[Any] = connection.execute(
        text(
            f"""
            SELECT d.code, {", ".join(f"{word}.text AS {word}" for word in words)},
                   date(d.received_at, 'unixepoch', '+7 hours') AS received_on,
                   {due_on} AS due_on,
                   CAST(julianday(:seen) - julianday({due_on}) AS INTEGER) AS days_late,
                   seen.number - due.number AS working_days_late
            FROM dossier_versions d {joined}
            LEFT JOIN working_days seen ON seen.day = :seen
            LEFT JOIN working_days due ON due.day = {due_on}
            WHERE d.scope_id = :scope_id AND {which}
            ORDER BY d.due_at IS NULL, d.due_at, d.code
            """
        ),
        {**listing._asdict(), "day": day.isoformat(), "seen": seen_on},
    )
    for row in rows:
        yield OverdueDossier(
            one_line(row.code),
            one_line(row.procedure_name or row.procedure_code),
            *unit_of(row),
            officer=one_line(row.officer),
            state=one_line(row.state),
            received_on=row.received_on and dt.date.fromisoformat(row.received_on),
            due_on=row.due_on and dt.date.fromisoformat(row.due_on),
            days_late=row.days_late,
            working_days_late=row.working_days_late,
            arrival=arrivals.get(row.code),
        )

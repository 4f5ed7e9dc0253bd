"""A day's overdue dossiers by source, from the store alone, as they stood at the end of the day.

What moved is what the changes of the day's listings say, so that the figures are those of the view
`overdue_daily`; what stands is what the last believed listing up to that day showed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from importlib.metadata import version

from sqlalchemy import Connection

from sync import wording
from sync.report.listings import believed_listings, one_line
from sync.report.overdue_store import (
    NEW,
    RETURNED,
    Day,
    Moved,
    OverdueChange,
    OverdueDossier,
    Standing,
    arrived_dossiers,
    gravest_changes,
    is_day_off,
    moved,
    standing,
    standing_dossiers,
)

UNCONFIRMED_HOLIDAY = dt.date(2026, 11, 24)
"""Off by the library's table; no official notice is known yet."""

MOST_DOSSIERS = 5_000
"""Dossiers that the workbook lists, of all sources together: those that are overdue the longest.
Of no province more than 1,505 have been told (Đồng Nai, March 2026)."""
MOST_LINES = 500
"""Dossiers and changes of a source that the page lists, of each kind."""


@dataclass(frozen=True)
class UnitOverdue:
    """One unit; `still` of its `overdue` dossiers were listed before; `rate` × 100.

    `oldest` tells how late the oldest of all is; `dossiers` are those that are listed, the longest
    overdue first.
    """

    code: str
    name: str
    new: int
    gone: int
    returned: int
    still: int
    overdue: int
    rate: int | None
    oldest: Standing | None
    dossiers: list[OverdueDossier]


@dataclass(frozen=True)
class OverdueReport:
    """One source on one day; of the lists at most MOST_LINES, the units count all."""

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
    other_changes: int
    """How many there are, those that are not listed too."""
    counts_unconfirmed_holiday: bool
    """Whether the calendar has that day off."""

    @property
    def new(self) -> int:
        """How many are newly overdue."""
        return sum(unit.new for unit in self.units)

    @property
    def gone(self) -> int:
        """How many left the list."""
        return sum(unit.gone for unit in self.units)

    @property
    def overdue(self) -> int:
        """How many are on the list."""
        return sum(unit.overdue for unit in self.units)

    @property
    def headline(self) -> str:
        """The day in one line."""
        returned = sum(unit.returned for unit in self.units)
        parts = (
            f"quá hạn mới {wording.count(self.new)}",
            f"trở lại {wording.count(returned)}" if returned else "",
            f"rời danh sách {wording.count(self.gone)}",
            f"còn quá hạn {wording.count(self.overdue)}",
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
        return remarks if self.counts_unconfirmed_holiday else remarks[:2]


def overdue_reports(connection: Connection, day: dt.date) -> list[OverdueReport]:
    """One report for each source with a believed listing up to that day, by name of the source."""
    listings = believed_listings(connection, day)
    most = MOST_DOSSIERS // max(len(listings), 1)
    return [_report(Day(connection, listing, day), most) for listing in listings]


def _report(day: Day, most: int) -> OverdueReport:
    listing = day.listing
    moves = moved(day)
    others: Counter[str] = Counter()
    for one in moves:
        if one.kind not in (NEW, "gone"):
            others[one.kind] += one.number
    is_of_the_day = listing.day == day.today.isoformat()
    return OverdueReport(
        one_line(listing.source),
        day.today,
        listing.read_at,
        listing.before_at if is_of_the_day else None,
        is_of_the_day,
        units=_units(day, moves, most),
        arrived=arrived_dossiers(day, MOST_LINES),
        left=gravest_changes(day, ["gone"], MOST_LINES),
        others=gravest_changes(day, others.keys(), MOST_LINES),
        other_changes=others.total(),
        counts_unconfirmed_holiday=is_day_off(day, UNCONFIRMED_HOLIDAY),
    )


def _units(day: Day, moves: list[Moved], most: int) -> list[UnitOverdue]:
    """Every unit with an overdue dossier or one that came or left, the most overdue first."""
    listed: dict[str, list[OverdueDossier]] = defaultdict(list)
    for dossier in standing_dossiers(day, most):
        listed[dossier.unit].append(dossier)
    stands: dict[str, list[Standing]] = defaultdict(list)
    for one in standing(day):
        stands[one.unit].append(one)
    moved_units = {one.unit: one for one in moves if one.kind in (NEW, RETURNED, "gone")}
    counted: Counter[tuple[str, str]] = Counter()
    for move in moves:
        counted[move.unit, move.kind] += move.number
    rates = _rates(day)
    found = []
    for unit in stands.keys() | moved_units.keys():
        here = stands.get(unit, [])
        named = here[0] if here else moved_units[unit]
        overdue = sum(one.overdue for one in here)
        found.append(
            UnitOverdue(
                named.unit_code,
                named.unit_name,
                new=counted[unit, NEW],
                gone=counted[unit, "gone"],
                returned=counted[unit, RETURNED],
                still=overdue - sum(one.arrived for one in here),
                overdue=overdue,
                rate=rates.get(unit),
                oldest=max(here, key=lambda one: one.days_late or 0, default=None),
                dossiers=listed[unit],
            )
        )
    return sorted(found, key=lambda unit: (-unit.overdue, unit.name, unit.code))


def _rates(day: Day) -> dict[str, int | None]:
    rows = day.rows("SELECT unit, rate FROM overdue_days WHERE scope_id = :scope_id AND day = :day")
    return {row.unit: row.rate for row in rows}

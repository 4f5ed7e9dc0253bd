"""The content of one day's report, from the store alone; `text` and `page` put it into words.

A day is held against the last earlier day on which the scope was read, so that a second check on
the same day tells the whole day and not only its own share.

There are two clocks. A report tells of a day; what the index says there may be as it was seen that
day, or as it was seen up to a later one, for the portal computes it again. Only the index is
computed again: listings, the catalogue, the changes and the log of duty are always of the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, or_, select

from models import tables
from scrapers.evaluation_groups import GROUPS
from scrapers.periods import Period
from scrapers.provinces import PROVINCES
from scrapers.records import Level
from sync import wording
from sync.report.asof import ScopeRow, figures_at, index_scopes, standings_at
from sync.report.catalogue import CatalogueReport, catalogue_report
from sync.report.course import Course, course
from sync.report.day_changes import ChangeLine, day_changes
from sync.report.due_soon import (
    NOTHING_IS_SOON,
    DueSoonReport,
    DueSoonSettings,
    due_soon_reports,
)
from sync.report.duty_log import DutyDay, duty_log, not_believed
from sync.report.listings import believed_listings, one_line
from sync.report.overdue import OverdueReport, overdue_reports
from sync.report.overdue_ages import UnitAges, overdue_ages
from sync.report.overdue_store import Day
from sync.report.results import Results, UnitResult, difference, results
from sync.rules.causes import cause_of
from sync.rules.differences import Figure, Move, Standing, UnitDifference
from sync.rules.gains import Gain, gains

MOST_FALLEN = 10
OF_UNITS: tuple[Level, ...] = ("total", "group")
"""What is told of every unit."""
DUTY_DAYS = 31
"""Days of the log of duty that a report shows, its own day included."""


@dataclass(frozen=True)
class PeriodLine:
    """The province in one period; hundredths, None where there is nothing to compare with."""

    period: Period
    standing: Standing
    since_last: int | None
    rank_before: int | None
    since_period_before: int | None
    is_open: bool


@dataclass(frozen=True)
class GroupLine:
    """One of the six groups of the province in the leading period."""

    name: str
    figure: Figure
    since_last: int | None


@dataclass(frozen=True)
class UnitLine:
    """A unit that fell, with the figure that explains most of it."""

    code: str
    name: str
    standing: Standing
    before: Standing
    cause: str

    @property
    def delta(self) -> int:
        """The move of its total, in hundredths."""
        return difference(self.standing, self.before) or 0


@dataclass(frozen=True)
class ClassLine:
    """A unit that changed class."""

    name: str
    standing: Standing
    before: Standing


@dataclass
class ProvinceReport:
    """What one province's office wants to see first."""

    code: str
    name: str
    periods: list[PeriodLine] = field(default_factory=list)
    groups: list[GroupLine] = field(default_factory=list)
    leading: Period | None = None
    fallen: list[UnitLine] = field(default_factory=list)
    classes: list[ClassLine] = field(default_factory=list)
    changes: list[ChangeLine] = field(default_factory=list)
    units: int = 0
    idle: int = 0


@dataclass
class DailyReport:
    """One day, ready to be told."""

    day: dt.date
    read_at: dt.datetime | None
    compared_with: dt.datetime | None
    provinces: list[ProvinceReport]
    system: list[ChangeLine]
    not_accepted: list[tuple[str, str]]
    """Scope and explanation of readings whose newest attempt of the day was not accepted."""
    overdue: list[OverdueReport]
    due_soon: list[DueSoonReport]
    catalogue: CatalogueReport | None
    seen_on: dt.date | None = None
    """The later day up to which the index was seen; None where that is the day itself."""
    results: list[Results] = field(default_factory=list)
    """The leading period of each province that has one."""
    courses: dict[str, Course] = field(default_factory=dict)
    """Province -> the year of its leading period."""
    gains: dict[str, list[Gain]] = field(default_factory=dict)
    """Province -> the points it lost itself in its leading period."""
    ages: dict[str, list[UnitAges]] = field(default_factory=dict)
    """Source of dossiers -> its units."""
    duties: list[DutyDay] = field(default_factory=list)
    """The last DUTY_DAYS days, newest first."""


def daily_report(
    connection: Connection,
    day: dt.date,
    province_codes: Sequence[str],
    due_soon: DueSoonSettings = NOTHING_IS_SOON,
    seen_on: dt.date | None = None,
    datasets: Collection[str] = ("index",),
) -> DailyReport:
    """Everything that the day's report says, from one read transaction.

    The index is told as it was seen up to `seen_on` (default: the day itself; never earlier).
    `datasets` are those that the office looks at every day.
    """
    scopes = index_scopes(connection, day, seen_on)
    checked = [scope for scope in scopes if scope.is_checked]
    changes = day_changes(connection, day)
    report = DailyReport(
        day=day,
        read_at=max((scope.now_at for scope in checked), default=None),
        compared_with=max((s.before_at for s in checked if s.before_at), default=None),
        provinces=[],
        system=[line for province, line in changes if province is None],
        not_accepted=[(one.scope, one.explanation or "") for one in not_believed(connection, day)],
        overdue=overdue_reports(connection, day),
        due_soon=due_soon_reports(connection, day, due_soon),
        catalogue=catalogue_report(connection, day),
        seen_on=None if seen_on == day else seen_on,
        ages={
            one_line(listing.source): overdue_ages(Day(connection, listing, day))
            for listing in believed_listings(connection, day)
        },
        duties=duty_log(connection, day - dt.timedelta(days=DUTY_DAYS - 1), day, datasets),
    )
    for code in province_codes:
        province = _province(connection, code, day, scopes)
        province.changes = [line for owner, line in changes if owner == code]
        report.provinces.append(province)
        _add_leading(connection, report, province, checked)
    return report


def _province(
    connection: Connection, code: str, day: dt.date, scopes: Sequence[ScopeRow]
) -> ProvinceReport:
    """The province in every period that checks read, without what is told of the leading one."""
    report = ProvinceReport(code, wording.unit(PROVINCES[code].name))
    for scope in scopes:
        if scope.province_code is not None or not scope.is_checked:
            continue
        line = _period_line(connection, code, scope, scopes, day)
        if line is None:
            continue
        report.periods.append(line)
        if report.leading is None:
            report.leading = scope.period
            report.name = _name(connection, code, scope.now) or report.name
    return report


def _period_line(
    connection: Connection, code: str, scope: ScopeRow, scopes: Sequence[ScopeRow], day: dt.date
) -> PeriodLine | None:
    now = standings_at(connection, scope.id, scope.now, code).get(code)
    if now is None:
        return None
    before = standings_at(connection, scope.id, scope.before, code).get(code)
    previous = scope.period.previous()
    earlier = next((s for s in scopes if s.province_code is None and s.period == previous), None)
    then = standings_at(connection, earlier.id, earlier.now, code).get(code) if earlier else None
    return PeriodLine(
        period=scope.period,
        standing=now,
        since_last=difference(now, before),
        rank_before=before.rank if before else None,
        since_period_before=difference(now, then),
        is_open=scope.period.last_day >= day,
    )


def _add_leading(
    connection: Connection,
    report: DailyReport,
    province: ProvinceReport,
    checked: Sequence[ScopeRow],
) -> None:
    """What is told of the leading period: groups, units, points lost, the year's course."""
    period, seen_on = province.leading, report.seen_on or report.day
    if period is None:
        return
    found = results(connection, province.code, period, report.day, seen_on, OF_UNITS)
    if found is None:  # of a year that the other series has
        return
    report.results.append(found)
    report.gains[province.code] = gains(found.province.figures, found.indicators, period.year)
    report.courses[province.code] = course(connection, province.code, period.year, seen_on)
    for code, group in GROUPS.items():
        if code in found.province.figures:
            figure = found.province.figures[code]
            moved = Move(found.groups_before.get(code), figure).delta
            province.groups.append(GroupLine(group.name, figure, moved))
    own = next((s for s in checked if (s.province_code, s.period) == (province.code, period)), None)
    if own is not None:
        _add_units(connection, province, found, own)


def _add_units(
    connection: Connection, report: ProvinceReport, found: Results, scope: ScopeRow
) -> None:
    report.units = len(found.units)
    report.idle = sum(not unit.standing.has_activity for unit in found.units)
    fallen = [unit for unit in found.units if (unit.since_last or 0) < 0]
    fallen.sort(key=lambda unit: (unit.since_last or 0, unit.code))
    for unit in fallen[:MOST_FALLEN]:
        assert unit.before is not None
        cause = _cause(connection, scope, found, unit)
        report.fallen.append(UnitLine(unit.code, unit.name, unit.standing, unit.before, cause))
    report.classes = [
        ClassLine(unit.name, unit.standing, unit.before)
        for unit in sorted(found.units, key=lambda unit: unit.code)
        if unit.before and unit.standing.class_ and unit.before.class_
        if unit.standing.class_ != unit.before.class_
    ]


def _cause(connection: Connection, scope: ScopeRow, found: Results, unit: UnitResult) -> str:
    """The figure that explains most of a unit's fall, with numerator and denominator."""
    now, before = (
        figures_at(connection, scope.id, capture, unit.code)
        for capture in (scope.now, scope.before)
    )
    moves = {name: Move(before.get(name), now.get(name)) for name in now.keys() | before.keys()}
    moved = UnitDifference(unit.code, "", unit.kind, unit.before, unit.standing, moves)
    indicators = found.indicators
    cause = cause_of(moved, "TOTAL", moves["TOTAL"].delta or 0, indicators)
    if cause is None:
        return ""
    move, indicator = moves[cause], indicators[cause]
    words = f"{indicator.name} {wording.signed(move.delta or 0)}"
    group = indicators.get(indicator.group_code or "")
    if group is not None:
        words = f"{group.name} · {words}"
    if move.before and move.after and move.after.denominator is not None:
        was = wording.fraction(move.before.numerator, move.before.denominator)
        words += f" ({was} → {wording.fraction(move.after.numerator, move.after.denominator)})"
    return words


def _name(connection: Connection, code: str, capture: int) -> str | None:
    """A province as the nation's list called it as of a capture, where it was listed."""
    units, versions, scopes = tables.unit_codes.c, tables.unit_versions.c, tables.scopes.c
    name = connection.execute(
        select(versions.name)
        .join(tables.unit_codes, units.id == versions.unit_id)
        .join(tables.scopes, scopes.id == versions.scope_id)
        .where(
            units.code == code,
            scopes.province_code.is_(None),
            scopes.period_type.is_(None),
            versions.opened_by <= capture,
            or_(versions.closed_by.is_(None), versions.closed_by > capture),
        )
    ).scalar()
    return None if name is None else wording.unit(name)

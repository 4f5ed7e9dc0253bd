"""The content of one day's report, from the store alone; `text` and `page` put it into words.

A day is held against the last earlier day on which the scope was read, so that a second check on
the same day tells the whole day and not only its own share.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select, text

from models import tables
from scrapers.evaluation_groups import GROUPS
from scrapers.periods import Period, period_type
from scrapers.provinces import PROVINCES
from scrapers.records import Indicator, Kind, Level
from sync import procedures, wording
from sync.changes import Severity
from sync.report.asof import ScopeRow, figures_at, index_scopes, standings_at
from sync.report.catalogue import CatalogueReport, catalogue_report
from sync.report.due_soon import (
    NOTHING_IS_SOON,
    DueSoonReport,
    DueSoonSettings,
    due_soon_reports,
)
from sync.report.overdue import OverdueReport, overdue_reports
from sync.rules.causes import cause_of
from sync.rules.differences import Figure, Move, Standing, UnitDifference

MOST_FALLEN = 10


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
        return (self.standing.total or 0) - (self.before.total or 0)


@dataclass(frozen=True)
class ClassLine:
    """A unit that changed class."""

    name: str
    standing: Standing
    before: Standing


@dataclass(frozen=True)
class ChangeLine:
    """A change as it was detected; `matter` is the unit and period it is about."""

    kind: str
    severity: Severity
    message: str
    matter: tuple[str | None, int]
    level: Level | None

    def is_told_by(self, others: Sequence[ChangeLine]) -> bool:
        """Whether the same move of the unit's total stands among the others already."""
        return self.level in ("group", "metric") and any(
            other.kind == self.kind and other.matter == self.matter and other.level == "total"
            for other in others
        )


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


def daily_report(
    connection: Connection,
    day: dt.date,
    province_codes: Sequence[str],
    due_soon: DueSoonSettings = NOTHING_IS_SOON,
) -> DailyReport:
    """Everything that the day's report says, from one read transaction."""
    scopes = index_scopes(connection, day)
    checked = [scope for scope in scopes if scope.is_checked]
    changes = _changes(connection, day)
    return DailyReport(
        day=day,
        read_at=max((scope.now_at for scope in checked), default=None),
        compared_with=max((s.before_at for s in checked if s.before_at), default=None),
        provinces=[_province(connection, code, day, scopes, changes) for code in province_codes],
        system=[line for province, line in changes if province is None],
        not_accepted=_not_accepted(connection, day),
        overdue=overdue_reports(connection, day),
        due_soon=due_soon_reports(connection, day, due_soon),
        catalogue=catalogue_report(connection, day),
    )


def _province(
    connection: Connection,
    code: str,
    day: dt.date,
    scopes: list[ScopeRow],
    changes: list[tuple[str | None, ChangeLine]],
) -> ProvinceReport:
    report = ProvinceReport(code, _name(connection, code))
    report.changes = [line for province, line in changes if province == code]
    checked = [scope for scope in scopes if scope.is_checked]
    for scope in (scope for scope in checked if scope.province_code is None):
        _add_period(connection, report, scope, scopes, day)
    own = [scope for scope in checked if scope.province_code == code]
    if own:
        _add_units(connection, report, own[0])
    return report


def _add_period(
    connection: Connection,
    report: ProvinceReport,
    scope: ScopeRow,
    scopes: list[ScopeRow],
    day: dt.date,
) -> None:
    now = standings_at(connection, scope.id, scope.now).get(report.code)
    if now is None:
        return
    before = standings_at(connection, scope.id, scope.before).get(report.code)
    earlier = next(
        (s for s in scopes if s.province_code is None and s.period == scope.period.previous()), None
    )
    then = standings_at(connection, earlier.id, earlier.now).get(report.code) if earlier else None
    report.periods.append(
        PeriodLine(
            period=scope.period,
            standing=now,
            since_last=_difference(now.total, before.total) if before else None,
            rank_before=before.rank if before else None,
            since_period_before=_difference(now.total, then.total) if then else None,
            is_open=scope.period.last_day >= day,
        )
    )
    if report.leading is None:
        report.leading = scope.period
        figures = figures_at(connection, scope.id, scope.now, report.code)
        figures_before = figures_at(connection, scope.id, scope.before, report.code)
        for code, group in GROUPS.items():
            if code in figures:
                moved = Move(figures_before.get(code), figures[code]).delta
                report.groups.append(GroupLine(group.name, figures[code], moved))


def _add_units(connection: Connection, report: ProvinceReport, scope: ScopeRow) -> None:
    now = standings_at(connection, scope.id, scope.now)
    before = standings_at(connection, scope.id, scope.before)
    now.pop(report.code, None)
    names = _names(connection, report.code)
    report.units = len(now)
    report.idle = sum(not standing.has_activity for standing in now.values())
    pairs = [(code, now[code], before[code]) for code in now.keys() & before.keys()]
    fallen = [p for p in pairs if (_difference(p[1].total, p[2].total) or 0) < 0]
    fallen.sort(key=lambda pair: (_difference(pair[1].total, pair[2].total) or 0, pair[0]))
    for code, standing, earlier in fallen[:MOST_FALLEN]:
        name, kind = names[code]
        cause = _cause(connection, scope, code, kind, (earlier, standing))
        report.fallen.append(UnitLine(code, name, standing, earlier, cause))
    report.classes = [
        ClassLine(names[code][0], standing, earlier)
        for code, standing, earlier in sorted(pairs, key=lambda pair: pair[0])
        if standing.class_ and earlier.class_ and standing.class_ != earlier.class_
    ]


def _cause(
    connection: Connection,
    scope: ScopeRow,
    code: str,
    kind: Kind,
    standings: tuple[Standing, Standing],
) -> str:
    """The figure that explains most of a unit's fall, with numerator and denominator."""
    now = figures_at(connection, scope.id, scope.now, code)
    before = figures_at(connection, scope.id, scope.before, code)
    moves = {name: Move(before.get(name), now.get(name)) for name in now.keys() | before.keys()}
    unit = UnitDifference(code, "", kind, *standings, moves)
    indicators = _indicators(connection)
    total = moves["TOTAL"].delta or 0
    found = cause_of(unit, "TOTAL", total, indicators)
    if found is None:
        return ""
    move, indicator = moves[found], indicators[found]
    words = f"{indicator.name} {wording.signed(move.delta or 0)}"
    group = indicators.get(indicator.group_code or "")
    if group is not None:
        words = f"{group.name} · {words}"
    if move.before and move.after and move.after.denominator is not None:
        was = wording.fraction(move.before.numerator, move.before.denominator)
        words += f" ({was} → {wording.fraction(move.after.numerator, move.after.denominator)})"
    return words


def _changes(connection: Connection, day: dt.date) -> list[tuple[str | None, ChangeLine]]:
    """The day's changes, gravest first, with the province they belong to (None: the system's).

    Sources in trouble are left out: `not_accepted` tells them as they stand at the day's end.
    """
    rows = connection.execute(
        text(
            """
            SELECT u.province_code, u.code, h.dataset, h.kind, h.severity, h.message,
                   c.scope_id, i.level
            FROM change_log h
            JOIN capture_log c ON c.id = h.capture_id
            LEFT JOIN unit_codes u ON u.id = h.unit_id
            LEFT JOIN indicators i ON i.id = h.indicator_id
            WHERE c.day = :day AND c.is_backfill IS NULL
              AND h.dataset NOT IN ('dossiers', 'procedures')
              AND h.kind NOT IN ('source_refused', 'source_failed', 'format_changed')
            ORDER BY h.severity DESC, h.id
            """
        ),
        {"day": day.isoformat()},
    )
    return [
        (
            None if row.dataset == "system" else row.province_code,
            ChangeLine(
                row.kind,
                Severity(row.severity),
                row.message,
                (row.code, row.scope_id),
                row.level,
            ),
        )
        for row in rows
    ]


def _not_accepted(connection: Connection, day: dt.date) -> list[tuple[str, str]]:
    rows = connection.execute(
        text(
            """
            SELECT s.dataset, s.name, s.source, s.province_code, s.period_type, s.year,
                   s.period_no, c.explanation
            FROM capture_log c
            JOIN scopes s ON s.id = c.scope_id
            WHERE c.id IN (SELECT MAX(id) FROM capture_log
                           WHERE day = :day AND is_backfill IS NULL GROUP BY scope_id)
              AND c.status IN ('refused', 'failed')
            ORDER BY c.id
            """
        ),
        {"day": day.isoformat()},
    )
    return [(_label(connection, row), row.explanation) for row in rows]


def _label(connection: Connection, row: Any) -> str:
    if row.dataset == "procedures":
        return procedures.LABELS[row.name]
    if row.period_type is None:
        return f"Hồ sơ quá hạn, nguồn {row.source}"
    who = _name(connection, row.province_code) if row.province_code else "Cả nước"
    period = Period(period_type(row.period_type), row.year, row.period_no)
    return f"{who}, {wording.period(period)}"


def _name(connection: Connection, code: str) -> str:
    name = connection.execute(
        select(tables.unit_codes.c.name).where(tables.unit_codes.c.code == code)
    ).scalar()
    return wording.unit(name or PROVINCES[code].name)


def _names(connection: Connection, province_code: str) -> dict[str, tuple[str, Kind]]:
    columns = tables.unit_codes.c
    rows = connection.execute(
        select(columns.code, columns.name, columns.kind).where(
            columns.province_code == province_code
        )
    )
    return {row.code: (wording.unit(row.name), row.kind) for row in rows}


def _indicators(connection: Connection) -> dict[str, Indicator]:
    columns = tables.indicators.c
    rows = connection.execute(select(columns.code, columns.level, columns.group_code, columns.name))
    return {row.code: Indicator(*row) for row in rows}


def _difference(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before

"""The 766 results of a province and its units in one period, as seen up to a day.

The one content that the page, the workbook and the announcement put into their own words. Scores,
maxima and ratios are hundredths; None is a figure that the portal did not print.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, or_, select

from models import tables
from scrapers.periods import Period
from scrapers.provinces import PROVINCES
from scrapers.records import Indicator, Kind, Level
from sync import wording
from sync.report.asof import ScopeRow, all_figures_at, figures_at, index_scopes, standings_at
from sync.rules.differences import Figure, Standing
from sync.series import Series, series_of

LEVELS: tuple[Level, ...] = ("total", "group", "metric")


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One unit, or the province itself."""

    code: str
    name: str
    """As officials write it, without "UBND" and the province's name."""
    kind: Kind
    standing: Standing
    before: Standing | None
    """At the last reading of an earlier day, where there was one."""
    period_before: Standing | None
    """In the period before this one, as it was seen up to the same day."""
    figures: Mapping[str, Figure]
    """Indicator -> figure, as far as asked for in a unit; the province has its total and groups
    from the nation's table, its metrics from its own answers."""

    @property
    def since_last(self) -> int | None:
        """The move of the total since the reading before, where both are printed."""
        return difference(self.standing, self.before)

    @property
    def since_period_before(self) -> int | None:
        """The total less that of the period before, where both are printed."""
        return difference(self.standing, self.period_before)


@dataclass(frozen=True)
class Results:
    """One province in one period; the units in no order that means anything."""

    series: Series
    period: Period
    seen_on: dt.date
    read_at: dt.datetime
    """When the newest reading that stands here was made."""
    compared_with: dt.datetime | None
    """When the reading before was made, which `before` shows."""
    province: UnitResult
    units: list[UnitResult]
    indicators: Mapping[str, Indicator]
    groups_before: Mapping[str, Figure] = field(default_factory=dict)
    """The province's total and groups at the reading before; empty where there was none."""

    def of_kind(self, *kinds: Kind) -> list[UnitResult]:
        """The units of some kinds, best first; those without a rank last, then by name."""
        return sorted(
            (unit for unit in self.units if unit.kind in kinds),
            key=lambda one: (one.standing.rank or len(self.units) + 1, one.name, one.code),
        )


def difference(now: Standing, then: Standing | None) -> int | None:
    """The total less an earlier one, in hundredths; None unless both are printed."""
    if then is None or now.total is None or then.total is None:
        return None
    return now.total - then.total


def results(
    connection: Connection,
    province_code: str,
    period: Period,
    day: dt.date,
    seen_on: dt.date | None = None,
    of_units: Collection[Level] = LEVELS,
) -> Results | None:
    """The results as they stood on a day, or as they were seen up to a later one.

    What moved is told against the last reading before `day`. Units have their figures of some
    levels: in a report of the whole nation the metrics would be most of its memory. None where the
    period was not read.
    """
    series = series_of(period)
    scopes = index_scopes(connection, day, seen_on, series)
    nation = _scope(scopes, None, period)
    if nation is None:
        return None
    own = _scope(scopes, province_code, period)
    standing = standings_at(connection, nation.id, nation.now).get(province_code)
    if standing is None:
        return None
    names = _names(connection, province_code, own or nation, series)
    figures = figures_at(connection, nation.id, nation.now, province_code)
    units: list[UnitResult] = []
    if own is not None:
        figures = {**figures_at(connection, own.id, own.now, province_code), **figures}
        by_unit = all_figures_at(connection, own.id, own.now, of_units)
        units = _units(connection, own, _previous(scopes, own), by_unit, names)
        units = [unit for unit in units if unit.code != province_code]
    earlier = _previous(scopes, nation)
    province = UnitResult(
        province_code,
        wording.unit(PROVINCES[province_code].name),
        "province",
        standing,
        standings_at(connection, nation.id, nation.before).get(province_code),
        _period_before(connection, earlier).get(province_code),
        figures,
    )
    read = [scope for scope in (nation, own) if scope is not None]
    return Results(
        series=series,
        period=period,
        seen_on=seen_on or day,
        read_at=max(scope.now_at for scope in read),
        compared_with=max((one.before_at for one in read if one.before_at), default=None),
        province=province,
        units=units,
        indicators=indicators(connection),
        groups_before=figures_at(connection, nation.id, nation.before, province_code),
    )


def _scope(scopes: list[ScopeRow], province_code: str | None, period: Period) -> ScopeRow | None:
    return next((s for s in scopes if (s.province_code, s.period) == (province_code, period)), None)


def _previous(scopes: list[ScopeRow], scope: ScopeRow) -> ScopeRow | None:
    return _scope(scopes, scope.province_code, scope.period.previous())


def _period_before(connection: Connection, earlier: ScopeRow | None) -> dict[str, Standing]:
    return {} if earlier is None else standings_at(connection, earlier.id, earlier.now)


def _units(
    connection: Connection,
    scope: ScopeRow,
    earlier: ScopeRow | None,
    figures: Mapping[str, Mapping[str, Figure]],
    names: Mapping[str, tuple[str, Kind]],
) -> list[UnitResult]:
    before = standings_at(connection, scope.id, scope.before)
    period_before = _period_before(connection, earlier)
    return [
        UnitResult(
            code,
            *names[code],
            standing,
            before.get(code),
            period_before.get(code),
            figures.get(code, {}),
        )
        for code, standing in standings_at(connection, scope.id, scope.now).items()
    ]


def _names(
    connection: Connection, province_code: str, scope: ScopeRow, series: Series
) -> dict[str, tuple[str, Kind]]:
    """Unit code -> name and kind as listed when the scope was read; else as last known.

    The units of the current series stand in a registry of the province, those of the legacy one
    with each period.
    """
    units, versions, scopes = tables.unit_codes.c, tables.unit_versions.c, tables.scopes.c
    listed = (
        select(versions.unit_id, versions.name, versions.kind)
        .join(tables.scopes, scopes.id == versions.scope_id)
        .where(
            scopes.series == series,
            scopes.province_code == province_code,
            scopes.period_type.is_(None) | (scopes.id == scope.id),
            versions.opened_by <= scope.now,
            or_(versions.closed_by.is_(None), versions.closed_by > scope.now),
        )
        .subquery()
    )
    rows = connection.execute(
        select(
            units.code,
            func.coalesce(listed.c.name, units.name).label("name"),
            func.coalesce(listed.c.kind, units.kind).label("kind"),
        )
        .select_from(tables.unit_codes.outerjoin(listed, listed.c.unit_id == units.id))
        .where(units.province_code == province_code)
    )
    return {row.code: (wording.unit(row.name or row.code), row.kind) for row in rows}


def indicators(connection: Connection) -> dict[str, Indicator]:
    """Code -> indicator, as the portal last named it."""
    columns = tables.indicators.c
    rows = connection.execute(select(columns.code, columns.level, columns.group_code, columns.name))
    return {row.code: Indicator(*row) for row in rows}

"""The store as it was: capture numbers rise with time, so "as of" compares two integers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from sys import intern
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Table, and_, case, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from models import tables
from scrapers.periods import Period, period_type
from scrapers.records import Level
from sync.rules.differences import Figure, Standing
from sync.series import CURRENT, Series

BELIEVED = ("accepted", "unchanged")


class ScopeRow(NamedTuple):
    """A scope of today's series, with the captures that stood at the end of two days.

    A check is compared with checks, whatever a backfill has read before or in between.
    """

    id: int
    province_code: str | None
    period: Period
    now: int
    """The last believed capture up to the day."""
    now_at: dt.datetime
    before: int | None
    """The last believed capture of an earlier day."""
    before_at: dt.datetime | None
    is_checked: bool
    """Whether a daily check ever read it; else it serves to compare with."""


def index_scopes(
    connection: Connection,
    day: dt.date,
    seen_on: dt.date | None = None,
    series: Series = CURRENT,
) -> list[ScopeRow]:
    """The scopes of one series that were read up to a day, longest and newest periods first.

    What stands now is what was seen up to `seen_on` (default: that day itself), for the portal
    computes periods again long after they ended. What a person took back since was never read.
    """
    found: dict[int, ScopeRow] = {}
    for row in connection.execute(_readings(day, seen_on or day, series)):
        if row.first_day > day.isoformat() and row.id not in found:
            continue
        period = Period(period_type(row.period_type), row.year, row.period_no)
        found[row.id] = ScopeRow(
            row.id,
            row.province_code,
            period,
            row.now,
            row.now_at,
            row.before,
            row.before_at,
            bool(row.is_checked),
        )
    return sorted(found.values(), key=lambda scope: _newest_first(scope.period))


def _readings(day: dt.date, seen_on: dt.date, series: Series) -> Select[Any]:
    """A row for each scope and kind of reading, what a backfill read before what checks did."""
    scopes, captures = tables.scopes.c, tables.captures.c
    is_checked = case((captures.is_backfill.is_(None), 1), else_=0)
    read = (
        select(
            captures.scope_id,
            is_checked.label("is_checked"),
            func.min(captures.day).label("first_day"),
            func.max(captures.id).label("now"),
            func.max(case((captures.day < day.isoformat(), captures.id))).label("before"),
        )
        .where(captures.status.in_(BELIEVED), captures.day <= seen_on.isoformat())
        .group_by(captures.scope_id, is_checked)
        .subquery()
    )
    now, before = tables.captures.alias("now"), tables.captures.alias("before")
    return (
        select(
            scopes.id,
            scopes.province_code,
            scopes.period_type,
            scopes.year,
            scopes.period_no,
            read.c.is_checked,
            read.c.first_day,
            read.c.now,
            now.c.completed_at.label("now_at"),
            read.c.before,
            before.c.completed_at.label("before_at"),
        )
        .join(read, read.c.scope_id == scopes.id)
        .join(now, now.c.id == read.c.now)
        .outerjoin(before, before.c.id == read.c.before)
        .where(
            scopes.dataset == "index",
            scopes.series == series,
            scopes.period_type.is_not(None),
        )
        .order_by(scopes.id, read.c.is_checked)
    )


def standings_at(
    connection: Connection, scope_id: int, capture: int | None, unit_code: str | None = None
) -> dict[str, Standing]:
    """Unit code -> standing as of a capture, of one unit or of all; empty for no capture."""
    if capture is None:
        return {}
    columns = tables.standing_versions.c
    query = (
        select(
            tables.unit_codes.c.code,
            columns.total,
            columns.rank,
            columns.rank_of,
            columns["class"],
            columns.has_activity,
        )
        .join(tables.unit_codes, tables.unit_codes.c.id == columns.unit_id)
        .where(_stood(tables.standing_versions, scope_id, capture))
    )
    if unit_code is not None:
        query = query.where(tables.unit_codes.c.code == unit_code)
    return {row[0]: Standing(*row[1:]) for row in connection.execute(query)}


def figures_at(
    connection: Connection, scope_id: int, capture: int | None, unit_code: str
) -> dict[str, Figure]:
    """Indicator -> figure of one unit as of a capture; empty for None."""
    if capture is None:
        return {}
    rows = connection.execute(
        _figures(scope_id, capture).where(tables.unit_codes.c.code == unit_code)
    )
    return {row[1]: Figure(*row[2:]) for row in rows}


def all_figures_at(
    connection: Connection, scope_id: int, capture: int | None, levels: Collection[Level]
) -> dict[str, dict[str, Figure]]:
    """Unit code -> indicator of some levels -> figure as of a capture; empty for None."""
    found: dict[str, dict[str, Figure]] = {}
    if capture is not None:
        of_levels = _figures(scope_id, capture).where(tables.indicators.c.level.in_(levels))
        for row in connection.execute(of_levels):
            # A nation has every indicator thousands of times.
            found.setdefault(row[0], {})[intern(row[1])] = Figure(*row[2:])
    return found


def _figures(scope_id: int, capture: int) -> Select[Any]:
    columns = tables.figure_versions.c
    return (
        select(
            tables.unit_codes.c.code,
            tables.indicators.c.code.label("indicator"),
            columns.score,
            columns.max_score,
            columns.ratio,
            columns.numerator,
            columns.denominator,
            columns.quality,
        )
        .join(tables.indicators, tables.indicators.c.id == columns.indicator_id)
        .join(tables.unit_codes, tables.unit_codes.c.id == columns.unit_id)
        .where(_stood(tables.figure_versions, scope_id, capture))
    )


def _stood(table: Table, scope_id: int, capture: int) -> ColumnElement[bool]:
    columns = table.c
    return and_(
        columns.scope_id == scope_id,
        columns.opened_by <= capture,
        or_(columns.closed_by.is_(None), columns.closed_by > capture),
    )


def _newest_first(period: Period) -> tuple[int, int, int]:
    order = {"year": 0, "quarter": 1, "month": 2}
    return order[period.type], -period.year, -period.number

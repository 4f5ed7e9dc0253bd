"""The store as it was: capture numbers rise with time, so "as of" compares two integers."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Table, and_, or_, select
from sqlalchemy.sql.elements import ColumnElement

from models import tables
from scrapers.periods import Period, period_type
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
    computes periods again long after they ended.
    """
    scopes, captures = tables.scopes.c, tables.captures.c
    rows = connection.execute(
        select(
            scopes.id,
            scopes.province_code,
            scopes.period_type,
            scopes.year,
            scopes.period_no,
            captures.id.label("capture"),
            captures.completed_at,
            captures.day,
            captures.is_backfill,
        )
        .join(tables.captures, captures.scope_id == scopes.id)
        .where(
            scopes.dataset == "index",
            scopes.series == series,
            scopes.period_type.is_not(None),
            captures.status.in_(BELIEVED),
            captures.day <= (seen_on or day).isoformat(),
        )
        .order_by(scopes.id, captures.id)
    ).all()
    found: dict[int, ScopeRow] = {}
    for row in rows:
        period = Period(period_type(row.period_type), row.year, row.period_no)
        last = found.get(row.id)
        if last is None and row.day > day.isoformat():
            continue
        is_checked = row.is_backfill is None
        if last and last.is_checked and not is_checked:
            continue
        stood = last if last and last.is_checked == is_checked else None
        before, before_at = (stood.before, stood.before_at) if stood else (None, None)
        if row.day < day.isoformat():
            before, before_at = row.capture, row.completed_at
        found[row.id] = ScopeRow(
            row.id,
            row.province_code,
            period,
            row.capture,
            row.completed_at,
            before,
            before_at,
            is_checked,
        )
    return sorted(found.values(), key=lambda scope: _newest_first(scope.period))


def standings_at(connection: Connection, scope_id: int, capture: int | None) -> dict[str, Standing]:
    """Unit code -> standing as of a capture; empty for None."""
    if capture is None:
        return {}
    columns = tables.standing_versions.c
    rows = connection.execute(
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
    return {row[0]: Standing(*row[1:]) for row in rows}


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
    connection: Connection, scope_id: int, capture: int | None
) -> dict[str, dict[str, Figure]]:
    """Unit code -> indicator -> figure as of a capture; empty for None."""
    found: dict[str, dict[str, Figure]] = {}
    if capture is not None:
        for row in connection.execute(_figures(scope_id, capture)):
            found.setdefault(row[0], {})[row[1]] = Figure(*row[2:])
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

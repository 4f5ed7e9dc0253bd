"""The course of a province over a year: its total as it was seen day by day, and its months."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from models import tables
from scrapers.periods import Period
from sync.report.asof import BELIEVED, index_scopes, standings_at
from sync.rules.differences import Standing
from sync.series import series_of


class CoursePoint(NamedTuple):
    """Where the year's total stood at the end of a day on which it was read; hundredths."""

    day: dt.date
    total: int
    rank: int | None
    rank_of: int


class MonthTotal(NamedTuple):
    """The total of one month, in hundredths; None where it was not read or not printed."""

    period: Period
    total: int | None
    rank: int | None
    rank_of: int | None


@dataclass(frozen=True)
class Course:
    """A year of a province, as it was seen up to a day."""

    days: list[CoursePoint]
    """The total of the year's period, oldest first; days without a reading are not there."""
    months: list[MonthTotal]
    """The months of the year that had begun, January first."""


def course(connection: Connection, province_code: str, year: int, seen_on: dt.date) -> Course:
    """The course of a province in a year; days are days of Viet Nam, from the store alone."""
    period = Period("year", year)
    scopes = {
        scope.period: scope
        for scope in index_scopes(connection, seen_on, series=series_of(period))
        if scope.province_code is None and scope.period.year == year
    }
    whole = scopes.get(period)
    days = [] if whole is None else _days(connection, whole.id, province_code, seen_on)
    months = []
    for number in range(1, 13):
        month = Period("month", year, number)
        if month.first_day > seen_on:
            break
        scope = scopes.get(month)
        found = standings_at(connection, scope.id, scope.now, province_code) if scope else {}
        months.append(_month_total(month, found.get(province_code)))
    return Course(days, months)


def _month_total(month: Period, standing: Standing | None) -> MonthTotal:
    if standing is None or standing.total is None:
        return MonthTotal(month, None, None, None)
    return MonthTotal(month, standing.total, standing.rank, standing.rank_of)


def _days(
    connection: Connection, scope_id: int, province_code: str, seen_on: dt.date
) -> list[CoursePoint]:
    """One point for each day with a believed reading: what its last one showed."""
    captures = tables.captures.c
    read = connection.execute(
        select(captures.id, captures.day)
        .where(
            captures.scope_id == scope_id,
            captures.status.in_(BELIEVED),
            captures.day <= seen_on.isoformat(),
        )
        .order_by(captures.id)
    )
    last_of_day = {row.day: row.id for row in read}
    columns = tables.standing_versions.c
    versions = connection.execute(
        select(columns.opened_by, columns.closed_by, columns.total, columns.rank, columns.rank_of)
        .join(tables.unit_codes, tables.unit_codes.c.id == columns.unit_id)
        .where(columns.scope_id == scope_id, tables.unit_codes.c.code == province_code)
        .order_by(columns.opened_by)
    ).all()
    opened = [version.opened_by for version in versions]
    points = []
    for day, capture in sorted(last_of_day.items()):
        place = bisect_right(opened, capture) - 1
        if place < 0:
            continue
        stood = versions[place]
        is_closed = stood.closed_by is not None and stood.closed_by <= capture
        if not is_closed and stood.total is not None:
            date = dt.date.fromisoformat(day)
            points.append(CoursePoint(date, stood.total, stood.rank, stood.rank_of))
    return points

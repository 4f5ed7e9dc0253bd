"""The course of a province over a year, as it was seen."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine

from models import tables
from scrapers.periods import Period
from sync.report.course import Course, CoursePoint, MonthTotal, course
from sync.store import reading, writing


class Nation:
    """A store with the nation's table of some periods, written version by version."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._scopes: dict[Period, int] = {}
        self._last: dict[int, tuple[int, int | None]] = {}
        with writing(engine) as connection:
            connection.execute(tables.unit_codes.insert().values(id=1, code="H01"))

    def reads(self, day: int, period: Period, total: int | None, rank: int = 6) -> None:
        """One reading of November 2026 in which An Giang has a total (hundredths)."""
        at = dt.datetime(2026, 11, day, 1, tzinfo=dt.UTC)
        with writing(self.engine) as connection:
            if period not in self._scopes:
                connection.execute(
                    tables.scopes.insert().values(
                        id=len(self._scopes) + 1,
                        dataset="index",
                        source="portal",
                        name=f"VN/{period}",
                        series="current",
                        period_type=period.type,
                        year=period.year,
                        period_no=period.number,
                    )
                )
                self._scopes[period] = len(self._scopes) + 1
            scope = self._scopes[period]
            inserted = connection.execute(
                tables.captures.insert().values(
                    scope_id=scope,
                    started_at=at,
                    completed_at=at,
                    day=at.date().isoformat(),
                    status="accepted",
                    requests=1,
                )
            )
            assert inserted.inserted_primary_key is not None
            capture = int(inserted.inserted_primary_key[0])
            versions = tables.standing_versions
            connection.execute(
                versions.update()
                .where(versions.c.scope_id == scope, versions.c.closed_by.is_(None))
                .values(closed_by=capture)
            )
            connection.execute(
                versions.insert().values(
                    scope_id=scope,
                    unit_id=1,
                    opened_by=capture,
                    hash=capture,
                    total=total,
                    rank=rank,
                    rank_of=34,
                    has_activity=1,
                )
            )

    def course(self, day: int, year: int = 2026) -> Course:
        with reading(self.engine) as connection:
            return course(connection, "H01", year, dt.date(2026, 11, day))


@pytest.fixture
def nation(engine: Engine) -> Nation:
    return Nation(engine)


YEAR, OCTOBER = Period("year", 2026), Period("month", 2026, 10)


def test_a_day_shows_its_last_reading_and_days_without_one_are_not_there(nation: Nation) -> None:
    nation.reads(2, YEAR, 6000)
    nation.reads(2, YEAR, 6010, rank=5)
    nation.reads(5, YEAR, 5990)
    assert nation.course(9).days == [
        CoursePoint(dt.date(2026, 11, 2), 6010, 5, 34),
        CoursePoint(dt.date(2026, 11, 5), 5990, 6, 34),
    ]


def test_what_is_seen_later_is_not_in_it(nation: Nation) -> None:
    nation.reads(2, YEAR, 6000)
    nation.reads(2, OCTOBER, 7000)
    before = nation.course(3)
    nation.reads(4, YEAR, 6100)
    nation.reads(4, OCTOBER, 6500)
    assert nation.course(3) == before
    assert nation.course(4).months[9] == MonthTotal(OCTOBER, 6500, 6, 34)


def test_a_total_that_is_not_printed_is_no_zero(nation: Nation) -> None:
    nation.reads(2, YEAR, None)
    nation.reads(2, OCTOBER, None)
    found = nation.course(2)
    assert found.days == []
    assert found.months[9] == MonthTotal(OCTOBER, None, None, None)


def test_the_months_are_those_that_had_begun(nation: Nation) -> None:
    nation.reads(2, OCTOBER, 7000)
    months = nation.course(9).months
    assert [month.period.number for month in months] == list(range(1, 12))
    assert [month.period.number for month in months if month.total is not None] == [10]


def test_a_year_that_was_not_read_has_an_empty_course(nation: Nation) -> None:
    found = nation.course(9, year=2025)
    assert found.days == []
    assert {month.total for month in found.months} == {None}

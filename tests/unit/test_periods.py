"""Periods cut the calendar without gaps; days are those of Viet Nam; the clock can be stopped."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.periods import PERIOD_TYPES, Period, PeriodType, period_of, period_type
from sync import clock

DAYS = st.dates(min_value=dt.date(2, 1, 1), max_value=dt.date(9998, 12, 31))
TYPES = st.sampled_from(PERIOD_TYPES)
PERIODS = st.builds(period_of, DAYS, TYPES)
A_DAY = dt.timedelta(days=1)


@given(PERIODS)
def test_the_period_before_the_next_is_the_period_itself(period: Period) -> None:
    assert period.next().previous() == period
    assert period.previous().next() == period


@given(PERIODS)
def test_the_next_period_begins_on_the_day_after_the_last(period: Period) -> None:
    assert period.next().first_day == period.last_day + A_DAY
    assert period.previous().last_day == period.first_day - A_DAY
    assert period.next().type == period.previous().type == period.type


@given(DAYS, TYPES)
def test_a_day_lies_between_the_first_and_the_last_day_of_its_period(
    day: dt.date, type_: PeriodType
) -> None:
    period = period_of(day, type_)
    assert period.first_day <= day <= period.last_day


@given(PERIODS)
def test_both_edges_of_a_period_belong_to_it_and_the_days_beyond_do_not(period: Period) -> None:
    assert period_of(period.first_day, period.type) == period
    assert period_of(period.last_day, period.type) == period
    assert period_of(period.first_day - A_DAY, period.type) == period.previous()
    assert period_of(period.last_day + A_DAY, period.type) == period.next()


@pytest.mark.parametrize(("type_", "count"), [("year", 1), ("quarter", 4), ("month", 12)])
def test_a_year_is_made_of_whole_periods(type_: PeriodType, count: int) -> None:
    days = [dt.date(2024, 1, 1) + number * A_DAY for number in range(366)]
    periods = sorted({period_of(day, type_) for day in days})
    assert len(periods) == count
    lengths = [(period.last_day - period.first_day).days + 1 for period in periods]
    assert sum(lengths) == 366


@pytest.mark.parametrize(
    ("period", "first", "last", "name"),
    [
        (Period("year", 2026), "2026-01-01", "2026-12-31", "2026"),
        (Period("quarter", 2026, 1), "2026-01-01", "2026-03-31", "2026-Q1"),
        (Period("quarter", 2026, 4), "2026-10-01", "2026-12-31", "2026-Q4"),
        (Period("month", 2026, 2), "2026-02-01", "2026-02-28", "2026-02"),
        (Period("month", 2028, 2), "2028-02-01", "2028-02-29", "2028-02"),
        (Period("month", 2026, 11), "2026-11-01", "2026-11-30", "2026-11"),
    ],
)
def test_known_periods(period: Period, first: str, last: str, name: str) -> None:
    assert (period.first_day.isoformat(), period.last_day.isoformat()) == (first, last)
    assert str(period) == name


@given(PERIODS, PERIODS)
def test_two_periods_have_two_names(one: Period, other: Period) -> None:
    assert (str(one) == str(other)) == (one == other)


@pytest.mark.parametrize(
    ("period", "following"),
    [
        (Period("year", 2026), Period("year", 2027)),
        (Period("quarter", 2026, 3), Period("quarter", 2026, 4)),
        (Period("quarter", 2026, 4), Period("quarter", 2027, 1)),
        (Period("month", 2026, 12), Period("month", 2027, 1)),
    ],
)
def test_the_last_period_of_a_year_is_followed_by_the_first_of_the_next(
    period: Period, following: Period
) -> None:
    assert period.next() == following
    assert following.previous() == period


def test_a_type_read_from_the_store_is_one_of_the_three() -> None:
    assert [period_type(str(name)) for name in PERIOD_TYPES] == ["year", "quarter", "month"]
    with pytest.raises(ValueError, match="'week' is no type of period"):
        period_type("week")


def test_the_clock_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVCQG_NOW", "2026-11-20T07:12:33.5+07:00")
    assert clock.now() == dt.datetime(2026, 11, 20, 0, 12, 33, tzinfo=dt.UTC)
    assert clock.now().utcoffset() == dt.timedelta(0)
    monkeypatch.delenv("DVCQG_NOW")
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    assert before <= clock.now() <= dt.datetime.now(dt.UTC)


def test_a_day_begins_at_midnight_in_viet_nam() -> None:
    assert clock.day_of(dt.datetime(2026, 11, 19, 16, 59, 59, tzinfo=dt.UTC)).day == 19
    assert clock.day_of(dt.datetime(2026, 11, 19, 17, 0, tzinfo=dt.UTC)).day == 20

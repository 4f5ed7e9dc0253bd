"""Which periods and provinces a span of months has."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.former_provinces import MERGED_ON, provinces_in
from scrapers.periods import PERIOD_TYPES, Period, PeriodType, period_of
from sync.span import SpanError, span_of

TODAY = dt.date(2026, 11, 26)
MONTHS = st.builds(
    lambda year, month: f"{year}-{month:02d}", st.integers(2022, 2027), st.integers(1, 12)
)
TYPES = st.lists(st.sampled_from(PERIOD_TYPES), min_size=1, unique=True)


def names(first: str, last: str, types: tuple[PeriodType, ...] = PERIOD_TYPES) -> str:
    return " ".join(str(one) for one in span_of(first, last, ["H01"]).periods(types, TODAY))


def test_the_newest_come_first_and_of_these_the_longest() -> None:
    assert names("2025-10", "2026-03") == (
        "2026 2026-Q1 2026-03 2026-02 2026-01 2025-Q4 2025-12 2025-11 2025-10"
    )


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2026-10", "2026-10", "2026-Q4 2026-10"),
        ("2026-11", "2027-12", "2026-11"),
        ("2025-02", "2025-02", "2025-02"),
    ],
)
def test_a_period_belongs_to_the_month_in_which_it_began(first: str, last: str, found: str) -> None:
    assert names(first, last) == found


def test_a_period_is_read_from_its_second_day_on() -> None:
    span = span_of("2026-12", "2026-12", ["H01"])
    assert span.periods(["month"], dt.date(2026, 12, 2)) == [Period("month", 2026, 12)]
    with pytest.raises(SpanError, match="no month began between 2026-12 and 2026-12, or yet"):
        span.periods(["month"], dt.date(2026, 12, 1))


@given(MONTHS, MONTHS, TYPES, st.dates(dt.date(2022, 1, 2), dt.date(2028, 1, 1)))
def test_every_period_that_began_in_the_span_is_in_it_once(
    first: str, last: str, types: list[PeriodType], today: dt.date
) -> None:
    start, end = (dt.date.fromisoformat(f"{month}-01") for month in (first, last))
    days = (start + dt.timedelta(days=n) for n in range((end - start).days + 31))
    began = {
        period
        for day in days
        for type_ in types
        if (period := period_of(day, type_)).first_day == day and day < today and day <= end
    }
    try:
        found = span_of(first, last, ["all"]).periods(types, today)
    except SpanError:
        found = []
    assert sorted(found) == sorted(began)
    assert found == sorted(found, key=lambda one: one.last_day, reverse=True)


def test_all_are_the_provinces_that_there_were() -> None:
    span = span_of("2022-01", "2026-10", ["all"])
    for period, count in ((Period("year", 2024), 63), (Period("quarter", 2025, 3), 34)):
        assert span.provinces_of(period) == list(provinces_in(period))
        assert len(span.provinces_of(period)) == count


def test_a_province_is_asked_about_as_long_as_it_was_there() -> None:
    span = span_of("2022-01", "2026-10", ["H33", "H01", "H33"])
    assert span.provinces_of(Period("month", 2025, 6)) == ["H33", "H01"]
    assert span.provinces_of(Period("month", 2025, 7)) == ["H01"]


def test_a_province_that_had_ended_is_named_with_its_successor() -> None:
    span = span_of("2025-07", "2026-10", ["H33"])
    with pytest.raises(SpanError, match=f"H33 .Kiên Giang. became part of H01 on {MERGED_ON}"):
        span.periods(PERIOD_TYPES, TODAY)


@pytest.mark.parametrize(
    ("first", "last", "provinces", "said"),
    [
        ("2022", "2026-10", ["H01"], "--from is '2022'; write a month such as 2022-01"),
        ("2022-01", "2026-13", ["H01"], "--to is '2026-13'"),
        ("２０２２-01", "2026-10", ["H01"], "--from is"),
        ("2021-12", "2026-10", ["H01"], "there is nothing before 2022-01"),
        ("2026-02", "2026-01", ["H01"], "--to is 2026-01, which is before --from"),
        ("2022-01", "2026-10", ["An Giang"], "nearest: H01, An Giang"),
        ("2022-01", "2026-10", ["H01", "all"], "--province names 'all'"),
        ("2022-01", "2026-10", [""], "--province names ''"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(
    first: str, last: str, provinces: list[str], said: str
) -> None:
    with pytest.raises(SpanError, match=said) as refused:
        span_of(first, last, provinces)
    assert refused.value.exit_code == 2

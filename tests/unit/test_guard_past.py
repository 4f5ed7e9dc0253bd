"""What the guard expects of the past: 63 provinces, districts that nobody counted, or nothing."""

from __future__ import annotations

import pytest

from scrapers.periods import Period
from sync.guard import Facts, objections
from sync.history import Delta
from tests.unit.test_guard import facts, reading_of

BEFORE, AFTER = Period("quarter", 2025, 2), Period("quarter", 2025, 3)


def first(count: int, province: str | None, period: Period, *, of_past: bool = True) -> Facts:
    reading = reading_of(count, province)
    reading.period = period
    return facts(reading, first=True)._replace(units=Delta(0, count, count, 0, 0), of_past=of_past)


@pytest.mark.parametrize(
    ("period", "came", "refused"),
    [(BEFORE, 31, True), (BEFORE, 32, False), (AFTER, 16, True), (AFTER, 17, False)],
)
def test_the_nation_must_have_half_of_the_provinces_there_were(
    period: Period, came: int, refused: bool
) -> None:
    assert bool(objections(first(came, None, period))) is refused


@pytest.mark.parametrize(
    ("province", "period", "came", "refused"),
    [
        ("H01", BEFORE, 1, False),
        ("H33", BEFORE, 1, False),
        ("H01", AFTER, 58, True),
        ("H01", AFTER, 59, False),
    ],
)
def test_how_many_districts_there_were_nobody_knows(
    province: str, period: Period, came: int, refused: bool
) -> None:
    assert bool(objections(first(came, province, period))) is refused


@pytest.mark.parametrize("province", [None, "H01"])
@pytest.mark.parametrize("period", [BEFORE, AFTER])
def test_an_empty_list_of_the_past_is_a_period_without_data(
    province: str | None, period: Period
) -> None:
    empty = first(0, province, period)
    empty.reading.declared.clear()
    assert objections(empty) == []
    assert objections(empty._replace(of_past=False)) != []


def test_one_district_at_least_is_expected() -> None:
    empty = first(0, "H01", BEFORE, of_past=False)
    empty.reading.declared.clear()
    found = [one.explanation for one in objections(empty)]
    assert "chỉ có 0 đơn vị, trong khi thường có khoảng 1" in found


def test_an_empty_list_is_refused_where_there_was_data() -> None:
    empty = first(0, None, BEFORE)
    assert objections(empty._replace(units=Delta(1, 0, 0, 0, 1))) != []


def test_an_empty_list_that_declares_units_is_refused() -> None:
    empty = first(0, "H01", AFTER)
    empty.reading.declared["CKMB"] = 117
    assert objections(empty) != []


def test_what_comes_after_nothing_is_held_against_what_is_known() -> None:
    few = first(3, None, AFTER)
    held = facts(few.reading)._replace(units=few.units)
    assert any("where about 34 are known" in one.reason for one in objections(held))

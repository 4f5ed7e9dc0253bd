"""The older division: 63 provinces, of which 34 lasted, and the ids of the older interface."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.former_provinces import (
    AGENCY_IDS,
    FORMER_PROVINCES,
    is_before_mergers,
    predecessors,
    provinces_in,
)
from scrapers.periods import Period
from scrapers.provinces import PROVINCES
from tests.replica import legacy_provinces
from tests.replica.periods import Period as WorldPeriod

BEFORE = [Period("year", 2024), Period("quarter", 2025, 2), Period("month", 2025, 6)]
AFTER = [Period("year", 2025), Period("quarter", 2025, 3), Period("month", 2025, 7)]


@pytest.mark.parametrize("period", BEFORE)
def test_there_were_sixty_three(period: Period) -> None:
    assert is_before_mergers(period)
    assert list(provinces_in(period)) == [f"H{number:02d}" for number in range(1, 64)]
    assert provinces_in(period)["H33"] == "Kiên Giang"


@pytest.mark.parametrize("period", AFTER)
def test_there_are_thirty_four(period: Period) -> None:
    assert not is_before_mergers(period)
    assert provinces_in(period).keys() == PROVINCES.keys()


def test_every_former_province_went_into_one_that_lasts() -> None:
    assert FORMER_PROVINCES.keys().isdisjoint(PROVINCES)
    assert {one.successor for one in FORMER_PROVINCES.values()} <= PROVINCES.keys()
    assert predecessors("H01") == {"H33"}
    assert predecessors("H29") == {"H06", "H09"}
    assert predecessors("H26") == frozenset()


@given(st.sampled_from(sorted(FORMER_PROVINCES)))
def test_a_former_province_has_one_successor(code: str) -> None:
    assert [one for one in PROVINCES if code in predecessors(one)] == [
        FORMER_PROVINCES[code].successor
    ]


def test_each_province_of_today_has_an_id_of_its_own() -> None:
    assert AGENCY_IDS.keys() == PROVINCES.keys()
    assert len(set(AGENCY_IDS.values())) == 34


def test_the_replica_has_the_same_provinces_by_its_own_table() -> None:
    year = WorldPeriod("year", 2024, 0)
    for code, name in provinces_in(Period("year", 2024)).items():
        place = legacy_provinces.place_of(code, year)
        # Thừa Thiên Huế became Huế; the city of Hồ Chí Minh is written in short by us.
        assert place.endswith(name.removeprefix("TP ")), code
    for code, identifier in AGENCY_IDS.items():
        assert legacy_provinces.province_of(identifier) == code

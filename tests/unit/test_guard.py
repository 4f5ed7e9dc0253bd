"""What the guard objects to, and how near to it a reading may come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.evaluation import read_nation, read_province
from scrapers.evaluation_groups import GROUPS, TOTAL
from scrapers.periods import Period
from scrapers.records import Figure, IndexReading, Indicator, Unit
from sync import guard
from sync.guard import Before, Facts, objections
from sync.history import Delta
from tests.fixtures.portal_answers import PROVINCE_ID, answers, ask_of, nation_answers

YEAR = Period("year", 2026)
KNOWN_OF_H01 = 117
"""15 departments and 102 communes."""

METRICS = {
    "DOSSIER_SYNC": Indicator("DOSSIER_SYNC", "metric", "CKMB", "Đồng bộ"),
    "PUBLISH_ON_TIME": Indicator("PUBLISH_ON_TIME", "metric", "CKMB", "Công bố đúng hạn"),
}


def figures_of(code: str) -> list[Figure]:
    """A healthy unit: six groups of 10,00 that sum to 60,00, one of them split into metrics."""
    return [
        Figure(code, TOTAL.code, 6000, 10000, 6000, None, None),
        *(Figure(code, group, 1000, 2200, 4545, 5, 10) for group in GROUPS),
        Figure(code, "DOSSIER_SYNC", 600, 600, 10000, 10, 10),
        Figure(code, "PUBLISH_ON_TIME", 400, 600, 6667, 2, 3),
    ]


def reading_of(count: int, province: str | None = "H01") -> IndexReading:
    codes = [f"H01.{number}" for number in range(count)]
    members = {*codes, *([province] if province else [])}
    return IndexReading(
        province_code=province,
        period=YEAR,
        units={code: Unit(code, code, "commune", province, None) for code in sorted(members)},
        figures=[figure for code in sorted(members) for figure in figures_of(code)],
        indicators={TOTAL.code: TOTAL, **GROUPS, **METRICS},
        listed=set(codes),
        declared={"CKMB": count} if province else {},
        # A group answers with the province at its head.
        listed_by_group={group: set(members) for group in GROUPS} if province else {},
    )


def facts(
    reading: IndexReading | None = None, *, first: bool = False, gone: int = 0, before: int = 0
) -> Facts:
    """A reading beside the one before, of as many units as this one and those that are gone."""
    reading = reading or reading_of(KNOWN_OF_H01)
    before = before or len(reading.listed) + gone
    held = Before(before, dict.fromkeys(reading.listed_by_group, before))
    delta = Delta(before, before - gone, 0, 0, gone)
    return Facts(reading, len(reading.listed), delta, None if first else held)


def changed(
    pick: Callable[[Figure], bool], count: int, change: Callable[[Figure], Figure], units: int = 20
) -> Facts:
    """A later reading in which so many of the picked figures are changed."""
    reading = reading_of(units, None)
    picked = [place for place, one in enumerate(reading.figures) if pick(one)][:count]
    assert len(picked) == count
    for place in picked:
        reading.figures[place] = change(reading.figures[place])
    return facts(reading)


def is_total(figure: Figure) -> bool:
    return figure.indicator == TOTAL.code


def reasons(given: Facts) -> list[str]:
    return [objection.reason for objection in objections(given)]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("reading", [reading_of(KNOWN_OF_H01), reading_of(34, None)])
def test_a_healthy_reading_meets_no_objection(reading: IndexReading, first: bool) -> None:
    assert objections(facts(reading, first=first)) == []


def test_the_portals_own_arithmetic_meets_no_objection() -> None:
    province = read_province(ask_of(answers()), YEAR, "H01", PROVINCE_ID)
    nation = read_nation(ask_of(nation_answers()), YEAR)
    assert objections(facts(province)) == []
    assert objections(facts(nation)) == []


# --- How many units came


@pytest.mark.parametrize("first", [True, False])
def test_an_empty_list_is_refused_first_and_later(first: bool) -> None:
    reading = reading_of(20)
    reading.listed = set()
    assert "the list of units is empty" in reasons(facts(reading, first=first))


@pytest.mark.parametrize("declared", [0, 19, 21, 163])
def test_a_group_must_send_as_many_units_as_it_declares(declared: int) -> None:
    reading = reading_of(20)
    reading.declared["CKMB"] = declared
    assert reasons(facts(reading)) == [f"CKMB declares {declared} units and sent 20"]


@pytest.mark.parametrize(
    ("province", "came", "refused"),
    [("H01", 58, True), ("H01", 59, False), (None, 16, True), (None, 17, False)],
)
def test_a_first_reading_must_hold_half_of_the_units_known_of(
    province: str | None, came: int, refused: bool
) -> None:
    reading = reading_of(came, province)
    assert bool(objections(facts(reading, first=True))) is refused
    assert objections(facts(reading)) == []


@pytest.mark.parametrize(
    ("before", "gone", "refused"),
    [
        (20, 3, False),
        (20, 4, True),
        (39, 4, True),
        (40, 4, False),
        (100, 10, False),
        (100, 11, True),
        (117, 11, False),
        (117, 12, True),
    ],
)
def test_three_units_or_a_tenth_may_be_gone(before: int, gone: int, refused: bool) -> None:
    found = reasons(facts(reading_of(before - gone or 1), gone=gone, before=before))
    assert (f"{gone} of {before} units are gone" in found) is refused


@pytest.mark.parametrize(
    ("before", "gone", "refused"),
    [
        (20, 3, False),
        (20, 4, True),
        (20, 5, True),
        (100, 10, False),
        (100, 11, True),
    ],
)
def test_three_units_or_a_tenth_may_be_gone_from_a_group(
    before: int, gone: int, refused: bool
) -> None:
    # The province stands in a group's answer, and not among the units that were counted before.
    reading = reading_of(before)
    left = {f"H01.{number}" for number in range(before - gone)}
    reading.listed_by_group["MDHL"] = {"H01", *left}
    assert any(one.startswith("MDHL had") for one in reasons(facts(reading))) is refused


def test_a_group_that_is_missing_whole_is_refused() -> None:
    reading = reading_of(20)
    del reading.listed_by_group["TDGQ"]
    held = facts()._replace(reading=reading, before=Before(20, dict.fromkeys(GROUPS, 20)))
    assert "TDGQ had 20 units and has 0" in reasons(held)


def test_a_list_that_lost_units_is_refused_though_the_groups_are_whole() -> None:
    reading = reading_of(20)
    reading.listed = {"H01.0"}
    reading.figures = [one for one in reading.figures if one.indicator != TOTAL.code]
    reading.figures.append(figures_of("H01.0")[0])
    assert objections(facts(reading, before=20)) != []


def test_a_nation_without_groups_is_refused_when_it_had_them() -> None:
    reading = reading_of(34, None)
    reading.figures = [one for one in reading.figures if one.indicator == TOTAL.code]
    held = facts(reading)._replace(before=Before(34, dict.fromkeys(GROUPS, 34)))
    assert objections(held) != []


def test_a_first_reading_whose_group_is_empty_is_refused() -> None:
    reading = reading_of(KNOWN_OF_H01)
    reading.listed_by_group["TDGQ"] = {"H01"}
    reading.figures = [
        one for one in reading.figures if one.indicator != "TDGQ" or one.unit_code == "H01"
    ]
    assert objections(facts(reading, first=True)) != []


def test_a_first_reading_is_not_held_against_one_before() -> None:
    lost_much = facts(reading_of(KNOWN_OF_H01), gone=100, before=200)._replace(active=0)
    assert reasons(lost_much) != []
    assert reasons(lost_much._replace(before=None)) == []


@pytest.mark.parametrize(
    ("before", "gone", "refused"),
    [(20, 3, False), (20, 4, True), (100, 10, False), (100, 11, True)],
)
def test_three_units_or_a_tenth_may_leave_the_registry(
    before: int, gone: int, refused: bool
) -> None:
    registry = Delta(before, before - gone, 0, 0, gone)
    said = [f"{gone} of {before} known units are not listed"] * refused
    assert reasons(facts(first=True)._replace(registry=registry)) == said


# --- What the figures say


def test_totals_that_are_all_zero_are_refused_and_one_hundredth_is_not() -> None:
    nil = changed(is_total, 20, lambda one: one._replace(score=0))
    assert "every total is zero" in reasons(nil)
    nearly = changed(is_total, 19, lambda one: one._replace(score=0))
    assert "every total is zero" not in reasons(nearly)


def test_units_that_are_all_zero_are_refused_though_their_province_is_not() -> None:
    reading = reading_of(20)
    reading.figures = [
        one if one.unit_code == "H01" else one._replace(score=0, ratio=0, numerator=0)
        for one in reading.figures
    ]
    assert objections(facts(reading)) != []


@pytest.mark.parametrize(
    ("active", "before", "refused"), [(0, 20, True), (0, 1, True), (1, 20, False), (0, 0, False)]
)
def test_activity_may_not_vanish_everywhere(active: int, before: int, refused: bool) -> None:
    held = facts(reading_of(20))
    assert held.before
    held = held._replace(active=active, before=held.before._replace(active=before))
    assert bool(objections(held)) is refused


@pytest.mark.parametrize(
    ("score", "maximum", "refused"),
    [(602, 600, False), (603, 600, True), (None, 600, False), (700, None, False), (1, 0, False)],
)
def test_no_score_may_exceed_its_maximum(
    score: int | None, maximum: int | None, refused: bool
) -> None:
    reading = reading_of(20)
    reading.figures.append(Figure("H01.0", "DOSSIER_SYNC", score, maximum, 0, None, None))
    assert (guard.exceeds_maxima(facts(reading)) is not None) is refused


def off_by(hundredths: int, count: int, code: str) -> Facts:
    return changed(
        lambda one: one.indicator == code,
        count,
        lambda one: one._replace(score=(one.score or 0) + hundredths),
    )


sums_off_by = partial(off_by, code=TOTAL.code)
metrics_off_by = partial(off_by, code="PUBLISH_ON_TIME")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (sums_off_by(-3, 11), "the six groups do not sum to the total in 11 of 20 cases"),
        (sums_off_by(3, 11), "the six groups do not sum to the total in 11 of 20 cases"),
        (sums_off_by(3, 10), None),
        (sums_off_by(2, 20), None),
        (sums_off_by(-2, 20), None),
        (metrics_off_by(-3, 11), "the metrics do not sum to their group in 11 of 20 cases"),
        (metrics_off_by(3, 11), "the metrics do not sum to their group in 11 of 20 cases"),
        (metrics_off_by(3, 10), None),
        (metrics_off_by(2, 20), None),
    ],
)
def test_sums_may_be_wrong_for_half_and_by_rounding(given: Facts, reason: str | None) -> None:
    assert reasons(given) == ([reason] if reason else [])


def test_a_unit_that_lacks_a_group_is_no_wrong_sum() -> None:
    reading = reading_of(20, None)
    reading.figures = [one for one in reading.figures if one.indicator != "MDHL"]
    assert objections(facts(reading)) == []


@pytest.mark.parametrize("unknown", [TOTAL.code, "MDHL"])
def test_a_null_is_no_wrong_sum(unknown: str) -> None:
    nulls = changed(lambda one: one.indicator == unknown, 19, lambda one: one._replace(score=None))
    assert objections(nulls) == []


def test_totals_that_are_all_blank_are_refused_and_not_called_zero() -> None:
    blank = changed(is_total, 20, lambda one: one._replace(score=None))
    assert reasons(blank) == ["every total is blank"]


def test_a_group_that_prints_no_metric_scores_is_no_wrong_sum() -> None:
    nulls = changed(lambda one: one.indicator in METRICS, 40, lambda one: one._replace(score=None))
    assert objections(nulls) == []


@pytest.mark.parametrize(
    ("count", "whole", "refused"), [(80, 9, False), (81, 9, True), (160, None, False)]
)
def test_parts_may_exceed_their_wholes_for_half(
    count: int, whole: int | None, refused: bool
) -> None:
    more_than_all = changed(
        lambda one: one.denominator is not None,
        count,
        lambda one: one._replace(numerator=10, denominator=whole),
    )
    assert any("numerators" in one for one in reasons(more_than_all)) is refused


def test_nothing_of_nothing_is_not_more_than_all() -> None:
    counted = changed(
        lambda one: one.denominator is not None,
        160,
        lambda one: one._replace(numerator=0, denominator=0),
    )
    assert objections(counted) == []


# --- Whatever comes

NUMBER = st.none() | st.integers(0, 12_000)
FIGURE = st.builds(
    Figure,
    st.sampled_from(["H01", "H01.1", "H01.2", "H01.3"]),
    st.sampled_from([TOTAL.code, *GROUPS, *METRICS, "UNKNOWN"]),
    *[NUMBER] * 5,
)
BEFORE = st.builds(
    Before, st.integers(0, 9), st.dictionaries(st.sampled_from([*GROUPS]), st.integers(0, 9))
)


@settings(deadline=None)
@given(
    st.lists(FIGURE, max_size=40),
    st.sampled_from([None, "H01", "H99"]),
    st.sets(st.sampled_from(["H01", "H01.1", "H01.2"])),
    st.none() | BEFORE,
    st.integers(0, 9),
)
def test_objections_never_fail_and_always_say_why(
    figures: list[Figure], province: str | None, listed: set[str], before: Before | None, gone: int
) -> None:
    reading = reading_of(0, province)
    reading.figures, reading.listed = figures, listed
    reading.listed_by_group = {"CKMB": listed}
    reading.declared = {"CKMB": 2}
    for one in objections(Facts(reading, 0, Delta(9, 9 - gone, 0, 0, gone), before)):
        assert one.reason
        assert one.explanation
        assert "None" not in one.reason + one.explanation


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(0, 400))
def test_losing_more_units_is_never_better(before: int, gone: int) -> None:
    def refuses(number: int) -> bool:
        return guard.lost_units(facts(gone=number, before=before)) is not None

    assert refuses(gone) <= refuses(gone + 1)

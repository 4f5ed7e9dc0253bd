"""Rank, class and activity, by the numbered rules of `sync/standings.py`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.records import Figure, Kind, Unit
from sync.standings import (
    DOSSIER_INDICATORS,
    IDLE_TOTAL,
    Standing,
    class_of,
    has_activity,
    shared_ranks,
    standings,
)

CLASSES = [("Xuất sắc", 90.0), ("Tốt", 80.0), ("Khá", 70.0), ("Trung bình", 50.0), ("Yếu", 0.0)]
SCORES = st.dictionaries(st.text(max_size=4), st.integers(-100, 10_000), max_size=40)
KINDS: tuple[Kind, ...] = ("department", "commune")


def a_unit(code: str, kind: Kind = "commune") -> Unit:
    return Unit(code, f"Đơn vị {code}", kind, "H01", None)


def total(code: str, score: int | None) -> Figure:
    return Figure(code, "TOTAL", score, 10_000, None, None, None)


def dossiers(code: str, denominator: int | None, indicator: str = "TDGQ") -> Figure:
    return Figure(code, indicator, None, None, None, 0, denominator)


def stood(units: list[Unit], figures: list[Figure]) -> dict[str, Standing]:
    found = standings(units, figures, CLASSES)
    assert len(found) == len({standing.unit_code for standing in found})
    return {standing.unit_code: standing for standing in found}


@given(SCORES)
def test_a_rank_counts_the_strictly_better_ones(scores: dict[str, int]) -> None:
    ranks = shared_ranks(scores)
    assert ranks.keys() == scores.keys()
    for code, score in scores.items():
        assert ranks[code] - 1 == sum(other > score for other in scores.values())


def test_equal_totals_share_a_rank_and_the_next_is_skipped() -> None:
    assert shared_ranks({"a": 70, "b": 90, "c": 80, "d": 80}) == {"b": 1, "c": 2, "d": 2, "a": 4}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 4000), min_size=1))
def test_each_kind_is_ranked_as_if_the_other_were_not_there(scores: dict[str, int]) -> None:
    kinds = {code: KINDS[number % 2] for number, code in enumerate(sorted(scores))}
    units = [a_unit(code, kind) for code, kind in kinds.items()]
    figures = [total(code, score) for code, score in scores.items()]
    together = stood(units, figures)
    for kind in KINDS:
        alone = stood(
            [unit for unit in units if unit.kind == kind],
            [figure for figure in figures if kinds[figure.unit_code] == kind],
        )
        assert alone == {code: together[code] for code, its in kinds.items() if its == kind}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 4000), min_size=1))
def test_only_active_units_are_ranked_counted_and_classed(scores: dict[str, int]) -> None:
    found = stood([a_unit(code) for code in scores], [total(*item) for item in scores.items()])
    ranked = {code for code, score in scores.items() if score > IDLE_TOTAL}
    assert {code for code, standing in found.items() if standing.rank is not None} == ranked
    for code, standing in found.items():
        assert standing.total == scores[code]
        assert standing.rank_of == len(ranked)
        assert (standing.class_ is not None) == standing.has_activity == (code in ranked)


def test_a_unit_without_activity_is_listed_but_has_neither_rank_nor_class() -> None:
    units = [a_unit("busy"), a_unit("idle")]
    figures = [total("busy", 8270), total("idle", 9900), dossiers("idle", 0)]
    found = stood(units, figures)
    assert found["idle"] == Standing("idle", 9900, None, 1, None, False)
    assert found["busy"] == Standing("busy", 8270, 1, 1, "Tốt", True)


@pytest.mark.parametrize("indicator", sorted(DOSSIER_INDICATORS))
def test_one_dossier_anywhere_is_activity_whatever_the_total(indicator: str) -> None:
    idle = [dossiers("a", 0, other) for other in DOSSIER_INDICATORS - {indicator}]
    found = stood([a_unit("a")], [total("a", IDLE_TOTAL), dossiers("a", 1, indicator), *idle])
    assert found["a"].has_activity
    assert (found["a"].rank, found["a"].class_) == (1, "Yếu")


def test_denominators_of_other_figures_say_nothing_about_activity() -> None:
    published = dossiers("a", 500, "CKMB")
    assert not stood([a_unit("a")], [total("a", IDLE_TOTAL), published])["a"].has_activity


def test_a_denominator_that_was_not_printed_says_nothing_about_activity() -> None:
    unprinted = dossiers("a", None)
    assert stood([a_unit("a")], [total("a", 5000), unprinted])["a"].has_activity
    assert not stood([a_unit("a")], [total("a", IDLE_TOTAL), unprinted])["a"].has_activity


@pytest.mark.parametrize(
    ("points", "active"), [(0, False), (1599, False), (1600, False), (1601, True), (None, True)]
)
def test_without_denominators_exactly_sixteen_points_or_less_mean_no_activity(
    points: int | None, active: bool
) -> None:
    assert has_activity(points, []) is active


@given(st.lists(st.integers(0, 5), min_size=1), st.none() | st.integers(0, 10_000))
def test_denominators_outweigh_the_total(denominators: list[int], points: int | None) -> None:
    assert has_activity(points, denominators) == (sum(denominators) > 0)


@pytest.mark.parametrize(
    ("points", "label"),
    [
        (10_000, "Xuất sắc"),
        (9000, "Xuất sắc"),
        (8999, "Tốt"),
        (8000, "Tốt"),
        (7000, "Khá"),
        (6999, "Trung bình"),
        (5000, "Trung bình"),
        (4999, "Yếu"),
        (0, "Yếu"),
    ],
)
def test_a_class_begins_at_its_lowest_points(points: int, label: str) -> None:
    assert class_of(points, CLASSES) == label


@given(st.integers(0, 10_000))
def test_a_boundary_with_two_decimals_is_exact(boundary: int) -> None:
    classes = [("Đạt", boundary / 100)]
    assert class_of(boundary, classes) == "Đạt"
    assert class_of(boundary - 1, classes) is None


def test_a_unit_with_groups_but_no_total_is_listed_without_rank() -> None:
    group = Figure("a", "CKMB", 1200, 1800, None, None, None)
    found = stood([a_unit("a"), a_unit("b")], [group, total("b", 6000)])
    assert found["a"] == Standing("a", None, None, 1, None, True)
    assert found["b"].rank == 1


def test_a_unit_without_any_figure_has_no_standing() -> None:
    assert stood([a_unit("a"), a_unit("silent")], [total("a", 6000)]).keys() == {"a"}


def test_figures_of_a_unit_that_is_not_listed_are_passed_over() -> None:
    found = stood([a_unit("a")], [total("a", 6000), total("stranger", 9000)])
    assert found == {"a": Standing("a", 6000, 1, 1, "Trung bình", True)}

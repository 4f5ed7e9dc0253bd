"""A handful of dossiers moves whole points: that is told, and alarms nobody."""

from __future__ import annotations

import pytest

from scrapers.evaluation_groups import TOTAL
from sync.changes import Severity
from sync.rules.differences import Move, UnitDifference
from sync.rules.index import index_changes
from tests.fixtures.differences import LATER, METRIC, figure, kinds, moved, standing, unit


def fallen(dossiers: int | None, code: str = "H01.15") -> UnitDifference:
    """A unit that fell by three points, a place, and a class, over so many dossiers."""
    old = figure(600, numerator=6, denominator=dossiers and dossiers - 1)
    new = figure(300, numerator=6, denominator=dossiers)
    return unit(
        {TOTAL.code: moved(7100, 6800), METRIC: Move(old, new)},
        code=code,
        before=standing(7100, rank=1),
        after=standing(6800, rank=9, class_="Trung bình"),
    )


@pytest.mark.parametrize(
    ("dossiers", "gravest"),
    [(2, Severity.info), (30, Severity.info), (31, Severity.critical), (None, Severity.critical)],
)
def test_over_few_dossiers_a_fall_is_information(dossiers: int | None, gravest: Severity) -> None:
    changes = index_changes([fallen(dossiers)], LATER)
    assert set(kinds(changes)) == {"score_drop", "rank_drop", "class_change"}
    assert max(change.severity for change in changes) == gravest


def test_one_large_count_is_enough_to_believe_a_fall() -> None:
    few = fallen(2)
    counted = Move(figure(1800, denominator=500), figure(1700, denominator=510))
    both = few._replace(moves={**few.moves, "TDGQ": counted})
    assert max(change.severity for change in index_changes([both], LATER)) == Severity.critical


@pytest.mark.parametrize(("dossiers", "is_told"), [(2, False), (300, True)])
def test_units_with_few_dossiers_make_no_recount(dossiers: int, is_told: bool) -> None:
    units = [fallen(dossiers, code=f"H01.{number}") for number in range(100)]
    assert ("recomputed" in kinds(index_changes(units, LATER))) is is_told

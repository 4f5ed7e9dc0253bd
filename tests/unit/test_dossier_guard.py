"""The guard of listings, one check after the other."""

from __future__ import annotations

from typing import Any

import pytest

from sync.dossier_guard import NONE_OVERDUE, ListingFacts, OverdueFacts, listing_objections
from sync.guard import Objection
from sync.history import Delta

WELL = ListingFacts(
    contradictions=[],
    listing=Delta(before=100, staged=100, added=10, changed=5, gone=10),
    overdue=OverdueFacts(before=40, left=10, emptied={"state": 1, "due_at": 0}),
    units_before={"H01.12": 20, "H01.100": 3},
    units_now={"H01.12": 18},
    is_older=False,
)


def reasons(**facts: Any) -> list[str]:
    return [one.reason for one in listing_objections(WELL._replace(**facts))]


def overdue(before: int, left: int = 0, **emptied: int) -> OverdueFacts:
    return OverdueFacts(before, left, emptied)


def test_an_ordinary_morning_is_believed() -> None:
    assert reasons() == []


def test_a_first_listing_is_held_against_itself_alone() -> None:
    facts: dict[str, Any] = {"listing": None, "overdue": NONE_OVERDUE, "units_before": {}}
    assert reasons(**facts) == []
    cut = Objection("5 rows came where 9 are declared", "Đọc được 5 dòng")
    assert reasons(**facts, contradictions=[cut]) == [cut.reason]


def test_an_older_listing_is_not_believed() -> None:
    assert reasons(is_older=True) == ["it is older than the last believed listing"]


@pytest.mark.parametrize(
    ("before", "gone", "is_refused"), [(100, 50, False), (100, 51, True), (19, 19, False)]
)
def test_a_long_list_does_not_lose_half_of_its_dossiers(
    before: int, gone: int, is_refused: bool
) -> None:
    delta = Delta(before, before - gone, 0, 0, gone)
    assert bool(reasons(listing=delta)) is is_refused
    said = [f"{gone} of {before} overdue dossiers left the list at once"] * is_refused
    assert reasons(overdue=overdue(before, gone)) == said


def test_a_collapse_is_told_once() -> None:
    delta = Delta(100, 0, 0, 0, 100)
    assert reasons(listing=delta, overdue=overdue(40, 40)) == [
        "100 of 100 dossiers are gone at once"
    ]


def test_a_large_unit_does_not_vanish_and_a_small_one_may() -> None:
    units = {"H01.12": 10, "H01.100": 9}
    assert reasons(units_before=units, units_now={"H01.12": 1}) == []
    assert "1 large units are no longer listed" in reasons(units_before=units, units_now={})[0]


@pytest.mark.parametrize(
    ("before", "emptied", "is_refused"),
    [(40, 4, False), (40, 5, True), (5, 3, False), (5, 4, True), (0, 0, False)],
)
def test_a_column_does_not_empty(before: int, emptied: int, is_refused: bool) -> None:
    facts = WELL._replace(overdue=overdue(before, state=emptied, officer=emptied - 1))
    found = listing_objections(facts)
    assert bool(found) is is_refused
    if found:
        assert f"{emptied} of {before}" in found[0].reason
        assert "không còn ghi trạng thái" in found[0].explanation

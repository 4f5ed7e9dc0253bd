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


def test_the_largest_of_the_units_that_vanished_is_named() -> None:
    units = {"H01.12": 10, "H01.3": 340, "H01.9": 11}
    [objection] = listing_objections(WELL._replace(units_before=units, units_now={}))
    assert objection.reason == ("3 large units are no longer listed, the largest with 340 dossiers")
    assert objection.explanation == (
        "3 đơn vị có nhiều hồ sơ không còn trong danh sách (ví dụ H01.3: 340)"
    )


@pytest.mark.parametrize(
    ("before", "emptied", "is_refused"),
    [
        *((40, 4, False), (40, 5, True), (5, 3, False), (5, 4, True), (0, 0, False)),
        *((100, 10, False), (100, 11, True), (1000, 100, False), (1000, 101, True)),
    ],
)
def test_a_column_does_not_empty(before: int, emptied: int, is_refused: bool) -> None:
    facts = WELL._replace(overdue=overdue(before, state=emptied, officer=emptied - 1))
    found = listing_objections(facts)
    assert bool(found) is is_refused
    if found:
        assert f"{emptied} of {before}" in found[0].reason
        assert "không còn ghi trạng thái" in found[0].explanation


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("due_at", "ngày hẹn trả"),
        ("received_at", "ngày tiếp nhận"),
        ("state", "trạng thái"),
        ("officer", "cán bộ xử lý"),
        ("unit_code", "mã đơn vị"),
        ("unit_name", "tên đơn vị"),
        ("procedure_code", "mã thủ tục"),
        ("procedure_name", "tên thủ tục"),
    ],
)
def test_the_column_that_emptied_is_named(field: str, words: str) -> None:
    facts = WELL._replace(overdue=OverdueFacts(1200, 0, {"other": 130, field: 1150}))
    [objection] = listing_objections(facts)
    assert objection == Objection(
        f"1150 of 1200 overdue dossiers have lost their {field} at once",
        f"1.150 trong 1.200 hồ sơ quá hạn không còn ghi {words} (nguồn đổi tên cột?)",
    )


@pytest.mark.parametrize(
    ("facts", "explanation"),
    [
        ({"is_older": True}, "danh sách cũ hơn danh sách đã nhận gần nhất"),
        (
            {"listing": Delta(1200, 0, 0, 0, 1200)},
            "1.200 trong 1.200 hồ sơ biến mất cùng lúc",
        ),
        (
            {"overdue": overdue(1200, 1150)},
            "1.150 trong 1.200 hồ sơ quá hạn rời danh sách cùng lúc",
        ),
    ],
)
def test_an_official_reads_why(facts: dict[str, Any], explanation: str) -> None:
    assert [one.explanation for one in listing_objections(WELL._replace(**facts))] == [explanation]


@pytest.mark.parametrize(("gone", "is_refused"), [(10, False), (11, True)])
def test_twenty_dossiers_are_a_long_list(gone: int, is_refused: bool) -> None:
    assert bool(reasons(listing=Delta(20, 20 - gone, 0, 0, gone))) is is_refused

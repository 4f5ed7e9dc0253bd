"""Every fault of the catalogue does what it says, to the calls and procedures it is meant for."""

from __future__ import annotations

import json

import pytest

from .asking import data_from, post
from .catalogue_asking import ask_detail, ask_list, id_of, ids_of, page, pages
from .catalogue_cast import CAST
from .catalogue_expected import TOTALS
from .catalogue_routes import DETAIL, FORMALITIES, LIST
from .catalogue_world import listed
from .server import Replica


def test_a_list_that_stops_early_keeps_its_total(portal: Replica) -> None:
    portal.fault("list_stops", path=LIST, page=3)
    found = pages(portal, 100, 3)
    assert [len(one["items"]) for one in found] == [100, 100, 0]
    assert (found[2]["lastId"], found[2]["total"]) == ("", TOTALS[1])


def test_a_cursor_that_repeats_or_loops(portal: Replica) -> None:
    whole = pages(portal, 50, 5)
    portal.fault("cursor_repeats", path=LIST, page=2)
    found = pages(portal, 50, 2)
    assert found[1]["lastId"] == found[0]["lastId"]
    assert ids_of(found[1]) == ids_of(whole[1])
    portal.clear_faults()
    portal.fault("cursor_loops", path=LIST, page=4, to=1)
    found = pages(portal, 50, 5)
    assert found[3]["lastId"] == found[0]["lastId"]
    assert ids_of(found[4]) == ids_of(whole[1])


def test_a_page_that_repeats_the_one_before(portal: Replica) -> None:
    whole = pages(portal, 50, 3)
    portal.fault("page_repeats", path=LIST, page=2)
    found = pages(portal, 50, 3)
    assert ids_of(found[1]) == ids_of(whole[0])
    assert ids_of(found[2]) == ids_of(whole[2])


def test_totals_that_are_wrong_or_missing(portal: Replica) -> None:
    portal.fault("total_wrong", path=LIST, by=-40, times=1)
    assert page(portal)["total"] == TOTALS[1] - 40
    portal.fault("total_missing", path=LIST, times=1)
    assert "total" not in page(portal)
    assert page(portal)["total"] == TOTALS[1]


def test_a_list_that_collapses_declares_its_new_total(portal: Replica) -> None:
    portal.fault("keep_share", path=LIST, share=0.5)
    assert page(portal)["total"] == TOTALS[1] // 2
    portal.clear_faults()
    portal.fault("empty", path=LIST)
    assert page(portal) == {"items": [], "lastId": "", "total": 0}


def test_an_item_without_an_id(portal: Replica) -> None:
    portal.fault("item_without_id", path=LIST, page=2)
    first, second = pages(portal, 50, 2)
    assert all("id" in item for item in first["items"])
    assert ["id" in item for item in second["items"]] == [False, *[True] * 49]


@pytest.mark.parametrize("status", [400, 500])
def test_a_share_of_details_fails_always_the_same(portal: Replica, status: int) -> None:
    portal.fault("detail_fails", path=DETAIL, share=0.05, status=status)
    asked = [role.code for role in CAST if role.since == 1] + [
        version.outline.code for version in listed(1)[:200]
    ]
    failed: list[list[str]] = [[], []]
    for turn in failed:
        for code in asked:
            got, _, body = ask_detail(portal, code)
            assert got in (201, status)
            if got == status:
                assert json.loads(body)["data"] is None
                turn.append(code)
    assert failed[0] == failed[1]
    assert 0.01 < len(failed[0]) / len(asked) < 0.12


def test_given_details_fail(portal: Replica) -> None:
    portal.fault("detail_fails", path=DETAIL, ids=[id_of("1.004946")])
    assert ask_detail(portal, "1.004946")[0] == 400
    assert ask_detail(portal, "1.001612")[0] == 201


def test_another_procedure_is_answered(portal: Replica) -> None:
    portal.fault("wrong_detail", path=DETAIL, ids=[id_of("1.004946")])
    assert data_from(ask_detail(portal, "1.004946"))["id"] != id_of("1.004946")
    assert data_from(ask_detail(portal, "1.001612"))["id"] == id_of("1.001612")


def test_members_renamed_retyped_or_missing(portal: Replica) -> None:
    portal.fault("renamed", path=DETAIL, old="cases", new="services", times=1)
    data = data_from(ask_detail(portal, "1.004946"))
    assert "cases" not in data
    assert isinstance(data["services"], list)
    portal.fault("retyped", path=DETAIL, field="updatedAt", times=1)
    assert isinstance(data_from(ask_detail(portal, "1.004946"))["updatedAt"], str)
    portal.fault("retyped", path=DETAIL, field="legalBasisesDetails", times=1)
    assert data_from(ask_detail(portal, "1.004946"))["legalBasisesDetails"] == 0
    portal.fault("member_missing", path=DETAIL, times=1)
    assert "procedureProposal" not in data_from(ask_detail(portal, "1.004946"))
    assert "procedureProposal" in data_from(ask_detail(portal, "1.004946"))


def test_a_bad_code_in_the_envelope(portal: Replica) -> None:
    portal.fault("bad_code", path=FORMALITIES)
    status, _, body = post(portal, FORMALITIES, {"q": "", "currentPage": 1, "pageSize": 10})
    assert (status, json.loads(body)["code"]) == (201, "ERROR")
    assert page(portal)["total"] == TOTALS[1]


@pytest.mark.parametrize(
    ("kind", "status"),
    [("html", 200), ("too_many", 429), ("forbidden", 403), ("bad_gateway", 502)],
)
def test_faults_of_the_transport_meet_one_call(portal: Replica, kind: str, status: int) -> None:
    portal.fault(kind, path=DETAIL)
    answered, _, body = ask_detail(portal, "1.004946")
    assert answered == status
    assert body.startswith(b"<")
    assert ask_list(portal)[0] == 201


def test_faults_of_the_transport_meet_one_detail(portal: Replica) -> None:
    portal.fault("reset", path=DETAIL, ids=[id_of("1.004946")])
    portal.fault("truncated", path=DETAIL, ids=[id_of("1.001612")])
    with pytest.raises(ConnectionError):
        ask_detail(portal, "1.004946")
    with pytest.raises(json.JSONDecodeError):
        json.loads(ask_detail(portal, "1.001612")[2])
    assert ask_detail(portal, "1.003554")[0] == 201

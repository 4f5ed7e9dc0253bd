"""The replica's procedure catalogue answers as the portal does, and moves only as planted."""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.replica.asking import data_from, post
from tests.replica.catalogue_asking import (
    Json,
    ask_detail,
    ask_list,
    id_of,
    ids_of,
    page,
    pages,
    states,
)
from tests.replica.catalogue_events import NOISE
from tests.replica.catalogue_expected import EXPECTED, TOTALS, expected
from tests.replica.catalogue_reckoning import procedures, reckoned
from tests.replica.catalogue_routes import FORMALITIES
from tests.replica.catalogue_stamps import as_of
from tests.replica.catalogue_world import (
    decision_on,
    detail_bytes,
    listed,
    public_by_id,
    published_on,
)
from tests.replica.periods import DAYS
from tests.replica.server import Replica


@pytest.fixture(scope="module")
def running() -> Iterator[Replica]:
    with Replica() as replica:
        yield replica


@pytest.fixture
def portal(running: Replica) -> Iterator[Replica]:
    running.day = 1
    yield running
    running.clear_faults()


@pytest.fixture(scope="module")
def details() -> list[Json]:
    """Every detail of the first day, in the order of the list, without its longest part's rows."""
    found: list[Json] = []
    for version in listed(1):
        detail = json.loads(detail_bytes(version, 1))["data"]
        found.append({**detail, "executionCases": len(detail["executionCases"])})
    return found


# The list


@pytest.mark.parametrize("day", [1, 3])
def test_the_list_is_read_to_its_end_by_cursor(portal: Replica, day: int) -> None:
    portal.day = day
    found = pages(portal, 200, 33)
    ids = [one for answer in found for one in ids_of(answer)]
    assert len(ids) == len(set(ids)) == TOTALS[day]
    assert ids == sorted(ids, reverse=True)
    assert {answer["total"] for answer in found} == {TOTALS[day]}
    assert (found[-1]["items"], found[-1]["lastId"]) == ([], "")
    assert all(answer["lastId"] == ids_of(answer)[-1] for answer in found[:-1])


def test_a_page_holds_at_most_200(portal: Replica) -> None:
    assert [len(page(portal, "", limit)["items"]) for limit in (20, 50, 1000)] == [20, 50, 200]
    status, _, body = ask_list(portal, limit="many")
    assert (status, json.loads(body)["code"]) == (400, "BAD_REQUEST")


def test_a_cursor_whose_procedure_is_gone_still_leads_on(portal: Replica) -> None:
    gone = id_of("2.001884")
    portal.day = 2
    before = page(portal, gone, 20)
    portal.day = 3
    assert ids_of(page(portal, gone, 20))[:5] == ids_of(before)[:5]


def test_new_procedures_come_first(portal: Replica) -> None:
    portal.day = 2
    assert {item["code"] for item in page(portal, "", 2)["items"]} == {"1.116701", "1.116702"}


def test_filters(portal: Replica) -> None:
    an_giang = page(portal, departmentCode="H01")
    assert an_giang["total"] == len(an_giang["items"]) == 7
    assert {item["departmentPromulgate"] for item in an_giang["items"]} == {"UBND tỉnh An Giang"}
    assert {item["type"] for item in an_giang["items"]} == {"SPECIFIC"}
    assert [item["code"] for item in page(portal, q="1.004946")["items"]] == ["1.004946"]
    assert page(portal, q="lồng BÈ")["items"][0]["code"] == "1.010736"
    field = an_giang["items"][0]["categoryIds"][0]
    assert 0 < page(portal, categoryId=field)["total"] < TOTALS[1]


def test_items_and_details_agree(details: list[Json], portal: Replica) -> None:
    items = page(portal)["items"]
    for item, detail in zip(items, details[:200], strict=True):
        for member in ("id", "code", "codeNotation", "name", "state", "type", "categoryIds",
                       "departmentPromulgateId"):  # fmt: skip
            assert item[member] == detail[member]
        subjects = [subject["name"] for subject in detail["subjectTypesDetails"]]
        assert item["formalityTargetType"] == subjects
    assert len(items[0]) == 12


# The details


def test_a_detail_has_the_portals_members(details: list[Json]) -> None:
    members = Counter(frozenset(detail) for detail in details)
    whole = max(members, key=len)
    assert {len(one) for one in members} == {72, 71, 69}
    assert members[whole - {"formalityTargetType", "targetObjects", "category"}] == 1
    assert 0.4 < members[whole] / len(details) < 0.6
    assert all(detail["formalityTargetType"] == [] for detail in details if len(detail) > 69)


def test_a_detail_is_answered_with_201(portal: Replica) -> None:
    data = data_from(ask_detail(portal, "1.004946"))
    assert (data["id"], data["code"]) == (id_of("1.004946"), "1.004946")
    assert data["procedureProposal"]["proposalNumber"] == "1420/QĐ-BTC"


@pytest.mark.parametrize(("code", "day"), [("1.116701", 1), ("1.003141", 2), ("2.001884", 4)])
def test_a_detail_that_is_not_public_is_refused(portal: Replica, code: str, day: int) -> None:
    portal.day = day
    status, _, body = ask_detail(portal, code)
    assert status == 400
    assert json.loads(body) == {
        "code": "BAD_REQUEST", "data": None, "message": "Formality not found",
    }  # fmt: skip


def test_details_have_a_real_size() -> None:
    sizes = [len(detail_bytes(version, 1)) for version in listed(1)]
    assert 8_000 < statistics.median(sizes) < 11_000
    assert 100_000 < max(sizes) < 200_000


def decision_of(detail: Json) -> Json:
    proposal: Json = detail["procedureProposal"]
    return proposal


def repeats(rows: list[Json], key: str) -> bool:
    return len({row[key] for row in rows}) < len(rows)


def times(detail: Json, kind: type) -> bool:
    return any(type(method["processingTime"]) is kind for method in detail["executionMethods"])


def has_fee(detail: Json, is_meant: Callable[[Any], bool]) -> bool:
    fees = [fee for method in detail["executionMethods"] for fee in method["fees"]]
    return any(bool(is_meant(fee["value"])) for fee in fees)


def several_levels(detail: Json) -> bool:
    return [detail[level] for level in ("isWard", "isProvince", "isMinistry")].count(True) > 1


ODDITIES: list[tuple[str, int, int, Callable[[Json], Any]]] = [
    ("decision dated 00:00Z", 1_000, 1_800,
     lambda d: (decision_of(d)["decisionDate"] or 1) % 86_400_000 == 0),
    ("decision dated 17:00Z", 4_400, 5_200,
     lambda d: (decision_of(d)["decisionDate"] or 1) % 86_400_000 == 17 * 3_600_000),
    ("decision without a date", 10, 45, lambda d: decision_of(d)["decisionDate"] is None),
    ("decision not published", 150, 230, lambda d: decision_of(d)["publicationDate"] is None),
    ("decision dated after its publication", 15, 80,
     lambda d: (decision_of(d)["publicationDate"] or 1e15) < (decision_of(d)["decisionDate"] or 0)),
    ("decision without a number", 1, 60, lambda d: decision_of(d)["proposalNumber"] is None),
    ("state UPDATED", 3_400, 4_100, lambda d: d["state"] == "UPDATED"),
    ("internal", 120, 260, lambda d: d["code"][0] in "56" and d["isInternal"]),
    ("local", 700, 1_100, lambda d: d["type"] == "SPECIFIC"),
    ("name not NFC", 60, 130,
     lambda d: not unicodedata.is_normalized("NFC", d["name"])),
    ("name over two lines", 25, 70, lambda d: "\n" in d["name"]),
    ("name with outer blanks", 60, 140, lambda d: d["name"] != d["name"].strip()),
    ("several levels", 300, 900, several_levels),
    ("group of units that is null", 10, 45, lambda d: None in d["unitGroupsExecuting"]),
    ("service of one code twice", 300, 600, lambda d: repeats(d["cases"], "code")),
    ("legal basis twice", 15, 70, lambda d: repeats(d["legalBasisesDetails"], "id")),
    ("no service", 500, 1_000, lambda d: not d["cases"]),
    ("processing time in words", 80, 200, lambda d: times(d, str)),
    ("processing time with a fraction", 15, 80, lambda d: times(d, float)),
    ("fee that is null", 150, 450, lambda d: has_fee(d, lambda value: value is None)),
    ("fee of nought", 2_500, 4_500, lambda d: has_fee(d, lambda value: value == 0)),
    ("no fees at all", 900, 2_000, lambda d: not has_fee(d, lambda value: True)),
    ("code with a leading blank", 1, 1, lambda d: d["code"].startswith(" ")),
    ("code marked for deletion", 1, 1, lambda d: d["code"].endswith("-Xoa")),
    ("code that is too long", 2, 2, lambda d: len(d["code"].strip()) > 8 and "-" not in d["code"]),
    ("odd code of a field", 5, 400,
     lambda d: not d["categoriesDetails"][0]["code"].startswith("G") or
     d["categoriesDetails"][0]["code"].count(".") > 1),
    ("test decision", 2, 60, lambda d: (decision_of(d)["proposalNumber"] or "").startswith(
        ("Demo/", "QĐ000001SNNTEST"))),
]  # fmt: skip


@pytest.mark.parametrize(("least", "most", "is_odd"), [row[1:] for row in ODDITIES],
                         ids=[row[0] for row in ODDITIES])  # fmt: skip
def test_oddities_have_the_measured_share(
    details: list[Json], least: int, most: int, is_odd: Callable[[Json], Any]
) -> None:
    assert least <= sum(bool(is_odd(detail)) for detail in details) <= most


def test_decisions_are_many_and_their_numbers_are_no_key(details: list[Json]) -> None:
    numbers: dict[str, str | None] = {}
    for detail in details:
        numbers[decision_of(detail)["id"]] = decision_of(detail)["proposalNumber"]
        assert decision_of(detail)["issuingAgency"]["id"] == detail["departmentPromulgateId"]
        assert (decision_of(detail)["decisionNumber"], detail["decisionNo"]) == (None, "")
    assert 850 <= len(numbers) <= 1_000
    shared = [number for number, count in Counter(numbers.values()).items() if count > 1]
    assert len(shared) >= 6
    largest = Counter(decision_of(detail)["id"] for detail in details).most_common(1)
    assert largest[0][1] == 98


def test_names_and_one_code_are_shared(details: list[Json]) -> None:
    names = Counter(detail["name"].strip() for detail in details)
    assert 50 < sum(count > 1 for count in names.values()) < 200
    codes = Counter(detail["code"].strip() for detail in details)
    assert [code for code, count in codes.items() if count > 1] == ["1.014325"]
    assert len({detail["id"] for detail in details}) == len(details)


def test_another_process_serves_the_same_world() -> None:
    script = "from tests.unit.test_replica_catalogue import fingerprint\nprint(fingerprint())"
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True
    )
    assert ran.stdout.strip() == fingerprint()


def fingerprint() -> str:
    """Of the list of day 7 and every fortieth detail."""
    answers = [detail_bytes(version, 7) for version in listed(7)[::40]]
    ids = [version.outline.id.encode() for version in listed(7)]
    return hashlib.sha256(b"".join(answers + ids)).hexdigest()


# The days


@pytest.mark.parametrize("day", DAYS[1:])
def test_the_days_differ_as_expected_and_in_nothing_else(day: int) -> None:
    assert reckoned(day) == expected(day)


@pytest.mark.parametrize("day", DAYS)
def test_totals(day: int) -> None:
    assert len(listed(day)) == TOTALS[day]


def test_every_kind_and_every_part_is_met() -> None:
    assert {told.kind for told in EXPECTED} == {
        "procedure_new", "procedure_amended", "procedure_gone", "decision_changed",
        "decision_pending", "decision_new", "published_late",
    }  # fmt: skip
    assert len(frozenset[str]().union(*(told.parts for told in EXPECTED))) == 16
    assert expected(1) == expected(4) == frozenset()
    assert TOTALS[3] < TOTALS[2]


def test_the_quiet_day_is_noisy() -> None:
    before, after = procedures(3), procedures(4)
    assert sum(before[one].body != after[one].body for one in before) > 300
    for codes in NOISE[4].values():
        for code in codes:
            assert before[id_of(code)].body != after[id_of(code)].body


def test_a_pending_decision_leaves_content_and_instant_alone(portal: Replica) -> None:
    answers = []
    for day in (2, 3, 5):
        portal.day = day
        answers.append(data_from(ask_detail(portal, "1.009791")))
    known, pending, published = answers
    assert pending["updatedAt"] == known["updatedAt"]
    assert decision_of(pending)["publicationDate"] is None
    assert decision_of(pending)["id"] == decision_of(published)["id"] != decision_of(known)["id"]
    assert published["updatedAt"] == decision_of(published)["publicationDate"]
    assert published["requirementsAndConditions"] != known["requirementsAndConditions"]


@pytest.mark.parametrize("day", DAYS)
def test_instants_are_past_and_never_go_back(day: int) -> None:
    before = public_by_id(day - 1) if day > 1 else {}
    for identifier, version in public_by_id(day).items():
        outline = version.outline
        published = published_on(day, decision_on(day, outline.decision)) or 0
        assert max(outline.created_at, outline.updated_at, published) <= as_of(day)
        if identifier in before:
            assert outline.updated_at >= before[identifier].outline.updated_at


# The register of the reports


def test_withdrawn_procedures_are_named_inactive(portal: Replica) -> None:
    for code, day, state in (
        ("1.003141", 1, ["UPDATED"]),
        ("1.003141", 2, ["INACTIVE"]),
        ("1.000997", 2, ["UPDATED"]),
        ("1.000997", 3, []),
        ("2.001884", 5, ["INACTIVE"]),
        ("2.001884", 6, ["UPDATED"]),
    ):
        portal.day = day
        assert states(portal, code) == state, (code, day)


def test_the_register_is_paged_and_is_another_set(portal: Replica) -> None:
    answers = [
        data_from(post(portal, FORMALITIES, {"q": "", "currentPage": number, "pageSize": 200}))
        for number in range(1, 31)
    ]
    rows = [row for answer in answers for row in answer["items"]]
    pagination = answers[-1]["pagination"]
    assert pagination == {
        "total": len(rows), "currentPage": 30, "pageSize": 200, "totalPages": 29,
    }  # fmt: skip
    codes = [row["code"] for row in rows]
    assert codes == sorted(codes)
    withdrawn = {row["id"] for row in rows if row["state"] == "INACTIVE"}
    assert len(withdrawn) == 130
    assert not withdrawn & public_by_id(1).keys()
    assert len(public_by_id(1).keys() - {row["id"] for row in rows}) > 500

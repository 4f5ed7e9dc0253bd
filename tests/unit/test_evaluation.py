"""How the portal's answers about the index are read: every trap of its two shapes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.archive import Answer
from scrapers.errors import FormatChanged, Unusable
from scrapers.evaluation import read_nation, read_province
from scrapers.evaluation_groups import GROUPS
from scrapers.evaluation_readers import API, MOST_PAGES
from scrapers.http import Ask
from scrapers.periods import Period
from scrapers.records import Figure, IndexReading
from tests.fixtures.portal_answers import (
    BOARD,
    COMMUNE,
    DEPARTMENT,
    PROVINCE_ID,
    answers,
    ask_bytes,
    ask_of,
    at,
    envelope,
    nation_answers,
)

Answers = dict[str, dict[str, Any]]
Step = str | int

YEAR = Period("year", 2026)
LIST = "service-results"
SHAPE_A = ("transparency", "dossier-digitized", "handling-satisfaction")
SHAPE_B = ("dvc-progress-tree", "provide-online-tree", "formality-online-payment-tree")
ENDPOINTS = (LIST, *SHAPE_A, *SHAPE_B)


def province(data: Answers | None = None, period: Period = YEAR) -> IndexReading:
    return read_province(ask_of(data or answers()), period, "H01", PROVINCE_ID)


def of(reading: IndexReading, unit: str) -> dict[str, Figure]:
    return {figure.indicator: figure for figure in reading.figures if figure.unit_code == unit}


def with_value(data: Answers, path: tuple[Step, ...], value: Any) -> Answers:
    at(data, path[:-1])[path[-1]] = value
    return data


# --- The envelope


@pytest.mark.parametrize("status", [200, 201])
def test_created_is_as_good_as_ok(status: int) -> None:
    assert read_province(ask_of(answers(), status=status), YEAR, "H01", PROVINCE_ID).listed


@pytest.mark.parametrize("status", [202, 204, 400, 404, 422, 500])
def test_another_status_is_unusable_however_good_the_body(status: int) -> None:
    with pytest.raises(Unusable, match=str(status)) as caught:
        read_province(ask_of(answers(), status=status), YEAR, "H01", PROVINCE_ID)
    assert not isinstance(caught.value, FormatChanged)


@pytest.mark.parametrize("code", ["ERROR", "ok", "", None, 0, ["OK"]])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_another_code_is_unusable(endpoint: str, code: object) -> None:
    body = json.dumps({"code": code, "data": answers()[endpoint]}).encode()
    with pytest.raises(Unusable, match="code") as caught:
        read_province(ask_bytes(answers(), endpoint, body), YEAR, "H01", PROVINCE_ID)
    assert not isinstance(caught.value, FormatChanged)


@pytest.mark.parametrize(
    ("body", "path"),
    [(b"{}", "code"), (b"[]", "code"), (b"null", "code"), (b'{"code":"OK"}', "data")]
    + [(b'{"code":"OK","data":%b}' % wrong, "data") for wrong in (b"null", b"[]", b'"x"', b"5")],
)
def test_another_envelope_is_a_changed_format(body: bytes, path: str) -> None:
    with pytest.raises(FormatChanged) as caught:
        read_province(ask_bytes(answers(), LIST, body), YEAR, "H01", PROVINCE_ID)
    assert caught.value.path == path


@settings(deadline=None)
@given(st.sampled_from(ENDPOINTS), st.floats(0, 1, exclude_max=True))
def test_a_truncated_answer_is_unusable(endpoint: str, share: float) -> None:
    whole = envelope(answers()[endpoint])
    with pytest.raises(Unusable, match="no whole JSON"):
        read_province(
            ask_bytes(answers(), endpoint, whole[: int(len(whole) * share)]),
            YEAR,
            "H01",
            PROVINCE_ID,
        )


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999", "-1", "9" * 400, "9" * 5000, "1e300"]
)
@pytest.mark.parametrize(
    "path",
    [
        (LIST, "evaluation", 0, "totalScore"),
        ("transparency", "evaluation", 0, "metrics", 0, "denominator"),
        ("dvc-progress-tree", "children", 0, "totalReceived"),
        ("dossier-digitized", "pagination", "totalPages"),
    ],
)
def test_what_is_no_possible_number_is_refused(path: tuple[Step, ...], number: str) -> None:
    data = with_value(answers(), path, "@@")
    body = envelope(data[str(path[0])]).replace(b'"@@"', number.encode())
    with pytest.raises(Unusable):
        read_province(ask_bytes(answers(), str(path[0]), body), YEAR, "H01", PROVINCE_ID)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\xfa", b'"\xc3(', b"Request Rejected"])
def test_bytes_that_are_no_json_are_unusable(body: bytes) -> None:
    with pytest.raises(Unusable):
        read_province(ask_bytes(answers(), "transparency", body), YEAR, "H01", PROVINCE_ID)


def test_json_nested_beyond_all_measure_is_unusable() -> None:
    with pytest.raises(Unusable):
        read_province(ask_bytes(answers(), LIST, b"[" * 100_000), YEAR, "H01", PROVINCE_ID)


# --- What is asked


@pytest.mark.parametrize(
    ("period", "named", "first", "last"),
    [
        (Period("year", 2026), {}, "2026-01-01", "2026-12-31"),
        (Period("quarter", 2026, 1), {"quarter": 1}, "2026-01-01", "2026-03-31"),
        (Period("quarter", 2026, 2), {"quarter": 2}, "2026-04-01", "2026-06-30"),
        (Period("quarter", 2026, 3), {"quarter": 3}, "2026-07-01", "2026-09-30"),
        (Period("quarter", 2026, 4), {"quarter": 4}, "2026-10-01", "2026-12-31"),
        (Period("month", 2026, 2), {"month": 2}, "2026-02-01", "2026-02-28"),
        (Period("month", 2028, 2), {"month": 2}, "2028-02-01", "2028-02-29"),
        (Period("month", 2100, 2), {"month": 2}, "2100-02-01", "2100-02-28"),
        (Period("month", 2026, 8), {"month": 8}, "2026-08-01", "2026-08-31"),
        (Period("month", 2026, 12), {"month": 12}, "2026-12-01", "2026-12-31"),
    ],
    ids=str,
)
def test_each_request_names_the_period_as_the_portal_wants_it(
    period: Period, named: dict[str, int], first: str, last: str
) -> None:
    ask = ask_of(answers())
    read_province(ask, period, "H01", PROVINCE_ID)
    asked = {path.removeprefix(f"{API}/"): body for path, body in ask.asked}
    root = {"rootDepartmentId": PROVINCE_ID}
    timed = {"timeType": period.type, "year": period.year, **named, **root}
    assert asked.pop(LIST) == timed
    paged = {"currentPage": 1, "pageSize": asked["transparency"]["pageSize"]}
    assert paged["pageSize"] > 188
    satisfaction = asked.pop("handling-satisfaction")
    assert satisfaction == {"fromDate": first, "toDate": last, **root, **paged}
    assert asked == {
        name: {**timed, **paged} for name in (*SHAPE_A, *SHAPE_B) if name != "handling-satisfaction"
    }
    assert len(ask.asked) == 7


def test_the_nation_is_one_request_without_a_root() -> None:
    ask = ask_of(nation_answers())
    read_nation(ask, Period("quarter", 2026, 4))
    body = {"timeType": "quarter", "year": 2026, "quarter": 4}
    assert ask.asked == [(f"{API}/{LIST}", {**body, "departmentType": "ADMINISTRATIVE_UNIT"})]


# --- Paging


def paged(pages: dict[int, list[str]], total_pages: int) -> tuple[Ask, list[int]]:
    """A transport on which `transparency` comes in pages of ids; also what pages were asked."""
    healthy: Ask = ask_of(answers())
    asked: list[int] = []
    template = answers()["transparency"]["evaluation"][0]

    def ask(path: str, body: dict[str, Any]) -> Answer:
        answer = healthy(path, body)
        if not path.endswith("/transparency"):
            return answer
        number = body["currentPage"]
        asked.append(number)
        ids = pages.get(number, [f"id-{number}"])
        kind = {"departmentType": "COMMUNE_PEOPLE_COMMITTEE"}
        data = {
            **answers()["transparency"],
            "evaluation": [{**template, **kind, "departmentId": unit} for unit in ids],
            "pagination": {"total": 3, "currentPage": number, "totalPages": total_pages},
        }
        return answer._replace(body=envelope(data))

    return ask, asked


def test_every_declared_page_is_read_once() -> None:
    ask, asked = paged({1: [DEPARTMENT], 2: [COMMUNE], 3: [BOARD]}, 3)
    reading = read_province(ask, YEAR, "H01", PROVINCE_ID)
    assert asked == [1, 2, 3]
    assert reading.listed_by_group["CKMB"] == {"H01", "H01.15", "H01.113", "H01.02"}
    assert reading.declared["CKMB"] == 3


def test_a_unit_on_two_pages_is_a_list_that_moved_while_it_was_read() -> None:
    ask, _ = paged({1: [DEPARTMENT, COMMUNE], 2: [COMMUNE]}, 2)
    with pytest.raises(Unusable, match=r"CKMB.*H01\.113.*twice"):
        read_province(ask, YEAR, "H01", PROVINCE_ID)


def test_pages_without_end_are_not_followed_without_end() -> None:
    ask, asked = paged({}, 10**6)
    read_province(ask, YEAR, "H01", PROVINCE_ID)
    assert asked == list(range(1, MOST_PAGES + 1))


# --- Joining


def test_groups_without_a_code_are_joined_by_id() -> None:
    data = answers()
    for name in ("transparency", "handling-satisfaction"):
        assert all("departmentCode" not in unit for unit in data[name]["evaluation"])
        for unit in data[name]["evaluation"]:
            unit["departmentName"] = "Một tên khác"
    department = of(province(data), "H01.15")
    assert department["CKMB"].score == 800
    assert department["DOSSIER_SYNC"].numerator == 40
    assert department["MDHL"].score == 1800


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_stt_means_anything(random: Any) -> None:
    data = answers()
    for answer in data.values():
        for rows in (answer.get("evaluation"), answer.get("children")):
            random.shuffle(rows or [])
            for row in rows or []:
                row["stt"] = random.randint(-5, 500)
    shuffled, straight = province(data), province()
    assert sorted(shuffled.figures, key=repr) == sorted(straight.figures, key=repr)
    assert (shuffled.units, shuffled.listed) == (straight.units, straight.listed)


def test_a_unit_missing_from_a_group_keeps_its_other_figures_and_gets_no_zero() -> None:
    reading = province()
    board = of(reading, "H01.02")
    assert {code: board[code].score for code in board if code in {"TOTAL", *GROUPS}} == {
        "TOTAL": 2700,
        "TDGQ": 1800,
        "CLGQ": 500,
        "TTTT": 400,
    }
    assert not {"DOSSIER_SYNC", "REUSED_DIGITIZED_DATA"} & board.keys()
    without = {group for group, codes in reading.listed_by_group.items() if "H01.02" not in codes}
    assert without == {"CKMB", "MDHL", "MDSH"}


def test_a_unit_of_the_groups_alone_has_figures_but_stands_in_no_list() -> None:
    data = answers()
    data[LIST]["evaluation"] = [r for r in data[LIST]["evaluation"] if r["departmentId"] != BOARD]
    reading = province(data)
    assert "H01.02" not in reading.listed
    assert reading.units["H01.02"].kind == "department"
    assert "TOTAL" not in of(reading, "H01.02")


def test_a_list_without_codes_takes_them_from_the_groups() -> None:
    data = answers()
    for row in data[LIST]["evaluation"]:
        del row["departmentCode"]
    assert province(data) == province()


def test_a_unit_that_has_no_code_anywhere_is_known_by_its_id() -> None:
    data = answers()
    for answer in data.values():
        for row in (*answer.get("evaluation", ()), *answer.get("children", ())):
            if row["departmentId"] == COMMUNE:
                row["departmentCode"] = None
    assert of(province(data), COMMUNE)["TOTAL"].score == 1600


def test_the_list_gives_a_unit_its_kind_and_groups_give_it_their_figures() -> None:
    reading = province()
    kinds = {code: unit.kind for code, unit in reading.units.items()}
    assert kinds == {
        "H01": "province",
        "H01.15": "department",
        "H01.02": "department",
        "H01.113": "commune",
    }
    assert reading.listed == {"H01.15", "H01.02", "H01.113"}
    assert all(unit.province_code == "H01" for unit in reading.units.values())


@pytest.mark.parametrize("word", ["DISTRICT", "", None])
def test_an_unknown_kind_of_unit_is_a_changed_format(word: str | None) -> None:
    data = with_value(answers(), (LIST, "evaluation", 1, "childGroup"), word)
    with pytest.raises(FormatChanged, match="childGroup"):
        province(data)


@pytest.mark.parametrize(
    ("endpoint", "rows"),
    [(name, "evaluation") for name in (LIST, *SHAPE_A)] + [(name, "children") for name in SHAPE_B],
)
def test_a_unit_that_comes_twice_makes_the_answer_unusable(endpoint: str, rows: str) -> None:
    data = answers()
    data[endpoint][rows].append(data[endpoint][rows][0])
    with pytest.raises(Unusable, match="twice"):
        province(data)


@pytest.mark.parametrize(
    "path",
    [
        (LIST, "overview", "departmentCode"),
        *[(name, "overview", "departmentId") for name in SHAPE_A],
        *[(name, "parent", "departmentId") for name in SHAPE_B],
        *[(name, "parent", "departmentCode") for name in SHAPE_B],
        ("dossier-digitized", "overview", "departmentCode"),
    ],
)
def test_the_answer_about_another_province_is_unusable(path: tuple[Step, ...]) -> None:
    with pytest.raises(Unusable, match="asked for H01") as caught:
        province(with_value(answers(), path, "H53"))
    assert not isinstance(caught.value, FormatChanged)


def test_the_nation_in_place_of_a_province_is_unusable() -> None:
    with pytest.raises(Unusable):
        province(with_value(answers(), (LIST, "overview", "departmentCode"), None))


def test_a_province_in_place_of_the_nation_is_unusable() -> None:
    with pytest.raises(Unusable, match="asked for the nation, answered for H01"):
        read_nation(ask_of(answers()), YEAR)

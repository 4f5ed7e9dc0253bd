"""The replica's older interface keeps the portal's arithmetic and oddities, and fails as told."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from scrapers.errors import FormatChanged, Refused, Unreachable, Unusable
from scrapers.former_provinces import provinces_in
from scrapers.legacy import MAXIMA, PAGE_SIZE, read_nation, read_province
from scrapers.periods import Period
from scrapers.records import IndexReading, Kind
from tests.conftest import Asking, asking
from tests.replica import Replica
from tests.replica.legacy_provinces import ALL_CODES, PRESENT_CODES, PROVINCE_IDS, codes_in
from tests.replica.legacy_rest import REST_PATH, legacy_route
from tests.replica.legacy_world import LegacyRow, has_data, rows_of
from tests.replica.periods import Period as WorldPeriod
from tests.replica.provinces import NATION_CODE
from tests.replica.routes import Call

Params = dict[str, object]

YEAR = Period("year", 2025)
PERIODS = [
    Period("month", 2022, 8),
    Period("year", 2022),
    Period("quarter", 2023, 4),
    Period("year", 2024),
    Period("month", 2025, 6),
    Period("quarter", 2025, 3),
    YEAR,
]
BEST_OF_2025 = [("H55", 9227), ("H20", 9169)]


@pytest.fixture(scope="module")
def running() -> Iterator[Replica]:
    with Replica() as replica:
        yield replica


@pytest.fixture
def replica(running: Replica) -> Iterator[Replica]:
    running.requests.clear()
    yield running
    running.clear_faults()


@pytest.fixture
def client(replica: Replica) -> Iterator[Asking]:
    found = asking(replica.url, attempts=2)
    yield found
    found.client.close()


def world(place: str, period: Period) -> list[LegacyRow]:
    return rows_of(place, WorldPeriod(*period))


def params(place: str, period: Period, **more: object) -> Params:
    return {
        "type": "ref", "service": "report_tinh_766_service", "p_nam": str(period.year),
        "p_tinh_id": "0" if place == NATION_CODE else PROVINCE_IDS[place], "p_huyen_id": "",
        "p_loaidonvi": 1, "loaichitieu": 0, "p_6thang": 0,
        "p_quy": period.number if period.type == "quarter" else 0,
        "p_thang": period.number if period.type == "month" else 0,
        "pageIndex": 1, "pageSize": PAGE_SIZE, "p_default": 0, **more,
    }  # fmt: skip


def status_and_rows(asked: Params) -> tuple[int, Any]:
    """The answer without a network in between."""
    answer = legacy_route(Call("POST", REST_PATH, "", {}, b"", asked, 1))
    assert answer is not None
    return answer.status, json.loads(answer.body) if answer.status == 200 else None


def rows(place: str, period: Period) -> list[dict[str, str]]:
    status, found = status_and_rows(params(place, period))
    assert status == 200
    assert isinstance(found, list)
    return found


def nation(client: Asking, period: Period = YEAR) -> IndexReading:
    return read_nation(client.client.ask_by_form, period)


def an_giang(client: Asking, period: Period = YEAR) -> IndexReading:
    return read_province(client.client.ask_by_form, period, "H01", PROVINCE_IDS["H01"])


# --- The world


@pytest.mark.parametrize("period", PERIODS)
def test_the_arithmetic_holds(period: Period) -> None:
    for place in (NATION_CODE, *ALL_CODES):
        for row in world(place, period):
            assert row.total == sum(row.groups.values())
            assert all(0 < score <= MAXIMA[group] for group, score in row.groups.items())


@pytest.mark.parametrize("period", PERIODS)
def test_each_period_has_the_provinces_of_its_time(period: Period) -> None:
    codes = {row.unit.code for row in world(NATION_CODE, period)}
    assert codes == provinces_in(period).keys()
    listed = {place: world(place, period) for place in ALL_CODES}
    assert {place for place, found in listed.items() if found} == codes
    units = [row.unit for found in listed.values() for row in found]
    assert len({unit.id for unit in units}) == len({unit.code for unit in units}) == len(units)


def test_periods_without_data_are_empty() -> None:
    dated = {p: has_data(WorldPeriod(*p)) for p in (Period("month", 2022, 7), YEAR.next(), YEAR)}
    assert list(dated.values()) == [False, False, True]
    for period, is_there in dated.items():
        assert bool(rows(NATION_CODE, period)) == bool(rows("H01", period)) == is_there


def test_the_world_is_the_same_everywhere_and_always() -> None:
    assert [(row.unit.code, row.total) for row in world(NATION_CODE, YEAR)[:2]] == BEST_OF_2025
    assert len(world("H01", YEAR)) == 117
    assert len(world("H01", Period("year", 2024))) == 28


# --- The answers


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("place", [NATION_CODE, "H01", "H37"])
def test_rows_are_texts_ranked_without_ties(place: str, period: Period) -> None:
    found = rows(place, period)
    assert {type(value) for row in found for value in row.values()} == {str}
    assert [row["ROW_STT"] for row in found] == [str(n) for n in range(1, len(found) + 1)]
    totals = [row["TONG_SCORE"] for row in found]
    assert totals == sorted(totals, key=float, reverse=True)
    for text in (row[field] for row in found for field in ("TONG_SCORE", "TDGQ", "CLGQ")):
        assert "." not in text or not text.endswith(("0", "."))
        assert len(text.partition(".")[2]) <= 2


def test_equal_totals_have_ranks_of_their_own() -> None:
    totals = [row["TONG_SCORE"] for row in rows("H29", YEAR)]
    assert len(set(totals)) < len(totals)


def test_the_oddities_are_there() -> None:
    codes = {row["ID"]: row["MA_COQUAN"] for row in rows(NATION_CODE, YEAR)}
    assert codes[PROVINCE_IDS["H37"]] == "000.00.00.H37"
    assert codes[PROVINCE_IDS["H01"]] == "H01"
    names = {row["MA_COQUAN"]: row["TEN_COQUAN"] for row in rows("H01", YEAR)}
    assert not unicodedata.is_normalized("NFC", names["H01.113"])
    assert unicodedata.is_normalized("NFC", names["H01.187"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "qry"}, {"p_nam": 2025}, {"p_nam": ""}, {"p_quy": 5}, {"p_thang": 13},
        {"p_quy": 1, "p_thang": 1}, {"p_6thang": 1}, {"pageIndex": 0}, {"pageSize": "1000"},
        {"p_loaidonvi": 2}, {"loaichitieu": 2},
    ],
)  # fmt: skip
def test_a_request_that_was_never_seen_to_work_is_refused(wrong: Params) -> None:
    assert status_and_rows(params("H01", YEAR, **wrong))[0] == 400


def test_an_unknown_id_has_no_units() -> None:
    assert status_and_rows(params("H01", YEAR, p_tinh_id="1")) == (200, [])


def test_pages_are_cut_from_one_ranking() -> None:
    whole = rows("H01", YEAR)
    pages = [status_and_rows(params("H01", YEAR, pageIndex=n, pageSize=50)) for n in (1, 2, 3, 4)]
    assert [row for _, page in pages for row in page] == whole


def test_other_services_are_left_to_others() -> None:
    asked = params("H01", YEAR, service="report_by_year_sum_service")
    assert legacy_route(Call("POST", REST_PATH, "", {}, b"", asked, 1)) is None
    assert legacy_route(Call("GET", REST_PATH, "", {}, b"", params("H01", YEAR), 1)) is None


# --- Read over the network


@pytest.mark.parametrize("period", PERIODS)
def test_what_is_read_is_what_the_world_holds(client: Asking, period: Period) -> None:
    found = nation(client, period)
    assert found.units.keys() == set(codes_in(WorldPeriod(*period)))
    for code in {"H01", "H33", "H37"} & found.units.keys():
        identifier = str(found.units[code].portal_id)
        reading = read_province(client.client.ask_by_form, period, code, identifier)
        expected = world(code, period)
        assert reading.listed == {row.unit.code for row in expected}
        scores = {(one.unit_code, one.indicator): one.score for one in reading.figures}
        assert scores == {
            (row.unit.code, indicator): score
            for row in expected
            for indicator, score in {**row.groups, "TOTAL": row.total}.items()
        }


@pytest.mark.parametrize(
    ("period", "below"),
    [(Period("year", 2024), "district"), (Period("month", 2025, 6), "district"), (YEAR, "commune")],
)
def test_a_province_has_departments_and_what_was_below_it(
    client: Asking, period: Period, below: Kind
) -> None:
    kinds = {unit.kind for unit in an_giang(client, period).units.values()}
    assert kinds == {"department", below}


# --- Faults


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("html", Refused), ("login_html", Refused), ("forbidden", Refused), ("too_many", Refused),
        ("unavailable", Unreachable), ("reset", Unreachable), ("truncated", Unusable),
        ("wrong_province", Unusable), ("renamed", FormatChanged), ("retyped", FormatChanged),
        ("nan", FormatChanged),
    ],
)  # fmt: skip
def test_a_fault_is_met(
    replica: Replica, client: Asking, kind: str, error: type[Exception]
) -> None:
    replica.fault(kind, path="rest.jsp")
    with pytest.raises(error) as caught:
        an_giang(client)
    assert type(caught.value) is error
    if isinstance(caught.value, FormatChanged):
        assert caught.value.path == "rows.0.TONG_SCORE"


def test_faults_that_leave_an_answer_in_shape(replica: Replica, client: Asking) -> None:
    whole = an_giang(client)
    replica.fault("keep_share", share=0.25, times=1)
    assert len(an_giang(client).listed) == 30
    replica.fault("zero", times=1)
    assert {figure.score for figure in an_giang(client).figures} == {0}
    replica.fault("bad_sums", by=3.0, share=1.0, times=1)
    before = {one.unit_code: one.score or 0 for one in whole.figures if one.indicator == "TOTAL"}
    after = {one.unit_code: one.score for one in an_giang(client).figures[::7]}
    assert after == {code: score + 300 for code, score in before.items()}
    replica.fault("nan", field="MDHL", value="", times=1)
    assert [one.indicator for one in an_giang(client).figures if one.score is None] == ["MDHL"]
    replica.fault("empty", times=1)
    assert nation(client).listed == set()
    assert an_giang(client) == whole


def test_a_fault_meets_only_whom_it_is_for(replica: Replica, client: Asking) -> None:
    replica.fault("empty", province="H01", period_type="month")
    assert an_giang(client).listed
    assert not an_giang(client, Period("month", 2025, 9)).listed
    replica.clear_faults()
    replica.fault("empty", province=NATION_CODE)
    assert an_giang(client, Period("month", 2025, 9)).listed
    assert not nation(client).listed
    assert [request.body["p_tinh_id"] for request in replica.requests[-2:]] == ["398126", "0"]


def test_the_provinces_that_lasted_are_known_by_id() -> None:
    assert len(PRESENT_CODES) == 34
    assert len(set(PROVINCE_IDS.values())) == len(ALL_CODES) == 63

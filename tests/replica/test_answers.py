"""The answers have the portal's shapes, and its traps."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
import unicodedata
from urllib.parse import urlsplit

import pytest

from .asking import ask, post
from .evaluation import ENDPOINTS, PREFIX
from .expected import Scope, units
from .periods import DECEMBER, OCTOBER, YEAR_2026, Period
from .provinces import NATION_CODE
from .reading import asked_directly, body_for, data_of
from .server import Replica
from .world import units_on

AN_GIANG = Scope("H01", YEAR_2026)
PHU_THO = Scope("H44", YEAR_2026)
NATION = Scope(NATION_CODE, YEAR_2026)


def test_success_is_201_in_an_envelope(portal: Replica) -> None:
    status, headers, body = ask(portal, "service-results", NATION)
    assert status == 201
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(body).keys() == {"code", "data", "message"}
    assert portal.requests[0].path == PREFIX + "service-results"
    assert portal.requests[0].body["timeType"] == "year"
    assert portal.requests[0].status == 201


def test_the_list_of_results() -> None:
    nation = data_of(1, "service-results", NATION)
    assert nation["overview"]["departmentName"] == "Cả nước"
    assert nation["overview"]["departmentCode"] is None
    rows = nation["evaluation"]
    totals = [row["totalScore"] for row in rows]
    assert totals == sorted(totals, reverse=True)
    assert nation["overview"]["totalScore"] != round(sum(totals) / 34, 2)
    assert all(row["scoreDelta"] is not None and "childGroup" not in row for row in rows)
    assert [axis["code"] for axis in nation["radar"]][2] == "ONLINE_SERVICE"
    assert nation["monthlyChart"][11] == {"month": "12", "averageScore": None}
    assert nation["dossierChart"][11]["onTimePct"] is None
    province = data_of(1, "service-results", AN_GIANG)
    rows = province["evaluation"]
    assert len(rows) == 117
    assert {row["childGroup"] for row in rows[:30]} == {"AGENCY", "COMMUNE"}
    assert all(row["scoreDelta"] is None and "groupScores" not in row for row in rows)
    assert "H01" not in {row["departmentCode"] for row in rows}
    month = data_of(1, "service-results", Scope("H01", OCTOBER))
    assert month["donuts"]["onlineProvision"] is None


def test_shape_a() -> None:
    pages = [data_of(1, "transparency", PHU_THO, pageSize=90, currentPage=n) for n in (1, 2)]
    assert pages[0]["pagination"] == {
        "total": 163, "currentPage": 1, "pageSize": 90, "totalPages": 2,
    }  # fmt: skip
    rows = pages[0]["evaluation"] + pages[1]["evaluation"]
    assert [row["stt"] for row in rows] == list(range(1, 164))
    assert "departmentCode" not in rows[0]
    assert rows[4]["departmentName"] == "UBND Phường Việt Trì"
    assert len({json.dumps(row["metrics"][:3], default=str) for row in rows}) == 1
    flags = {row["metrics"][3]["dataQualityStatus"] for row in rows}
    assert flags == {"TEMP_NATIONAL_REPORT_DENOMINATOR", "NO_NATIONAL_REPORT_DATA"}
    digitised = data_of(1, "dossier-digitized", PHU_THO)["evaluation"]
    assert [row["departmentCode"] for row in digitised[3:6]] == ["H44.08", "H44.100", "H44.101"]
    copy = digitised[0]["metrics"][-1]
    assert (copy["numerator"], copy["denominator"], copy["score"]) == (None, None, 2)
    filtered = data_of(1, "dossier-digitized", PHU_THO, formalityID="some-id")["evaluation"]
    assert len(filtered[0]["metrics"]) == len(digitised[0]["metrics"]) - 1
    happy = data_of(1, "handling-satisfaction", PHU_THO)["evaluation"][0]
    assert "departmentCode" not in happy
    watched = [m for m in happy["metrics"] if m["code"].startswith("PETITION_CLASSIFICATION")]
    assert [(m["score"], m["maxScore"]) for m in watched] == [(None, 0), (None, 0)]


def test_shape_b() -> None:
    progress = data_of(1, "dvc-progress-tree", PHU_THO, pageSize=100)
    assert len(progress["children"]) == 163
    assert "pagination" not in progress
    assert {"totalScore", "totalMaxScore"} <= progress["parent"].keys()
    assert {"score", "maxScore"} <= progress["children"][0].keys()
    assert progress["monthlyChart"][11] == {"month": "12", "onTimePct": 0, "overduePct": 0}
    provision = data_of(1, "provide-online-tree", PHU_THO)
    assert "authorityCount" in provision["parent"]
    assert "authorityCount" not in provision["children"][0]


def test_one_board_is_unknown_to_three_groups() -> None:
    board = next(unit for unit in units_on(1, "H01") if unit.code == "H01.13")
    for endpoint in ENDPOINTS:
        data = data_of(1, endpoint, AN_GIANG)
        ids = {row["departmentId"] for row in data.get("evaluation", data.get("children"))}
        shape_a = endpoint in ("transparency", "dossier-digitized", "handling-satisfaction")
        assert (board.id in ids) != shape_a


def test_one_name_is_decomposed() -> None:
    names = {unit.code: unit.name for unit in units_on(1, "H01")}
    assert names["H01.113"] != unicodedata.normalize("NFC", names["H01.113"])
    assert units(1, "H01")["H01.113"][0] == "UBND phường Long Phú - tỉnh An Giang"


def test_periods_without_data_are_empty() -> None:
    for scope in (Scope("H01", DECEMBER), Scope("H01", Period("year", 2025, 0))):
        for endpoint in ENDPOINTS:
            data = data_of(5, endpoint, scope)
            assert data.get("evaluation", data.get("children")) == []
    december = data_of(6, "service-results", Scope("H01", DECEMBER))["evaluation"]
    assert sum(row["totalScore"] == 16 for row in december) > 50


@pytest.mark.parametrize(
    "body",
    [
        {"year": 2026},
        {"timeType": "quarter", "year": 2026, "quarter": 5},
        {"timeType": "year", "year": 2026, "rootDepartmentId": "nobody"},
        {"timeType": "year", "year": 2026, "departmentType": "MINISTRY"},
        {"timeType": "year", "year": 2026, "pageSize": 0},
    ],
)
def test_a_wrong_request_is_refused(body: dict[str, object]) -> None:
    answer = asked_directly(1, "service-results", body)
    assert answer.status == 400
    assert json.loads(answer.body)["code"] == "BAD_REQUEST"


def test_unknown_paths_are_404_and_the_landing_page_is_there(portal: Replica) -> None:
    assert post(portal, "/api/v1/reporting/nothing", {})[0] == 404
    status, headers, _ = post(portal, "/danh-gia-chat-luong-phuc-vu", {}, method="GET")
    assert (status, headers["Set-Cookie"][:8]) == (200, "ttqg_dmz")


def test_a_line_is_kept_alive_and_fast(portal: Replica) -> None:
    connection = http.client.HTTPConnection(urlsplit(portal.url).netloc, timeout=5)
    body = json.dumps(body_for("transparency", AN_GIANG))
    started = time.monotonic()
    with contextlib.closing(connection):
        for _ in range(50):
            connection.request("POST", PREFIX + "transparency", body)
            assert connection.getresponse().read()
    assert time.monotonic() - started < 2
    assert len(portal.requests) == 50

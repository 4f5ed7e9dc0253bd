"""Every fault does what it says, to the requests it is meant for, as often as it is meant."""

from __future__ import annotations

import contextlib
import http.client
import json
import math
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from .asking import Reply, ask, data_from
from .evaluation import ENDPOINTS, PREFIX
from .expected import Scope
from .periods import OCTOBER, YEAR_2026
from .provinces import BY_CODE, NATION_CODE
from .reading import body_for
from .server import Replica

AN_GIANG = Scope("H01", YEAR_2026)
NATION = Scope(NATION_CODE, YEAR_2026)
RESULTS = "service-results"


def rows_of(reply: Reply) -> list[Any]:
    data = data_from(reply)
    rows: list[Any] = data["evaluation"] if "evaluation" in data else data["children"]
    return rows


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part)
    else:
        yield value


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        ("bad_gateway", 502, b"Bad Gateway"),
        ("unavailable", 503, b"Service Unavailable"),
        ("too_many", 429, b"Too Many Requests"),
        ("forbidden", 403, b"Request Rejected"),
        ("html", 200, b"Request Rejected"),
        ("login_html", 200, "Đăng nhập".encode()),
    ],
)
def test_pages_in_place_of_answers(portal: Replica, kind: str, status: int, text: bytes) -> None:
    portal.fault(kind)
    got, headers, body = ask(portal, RESULTS, NATION)
    assert got == status == portal.requests[-1].status
    assert headers["Content-Type"].startswith("text/html")
    assert "Retry-After" not in headers
    assert text in body


def test_too_many_may_say_how_long(portal: Replica) -> None:
    portal.fault("too_many", retry_after=3)
    assert ask(portal, RESULTS, NATION)[1]["Retry-After"] == "3"


def test_slow(portal: Replica) -> None:
    portal.fault("slow", seconds=0.3)
    started = time.monotonic()
    assert ask(portal, RESULTS, NATION)[0] == 201
    assert time.monotonic() - started >= 0.3


def test_hang(portal: Replica) -> None:
    portal.fault("hang")
    with pytest.raises(TimeoutError):
        ask(portal, RESULTS, NATION, timeout=0.3)
    assert portal.requests[-1].status is None


def test_reset(portal: Replica) -> None:
    portal.fault("reset")
    with pytest.raises(ConnectionResetError):
        ask(portal, RESULTS, NATION)


def test_truncated(portal: Replica) -> None:
    whole = ask(portal, RESULTS, NATION)[2]
    portal.fault("truncated")
    _, headers, body = ask(portal, RESULTS, NATION)
    assert int(headers["Content-Length"]) == len(body) == len(whole) // 2
    with pytest.raises(ValueError, match=r".+"):
        json.loads(body)


def test_renamed_and_retyped(portal: Replica) -> None:
    portal.fault("renamed", old="totalScore", new="sumScore", path="transparency")
    unit = rows_of(ask(portal, "transparency", AN_GIANG))[0]
    assert "sumScore" in unit
    assert "totalScore" not in unit
    portal.fault("retyped", field="totalReceived")
    child = rows_of(ask(portal, "dvc-progress-tree", AN_GIANG))[0]
    assert isinstance(child["totalReceived"], str)
    assert isinstance(child["totalOnTime"], int)


def test_wrong_province(portal: Replica) -> None:
    portal.fault("wrong_province", other="H44", province="H01")
    assert data_from(ask(portal, RESULTS, AN_GIANG))["overview"]["departmentCode"] == "H44"
    overview = data_from(ask(portal, "transparency", AN_GIANG))["overview"]
    assert overview["departmentId"] == BY_CODE["H44"].id


def test_empty(portal: Replica) -> None:
    portal.fault("empty")
    for endpoint in ENDPOINTS:
        assert rows_of(ask(portal, endpoint, AN_GIANG)) == []


@pytest.mark.parametrize(("share", "kept"), [(0.05, 6), (0.5, 59)])
def test_keep_share_keeps_the_same_units_everywhere(
    portal: Replica, share: float, kept: int
) -> None:
    portal.fault("keep_share", share=share)
    listed = {row["departmentId"] for row in rows_of(ask(portal, RESULTS, AN_GIANG))}
    assert len(listed) == kept
    for endpoint in ENDPOINTS:
        reply = ask(portal, endpoint, AN_GIANG)
        ids = {row["departmentId"] for row in rows_of(reply)}
        assert ids <= listed
        assert len(listed - ids) <= 1  # the board that three groups do not know
        if "pagination" in data_from(reply):
            assert data_from(reply)["pagination"]["total"] == len(ids)


def test_zero(portal: Replica) -> None:
    portal.fault("zero")
    for endpoint in ENDPOINTS:
        for row in rows_of(ask(portal, endpoint, AN_GIANG)):
            kept = ("stt", "totalMaxScore", "maxScore")
            scored = {key: value for key, value in row.items() if key not in kept}
            for metric in scored.get("metrics", ()):
                metric.pop("maxScore")
            assert {leaf for leaf in leaves(scored) if isinstance(leaf, (int, float))} == {0}


def test_bad_sums(portal: Replica) -> None:
    right = {row["departmentId"]: row for row in rows_of(ask(portal, RESULTS, AN_GIANG))}
    portal.fault("bad_sums")
    wrong = rows_of(ask(portal, RESULTS, AN_GIANG))
    by = [round(row["totalScore"] - right[row["departmentId"]]["totalScore"], 2) for row in wrong]
    assert set(by) == {0, 3}
    assert by.count(3) > 70


def test_floor(portal: Replica) -> None:
    portal.fault("floor")
    totals = [row["totalScore"] for row in rows_of(ask(portal, RESULTS, AN_GIANG))]
    assert totals.count(16) == 116  # all but the board without three groups
    children = rows_of(ask(portal, "dvc-progress-tree", AN_GIANG))
    assert {child["totalReceived"] for child in children} == {0}


def test_bad_code_and_nan(portal: Replica) -> None:
    portal.fault("bad_code", path=RESULTS, times=1)
    assert json.loads(ask(portal, RESULTS, AN_GIANG)[2])["code"] == "ERROR"
    portal.fault("nan", times=1)
    assert math.isnan(rows_of(ask(portal, RESULTS, AN_GIANG))[0]["totalScore"])
    portal.fault("nan", value=1e300)
    assert rows_of(ask(portal, RESULTS, AN_GIANG))[0]["totalScore"] == 1e300


def test_a_fault_meets_only_whom_it_is_for(portal: Replica) -> None:
    portal.fault("unavailable", path="transparency", province="H01", period_type="month", times=2)
    october = Scope("H01", OCTOBER)
    assert ask(portal, "transparency", AN_GIANG)[0] == 201
    assert ask(portal, "transparency", Scope("H44", OCTOBER))[0] == 201
    assert ask(portal, "dossier-digitized", october)[0] == 201
    assert [ask(portal, "transparency", october)[0] for _ in range(3)] == [503, 503, 201]
    portal.fault("unavailable", province=NATION_CODE)
    assert ask(portal, RESULTS, NATION)[0] == 503
    assert ask(portal, RESULTS, AN_GIANG)[0] == 201
    portal.clear_faults()
    assert ask(portal, RESULTS, NATION)[0] == 201


def test_an_unknown_fault_is_refused(portal: Replica) -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        portal.fault("flood")
    with pytest.raises(ValueError, match="no option"):
        portal.fault("slow", minutes=1)
    with pytest.raises(ValueError, match="days 1 to 7"):
        portal.day = 8


def test_closing_drops_kept_lines_at_once() -> None:
    replica = Replica()
    replica.fault("hang", times=1)
    started = time.monotonic()
    connection = http.client.HTTPConnection(urlsplit(replica.url).netloc, timeout=5)
    idle = http.client.HTTPConnection(urlsplit(replica.url).netloc, timeout=5)
    with contextlib.closing(connection), contextlib.closing(idle):
        connection.request("POST", PREFIX + RESULTS, json.dumps(body_for(RESULTS, NATION)))
        idle.request("GET", "/")
        assert idle.getresponse().read()
        assert idle.sock is not None
        replica.close()
        assert time.monotonic() - started < 2
        assert idle.sock.recv(1) == b""


def test_another_process_can_steer_it() -> None:
    command = [sys.executable, "-m", "tests.replica", "--port", "0", "--day", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert steer(url, "day", {"day": 3}) == {"day": 3, "requests": 0}
        assert steer(url, "fault", {"kind": "forbidden", "times": 1})["requests"] == 0
        assert "error" in steer(url, "day", {"day": 9})
        assert "error" in steer(url, "fault", {"kind": "flood"})
        assert steer(url, "clear", {})["day"] == 3
        assert steer(url, "requests", None) == {"day": 3, "requests": 0}
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=5) == 0


def steer(url: str, action: str, body: dict[str, object] | None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(f"{url}/__replica__/{action}", data, timeout=5) as response:
            answer: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as refusal:
        answer = json.load(refusal)
    return answer

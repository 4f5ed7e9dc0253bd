"""The polite client, rule by rule, most of it against a portal on loopback that plays a script."""

from __future__ import annotations

import datetime as dt
import email.utils
import gzip
import itertools
import json
import socket
from collections.abc import Callable
from unittest import mock

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import http, pace
from scrapers.errors import NotAsked, Refused, Unreachable
from scrapers.http import Manners, PortalClient
from tests.conftest import USER_AGENT, Asking, ScriptedPortal, Step, asking
from tests.unit.http_answers import REFUSALS, answers


@pytest.mark.parametrize("status", [200, 201])
def test_an_answer_comes_back_as_it_was_sent(
    portal: ScriptedPortal, here: Asking, status: int
) -> None:
    body = '{"data":[{"name":"Sở Tư pháp"}]}'.encode()
    portal.script = [Step(status, body)]
    before = dt.datetime.now(dt.UTC)
    answer = here.client.ask("/api/kết-quả", {"name": "Sở Tư pháp", "currentPage": 1})
    assert (answer.status, answer.body, answer.content_type) == (status, body, "application/json")
    assert answer[:2] == ("/api/kết-quả", {"name": "Sở Tư pháp", "currentPage": 1})
    assert before <= answer.received_at <= dt.datetime.now(dt.UTC)
    assert here.kept == [answer]
    assert here.client.requests == len(portal.seen) == 1


def test_the_client_says_who_it_is_and_what_it_sends(portal: ScriptedPortal, here: Asking) -> None:
    here.client.ask("/api", {"name": "Sở Tư pháp"})
    (seen,) = portal.seen
    assert seen.headers["user-agent"] == USER_AGENT
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["origin"] == portal.base_url
    assert json.loads(seen.body) == {"name": "Sở Tư pháp"}
    assert "cookie" not in seen.headers


def test_a_cookie_is_never_sent_back(portal: ScriptedPortal, here: Asking) -> None:
    portal.script = [Step(headers={"Set-Cookie": "session=1; Path=/"})]
    for _ in range(2):
        here.ask()
    assert [seen.headers.get("cookie") for seen in portal.seen] == [None, None]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_in_trouble_is_asked_again(
    portal: ScriptedPortal, here: Asking, status: int
) -> None:
    page = b"<html>Bad Gateway</html>"
    portal.script = [Step(status, page, {"Content-Type": "text/html"}), Step()]
    assert here.ask().status == 201
    assert [answer.status for answer in here.kept] == [status, 201]
    assert here.client.requests == 2


@pytest.mark.parametrize("trouble", ["reset", "cut", "silence"])
def test_a_broken_answer_is_asked_for_again(portal: ScriptedPortal, trouble: str) -> None:
    here = asking(portal.base_url, timeout_s=1 if trouble == "silence" else 10)
    portal.script = [Step(), Step(trouble=trouble), Step(body=b'{"again":true}')]
    assert here.ask().body == b'{"status":"OK"}'
    assert here.ask().body == b'{"again":true}'
    assert here.client.requests == len(portal.seen) == 3
    assert len(here.waits) == 1
    here.client.close()


@pytest.mark.parametrize("step", [Step(503), Step(trouble="reset")])
def test_after_the_last_try_the_portal_is_unreachable_but_may_be_asked_again(
    portal: ScriptedPortal, here: Asking, step: Step
) -> None:
    portal.script = [step]
    with pytest.raises(Unreachable, match=r"^/api: no answer after 3 tries \(.*\)\.$"):
        here.ask()
    assert here.client.requests == len(portal.seen) == 3
    portal.script = [Step()]
    assert here.ask().status == 201


def test_an_address_where_nobody_listens_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    here = asking(f"http://127.0.0.1:{port}", attempts=2)
    with pytest.raises(Unreachable, match="after 2 tries"):
        here.ask()
    assert (here.client.requests, here.kept) == (2, [])


def test_an_answer_that_cannot_be_unpacked_is_asked_for_again(
    portal: ScriptedPortal, here: Asking
) -> None:
    portal.script = [Step(body=b"no gzip", headers={"Content-Encoding": "gzip"}), Step()]
    assert here.ask().status == 201


def test_the_pause_between_tries_doubles_up_to_a_minute() -> None:
    here = answers(*(httpx.Response(502) for _ in range(9)), attempts=9)
    with pytest.raises(Unreachable):
        here.ask()
    assert len(here.waits) == 8
    for number, wait in enumerate(here.waits):
        assert 0.75 <= wait / min(2**number, 60) <= 1.25


@pytest.mark.parametrize("status", [400, 404, 409, 500])
def test_other_errors_are_for_the_reader_to_judge(
    portal: ScriptedPortal, here: Asking, status: int
) -> None:
    portal.script = [Step(status, b'{"message":"Access denied"}')]
    assert here.ask().status == status
    assert (here.client.requests, here.waits) == (1, [])


@pytest.mark.parametrize(("status", "seconds"), [(429, 7), (503, 7), (429, 300)])
def test_a_portal_that_says_when_is_asked_again_then(
    portal: ScriptedPortal, here: Asking, status: int, seconds: int
) -> None:
    portal.script = [Step(status, headers={"Retry-After": str(seconds)}), Step()]
    assert here.ask().status == 201
    assert here.waits == [seconds]
    assert [answer.status for answer in here.kept] == [status, 201]


@pytest.mark.parametrize("told", ["0", "Fri, 20 Nov 2020 07:00:00 GMT"])
def test_a_time_that_is_over_does_not_shorten_the_pause(told: str) -> None:
    here = answers(httpx.Response(429, headers={"Retry-After": told}), httpx.Response(201))
    here.ask()
    assert 0.75 <= here.waits[0] <= 1.25


@pytest.mark.parametrize("status", [429, 503])
def test_the_time_may_be_a_date(status: int) -> None:
    when = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=200)
    told = {"Retry-After": email.utils.format_datetime(when, usegmt=True)}
    here = answers(httpx.Response(status, headers=told), httpx.Response(201))
    here.ask()
    assert 150 < here.waits[0] <= 200


@pytest.mark.parametrize("told", [None, "301", "9" * 400, "soon", "-5", "1.5", ""])
def test_429_without_a_near_time_is_a_refusal(told: str | None) -> None:
    headers = {} if told is None else {"Retry-After": told}
    here = answers(httpx.Response(429, headers=headers))
    with pytest.raises(Refused, match="429"):
        here.ask()
    assert (here.client.requests, here.waits) == (1, [])


def test_a_gateway_that_names_no_near_time_is_a_refusal() -> None:
    here = answers(httpx.Response(503, headers={"Retry-After": "301"}))
    with pytest.raises(Refused):
        here.ask()
    assert (here.client.requests, here.waits) == (1, [])


@pytest.mark.parametrize(
    "told", ["Fri Nov 20 07:00:00 2099", "Fri, 20 Nov 99999999999999999999 07:00:00 GMT", "\xb2"]
)
def test_an_unclear_time_is_a_refusal_and_no_crash(told: str) -> None:
    headers = [(b"Retry-After", told.encode("latin-1"))]
    here = answers(httpx.Response(429, headers=headers))
    with pytest.raises(Refused):
        here.ask()


@pytest.mark.parametrize("step", REFUSALS.values(), ids=REFUSALS.keys())
def test_after_a_refusal_nothing_more_is_asked(
    portal: ScriptedPortal, here: Asking, step: Step
) -> None:
    portal.script = [Step(), step, Step()]
    here.ask()
    with pytest.raises(Refused, match=r"^/api: ") as refusal:
        here.ask()
    assert not isinstance(refusal.value, NotAsked)
    for path in ("/api", "/other"):
        with pytest.raises(NotAsked, match=f"^{path}: not asked, because /api: "):
            here.ask(path)
    assert here.client.requests == len(portal.seen) == 2
    assert [(one.status, one.body) for one in here.kept[1:]] == [(step.status, step.body)]


@pytest.mark.parametrize(
    "body", [b'{"message":"Access denied"}', b' [{"name":"<b>Request Rejected"}]']
)
@pytest.mark.parametrize("content_type", ["application/json", "text/html"])
def test_json_is_no_refusal_whatever_it_says(body: bytes, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    here = answers(httpx.Response(200, headers=headers, content=body))
    assert here.ask().body == body


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_beyond_all_measure_is_refused(
    portal: ScriptedPortal, here: Asking, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 100_000)
    pack: Callable[[bytes], bytes] = gzip.compress if packed else bytes
    headers = {"Content-Encoding": "gzip"} if packed else {}
    bodies = [b"{" + b" " * size for size in (99_999, 100_000)]
    portal.script = [Step(200, pack(body), headers) for body in bodies]
    assert here.ask().body == bodies[0]
    with pytest.raises(Refused, match="larger than 100000 bytes"):
        here.ask()
    with pytest.raises(NotAsked):
        here.ask()


@given(
    st.lists(st.sampled_from([201, 400, 403, 429, 500, 502, 503, 504]), min_size=1, max_size=12),
    st.integers(1, 5),
)
def test_what_passes_is_tried_again_and_nothing_else(script: list[int], attempts: int) -> None:
    """Asks until the script ends, and holds every call against the rules said once more."""
    here = answers(*(httpx.Response(status, json={}) for status in script), attempts=attempts)
    place = 0
    while place + attempts <= len(script):
        tries = script[place : place + attempts]
        passing = next((n for n, status in enumerate(tries) if status < 502), attempts)
        place += min(passing + 1, attempts)
        if passing == attempts:
            with pytest.raises(Unreachable):
                here.ask()
        elif tries[passing] in (403, 429):
            with pytest.raises(Refused):
                here.ask()
            break
        else:
            assert here.ask().status == tries[passing]
        assert here.client.requests == len(here.kept) == place


@given(
    st.floats(0.1, 100),
    st.lists(st.tuples(st.floats(0, 20), st.sampled_from([201, 503])), max_size=10),
)
def test_starts_are_never_closer_than_the_rate_allows(
    rate: float, script: list[tuple[float, int]]
) -> None:
    clock = mock.Mock(now=1000.0)
    starts: list[float] = []
    left = iter(script)

    def answer(request: httpx.Request) -> httpx.Response:
        starts.append(clock.now)
        takes, status = next(left, (0.0, 201))
        clock.now += takes
        return httpx.Response(status, json={})

    def sleep(seconds: float) -> None:
        assert seconds >= 0
        clock.now += seconds

    now = mock.Mock(monotonic=lambda: clock.now)
    with mock.patch.object(http, "time", now), mock.patch.object(pace, "time", now):
        transport = httpx.MockTransport(answer)
        manners = Manners("http://portal.test", USER_AGENT, rate, 5, attempts=20)
        client = PortalClient(manners, sleep=sleep, transport=transport)
        for _ in range(len(script) + 1):
            client.ask("/api", {})
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert len(gaps) >= len(script)
    assert min(gaps, default=1 / rate) >= 1 / rate - 1e-9

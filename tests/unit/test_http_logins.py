"""Queries and logins: what is sent, what of it is kept, and that no secret gets out."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from scrapers.archive import Answer
from scrapers.errors import NotAsked, Refused, SessionExpired, Unreachable
from scrapers.http import PortalClient
from tests.conftest import USER_AGENT, Step, asking
from tests.unit.http_answers import REFUSALS, answers

LOGIN = {"Authorization": "Bearer bi.mat-1"}
CALLS: dict[str, Callable[[PortalClient], Answer]] = {
    "ask": lambda client: client.ask("/api", {}),
    "get": lambda client: client.get("/api", {"page": 0}, LOGIN),
    "post_form": lambda client: client.post_form("/api", {"client_secret": "bi.mat-1"}),
}


def test_a_query_is_sent_and_kept_but_not_its_headers() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"seen": True})

    here = asking("https://portal.test", transport=httpx.MockTransport(answer))
    params: dict[str, str | int] = {"sort": "a,asc", "tên": "Sở", "page": 2}
    got = here.client.get("/tìm", params, {"authorization": "Bearer bi.mat-1"})
    (request,) = sent
    assert request.method == "GET"
    assert dict(request.url.params) == {"sort": "a,asc", "tên": "Sở", "page": "2"}
    assert request.headers["authorization"] == "Bearer bi.mat-1"
    assert request.headers["user-agent"] == USER_AGENT
    assert (request.content, got.path, got.request) == (b"", "/tìm", params)
    assert here.kept == [got]
    assert "bi.mat-1" not in repr((here.kept, vars(here.client)))


def test_what_is_kept_of_a_query_may_be_less_than_what_came() -> None:
    here = answers(httpx.Response(503, json={"a": 1}), httpx.Response(200, json={"a": 1}))
    got = here.client.get("/api", {}, kept_as=lambda answer: answer._replace(body=b"less"))
    assert got.body == b'{"a":1}'
    assert [(kept.status, kept.body) for kept in here.kept] == [(503, b"less"), (200, b"less")]


def test_of_a_form_and_its_answer_only_names_are_kept() -> None:
    here = answers(httpx.Response(200, json={"access_token": "bi.mat-2"}))
    got = here.client.post_form("/token", {"user": "văn phòng", "client_secret": "bi.mat-1"})
    assert json.loads(got.body) == {"access_token": "bi.mat-2"}
    assert here.kept == [got._replace(body=b"")]
    assert got.request == {"fields": ["client_secret", "user"]}


def test_a_login_that_is_over_is_no_refusal() -> None:
    here = answers(httpx.Response(401), httpx.Response(401, html="<html>"), httpx.Response(200))
    for _ in range(2):
        with pytest.raises(SessionExpired, match=r"^/api: the login is no longer accepted"):
            here.client.get("/api", {}, LOGIN)
    assert here.client.get("/api", {}, LOGIN).status == 200
    assert [answer.status for answer in here.kept] == [401, 401, 200]


def test_401_without_a_login_is_a_refusal() -> None:
    for call in (lambda c: c.get("/api", {}, {"X-Page": "1"}), CALLS["ask"], CALLS["post_form"]):
        here = answers(httpx.Response(401))
        with pytest.raises(Refused):
            call(here.client)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("step", [step for name, step in REFUSALS.items() if name != "401"])
def test_every_way_of_asking_stops_at_a_refusal(
    call: Callable[[PortalClient], Answer], step: Step
) -> None:
    here = answers(httpx.Response(step.status, content=step.body, headers=dict(step.headers)))
    with pytest.raises(Refused) as refusal:
        call(here.client)
    assert not isinstance(refusal.value, NotAsked)
    for other in CALLS.values():
        with pytest.raises(NotAsked):
            other(here.client)
    assert here.client.requests == 1


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_every_way_of_asking_waits_and_tries_again(call: Callable[[PortalClient], Answer]) -> None:
    when = {"Retry-After": "9"}
    here = answers(httpx.Response(502), httpx.Response(429, headers=when), httpx.Response(200))
    assert call(here.client).status == 200
    assert (here.client.requests, here.waits[1]) == (3, 9)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ReadTimeout, httpx.DecodingError])
def test_no_error_leads_back_to_what_was_sent(
    call: Callable[[PortalClient], Answer], kind: type[httpx.RequestError]
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise kind("trouble", request=request)

    here = asking("https://portal.test", transport=httpx.MockTransport(fail))
    with pytest.raises(Unreachable) as trouble:
        call(here.client)
    error: BaseException | None = trouble.value
    while error is not None:
        assert not isinstance(error, httpx.HTTPError)
        assert "bi.mat-1" not in f"{error!r} {vars(error)}"
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("value", ["Bearer bi.mat-1\n", "Bearer bí mật", "a\r\nX: b", "\0"])
def test_a_header_that_cannot_be_sent_is_not_shown(value: str) -> None:
    here = answers(httpx.Response(200))
    with pytest.raises(ValueError, match="the header Authorization holds") as trouble:
        here.client.get("/api", {}, {"Authorization": value})
    assert value.strip() not in repr(trouble.value)
    assert here.client.requests == 0

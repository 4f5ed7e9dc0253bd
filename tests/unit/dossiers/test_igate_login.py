"""iGate: the tokens that let us in, and how new ones are got."""

from __future__ import annotations

from urllib.parse import parse_qs

import httpx
import pytest

from scrapers.dossiers import igate
from scrapers.dossiers.igate import client_login, token_from_environment
from scrapers.errors import Refused, ScrapeError, SessionExpired, Unreachable, Unusable
from tests.unit.dossiers.igate_made import TOKEN, Igate, Json, client_of, item, read


class Tokens:
    """A provider that gives these tokens one after the other, and notes what it was told."""

    def __init__(self, *tokens: str) -> None:
        self.left = iter(tokens)
        self.told: list[bool] = []

    def __call__(self, is_over: bool) -> str:
        self.told.append(is_over)
        return next(self.left)


def test_a_token_that_runs_out_is_replaced_and_its_page_asked_for_again() -> None:
    server = Igate([item(n) for n in range(9)])

    def runs_out(number: int, page: Json) -> Json:
        server.accepted = {"second"}
        return page

    server.accepted, server.spoil = {"first"}, runs_out
    tokens = Tokens("first", "second", "third")
    records, facts, here = read(server, token=tokens)
    assert (len(records), facts.whole, tokens.told) == (9, True, [False, True])
    assert [answer.status for answer in here.kept] == [200, 401, 200, 200]


def test_a_fresh_token_that_is_not_accepted_either_ends_it() -> None:
    tokens = Tokens("first", "second", "third")
    with pytest.raises(SessionExpired, match="a fresh token is not accepted either"):
        read(Igate([item(1)]), token=tokens)
    assert tokens.told == [False, True]


def test_a_token_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_from_environment("IGATE_TOKEN")
    monkeypatch.setenv("IGATE_TOKEN", f" {TOKEN}\n")
    assert token(False) == TOKEN
    with pytest.raises(SessionExpired, match="IGATE_TOKEN is no longer accepted; log in"):
        token(True)
    for odd in ("", "  ", f"{TOKEN} {TOKEN}", f"{TOKEN}\r\nX: 1", "mã-bí-mật"):
        monkeypatch.setenv("IGATE_TOKEN", odd)
        with pytest.raises(SessionExpired, match="IGATE_TOKEN is missing or no token") as trouble:
            token(False)
        assert not odd.strip() or odd.strip() not in str(trouble.value)


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client's name and secret in the environment."""
    monkeypatch.setenv("IGATE_CLIENT", "van-phong")
    monkeypatch.setenv("IGATE_SECRET", "mật khẩu & bí mật")


@pytest.mark.usefixtures("login")
def test_a_login_with_client_credentials() -> None:
    seen: list[httpx.Request] = []

    def keycloak(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"access_token": TOKEN, "expires_in": 60})

    here = client_of(keycloak)
    token = client_login(here.client, igate.TOKEN_PATH, "IGATE_CLIENT", "IGATE_SECRET")
    assert (token(False), token(True)) == (TOKEN, TOKEN)
    assert [request.url.path for request in seen] == [igate.TOKEN_PATH] * 2
    assert parse_qs(seen[0].content.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["van-phong"],
        "client_secret": ["mật khẩu & bí mật"],
    }
    told = repr((here.kept, token, here.client))
    assert TOKEN not in told
    assert "bí mật" not in told


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(400, json={"error": "invalid_client"}), Refused),
        (httpx.Response(401, json={"error": "unauthorized_client"}), Refused),
        (httpx.Response(200, html="<html>"), Refused),
        (httpx.Response(200, json={"access_token": None}), Unusable),
        (httpx.Response(200, json={"access_token": f"{TOKEN}\n"}), Unusable),
        (httpx.Response(200, text=f'{{"access_token": "{TOKEN}'), Unusable),
        (httpx.Response(503), Unreachable),
    ],
)
def test_a_login_that_brings_no_token(answer: httpx.Response, kind: type[ScrapeError]) -> None:
    here = client_of(lambda request: answer)
    token = client_login(here.client, "/token", "IGATE_CLIENT", "IGATE_SECRET")
    with pytest.raises(kind, match=r"^/token: ") as trouble:
        token(False)
    assert type(trouble.value) is kind
    told = repr((trouble.value, trouble.value.__cause__, trouble.value.__context__, here.kept))
    assert TOKEN not in told
    assert "bí mật" not in told


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize("name", ["IGATE_CLIENT", "IGATE_SECRET"])
def test_a_login_that_is_not_set_up_asks_nobody(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    here = client_of(lambda request: httpx.Response(200))
    with pytest.raises(SessionExpired, match=name):
        client_login(here.client, "/token", "IGATE_CLIENT", "IGATE_SECRET")(False)
    assert here.client.requests == 0

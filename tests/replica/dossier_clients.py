"""How tests ask the two dossier sources of the replica, and what must come out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx

from scrapers.dossiers.listing import open_listing

from .admin_pages import LIST_PATH, LOGIN_PATH
from .admin_site import PASSWORD, USER
from .dossier_rows import DossierRow
from .igate_api import CLIENT_ID, CLIENT_SECRET, SEARCH_PATH, TOKEN_PATH
from .server import Replica

Facts = tuple[str, str, str, str, str, datetime, datetime, bool]
Asked = dict[str, str | int]


@contextmanager
def dossier_sources() -> Iterator[tuple[Replica, httpx.Client]]:
    """A replica, and a client of it that has not logged in to either of the two sources."""
    with (
        Replica() as replica,
        httpx.Client(base_url=replica.url, trust_env=False) as client,
    ):
        yield replica, client


def log_in(client: httpx.Client, password: str = PASSWORD) -> httpx.Response:
    return client.post(LOGIN_PATH, data={"ten-dang-nhap": USER, "mat-khau": password})


def token(client: httpx.Client) -> str:
    form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    answer = client.post(TOKEN_PATH, data={"grant_type": "client_credentials", **form})
    return str(answer.json()["access_token"])


def site_page(client: httpx.Client, number: int) -> httpx.Response:
    return client.get(LIST_PATH, params={"trang": number})


def codes_on(client: httpx.Client, number: int) -> list[str]:
    return [dossier.code for dossier in open_listing(site_page(client, number).content)]


def total_on(client: httpx.Client, number: int) -> int:
    found = re.search(r"Tổng số: (\d+)", site_page(client, number).text)
    assert found
    return int(found[1])


def all_codes(client: httpx.Client) -> list[str]:
    """By following the link to the next page, as a browser does."""
    codes: list[str] = []
    path: str | None = LIST_PATH
    for _ in range(50):
        if path is None:
            return codes
        answer = client.get(path)
        codes.extend(dossier.code for dossier in open_listing(answer.content))
        following = re.search(r'class="trang-sau" href="([^"]+)"', answer.text)
        path = following[1] if following else None
    raise AssertionError("the site never stops offering a next page")


def found(client: httpx.Client, number: int = 0, asked: Asked | None = None) -> dict[str, Any]:
    answer = client.get(SEARCH_PATH, params={"page": number, "size": 200, **(asked or {})})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def items(
    client: httpx.Client, number: int = 0, asked: Asked | None = None
) -> list[dict[str, Any]]:
    content = found(client, number, asked)["content"]
    assert isinstance(content, list)
    return content


def item_codes(client: httpx.Client, number: int = 0, asked: Asked | None = None) -> list[object]:
    return [item["code"] for item in items(client, number, asked)]


def expected_facts(rows: list[DossierRow]) -> set[Facts]:
    facts = set()
    for row in rows:
        assert row.due_at
        unit, officer = unicodedata.normalize("NFC", row.unit_name), "; ".join(sorted(row.officers))
        dates = (row.received_at, row.due_at, row.due_is_date_only)
        facts.add((row.code, row.procedure_name, unit, officer, row.state, *dates))
    return facts


def read_facts(content: bytes) -> set[Facts]:
    """What the listing reader makes of an answer; nothing in it may be a problem."""
    listing = open_listing(content)
    facts: set[Facts] = set()
    for d in listing:
        assert d.procedure_name
        assert d.unit_name
        assert d.officer
        assert d.state
        assert d.received_at
        if d.due_at:
            dates = (d.received_at, d.due_at, d.due_is_date_only)
            facts.add((d.code, d.procedure_name, d.unit_name, d.officer, d.state, *dates))
    assert not listing.facts.problems.count, listing.facts.problems
    assert not listing.facts.rejected.count, listing.facts.rejected
    return facts

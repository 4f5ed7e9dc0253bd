"""iGate: no token and no person gets out, and what is archived is still the whole list."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from scrapers.dossiers.igate import IgateSettings, client_login, pages
from scrapers.dossiers.pages import PagedFacts, read_pages
from scrapers.errors import ScrapeError
from tests.conftest import asking
from tests.replica.dossier_rows import as_of
from tests.replica.dossier_world import on_file, personal_strings
from tests.replica.igate_api import CLIENT_ID, CLIENT_SECRET, TOKEN_PATH, IGateApi
from tests.replica.server import Replica
from tests.unit.dossiers.igate_made import (
    PEOPLE,
    SETTINGS,
    TOKEN,
    Change,
    Igate,
    client_of,
    item,
    read,
)

WITH_PEOPLE: list[Any] = [
    {},
    {"message": PEOPLE[0]},
    httpx.Response(200, json=[{"applicant": PEOPLE[0]}]),
    httpx.Response(200, json={"content": [PEOPLE[0], [PEOPLE[0]], {"applicant": PEOPLE[0]}]}),
    httpx.Response(500, json={"content": PEOPLE[0], "message": PEOPLE[1]}),
    httpx.Response(200, text=f'{{"content":[{{"applicant":"{PEOPLE[0]}"'),
    httpx.Response(200, html=f"<table><td>{PEOPLE[0]}</td></table>"),
    httpx.Response(401, json={"message": PEOPLE[0]}),
]


@pytest.mark.parametrize("answer", WITH_PEOPLE)
def test_no_token_and_no_person_is_archived_or_logged(
    answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    is_page = isinstance(answer, dict)
    spoil: Change = lambda number, page: {**page, **answer} if is_page else answer  # noqa: E731
    here = client_of(Igate([item(n) for n in range(4)], spoil))
    said = ""
    try:
        list(pages(here.client, SETTINGS, lambda is_over: TOKEN))
    except ScrapeError as trouble:
        said = repr(trouble)
    assert bool(said) is not is_page
    bodies = b"".join(kept.body for kept in here.kept).decode()
    told = f"{said} {here.kept} {bodies} {caplog.text}"
    assert not [text for text in (*PEOPLE, TOKEN) if text in told]


def test_what_is_archived_gives_the_same_records_again() -> None:
    odd = item(2, code="\ud800H01.12-260105-0002", note={"a": [1.5]}, agency="UBND xã Mẫu")
    records, _, here = read(Igate([item(1), odd, item(3), item(4, currentTask=None)]))
    again = [answer.body for answer in here.kept]
    facts = PagedFacts()
    assert list(read_pages(again, facts, name="igate", keep_applicant=True)) == records
    assert facts.whole
    assert "Phạm Thị Ví Dụ" in again[0].decode()


def texts_in(value: Any) -> Iterator[str]:
    """Every text inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_in(part)


def test_the_replica_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through a socket, with a token that runs out, against what its world holds."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("IGATE_CLIENT", CLIENT_ID)
    monkeypatch.setenv("IGATE_SECRET", CLIENT_SECRET)
    with Replica(routes=[IGateApi().route]) as replica:
        replica.fault("token_expired", page=3)
        here = asking(replica.url)
        until = {"appointment-to": as_of(1).isoformat()}
        settings = IgateSettings(replica.url, statuses=(), extra=until)
        token = client_login(here.client, TOKEN_PATH, "IGATE_CLIENT", "IGATE_SECRET")
        facts = PagedFacts()
        asked = pages(here.client, settings, token)
        records = list(read_pages(asked, facts, name="igate", keep_applicant=False))
        here.client.close()
    assert facts.objections() == []
    assert {(one.code, one.due_at, one.ended_at, one.officer) for one in records} == {
        (row.code, row.due_at, row.ended_at,
         None if row.ended_at else "; ".join(sorted(row.officers)) or None)
        for row in on_file(1)
        if row.due_at and row.due_at <= as_of(1)
    }  # fmt: skip
    assert [answer.status for answer in here.kept[:6]] == [200, 200, 200, 401, 200, 200]
    kept = [json.loads(answer.body) for answer in here.kept if b"content" in answer.body]
    assert kept[0]["totalElements"] == len(records) == sum(len(page["content"]) for page in kept)
    assert not personal_strings() & set(texts_in(kept))

"""iGate: how it is asked, what is believed of its pages, and that no token or person gets out."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.dossiers import igate
from scrapers.dossiers.igate import IgateSettings, client_login, pages, token_from_environment
from scrapers.dossiers.pages import PagedFacts, read_pages
from scrapers.dossiers.records import Dossier
from scrapers.errors import (
    FormatChanged,
    NotAsked,
    Refused,
    ScrapeError,
    SessionExpired,
    Unreachable,
    Unusable,
)
from tests.conftest import Asking, asking
from tests.replica.dossier_rows import as_of
from tests.replica.dossier_world import on_file, personal_strings
from tests.replica.igate_api import CLIENT_ID, CLIENT_SECRET, TOKEN_PATH, IGateApi
from tests.replica.server import Replica

TOKEN = "eyJhbGciOi.bi-mat_cua-nguoi.dung~1"
SETTINGS = IgateSettings("https://apidvc.example.vn", page_size=3)
PEOPLE = ("Lò Văn Thử", "0900000001", "001099000001", "Vừ Thị Giả", "thu@example.vn")

Json = dict[str, Any]
Change = Callable[[int, Json], Any]


def item(number: int, **more: Any) -> Json:
    """An item with everything that public code shows in one, its people invented."""
    return {
        "id": f"{number:024x}",
        "code": f"H01.12-260105-{number:04}",
        "nationCode": f"G01.20-20260105-{number:07}",
        "acceptedDate": "2026-01-05T08:30:00.123+0700",
        "appointmentDate": "2026-01-20T10:00:00.000+0000",
        "dueDate": "2026-01-09T10:00:00.000+0000",
        "dossierStatus": {"id": 2, "name": "Đang xử lý"},
        "procedure": {"code": "1.00001", "translate": {"name": "Cấp bản sao"}, "sector": "Hộ tịch"},
        "agency": {"code": "H01.12", "name": "UBND xã Mẫu"},
        "accepter": {"fullname": "Trần Văn Nháp"},
        "applicant": {"data": {"fullname": PEOPLE[0], "phoneNumber": PEOPLE[1],
                               "identityNumber": PEOPLE[2], "ownerFullname": PEOPLE[3]}},
        "eForm": {"email": PEOPLE[4]},
        "currentTask": [
            {"assignee": {"fullname": "Phạm Thị Ví Dụ", "phoneNumber": PEOPLE[1]},
             "dueDate": "2026-01-07T10:00:00.000+0000"},
        ],
        **more,
    }  # fmt: skip


def spring(items: list[Json], number: int, size: int) -> Json:
    count = -(-len(items) // size)
    return {
        "content": items[number * size : (number + 1) * size],
        "totalElements": len(items),
        "totalPages": count,
        "last": number + 1 >= count,
        "number": number,
        "size": size,
        "message": PEOPLE[0],
    }


class Igate:
    """A small iGate: what it was asked, and a way to spoil its pages before they are sent."""

    def __init__(self, items: list[Json], spoil: Change = lambda number, page: page) -> None:
        self.items = items
        self.spoil = spoil
        self.accepted = {TOKEN}
        self.seen: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.accepted:
            return httpx.Response(401, json={"error": "invalid_token"})
        asked = parse_qs(request.url.query.decode())
        number = int(asked["page"][0])
        page = self.spoil(number, spring(self.items, number, int(asked["size"][0])))
        is_answer = isinstance(page, httpx.Response)
        return page if is_answer else httpx.Response(200, text=json.dumps(page))


def client_of(server: Callable[[httpx.Request], httpx.Response]) -> Asking:
    return asking("https://apidvc.example.vn", transport=httpx.MockTransport(server))


def read(server: Igate, **options: Any) -> tuple[list[Dossier], PagedFacts, Asking]:
    here = client_of(server)
    facts = PagedFacts()
    token = options.pop("token", lambda is_over: TOKEN)
    asked = pages(here.client, IgateSettings(**{**vars(SETTINGS), **options}), token)
    return list(read_pages(asked, facts, name="igate", keep_applicant=False)), facts, here


def test_the_list_is_asked_for_as_other_clients_do() -> None:
    server = Igate([item(n) for n in range(7)])
    records, facts, here = read(server, agency_id="5f39f4a9", extra={"procedure-id": "x"})
    assert [record.code for record in records] == [entry["code"] for entry in server.items]
    assert facts.whole
    assert facts.declared_total == 7
    for number, request in enumerate(server.seen):
        assert (request.method, request.url.path) == ("GET", "/pa/dossier/search")
        assert {key: values[0] for key, values in parse_qs(request.url.query.decode()).items()} == {
            "spec": "page",
            "page": str(number),
            "size": "3",
            "sort": "appointmentDate,asc",
            "dossier-status": "2,3,4,5,16,17,8,11,10,9",
            "ancestor-agency-id": "5f39f4a9",
            "procedure-id": "x",
        }
    assert here.client.requests == len(here.kept) == 3


@settings(max_examples=40)
@given(st.integers(0, 20), st.integers(1, 8))
def test_any_size_of_page_gives_the_same_records(count: int, size: int) -> None:
    server = Igate([item(n) for n in range(count)])
    records, facts, _ = read(server, page_size=size)
    assert [record.code for record in records] == [entry["code"] for entry in server.items]
    assert facts.whole
    assert len(server.seen) == max(1, -(-count // size))


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("printed", "due", "is_date_only"),
    [
        ("2026-01-20T10:00:00.000+0000", utc(2026, 1, 20, 10), False),
        ("2026-01-20T17:00:00.000+0700", utc(2026, 1, 20, 10), False),
        ("2026-01-19T17:00:00.000+0000", utc(2026, 1, 19, 17), True),
        ("2026-01-20T00:00:00.000+0700", utc(2026, 1, 19, 17), True),
        (None, None, False),
    ],
)
def test_the_deadline_is_the_appointment_whatever_its_zone(
    printed: str | None, due: dt.datetime | None, is_date_only: bool
) -> None:
    """17:00 UTC is midnight of the next day in Viet Nam; the deadlines of steps do not count."""
    (record,), _, _ = read(Igate([item(1, appointmentDate=printed)]))
    assert (record.due_at, record.due_is_date_only) == (due, is_date_only)
    assert record.received_at == utc(2026, 1, 5, 1, 30)


def test_names_come_as_text_or_by_language() -> None:
    def both(name: str) -> list[Json]:
        return [{"languageId": 46, "name": "English"}, {"languageId": 228, "name": name}]

    by_language = item(
        1,
        dossierStatus={"id": 2, "name": both("Đang xử lý")},
        procedure={"code": "1.00001", "translate": both("Cấp bản sao"),
                   "sector": {"id": "1", "name": both("Hộ tịch")}},
        agency={"code": "H01.12", "name": both("UBND xã Mẫu")},
    )  # fmt: skip
    records, facts, _ = read(Igate([item(1)]))
    assert records == read(Igate([by_language]))[0]
    (record,) = records
    assert (record.unit_name, record.unit_code) == ("UBND xã Mẫu", "H01.12")
    assert (record.state, record.state_code) == ("Đang xử lý", "2")
    assert (record.procedure_name, record.field) == ("Cấp bản sao", "Hộ tịch")
    assert (record.code, record.national_code) == ("H01.12-260105-0001", "G01.20-20260105-0000001")
    assert facts.columns["nationCode"] == "national_code"
    assert "dueDate" in facts.ignored


def test_who_handles_it_now_may_be_several_and_is_not_who_accepted_it() -> None:
    names = ("Phạm Thị Ví Dụ", "Lê Thị Nháp")
    tasks = [{"assignee": {"fullname": name}} for name in names]
    records, _, _ = read(Igate([item(1, currentTask=tasks), item(2, currentTask=[])]))
    assert [record.officer for record in records] == ["Lê Thị Nháp; Phạm Thị Ví Dụ", None]


def spoiled(at: int, **changes: Any) -> Change:
    return lambda number, page: {**page, **changes} if number == at else page


def without(at: int, *keys: str) -> Change:
    return lambda number, page: (
        {key: value for key, value in page.items() if key not in keys} if number == at else page
    )


SPOILED: dict[str, tuple[Change, type[ScrapeError], str]] = {
    "grows": (spoiled(1, totalPages=5), Unusable, "went from 3 to 5 pages"),
    "shrinks": (spoiled(1, totalPages=1), Unusable, "contradicts itself"),
    "short": (spoiled(1, content=[item(9)]), Unusable, "holds 1 dossiers of 3"),
    "nothing": (spoiled(0, content=[]), Unusable, "holds 0 dossiers of 3"),
    "other page": (spoiled(2, number=1), Unusable, "page 1 came where 2 was asked"),
    "other size": (spoiled(1, size=2), Unusable, "from 3 dossiers to 2"),
    "too early": (spoiled(1, last=True), Unusable, "contradicts itself"),
    "too many": (spoiled(0, totalPages=10**6), Unusable, "more than can be right"),
    "no list": (spoiled(1, content={}), FormatChanged, "the field content"),
    "gone": (without(1, "content"), FormatChanged, "the field content"),
    "no end": (without(0, "totalPages", "last"), FormatChanged, "the field totalPages"),
    "no count": (spoiled(0, totalPages="3"), FormatChanged, "the field totalPages"),
    "now a slice": (without(1, "totalPages"), Unusable, "from 3 to None pages"),
    "bare": (lambda number, page: httpx.Response(200, json=[]), Unusable, "no JSON object"),
    "cut": (lambda number, page: httpx.Response(200, text='{"content":[{"co'), Unusable, "breaks"),
    "error": (lambda number, page: httpx.Response(500, json={}), Unusable, "status 500"),
    "login page": (lambda number, page: httpx.Response(200, html="<html>"), Refused, "HTML"),
    "sent away": (lambda number, page: httpx.Response(302), Refused, "another address"),
    "down": (lambda number, page: httpx.Response(502), Unreachable, "no answer"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "kind", "said"), SPOILED.values(), ids=SPOILED.keys())
def test_pages_that_do_not_fit_together_are_no_listing(
    spoil: Change, kind: type[ScrapeError], said: str
) -> None:
    with pytest.raises(kind, match=said) as trouble:
        read(Igate([item(n) for n in range(7)], spoil))
    assert type(trouble.value) is kind


def test_a_list_that_moves_a_little_is_read_and_objected_to() -> None:
    server = Igate([item(n) for n in range(7)])

    def new_one_comes(number: int, page: Json) -> Json:
        if number == 0:
            server.items.insert(0, item(50))
        return page

    server.spoil = new_one_comes
    records, facts, _ = read(server)
    assert (len(records), facts.repeated, facts.declared_totals) == (7, 1, [7, 8])
    assert not facts.whole


@pytest.mark.parametrize("gone", [("totalPages",), ("last",), ("number", "size", "totalElements")])
def test_one_sign_of_the_end_is_enough(gone: tuple[str, ...]) -> None:
    def spoil(number: int, page: Json) -> Json:
        return {key: value for key, value in page.items() if key not in gone}

    records, facts, _ = read(Igate([item(n) for n in range(7)], spoil))
    assert (len(records), facts.whole) == (7, True)


def test_a_list_without_an_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(igate, "MOST_PAGES", 4)
    endless: Change = lambda number, page: {  # noqa: E731
        "content": [item(3 * number + n) for n in range(3)], "last": False
    }  # fmt: skip
    with pytest.raises(Unusable, match="does not end within 4 pages"):
        read(Igate([], endless))


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


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "http://apidvc.example.vn"},
        {"base_url": "apidvc.example.vn"},
        {"token_base_url": "http://sso.example.vn"},
        {"page_size": 0},
        {"page_size": 100_000},
        {"extra": {"page": "3"}},
        {"extra": {"identity-number": PEOPLE[2]}},
    ],
)
def test_settings_that_would_do_harm_are_not_taken(wrong: Json) -> None:
    with pytest.raises(ValueError, match=r"must") as trouble:
        IgateSettings(**{"base_url": "https://apidvc.example.vn", **wrong})
    assert PEOPLE[2] not in str(trouble.value)


def test_after_a_refusal_no_page_is_asked_for() -> None:
    server = Igate([item(n) for n in range(4)], lambda number, page: httpx.Response(403))
    here = client_of(server)
    for kind in (Refused, NotAsked):
        with pytest.raises(kind):
            list(pages(here.client, SETTINGS, lambda is_over: TOKEN))
    assert len(server.seen) == 1


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

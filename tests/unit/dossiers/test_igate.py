"""iGate: how it is asked for its list, and what is believed of its pages."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.dossiers import igate
from scrapers.dossiers.igate import IgateSettings, pages
from scrapers.errors import FormatChanged, NotAsked, Refused, ScrapeError, Unreachable, Unusable
from tests.unit.dossiers.igate_made import (
    PEOPLE,
    SETTINGS,
    TOKEN,
    Change,
    Igate,
    Json,
    client_of,
    item,
    read,
)


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


def test_after_a_refusal_no_page_is_asked_for() -> None:
    server = Igate([item(n) for n in range(4)], lambda number, page: httpx.Response(403))
    here = client_of(server)
    for kind in (Refused, NotAsked):
        with pytest.raises(kind):
            list(pages(here.client, SETTINGS, lambda is_over: TOKEN))
    assert len(server.seen) == 1


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

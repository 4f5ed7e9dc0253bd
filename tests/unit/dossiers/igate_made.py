"""A small iGate made for tests: its items with invented people, its pages, a client of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx

from scrapers.dossiers.igate import IgateSettings, pages
from scrapers.dossiers.pages import PagedFacts, read_pages
from scrapers.dossiers.records import Dossier
from tests.conftest import Asking, asking

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

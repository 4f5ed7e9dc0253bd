"""VNPT iGate v2: the token of its Keycloak, and the search for dossiers with Spring's paging.

    POST /auth/realms/digo/protocol/openid-connect/token   client credentials; a short-lived token
    GET  /pa/dossier/search                                needs "Authorization: Bearer …"

Of the search parameters these are obeyed: page (from 0), size (at most 200), sort (appointmentDate,
acceptedDate or code, with asc or desc), spec (page or slice), code, dossier-status,
appointment-from, appointment-to, accepted-from, accepted-to. A bound is a day or an instant and
belongs to the range; a dossier without an appointed date is in no range of them. All others are
passed over, as by the real one. Without `dossier-status` the answer also holds what has ended or
waits, with the state and the end that tell why it is no longer overdue. Faults: `dossier_kinds`.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from urllib.parse import parse_qs

from .admin_pages import login_page
from .distortions import place_in_line
from .dossier_faults import (
    Once,
    Page,
    Shifts,
    distorted,
    is_at,
    number_in,
    page_of,
    rules_at,
)
from .dossier_rows import VIET_NAM, DossierRow
from .dossier_world import on_file
from .faults import FaultRule
from .igate_items import JsonItem, item_of
from .routes import Answer, Call, page

TOKEN_PATH = "/auth/realms/digo/protocol/openid-connect/token"
SEARCH_PATH = "/pa/dossier/search"
CLIENT_ID = "dvcqg-sync"
CLIENT_SECRET = "bi-mat-cua-ban-sao"
TOKEN_SECONDS = 60.0
LARGEST_SIZE = 200

_DEFAULT_SIZE = 20
_BEGINNING = dt.datetime(2000, 1, 1, tzinfo=VIET_NAM)
_SORTS: dict[str, Callable[[DossierRow], tuple[dt.datetime, str]]] = {
    "appointmentDate": lambda row: (row.due_at or _BEGINNING, row.code),
    "acceptedDate": lambda row: (row.received_at, row.code),
    "code": lambda row: (_BEGINNING, row.code),
}
_RANGES: dict[str, Callable[[DossierRow], dt.datetime | None]] = {
    "appointment": lambda row: row.due_at,
    "accepted": lambda row: row.received_at,
}
_SELECTING = frozenset(
    {"dossier-status", "code", "sort"}
    | {f"{name}-{end}" for name in _RANGES for end in ("from", "to")}
)

Parameters = dict[str, str]


class _BadRequest(ValueError):
    """A parameter that cannot be understood."""


class IGateApi:
    """The interface with the tokens it has given out; `route` is its door."""

    def __init__(self, token_seconds: float = TOKEN_SECONDS) -> None:
        self._token_seconds = token_seconds
        self._tokens: dict[str, float] = {}
        self._once = Once()
        self._shifts = Shifts()
        self._lock = threading.Lock()

    def route(self, call: Call) -> Answer | None:
        """Answer a call to the interface; None for any other."""
        if call.path == TOKEN_PATH and call.method == "POST":
            return self._give_token(call)
        if call.path != SEARCH_PATH or call.method not in ("GET", "HEAD"):
            return None
        asked = {key: values[-1] for key, values in parse_qs(call.query).items()}
        try:
            number = _natural(asked, "page", 0)
            token = _bearer(call)
            if self._is_valid(token) and self._once.strikes(
                rules_at("token_expired", number + 1, call.faults)
            ):
                self._forget(token)
            if not self._is_valid(token):
                return _refused(401, "invalid_token", "Token is not active")
            if rules_at("login_200", number + 1, call.faults):
                return page(login_page())
            return _said(200, self._search(call, asked, number))
        except _BadRequest as problem:
            return _said(400, {"status": 400, "error": "Bad Request", "message": str(problem)})

    def _give_token(self, call: Call) -> Answer:
        form = {
            key: values[-1]
            for key, values in parse_qs(call.raw_body.decode(errors="replace")).items()
        }
        if form.get("grant_type") != "client_credentials":
            return _refused(400, "unsupported_grant_type", "Unsupported grant_type")
        if _client(call, form) != (CLIENT_ID, CLIENT_SECRET):
            return _refused(401, "unauthorized_client", "Invalid client secret")
        token = f"{secrets.token_urlsafe(24)}.{secrets.token_urlsafe(48)}"
        with self._lock:
            self._tokens[token] = time.monotonic() + self._token_seconds
        return _said(
            200,
            {
                "access_token": token,
                "expires_in": int(self._token_seconds),
                "refresh_expires_in": 0,
                "token_type": "Bearer",
                "not-before-policy": 0,
                "scope": "profile email",
            },
        )

    def _search(self, call: Call, asked: Parameters, number: int) -> JsonItem:
        size = min(LARGEST_SIZE, max(1, _natural(asked, "size", _DEFAULT_SIZE)))
        selecting = tuple(sorted((key, asked[key]) for key in asked.keys() & _SELECTING))
        selected = _selected(call.day, selecting)
        rows = self._shifts.shifted(
            distorted(selected, call.faults),
            lambda: _not_selected(call.day, selected),
            number + 1,
            call.faults,
        )
        shown = page_of(rows, number + 1, size, call.faults)
        items = [_with_faults(row, number + 1, call.faults) for row in shown.rows]
        return _spring(shown, items, size, asked.get("spec") == "slice")

    def _is_valid(self, token: str) -> bool:
        with self._lock:
            return time.monotonic() < self._tokens.get(token, 0.0)

    def _forget(self, token: str) -> None:
        with self._lock:
            self._tokens.pop(token, None)


@lru_cache(maxsize=64)
def _selected(day: int, selecting: tuple[tuple[str, str], ...]) -> tuple[DossierRow, ...]:
    """What a search finds, in its order."""
    asked = dict(selecting)
    kept = on_file(day)
    if "dossier-status" in asked:
        states = {text.strip() for text in asked["dossier-status"].split(",")}
        kept = [row for row in kept if row.state_code in states]
    if "code" in asked:
        kept = [row for row in kept if row.code == asked["code"]]
    for name, instant in _RANGES.items():
        first = _bound(asked, f"{name}-from", is_end=False)
        last = _bound(asked, f"{name}-to", is_end=True)
        if first or last:
            kept = [row for row in kept if _is_between(first, instant(row), last)]
    return tuple(_sorted(kept, asked.get("sort", "")))


def _not_selected(day: int, selected: Sequence[DossierRow]) -> list[DossierRow]:
    """What the search does not find, and might find next."""
    found = {row.code for row in selected}
    return [row for row in on_file(day) if row.code not in found]


def _is_between(
    first: dt.datetime | None, at: dt.datetime | None, last: dt.datetime | None
) -> bool:
    if at is None:
        return False
    return (first is None or first <= at) and (last is None or at <= last)


def _bound(asked: Parameters, name: str, is_end: bool) -> dt.datetime | None:
    """A bound of a range; a mere day ends with its last second."""
    text = asked.get(name)
    if not text:
        return None
    try:
        # The "+" of an offset that was not escaped arrives as a blank.
        bound = dt.datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        raise _BadRequest(f"{name} is no date") from None
    if is_end and len(text) == len("2026-11-26"):
        bound += dt.timedelta(days=1, seconds=-1)
    return bound if bound.tzinfo else bound.replace(tzinfo=VIET_NAM)


def _sorted(rows: list[DossierRow], order: str) -> list[DossierRow]:
    field, _, direction = order.partition(",")
    if field not in _SORTS:
        # Not by anything a reader could use, but always the same.
        return sorted(rows, key=lambda row: place_in_line(f"igate {row.code}"))
    return sorted(rows, key=_SORTS[field], reverse=direction == "desc")


def _with_faults(row: DossierRow, page: int, faults: Sequence[FaultRule]) -> JsonItem:
    item = item_of(row)
    for rule in faults:
        if rule.kind not in ("field_missing", "field_renamed") or not is_at(rule, page):
            continue
        if rule.kind == "field_renamed":
            names = {rule.options["old"]: str(rule.options["new"])}
            item = {names.get(key, key): value for key, value in item.items()}
        elif place_in_line(row.code) < number_in(rule, "share"):
            item = {key: value for key, value in item.items() if key != rule.options["field"]}
    return item


def _spring(page: Page, items: list[JsonItem], size: int, is_slice: bool) -> JsonItem:
    """The envelope of a page; a slice does not count what it does not show."""
    whole = {} if is_slice else {"totalElements": page.total, "totalPages": -(-page.total // size)}
    return {
        "content": items,
        "pageable": {"pageNumber": page.number - 1, "pageSize": size, "paged": True},
        **whole,
        "last": page.is_last,
        "first": page.number == 1,
        "size": size,
        "number": page.number - 1,
        "numberOfElements": len(items),
        "empty": not items,
    }


def _natural(asked: Parameters, name: str, default: int) -> int:
    text = asked.get(name, str(default))
    if not text.isdecimal() or len(text) > 6:
        raise _BadRequest(f"{name} is no number")
    return int(text)


def _header(call: Call, name: str) -> str:
    return next((value for key, value in call.headers.items() if key.lower() == name), "")


def _bearer(call: Call) -> str:
    kind, _, token = _header(call, "authorization").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _client(call: Call, form: Parameters) -> tuple[str, str]:
    """Who asks for a token: by the form, or by basic authentication."""
    kind, _, encoded = _header(call, "authorization").partition(" ")
    if kind.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _refused(status: int, error: str, description: str) -> Answer:
    answer = _said(status, {"error": error, "error_description": description})
    headers = {"WWW-Authenticate": f'Bearer realm="digo", error="{error}"'} if status == 401 else {}
    return Answer(status, answer.body, answer.content_type, headers)


def _said(status: int, value: JsonItem) -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False).encode())

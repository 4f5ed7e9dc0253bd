"""The national admin site with its overdue listing. Invented: nobody has published how it looks.

    GET  /dang-nhap                       the login form
    POST /dang-nhap                       ten-dang-nhap, mat-khau; sets the cookie "phien"
    GET  /dang-xuat                       ends the session
    GET  /ho-so/qua-han?trang=N           25 rows a page
    GET  /ho-so/qua-han/xuat-excel        the whole listing; ?dang=xlsx|xls|csv|json

Without a session every page leads to the login form. Faults: see `dossier_kinds`; where one is
about a page, an export counts as that page.
"""

from __future__ import annotations

import secrets
import threading
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from .admin_columns import columns
from .admin_exports import CONTENT_TYPES, FORMATS, export
from .admin_pages import EXPORT_PATH, LIST_PATH, LOGIN_PATH, list_page, login_page
from .dossier_faults import Once, Shifts, distorted, page_of, rules_at
from .dossier_rows import DossierRow, as_of
from .dossier_world import in_process, overdue
from .routes import HTML_TYPE, Answer, Call, page

USER = "canbo.angiang"
PASSWORD = "Mat-khau-thu-2026"
COOKIE = "phien"
LOGOUT_PATH = "/dang-xuat"
ROWS_A_PAGE = 25

_WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."
_OVER = "Phiên làm việc đã hết hạn, vui lòng đăng nhập lại."


class AdminSite:
    """The site with its open sessions; `route` is its door."""

    def __init__(self) -> None:
        self._sessions: set[str] = set()
        self._once = Once()
        self._shifts = Shifts()
        self._lock = threading.Lock()

    def route(self, call: Call) -> Answer | None:
        """Answer a call to the site; None for any other."""
        if call.path == LOGIN_PATH:
            return self._log_in(call) if call.method == "POST" else page(_login_text(call))
        if call.path == LOGOUT_PATH:
            self._end(_session_id(call))
            return _redirect(LOGIN_PATH)
        if call.path not in (LIST_PATH, EXPORT_PATH) or call.method not in ("GET", "HEAD"):
            return None
        with self._lock:
            is_known = _session_id(call) in self._sessions
        if not is_known:
            was_known = _session_id(call) != ""
            return _redirect(f"{LOGIN_PATH}?het-han=1" if was_known else LOGIN_PATH)
        number = _asked_page(call)
        place = None if call.path == EXPORT_PATH else number
        if self._once.strikes(rules_at("session_expired", place, call.faults)):
            self._end(_session_id(call))
            return _redirect(f"{LOGIN_PATH}?het-han=1")
        if rules_at("login_200", place, call.faults):
            return page(login_page())
        return _exported(call) if call.path == EXPORT_PATH else self._listed(call, number)

    def _log_in(self, call: Call) -> Answer:
        form = parse_qs(call.raw_body.decode(errors="replace"))
        if (form.get("ten-dang-nhap"), form.get("mat-khau")) != ([USER], [PASSWORD]):
            return page(login_page(_WRONG))
        identifier = secrets.token_hex(16)
        with self._lock:
            self._sessions.add(identifier)
        cookie = f"{COOKIE}={identifier}; Path=/; HttpOnly; SameSite=Lax"
        return _redirect(LIST_PATH, {"Set-Cookie": cookie})

    def _end(self, identifier: str) -> None:
        with self._lock:
            self._sessions.discard(identifier)

    def _listed(self, call: Call, number: int) -> Answer:
        rows = self._shifts.shifted(
            distorted(overdue(call.day), call.faults),
            lambda: _not_yet_overdue(call.day),
            number,
            call.faults,
        )
        shown = page_of(rows, number, ROWS_A_PAGE, call.faults)
        return page(list_page(shown, columns(call.faults, number), as_of(call.day)))


def _not_yet_overdue(day: int) -> list[DossierRow]:
    """What may come into the listing next, the nearest due date first."""
    listed = {row.code for row in overdue(day)}
    others = [row for row in in_process(day) if row.due_at and row.code not in listed]
    return sorted(others, key=lambda row: (row.due_at or as_of(day), row.code))


def _exported(call: Call) -> Answer:
    asked = parse_qs(call.query).get("dang", ["xlsx"])[0]
    kind = next((known for known in FORMATS if known == asked), None)
    if kind is None:
        return page("<h1>400 Bad Request</h1>", 400)
    name = f"ho-so-qua-han-{as_of(call.day):%Y%m%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(200, export(call.day, kind, call.faults), CONTENT_TYPES[kind], headers)


def _login_text(call: Call) -> str:
    return login_page(_OVER if "het-han" in parse_qs(call.query) else "")


def _asked_page(call: Call) -> int:
    text = parse_qs(call.query).get("trang", ["1"])[0]
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def _session_id(call: Call) -> str:
    """The session a request names; "" for none."""
    given = next((value for name, value in call.headers.items() if name.lower() == "cookie"), "")
    try:
        morsel = SimpleCookie(given).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _redirect(to: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(302, b"", HTML_TYPE, {"Location": to, **(headers or {})})

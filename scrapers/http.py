"""The one polite client: the only place that talks HTTP to a source.

Its rules, by number, as `docs/politeness.md` explains them:

1. One request at a time, at least 1/rate seconds between starts, with up to 25 % jitter.
2. One honest identity: the configured user agent, no cookies, no redirects followed.
3. Only what can pass is tried again: time-outs, resets, 502–504, and 429 that says when.
4. Between tries it waits the longer of Retry-After and a doubling pause (1, 2, 4 … s, jittered);
   a Retry-After beyond five minutes is taken as a refusal.
5. A refusal (401, 403, 406, 429 without a time, a redirect, HTML where JSON is due) ends all
   asking: every later call fails at once, as NotAsked.
6. Every answer goes to the archive, refusals too, before anyone looks inside.

What lets us in stays in here: no header of a request, and nothing of a login but the names of its
fields, reaches an Answer, the archive, an error or a repr. A 401 to a call that carries an
Authorization header is no refusal: that login is over, and the caller may log in again.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import random
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlencode

import httpx
import tenacity

from scrapers.archive import Answer
from scrapers.errors import NotAsked, Refused, SessionExpired, Unreachable
from scrapers.pace import OwnPace, Pace
from scrapers.refusals import has_refusing_words

LANDING = "/danh-gia-chat-luong-phuc-vu"
"""The portal's page of results, from which its calls are made."""
LONGEST_RETRY_AFTER_S = 300.0
LONGEST_PAUSE_S = 60.0
LONGEST_ANSWER_S = 600.0
"""A server that drips its answer is given up, whatever the time-out between two drops."""
LARGEST_ANSWER = 64 * 1024 * 1024
_PASSING_STATUS = {502, 503, 504}
_REFUSING_STATUS = {401, 403, 406}
_BEGINNING = 2048
"""So many bytes of an answer show whether it is a page for people."""
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")

Transport = httpx.BaseTransport
"""How requests travel: plain HTTP by default, or inside a page of a real browser."""

Ask = Callable[[str, dict[str, Any]], Answer]
"""The transport seam: path and JSON body in, answer out. Scrapers know nothing else."""


@dataclass(frozen=True)
class Manners:
    """How politely a source is asked; times in seconds."""

    base_url: str
    user_agent: str
    requests_per_second: float
    timeout_s: float
    attempts: int


def _as_it_came(answer: Answer) -> Answer:
    return answer


def _without_body(answer: Answer) -> Answer:
    return answer._replace(body=b"")


@dataclass(frozen=True)
class _Call:
    """One call: how it is sent, and in `request` and `kept_as` what may be known of it later."""

    method: str
    path: str
    request: dict[str, Any]
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    query: Mapping[str, str | int] | None = None
    kept_as: Callable[[Answer], Answer] = _as_it_came

    @property
    def has_login(self) -> bool:
        """Whether it carries an Authorization header."""
        return any(name.lower() == "authorization" for name in self.headers)


class _Passing(Exception):
    """Something that may pass; tried again after at least `wait_s`."""

    def __init__(self, reason: str, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


@cache
def believed_certificates() -> ssl.SSLContext:
    """Whose certificates are believed; the list is read once, for it takes as long as an answer."""
    return httpx.create_ssl_context()


class PortalClient:
    """A client for one host; `keep` receives every answer, `requests` counts what was sent.

    `pace` is one that is shared with others; by default the client keeps its own.
    """

    def __init__(
        self,
        manners: Manners,
        *,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.requests = 0
        self.keep: Callable[[Answer], None] = lambda answer: None
        self._manners = manners
        self._sleep = sleep
        self._pace = pace or OwnPace(manners.requests_per_second, sleep)
        self._refusal: Refused | None = None
        self._http = httpx.Client(
            base_url=manners.base_url,
            timeout=manners.timeout_s,
            transport=transport,
            verify=believed_certificates(),
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={
                "User-Agent": manners.user_agent,
                "Accept": "application/json, text/plain, */*",
            },
        )

    @property
    def is_refused(self) -> bool:
        """Whether the source has refused, so that nothing more is asked of it."""
        return self._refusal is not None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(self, path: str, body: dict[str, Any]) -> Answer:
        """POST a JSON body; returns an answer of status 2xx or 4xx that is no refusal.

        Raises Refused, from then on NotAsked for every later call, and Unreachable.
        """
        headers = {
            "Content-Type": "application/json",
            "Origin": self._manners.base_url,
            "Referer": f"{self._manners.base_url}{LANDING}",
        }
        content = json.dumps(body, ensure_ascii=False).encode()
        return self._call(_Call("POST", path, body, headers, content))

    def ask_by_form(self, path: str, params: dict[str, Any]) -> Answer:
        """POST a form whose one field `params` is JSON text, as the older interface takes it.

        The answer, its `request` (the params) and what is raised are as for `ask`.
        """
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Requested-With": "XMLHttpRequest",
        }
        content = urlencode({"params": json.dumps(params, ensure_ascii=False)}).encode()
        return self._call(_Call("POST", path, params, headers, content))

    def get(
        self,
        path: str,
        params: Mapping[str, str | int],
        headers: Mapping[str, str] | None = None,
        *,
        kept_as: Callable[[Answer], Answer] = _as_it_came,
    ) -> Answer:
        """GET with a query; the answer is as for `ask`, and `kept_as` makes of it what is archived.

        `headers` may hold a login, `params` must not: they are archived. Raises what `ask` raises,
        SessionExpired when the login is no longer accepted, and ValueError, which does not show the
        value, for a header that could not be sent.
        """
        headers = dict(headers or {})
        for name, value in headers.items():
            if not _HEADER_VALUE.fullmatch(value):
                raise ValueError(f"{path}: the header {name} holds a character that none may hold")
        return self._call(_Call("GET", path, dict(params), headers, query=params, kept_as=kept_as))

    def post_form(self, path: str, form: Mapping[str, str]) -> Answer:
        """POST a form in order to log in; raises what `ask` raises.

        The form holds secrets and its answer a token: of the form only the names of the fields are
        in the Answer, and the answer is archived without its body.
        """
        return self._call(
            _Call(
                "POST",
                path,
                {"fields": sorted(form)},
                {"Content-Type": "application/x-www-form-urlencoded"},
                urlencode(form).encode(),
                kept_as=_without_body,
            )
        )

    def look(self, path: str) -> dt.datetime | None:
        """GET the beginning of a page for people, once; returns what the server's clock shows.

        The instant is aware, UTC; None when the server does not tell. Nothing is archived. Raises
        Refused and Unreachable.
        """
        self._pace.wait()
        self.requests += 1
        try:
            with self._http.stream("GET", path) as response:
                start = next(response.iter_bytes(_BEGINNING), b"")
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise Unreachable(f"{path}: no answer ({type(error).__name__}: {error}).") from None
        try:
            _judge_status(path, response.status_code, response.headers, has_login=False)
        except _Passing as trouble:
            raise Unreachable(f"{path}: no answer ({trouble}).") from None
        if not response.is_success or has_refusing_words(start.decode("latin-1").lower()):
            raise Refused(f"{path}: the page is not shown (status {response.status_code}).")
        return _server_time(response.headers)

    def _call(self, call: _Call) -> Answer:
        if self._refusal is not None:
            raise NotAsked(f"{call.path}: not asked, because {self._refusal}")
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Passing),
            stop=tenacity.stop_after_attempt(self._manners.attempts),
            wait=_pause,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._once, call)
        except _Passing as trouble:
            raise Unreachable(
                f"{call.path}: no answer after {self._manners.attempts} tries ({trouble})."
            ) from trouble
        except Refused as refusal:
            self._refusal = refusal
            self._pace.refuse(str(refusal))
            raise

    def _once(self, call: _Call) -> Answer:
        self._pace.wait()
        self.requests += 1
        try:
            answer, headers = self._send(call)
        except (httpx.TransportError, httpx.DecodingError) as error:
            trouble = f"{type(error).__name__}: {error}"
        else:
            self.keep(call.kept_as(answer))
            try:
                _judge(answer, headers, call.has_login)
            except _Passing as passing:
                self._pace.hold(passing.wait_s)
                raise
            return answer
        # Raised out here, because the library's error holds the request with all its headers.
        raise _Passing(trouble)

    def _send(self, call: _Call) -> tuple[Answer, httpx.Headers]:
        started = time.monotonic()
        with self._http.stream(
            call.method, call.path, params=call.query, content=call.content, headers=call.headers
        ) as response:
            parts, size = [], 0
            for part in response.iter_bytes():
                size += len(part)
                if size > LARGEST_ANSWER:
                    raise Refused(f"{call.path}: the answer is larger than {LARGEST_ANSWER} bytes.")
                if time.monotonic() - started > LONGEST_ANSWER_S:
                    raise _Passing(f"no end of the answer after {LONGEST_ANSWER_S:.0f} s")
                parts.append(part)
        answer = Answer(
            path=call.path,
            request=call.request,
            status=response.status_code,
            content_type=response.headers.get("Content-Type", ""),
            body=b"".join(parts),
            received_at=dt.datetime.now(dt.UTC),
        )
        return answer, response.headers


def _pause(state: tenacity.RetryCallState) -> float:
    """Rule 4: seconds to wait before the next try."""
    doubling = min(LONGEST_PAUSE_S, 2.0 ** (state.attempt_number - 1))
    jittered = doubling * random.uniform(0.75, 1.25)  # noqa: S311 - pacing, not secrecy
    trouble = state.outcome.exception() if state.outcome else None
    return max(jittered, trouble.wait_s) if isinstance(trouble, _Passing) else jittered


def _judge(answer: Answer, headers: httpx.Headers, has_login: bool) -> None:
    """Rules 3 and 5: raise _Passing, SessionExpired or Refused, or let the answer through."""
    _judge_status(answer.path, answer.status, headers, has_login=has_login)
    if is_html(answer):
        raise Refused(
            f"{answer.path}: an HTML page came where JSON is due (status {answer.status})."
        )


def _judge_status(where: str, status: int, headers: httpx.Headers, *, has_login: bool) -> None:
    if status in _PASSING_STATUS or status == 429:
        wait = _seconds(headers.get("Retry-After"))
        if wait is None and status == 429:
            raise Refused(f"{where}: the portal says we ask too often (429).")
        if wait is not None and wait > LONGEST_RETRY_AFTER_S:
            raise Refused(f"{where}: the portal tells us to come back in {wait:.0f} s ({status}).")
        raise _Passing(f"status {status}", wait or 0.0)
    if 300 <= status < 400:
        raise Refused(f"{where}: the portal sends us to another address (status {status}).")
    if status == 401 and has_login:
        raise SessionExpired(f"{where}: the login is no longer accepted (status 401).")
    if status in _REFUSING_STATUS:
        raise Refused(f"{where}: the portal refuses to answer (status {status}).")


def is_answer(answer: Answer) -> bool:
    """Whether an answer of the archive was let through: no refusal, and no trouble that passes."""
    try:
        _judge(answer, httpx.Headers(), has_login=False)
    except (_Passing, Refused):
        return False
    return True


def is_html(answer: Answer) -> bool:
    """Whether an answer is a page for people, such as the firewall's "Request Rejected"."""
    start = answer.body[:_BEGINNING].lstrip().lower()
    if start.startswith((b"{", b"[")):
        return False
    return (
        "html" in answer.content_type.lower()
        or start.startswith(b"<")
        or has_refusing_words(start.decode("latin-1"))
    )


def _seconds(retry_after: str | None) -> float | None:
    """The header's value in seconds: a number or an HTTP date; None when it says nothing clear."""
    if not retry_after:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    moment = _instant(retry_after)
    if moment is None:
        return None
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())


def _server_time(headers: httpx.Headers) -> dt.datetime | None:
    """What the server's clock shows now; a page out of a cache says how old it is."""
    made_at, age = _instant(headers.get("Date", "")), headers.get("Age", "")
    seconds = int(age) if re.fullmatch("[0-9]{1,8}", age) else 0
    return None if made_at is None else made_at + dt.timedelta(seconds=seconds)


def _instant(http_date: str) -> dt.datetime | None:
    """An HTTP date as an aware instant; None for what is none."""
    try:
        moment = email.utils.parsedate_to_datetime(http_date)
        return moment.astimezone(dt.UTC) if moment.tzinfo else None
    except (ValueError, TypeError, OverflowError):
        return None

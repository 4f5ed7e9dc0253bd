"""The replica as a server on loopback, steered by a test or by another process."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

from .asked import asked_period, asked_province
from .connection import Connection, LoopbackServer
from .faults import TRANSPORT_KINDS, FaultBook, FaultRule, data_faults
from .legacy_rest import REST_PATH, legacy_scope, params_of
from .periods import DAYS, Period
from .portal import ROUTES
from .routes import Answer, Call, Route, page
from .steering import STEERING_PREFIX, steer
from .texts import GATEWAY_PAGE, LOGIN_PAGE, REFUSAL_PAGE

_KEPT_REQUESTS = 100_000


@dataclass(slots=True)
class RecordedRequest:
    """One request as it arrived; `status` is None until, or unless, it is answered."""

    at: float
    path: str
    body: Mapping[str, object]
    status: int | None = None


class Replica:
    """The portal on 127.0.0.1; use it as a context manager, or call `close`.

    Port 0 takes a free one. `routes` are asked in order; the first that answers wins.
    """

    def __init__(self, port: int = 0, day: int = 1, routes: Sequence[Route] = ()) -> None:
        self.day = day
        self.requests: list[RecordedRequest] = []
        self._routes = tuple(routes) or tuple(ROUTES)
        self._faults = FaultBook()
        self._released = threading.Event()
        self._server = LoopbackServer(port, self._handle)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def day(self) -> int:
        """The day the world is at, 1 to 7; set it to move on."""
        return self._day

    @day.setter
    def day(self, day: int) -> None:
        if day not in DAYS:
            raise ValueError(f"the world has the days 1 to {DAYS[-1]}, not {day}")
        self._day = day

    def fault(
        self,
        kind: str,
        *,
        path: str | None = None,
        province: str | None = None,
        period_type: str | None = None,
        times: int | None = None,
        ids: Collection[str] | None = None,
        **options: object,
    ) -> None:
        """Misbehave from now on; see `faults.py` for the kinds and their options.

        `path` is the end of the path, `province` a code or "VN" for the national answer, `ids`
        are what the body asks for by `id`.
        """
        self._faults.add(
            kind, path=path, province=province, period_type=period_type, times=times, ids=ids,
            **options,
        )  # fmt: skip

    def clear_faults(self) -> None:
        """Behave again; requests that hang or are slow are let go."""
        self._faults.clear()
        released, self._released = self._released, threading.Event()
        released.set()

    def close(self) -> None:
        """Stop serving and drop every connection, also those a client keeps alive."""
        self.clear_faults()
        self._server.shutdown()
        self._thread.join(timeout=10)
        self._server.close_all()

    def __enter__(self) -> Replica:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _handle(self, connection: Connection) -> None:
        if connection.path.startswith(STEERING_PREFIX):
            answer = steer(self, connection.method, connection.path, connection.json_body)
            connection.send(answer)
            return
        body = connection.json_body
        if connection.path == REST_PATH:
            body = params_of(connection.raw_body)
        record = RecordedRequest(time.monotonic(), connection.path, body)
        if len(self.requests) < _KEPT_REQUESTS:
            self.requests.append(record)
        province, period = _asked_scope(connection.path, body)
        rules = self._faults.strike(
            connection.path, province, period.type if period else None, body.get("id")
        )
        call = Call(
            connection.method, connection.path, connection.query, dict(connection.headers.items()),
            connection.raw_body, body, self.day, data_faults(rules),
        )  # fmt: skip
        final = self._faulty(call, rules)
        if final is None:
            connection.reset()
            return
        # Noted before it is sent, so that a client that has the answer finds the status here.
        record.status = final.status
        connection.send(final)

    def _faulty(self, call: Call, rules: Sequence[FaultRule]) -> Answer | None:
        """The answer as the transport faults leave it; None to cut the connection."""
        released = self._released
        for rule in rules:
            if rule.kind in ("slow", "hang"):
                released.wait(rule.seconds())
            if rule.kind in ("hang", "reset"):
                return None
            if rule.kind in TRANSPORT_KINDS and rule.kind not in ("slow", "truncated"):
                return _instead(rule)
        answer = self._routed(call)
        if any(rule.kind == "truncated" for rule in rules):
            half = answer.body[: len(answer.body) // 2]
            return Answer(answer.status, half, answer.content_type)
        return answer

    def _routed(self, call: Call) -> Answer:
        for route in self._routes:
            answer = route(call)
            if answer is not None:
                return answer
        return page(GATEWAY_PAGE.format(reason="404 Not Found"), 404)


def _asked_scope(path: str, body: Mapping[str, object]) -> tuple[str | None, Period | None]:
    """Province (or "VN") and period that a request is about; faults are aimed by them."""
    if path == REST_PATH:
        return legacy_scope(body)
    return asked_province(body), asked_period(path.rsplit("/", 1)[-1], body)


def _instead(rule: FaultRule) -> Answer:
    """What a proxy or firewall sends in the portal's place."""
    if rule.kind == "too_many":
        answer = page(GATEWAY_PAGE.format(reason="429 Too Many Requests"), 429)
        wait = rule.options["retry_after"]
        headers = {} if wait is None else {"Retry-After": str(wait)}
        return Answer(answer.status, answer.body, answer.content_type, headers)
    return {
        "bad_gateway": page(GATEWAY_PAGE.format(reason="502 Bad Gateway"), 502),
        "unavailable": page(GATEWAY_PAGE.format(reason="503 Service Unavailable"), 503),
        "forbidden": page(REFUSAL_PAGE, 403),
        "html": page(REFUSAL_PAGE),
        "login_html": page(LOGIN_PAGE),
    }[rule.kind]

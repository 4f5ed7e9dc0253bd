"""Short calls to receivers of messages: one try, no redirect, and no address in any error.

Sources are asked elsewhere, politely (`scrapers.http`); addresses of receivers hold secrets.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import httpx

# It logs the address of every request, at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)

Result = TypeVar("Result")
MOST_READ = 64 * 1024
"""Bytes of an answer that are looked at."""


class NoAnswer(Exception):
    """Nothing usable came back; the message holds no address."""

    def __init__(self, reason: str, *, may_have_arrived: bool) -> None:
        super().__init__(reason)
        self.may_have_arrived = may_have_arrived


class Reply(NamedTuple):
    """What a receiver answered."""

    status: int
    body: bytes


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """The result of a call, or NoAnswer when it takes longer, however it dawdles.

    What is given up goes on in a thread that does not keep the program from ending.
    """
    results: list[Result] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(call())
        except Exception as error:
            # Raised again below, in the thread that asked.
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise NoAnswer(f"no answer within {seconds:g} s", may_have_arrived=True)
    return results[0]


def get(url: str, seconds: float) -> Reply:
    """GET an address. Raises NoAnswer."""
    return within(seconds, lambda: _ask("GET", url, None, seconds))


def post_json(url: str, payload: Mapping[str, Any], seconds: float) -> Reply:
    """POST a JSON object. Raises NoAnswer."""
    return within(seconds, lambda: _ask("POST", url, payload, seconds))


def _ask(method: str, url: str, payload: Mapping[str, Any] | None, seconds: float) -> Reply:
    try:
        with httpx.stream(method, url, json=payload, timeout=seconds) as response:
            body = bytearray()
            for part in response.iter_bytes():
                body += part
                if len(body) > MOST_READ:
                    break
            return Reply(response.status_code, bytes(body))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL) as error:
        trouble, may_have_arrived = type(error).__name__, False
    except httpx.HTTPError as error:
        trouble, may_have_arrived = type(error).__name__, True
    # Raised out here, because the library's error holds the request with its address.
    raise NoAnswer(f"no answer ({trouble})", may_have_arrived=may_have_arrived)

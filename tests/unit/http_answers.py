"""Answers for the polite client: a portal that gives just these, and every kind of refusal."""

from __future__ import annotations

import httpx

from tests.conftest import Asking, Step, asking


def answers(*responses: httpx.Response, attempts: int = 3) -> Asking:
    """A client of a portal that answers just this."""
    left = iter(responses)
    transport = httpx.MockTransport(lambda request: next(left))
    return asking("http://portal.test", attempts=attempts, transport=transport)


REFUSALS = {
    "401": Step(401),
    "403": Step(403),
    "406": Step(406),
    "429": Step(429),
    "moved": Step(300, headers={"Location": "/elsewhere"}),
    "login": Step(302, headers={"Location": "/login"}),
    "page": Step(200, b"\r\n<!DOCTYPE html><html>", {"Content-Type": "text/html"}),
    "page called JSON": Step(200, b" <html><title>Sign in</title></html>"),
    "wall": Step(200, b"The requested URL was rejected.", {"Content-Type": "text/plain"}),
    "rejected": Step(201, b"Request Rejected", {"Content-Type": "text/plain"}),
    "empty page": Step(200, b"", {"Content-Type": "text/html; charset=utf-8"}),
}

"""Asks a running replica over the network, for the replica's own tests."""

from __future__ import annotations

import contextlib
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from .evaluation import PREFIX
from .expected import Scope
from .reading import body_for
from .server import Replica

Reply = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""


def post(
    replica: Replica, path: str, body: dict[str, object], timeout: float = 5, method: str = "POST"
) -> Reply:
    """One request on a line of its own."""
    connection = http.client.HTTPConnection(urlsplit(replica.url).netloc, timeout=timeout)
    with contextlib.closing(connection):
        connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, dict(response.headers.items()), response.read()


def ask(replica: Replica, endpoint: str, scope: Scope, timeout: float = 5) -> Reply:
    """What an endpoint answers for a scope."""
    return post(replica, PREFIX + endpoint, body_for(endpoint, scope), timeout)


def data_from(reply: Reply) -> Any:
    """The data of an answer that succeeded."""
    status, _, body = reply
    assert status == 201
    return json.loads(body)["data"]

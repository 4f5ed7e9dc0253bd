"""What a route of the replica is given and what it gives back.

A route is a function that answers a call or returns None to leave it to the next one. A further
part of the portal is a further module with such a function, added to `ROUTES` in `portal.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .faults import FaultRule

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path` has no query string; `body` is the JSON object, if it is one."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    raw_body: bytes
    body: Mapping[str, object]
    day: int
    faults: tuple[FaultRule, ...] = ()
    """The data faults that are due; those of the transport are the server's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it goes over the wire."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


Route = Callable[[Call], Answer | None]


def page(text: str, status: int = 200) -> Answer:
    """An HTML page."""
    return Answer(status, text.encode(), HTML_TYPE)

"""Endpoints that steer a running replica from another process.

`POST /__replica__/day` with `{"day": 2}`; `POST /__replica__/fault` with, for example,
`{"kind": "slow", "path": "transparency", "seconds": 2}`; `POST /__replica__/clear`;
`GET /__replica__/requests` for the number of requests so far, steering left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .routes import Answer

if TYPE_CHECKING:
    from .server import Replica

STEERING_PREFIX = "/__replica__/"


def steer(replica: Replica, method: str, path: str, body: Mapping[str, Any]) -> Answer:
    """Do what a steering request asks and say how the replica stands."""
    action = path.removeprefix(STEERING_PREFIX)
    try:
        if (method, action) == ("POST", "day"):
            replica.day = body.get("day", 0)
        elif (method, action) == ("POST", "fault"):
            replica.fault(**body)
        elif (method, action) == ("POST", "clear"):
            replica.clear_faults()
        elif (method, action) != ("GET", "requests"):
            return _said(404, {"error": f"no such endpoint: {method} {path}"})
    except (TypeError, ValueError) as problem:
        return _said(400, {"error": str(problem)})
    return _said(200, {"day": replica.day, "requests": len(replica.requests)})


def _said(status: int, value: Mapping[str, object]) -> Answer:
    return Answer(status, json.dumps(value).encode())

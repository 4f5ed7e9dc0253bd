"""The routes of the index: `POST /api/v1/reporting/evaluation/<name>`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

from .asked import RESULTS, BadRequest, Query, understand
from .distortions import distort_answer, distort_scene, zeroed
from .faults import FaultRule
from .results import service_results
from .routes import Answer, Call
from .scene import Scene, scene_of
from .shape_a import GROUPS, shape_a
from .shape_b import TREES
from .written import JsonAnswer

PREFIX = "/api/v1/reporting/evaluation/"
ENDPOINTS = (RESULTS, *GROUPS, *TREES)
SUCCESS = 201
"""The portal answers a successful POST with 201, not 200."""


def evaluation_route(call: Call) -> Answer | None:
    """Answer one of the seven endpoints."""
    if not call.path.startswith(PREFIX) or call.method != "POST":
        return None
    endpoint = call.path.removeprefix(PREFIX)
    if endpoint not in ENDPOINTS:
        return None
    try:
        query = understand(endpoint, call.body)
    except BadRequest as problem:
        return Answer(400, _encoded({"code": "BAD_REQUEST", "data": None, "message": str(problem)}))
    if call.faults:
        return Answer(SUCCESS, _body(query, call.day, call.faults))
    return Answer(SUCCESS, _body_without_faults(query, call.day))


@lru_cache(maxsize=1500)
def _body_without_faults(query: Query, day: int) -> bytes:
    # Kept as bytes: a benchmark reads hundreds of answers and must not measure the replica.
    return _body(query, day, ())


def _body(query: Query, day: int, faults: Sequence[FaultRule]) -> bytes:
    scene = distort_scene(scene_of(day, query.province_code, query.period), faults, day)
    data: object = _data(scene, query)
    if not scene.has_data:
        data = zeroed(data)
    envelope: JsonAnswer = {"code": "OK", "data": data, "message": "OK"}
    return _encoded(distort_answer(envelope, faults, query.endpoint))


def _data(scene: Scene, query: Query) -> JsonAnswer:
    if query.endpoint == RESULTS:
        return service_results(scene)
    if query.endpoint in GROUPS:
        return shape_a(scene, query)
    return TREES[query.endpoint](scene)


def _encoded(value: JsonAnswer) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

"""The three calls of the procedure catalogue. How the real portal refuses one was never captured:
the status 400 of an unknown id is reported by two readers, its envelope is inferred.
"""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from .catalogue_faults import distort_page, distort_written, failing_status, kept, page_to_show
from .catalogue_world import (
    Version,
    detail_bytes,
    encoded,
    enveloped,
    item_of,
    listed,
    public_by_id,
    reported,
)
from .dossier_faults import rule_of
from .routes import Answer, Call, Route

LIST = "/api/v1/submitting/formality/list-all-public-formality-by-citizen"
DETAIL = "/api/v1/configuring/formality/get-formality-by-citizen"
FORMALITIES = "/api/v1/reporting/formalities"
LARGEST_PAGE = 200
SUCCESS = 201
_DEFAULT_PAGE = 10


def list_route(call: Call) -> Answer | None:
    """The public list, by cursor."""
    if (call.method, call.path) != ("POST", LIST):
        return None
    size, cursor = _size(call, "limit"), _text(call, "lastId")
    if size is None:
        return _refused(400, "limit must be a positive integer")
    asked = (_text(call, key) for key in ("q", "categoryId", "departmentCode"))
    public = kept(_filtered(call.day, *asked), call.faults)
    ids = [version.outline.id for version in public]
    start = _place_after(cursor, ids)
    page = start // size + 1
    shown_from = start - (page - page_to_show(page, call.faults)) * size
    data = {
        "items": [item_of(version) for version in public[shown_from : shown_from + size]],
        # The last id of the page; nothing behind the last page.
        "lastId": "".join(ids[start : start + size][-1:]),
        "total": len(public),
    }
    data = distort_page(data, page, cursor, size, ids, call.faults)
    return distort_written(Answer(SUCCESS, enveloped(data)), call.faults)


def detail_route(call: Call) -> Answer | None:
    """One procedure with everything that is public about it."""
    if (call.method, call.path) != ("POST", DETAIL):
        return None
    identifier = _text(call, "id")
    version = public_by_id(call.day).get(identifier)
    status = failing_status(identifier, call.faults)
    if status is not None:
        return _refused(status, "Formality could not be read")
    if version is None:
        return _refused(400, "Formality not found")
    if rule_of("wrong_detail", call.faults):
        version = _neighbour(call.day, version)
    return distort_written(Answer(SUCCESS, detail_bytes(version, call.day)), call.faults)


def formalities_route(call: Call) -> Answer | None:
    """The register of the reports: the only call that names withdrawn procedures."""
    if (call.method, call.path) != ("POST", FORMALITIES):
        return None
    size, page = _size(call, "pageSize"), _positive(call.body.get("currentPage", 1))
    if size is None or page is None:
        return _refused(400, "currentPage and pageSize must be positive integers")
    asked = _text(call, "q").casefold()
    known = () if rule_of("empty", call.faults) else reported(call.day)
    found = [row for row in known if asked in f"{row['code']} {row['name']}".casefold()]
    pagination = {
        "total": len(found), "currentPage": page, "pageSize": size,
        "totalPages": math.ceil(len(found) / size),
    }  # fmt: skip
    data = {"items": found[(page - 1) * size : page * size], "pagination": pagination}
    return distort_written(Answer(SUCCESS, enveloped(data)), call.faults)


CATALOGUE_ROUTES: list[Route] = [list_route, detail_route, formalities_route]


@lru_cache(maxsize=200)
def _filtered(day: int, words: str, field: str, agency: str) -> tuple[Version, ...]:
    """The public list without what the filters leave out; words are looked for in code and name."""
    asked = unicodedata.normalize("NFC", words).casefold()
    return tuple(
        version
        for version in listed(day)
        if (not agency or version.outline.agency == agency)
        and (not field or field in _text_list(item_of(version)["categoryIds"]))
        and (not asked or asked in _searchable(version))
    )


def _searchable(version: Version) -> str:
    text = f"{version.outline.code} {version.outline.name}"
    return unicodedata.normalize("NFC", text).casefold()


def _text_list(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else []


def _place_after(cursor: str, ids: Sequence[str]) -> int:
    """Where the list goes on behind a cursor; ids descend, and the cursor's may be gone by now."""
    if not cursor:
        return 0
    return bisect_right(ids, _Descending(cursor), key=_Descending)


class _Descending(str):
    """A text that sorts the other way round."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)


def _neighbour(day: int, version: Version) -> Version:
    order = listed(day)
    return order[order.index(version) - 1]


def _size(call: Call, key: str) -> int | None:
    size = _positive(call.body.get(key, _DEFAULT_PAGE))
    return None if size is None else min(LARGEST_PAGE, size)


def _positive(value: Any) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _text(call: Call, key: str) -> str:
    value = call.body.get(key)
    return value if isinstance(value, str) else ""


def _refused(status: int, message: str) -> Answer:
    code = "BAD_REQUEST" if status < 500 else "INTERNAL_SERVER_ERROR"
    return Answer(status, encoded({"code": code, "data": None, "message": message}))

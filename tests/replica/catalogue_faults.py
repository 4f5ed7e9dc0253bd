"""What the faults of `catalogue_kinds` do to the answers of the catalogue."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import Any

from .catalogue_cast import CAST
from .catalogue_world import Version, encoded
from .distortions import place_in_line
from .dossier_faults import number_in, rule_of, rules_at
from .faults import FaultRule
from .routes import Answer

Json = dict[str, Any]
_CAST = frozenset(role.code for role in CAST)


def kept(public: Sequence[Version], faults: Sequence[FaultRule]) -> Sequence[Version]:
    """The procedures that the faults leave of the whole list; its total follows them."""
    if rule_of("empty", faults):
        return ()
    extract = rule_of("extract", faults)
    if extract:
        part = number_in(extract, "share")
        public = [one for one in public if one.outline.code in _CAST or _place(one) >= 1 - part]
    share = rule_of("keep_share", faults)
    if not share:
        return public
    in_line = sorted(public, key=_place)
    number = math.ceil(number_in(share, "share") * len(public))
    ids = {version.outline.id for version in in_line[:number]}
    return [version for version in public if version.outline.id in ids]


def _place(version: Version) -> float:
    return place_in_line(version.outline.id)


def page_to_show(page: int, faults: Sequence[FaultRule]) -> int:
    """The page whose items stand on that page."""
    return page - 1 if page > 1 and rules_at("page_repeats", page, faults) else page


def distort_page(data: Json, page: int, asked: str, size: int, ids: Sequence[str],
                 faults: Sequence[FaultRule]) -> Json:  # fmt: skip
    """One page of the list. `asked` is the cursor it was asked with, `ids` are the whole list."""
    stop = rule_of("list_stops", faults)
    if stop and page >= number_in(stop, "page"):
        data = {**data, "items": [], "lastId": ""}
    if rules_at("cursor_repeats", page, faults):
        data = {**data, "lastId": asked}
    for rule in rules_at("cursor_loops", page, faults):
        data = {**data, "lastId": ids[int(number_in(rule, "to")) * size - 1]}
    if rule_of("total_missing", faults):
        data = {key: value for key, value in data.items() if key != "total"}
    for rule in faults:
        if rule.kind == "total_wrong":
            data = {**data, "total": data["total"] + int(number_in(rule, "by"))}
    if rules_at("item_without_id", page, faults) and data["items"]:
        first, *others = data["items"]
        without = {key: value for key, value in first.items() if key != "id"}
        data = {**data, "items": [without, *others]}
    return data


def failing_status(identifier: str, faults: Sequence[FaultRule]) -> int | None:
    """The status with which a detail fails; None where it does not."""
    for rule in faults:
        if rule.kind == "detail_fails":
            # Whoever names the procedures means each of them.
            share = 1.0 if rule.ids is not None else number_in(rule, "share")
            if place_in_line(identifier) < share:
                return int(number_in(rule, "status"))
    return None


def distort_written(answer: Answer, faults: Sequence[FaultRule]) -> Answer:
    """Faults that are about how any answer of the catalogue is written."""
    changes = [(rule, WRITTEN[rule.kind]) for rule in faults if rule.kind in WRITTEN]
    if not changes:
        return answer
    value = json.loads(answer.body)
    for rule, change in changes:
        value = change(value, rule)
    return Answer(answer.status, encoded(value))


def _bad_code(envelope: Json, rule: FaultRule) -> Json:
    return {**envelope, "code": rule.options["code"], "message": "Internal error"}


def _renamed(envelope: Json, rule: FaultRule) -> Json:
    old, new = rule.options["old"], str(rule.options["new"])
    return _everywhere(
        envelope, lambda cells: {new if key == old else key: cells[key] for key in cells}
    )


def _retyped(envelope: Json, rule: FaultRule) -> Json:
    field = rule.options["field"]

    def retyped(cells: Json) -> Json:
        return {key: _other_type(cells[key]) if key == field else cells[key] for key in cells}

    return _everywhere(envelope, retyped)


def _without(envelope: Json, rule: FaultRule) -> Json:
    member = rule.options["member"]
    return _everywhere(envelope, lambda cells: {key: cells[key] for key in cells if key != member})


WRITTEN: dict[str, Callable[[Json, FaultRule], Json]] = {
    "bad_code": _bad_code, "renamed": _renamed, "retyped": _retyped, "member_missing": _without,
}  # fmt: skip


def _other_type(value: object) -> object:
    """A number or a truth becomes text, anything else a number."""
    return str(value) if isinstance(value, (bool, int, float)) else 0


def _everywhere(value: Json, change: Callable[[Json], Json]) -> Json:
    def walk(part: Any) -> Any:
        if isinstance(part, dict):
            return change({key: walk(cell) for key, cell in part.items()})
        return [walk(cell) for cell in part] if isinstance(part, list) else part

    result: Json = walk(value)
    return result

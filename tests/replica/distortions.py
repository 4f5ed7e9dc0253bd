"""What data faults do: some change the scene before it is written, some the written answer."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from .counts import Counts
from .faults import FaultRule
from .figures import GROUP_MAXIMA, Sheet, sheet_of
from .scene import Row, Scene, scene_of
from .written import JsonAnswer

_KEPT_WHEN_ZERO = {"maxScore", "totalMaxScore", "stt", "pagination"}


def distort_scene(scene: Scene, rules: Sequence[FaultRule], day: int) -> Scene:
    """Apply the faults that are about who and what stands in the answer."""
    for rule in rules:
        if rule.kind == "wrong_province":
            scene = scene_of(day, str(rule.options["other"]), scene.period)
        elif rule.kind == "empty":
            scene = replace(scene, rows=())
        elif rule.kind == "keep_share":
            scene = replace(scene, rows=_share(scene.rows, _number(rule.options["share"])))
        elif rule.kind == "floor":
            rows = tuple(Row(row.unit, _floor(row.sheet)) for row in scene.rows)
            scene = replace(scene, head=Row(scene.head.unit, _floor(scene.head.sheet)), rows=rows)
    return scene


def distort_answer(envelope: JsonAnswer, rules: Sequence[FaultRule], path: str) -> JsonAnswer:
    """Apply the faults that are about how the answer is written."""
    for rule in rules:
        options = rule.options
        if rule.kind == "zero":
            envelope = {**envelope, "data": zeroed(envelope["data"])}
        elif rule.kind == "renamed":
            envelope = _renamed(envelope, str(options["old"]), str(options["new"]))
        elif rule.kind == "retyped":
            envelope = _retyped(envelope, str(options["field"]))
        elif rule.kind == "bad_code":
            envelope = {**envelope, "code": options["code"], "message": "Internal error"}
        elif rule.kind == "nan":
            _spoil_first(envelope, str(options["field"]), _number(options["value"]))
        elif rule.kind == "bad_sums" and path.endswith("service-results"):
            _raise_totals(envelope, _number(options["by"]), _number(options["share"]))
    return envelope


def zeroed(value: object) -> object:
    """The same answer with every score and count zero; nulls, maxima and paging stay."""
    if isinstance(value, dict):
        return {
            key: part if key in _KEPT_WHEN_ZERO else zeroed(part) for key, part in value.items()
        }
    if isinstance(value, list):
        return [zeroed(part) for part in value]
    return 0 if isinstance(value, (int, float)) else value


def place_in_line(identifier: str) -> float:
    """A number from 0 to 1 that depends on the id alone, so all seven answers agree on it."""
    return int(hashlib.sha256(identifier.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF


def _share(rows: tuple[Row, ...], share: float) -> tuple[Row, ...]:
    in_line = sorted(rows, key=lambda row: place_in_line(row.unit.id))
    kept = {row.unit.id for row in in_line[: math.ceil(share * len(rows))]}
    return tuple(row for row in rows if row.unit.id in kept)


def _floor(sheet: Sheet) -> Sheet:
    """Sixteen points: no dossiers, no petitions, the content of procedures complete."""
    content = sheet.counts.content
    counts = Counts(content_full=content, content=content)
    return sheet_of(counts, GROUP_MAXIMA.keys() - sheet.groups.keys())


def _everywhere(value: object, change: Callable[[JsonAnswer], JsonAnswer]) -> object:
    if isinstance(value, dict):
        return change({key: _everywhere(part, change) for key, part in value.items()})
    if isinstance(value, list):
        return [_everywhere(part, change) for part in value]
    return value


def _changed(envelope: JsonAnswer, change: Callable[[JsonAnswer], JsonAnswer]) -> JsonAnswer:
    result = _everywhere(envelope, change)
    assert isinstance(result, dict)
    return result


def _renamed(envelope: JsonAnswer, old: str, new: str) -> JsonAnswer:
    return _changed(
        envelope,
        lambda cells: {new if key == old else key: value for key, value in cells.items()},
    )


def _retyped(envelope: JsonAnswer, field: str) -> JsonAnswer:
    def as_text(cells: JsonAnswer) -> JsonAnswer:
        return {
            key: str(value) if key == field and isinstance(value, (int, float)) else value
            for key, value in cells.items()
        }

    return _changed(envelope, as_text)


def _rows(envelope: JsonAnswer) -> list[JsonAnswer]:
    data = envelope["data"]
    assert isinstance(data, dict)
    rows = data.get("evaluation", data.get("children"))
    assert isinstance(rows, list)
    return rows


def _spoil_first(envelope: JsonAnswer, field: str, value: float) -> None:
    for row in _rows(envelope)[:1]:
        row[field] = value


def _raise_totals(envelope: JsonAnswer, by: float, share: float) -> None:
    for row in _rows(envelope):
        total = row["totalScore"]
        if place_in_line(str(row["departmentId"])) < share and isinstance(total, (int, float)):
            row["totalScore"] = row["ratio"] = round(total + by, 2)


def _number(value: object) -> float:
    if not isinstance(value, (int, float)):
        raise TypeError(f"{value!r} is not a number")
    return float(value)

"""The data faults, as far as a flat list of texts can have them.

`floor` and `bad_code` have no counterpart here and do nothing; field names that are the defaults of
the newer interface are taken for their older ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .distortions import place_in_line
from .faults import FaultRule
from .figures import GROUP_MAXIMA

JsonRow = dict[str, object]

TOTAL_FIELD = "TONG_SCORE"
SCORE_FIELDS = (*GROUP_MAXIMA, TOTAL_FIELD)

_OLDER_NAMES = {"totalScore": TOTAL_FIELD}


def place_asked_for(place: str | None, rules: Sequence[FaultRule]) -> str | None:
    """The place that is answered for; a fault may put another one in its stead."""
    others = [str(rule.options["other"]) for rule in rules if rule.kind == "wrong_province"]
    return others[-1] if others else place


def distorted(rows: list[JsonRow], rules: Sequence[FaultRule]) -> list[JsonRow]:
    """The rows as the faults leave them."""
    for rule in rules:
        rows = _distorted_by(rule, rows)
    return rows


def _distorted_by(rule: FaultRule, rows: list[JsonRow]) -> list[JsonRow]:
    options = rule.options
    match rule.kind:
        case "empty":
            return []
        case "keep_share":
            return _share(rows, float(str(options["share"])))
        case "zero":
            return [{**row, **dict.fromkeys(SCORE_FIELDS, "0")} for row in rows]
        case "renamed":
            old, new = _field(options["old"]), str(options["new"])
            return [{new if key == old else key: row[key] for key in row} for row in rows]
        case "retyped":
            field = _field(options["field"])
            return [{**row, field: float(str(row[field]))} for row in rows]
        case "nan":
            field, value = _field(options["field"]), options["value"]
            return [{**row, field: _text(value)} for row in rows[:1]] + rows[1:]
        case "bad_sums":
            by, share = float(str(options["by"])), float(str(options["share"]))
            return [_raised(row, by) if _place(row) < share else row for row in rows]
    return rows


def _share(rows: list[JsonRow], share: float) -> list[JsonRow]:
    kept = {row["ID"] for row in sorted(rows, key=_place)[: math.ceil(share * len(rows))]}
    return [row for row in rows if row["ID"] in kept]


def _raised(row: JsonRow, by: float) -> JsonRow:
    total = round(float(str(row[TOTAL_FIELD])) + by, 2)
    return {**row, TOTAL_FIELD: f"{total:g}"}


def _place(row: JsonRow) -> float:
    return place_in_line(str(row["ID"]))


def _field(name: object) -> str:
    return _OLDER_NAMES.get(str(name), str(name))


def _text(value: object) -> object:
    """Numbers are texts here; null stays null."""
    return str(value) if isinstance(value, (int, float)) else value

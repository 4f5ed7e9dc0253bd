"""What lies behind a move: the unit's own part of it, and the figure that explains most of it."""

from __future__ import annotations

from collections.abc import Mapping

from scrapers.evaluation_groups import TOTAL
from scrapers.records import Indicator, Level
from sync import wording
from sync.rules.differences import Context, Move, UnitDifference

PROVINCE_WIDE = frozenset({"PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL"})
"""Metrics that the portal repeats for every unit of a province: not the unit's own doing."""


def own_delta(unit: UnitDifference, code: str, context: Context) -> int | None:
    """The move of a figure less the part that the province's repeated metrics made."""
    move = unit.moves.get(code)
    delta = None if move is None else move.delta
    if delta is None or unit.kind == "province":
        return delta
    if code in PROVINCE_WIDE:
        return 0
    for repeated in PROVINCE_WIDE & unit.moves.keys():
        indicator = context.indicators.get(repeated)
        if code == TOTAL.code or (indicator and indicator.group_code == code):
            delta -= unit.moves[repeated].delta or 0
    return delta


def what(code: str, context: Context) -> str:
    """The figure in words: tổng điểm, nhóm …, “…”."""
    indicator = context.indicators[code]
    if indicator.level == "total":
        return "tổng điểm"
    return f"nhóm {indicator.name}" if indicator.level == "group" else f"“{indicator.name}”"


def from_to(move: Move) -> str:
    """A move in words: 82,70 → 82,35; 312/1.204 → 150/1.204."""
    assert move.before is not None
    assert move.after is not None
    text = f"{wording.points(move.before.score or 0)} → {wording.points(move.after.score or 0)}"
    if move.after.numerator is None and move.after.denominator is None:
        return text
    before = wording.fraction(move.before.numerator, move.before.denominator)
    return f"{text}; {before} → {wording.fraction(move.after.numerator, move.after.denominator)}"


def because(unit: UnitDifference, code: str, delta: int, context: Context) -> str:
    """The figure one level down that moved most the same way, as a half-sentence."""
    cause = cause_of(unit, code, delta, context.indicators)
    if cause is None:
        return ""
    moved = unit.moves[cause].delta or 0
    return f", chủ yếu do {what(cause, context)} ({wording.signed(moved)})"


def cause_of(
    unit: UnitDifference, code: str, delta: int, indicators: Mapping[str, Indicator]
) -> str | None:
    """The figure below `code` that explains most of its move.

    Below a total that is the group that moved most the same way, or its own metric that did.
    """
    if indicators[code].level == "metric":
        return None
    if indicators[code].level == "group":
        return _moved_most(unit, delta, indicators, "metric", code)
    group = _moved_most(unit, delta, indicators, "group", None)
    return (group and _moved_most(unit, delta, indicators, "metric", group)) or group


def _moved_most(
    unit: UnitDifference,
    delta: int,
    indicators: Mapping[str, Indicator],
    level: Level,
    group: str | None,
) -> str | None:
    sizes = {
        code: abs(move.delta)
        for code, move in unit.moves.items()
        if move.delta
        and (move.delta < 0) == (delta < 0)
        and indicators[code].level == level
        and group in (None, indicators[code].group_code)
    }
    return max(sizes, key=lambda code: sizes[code], default=None)

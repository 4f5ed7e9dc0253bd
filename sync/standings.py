"""What follows from the totals of one scope: rank among units of the same kind, class, activity.

Rules, by number, as `docs/rules.md` explains them:

1. A unit is ranked among units of its kind in the same province and period, by total, highest
   first; equal totals share a rank and the next rank is skipped (1, 2, 2, 4).
2. A unit has activity when any of its published dossier denominators is above zero. Where none is
   published, exactly 16.00 points (what an idle unit is given) or less mean none; in the legacy
   series, 0.00 points. (Inferred.)
3. A unit without activity is listed, but has neither rank nor class.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scrapers.records import Figure, Unit
from sync.series import CURRENT, LEGACY, Series

IDLE_TOTAL = 1600
"""Hundredths that the portal gives a unit without a single dossier (seen in bulk, inferred)."""

IDLE_TOTALS: dict[Series, int] = {CURRENT: IDLE_TOTAL, LEGACY: 0}
"""What an idle unit was given in 2022 to 2025 is unknown, so only nothing counts as idle."""

DOSSIER_INDICATORS = frozenset(
    {
        "TDGQ",
        "DOSSIER_SYNC",
        "DOSSIER_RECEIVING_SATISFACTION",
        "ORIGINAL_RESULT_AVAILABLE",
        "SO_HOA_GIAY_TO_GIAI_QUYET",
        "REUSED_DIGITIZED_DATA",
    }
)
"""Figures whose denominator counts the unit's own dossiers."""

Classes = Sequence[tuple[str, float]]
"""Labels with their lowest points, best first."""


class Standing(NamedTuple):
    """Where a unit stands in one scope; `total` in hundredths."""

    unit_code: str
    total: int | None
    rank: int | None
    rank_of: int
    class_: str | None
    has_activity: bool


def standings(
    units: Iterable[Unit],
    figures: Iterable[Figure],
    classes: Classes,
    idle_total: int = IDLE_TOTAL,
) -> list[Standing]:
    """One standing for every unit that has a total or a group in the figures."""
    totals: dict[str, int | None] = {}
    denominators: dict[str, list[int]] = defaultdict(list)
    for figure in figures:
        totals.setdefault(figure.unit_code, None)
        if figure.indicator == "TOTAL":
            totals[figure.unit_code] = figure.score
        if figure.indicator in DOSSIER_INDICATORS and figure.denominator is not None:
            denominators[figure.unit_code].append(figure.denominator)
    active = {
        code: has_activity(total, denominators[code], idle_total) for code, total in totals.items()
    }
    found: list[Standing] = []
    for members in _by_kind(units, totals).values():
        scores = {
            code: total for code in members if (total := totals[code]) is not None and active[code]
        }
        ranks = shared_ranks(scores)
        found.extend(
            Standing(
                code,
                totals[code],
                ranks.get(code),
                len(ranks),
                class_of(scores[code], classes) if code in scores else None,
                active[code],
            )
            for code in members
        )
    return found


def has_activity(
    total: int | None, denominators: Sequence[int], idle_total: int = IDLE_TOTAL
) -> bool:
    """Rule 2; `idle_total` in hundredths."""
    if denominators:
        return any(number > 0 for number in denominators)
    return total is None or total > idle_total


def shared_ranks(scores: dict[str, int]) -> dict[str, int]:
    """Rule 1: ranks from 1, highest score first, ties shared."""
    order = sorted(scores.values(), reverse=True)
    first = {score: place for place, score in reversed(list(enumerate(order, start=1)))}
    return {code: first[score] for code, score in scores.items()}


def class_of(total: int, classes: Classes) -> str | None:
    """The first label whose lowest points are reached; None below all of them."""
    return next((label for label, lowest in classes if total >= round(lowest * 100)), None)


def _by_kind(units: Iterable[Unit], known: dict[str, int | None]) -> dict[str, list[str]]:
    members: dict[str, list[str]] = defaultdict(list)
    for unit in units:
        if unit.code in known:
            members[unit.kind].append(unit.code)
    return members

"""The guard of listings: a listing that is not whole may close nothing.

Offices do clear many dossiers in a day, but not half of a long list, and a unit with many overdue
dossiers does not lose all of them overnight. Such a listing waits for a person's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sync import wording
from sync.guard import Objection
from sync.history import Delta

SHORTEST_LIST = 20
"""A list of fewer dossiers than this may collapse without meaning anything."""
MOST_GONE_SHARE = 0.5
LARGE_UNIT = 10
"""A unit with so many dossiers does not vanish from one listing to the next."""


class ListingFacts(NamedTuple):
    """What is held against a listing: its own contradictions, and the listing before."""

    contradictions: list[Objection]
    listing: Delta | None
    """None for a first listing."""
    units_before: Mapping[str, int]
    units_now: Mapping[str, int]
    is_older: bool
    """It shows an earlier instant than the last believed listing."""


def listing_objections(facts: ListingFacts) -> list[Objection]:
    """Every objection to a listing."""
    found = list(facts.contradictions)
    if facts.is_older:
        found.append(
            Objection(
                "it is older than the last believed listing",
                "danh sách cũ hơn danh sách đã nhận gần nhất",
            )
        )
    for check in (_collapsed, _lost_a_large_unit):
        objection = check(facts)
        if objection:
            found.append(objection)
    return found


def _collapsed(facts: ListingFacts) -> Objection | None:
    delta = facts.listing
    if delta is None or delta.before < SHORTEST_LIST:
        return None
    if delta.gone <= delta.before * MOST_GONE_SHARE:
        return None
    return Objection(
        f"{delta.gone} of {delta.before} dossiers are gone at once",
        f"{wording.count(delta.gone)} trong {wording.count(delta.before)} hồ sơ biến mất cùng lúc",
    )


def _lost_a_large_unit(facts: ListingFacts) -> Objection | None:
    lost = {
        unit: number
        for unit, number in facts.units_before.items()
        if number >= LARGE_UNIT and unit not in facts.units_now
    }
    if not lost or facts.listing is None:
        return None
    unit, number = max(lost.items(), key=lambda item: item[1])
    return Objection(
        f"{len(lost)} large units are no longer listed, the largest with {number} dossiers",
        f"{len(lost)} đơn vị có nhiều hồ sơ không còn trong danh sách (ví dụ {unit}: {number})",
    )

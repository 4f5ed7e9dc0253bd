"""The guard of listings: a listing that is not whole may close nothing.

Offices do clear many dossiers in a day, but not half of a long list, and a unit with many overdue
dossiers does not lose all of them overnight. Nor do many dossiers lose their due date, their state
or their unit at once: then a column was renamed. Such a listing waits for a person's word.
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
MOST_EMPTIED_SHARE = 0.1
FEW = 3
"""So many dossiers may lose a value at once, whatever their share."""

FIELDS = {
    "due_at": "ngày hẹn trả",
    "received_at": "ngày tiếp nhận",
    "state": "trạng thái",
    "officer": "cán bộ xử lý",
    "unit_code": "mã đơn vị",
    "unit_name": "tên đơn vị",
    "procedure_code": "mã thủ tục",
    "procedure_name": "tên thủ tục",
}
"""What a dossier does not lose in passing, in an official's words."""


class OverdueFacts(NamedTuple):
    """What becomes of the dossiers that were overdue in the last believed listing."""

    before: int
    left: int
    """They are listed no longer, or not as overdue."""
    emptied: Mapping[str, int]
    """How many of those still listed have lost a value, by field: the due date, or while they stay
    overdue one of the others."""


NONE_OVERDUE = OverdueFacts(0, 0, {})


class ListingFacts(NamedTuple):
    """What is held against a listing: its own contradictions, and the listing before."""

    contradictions: list[Objection]
    listing: Delta | None
    """None for a first listing."""
    overdue: OverdueFacts
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
    for check in (_collapsed, _lost_a_large_unit, _lost_a_column):
        objection = check(facts)
        if objection:
            found.append(objection)
    return found


def _collapsed(facts: ListingFacts) -> Objection | None:
    delta, overdue = facts.listing, facts.overdue
    if delta is None:
        return None
    if _is_collapse(delta.gone, delta.before):
        return Objection(
            f"{delta.gone} of {delta.before} dossiers are gone at once",
            f"{wording.count(delta.gone)} trong {wording.count(delta.before)} hồ sơ biến mất cùng "
            "lúc",
        )
    if _is_collapse(overdue.left, overdue.before):
        return Objection(
            f"{overdue.left} of {overdue.before} overdue dossiers left the list at once",
            f"{wording.count(overdue.left)} trong {wording.count(overdue.before)} hồ sơ quá hạn "
            "rời danh sách cùng lúc",
        )
    return None


def _is_collapse(gone: int, before: int) -> bool:
    return before >= SHORTEST_LIST and gone > before * MOST_GONE_SHARE


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


def _lost_a_column(facts: ListingFacts) -> Objection | None:
    overdue = facts.overdue
    most = max(FEW, overdue.before * MOST_EMPTIED_SHARE)
    emptied = {field: number for field, number in overdue.emptied.items() if number > most}
    if not emptied:
        return None
    field, number = max(emptied.items(), key=lambda item: item[1])
    return Objection(
        f"{number} of {overdue.before} overdue dossiers have lost their {field} at once",
        f"{wording.count(number)} trong {wording.count(overdue.before)} hồ sơ quá hạn không còn "
        f"ghi {FIELDS[field]} (nguồn đổi tên cột?)",
    )

"""What the older interface says of everyone, in hundredths: made up, the same on every day.

The level of a year follows what was published: about 75 points in 2024, 86 in 2025.
"""

from __future__ import annotations

import datetime
import hashlib
import struct
from dataclasses import dataclass
from functools import cache

from .figures import GROUP_MAXIMA
from .legacy_published import MOST_OF_OTHERS, PROVINCES, published_total
from .legacy_units import LegacyUnit, listed
from .periods import Period

FIRST_DAY_WITH_DATA = datetime.date(2022, 8, 1)
"""The day the index began. A period that ended before is an empty list. (Inferred.)"""

LAST_YEAR = 2025

_LEVELS = {2022: 560, 2023: 680, 2024: 755, 2025: 865}
"""Thousandths of the maximum that a middling unit reaches."""
_LIFTS = range(-70, 51)
_WOBBLES = range(-50, 51)


@dataclass(frozen=True, slots=True)
class LegacyRow:
    """A unit and its six groups; the total is their sum, to the hundredth."""

    unit: LegacyUnit
    groups: dict[str, int]
    total: int


def has_data(period: Period) -> bool:
    """Whether there is anything for a period."""
    return period.year <= LAST_YEAR and period.first_and_last()[1] >= FIRST_DAY_WITH_DATA


def rows_of(place: str, period: Period) -> list[LegacyRow]:
    """The rows for a place ("VN" or a province's code), best first; codes decide between equals."""
    if not has_data(period):
        return []
    rows = [_row(unit, period) for unit in listed(place, period)]
    return sorted(rows, key=lambda row: (-row.total, row.unit.code))


def _row(unit: LegacyUnit, period: Period) -> LegacyRow:
    total = published_total(unit.code, period)
    if total is not None:
        return LegacyRow(unit, _shared_out(total), total)
    is_outdone = period in PROVINCES and "." not in unit.code
    most = MOST_OF_OTHERS if is_outdone else 1000
    level = _LEVELS[period.year] + _lift(unit.code)
    wobbles = _drawn(f"{unit.code}/{period}", len(GROUP_MAXIMA))
    groups = {
        # The maxima are whole points: a tenth of a thousandth of them is a hundredth.
        code: maximum * min(most, level + wobble % len(_WOBBLES) + _WOBBLES[0]) // 10
        for (code, maximum), wobble in zip(GROUP_MAXIMA.items(), wobbles, strict=True)
    }
    return LegacyRow(unit, groups, sum(groups.values()))


def _shared_out(total: int) -> dict[str, int]:
    """Six groups that sum to a total, each by its maximum; the largest takes what is left."""
    groups = {code: maximum * total // 100 for code, maximum in GROUP_MAXIMA.items()}
    groups["MDSH"] += total - sum(groups.values())
    return groups


@cache
def _lift(code: str) -> int:
    """How far a unit stands above or below the middle, in every period alike."""
    return _drawn(code, 1)[0] % len(_LIFTS) + _LIFTS[0]


def _drawn(key: str, count: int) -> tuple[int, ...]:
    """Some numbers of two bytes that depend on the key alone."""
    return struct.unpack(
        f"<{count}H", hashlib.blake2b(key.encode(), digest_size=2 * count).digest()
    )

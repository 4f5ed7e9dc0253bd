"""The two series of the index. The portal changed its sources between them: never compared.

An An Giang of 87,86 points in 2025 and of 60,35 in 2026 has not fallen; it is counted otherwise.
"""

from __future__ import annotations

from typing import Final, Literal

from scrapers.periods import Period

Series = Literal["current", "legacy"]

CURRENT: Final = "current"
LEGACY: Final = "legacy"
FIRST_YEAR_OF_CURRENT = 2026
"""What the newer interface says of earlier years is unknown; nobody has asked."""

SOURCES: dict[Series, str] = {CURRENT: "portal", LEGACY: "legacy"}
"""The source under which the scopes of each series stand, so that no name is taken twice."""


def series_of(period: Period) -> Series:
    """The series that a period of the past is read from."""
    return CURRENT if period.year >= FIRST_YEAR_OF_CURRENT else LEGACY

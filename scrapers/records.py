"""The records of the published index that leave this floor.

Scores, maxima and ratios are whole hundredths (8270 is 82,70 points or per cent): the portal prints
two decimals, and whole numbers compare exactly. None means that the portal printed no figure.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from scrapers.periods import Period
from scrapers.unseen import without_unseen

Kind = Literal["nation", "ministry", "province", "department", "district", "commune"]
Level = Literal["total", "group", "metric"]

NATION = "VN"
"""Our code for "Cả nước", which the portal leaves without one."""


class Unit(NamedTuple):
    """A unit that is scored; `portal_id` is the portal's own id (a UUID)."""

    code: str
    name: str
    kind: Kind
    province_code: str | None
    portal_id: str | None


class Indicator(NamedTuple):
    """What a figure is about; `group_code` is the group a metric belongs to."""

    code: str
    level: Level
    group_code: str | None
    name: str


class Figure(NamedTuple):
    """One published figure of one unit."""

    unit_code: str
    indicator: str
    score: int | None
    max_score: int | None
    ratio: int | None
    numerator: int | None
    denominator: int | None
    quality: str | None = None


@dataclass
class IndexReading:
    """The answers about one scope and one period, joined by unit.

    `province_code` is None for the nation's table. `listed` are the codes in the unit list itself,
    `listed_by_group` those in each group's answer (a unit may be missing from a group), and
    `declared` how many units a group says it has.
    """

    province_code: str | None
    period: Period
    units: dict[str, Unit]
    figures: list[Figure]
    indicators: dict[str, Indicator]
    listed: set[str]
    declared: dict[str, int] = field(default_factory=dict)
    listed_by_group: dict[str, set[str]] = field(default_factory=dict)


def hundredths(value: float | None) -> int | None:
    """A printed number as whole hundredths; None stays None."""
    return None if value is None else round(value * 100)


def clean(text: str) -> str:
    """Text in NFC with single blanks and nothing unseen, whatever the portal sends along."""
    return " ".join(unicodedata.normalize("NFC", without_unseen(text)).split())

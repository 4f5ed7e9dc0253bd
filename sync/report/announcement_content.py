"""What a month's announcement may say: the tags of its template, and how figures are written in it.

All of it is Vietnamese text, so that the template only places it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scrapers.records import Kind
from sync import wording

NOTHING = "–"
"""Stands where the portal printed nothing."""
MOST_NAMED = 30
"""Units that a sentence names; the annex has all of them."""

LEVELS: dict[Kind, str] = {
    "province": "Tỉnh, thành phố",
    "department": "Sở, ban, ngành",
    "district": "Huyện, thị xã, thành phố",
    "commune": "Xã, phường, đặc khu",
}


@dataclass(frozen=True)
class GroupLine:
    """One of the six groups of the subject; `share` is score by maximum in per cent."""

    name: str
    score: str
    maximum: str
    share: str


@dataclass(frozen=True)
class LevelLine:
    """How many units of a level each class has, in the order of `Announcement.classes`."""

    name: str
    counts: Sequence[str]
    total: str


@dataclass(frozen=True)
class ClassList:
    """The units of some classes that are asked the same."""

    labels: str
    count: str
    units: str


@dataclass(frozen=True)
class Target:
    """A rate that is demanded."""

    name: str
    target: str


@dataclass(frozen=True)
class Below:
    """Who misses an assigned rate."""

    name: str
    target: str
    count: str
    units: str


@dataclass(frozen=True)
class RateLine:
    """One rate of the subject."""

    name: str
    counts: str
    ratio: str
    target: str
    score: str


@dataclass(frozen=True)
class WeakLine:
    """One rate of one unit that misses its target."""

    unit: str
    name: str
    counts: str
    ratio: str
    target: str


@dataclass(frozen=True)
class OverdueLine:
    """The overdue dossiers of one unit; `oldest` in calendar days."""

    name: str
    overdue: str
    oldest: str
    rate: str


@dataclass(frozen=True)
class UnitLine:
    """One unit; `groups` are its scores by the portal's code of the group."""

    rank: str
    name: str
    groups: Mapping[str, str]
    total: str
    label: str
    since: str
    rank_before: str


@dataclass(frozen=True)
class UnitTable:
    """The units of one level, best first."""

    name: str
    units: Sequence[UnitLine]


@dataclass(frozen=True)
class Annex:
    """An annex and its Roman number."""

    number: str
    rows: Sequence[RateLine | WeakLine | OverdueLine | UnitTable]


@dataclass(frozen=True)
class Announcement:
    """What the template may name; all of it in Vietnamese, an empty text or None is left out.

    `subject` begins a sentence, `subject_within` stands within one.
    """

    subject: str
    subject_within: str
    month: str
    cut_off: str
    result: str
    change: str
    groups: Sequence[GroupLine]
    classes: Sequence[str]
    class_ranges: str
    levels: Sequence[LevelLine]
    keep: ClassList | None
    strive: ClassList | None
    mend: ClassList | None
    unclassed: ClassList | None
    goal: str
    own_below: str
    below: Sequence[Below]
    rates_remark: str
    targets: Sequence[Target]
    overdue_result: str
    overdue_total: str
    overdue_as_of: str
    own_annex: Annex | None
    weak_annex: Annex | None
    overdue_annex: Annex | None
    units_annex: Annex
    units_title: str


def points(hundredths: int | None) -> str:
    """Hundredths as 82,70; a dash for None."""
    return NOTHING if hundredths is None else wording.points(hundredths)


def whole(number: int | None) -> str:
    """A whole number; a dash for None."""
    return NOTHING if number is None else wording.count(number)


def counts(numerator: int | None, denominator: int | None) -> str:
    """312/1.204; a dash where there is no denominator."""
    return NOTHING if denominator is None else wording.fraction(numerator, denominator)


def percent(hundredths: int) -> str:
    """Hundredths of a per cent as 47,86%."""
    return f"{wording.points(hundredths)}%"


def plain(number: float) -> str:
    """Without decimals where there are none: 90, 87,5."""
    return f"{number:g}".replace(".", ",")


def at_least(target: int) -> str:
    """A target in hundredths of a per cent: 100%, from 52% upwards."""
    return "100%" if target == 10_000 else f"từ {plain(target / 100)}% trở lên"


def some(named: Sequence[str], more: str) -> str:
    """Names with semicolons between; of many, the first and where the others stand."""
    rest = len(named) - MOST_NAMED
    shown = "; ".join(named[:MOST_NAMED])
    return f"{shown} và {wording.count(rest)} đơn vị khác ({more})" if rest > 0 else shown

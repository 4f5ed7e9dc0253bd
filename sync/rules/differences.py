"""What a rule of the index looks at: one difference, and what else it may know. Plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from scrapers.periods import Period
from scrapers.records import Indicator, Kind, Level
from sync.changes import Severity
from sync.standings import Classes

LEVELS: tuple[Level, ...] = ("total", "group", "metric")


class Figure(NamedTuple):
    """The values of one figure, in the order of the ledger's columns; hundredths."""

    score: int | None
    max_score: int | None
    ratio: int | None
    numerator: int | None
    denominator: int | None
    quality: str | None


class Standing(NamedTuple):
    """The values of one standing, in the order of the ledger's columns."""

    total: int | None
    rank: int | None
    rank_of: int
    class_: str | None
    has_activity: int


class Move(NamedTuple):
    """A figure before and after; None where it was not there."""

    before: Figure | None
    after: Figure | None

    @property
    def delta(self) -> int | None:
        """Score after less score before, where both are printed."""
        if self.before is None or self.after is None:
            return None
        if self.before.score is None or self.after.score is None:
            return None
        return self.after.score - self.before.score


class UnitDifference(NamedTuple):
    """Everything that moved for one unit."""

    unit_code: str
    name: str
    kind: Kind
    before: Standing | None
    after: Standing | None
    moves: Mapping[str, Move]

    @property
    def changed_activity(self) -> bool:
        """Whether it had dossiers on one side only: its figures are then not comparable."""
        if self.before is None or self.after is None:
            return False
        return self.before.has_activity != self.after.has_activity


class Renaming(NamedTuple):
    """A unit of a registry before and after: (name, kind); None where it was not listed."""

    unit_code: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None


@dataclass(frozen=True)
class Context:
    """What a rule may know beside the difference."""

    period: Period
    is_baseline: bool
    was_closed: bool
    """The period was over at the capture before: a change is a revision."""
    just_closed: bool
    """The period ended between the two captures."""
    indicators: Mapping[str, Indicator]
    thresholds: Mapping[Severity, int]
    """Least drop in hundredths, by severity."""
    active_units: int
    """Units with activity in the scope, whether they moved or not."""
    is_watched: Callable[[str], bool]
    """Whether this office wants to hear of a unit; the others only make up the ranking."""
    classes: Classes
    """Labels with their lowest points, best first."""
    target_for: Callable[[str, str], float | None]
    """Assigned rate in per cent for (unit, indicator)."""
    previous_totals: Mapping[str, int]
    """Totals of the period before, by unit; given when the period has just closed."""

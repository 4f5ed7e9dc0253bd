"""The words in which planted events are written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from .periods import Period, PeriodType

Expectation = tuple[str, str | None, str | None, str | None, str | None]
"""Kind of change, severity, indicator, value before, value after."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a comparison of two days must find, as a person wrote it down.

    `severity` is None where only the product's settings decide it.
    """

    kind: str
    severity: str | None
    unit_code: str
    period_type: PeriodType | None
    year: int | None
    period_no: int | None
    indicator: str | None
    before: Decimal | None = None
    after: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to one unit in one period on one day, and what must be seen of it.

    `counts` gives each count before and after. `inherited` says that every sub-unit of the
    province repeats it. `loses_all` empties the unit's period instead.
    """

    day: int
    unit: str
    period: Period
    what: str
    counts: Mapping[str, tuple[int, int]]
    expected: tuple[Expectation, ...]
    inherited: bool = False
    loses_all: bool = False

    @property
    def effects(self) -> tuple[Effect, ...]:
        """The expectations as full records."""
        return tuple(effect(self.unit, self.period, *words) for words in self.expected)


def effect(
    unit: str,
    period: Period | None,
    kind: str,
    severity: str | None = None,
    indicator: str | None = None,
    before: str | None = None,
    after: str | None = None,
) -> Effect:
    """A record from the short words of the table."""
    return Effect(
        kind,
        severity,
        unit,
        period.type if period else None,
        period.year if period else None,
        period.number if period else None,
        indicator,
        None if before is None else Decimal(before),
        None if after is None else Decimal(after),
    )

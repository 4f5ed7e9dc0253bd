"""One reading as the portal sees it: who heads it, who stands below, and their scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .counts import Counts
from .figures import Sheet, sheet_of
from .periods import MONTHS, UNKNOWN_PERIOD_ANSWER, Period
from .provinces import NATION_CODE
from .units import Unit, province_unit, provinces_as_units
from .world import sheet_on, units_on


@dataclass(frozen=True, slots=True)
class Row:
    """A unit and its scores."""

    unit: Unit
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything the seven answers of one scope, period and day are written from.

    `months` are the head's scores month by month, None for months to come.
    """

    period: Period
    has_data: bool
    head: Row
    rows: tuple[Row, ...]
    months: tuple[Sheet | None, ...]

    @property
    def is_national(self) -> bool:
        """Whether the nation heads it."""
        return self.head.unit.code == NATION_CODE


@lru_cache(maxsize=128)
def scene_of(day: int, province_code: str, period: Period) -> Scene:
    """The scene of a province, or of the nation with the 34 provinces below it."""
    head = province_unit(province_code)
    below = provinces_as_units() if province_code == NATION_CODE else units_on(day, province_code)
    months = tuple(
        sheet_on(day, head, month) if month.has_data(day) and month.year == period.year else None
        for month in MONTHS
    )
    if period.has_data(day):
        rows = tuple(Row(unit, sheet_on(day, unit, period)) for unit in below)
        return Scene(period, True, Row(head, sheet_on(day, head, period)), rows, months)
    nothing = sheet_of(Counts())
    listed = below if UNKNOWN_PERIOD_ANSWER == "zeros" else ()
    rows = tuple(Row(unit, nothing) for unit in listed)
    return Scene(period, False, Row(head, nothing), rows, months)

"""Periods as the portal counts them: years, quarters, months of the Gregorian calendar."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal, NamedTuple

PeriodType = Literal["year", "quarter", "month"]
PERIOD_TYPES: tuple[PeriodType, ...] = ("year", "quarter", "month")
_MONTHS: dict[PeriodType, int] = {"year": 12, "quarter": 3, "month": 1}
_NAME = re.compile(r"(20\d{2})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?", re.ASCII)


class Period(NamedTuple):
    """One period; `number` is 0 for a year, 1–4 for a quarter, 1–12 for a month."""

    type: PeriodType
    year: int
    number: int = 0

    @property
    def first_day(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, (max(self.number, 1) - 1) * _MONTHS[self.type] + 1, 1)

    @property
    def last_day(self) -> dt.date:
        """Its last day; the period is open until that day is over."""
        return self.next().first_day - dt.timedelta(days=1)

    def next(self) -> Period:
        """The period that follows."""
        return self._shifted(1)

    def previous(self) -> Period:
        """The period before."""
        return self._shifted(-1)

    def _shifted(self, by: int) -> Period:
        if self.type == "year":
            return Period("year", self.year + by)
        count = 12 // _MONTHS[self.type]
        index = self.year * count + self.number - 1 + by
        return Period(self.type, index // count, index % count + 1)

    def __str__(self) -> str:
        """A name for scopes and logs: 2026, 2026-Q4, 2026-11."""
        if self.type == "year":
            return str(self.year)
        return (
            f"{self.year}-Q{self.number}"
            if self.type == "quarter"
            else f"{self.year}-{self.number:02d}"
        )


def period_of(day: dt.date, type_: PeriodType) -> Period:
    """The period of that type in which a day falls."""
    if type_ == "year":
        return Period("year", day.year)
    return Period(type_, day.year, (day.month - 1) // _MONTHS[type_] + 1)


def period_type(name: str) -> PeriodType:
    """A type read from the store. Raises ValueError for any other word."""
    for known in PERIOD_TYPES:
        if known == name:
            return known
    raise ValueError(f"{name!r} is no type of period")


def period_named(name: str) -> Period:
    """The period whose name this is: 2026, 2026-Q3 or 2026-09. Raises ValueError."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} names no period")
    year, quarter, month = found.groups()
    if quarter:
        return Period("quarter", int(year), int(quarter))
    return Period("month", int(year), int(month)) if month else Period("year", int(year))

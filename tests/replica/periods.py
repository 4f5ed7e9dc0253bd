"""The days the replica can show and the periods the portal scores."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

PeriodType = Literal["year", "quarter", "month"]

YEAR = 2026
"""The only year with data. No capture of the real interface shows an earlier one."""

FIRST_DAY = datetime.date(2026, 11, 26)
DAYS = range(1, 8)
DATES = {day: FIRST_DAY + datetime.timedelta(days=day - 1) for day in DAYS}
"""Day number to calendar date: 1 is 26 November, 7 is 2 December 2026."""

UNKNOWN_PERIOD_ANSWER: Literal["empty", "zeros"] = "empty"
"""What a period without data answers: no rows, or all units with zeros. The real one is unknown."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A year, a quarter or a month; `number` is 0 for a year."""

    type: PeriodType
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.type}-{self.number}"

    def first_and_last(self) -> tuple[datetime.date, datetime.date]:
        """First and last calendar day."""
        months = {"year": 12, "quarter": 3, "month": 1}[self.type]
        last_month = 12 if self.type == "year" else self.number * months
        last = calendar.monthrange(self.year, last_month)[1]
        return (
            datetime.date(self.year, last_month - months + 1, 1),
            datetime.date(self.year, last_month, last),
        )

    def has_data(self, day: int) -> bool:
        """Whether the portal has figures for this period on that day: it began, in our year."""
        return self.year == YEAR and self.first_and_last()[0] <= DATES[day]


YEAR_2026 = Period("year", YEAR, 0)
QUARTERS = tuple(Period("quarter", YEAR, number) for number in range(1, 5))
MONTHS = tuple(Period("month", YEAR, number) for number in range(1, 13))
ALL_PERIODS = (YEAR_2026, *QUARTERS, *MONTHS)
QUARTER_4 = QUARTERS[3]
OCTOBER, NOVEMBER, DECEMBER = MONTHS[9:]


def periods_with_data(day: int) -> tuple[Period, ...]:
    """Every period that has figures on that day."""
    return tuple(period for period in ALL_PERIODS if period.has_data(day))


def period_from_time_type(body: Mapping[str, object]) -> Period | None:
    """The period a body with `timeType` asks for, or None where it is not understood."""
    kind, year = body.get("timeType"), body.get("year")
    if not isinstance(year, int):
        return None
    if kind == "year":
        return Period("year", year, 0)
    if kind == "quarter":
        number = body.get("quarter")
        return _numbered("quarter", year, number, 4)
    if kind == "month":
        return _numbered("month", year, body.get("month"), 12)
    return None


def period_from_dates(body: Mapping[str, object]) -> Period | None:
    """The period that `fromDate` and `toDate` span exactly; other spans are untried, so None."""
    try:
        first = datetime.date.fromisoformat(str(body.get("fromDate")))
        last = datetime.date.fromisoformat(str(body.get("toDate")))
    except ValueError:
        return None
    candidates = (
        Period("year", first.year, 0),
        Period("quarter", first.year, (first.month + 2) // 3),
        Period("month", first.year, first.month),
    )
    for period in candidates:
        if period.first_and_last() == (first, last):
            return period
    return None


def _numbered(kind: PeriodType, year: int, number: object, highest: int) -> Period | None:
    if isinstance(number, int) and 1 <= number <= highest:
        return Period(kind, year, number)
    return None

"""Working days in Viet Nam: weekends and public holidays are off, make-up Saturdays are not.

The holidays come from the library `holidays`; what it misses stands in `OVERRIDES`, each with its
notice. Years for which no official notice is known yet are computed, and may be wrong by a swap.
"""

from __future__ import annotations

import datetime as dt
import zlib
from functools import cache
from importlib.metadata import version
from itertools import accumulate, pairwise

from sqlalchemy import Connection, select

from models import tables
from sync.marks import read_mark, write_mark

OVERRIDES: dict[dt.date, bool] = {
    dt.date(2026, 1, 2): False,  # 12729/VPCP-KGVX of 25/12/2025: off, worked on 10/1 instead
    dt.date(2026, 1, 10): True,
}
"""Day -> whether it is worked, against what the library says."""

FIRST_YEAR, LAST_YEAR = 2018, 2031

_FIRST_DAY = dt.date(1970, 1, 1)
"""From here the store counts days."""

_LONGER_THAN_ANY_BREAK = dt.timedelta(days=30)
_MARK = "calendar"
_LARGEST_MARK = 0x7FFFFFFF


def is_working_day(day: dt.date) -> bool:
    """Whether offices work on a day."""
    if day in OVERRIDES:
        return OVERRIDES[day]
    calendar = _calendar()
    if day in calendar.weekend_workdays:
        return True
    return day.weekday() < 5 and day not in calendar


def working_days_between(after: dt.date, until: dt.date) -> int:
    """How many working days lie after one day and up to another; negative the other way round."""
    if until < after:
        return -working_days_between(until, after)
    return sum(is_working_day(day) for day in _days(after, until)[1:])


def working_days(connection: Connection, first: dt.date, last: dt.date) -> set[dt.date]:
    """The days from the first to the last on which offices work.

    The store's table knows them, if it is today's: to load the library takes 10 MB and as long as
    many a report.
    """
    before = first - dt.timedelta(days=1)
    days = _days(before, last)
    numbers: dict[dt.date, int] = {}
    if read_mark(connection, _MARK) == _edition():
        columns = tables.working_days.c
        within = columns.day >= before.isoformat(), columns.day <= last.isoformat()
        rows = connection.execute(select(columns.day, columns.number).where(*within))
        numbers = {dt.date.fromisoformat(day): number for day, number in rows}
    if len(numbers) < len(days):
        return {day for day in days[1:] if is_working_day(day)}
    return {day for earlier, day in pairwise(days) if numbers[day] > numbers[earlier]}


def next_working_day(connection: Connection, day: dt.date) -> dt.date:
    """The first day after another on which offices work."""
    return min(working_days(connection, day + dt.timedelta(days=1), day + _LONGER_THAN_ANY_BREAK))


def fill_calendar(connection: Connection) -> None:
    """Let the table that the views count working days by be today's, also in an older store."""
    edition = _edition()
    if read_mark(connection, _MARK) == edition:
        return
    days = _days(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31))
    numbers = accumulate(int(is_working_day(day)) for day in days)
    rows = [
        {"day_number": (day - _FIRST_DAY).days, "day": day.isoformat(), "number": number}
        for day, number in zip(days, numbers, strict=True)
    ]
    connection.execute(tables.working_days.delete())
    connection.execute(tables.working_days.insert(), rows)
    write_mark(connection, _MARK, edition)


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Every day from the first to the last."""
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def _edition() -> int:
    """A number for all that the calendar follows from; to ask the library itself takes longer."""
    source = (version("holidays"), FIRST_YEAR, LAST_YEAR, sorted(OVERRIDES.items()))
    return zlib.crc32(repr(source).encode()) & _LARGEST_MARK


@cache
def _calendar():  # type: ignore[no-untyped-def]  # the library has no type for a country's calendar
    import holidays

    return holidays.country_holidays("VN", years=range(FIRST_YEAR, LAST_YEAR + 1))

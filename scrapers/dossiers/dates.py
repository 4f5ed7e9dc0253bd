"""Dates as listings print them, read strictly: a known shape or nothing, never a guess.

Shapes: dd/MM/yyyy (also with - or .), with HH:mm or HH:mm:ss; yyyyMMdd and yyyyMMddHHmmss;
yyyy-MM-dd with "T" or a blank before the time, with or without fractions of a second, with Z,
+0000, +07:00 or no zone; days of Excel (numbers, also as text); instants that Excel itself marks.
A day always stands before its month; a year has four digits. Without a zone it is Viet Nam time.

The day-before trap: a system that stores days as instants prints 1990-01-01 as
"1989-12-31T17:00:00.000+0000". Only the whole instant, moved to Viet Nam, has the right day, so
nothing here ever cuts a text after its tenth character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, NamedTuple

from scrapers.dossiers.cells import Cell, plain, read_text

VIET_NAM: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Viet Nam has had no other offset since 1975, so a fixed one needs no zone tables."""

_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2100
_EXCEL_EPOCH: Final = datetime(1899, 12, 30, tzinfo=VIET_NAM)
_TIME = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
_DAY_FIRST = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}})(?:[ T,]+{_TIME})?", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2}(?!\d).*", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?", re.ASCII)
_ISO = re.compile(
    rf"(\d{{4}})-(\d{{2}})-(\d{{2}})(?:[T ]{_TIME} ?(Z|[+-]\d{{2}}(?::?\d{{2}})?)?)?", re.ASCII
)
_MINUTES = {f"{m // 60:02}:{m % 60:02}": timedelta(minutes=m) for m in range(24 * 60)}
_SECONDS = {"": timedelta(0)} | {f":{s:02}": timedelta(seconds=s) for s in range(60)}
_EXCEL_TEXT = re.compile(r"\d{5}(?:[.,]\d+)?", re.ASCII)
_REMARK = re.compile(r"[\n(]")
_ANOTHER_TIME = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d|\d:\d{2}")


class Moment(NamedTuple):
    """An instant in UTC; `is_date_only` when no time, or midnight in Viet Nam, was printed."""

    at: datetime
    is_date_only: bool


class UnreadableDate(ValueError):
    """Not a date in a known shape, or no date of the calendar; the text is the reason."""


def read_moment(cell: Cell) -> Moment | None:
    """The instant a cell names; None for an empty one. Raises UnreadableDate.

    A remark after a line break or in brackets ("(Quá hạn 3 ngày)") is passed over, unless it names
    a time of its own.
    """
    if not isinstance(cell, str):
        return _from_number(cell)
    # The shape of nearly every cell there is, by parts that repeat: "dd/MM/yyyy HH:mm[:ss]".
    if cell[10:11] == " " and cell[2] == cell[5] == "/":
        minutes, seconds = _MINUTES.get(cell[11:16]), _SECONDS.get(cell[16:])
        if minutes is not None and seconds is not None:
            time = minutes + seconds
            return Moment(_midnight_of(cell[:10]) + time, not time)
    text = read_text(cell)
    if text is None:
        return None
    if not text[0].isdigit():
        raise UnreadableDate("not a date in a known shape")
    return _from_text(text) or _before_remark(cell)


@lru_cache(maxsize=8_192)
def _midnight_of(day: str) -> datetime:
    found = _DAY_FIRST.fullmatch(day)
    if not found:
        raise UnreadableDate("not a date in a known shape")
    return _moment(found.group(4, 3, 1)).at


def _from_text(text: str) -> Moment | None:
    """A text that is nothing but a date; None when its shape is unknown."""
    if found := _DAY_FIRST.fullmatch(text):
        return _moment(found.group(4, 3, 1, 5, 6, 7))
    if found := _ISO.fullmatch(text):
        return _moment(found.group(1, 2, 3, 4, 5, 6), found[7])
    if found := _COMPACT.fullmatch(text):
        return _moment(found.groups())
    if _EXCEL_TEXT.fullmatch(text):
        return _from_excel(float(text.replace(",", ".")))
    if _SHORT_YEAR.fullmatch(text):
        raise UnreadableDate("a year of two digits")
    return None


def _before_remark(cell: str) -> Moment:
    head, *remark = _REMARK.split(plain(cell).strip(), maxsplit=1)
    moment = _from_text(" ".join(head.split())) if remark else None
    if moment is None or _ANOTHER_TIME.search(remark[0]):
        raise UnreadableDate("not a date in a known shape")
    return moment


def _moment(parts: Sequence[str | None], zone: str | None = None) -> Moment:
    """Year, month, day and perhaps hour, minute, second as an instant."""
    numbers = [int(part or 0) for part in parts]
    year, month, day, hour, minute, second = (*numbers, 0, 0, 0)[:6]
    try:
        return _checked(datetime(year, month, day, hour, minute, second, tzinfo=_zone(zone)))
    except UnreadableDate:
        raise
    except (ValueError, OverflowError):
        raise UnreadableDate("no such day or time") from None


def _zone(zone: str | None) -> timezone:
    if zone is None:
        return VIET_NAM
    if zone == "Z":
        return UTC
    minutes = int(zone[1:3]) * 60 + int(zone[3:].lstrip(":") or 0)
    return timezone(timedelta(minutes=minutes if zone[0] == "+" else -minutes))


def _from_number(cell: float | datetime | None) -> Moment | None:
    if cell is None:
        return None
    return _checked(cell) if isinstance(cell, datetime) else _from_excel(cell)


def _from_excel(days: float) -> Moment:
    """Days since Excel's epoch, which carries no zone; also 20261120 stored as a number."""
    if days == days // 1 and days >= 10**7:
        moment = _from_text(str(int(days)))
        if moment:
            return moment
    if not 0 < days < 100_000:
        raise UnreadableDate("a number that is no day of Excel")
    return _checked(_EXCEL_EPOCH + timedelta(seconds=round(days * 86_400)))


def _checked(instant: datetime) -> Moment:
    """The instant in UTC, without fractions of a second. Raises UnreadableDate far from today."""
    local = instant.astimezone(VIET_NAM).replace(microsecond=0)
    if not _FIRST_YEAR <= local.year <= _LAST_YEAR:
        raise UnreadableDate(f"a year outside {_FIRST_YEAR}–{_LAST_YEAR}")
    is_date_only = local.hour == local.minute == local.second == 0
    return Moment(local.astimezone(UTC), is_date_only)

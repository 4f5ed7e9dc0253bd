"""A span of months to be read again or for the first time: its periods and its provinces."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import NamedTuple

from scrapers.former_provinces import FORMER_PROVINCES, MERGED_ON, provinces_in
from scrapers.periods import PERIOD_TYPES, Period, PeriodType, period_of
from scrapers.provinces import PROVINCES, nearest_province
from sync.failures import Failure

FIRST_YEAR = 2022
"""The index was decided in June 2022; of no earlier year is there anything."""
ALL = "all"

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class SpanError(Failure):
    """What was asked for does not exist; the message says what may be asked for."""

    exit_code = 2


class Span(NamedTuple):
    """From one month to another, both included, and about whom."""

    first: Period
    last: Period
    provinces: tuple[str, ...] | None
    """Codes of provinces, also of such as have ended; None is everyone there was."""

    def periods(self, types: Sequence[PeriodType], today: dt.date) -> list[Period]:
        """The periods that began in the span and before today, newest first, the longest first.

        Raises SpanError when there is none, or none that a province asked about has lived to see.
        """
        found = [
            period
            for type_ in types
            for period in _from_to(
                period_of(self.first.first_day, type_), period_of(self.last.last_day, type_)
            )
            if self.first.first_day <= period.first_day < today
        ]
        if not found:
            raise SpanError(
                f"no {' or '.join(types)} began between {self.first} and {self.last}, or yet."
            )
        self._require_provinces(found)
        return sorted(found, key=_newest_first)

    def _require_provinces(self, periods: Sequence[Period]) -> None:
        for code in self.provinces or ():
            if all(code not in provinces_in(period) for period in periods):
                ended = FORMER_PROVINCES[code]
                raise SpanError(
                    f"{code} ({ended.name}) became part of {ended.successor} on {MERGED_ON}; "
                    f"no period from {self.first} to {self.last} has it."
                )

    def provinces_of(self, period: Period) -> list[str]:
        """The codes of the provinces asked about that there were in a period."""
        known = provinces_in(period)
        return [code for code in self.provinces or known if code in known]


def span_of(first: str, last: str, provinces: Sequence[str]) -> Span:
    """The span from and to months such as 2022-01, of provinces (codes, or "all" alone).

    Raises SpanError.
    """
    start, end = _month(first, "--from"), _month(last, "--to")
    if start.year < FIRST_YEAR:
        raise SpanError(f"--from is {first}; there is nothing before {FIRST_YEAR}-01.")
    if end < start:
        raise SpanError(f"--to is {last}, which is before --from ({first}).")
    return Span(start, end, _provinces(provinces))


def _month(text: str, option: str) -> Period:
    found = _MONTH.fullmatch(text)
    if found is None:
        raise SpanError(f"{option} is {text!r}; write a month such as 2022-01.")
    return Period("month", int(found[1]), int(found[2]))


def _provinces(codes: Sequence[str]) -> tuple[str, ...] | None:
    if tuple(codes) == (ALL,):
        return None
    for code in codes:
        if code not in PROVINCES and code not in FORMER_PROVINCES:
            near = nearest_province(code)
            raise SpanError(
                f"--province names {code!r}; allowed are codes of provinces, also of those that "
                f"ended on {MERGED_ON - dt.timedelta(days=1)}, or {ALL!r} alone (nearest: "
                f"{near.code}, {near.name})."
            )
    return tuple(dict.fromkeys(codes))


def _newest_first(period: Period) -> tuple[int, int]:
    return -period.last_day.toordinal(), PERIOD_TYPES.index(period.type)


def _from_to(first: Period, last: Period) -> list[Period]:
    found = [first]
    while found[-1] < last:
        found.append(found[-1].next())
    return found

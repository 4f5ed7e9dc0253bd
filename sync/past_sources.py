"""Which readings of the past index are still to be made, from the store alone.

Rules, by number, as `docs/backfill.md` explains them:

1. Newest periods first, of equal end the longest first; in each the nation, then its provinces.
2. What was read and believed after the end of its period is there, data or none. What was read
   while its period was open is read once more when that is over.
3. What the daily check reads is left to it once it was read: what moves there must be told.
4. A province is asked about when the nation's table of the period lists it, under the id that is
   printed there. Where that table was not believed, the ids of today's provinces serve.
5. `again` reads everything that was not read today, except for rule 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from scrapers.former_provinces import AGENCY_IDS, provinces_in
from scrapers.http import Ask
from scrapers.periods import Period
from scrapers.provinces import PROVINCES
from sync import index_store
from sync.capture import Reading
from sync.config import Config
from sync.index import IndexMaterial, index_scope, registry_scope, scope_name
from sync.series import CURRENT, LEGACY, SOURCES, Series, series_of
from sync.sources import READERS, due_scopes, index_settings
from sync.span import Span
from sync.store import reading as read_store

KNOWN_IDS: dict[Series, Mapping[str, str]] = {
    CURRENT: {code: province.portal_id for code, province in PROVINCES.items()},
    LEGACY: AGENCY_IDS,
}
"""Ids of today's provinces in each interface, by code."""


class PeriodPlan(NamedTuple):
    """What is still to be read of a period, and how many of its readings are there already."""

    period: Period
    nation: bool
    provinces: list[str]
    there: int

    @property
    def series(self) -> Series:
        """The series that the period is read from."""
        return series_of(self.period)

    @property
    def readings(self) -> int:
        """Readings to be made; fewer where the nation's table turns out to list fewer provinces."""
        return self.nation + len(self.provinces)

    @property
    def requests(self) -> int:
        """Requests that they take."""
        return self.nation + len(self.provinces) * READERS[self.series].requests


class PastReading(NamedTuple):
    """A reading, its series, the requests it takes, and those of what is known to follow."""

    reading: Reading
    series: Series
    requests: int
    following: int


class Wave(NamedTuple):
    """Readings that may be made at the same time: a period's nation alone, then its provinces."""

    period: Period
    codes: list[str | None]
    """Provinces; None is the nation."""
    following: int
    """Requests of what is known to follow."""

    @property
    def each(self) -> int:
        """Requests that one of its readings takes."""
        return 1 if self.codes == [None] else READERS[series_of(self.period)].requests


class PastIndex:
    """What the store still lacks of a span on a day; `again` takes what is there as lacking."""

    def __init__(self, config: Config, span: Span, today: dt.date, *, again: bool = False) -> None:
        """Raises SpanError when there is nothing that could be read."""
        self._span, self._today, self._again = span, today, again
        self._periods = span.periods(config.index.periods, today)
        self._watched = frozenset(due_scopes(config, today))
        self._settings = index_settings(config)

    def plan(self, connection: Connection) -> list[PeriodPlan]:
        """What is to be read, period by period, as far as is known before the first reading."""
        read_on = {series: index_store.days_read(connection, SOURCES[series]) for series in SOURCES}
        return [self._plan(connection, one, read_on[series_of(one)]) for one in self._periods]

    def waves(self, engine: Engine) -> Iterator[Wave]:
        """The readings of the plan in waves. Each is to be over before the next is asked for: which
        provinces a period has follows from the nation's table, names of units from newer periods.
        """
        with read_store(engine) as connection:
            plans = self.plan(connection)
        left = sum(one.requests for one in plans)
        for plan in plans:
            if plan.nation:
                yield Wave(plan.period, [None], left - 1)
            left -= plan.requests
            with read_store(engine) as connection:
                ids = province_ids(connection, plan.period)
            if due := [code for code in plan.provinces if code in ids]:
                yield Wave(plan.period, [*due], left)

    def readings(self, engine: Engine, asks: Mapping[Series, Ask]) -> Iterator[PastReading]:
        """The readings of the plan, one by one, each to be taken before the next is asked for: a
        check may have come between.
        """
        for wave in self.waves(engine):
            series, after = series_of(wave.period), wave.following + wave.each * len(wave.codes)
            for code in wave.codes:
                after -= wave.each
                if reading := self.reading_of(engine, asks, wave.period, code):
                    yield PastReading(reading, series, wave.each, after)

    def reading_of(
        self, engine: Engine, asks: Mapping[Series, Ask], period: Period, code: str | None
    ) -> Reading | None:
        """One reading of the plan; None where it is there by now, or cannot be asked for."""
        if not self._is_due_now(engine, period, code):
            return None
        with read_store(engine) as connection:
            portal_id = province_ids(connection, period).get(code) if code else ""
        ask = asks[series_of(period)]
        return None if portal_id is None else self._reading(ask, code, portal_id, period)

    def _plan(
        self, connection: Connection, period: Period, read_on: Mapping[str, dt.date]
    ) -> PeriodPlan:
        nation = self._is_due(period, scope_name(None, period), read_on)
        asked = self._span.provinces_of(period)
        if not nation:
            ids = province_ids(connection, period)
            asked = [code for code in asked if code in ids]
        due = [code for code in asked if self._is_due(period, scope_name(code, period), read_on)]
        return PeriodPlan(period, nation, due, (not nation) + len(asked) - len(due))

    def _is_due_now(self, engine: Engine, period: Period, code: str | None) -> bool:
        name, source = scope_name(code, period), SOURCES[series_of(period)]
        with read_store(engine) as connection:
            return self._is_due(period, name, index_store.days_read(connection, source, name))

    def _is_due(self, period: Period, name: str, read_on: Mapping[str, dt.date]) -> bool:
        """Rules 2, 3 and 5."""
        day = read_on.get(name)
        if day is None:
            return True
        if series_of(period) == CURRENT and name in self._watched:
            return False
        if self._again:
            return day < self._today
        return day <= period.last_day < self._today

    def _reading(self, ask: Ask, code: str | None, portal_id: str, period: Period) -> Reading:
        """One reading; without a code it is the nation's table, which takes no id."""
        series = series_of(period)

        def fetch() -> IndexMaterial:
            reader = READERS[series]
            return IndexMaterial(
                reader.province(ask, period, code, portal_id)
                if code
                else reader.nation(ask, period),
                self._settings,
                keeps_registry=False,
                series=series,
                of_past=True,
            )

        name = provinces_in(period)[code] if code else "cả nước"
        return Reading(index_scope(code, name, period, series), fetch)


def province_ids(connection: Connection, period: Period) -> dict[str, str]:
    """Rule 4: the provinces that can be asked about, with the id of each."""
    series = series_of(period)
    scope = index_scope(None, "", period, series)
    known = KNOWN_IDS[series]
    if not index_store.days_read(connection, scope.source, scope.name):
        return dict(known)
    listed = index_store.listed_ids(connection, scope, registry_scope(None))
    found = {code: portal_id or known.get(code) for code, portal_id in listed.items()}
    return {code: portal_id for code, portal_id in found.items() if portal_id}

"""The world the replica serves: for each day, who exists and what the counts are."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from .counts import Counts
from .effects import Event
from .events import (
    EVENTS,
    GONE,
    NEW_UNIT_ACTIVE_IN,
    NEW_UNIT_CODE,
    NEW_UNIT_DAY,
    NEW_UNIT_NAME,
    RECOUNT_DAY,
    RECOUNTED_PERCENT,
    RENAMED,
)
from .figures import Sheet, sheet_of
from .generated import counts_on_first_day, publishing
from .periods import Period
from .units import ABSENT_GROUPS, Unit, first_day_units, named, unit_id

_NEW_UNIT = Unit(
    # Units that came later carry later ids: the first digits of a UUIDv7 are its time.
    NEW_UNIT_CODE, unit_id(NEW_UNIT_CODE, "019f4c10-3d2"), NEW_UNIT_NAME, "commune", "H01",
)  # fmt: skip

_EVENTS_BY_PLACE: dict[tuple[str, Period], list[Event]] = {}
_INHERITED: dict[tuple[str, Period], list[Event]] = {}
for _event in EVENTS:
    _table = _INHERITED if _event.inherited else _EVENTS_BY_PLACE
    _table.setdefault((_event.unit, _event.period), []).append(_event)


@lru_cache(maxsize=512)
def units_on(day: int, province_code: str) -> tuple[Unit, ...]:
    """The departments and communes the portal lists on that day, ordered by code as text."""
    units = list(first_day_units(province_code))
    if province_code == _NEW_UNIT.province_code and day >= NEW_UNIT_DAY:
        units.append(_NEW_UNIT)
    present = [unit for unit in units if day < GONE.get(unit.code, day + 1)]
    return tuple(sorted((_as_named(unit, day) for unit in present), key=lambda unit: unit.code))


def counts_on(day: int, unit: Unit, period: Period) -> Counts:
    """A unit's counts in a period as the portal has them on that day."""
    if unit.code == NEW_UNIT_CODE and period not in NEW_UNIT_ACTIVE_IN:
        counts = publishing(unit.province_code, period)
    else:
        counts = counts_on_first_day(unit, period)
    inherited = _INHERITED.get((unit.province_code, period), ())
    for event in (*inherited, *_EVENTS_BY_PLACE.get((unit.code, period), ())):
        if event.day <= day:
            counts = _after(event, unit, counts)
    if day >= RECOUNT_DAY:
        counts = replace(counts, satisfied=counts.satisfied * RECOUNTED_PERCENT // 100)
    return counts


def sheet_on(day: int, unit: Unit, period: Period) -> Sheet:
    """A unit's scores in a period on that day."""
    return sheet_of(counts_on(day, unit, period), ABSENT_GROUPS.get(unit.code, ()))


def _after(event: Event, unit: Unit, counts: Counts) -> Counts:
    if event.loses_all:
        return publishing(unit.province_code, event.period)
    for name, (before, _) in event.counts.items():
        if getattr(counts, name) != before:
            raise AssertionError(f"{unit.code}: {name} is not {before} before {event.what!r}")
    return replace(counts, **{name: after for name, (_, after) in event.counts.items()})


def _as_named(unit: Unit, day: int) -> Unit:
    if unit.code in RENAMED:
        since, name = RENAMED[unit.code]
        if day >= since:
            return named(unit, name)
    return unit

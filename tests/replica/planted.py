"""The direct effects of everything that is planted, day by day."""

from __future__ import annotations

from .effects import Effect, effect
from .events import (
    EVENTS,
    INHERITED_BY_SUB_UNITS,
    NOVEMBER_BELOW_OCTOBER,
    RECOUNT_DAY,
    UNIT_EFFECTS,
)
from .periods import YEAR_2026, periods_with_data
from .provinces import NATION_CODE, PROVINCES
from .units import ABSENT_GROUPS
from .world import units_on


def planted(day: int) -> tuple[Effect, ...]:
    """All direct effects between the day before and this day."""
    effects = list(UNIT_EFFECTS.get(day, ()))
    for event in EVENTS:
        if event.day == day:
            effects.extend(event.effects)
            if event.inherited:
                effects.extend(_inherited_effects(day, event.unit))
    if day == 6:
        effects.extend(NOVEMBER_BELOW_OCTOBER)
    if day == RECOUNT_DAY:
        effects.extend(_recounted_effects(day))
    return tuple(effects)


def _inherited_effects(day: int, province_code: str) -> list[Effect]:
    return [
        effect(unit.code, YEAR_2026, *words)
        for unit in units_on(day, province_code)
        if unit.code not in ABSENT_GROUPS
        for words in INHERITED_BY_SUB_UNITS
    ]


def _recounted_effects(day: int) -> list[Effect]:
    """One a scope and period: single falls in it are the portal's doing, not the units'."""
    scopes = [NATION_CODE, *(province.code for province in PROVINCES)]
    return [
        effect(scope, period, "recomputed") for scope in scopes for period in periods_with_data(day)
    ]

"""Counts that lead to a wanted total: the portal's rules run backwards.

Most shares are drawn around the unit's level; progress, digitising, electronic results and the
use of population data then take up what is left, so that the total is met to the hundredth.
"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import lru_cache

from .counts import Counts
from .figures import RULES, score_of, sheet_of
from .periods import DECEMBER, YEAR_2026, Period
from .provinces import NATION_CODE
from .targets import total_of
from .units import NO_DOSSIERS, Unit

_RULE = {rule.code: rule for rule in RULES}
_LEFT_TO_SPREAD = 3200  # points of the four components that take up the rest, in hundredths
_OWN_MAXIMUM = 8600
_MONTHS = {"year": 11, "quarter": 3, "month": 1}
_PROVINCE_DOSSIERS = {NATION_CODE: 11_722_823, "H01": 326_426, "H44": 597_918}


@lru_cache(maxsize=80_000)
def counts_on_first_day(unit: Unit, period: Period) -> Counts:
    """The counts of a unit in a period before anything planted happens."""
    inherited = publishing(unit.province_code, period)
    points = points_of_publishing(unit.province_code, period)
    points_in_year = points_of_publishing(unit.province_code, YEAR_2026)
    total = total_of(unit, period, points, points_in_year)
    if total is None:
        return inherited
    dice = random.Random(f"{unit.code}/{period}/counts")
    if period == DECEMBER and unit.kind in ("department", "commune"):
        return _thin(unit, inherited, dice)
    received = _received(unit, period, dice)
    return _steered(inherited, points, total, received, dice)


@lru_cache(maxsize=2_000)
def publishing(province_code: str, period: Period) -> Counts:
    """The province's publishing of procedures, which every sub-unit repeats.

    Only the year has deadlines that fell due; the content is judged as of now in any period.
    """
    if province_code == "H44":
        content = (87, 89)
        year = (0, 89, 0, 70)
    elif province_code == "H01":
        content = (89, 89)
        year = (62, 89, 58, 70)
    else:
        dice = random.Random(f"{province_code}/publishing")
        procedures = dice.randint(60, 140)
        updates = dice.randint(40, procedures)
        content = (procedures, procedures)
        published, updated = dice.randint(0, procedures // 2), dice.randint(0, updates // 2)
        year = (published, procedures, updated, updates)
    base = Counts(content_full=content[0], content=content[1])
    if period != YEAR_2026:
        return base
    return replace(
        base, published_on_time=year[0], published=year[1],
        updated_on_time=year[2], updated=year[3],
    )  # fmt: skip


@lru_cache(maxsize=2_000)
def points_of_publishing(province_code: str, period: Period) -> int:
    """What the province's publishing adds to the total of each of its units, in hundredths."""
    metrics = sheet_of(publishing(province_code, period)).groups["CKMB"].metrics[:3]
    return sum(metric.score or 0 for metric in metrics)


def _received(unit: Unit, period: Period, dice: random.Random) -> int:
    if unit.kind in ("nation", "province"):
        whole = _PROVINCE_DOSSIERS.get(unit.code, 200_000 + sum(map(ord, unit.code)) * 997)
        share = {"year": 1.0, "quarter": 0.27, "month": 0.09}[period.type]
        if period == DECEMBER:
            share = 0.003  # it has only just begun
        return round(whole * share) + dice.randint(0, 200)
    # A size that stays with the unit, and a little of the period on top. Over 200 dossiers a
    # hundredth of a point can be hit exactly.
    size = random.Random(f"{unit.code}/size").randint(210, 640)
    return size * _MONTHS[period.type] + dice.randint(0, 40)


def _steered(
    inherited: Counts, points: int, total: int, received: int, dice: random.Random
) -> Counts:
    """Counts whose scores sum to `total`, of which `points` are inherited (hundredths)."""
    level = max(0.05, min(0.98, (total - points - 200) / _OWN_MAXIMUM))
    drawn = _drawn(inherited, level, received, dice)
    rest = total - sheet_of(drawn).total
    share = rest / _LEFT_TO_SPREAD
    if not 0.02 < share < 0.995:
        raise AssertionError(f"no counts give {total / 100} points")
    # Being on time comes easier than digitising, as on the portal.
    hard_share = share**2.5
    on_time = round(received * min(1.0, (32 * share - 12 * hard_share) / 20))
    rest -= score_of(_RULE["ON_TIME"], on_time, received)
    digitised = round(received * hard_share * dice.uniform(0.9, 1.05))
    rest -= score_of(_RULE["SO_HOA_GIAY_TO_GIAI_QUYET"], digitised, received)
    even = max(0.0, min(1.0, rest / 800))
    original = int(received * (even + min(even, 1 - even) * dice.uniform(-0.25, 0.25)))
    rest -= score_of(_RULE["ORIGINAL_RESULT_AVAILABLE"], original, received)
    if not 0 <= rest <= 200:
        raise AssertionError(f"{rest} hundredths are left over")
    citizens = (rest * received + 100) // 200
    return replace(
        drawn, on_time=on_time, digitised=digitised, original_result=original,
        citizen_dossiers=citizens,
    )  # fmt: skip


def _drawn(inherited: Counts, level: float, received: int, dice: random.Random) -> Counts:
    """Counts for everything that is not steered, at shares around the unit's level."""
    spread = 0.05 * 4 * level * (1 - level)

    def part(whole: int, share: float) -> int:
        return round(whole * max(0.0, min(1.0, share + dice.uniform(-spread, spread))))

    authority = dice.randint(90, 400)
    offered = part(authority, 0.15 + 0.7 * level)
    fees = dice.randint(30, 120)
    owing = part(received, 0.6)
    online = part(received, 0.1 + 0.6 * level)
    postal = part(received - online, 0.1)
    petitions = dice.randint(8, 40) if received < 20_000 else received // 800
    if received < 20_000 and level > 0.62 and dice.random() < 0.5:
        petitions = 0
    on_time_petitions = part(petitions, level**2)
    about_rules = part(petitions, 0.7)
    return replace(
        inherited,
        synced=received - dice.randint(0, received // 200),
        sync_base=received,
        received=received,
        completed=part(received, 0.85),
        average_days=dice.randint(120, 780),
        authority=authority,
        full=offered // 2,
        partial=offered - offered // 2,
        services=authority,
        services_used=part(authority, 0.75 * level**1.3 + 0.2 * level**4),
        channel_online=online,
        channel_postal=postal,
        channel_direct=received - online - postal,
        owing=owing,
        paid_online=part(owing, level**1.2),
        fee_distinct=fees,
        fee_paid_online=part(fees, 0.85 * level**1.5),
        fee_formalities=fees,
        fee_provided=part(fees, 0.85 * level**1.8),
        reused=part(received, 0.85 * level**1.5),
        stored=part(received, max(0.0, level - 0.7) * 3),
        formalities=authority,
        citizen_formalities=part(authority, level**2.2),
        satisfied=part(received, 0.62 + 0.37 * level),
        petitions=petitions,
        petitions_on_time=on_time_petitions,
        petitions_satisfied=part(petitions, level**2.5),
        petitions_rules=about_rules,
        petitions_staff=part(petitions - about_rules, 0.8),
    )


def _thin(unit: Unit, inherited: Counts, dice: random.Random) -> Counts:
    """A month that has just begun: most units have nothing yet, the others a handful."""
    if unit.code in NO_DOSSIERS or dice.random() < 0.6:
        return inherited
    return _drawn(inherited, dice.uniform(0.4, 0.9), dice.randint(3, 40), dice)

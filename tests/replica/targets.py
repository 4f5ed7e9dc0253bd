"""Where every unit stands on day 1: total scores in hundredths, spread so that ranks are clear.

The year's total is given; other periods follow it with an offset of the period and a jitter
smaller than the distance between neighbours, so the order of units is the same in all of them.
"""

from __future__ import annotations

import random
from functools import cache

from .periods import NOVEMBER, YEAR_2026, Period
from .provinces import NATION_CODE
from .units import NO_DOSSIERS, Unit, first_day_units

PROVINCE_TOTALS = {
    NATION_CODE: 6259,
    "H42": 7412, "H55": 7231, "H17": 7105, "H20": 6832, "H19": 6755, "H24": 6687, "H21": 6623,
    "H49": 6565, "H53": 6528, "H37": 6490, "H57": 6450, "H15": 6398, "H50": 6341, "H44": 6260,
    "H41": 6231, "H56": 6192, "H32": 6157, "H29": 6107, "H01": 6035, "H12": 6002, "H05": 5885,
    "H60": 5840, "H31": 5773, "H38": 5716, "H27": 5648, "H36": 5590, "H61": 5521, "H52": 5466,
    "H18": 5405, "H48": 5350, "H26": 5296, "H14": 5210, "H35": 5133, "H13": 4872,
}  # fmt: skip
"""Totals of the year. About half are near what was published in autumn 2026."""

AN_GIANG_DEPARTMENTS = {
    "H01.01": 9120, "H01.14": 8785, "H01.15": 8430, "H01.03": 8135, "H01.11": 7810,
    "H01.06": 7490, "H01.12": 7180, "H01.10": 6890, "H01.02": 6340, "H01.05": 6025,
    "H01.04": 5670, "H01.07": 5345, "H01.09": 4780, "H01.13": 6600,
}  # fmt: skip
"""H01.13 is the board without three groups: it is printed with what the other three give."""

AN_GIANG_COMMUNES = {
    "H01.189": 8020,  # falls below 80 on day 2
    "H01.177": 7720,  # rises on day 2
    "H01.146": 7460,  # a warning on day 2
    "H01.164": 6970,  # rises above 70 on day 2
    "H01.187": 6640,  # loses a rank on day 3 without losing a point
    "H01.113": 6610,  # passes it
    "H01.198": 6490,  # rises on day 2
    "H01.105": 6350,  # October is revised upward
    "H01.101": 6130,  # the deliberate tie
    "H01.136": 6130,
    "H01.130": 5960,  # October is revised downward
    "H01.120": 5740,  # a trifle less on day 2
    "H01.165": 5490,  # more dossiers not on time on day 2
    "H01.201": 4510,  # no dossier left in November on day 3
    "H01.197": 4430,  # gone on day 3
    "H01.202": 4360,  # new on day 3
}
"""The communes something is planted for; the others stand between them."""

_KEPT_FREE = ((7975, 8075), (7700, 7800), (7360, 7470), (6945, 7090), (6595, 6685), (6475, 6520),
              (6335, 6445), (6120, 6140), (5870, 5970), (5715, 5750), (5455, 5500), (0, 4550),
              (4985, 5075), (8985, 9075))  # fmt: skip
"""Where no other commune of An Giang stands, so that what is planted moves no one else."""

_EDGE = 12
_HIGHEST = 9330
_MONTH_OFFSETS = (-420, -400, -380, -340, -260, -160, -150, -200, -180, -140, -20, 0)
_QUARTER_OFFSETS = (-410, -250, -170, -60)
_NOVEMBER_APART = {"H01.05": -480, "H01.127": -560, "H01.152": -390, "H01.13": 700}
"""Three units of An Giang have a November clearly below their October; all others have not. The
board needs a push: what is left of it without three groups does not follow its target."""


@cache
def _year_totals(province_code: str) -> dict[str, int]:
    """Day-1 totals of the year for every unit of a province that receives dossiers."""
    if province_code == "H01":
        return _an_giang_totals()
    units = [unit for unit in first_day_units(province_code) if unit.code not in NO_DOSSIERS]
    middle = PROVINCE_TOTALS[province_code]
    totals: dict[str, int] = {}
    for kind in ("department", "commune"):
        members = [unit.code for unit in units if unit.kind == kind]
        # A shuffle of its own, so that the order of codes is not the order of scores.
        random.Random(f"{province_code}/{kind}").shuffle(members)
        step = 4000 / len(members)
        for position, code in enumerate(members):
            totals[code] = round(min(max(middle, 5900) + 2200, 8600) - position * step)
    return totals


def _an_giang_totals() -> dict[str, int]:
    communes = [unit.code for unit in first_day_units("H01") if unit.kind == "commune"]
    others = [code for code in communes if code not in AN_GIANG_COMMUNES]
    random.Random("H01/commune").shuffle(others)
    free = [
        total
        for total in range(_HIGHEST, 0, -1)
        if not any(low - _EDGE <= total <= high + _EDGE for low, high in _KEPT_FREE)
    ]
    step = len(free) // len(others)
    placed = {code: free[position * step] for position, code in enumerate(others)}
    return {**AN_GIANG_DEPARTMENTS, **AN_GIANG_COMMUNES, **placed}


def total_of(unit: Unit, period: Period, inherited: int, inherited_in_year: int) -> int | None:
    """The total a unit has on day 1, or None where it has no dossiers at all.

    `inherited` are the points that the province's publishing gives every unit in this period;
    the year's total contains `inherited_in_year` of them.
    """
    if unit.code in NO_DOSSIERS:
        return None
    if unit.kind in ("nation", "province"):
        total = PROVINCE_TOTALS[unit.code]
    else:
        total = _year_totals(unit.province_code)[unit.code]
    if period == YEAR_2026:
        return total
    jitter = random.Random(f"{unit.code}/{period}").randint(-8, 8)
    offsets = _MONTH_OFFSETS if period.type == "month" else _QUARTER_OFFSETS
    offset = offsets[period.number - 1]
    if period == NOVEMBER:
        offset += _NOVEMBER_APART.get(unit.code, 0)
    if unit.kind in ("nation", "province"):
        return total + offset + jitter
    # Other periods lack the year's publishing, which all units of a province have alike.
    return total - inherited_in_year + inherited + offset + jitter

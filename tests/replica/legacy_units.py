"""Who the older interface lists: departments and districts, since July 2025 communes for districts.

The numbers of departments and districts before the mergers are made up, and so are all ids.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from .legacy_provinces import ALL_CODES, PROVINCE_IDS, codes_in, is_before_mergers, place_of
from .legacy_published import UNITS
from .periods import Period
from .provinces import NATION_CODE
from .unit_names import OTHER_DEPARTMENTS
from .units import first_day_units

OLD_FORM_CODES = {"H37": "000.00.00.H37"}
"""Codes that the national list prints in the older form."""

AN_GIANG_DISTRICTS = (
    "thành phố Long Xuyên", "thành phố Châu Đốc", "thị xã Tân Châu", "huyện An Phú",
    "huyện Phú Tân", "huyện Châu Phú", "thị xã Tịnh Biên", "huyện Tri Tôn", "huyện Châu Thành",
    "huyện Chợ Mới", "huyện Thoại Sơn",
)  # fmt: skip

_WORDS = {"department": ("2", "1"), "district": ("3", "2"), "commune": ("3", "2")}
"""(That districts had the words that communes have since is inferred.)"""

_OFFICES = (*OTHER_DEPARTMENTS, "Sở Thông tin và Truyền thông", "Sở Giao thông vận tải")
_FIRST_DISTRICT = 30
_FIRST_ID_BEFORE = 500


@dataclass(frozen=True, slots=True)
class LegacyUnit:
    """Who is scored. `rank_word` is LOAI_COQUAN, `level_word` CAPDONVIID; `name` as it is sent."""

    code: str
    id: str
    name: str
    rank_word: str
    level_word: str

    @property
    def printed_code(self) -> str:
        """MA_COQUAN; a few provinces come in the older form."""
        return OLD_FORM_CODES.get(self.code, self.code)


@cache
def listed(place: str, period: Period) -> tuple[LegacyUnit, ...]:
    """The units below a place ("VN" or a province's code); none where there is no such province."""
    codes = codes_in(period)
    if place == NATION_CODE:
        return tuple(_province(code, period) for code in codes)
    if place not in codes:
        return ()
    if (place, period) in UNITS:
        return _published_units(place, period)
    return _former_units(place) if is_before_mergers(period) else _present_units(place)


def _province(code: str, period: Period) -> LegacyUnit:
    return LegacyUnit(code, PROVINCE_IDS[code], f"UBND {place_of(code, period)}", "1", "1")


@cache
def _present_units(code: str) -> tuple[LegacyUnit, ...]:
    return tuple(
        _below(unit.code, position, unit.name, unit.kind)
        for position, unit in enumerate(first_day_units(code))
    )


def _published_units(code: str, period: Period) -> tuple[LegacyUnit, ...]:
    place = place_of(code, period)
    return tuple(
        _below(unit.code, _FIRST_ID_BEFORE + position, f"{unit.name} - {place}", unit.kind)
        for position, unit in enumerate(UNITS[code, period])
    )


@cache
def _former_units(code: str) -> tuple[LegacyUnit, ...]:
    """Departments and districts."""
    place = place_of(code, Period("year", 2024, 0))
    districts = list(AN_GIANG_DISTRICTS)
    if code != "H01":
        count = random.Random(f"{code}/districts").randint(7, 15)
        districts = [f"huyện Số {number}" for number in range(1, count + 1)]
    units = [
        (f"{code}.{number:02d}", name, "department") for number, name in enumerate(_OFFICES, 1)
    ]
    units += [
        (f"{code}.{number}", f"UBND {name}", "district")
        for number, name in enumerate(districts, _FIRST_DISTRICT)
    ]
    return tuple(
        _below(unit, _FIRST_ID_BEFORE + position, f"{name} - {place}", kind)
        for position, (unit, name, kind) in enumerate(units)
    )


def _below(code: str, position: int, name: str, kind: str) -> LegacyUnit:
    province = ALL_CODES.index(code.split(".")[0])
    return LegacyUnit(code, str(500_000 + 1_000 * province + position), name, *_WORDS[kind])

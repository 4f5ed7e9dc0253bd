"""The units of the replica: the nation, provinces, departments and communes."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

from . import unit_names
from .provinces import BY_CODE, NATION_CODE, NATION_NAME, PROVINCES, Province

UnitKind = Literal["nation", "province", "department", "commune"]

DECOMPOSED = frozenset({"H01.113"})
"""Units whose name arrives in decomposed Unicode (NFD), as the portal has one."""

NO_DOSSIERS = frozenset({"H01.08", "H44.19"})
"""The inspectorates: listed, but they never receive a dossier."""

ABSENT_GROUPS: dict[str, tuple[str, ...]] = {"H01.13": ("CKMB", "MDSH", "MDHL")}
"""A board that three group answers do not know, though the list of results does."""

FIRST_COMMUNE = 100


@dataclass(frozen=True, slots=True)
class Unit:
    """Who is scored. `name` is as the portal sends it, not normalised."""

    code: str
    id: str
    name: str
    kind: UnitKind
    province_code: str


NATION = Unit(NATION_CODE, "", NATION_NAME, "nation", NATION_CODE)


def unit_id(code: str, stem: str = "019d2be3-6a9") -> str:
    """An id in the portal's form (UUIDv7); the same code always has the same one."""
    digest = hashlib.sha256(code.encode()).hexdigest()
    return f"{stem}{digest[0]}-7{digest[1:4]}-8{digest[4:7]}-{digest[7:19]}"


def province_unit(province_code: str) -> Unit:
    """The province itself, or the nation."""
    if province_code == NATION_CODE:
        return NATION
    province = BY_CODE[province_code]
    return Unit(province.code, province.id, province.name, "province", province.code)


@cache
def provinces_as_units() -> tuple[Unit, ...]:
    """The 34 rows of the national answer."""
    return tuple(province_unit(province.code) for province in PROVINCES)


@cache
def first_day_units(province_code: str) -> tuple[Unit, ...]:
    """The departments and communes on day 1, ordered by code as text, as the portal orders them."""
    province = BY_CODE[province_code]
    units = [*_departments(province), *_communes(province)]
    return tuple(sorted(units, key=lambda unit: unit.code))


def named(unit: Unit, name: str) -> Unit:
    """The same unit under another name."""
    return Unit(unit.code, unit.id, name, unit.kind, unit.province_code)


def _departments(province: Province) -> list[Unit]:
    numbers: tuple[int, ...] = tuple(range(1, province.departments + 1))
    if province.code == "H44":
        numbers = unit_names.PHU_THO_DEPARTMENT_NUMBERS
    names = {
        "H01": unit_names.AN_GIANG_DEPARTMENTS,
        "H44": unit_names.PHU_THO_DEPARTMENTS,
    }.get(province.code, unit_names.OTHER_DEPARTMENTS)
    units = []
    for position, number in enumerate(numbers):
        known = position < len(names)
        name = names[position] if known else f"Đơn vị trực thuộc số {number}"
        place = province.place
        if province.code == "H44":
            place = "Tỉnh Phú Thọ"
        code = f"{province.code}.{number:02d}"
        full_name = "Thanh tra tỉnh An Giang" if code == "H01.08" else f"{name} - {place}"
        units.append(Unit(code, unit_id(code), full_name, "department", province.code))
    return units


def _communes(province: Province) -> list[Unit]:
    own_names = {
        "H01": unit_names.AN_GIANG_COMMUNES,
        "H44": unit_names.PHU_THO_COMMUNES,
    }.get(province.code, ())
    # Phú Thọ's communes carry no suffix on the portal, An Giang's do.
    suffix = "" if province.code == "H44" else f" - {province.place}"
    units = []
    for position in range(province.communes):
        name = own_names[position] if own_names else f"xã Số {position + 1}"
        code = f"{province.code}.{FIRST_COMMUNE + position}"
        full_name = f"UBND {name}{suffix}"
        if code in DECOMPOSED:
            full_name = unicodedata.normalize("NFD", full_name)
        units.append(Unit(code, unit_id(code), full_name, "commune", province.code))
    return units

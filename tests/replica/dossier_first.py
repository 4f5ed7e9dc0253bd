"""Every dossier as it stands on day 1: what is planted by hand, and the many around it.

The others are drawn so that none of them becomes overdue on days 2 to 7: they are late already, or
due from 2 December on, or have no due date. Whatever moves is planted.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator
from functools import cache

from .dossier_events import (
    EVENTS,
    FIRST_OFFICERS,
    FIRST_STATES,
    first_due,
    is_listed_first,
)
from .dossier_people import officers_of, owner
from .dossier_procedures import procedures_of
from .dossier_rows import (
    COMMUNES_TOGETHER,
    DEPARTMENTS_TOGETHER,
    VIET_NAM,
    DossierRow,
    as_of,
    read_instant,
)
from .units import NO_DOSSIERS, Unit, first_day_units

IN_PROCESS_ON_DAY_1 = 4_000

BEHIND = {
    **{"H01.02": 10, "H01.05": 12, "H01.09": 12, "H01.10": 14, "H01.12": 18, "H01.14": 12},
    **{f"H01.{number}": 9 for number in (
        100, 101, 103, 105, 107, 110, 112, 113, 117, 123, 128, 133, 139, 146, 151, 156, 162, 165,
        171, 177, 184, 188,
    )},
}  # fmt: skip
"""Units with many overdue dossiers, and how many on day 1."""

_WITHOUT = {"H01.118", "H01.120", "H01.189", "H01.192"}
"""Units without any until one is planted."""

_LEFT_OUT = {*NO_DOSSIERS, "H01.174", "H01.197"}
"""Units without dossiers here: one is renamed on day 2, one is gone on day 3."""

_LARGEST = "H01.12"
_SIZES = {"department": 70, "commune": 30}
_TIMES = ("08:00", "09:30", "10:00", "11:00", "14:00", "15:30", "16:00", "16:30", "17:00")
_FIRST_FREE_DUE = dt.date(2026, 12, 2)
_DAY_OF_CODE = re.compile(r"-(?:20)?(\d{6})-")


@cache
def units_with_dossiers() -> dict[str, Unit]:
    """The units of An Giang that handle dossiers, by code."""
    return {unit.code: unit for unit in first_day_units("H01") if unit.code not in _LEFT_OUT}


@cache
def first_rows() -> tuple[DossierRow, ...]:
    """All dossiers on day 1, also those that no answer holds yet, in no meaningful order."""
    planted = [_planted_row(number, code) for number, code in enumerate(_planted_codes())]
    rows = list(planted)
    used = {row.code for row in rows}
    for unit in units_with_dossiers().values():
        rows.extend(_others(unit, planted, used, len(rows)))
    return tuple(rows)


def unit_cells(code: str) -> tuple[str, str, str]:
    """What a row says about its unit: code, name, and whom it stands under in exports."""
    unit = units_with_dossiers()[code]
    parent = COMMUNES_TOGETHER if unit.kind == "commune" else DEPARTMENTS_TOGETHER
    return code, unit.name, parent


def _planted_codes() -> list[str]:
    return list(dict.fromkeys(event.code for event in EVENTS))


def _planted_row(number: int, code: str) -> DossierRow:
    chance = random.Random(code)
    received = dt.datetime.strptime(_day_of(code), "%y%m%d").date()  # noqa: DTZ007 (a mere day)
    unit_code = _unit_of(code)
    officers = FIRST_OFFICERS.get(code, (chance.choice(officers_of(unit_code)),))
    due = first_due(code)
    return _row(number, code, unit_code, officers, FIRST_STATES.get(code, "4"), received, due)


def _day_of(code: str) -> str:
    found = _DAY_OF_CODE.search(code)
    assert found
    return found[1]


def _unit_of(code: str) -> str:
    """The unit that a planted dossier is with on day 1."""
    head = code.split("-")[0]
    if head == "G09.20":
        return "H01.02"
    return f"H01.{head.split('.')[2]}" if head.startswith("000.") else head


def _others(
    unit: Unit, planted: list[DossierRow], used: set[str], first_number: int
) -> Iterator[DossierRow]:
    """The unit's dossiers that nothing is planted for."""
    chance = random.Random(f"{unit.code}/dossiers")
    mine = [row for row in planted if row.unit_code == unit.code and _counts_on_first_day(row)]
    late = _late_on_first_day(unit) - sum(row.is_overdue(as_of(1)) for row in mine)
    in_process = _size(unit) - len(mine)
    assert 0 <= late <= in_process, unit.code
    aside = 4 if unit.kind == "department" else 1
    for position in range(in_process + aside):
        due = _drawn_due(chance, position < late)
        state = "2" if chance.random() < 0.06 else "4"
        ended = None
        if position >= in_process:
            state = chance.choice(("1", "5", "6", "9", "10"))
            due = _drawn_due(chance, is_late=True)
            if state in ("9", "10"):
                ended = read_instant(due) + dt.timedelta(
                    days=chance.choice((-3, -1, 2, 9)), hours=9
                )
        elif position % 50 == 37:
            due = ""
        received = _drawn_received(chance, due)
        code = _new_code(chance, unit, received, used)
        officers = tuple(chance.sample(officers_of(unit.code), 2 if chance.random() < 0.08 else 1))
        yield _row(first_number + position, code, unit.code, officers, state, received, due, ended)


def _counts_on_first_day(row: DossierRow) -> bool:
    return row.is_in_process and is_listed_first(row.code)


def _size(unit: Unit) -> int:
    """How many dossiers a unit has in process on day 1."""
    size = _SIZES[unit.kind]
    if unit.code == _LARGEST:
        size += IN_PROCESS_ON_DAY_1 - sum(_SIZES[u.kind] for u in units_with_dossiers().values())
    return size


def _late_on_first_day(unit: Unit) -> int:
    if unit.code in BEHIND:
        return BEHIND[unit.code]
    return int(unit.code not in _WITHOUT and int(unit.code[4:]) % 4 == 3)


def _drawn_due(chance: random.Random, is_late: bool) -> str:
    """A due date on a working day: before day 1, most of them lately, or behind day 7."""
    if is_late:
        back = min(chance.randint(1, 60), chance.randint(1, 60))
        day = _working_day(dt.date(2026, 11, 26) - dt.timedelta(days=back), -1)
    else:
        day = _working_day(_FIRST_FREE_DUE + dt.timedelta(days=chance.randint(0, 45)), 1)
    return day.isoformat() if chance.random() < 0.3 else f"{day} {chance.choice(_TIMES)}"


def _drawn_received(chance: random.Random, due: str) -> dt.date:
    day = read_instant(due).date() if due else dt.date(2026, 10, 30)
    day -= dt.timedelta(days=chance.randint(5, 40))
    return _working_day(min(day, dt.date(2026, 11, 25)), -1)


def _working_day(day: dt.date, step: int) -> dt.date:
    while day.weekday() > 4:
        day += dt.timedelta(days=step)
    return day


def _new_code(chance: random.Random, unit: Unit, received: dt.date, used: set[str]) -> str:
    """A code of one of the shapes seen, most of them short ones."""
    shape = chance.random() if unit.kind == "department" else 1.0
    for ordinal in range(chance.randint(1, 60), 10_000):
        if shape < 0.12:
            code = f"000.00.{unit.code[4:]}.H01-{received:%y%m%d}-{ordinal:04d}"
        elif shape < 0.2 and unit.code == "H01.02":
            code = f"G09.20-{received:%Y%m%d}-{91_000 + ordinal * 7:07d}"
        else:
            code = f"{unit.code}-{received:%y%m%d}-{ordinal:04d}"
        if code not in used:
            used.add(code)
            return code
    raise AssertionError("no ordinal is left")


def _row(
    number: int,
    code: str,
    unit_code: str,
    officers: tuple[str, ...],
    state: str,
    received: dt.date,
    due: str,
    ended: dt.datetime | None = None,
) -> DossierRow:
    chance = random.Random(f"{code}/row")
    procedure = chance.choice(procedures_of(unit_code))
    time = dt.time(chance.choice((7, 8, 9, 10, 14, 15, 16)), chance.randint(0, 59))
    is_national = code.startswith("G")
    _, unit_name, parent_unit = unit_cells(unit_code)
    return DossierRow(
        code=code,
        national_code=code if is_national else f"H01-{received:%Y%m%d}-{number:07d}",
        procedure_code=procedure.code,
        procedure_name=procedure.name,
        field=procedure.field,
        unit_code=unit_code,
        unit_name=unit_name,
        parent_unit=parent_unit,
        officers=officers,
        state_code=state,
        received_at=dt.datetime.combine(received, time, VIET_NAM),
        due_at=read_instant(due) if due else None,
        due_is_date_only=bool(due) and " " not in due,
        ended_at=ended,
        owner=owner(number),
    )

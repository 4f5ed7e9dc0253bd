"""The catalogue on the first day: the cast, and everybody else drawn from a seed.

The shares of the oddities are those measured in the whole list of 18 July 2026.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import count

from . import catalogue_words as words
from .catalogue_agencies import AGENCIES, LOADED_AT, SUBJECTS, Agency, fields_of
from .catalogue_cast import CAST, PROPOSED, Role
from .catalogue_decisions import DecisionDraw, drawn_decisions
from .catalogue_records import Decision, Level, Outline, ProcedureType
from .catalogue_stamps import as_of, instant, midnight_in_vietnam, uuid7

FIRST_DAY_TOTAL = 6_320
WITHDRAWN_BEFORE = 130
"""Procedures that only `reporting/formalities` still knows, as INACTIVE."""

_HOUR = 3_600_000
_LAST_EDIT = instant("2026-11-25 17:00")
_MIGRATED_CODES, _NEW_CODES = range(1, 14_913), range(114_975, 116_690)
_REGULATIONS = ("ASSIGNED_REGULATION", "NOT_ASSIGNED_REGULATION", "OTHER")
_REGULATION_WEIGHTS = (81, 13, 6)
_NATIONAL_LEVELS: tuple[tuple[Level, ...], ...] = (
    ("isMinistry",), ("isProvince",), ("isMinistry", "isProvince"), ("isMinistry", "isVertical"),
    ("isProvince", "isVertical"), ("isWard",), ("isProvince", "isWard"), ("isOtherAgency",),
    ("isMinistry", "isProvince", "isVertical"), ("isUndetermined",),
)  # fmt: skip
_NATIONAL_LEVEL_WEIGHTS = (300, 320, 60, 80, 90, 100, 20, 28, 25, 1)
_LOCAL_LEVELS: tuple[tuple[Level, ...], ...] = (("isProvince",), ("isWard",),
                                                ("isProvince", "isWard"))  # fmt: skip
_LOCAL_EXECUTORS = ("UBNDCX", "UBNDCT", "000.00.CS.002", "000.00.CS.008", "SYT", "SNNMT", "SKHCN",
                    "000.00.CS.012", "BNN-VPDK")  # fmt: skip
_NATIONAL_EXECUTORS = ("UBNDCT", "CTUBNDT", "CCHQ", "BTC_TDP", "BCA-CAT", "BHXHCS", "sai_ma2",
                       "UBNDCX", "SNNMT", "000.00.CS.008")  # fmt: skip


@cache
def first_day() -> tuple[Outline, ...]:
    """Every procedure but the later ones of the cast, in no order that means anything."""
    cast = [outline_of(role) for role in CAST if role.since == 1]
    return (*cast, *_others(FIRST_DAY_TOTAL - len(cast)))


@cache
def decisions() -> dict[str, Decision]:
    """Every decision of the seven days by our key."""
    return {**_cast_decisions(), **{draw.decision.key: draw.decision for draw in _draws()}}


@cache
def withdrawn_before() -> tuple[tuple[str, str, str, str], ...]:
    """Id, code, name and agency of procedures that were withdrawn before the first day."""
    dice = random.Random("withdrawn")
    codes = dice.sample([code for code in _MIGRATED_CODES if code % 7 == 0], WITHDRAWN_BEFORE)
    return tuple(
        (uuid7(LOADED_AT, f"withdrawn/{code}"), f"1.{code:06d}", _name(dice), _agency(dice))
        for code in codes
    )


def outline_of(role: Role) -> Outline:
    """A procedure of the cast as it first appears."""
    decision = _cast_decisions()[f"{role.agency} {role.decision}"]
    is_local = AGENCIES[role.agency].is_local
    if role.since > 1:
        # Public with its decision, or some time after it.
        created = max(decision.published_at or 0, as_of(role.since - 1) + 2 * _HOUR)
        updated, made = created, created - 20 * _HOUR
    else:
        created, updated = instant("2026-04-14 09:30"), instant("2026-05-06 15:45")
        made = LOADED_AT
    return Outline(
        id=uuid7(made, f"cast/{role.code}"),
        code=role.code,
        name=role.name,
        agency=role.agency,
        field=role.field,
        type=role.type,
        regulation="LOCAL_REGULATION" if role.type == "STANDARD_INTERNAL" else _REGULATIONS[0],
        state="ACTIVE" if role.since > 1 or is_local else "UPDATED",
        decision=decision.key,
        created_at=created,
        updated_at=updated,
        levels=frozenset({"isWard" if is_local else "isProvince"}),
        executors=("UBNDCX" if is_local else "UBNDCT",),
        subjects=("ĐT1", "ĐT2"),
    )


@cache
def _cast_decisions() -> dict[str, Decision]:
    found: dict[str, Decision] = {}
    for key, one in PROPOSED.items():
        published = instant(one.published) if one.published else None
        made = midnight_in_vietnam(one.day) + 9 * _HOUR if one.day else instant("2026-11-20 09:00")
        identifier = uuid7(min(made, published or made), f"decision/{key}")
        found[key] = Decision(
            key, identifier, one.number, one.agency, one.day, published, one.at_utc_midnight
        )
    return found


@cache
def _draws() -> tuple[DecisionDraw, ...]:
    cast = sum(role.since == 1 for role in CAST)
    return tuple(drawn_decisions(FIRST_DAY_TOTAL - cast))


def _others(number: int) -> Iterator[Outline]:
    dice = random.Random("procedures")
    migrated, new = _codes(dice, _MIGRATED_CODES), _codes(dice, _NEW_CODES)
    internal = (f"{first}.{number:06d}" for number in count(1_000) for first in "56")
    for draw in _draws():
        for _ in range(draw.procedures):
            is_new = not draw.is_migrated and dice.random() < 0.42
            if draw.type == "STANDARD_INTERNAL":
                code = next(internal)
            else:
                code = next(new if is_new else migrated)
            yield _drawn(dice, draw, code, is_new)


def _codes(dice: random.Random, numbers: range) -> Iterator[str]:
    """Codes in a random order, those of the cast and of withdrawn procedures left out."""
    taken = {role.code for role in CAST} | {code for _, code, _, _ in withdrawn_before()}
    for number in dice.sample(numbers, len(numbers)):
        first = dice.choices((1, 2, 3), (85, 12, 3))[0]
        code = f"{first}.{number:06d}"
        if code not in taken:
            yield code


def _drawn(dice: random.Random, draw: DecisionDraw, code: str, is_new: bool) -> Outline:
    agency, decision = AGENCIES[draw.decision.agency], draw.decision
    published = decision.published_at
    # A procedure that points to an unpublished decision is still as it was before.
    in_force = published or instant("2026-05-04 08:00") + dice.randrange(150) * 24 * _HOUR
    created = in_force + dice.randrange(5_000) if is_new else LOADED_AT + dice.randrange(10**9)
    updated = max(created, in_force - dice.randrange(5_000))
    if dice.random() < 0.26:
        updated = min(_LAST_EDIT, updated + dice.randrange(60 * 24) * _HOUR)
    made = in_force - dice.randrange(72) * _HOUR if is_new else LOADED_AT + dice.randrange(10**6)
    levels = _LOCAL_LEVELS if agency.is_local else _NATIONAL_LEVELS
    weights = (55, 40, 5) if agency.is_local else _NATIONAL_LEVEL_WEIGHTS
    return Outline(
        id=uuid7(made, code),
        code=code,
        name=_odd_name(dice, _name(dice)),
        agency=agency.code,
        field=dice.choice(fields_of(agency)),
        type=draw.type,
        regulation=_regulation(dice, draw.type, agency),
        state="ACTIVE" if is_new or dice.random() < 0.25 else "UPDATED",
        decision=decision.key,
        created_at=created,
        updated_at=max(created, updated),
        levels=frozenset(dice.choices(levels, weights)[0]),
        executors=_executors(dice, agency),
        subjects=_subjects(dice),
    )  # fmt: skip


def _regulation(dice: random.Random, kind: ProcedureType, agency: Agency) -> str:
    if kind == "STANDARD_INTERNAL":
        return "LOCAL_REGULATION" if agency.is_local else "CENTRAL_REGULATION"
    return dice.choices(_REGULATIONS, _REGULATION_WEIGHTS)[0]


def _executors(dice: random.Random, agency: Agency) -> tuple[str, ...]:
    chance = dice.random()
    if chance < 0.08:
        return ()
    if not agency.is_local and chance < 0.45:
        return (agency.code,)
    pool = _LOCAL_EXECUTORS if agency.is_local else _NATIONAL_EXECUTORS
    return tuple(dice.sample(pool, dice.choices((1, 2, 3), (85, 11, 4))[0]))


def _subjects(dice: random.Random) -> tuple[str, ...]:
    return tuple(dice.sample(tuple(SUBJECTS), dice.choices((1, 2, 3, 6), (38, 28, 20, 14))[0]))


def _agency(dice: random.Random) -> str:
    return dice.choice([code for code in AGENCIES if code.startswith("G")])


def _name(dice: random.Random) -> str:
    verb, thing = dice.choice(words.VERBS), dice.choice(words.OBJECTS)
    qualifiers = dice.sample(words.QUALIFIERS, dice.choices((0, 1, 2), (2, 60, 38))[0])
    return " ".join((verb, thing, *qualifiers))


def _odd_name(dice: random.Random, name: str) -> str:
    """Most names are clean; some are decomposed, broken over lines, or have outer blanks."""
    chance = dice.random()
    if chance < 0.016:
        return unicodedata.normalize("NFD", name)
    if chance < 0.0195:
        return name.replace(" ", "\n", 1)
    if chance < 0.035:
        return f"{name} " if chance < 0.031 else f" {name}\n"
    return name

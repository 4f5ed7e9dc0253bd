"""Draws the decisions of everybody outside the cast, each with how many procedures it covers.

None of them is taken, published or late within the seven days: what is not published on the first
day was due long before it, or is due after the last.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .catalogue_agencies import AGENCIES, LOADED_AT, Agency
from .catalogue_cast import PROPOSED
from .catalogue_records import Decision, ProcedureType
from .catalogue_stamps import instant, midnight_in_vietnam, uuid7

_HOUR = 3_600_000
_DAY = 24 * _HOUR
_LARGEST = 98
_SIZES = (1, 2, 3, 5, 8, 13, 21, 34)
_SIZE_WEIGHTS = (22, 15, 13, 14, 13, 11, 8, 4)
_LAST_PUBLICATION = instant("2026-11-25 16:30")
_NUMBERS_USED_TWICE = 8
_WITHOUT_NUMBER, _WITHOUT_DATE = (90, 420), (33, 210, 512, 777)
_TEST_NUMBER = "QĐ000001SNNTEST"


@dataclass(frozen=True, slots=True)
class DecisionDraw:
    """A decision, of which type its procedures are, and how many they are."""

    decision: Decision
    type: ProcedureType
    procedures: int
    is_migrated: bool


def drawn_decisions(procedures: int) -> Iterator[DecisionDraw]:
    """Decisions that cover so many procedures, in the published proportion of agencies."""
    dice = random.Random("decisions")
    draws: list[DecisionDraw] = []
    for code, share in _shares(procedures).items():
        left = share
        while left:
            size = min(left, _size(dice, share, left == share))
            draws.append(_draw(dice, AGENCIES[code], size, len(draws)))
            left -= size
    return iter(_with_numbers_used_twice(dice, draws))


def _shares(procedures: int) -> dict[str, int]:
    """Procedures of each agency; the largest one takes what rounding leaves."""
    total = sum(agency.procedures for agency in AGENCIES.values())
    shares = {
        code: agency.procedures * procedures // total or 1 for code, agency in AGENCIES.items()
    }
    largest = max(shares, key=lambda code: shares[code])
    shares[largest] += procedures - sum(shares.values())
    return shares


def _size(dice: random.Random, share: int, is_first: bool) -> int:
    if is_first and share > 600:
        return _LARGEST
    return dice.choices(_SIZES, _SIZE_WEIGHTS)[0]


def _draw(dice: random.Random, agency: Agency, size: int, place: int) -> DecisionDraw:
    is_migrated = dice.random() < 0.52
    internal = dice.random() < (0.06 if agency.is_local else 0.016)
    kind: ProcedureType = "SPECIFIC" if agency.is_local else "STANDARD"
    if internal:
        kind = "STANDARD_INTERNAL"
    pending = not is_migrated and dice.random() < 0.085
    date = _pending_date(dice) if pending else _date(dice, is_migrated)
    published = None if pending else _published(dice, date, is_migrated)
    made = LOADED_AT + place if is_migrated else midnight_in_vietnam(date) + place
    decision = Decision(
        key=f"drawn {place}",
        id=uuid7(made, f"decision/{place}"),
        number=_number(dice, agency, place, internal),
        agency=agency.code,
        date=None if place in _WITHOUT_DATE else date,
        published_at=published,
        at_utc_midnight=is_migrated and dice.random() < 0.42,
    )
    return DecisionDraw(decision, kind, size, is_migrated)


def _date(dice: random.Random, is_migrated: bool) -> datetime.date:
    first = datetime.date(2016 if is_migrated else 2026, 1 if is_migrated else 4, 1)
    last = datetime.date(2026, 3, 20) if is_migrated else datetime.date(2026, 11, 6)
    return first + datetime.timedelta(days=dice.randrange((last - first).days))


def _pending_date(dice: random.Random) -> datetime.date:
    """Late long since, or so young that the limit is not reached within the seven days."""
    if dice.random() < 0.15:
        return datetime.date(2026, 11, 25)
    return datetime.date(2026, 6, 1) + datetime.timedelta(days=dice.randrange(140))


def _published(dice: random.Random, date: datetime.date, is_migrated: bool) -> int:
    if is_migrated:
        return instant("2026-04-06 08:00") + dice.randrange(20 * 24 * 60) * 60_000
    if dice.random() < 0.014:
        return midnight_in_vietnam(date) - dice.randrange(1, 8) * _DAY + 10 * _HOUR
    wait = dice.lognormvariate(2.0, 0.9) * _DAY
    return min(_LAST_PUBLICATION, midnight_in_vietnam(date) + 8 * _HOUR + int(wait))


def _number(dice: random.Random, agency: Agency, place: int, internal: bool) -> str | None:
    """Numbers as people typed them: most are clean, and none is one of the cast's."""
    if place == 700:
        return _TEST_NUMBER
    number = 3_400 + place if place % 3 else 40 + place
    mark = "VP" if internal else agency.mark
    clean = f"{number}/QĐ-{mark}"
    if f"{agency.code} {clean}" in PROPOSED:
        clean = f"{number}b/QĐ-{mark}"
    dirty = (f"{clean}.", f"Quyết định số {clean}", f"{number}/QD-{mark}", str(number),
             f"{number}/TTr-{mark}", f" {clean}", f"{clean}-C07")  # fmt: skip
    if place in _WITHOUT_NUMBER:
        return None
    return dice.choice(dirty) if dice.random() < 0.07 else clean


def _with_numbers_used_twice(dice: random.Random, draws: list[DecisionDraw]) -> list[DecisionDraw]:
    """A few numbers belong to two decisions, of two agencies or twice of the same one."""
    for _ in range(_NUMBERS_USED_TWICE):
        first, second = dice.sample(range(len(draws)), 2)
        again = replace(draws[second].decision, number=draws[first].decision.number)
        draws[second] = replace(draws[second], decision=again)
    return draws

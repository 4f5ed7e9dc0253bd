"""The long parts of a procedure's answer, drawn from its id: the same id always has the same ones.

Lengths, counts and shapes follow 300 answers of July 2026; the texts are made up.
"""

from __future__ import annotations

import random
from functools import cache
from typing import Any

from . import catalogue_words as words
from .catalogue_agencies import LOADED_AT
from .catalogue_stamps import uuid7

Detail = dict[str, Any]
"""The data of one answer."""

_NOWHERE_NOTED = 0.145
_WAYS = (("ONLINE", "POSTAL", "DIRECT"), ("ONLINE", "DIRECT"), ("DIRECT",))
_WAY_WEIGHTS = (77, 13, 10)
_UNITS = ("WORKING_DAY", "DAY", "OTHER", "HOUR", "MONTH", "YEAR")
_UNIT_WEIGHTS = (670, 208, 92, 18, 6, 1)
_FEE_TYPES = ("FEE", "SERVICE_FEE", "PRICE_LEVEL")
_FEE_TYPE_WEIGHTS = (82, 16, 2)
# One record in thousands of đồng, the next in đồng.
_FEE_VALUES = (100, 150, 15_000, 50_000, 100_000, 300_000, 500_000, 1_025_000, 3_500_000)


def fee_of(value: int | None) -> Detail:
    """A fee as an editor of the portal writes it."""
    return {"type": "FEE", "value": value, "currencyId": "", "attachment": None, "description": ""}


@cache
def _law(code: str, topic: str) -> tuple[str, str, str]:
    kind = "Nghị định" if "NĐ" in code else "Thông tư" if "TT" in code else "Nghị quyết"
    return uuid7(LOADED_AT, f"law/{code}"), f"{kind} số {code} {topic}", code


def law_of(code: str, topic: str) -> Detail:
    """A legal basis."""
    identifier, name, number = _law(code, topic)
    return {"id": identifier, "name": name, "code": number}


def service_of(code: str, name: str, number: int) -> Detail:
    """The n-th online service of a procedure."""
    return {
        "id": uuid7(LOADED_AT + number, f"service/{code}/{number}"),
        "name": name,
        "code": f"{code}.{number:02d}",
        "processingDay": {"qty": 5 + number, "type": "WORKING_DAY"},
        "profileComponents": [],
    }


def steps(dice: random.Random, size: int) -> list[Detail]:
    """How the procedure runs: mostly one step that holds all lines, else one line a step."""
    lines = _texts(dice, words.STEPS, _count(dice, 7.5, 0.8) * size)
    if size == 1 and dice.random() < 0.82:
        text = "\n".join(f"Bước {number}: {line}." for number, line in enumerate(lines, 1))
        return [{"name": "", "description": text}]
    return [
        {"name": f"Bước {number}. ", "description": f"{line}."}
        for number, line in enumerate(lines, 1)
    ]


def methods(dice: random.Random) -> list[Detail]:
    """The ways to hand in, all with one processing time and the same fees."""
    unit = dice.choices(_UNITS, _UNIT_WEIGHTS)[0]
    time = _processing_time(dice, unit)
    noted = dice.random() >= _NOWHERE_NOTED
    note = _text(dice, words.METHOD_NOTES) if dice.random() < 0.5 else ""
    fees = [_fee(dice) for _ in range(dice.choices((0, 1, 2, 3), (23, 68, 6, 3))[0])]
    found: list[Detail] = []
    for way in dice.choices(_WAYS, _WAY_WEIGHTS)[0]:
        method: Detail = {
            "submissionMethod": way, "processingTime": time, "processingTimeUnit": unit,
        }  # fmt: skip
        if noted:
            method["description"] = note
        method["fees"] = [dict(fee) for fee in fees]
        found.append(method)
    return found


def _processing_time(dice: random.Random, unit: str) -> int | float | str:
    chance = dice.random()
    if unit == "OTHER" and chance < 0.2:
        return dice.choice(words.TIMES_IN_WORDS)
    if chance < 0.007:
        return dice.choice((2.5, 3.5, 6.25))
    return dice.choice((1, 2, 3, 5, 7, 8, 10, 15, 20, 30, 45)) if unit != "OTHER" else 0


def _fee(dice: random.Random) -> Detail:
    kind = dice.choices(_FEE_TYPES, _FEE_TYPE_WEIGHTS)[0]
    chance = dice.random()
    value = None if chance < 0.055 else 0 if chance < 0.75 else dice.choice(_FEE_VALUES)
    fee: Detail = {"type": kind, "value": value}
    shape = dice.random()
    note = _text(dice, words.FEE_NOTES) if dice.random() < 0.5 else ""
    if shape < 0.1:
        return fee
    if shape < 0.16:
        return {**fee, "description": note}
    fee |= {"currencyId": "", "attachment": None, "description": note}
    if shape > 0.76:
        fee |= {"currencyId": uuid7(LOADED_AT, "currency/VND"), "currencyName": "Việt Nam Đồng"}
    return fee


def cases(dice: random.Random, agency: str, size: int) -> list[Detail]:
    """The cases of a dossier, each with what it is made of."""
    count = dice.choices((1, 2, 3, 4), (84, 8, 5, 3))[0]
    named = ("",) if count == 1 and dice.random() < 0.9 else dice.sample(words.CASE_NAMES, count)
    return [{"name": name, "profileComponents": _components(dice, agency, size)} for name in named]


def _components(dice: random.Random, agency: str, size: int) -> list[Detail]:
    found: list[Detail] = []
    for name in _texts(dice, words.COMPONENTS, _count(dice, 3.6, 0.85) * size):
        number = dice.randint(1, 999_999)
        made = LOADED_AT + number
        component: Detail = {
            "profileComponentId": uuid7(made, f"component/{agency}/{number}"),
            "originalQty": 1 if number % 5 else 0,
            "copyQty": 1 if number % 10 < 3 else 0,
            "required": False,
            "hasElectronicForm": number % 4 == 0,
        }
        # Migrated components say where they come from, later ones what they are.
        component |= {"source": None} if number % 6 == 0 else {"isProcessingResult": False}
        attachments = [_form(made, number)] if number % 5 == 1 else []
        code = f"000.00.00.{agency}-KQ{number:06d}"
        found.append({**component, "name": name, "code": code, "attachments": attachments})
    return found


def _form(made: int, number: int) -> Detail:
    identifier, name = uuid7(made, f"form/{number}"), f"Mẫu số {number % 30 + 1:02d}.docx"
    path = f"configuring/{identifier}/{name}"
    return {"id": identifier, "fileName": name, "bucketName": "dvc", "filePath": path}


def laws(dice: random.Random) -> list[Detail]:
    """Legal bases, about three; a few have none, a few repeat one."""
    count = min(9, _count(dice, 3.3, 0.6)) if dice.random() > 0.03 else 0
    found = [dict(zip(("id", "name", "code"), law, strict=True)) for law in _some(dice, count)]
    if found and dice.random() < 0.0065:
        found.append(dict(found[0]))
    return found


def _some(dice: random.Random, count: int) -> list[tuple[str, str, str]]:
    return dice.sample(_law_book(), count)


@cache
def _law_book() -> tuple[tuple[str, str, str], ...]:
    dice = random.Random("laws")
    marks = ("NĐ-CP", "NĐ-CP", "TT-BTC", "TT-BYT", "TT-BNNMT", "QH15", "NQ-HĐND")
    codes = {
        f"{dice.randint(1, 320)}/{dice.randint(2014, 2026)}/{dice.choice(marks)}"
        for _ in range(700)
    }
    return tuple(_law(code, dice.choice(words.TOPICS)) for code in sorted(codes))


def results(dice: random.Random, agency: str) -> list[Detail]:
    """What comes out of the procedure: one result or two."""
    names = dice.sample(words.RESULTS, dice.choices((1, 2, 3), (83, 14, 3))[0])
    return [
        {
            "id": uuid7(LOADED_AT, f"result/{agency}/{name}"),
            "name": name,
            "code": f"KQ.{agency}.{len(name):06d}",
        }
        for name in names
    ]


def services(dice: random.Random, code: str, name: str) -> list[Detail]:
    """The online services: none for one procedure in eight; some come twice under two ids."""
    count = dice.choices((0, 1, 2, 3, 6), (125, 780, 70, 18, 7))[0]
    found = [service_of(code, name.strip(), number) for number in range(1, count + 1)]
    if found and dice.random() < 0.08:
        again = uuid7(LOADED_AT + 99_000, f"service again/{code}")
        found.append({**found[0], "id": again})
    return found


def conditions(dice: random.Random) -> str:
    """Requirements as one text; more than half of all procedures have none."""
    if dice.random() < 0.55:
        return ""
    lines = _texts(dice, words.CONDITIONS, _count(dice, 4.0, 0.9))
    return "".join(f"- {line}.\n" for line in lines)


def _count(dice: random.Random, median: float, spread: float) -> int:
    """A count with a long tail, at least one."""
    return max(1, round(median * dice.lognormvariate(0, spread)))


def _text(dice: random.Random, sentences: tuple[str, ...]) -> str:
    return _texts(dice, sentences, 1)[0]


def _texts(dice: random.Random, sentences: tuple[str, ...], count: int) -> list[str]:
    days, form, office = dice.randint(2, 45), dice.randint(1, 24), dice.choice(words.OFFICES)
    return [
        sentence.format(days=f"{(days + place) % 45 + 1:02d}", form=f"{form:02d}", office=office)
        for place, sentence in enumerate(dice.choices(sentences, k=count))
    ]

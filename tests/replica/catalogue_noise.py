"""What moves on the portal without meaning anything: no reader may tell it as a change.

Some noise is in the outline and shows in the list too, the rest is in the content of the answer.
The order of steps is left alone, for it has a meaning.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from zlib import crc32

from .catalogue_content import Detail
from .catalogue_records import Outline
from .catalogue_stamps import as_of, uuid7

_MOVED_ARRAYS = (
    "executionMethods", "categoriesDetails", "legalBasisIds", "legalBasisesDetails", "resultIds",
    "resultsDetails", "subjectTypeIds", "subjectTypesDetails", "departmentExecutingIds",
    "departmentsExecuting", "unitGroupsExecuting", "cases", "returningMethods",
)  # fmt: skip


def _touched(outline: Outline, day: int) -> Outline:
    return replace(outline, updated_at=as_of(day) - 3_600_000)


def _renamed(form: Callable[[str], str]) -> Callable[[Outline, int], Outline]:
    return lambda outline, _: replace(outline, name=form(outline.name))


OUTLINE_NOISE: Mapping[str, Callable[[Outline, int], Outline]] = {
    "touched": _touched,
    "marked_updated": lambda outline, _: replace(outline, state="UPDATED"),
    "decomposed": _renamed(lambda name: unicodedata.normalize("NFD", name)),
    "composed": _renamed(lambda name: unicodedata.normalize("NFC", name)),
    "padded": _renamed(lambda name: f" {name} \n"),
    "trimmed": _renamed(str.strip),
}
"""updatedAt moves alone, ACTIVE becomes UPDATED alone, or the name is only spelt otherwise."""


def _shuffle(detail: Detail) -> None:
    dice = random.Random(detail["id"])
    arrays = [detail[member] for member in _MOVED_ARRAYS]
    arrays += [case["profileComponents"] for case in detail["executionCases"]]
    for array in arrays:
        dice.shuffle(array)


def _repeat_services(detail: Detail) -> None:
    for service in list(detail["cases"]):
        again = uuid7(detail["updatedAt"], f"again/{service['id']}")
        detail["cases"].append({**service, "id": again})


def _repeat_bases(detail: Detail) -> None:
    detail["legalBasisesDetails"].extend(detail["legalBasisesDetails"][:1])
    detail["legalBasisIds"].extend(detail["legalBasisIds"][-1:])


def _write_floats(detail: Detail) -> None:
    for method in detail["executionMethods"]:
        for cells, member in ((method, "processingTime"), *((f, "value") for f in method["fees"])):
            if isinstance(cells[member], int):
                cells[member] = float(cells[member])


CONTENT_NOISE: Mapping[str, Callable[[Detail], None]] = {
    "services_repeated": _repeat_services,
    "bases_repeated": _repeat_bases,
    "numbers_as_floats": _write_floats,
    "shuffled": _shuffle,
}
ENDED_BY = {"numbers_as_integers": "numbers_as_floats"}
"""Noise of the content stays; this one takes another back."""

KINDS = (*OUTLINE_NOISE, *CONTENT_NOISE)
_PER_MILLE = {4: 60}


def noise_of(day: int, code: str) -> str | None:
    """The kind of noise that meets a procedure outside the cast on that day; mostly None."""
    if day == 1:
        return None
    place = crc32(f"{day}/{code}".encode())
    if place % 1000 >= _PER_MILLE.get(day, 25):
        return None
    return KINDS[place // 1000 % len(KINDS)]

"""Small pieces that all answers are written with."""

from __future__ import annotations

from collections.abc import Iterator

from .figures import Sheet
from .scene import Scene
from .units import Unit

JsonAnswer = dict[str, object]


def number(hundredths: int) -> int | float:
    """As the portal writes it: 8.56, but 8 and not 8.0."""
    whole, rest = divmod(hundredths, 100)
    return hundredths / 100 if rest else whole


def identity(unit: Unit) -> JsonAnswer:
    """Id, name and code of a unit."""
    return {"departmentId": unit.id, "departmentName": unit.name, "departmentCode": unit.code}


def ascending_months(scene: Scene) -> Iterator[tuple[str, Sheet | None]]:
    """ "01" to "12", with the head's scores of each month that has begun."""
    for position, sheet in enumerate(scene.months, start=1):
        yield f"{position:02d}", sheet

"""What the diff engine finds: one fact about two accepted captures."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Severity(IntEnum):
    """How much a change matters; the numbers order them and are what the store keeps."""

    info = 1
    warning = 2
    critical = 3


SYSTEM = "system"


class Change(NamedTuple):
    """One change. `message` is a Vietnamese sentence; `delta` is in hundredths of a point."""

    dataset: str
    """That of its capture; SYSTEM where it is about the reading itself."""
    kind: str
    severity: Severity
    message: str
    unit_code: str | None = None
    subject: str | None = None
    indicator: str | None = None
    before: str | None = None
    after: str | None = None
    delta: int | None = None
    unit_name: str | None = None
    """As the source called the unit, where it is not the registry's name."""
    is_listed: bool = True
    """False for what is outside the watch lists: reports count it and do not list it."""

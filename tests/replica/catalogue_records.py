"""What the world knows of a procedure and of a decision before anything is written as JSON."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

ProcedureType = Literal["STANDARD", "SPECIFIC", "STANDARD_INTERNAL"]
State = Literal["ACTIVE", "UPDATED"]
Level = Literal["isWard", "isProvince", "isMinistry", "isOtherAgency", "isUndetermined",
                "isVertical"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """A publication decision; `key` is ours, for one number may belong to two decisions.

    `published_at` is None for one that is not published within the seven days. `at_utc_midnight`
    is the way its date is written.
    """

    key: str
    id: str
    number: str | None
    agency: str
    date: datetime.date | None
    published_at: int | None
    at_utc_midnight: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A procedure without its long texts, which follow from the id.

    `agency`, `field`, `executors` and `subjects` are codes, `decision` is the key of one; `name`
    is as the portal sends it, not normalised. Instants are milliseconds since 1970.
    """

    id: str
    code: str
    name: str
    agency: str
    field: str
    type: ProcedureType
    regulation: str
    state: State
    decision: str
    created_at: int
    updated_at: int
    levels: frozenset[Level]
    executors: tuple[str, ...]
    subjects: tuple[str, ...]

"""The believed listings of dossiers that a day's report stands on, and their words as shown."""

from __future__ import annotations

import datetime as dt
import sys
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from models.tables import Instant
from sync import wording
from sync.report.asof import BELIEVED

NO_UNIT = "Chưa rõ đơn vị"


class Listing(NamedTuple):
    """The last believed listing of a source up to a day; `capture` and `day` are its own."""

    scope_id: int
    source: str
    capture: int
    day: str
    read_at: dt.datetime
    before_at: dt.datetime | None
    """When the last listing before the day of the report was read."""


def believed_listings(connection: Connection, day: dt.date) -> list[Listing]:
    """One for each source, by name of the source."""
    believed = f"SELECT MAX(id) FROM capture_log WHERE scope_id = s.id AND status IN {BELIEVED}"
    rows = connection.execute(
        text(
            f"""
            SELECT s.id, s.source, c.id AS capture, c.day, c.completed_at, b.completed_at AS before
            FROM scopes s
            JOIN capture_log c ON c.id = ({believed} AND day <= :day)
            LEFT JOIN capture_log b ON b.id = ({believed} AND day < :day)
            WHERE s.dataset = 'dossiers'
            ORDER BY s.source
            """
        ).columns(completed_at=Instant, before=Instant),
        {"day": day.isoformat()},
    )
    return [Listing(*row) for row in rows]


def unit_of(row: Any) -> tuple[str, str, str]:
    """What tells the unit apart, its code, and its name as it is shown."""
    name = wording.unit(one_line(row.unit_name or row.unit_code)) or NO_UNIT
    return row.unit_code or row.unit_name or "", one_line(row.unit_code), name


@lru_cache(maxsize=4_096)
def one_line(words: str | None) -> str:
    """One line without control characters; equal texts are kept once, for lists are long."""
    return sys.intern("".join(filter(str.isprintable, " ".join((words or "").split()))))

"""What was detected on a day about the index and the system, as the reports list it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from scrapers.records import Level
from sync.changes import Severity


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change as it was detected; `matter` is the unit and period it is about."""

    kind: str
    severity: Severity
    message: str
    matter: tuple[str | None, int]
    level: Level | None

    def is_told_by(self, others: Sequence[ChangeLine]) -> bool:
        """Whether the same move of the unit's total stands among the others already."""
        return self.level in ("group", "metric") and any(
            other.kind == self.kind and other.matter == self.matter and other.level == "total"
            for other in others
        )


def day_changes(connection: Connection, day: dt.date) -> list[tuple[str | None, ChangeLine]]:
    """The day's changes, gravest first, with the province they belong to (None: the system's).

    Sources in trouble are left out: the readings that were not believed tell of them, as they
    stand at the day's end.
    """
    rows = connection.execute(
        text(
            """
            SELECT u.province_code, u.code, h.of_system, h.kind, h.severity, h.message,
                   c.scope_id, i.level
            FROM change_log h
            JOIN capture_log c ON c.id = h.capture_id
            JOIN scopes s ON s.id = c.scope_id
            LEFT JOIN unit_codes u ON u.id = h.unit_id
            LEFT JOIN indicators i ON i.id = h.indicator_id
            WHERE c.day = :day AND c.is_backfill IS NULL
              AND (h.of_system = 1 OR s.dataset NOT IN ('dossiers', 'procedures'))
              AND h.kind NOT IN ('source_refused', 'source_failed', 'format_changed')
            ORDER BY h.severity DESC, h.id
            """
        ),
        {"day": day.isoformat()},
    )
    return [
        (
            None if row.of_system else row.province_code,
            ChangeLine(
                row.kind,
                Severity(row.severity),
                row.message,
                (row.code, row.scope_id),
                row.level,
            ),
        )
        for row in rows
    ]

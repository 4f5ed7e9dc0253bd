"""The part of a day's report that is about the procedure catalogue, from the store alone."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, text

from sync import wording
from sync.changes import Severity

ORDER = (
    "published_late",
    "decision_new",
    "procedure_gone",
    "procedure_new",
    "procedure_amended",
    "decision_pending",
    "decision_changed",
)
"""Kinds of change, what an office must act on first."""


class CatalogueLine(NamedTuple):
    """One change that the office wants to see."""

    kind: str
    severity: Severity
    message: str


@dataclass(frozen=True)
class CatalogueReport:
    """The catalogue as it stood at the end of a day, and what the day brought."""

    listed: int
    """Procedures on the public list."""
    details: int
    """Of these, how many have been read in detail."""
    oldest: dt.date | None
    """The day on which the detail was read that has waited longest; None where not known."""
    pending: int
    """Procedures that point to a decision which is not published."""
    is_first: bool
    lines: list[CatalogueLine]
    aside: Counter[str]
    """Kind -> number of changes outside the watch lists, which are counted only."""

    @property
    def headline(self) -> str:
        """How many procedures there are and how well they are known."""
        words = f"{wording.count(self.listed)} thủ tục công khai"
        if self.details < self.listed:
            words += f", đã đọc chi tiết {wording.count(self.details)}"
        elif self.oldest is not None:
            words += f", chi tiết đọc từ {wording.day(self.oldest)}"
        if self.pending:
            words += f"; {wording.count(self.pending)} gắn với quyết định chưa công bố"
        return words

    @property
    def counted(self) -> Counter[str]:
        """Kind -> number of all changes of the day."""
        return Counter(line.kind for line in self.lines) + self.aside


def catalogue_report(connection: Connection, day: dt.date) -> CatalogueReport | None:
    """The catalogue's part of a day's report; None where it was not read that day.

    It is told as of the end of the day, whatever was read since, but for `oldest`, which is None
    where a later reading has taken the place of the one it stood on.
    """
    bound = {"day": day.isoformat()}
    is_read = connection.execute(
        text(
            "SELECT 1 FROM capture_log c JOIN scopes s ON s.id = c.scope_id WHERE c.day = :day"
            " AND s.dataset = 'procedures' AND c.status IN ('accepted', 'unchanged')"
        ),
        bound,
    ).first()
    if is_read is None:
        return None
    changes = connection.execute(
        text(
            """
            SELECT h.kind, h.severity, h.message, h.unlisted
            FROM change_log h
            JOIN capture_log c ON c.id = h.capture_id
            JOIN scopes s ON s.id = c.scope_id
            WHERE c.day = :day AND c.is_backfill IS NULL
              AND s.dataset = 'procedures' AND h.of_system IS NULL
            ORDER BY h.severity DESC, h.id
            """
        ),
        bound,
    ).all()
    lines = [
        CatalogueLine(row.kind, Severity(row.severity), row.message)
        for row in changes
        if not row.unlisted
    ]
    standing = _standing(connection, day)
    return CatalogueReport(
        listed=standing.listed,
        details=standing.details,
        oldest=_oldest(connection, day),
        pending=standing.pending,
        is_first=_is_first(connection, day),
        lines=sorted(lines, key=lambda line: (-line.severity, ORDER.index(line.kind))),
        aside=Counter(row.kind for row in changes if row.unlisted),
    )


class _Standing(NamedTuple):
    listed: int
    details: int
    pending: int


def _standing(connection: Connection, day: dt.date) -> _Standing:
    """What the last believed readings up to the end of a day said."""
    stood = "{0}.scope_id = :{1} AND {0}.opened_by <= :{1}_capture AND ({0}.closed_by IS NULL"
    stood += " OR {0}.closed_by > :{1}_capture)"
    row = connection.execute(
        text(
            f"""
            SELECT COUNT(*) AS listed, COUNT(v.procedure_id) AS details,
                   COALESCE(SUM(CASE WHEN v.decision_id IS NOT NULL AND v.published_at IS NULL
                                     THEN 1 ELSE 0 END), 0) AS pending
            FROM listed_versions l
            LEFT JOIN procedure_versions v
                   ON v.procedure_id = l.procedure_id AND {stood.format("v", "details")}
            WHERE {stood.format("l", "catalogue")}
            """
        ),
        _last_captures(connection, day),
    ).one()
    return _Standing(*row)


def _last_captures(connection: Connection, day: dt.date) -> dict[str, int]:
    """The scopes of the list and of the details, and what was last believed of each by a day."""
    rows = connection.execute(
        text(
            """
            SELECT s.name, s.id, MAX(c.id) AS capture
            FROM scopes s JOIN capture_log c ON c.scope_id = s.id
            WHERE s.dataset = 'procedures' AND s.name IN ('catalogue', 'details')
              AND c.day <= :day AND c.status IN ('accepted', 'unchanged')
            GROUP BY s.name, s.id
            """
        ),
        {"day": day.isoformat()},
    )
    found = dict.fromkeys(("catalogue", "details", "catalogue_capture", "details_capture"), 0)
    for row in rows:
        found |= {row.name: row.id, f"{row.name}_capture": row.capture}
    return found


def _oldest(connection: Connection, day: dt.date) -> dt.date | None:
    """The day on which the detail was read that had waited longest at the end of a day.

    The store keeps the last reading of each detail only: of a day after which any listed one was
    read again, it is not known.
    """
    row = connection.execute(
        text(
            """
            SELECT MIN(c.day) AS oldest, MAX(c.day) AS newest
            FROM listed_versions l
            JOIN procedure_reads r ON r.procedure_id = l.procedure_id
            JOIN capture_log c ON c.id = r.capture_id
            WHERE l.closed_by IS NULL
            """
        )
    ).one()
    if row.oldest is None or row.newest > day.isoformat():
        return None
    return dt.date.fromisoformat(row.oldest)


def _is_first(connection: Connection, day: dt.date) -> bool:
    """Whether the catalogue was first read on this day, so that nothing could differ."""
    first = connection.execute(
        text(
            "SELECT MIN(c.day) FROM capture_log c JOIN scopes s ON s.id = c.scope_id"
            " WHERE s.dataset = 'procedures' AND c.status IN ('accepted', 'unchanged')"
        )
    ).scalar()
    return bool(first == day.isoformat())

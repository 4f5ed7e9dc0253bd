"""How long overdue dossiers have been overdue, by unit, as of the last listing up to a day.

Lateness is counted as everywhere in the report of overdue dossiers: calendar days from the printed
due date to the day on which the listing was read, in Viet Nam.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from sync.clock import VIETNAM
from sync.report.listings import unit_of
from sync.report.overdue_store import Day

AGES: tuple[tuple[str, int, int | None], ...] = (
    ("đến 3 ngày", 0, 3),
    ("4–10 ngày", 4, 10),
    ("11–30 ngày", 11, 30),
    ("31–90 ngày", 31, 90),
    ("trên 90 ngày", 91, None),
    ("chưa rõ hạn", 0, None),
)
"""Label, from days late, to days late. The first takes what was due on the day of the listing too;
the last one is for dossiers without a printed due date."""

_DATED = len(AGES) - 1


class UnitAges(NamedTuple):
    """Overdue dossiers of one unit, counted by the classes of AGES."""

    unit_code: str
    unit_name: str
    counts: tuple[int, ...]


def overdue_ages(day: Day) -> list[UnitAges]:
    """The units with overdue dossiers of a source, the one with the most first."""
    starts = {f"late_{number}": _due_before(day, AGES[number][1]) for number in range(1, _DATED)}
    rows = day.rows(
        f"""
        SELECT c.text AS unit_code, n.text AS unit_name, g.*
        FROM (SELECT d.unit_code AS unit, d.unit_name AS named, {_sums()}
              FROM dossier_versions d
              WHERE d.scope_id = :scope_id AND d.is_overdue = 1 AND d.opened_by <= :capture
                AND (d.closed_by IS NULL OR d.closed_by > :capture)
              GROUP BY d.unit_code, d.unit_name) g
        LEFT JOIN texts c ON c.id = g.unit
        LEFT JOIN texts n ON n.id = g.named
        """,
        **starts,
    )
    named: dict[str, tuple[str, str]] = {}
    counted: dict[str, list[int]] = defaultdict(lambda: [0] * len(AGES))
    for row in rows:
        unit, *code_and_name = unit_of(row)
        named.setdefault(unit, (code_and_name[0], code_and_name[1]))
        for number in range(len(AGES)):
            counted[unit][number] += getattr(row, f"age_{number}")
    found = [UnitAges(*named[unit], tuple(counts)) for unit, counts in counted.items()]
    return sorted(found, key=lambda one: (-sum(one.counts), one.unit_name, one.unit_code))


def _due_before(day: Day, days_late: int) -> int:
    """Seconds since 1970: whatever was due before them is at least so many days late."""
    first_day_less_late = day.seen_on - dt.timedelta(days=days_late - 1)
    return int(dt.datetime.combine(first_day_less_late, dt.time(), VIETNAM).timestamp())


def _sums() -> str:
    """One sum for each class, so that the dossiers are walked through once."""
    sums = []
    for number in range(_DATED):
        bounds = [f"d.due_at < :late_{number}"] if number else ["d.due_at IS NOT NULL"]
        if number + 1 < _DATED:
            bounds.append(f"d.due_at >= :late_{number + 1}")
        sums.append(f"SUM(CASE WHEN {' AND '.join(bounds)} THEN 1 ELSE 0 END) AS age_{number}")
    sums.append(f"SUM(CASE WHEN d.due_at IS NULL THEN 1 ELSE 0 END) AS age_{_DATED}")
    return ", ".join(sums)

"""Counts of overdue dossiers by unit and day, kept beside the history to answer at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, text

from sync.changes import Change
from sync.rules.dossiers import UnitDay

_COUNTED = {"newly_overdue": "new", "gone": "gone", "returned": "returned"}


def unit_days(connection: Connection, scope_id: int, day: dt.date, lists: str) -> list[UnitDay]:
    """Every unit of a source with any dossier listed or counted before, as it stands now.

    The rate is the share of overdue among the dossiers in process, where the source lists them;
    else among the dossiers that the published index says the unit received this year.
    """
    rows = _standing(connection, scope_id)
    received = {} if lists == "in_process" else _received(connection, day.year)
    before = _counts(connection, scope_id, None, day)
    month_ago = _counts(connection, scope_id, _month_before(day), None)
    found = []
    for unit, row in rows.items():
        whole = row.listed if lists == "in_process" else received.get(row.code or "")
        rate_before = before[unit].rate if unit in before else None
        found.append(
            UnitDay(
                row.code,
                row.name,
                row.kind,
                row.overdue,
                100 * row.overdue / whole if whole else None,
                None if rate_before is None else rate_before / 100,
                month_ago[unit].overdue if unit in month_ago else None,
            )
        )
    return found


class _Standing(NamedTuple):
    code: str | None
    name: str | None
    kind: str | None
    overdue: int
    listed: int


def _standing(connection: Connection, scope_id: int) -> dict[str, _Standing]:
    """The open dossiers of a source, counted by unit: its code, or its name where it has none."""
    rows = connection.execute(
        text(
            """
            SELECT c.text AS code, n.text AS name, u.kind, g.overdue, g.listed
            FROM (SELECT unit_code, unit_name, SUM(is_overdue) AS overdue, COUNT(*) AS listed
                  FROM dossier_versions WHERE scope_id = :scope AND closed_by IS NULL
                  GROUP BY 1, 2) g
            LEFT JOIN texts c ON c.id = g.unit_code
            LEFT JOIN texts n ON n.id = g.unit_name
            LEFT JOIN unit_codes u ON u.code = c.text
            ORDER BY n.text
            """
        ),
        {"scope": scope_id},
    )
    found: dict[str, _Standing] = {}
    for row in rows:
        unit = row.code or row.name or ""
        other = found.get(unit)
        overdue, listed = (other.overdue, other.listed) if other else (0, 0)
        found[unit] = _Standing(
            row.code, row.name, row.kind, overdue + row.overdue, listed + row.listed
        )
    return found


def write_overdue_days(
    connection: Connection,
    scope_id: int,
    day: dt.date,
    days: Iterable[UnitDay],
    changes: Iterable[Change],
) -> None:
    """Write the day's counts; new, gone and returned add up over the day's captures."""
    counted: Counter[tuple[str, str]] = Counter()
    units = {(one.unit_code or one.unit_name or ""): one for one in days}
    for change in changes:
        if change.kind in _COUNTED:
            unit = change.unit_code or change.unit_name or ""
            counted[unit, _COUNTED[change.kind]] += 1
            units.setdefault(
                unit, UnitDay(change.unit_code, change.unit_name, None, 0, None, None, None)
            )
    rows = [
        {
            "scope": scope_id,
            "day": day.isoformat(),
            "unit": unit,
            "code": one.unit_code,
            "name": one.unit_name,
            "overdue": one.overdue,
            "rate": None if one.rate is None else round(one.rate * 100),
            **{word: counted[unit, word] for word in _COUNTED.values()},
        }
        for unit, one in units.items()
    ]
    # A unit that an earlier listing of the day named and this one does not has none any more.
    connection.execute(
        text("UPDATE overdue_days SET overdue = 0, rate = NULL WHERE scope_id = :s AND day = :d"),
        {"s": scope_id, "d": day.isoformat()},
    )
    if rows:
        connection.execute(
            text(
                """
                INSERT INTO overdue_days (scope_id, day, unit, unit_code, unit_name, overdue, new,
                                          gone, returned, rate)
                VALUES (:scope, :day, :unit, :code, :name, :overdue, :new, :gone, :returned, :rate)
                ON CONFLICT (scope_id, day, unit) DO UPDATE SET
                    unit_name = excluded.unit_name, overdue = excluded.overdue,
                    new = overdue_days.new + excluded.new, gone = overdue_days.gone + excluded.gone,
                    returned = overdue_days.returned + excluded.returned, rate = excluded.rate
                """
            ),
            rows,
        )


def _counts(
    connection: Connection, scope_id: int, day: dt.date | None, up_to: dt.date | None
) -> dict[str, Any]:
    """The rows of one day, or of the newest day up to another, by unit."""
    if day is None:
        assert up_to is not None
        newest = connection.execute(
            text("SELECT MAX(day) FROM overdue_days WHERE scope_id = :scope AND day <= :day"),
            {"scope": scope_id, "day": up_to.isoformat()},
        ).scalar()
        if newest is None:
            return {}
        day = dt.date.fromisoformat(newest)
    rows = connection.execute(
        text("SELECT unit, overdue, rate FROM overdue_days WHERE scope_id = :scope AND day = :day"),
        {"scope": scope_id, "day": day.isoformat()},
    )
    return {row.unit: row for row in rows}


def _month_before(day: dt.date) -> dt.date:
    """The same day of the month before; its last day where it is shorter."""
    last = day.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def _received(connection: Connection, year: int) -> dict[str, int]:
    """Dossiers received this year by unit, as the published index last said."""
    rows: Any = connection.execute(
        text(
            """
            SELECT u.code, f.denominator
            FROM scopes s
            JOIN figure_versions f ON f.scope_id = s.id AND f.closed_by IS NULL
            JOIN indicators i ON i.id = f.indicator_id AND i.code = 'TDGQ'
            JOIN unit_codes u ON u.id = f.unit_id
            WHERE s.dataset = 'index' AND s.period_type = 'year' AND s.year = :year
              AND s.province_code IS NOT NULL AND f.denominator > 0
            """
        ).bindparams(bindparam("year", year))
    )
    return {row.code: row.denominator for row in rows}

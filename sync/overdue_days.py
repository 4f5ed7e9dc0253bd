"""Counts of overdue dossiers by unit and day, kept beside the history to answer at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, text

from sync.changes import Change
from sync.history import DOSSIERS
from sync.rules.dossiers import UnitDay

_COUNTED = {"newly_overdue": "new", "gone": "gone", "returned": "returned"}


class ListedUnit(NamedTuple):
    """What a listing has of one unit; the kind of unit where the registry knows its code."""

    code: str | None
    name: str | None
    kind: str | None
    overdue: int
    listed: int


Counted = Mapping[tuple[str | None, str | None, int], int]
"""Dossiers by the code of their unit, its name, and whether they are overdue (1 or 0)."""


def listed_units(connection: Connection, counted: Counted) -> dict[str, ListedUnit]:
    """The dossiers of a listing by unit: its code, or its name where it has none."""
    known = connection.execute(text("SELECT code, kind FROM unit_codes"))
    kinds: dict[str | None, str | None] = {row.code: row.kind for row in known}
    found: dict[str, ListedUnit] = {}
    for (code, name, is_overdue), number in sorted(counted.items(), key=lambda it: it[0][1] or ""):
        unit = code or name or ""
        other = found.get(unit, ListedUnit(code, name, kinds.get(code), 0, 0))
        found[unit] = ListedUnit(
            code,
            name,
            other.kind,
            other.overdue + number * is_overdue,
            other.listed + number,
        )
    return found


def count_staged(connection: Connection) -> Counted:
    """The staged dossiers, counted by the database."""
    rows = connection.execute(
        text(
            f"""
            SELECT c.text, n.text, g.is_overdue, g.number
            FROM (SELECT unit_code, unit_name, is_overdue, COUNT(*) AS number
                  FROM staged_{DOSSIERS.name} GROUP BY unit_code, unit_name, is_overdue) g
            LEFT JOIN texts c ON c.id = g.unit_code
            LEFT JOIN texts n ON n.id = g.unit_name
            """
        )
    )
    return {(code, name, is_overdue): number for code, name, is_overdue, number in rows}


def unit_days(
    connection: Connection,
    scope_id: int,
    day: dt.date,
    lists: str,
    units: Mapping[str, ListedUnit],
) -> list[UnitDay]:
    """Every unit of a source with any dossier listed, as it stands now.

    The rate is the share of overdue among the dossiers in process, where the source lists them;
    else among the dossiers that the published index says the unit received this year.
    """
    received = {} if lists == "in_process" else _received(connection, day.year)
    before = _counts(connection, scope_id, None, day)
    month_ago = _counts(connection, scope_id, _month_before(day), None)
    found = []
    for unit, row in units.items():
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


def recount_day(connection: Connection, scope_id: int, day: str) -> None:
    """Count a day again after one of its captures, whose changes are gone, was taken back.

    A day without any other capture has no counts. A rate that no longer holds is not known.
    """
    bound = {"scope": scope_id, "day": day}
    others = connection.execute(
        text(
            "SELECT COUNT(*) FROM capture_log WHERE scope_id = :scope AND day = :day"
            " AND status IN ('accepted', 'unchanged')"
        ),
        bound,
    ).scalar_one()
    if others <= 1:
        connection.execute(
            text("DELETE FROM overdue_days WHERE scope_id = :scope AND day = :day"), bound
        )
        return
    told = """
        SELECT COUNT(*) FROM changes h JOIN capture_log c ON c.id = h.capture_after
        WHERE c.scope_id = :scope AND h.day = :day AND h.kind = '{kind}'
          AND COALESCE(h.unit_code, h.unit_name, '') = overdue_days.unit
    """
    counts = ", ".join(
        f"{column} = ({told.format(kind=kind)})" for kind, column in _COUNTED.items()
    )
    overdue = """
        SELECT COUNT(*) FROM dossier_versions v
        LEFT JOIN texts code ON code.id = v.unit_code
        LEFT JOIN texts name ON name.id = v.unit_name
        WHERE v.scope_id = :scope AND v.closed_by IS NULL AND v.is_overdue = 1
          AND COALESCE(code.text, name.text, '') = overdue_days.unit
    """
    connection.execute(
        text(
            f"UPDATE overdue_days SET rate = CASE WHEN overdue = ({overdue}) THEN rate END, "
            f"overdue = ({overdue}), {counts} WHERE scope_id = :scope AND day = :day"
        ),
        bound,
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

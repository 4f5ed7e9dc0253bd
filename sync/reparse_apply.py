"""What was read again put into the store: in one transaction, by the differences alone.

The store must be what it was when it was copied. Then every number means the same in both, and rows
go over as they are; only changes get numbers of their own, and those that stay keep theirs.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, text

from models import tables
from sync import clock
from sync.alert_store import CHANGES_MARK, let_go, newest_change, write_mark
from sync.alerts import update_alerts
from sync.changes import Severity
from sync.config import Config
from sync.history import Ledger
from sync.reparse_differences import (
    CAPTURE_COLUMNS,
    CHANGE_COLUMNS,
    UNIT_COLUMNS,
    Differences,
    RowDifference,
)
from sync.reparse_past import LEDGERS, REPLAYED_SCOPES
from sync.reparse_plan import ReparseError
from sync.reparse_scratch import attached
from sync.store import writing

_NUMBERED = (tables.texts, tables.unit_codes, tables.indicators, tables.scopes)
"""Tables that only grow; what is new in them goes over under its number."""

Fingerprint = tuple[Any, ...]


def fingerprint(connection: Connection, schema: str = "main") -> Fingerprint:
    """What differs between two instants of a store, unless nobody read or decided anything."""
    counted = [f"SELECT COUNT(*), MAX(id), 0 FROM {schema}.{one.name}" for one in _NUMBERED]
    counted += [
        f"SELECT COUNT(*), MAX(id), 0 FROM {schema}.change_log",
        f"SELECT COUNT(decided_at), MAX(decided_at), MAX(id) FROM {schema}.capture_log",
    ]
    return tuple(tuple(connection.execute(text(one)).one()) for one in counted)


def apply(config: Config, again: Path, expected: Fingerprint, differences: Differences) -> None:
    """Write the differences into the store; `again` is the copy that was read again.

    Raises ReparseError where the store is not the one that was copied, and StoreError.
    """
    engine = attached(config.store_url, "again", again)
    try:
        with writing(engine) as connection:
            if fingerprint(connection) != expected:
                raise ReparseError(
                    "something was stored meanwhile (an import, or a person's decision), so "
                    "nothing was written; run the same command again."
                )
            _bring_rows(connection)
            _settle_checks(connection, differences)
            _bring_changes(connection, config, differences.changes)
    finally:
        engine.dispose()


def _bring_rows(connection: Connection) -> None:
    """Everything but changes."""
    for table in _NUMBERED:
        listed = _listed(one.name for one in table.columns)
        connection.execute(
            text(
                f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM again.{table.name}"
                f" WHERE id NOT IN (SELECT id FROM main.{table.name}) ORDER BY id"
            )
        )
    for ledger in LEDGERS:
        _bring_versions(connection, ledger)
    _bring_columns(connection, tables.captures, CAPTURE_COLUMNS)
    _bring_columns(connection, tables.unit_codes, UNIT_COLUMNS)
    _bring_columns(connection, tables.scopes, ("last_capture_id",), f"id IN ({REPLAYED_SCOPES})")
    same = "SELECT 1 FROM {schema}.procedure_reads o WHERE o.procedure_id = r.procedure_id"
    for statement in (
        "DELETE FROM procedure_reads AS r WHERE NOT EXISTS"
        f" ({same.format(schema='again')} AND o.capture_id = r.capture_id)",
        "INSERT INTO procedure_reads (procedure_id, capture_id) SELECT procedure_id, capture_id"
        f" FROM again.procedure_reads r WHERE NOT EXISTS ({same.format(schema='main')})",
    ):
        connection.execute(text(statement))


def _bring_versions(connection: Connection, ledger: Ledger) -> None:
    keys = ("scope_id", *ledger.key, "opened_by")
    columns = _listed((*keys, "closed_by", "hash", *ledger.values))
    same = " AND ".join(f"o.{name} = v.{name}" for name in keys)
    for statement in (
        f"DELETE FROM {ledger.name} AS v WHERE NOT EXISTS (SELECT 1 FROM again.{ledger.name} o"
        f" WHERE {same} AND o.hash = v.hash AND o.closed_by IS v.closed_by)",
        f"INSERT INTO {ledger.name} ({columns}) SELECT {columns} FROM again.{ledger.name} v"
        f" WHERE NOT EXISTS (SELECT 1 FROM main.{ledger.name} o WHERE {same})",
    ):
        connection.execute(text(statement))


def _bring_columns(
    connection: Connection, table: Table, columns: tuple[str, ...], which: str = "1 = 1"
) -> None:
    differing = " OR ".join(f'o."{name}" IS NOT {table.name}."{name}"' for name in columns)
    connection.execute(
        text(
            f"UPDATE {table.name} SET ({_listed(columns)}) ="
            f" (SELECT {_listed(columns)} FROM again.{table.name} o WHERE o.id = {table.name}.id)"
            f" WHERE {which} AND EXISTS (SELECT 1 FROM again.{table.name} o"
            f" WHERE o.id = {table.name}.id AND ({differing}))"
        )
    )


def _settle_checks(connection: Connection, differences: Differences) -> None:
    """The counts of each check that ended, by what its captures tell more or less than before."""
    counted: Counter[tuple[int, int]] = Counter()
    for one in differences.changes:
        for row, sign in ((one.before, -1), (one.after, 1)):
            if row is not None:
                counted[row["capture_id"], row["severity"]] += sign
    for (capture_id, severity), number in counted.items():
        graver = {Severity.warning: ", warnings = warnings + :n"}
        graver[Severity.critical] = ", criticals = criticals + :n"
        connection.execute(
            text(
                f"UPDATE check_log SET changes = changes + :n{graver.get(Severity(severity), '')}"
                " WHERE finished_at IS NOT NULL"
                " AND id = (SELECT check_id FROM capture_log WHERE id = :capture)"
            ),
            {"n": number, "capture": capture_id},
        )
    for one in differences.captures:
        assert one.before is not None
        assert one.after is not None
        if one.before["status"] != one.after["status"]:
            connection.execute(
                text(
                    "UPDATE check_log SET complete = NOT EXISTS (SELECT 1 FROM capture_log c"
                    " WHERE c.check_id = check_log.id AND c.status IN ('refused', 'failed'))"
                    " WHERE finished_at IS NOT NULL"
                    " AND id = (SELECT check_id FROM capture_log WHERE id = :capture)"
                ),
                {"capture": one.row["id"]},
            )


def _bring_changes(connection: Connection, config: Config, found: Iterable[RowDifference]) -> None:
    """Changes, and what follows for alerts: what is new of past days opens none, as in a backfill.

    What the alerts had not worked through yet, they work through first; what is new of today last.
    """
    differences, now = list(found), clock.now()
    gone = [one.row["id"] for one in differences if one.after is None]
    _remove_changes(connection, gone)
    for one in differences:
        if one.before is not None and one.after is not None:
            _alter_change(connection, one.before, one.after)
    update_alerts(connection, config, now)
    today = clock.day_of(now)
    added = [one.after for one in differences if one.before is None and one.after is not None]
    is_today = _captures_of(connection, today)
    _insert_changes(connection, [one for one in added if one["capture_id"] not in is_today])
    write_mark(connection, CHANGES_MARK, newest_change(connection))
    _insert_changes(connection, [one for one in added if one["capture_id"] in is_today])
    update_alerts(connection, config, now)


def _remove_changes(connection: Connection, numbers: Iterable[int]) -> None:
    connection.execute(text("CREATE TEMPORARY TABLE removed_changes (id INTEGER PRIMARY KEY)"))
    rows = [{"id": number} for number in numbers]
    if rows:
        connection.execute(text("INSERT INTO removed_changes VALUES (:id)"), rows)
        let_go(connection, "SELECT id FROM removed_changes")
        connection.execute(
            text("DELETE FROM change_log WHERE id IN (SELECT id FROM removed_changes)")
        )
    connection.execute(text("DROP TABLE removed_changes"))


def _alter_change(connection: Connection, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The same change, told rightly; an alert that repeats it repeats what is right."""
    values = ", ".join(f"{name} = :{name}" for name in CHANGE_COLUMNS)
    connection.execute(
        text(f"UPDATE change_log SET {values} WHERE id = :id"), {**after, "id": before["id"]}
    )
    connection.execute(
        text("UPDATE alert_log SET message = :new WHERE last_change = :id AND message = :old"),
        {"new": after["message"], "old": before["message"], "id": before["id"]},
    )


def _insert_changes(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        places = ", ".join(f":{name}" for name in CHANGE_COLUMNS)
        columns = _listed(CHANGE_COLUMNS)
        connection.execute(text(f"INSERT INTO change_log ({columns}) VALUES ({places})"), rows)


def _captures_of(connection: Connection, day: dt.date) -> set[int]:
    found = connection.execute(
        text("SELECT id FROM capture_log WHERE day = :day"), {"day": day.isoformat()}
    )
    return set(found.scalars())


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)

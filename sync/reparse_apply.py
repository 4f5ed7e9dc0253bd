"""What was read again put into the store: in one transaction, by the differences alone.

The store must be what it was when it was copied. Then every number means the same in both, and rows
go over as they are; only changes get numbers of their own, and those that stay keep theirs.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Executable, func, select, text, update

from models import tables
from models.dialect import dialect_of
from sync import clock
from sync.alert_store import CHANGES_MARK, let_go, newest_change
from sync.alerts import update_alerts
from sync.changes import Severity
from sync.config import Config
from sync.marks import write_mark
from sync.reparse_differences import (
    CAPTURES,
    CHANGE_COLUMNS,
    READS,
    SCOPES,
    UNITS,
    VERSIONS,
    Both,
    Compared,
    Differences,
    Row,
    RowDifference,
    differing,
)
from sync.reparse_plan import ReparseError
from sync.store import writing

_NUMBERED = (tables.texts, tables.unit_codes, tables.indicators, tables.scopes)
"""Tables that only grow; what is new in them goes over under its number."""
_BATCH = 500

Fingerprint = tuple[Any, ...]


def fingerprint(connection: Connection) -> Fingerprint:
    """What differs between two instants of a store, unless nobody read or decided anything."""
    asked = [f"SELECT COUNT(*), MAX(id) FROM {one.name}" for one in (*_NUMBERED, tables.changes)]
    asked.append("SELECT COUNT(decided_at), MAX(decided_at), MAX(id) FROM capture_log")
    return tuple(tuple(connection.execute(text(one)).one()) for one in asked)


def apply(config: Config, engine: Engine, both: Both, found: Differences) -> None:
    """Write the differences into the store.

    Raises ReparseError where it is not what it was when it was copied, and StoreError.
    """
    with writing(engine) as connection:
        if fingerprint(connection) != fingerprint(both.stored):
            raise ReparseError(
                "something was stored meanwhile (an import, or a person's decision), so "
                "nothing was written; run the same command again."
            )
        _bring_numbered(connection, both)
        for compared in (*VERSIONS, READS):
            if found.counts[compared.table.name]:
                _bring_rows(connection, both, compared)
        for compared in (CAPTURES, UNITS, SCOPES):
            _bring_values(connection, both, compared)
        _settle_checks(connection, found)
        _bring_changes(connection, config, found.changes)


def _bring_numbered(connection: Connection, both: Both) -> None:
    for table in _NUMBERED:
        newest = both.stored.execute(select(func.max(table.c.id))).scalar() or 0
        new = both.again.execute(select(table).where(table.c.id > newest)).mappings()
        _execute(connection, table.insert(), map(dict, new))
        if dialect_of(connection).is_postgresql:
            # A number that is given does not move the sequence on.
            numbers = f"pg_get_serial_sequence('{table.name}', 'id')"
            connection.execute(text(f"SELECT setval({numbers}, MAX(id)) FROM {table.name}"))


def _bring_rows(connection: Connection, both: Both, compared: Compared) -> None:
    """Put rows in the place of others: what goes goes first, for of one key one version is open."""
    table, key = compared.table, compared.key
    gone = (one.before for one in differing(both, compared) if one.before is not None)
    keys = ({name: row[name] for name in key} for row in gone)
    same = " AND ".join(f"{name} = :{name}" for name in key)
    _execute(connection, text(f"DELETE FROM {table.name} WHERE {same}"), keys)
    come = (one.after for one in differing(both, compared) if one.after is not None)
    _execute(connection, table.insert(), come)


def _bring_values(connection: Connection, both: Both, compared: Compared) -> None:
    """Write values of rows that both have."""
    table = compared.table
    for one in differing(both, compared):
        if one.before is not None and one.after is not None:
            row = update(table).where(table.c.id == one.after["id"])
            connection.execute(row.values({name: one.after[name] for name in compared.values}))


def _execute(connection: Connection, statement: Executable, rows: Iterator[Row]) -> None:
    while some := list(islice(rows, _BATCH)):
        connection.execute(statement, some)


def _settle_checks(connection: Connection, found: Differences) -> None:
    """The counts of each check that ended, by what its captures tell more or less than before."""
    counted: Counter[tuple[int, int]] = Counter()
    for one in found.changes:
        for row, sign in ((one.before, -1), (one.after, 1)):
            if row is not None:
                counted[row["capture_id"], row["severity"]] += sign
    of_check = " WHERE finished_at IS NOT NULL AND id ="
    of_check += " (SELECT check_id FROM capture_log WHERE id = :capture)"
    graver = {Severity.warning: ", warnings = warnings + :n"}
    graver[Severity.critical] = ", criticals = criticals + :n"
    for (capture_id, severity), number in counted.items():
        more = graver.get(Severity(severity), "")
        connection.execute(
            text(f"UPDATE check_log SET changes = changes + :n{more}{of_check}"),
            {"n": number, "capture": capture_id},
        )
    is_complete = """
        CASE WHEN EXISTS (SELECT 1 FROM capture_log c WHERE c.check_id = check_log.id
                          AND c.status IN ('refused', 'failed')) THEN 0 ELSE 1 END
    """
    for one in found.captures:
        assert one.before is not None
        assert one.after is not None
        if one.before["status"] != one.after["status"]:
            connection.execute(
                text(f"UPDATE check_log SET complete = {is_complete}{of_check}"),
                {"capture": one.row["id"]},
            )


def _bring_changes(connection: Connection, config: Config, found: list[RowDifference]) -> None:
    """Changes, and what follows for alerts: what is new of past days opens none, as in a backfill.

    What the alerts had not worked through yet, they work through first; what is new of today last.
    """
    now = clock.now()
    _remove_changes(connection, (one.row["id"] for one in found if one.after is None))
    for one in found:
        if one.before is not None and one.after is not None:
            _alter_change(connection, one.before, one.after)
    update_alerts(connection, config, now)
    added = [one.after for one in found if one.before is None and one.after is not None]
    is_today = _captures_of(connection, clock.day_of(now))
    _insert_changes(connection, (one for one in added if one["capture_id"] not in is_today))
    write_mark(connection, CHANGES_MARK, newest_change(connection))
    _insert_changes(connection, (one for one in added if one["capture_id"] in is_today))
    update_alerts(connection, config, now)


def _remove_changes(connection: Connection, numbers: Iterator[int]) -> None:
    connection.execute(text("CREATE TEMPORARY TABLE removed_changes (id INTEGER PRIMARY KEY)"))
    removed = text("INSERT INTO removed_changes VALUES (:id)")
    _execute(connection, removed, ({"id": number} for number in numbers))
    which = "SELECT id FROM removed_changes"
    let_go(connection, which)
    connection.execute(text(f"DELETE FROM change_log WHERE id IN ({which})"))
    connection.execute(text("DROP TABLE removed_changes"))


def _alter_change(connection: Connection, before: Row, after: Row) -> None:
    """The same change, told rightly; an alert that repeats it repeats what is right."""
    number = {"id": before["id"]}
    told = text("SELECT message FROM changes WHERE id = :id")
    old = connection.execute(told, number).scalar_one()
    row = update(tables.changes).where(tables.changes.c.id == before["id"])
    connection.execute(row.values({name: after[name] for name in CHANGE_COLUMNS}))
    new = connection.execute(told, number).scalar_one()
    connection.execute(
        text("UPDATE alert_log SET message = :new WHERE last_change = :id AND message = :old"),
        {"new": new, "old": old, **number},
    )


def _insert_changes(connection: Connection, rows: Iterator[Row]) -> None:
    unnumbered = ({name: row[name] for name in CHANGE_COLUMNS} for row in rows)
    _execute(connection, tables.changes.insert(), unnumbered)


def _captures_of(connection: Connection, day: dt.date) -> set[int]:
    found = connection.execute(
        text("SELECT id FROM capture_log WHERE day = :day"), {"day": day.isoformat()}
    )
    return set(found.scalars())

"""The scratch store of a reparse: a copy of the store, set back to the moment before a capture.

It is a file of SQLite whatever the store is, and vanishes in the end; what a killed run left goes
with the next one. Dossiers are left out: no listing is read again, and nothing that is read again
looks at them.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, event, text

from models import tables
from sync import store
from sync.history import DECISIONS, FIGURES, LISTED, PROCEDURES, STANDINGS, UNITS
from sync.reparse_plan import REPLAYED_SCOPES

LEDGERS = (UNITS, STANDINGS, FIGURES, LISTED, PROCEDURES, DECISIONS)
"""The ledgers of what is read again."""
_LEFT_OUT = (tables.dossier_versions, tables.overdue_days)
_BATCH = 500

# Which capture read a detail last is not kept of earlier days. It was read at least when its
# values last changed, and when it was told as new.
_READ_BEFORE = """
    SELECT MAX(v.opened_by, COALESCE((
               SELECT MAX(h.capture_id) FROM change_log h
               WHERE h.kind = 'procedure_new' AND h.subject = v.code AND h.capture_id < :first), 0))
    FROM procedure_versions v
    WHERE v.procedure_id = procedure_reads.procedure_id AND v.closed_by IS NULL
"""
# A registry has no captures of its own: those of the scope that last kept it count.
_BELIEVED_BEFORE = """
    SELECT MAX(c.id) FROM capture_log c
    WHERE c.id < :first AND c.status IN ('accepted', 'unchanged')
      AND c.scope_id = (SELECT l.scope_id FROM capture_log l WHERE l.id = scopes.last_capture_id)
"""


@contextlib.contextmanager
def scratch(file: Path, stored: Connection, first: int) -> Iterator[Engine]:
    """What `stored` held before the capture `first`, in a file that is removed in the end.

    Only the holder of the lease may do it. Raises StoreError.
    """
    _remove(file)
    engine = store.open_store(f"sqlite:///{file}", expect_current=False)
    event.listen(engine, "connect", _hurry)
    try:
        with store.writing(engine) as connection:
            tables.metadata.create_all(connection)
            for table in tables.metadata.sorted_tables:
                if table not in _LEFT_OUT:
                    _copy(stored, connection, table)
            _set_back(connection, first)
        yield engine
    finally:
        engine.dispose()
        _remove(file)


def _hurry(connection: sqlite3.Connection, _record: object) -> None:
    """Wait for no disk, and let the log of captures have gaps while they are done again."""
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA foreign_keys=OFF")


def _copy(stored: Connection, connection: Connection, table: Table) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    places = ", ".join("?" * len(table.columns))
    found = stored.execute(
        text(f"SELECT {names} FROM {table.name}"), execution_options={"yield_per": _BATCH}
    )
    for some in found.partitions():
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({names}) VALUES ({places})", [tuple(row) for row in some]
        )


def _set_back(connection: Connection, first: int) -> None:
    versions = (
        statement.format(ledger.name)
        for ledger in LEDGERS
        for statement in (
            "DELETE FROM {} WHERE opened_by >= :first",
            "UPDATE {} SET closed_by = NULL WHERE closed_by >= :first",
        )
    )
    for statement in (
        *versions,
        f"DELETE FROM change_log WHERE capture_id >= :first AND capture_id IN"
        f" (SELECT id FROM capture_log WHERE scope_id IN ({REPLAYED_SCOPES}))",
        "DELETE FROM procedure_reads WHERE capture_id >= :first AND procedure_id NOT IN"
        " (SELECT procedure_id FROM procedure_versions)",
        f"UPDATE procedure_reads SET capture_id = ({_READ_BEFORE}) WHERE capture_id >= :first",
        f"UPDATE scopes SET last_capture_id = COALESCE(({_BELIEVED_BEFORE}),"
        " (SELECT MAX(opened_by) FROM unit_versions WHERE scope_id = scopes.id))"
        f" WHERE last_capture_id >= :first AND id IN ({REPLAYED_SCOPES})",
        "DELETE FROM capture_log WHERE id >= :first",
    ):
        connection.execute(text(statement), {"first": first})


def _remove(file: Path) -> None:
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink(missing_ok=True)

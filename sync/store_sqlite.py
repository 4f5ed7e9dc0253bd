"""The store as one file of SQLite.

It runs in WAL mode, so that readers never wait for a check. Transactions are begun by us, with
BEGIN IMMEDIATE where something is written: the driver's own late BEGIN could let two checks read
the same state before either writes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from sync.failures import StoreError

BUSY_MILLISECONDS = 60_000
_FILE_TROUBLE = tuple(
    f"SQLITE_{word}"
    for word in [
        "BUSY",
        "LOCKED",
        "READONLY",
        "IOERR",
        "CORRUPT",
        "FULL",
        "CANTOPEN",
        "NOTADB",
        "PERM",
        "AUTH",
    ]
)


def file_of(address: URL) -> Path:
    """The file of a store. Raises StoreError where its address names none."""
    if not address.database or address.database == ":memory:":
        raise StoreError("store.url names no file; use e.g. sqlite:///dvcqg.db.")
    return Path(address.database)


def name_of(address: URL) -> str:
    """Its path."""
    return str(file_of(address))


def require(address: URL, *, is_new: bool) -> None:
    """Raise StoreError where there is no file, or for a new one no folder."""
    path = file_of(address)
    if is_new and not path.parent.is_dir():
        raise StoreError(f"the folder {path.parent} of the store does not exist; create it.")
    if not is_new and not path.exists():
        raise StoreError(
            f"there is no store at {path}; create it with `dvcqg db upgrade`, or correct store.url."
        )


def engine(address: URL) -> Engine:
    """An engine with our pragmas; asks nothing yet."""
    # Parameters may hold a citizen's name, and what is wrong with our SQL is logged.
    opened = create_engine(address, hide_parameters=True)
    event.listen(opened, "connect", _set_up)
    return opened


def begin(connection: Connection) -> None:
    """Begin, as the only one who writes if the connection has the option `writes`."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def trouble(error: BaseException) -> str | None:
    """What is the matter with the file, where it is that and not our SQL."""
    name = getattr(error, "sqlite_errorname", "")
    if not name.startswith(_FILE_TROUBLE):
        return None
    return f"{error}. Check the disk, its free space and the rights on the folder"


def require_form(connection: Connection) -> None:
    """Nothing: every file holds all text, and sorts it by code point."""


def size(connection: Connection) -> int:
    """Bytes of the file, without what still stands in its log."""
    path = file_of(connection.engine.url)
    return path.stat().st_size if path.is_file() else 0


def require_backup() -> None:
    """It needs no program besides this one."""


def back_up(address: URL, target: Path) -> None:
    """Copy the file page by page. Raises StoreError."""
    unfinished = target.with_name(target.name + ".part")
    try:
        with (
            closing(sqlite3.connect(file_of(address))) as origin,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            origin.backup(copy)
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(f"the backup to {target} failed: {error}.") from error


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "temp_store=FILE",
    ):
        connection.execute(f"PRAGMA {pragma}")

"""Opening the store: engine, pragmas, transactions, migrations, backup. No queries live here.

SQLite runs in WAL mode, so that readers never wait for a check. Transactions are begun by us, with
BEGIN IMMEDIATE where something is written: the driver's own late BEGIN could let two checks read
the same state before either writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

import models
from sync.failures import Failure

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


class StoreError(Failure):
    """The store cannot be used; the message says why and what to do."""

    exit_code = 4


def open_store(url: str, *, expect_current: bool = True) -> Engine:
    """An engine on an existing store whose schema is the one this code expects.

    Raises StoreError when the file is missing, is no store, or has another revision.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        raise StoreError(
            f"store.url names {address.get_backend_name()}, but this version keeps its store in "
            "SQLite only; use e.g. sqlite:///dvcqg.db."
        )
    path = _file_of(address)
    if expect_current and not path.exists():
        raise StoreError(
            f"there is no store at {path}; create it with `dvcqg db upgrade`, or correct store.url."
        )
    engine = create_engine(address)
    event.listen(engine, "connect", _set_up_connection)
    event.listen(engine, "begin", _begin)
    if expect_current:
        try:
            _require_revision(engine, path)
        except DBAPIError as error:
            engine.dispose()
            raise StoreError(f"the store {path} cannot be read: {error.orig}.") from error
        except StoreError:
            engine.dispose()
            raise
    return engine


def _file_of(address: URL) -> Path:
    if not address.database or address.database == ":memory:":
        raise StoreError("store.url names no file; use e.g. sqlite:///dvcqg.db.")
    return Path(address.database)


def _set_up_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "temp_store=FILE",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: all of it or nothing. Raises StoreError when it cannot be written."""
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        if not _is_about_the_file(error):
            raise
        raise StoreError(
            f"the store {engine.url.database} cannot be written: {error.orig}. "
            "Check the disk, its free space and the rights on the folder."
        ) from error


def _is_about_the_file(error: DBAPIError) -> bool:
    """Whether the operator can mend it (disk, rights, another writer) and not we (our SQL)."""
    name = getattr(error.orig, "sqlite_errorname", "")
    return name.startswith(_FILE_TROUBLE)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read transaction: everything in it sees the same instant of the store."""
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        if not _is_about_the_file(error):
            raise
        raise StoreError(
            f"the store {engine.url.database} cannot be read: {error.orig}."
        ) from error


def _require_revision(engine: Engine, path: Path) -> None:
    with reading(engine) as connection:
        known = connection.execute(
            text("SELECT name FROM sqlite_master WHERE name = 'alembic_version'")
        ).scalar()
        found = (
            known and connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        )
    if found is None:
        raise StoreError(f"{path} is no dvcqg store; run `dvcqg db upgrade`, or correct store.url.")
    if found < models.REVISION:
        raise StoreError(
            f"the store {path} has revision {found} and this program needs {models.REVISION}; "
            "run `dvcqg db upgrade`."
        )
    if found > models.REVISION:
        raise StoreError(
            f"the store {path} has revision {found}, newer than this program's {models.REVISION}; "
            "install the newer dvcqg-sync."
        )


def upgrade(url: str) -> None:
    """Create the store if need be and bring it to this code's revision, in one transaction."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    import migrations

    path = _file_of(make_url(url))
    if not path.parent.is_dir():
        raise StoreError(f"the folder {path.parent} of the store does not exist; create it.")
    settings = Config()
    settings.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = open_store(url, expect_current=False)
    try:
        with writing(engine) as connection:
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
    except CommandError as error:
        raise StoreError(
            f"the store {path} has a revision that this program does not know ({error}); "
            "install the newer dvcqg-sync."
        ) from error
    finally:
        engine.dispose()


def back_up(url: str, target: Path) -> None:
    """Copy the store to a new file, consistently, while others read and write it."""
    if target.exists():
        raise StoreError(f"{target} exists already; name a file that does not.")
    source = _file_of(make_url(url))
    if not source.exists():
        raise StoreError(f"there is no store at {source}.")
    unfinished = target.with_name(target.name + ".part")
    try:
        with (
            closing(sqlite3.connect(source)) as origin,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            origin.backup(copy)
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(f"the backup to {target} failed: {error}.") from error

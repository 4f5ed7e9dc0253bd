"""Opening the store: engine, transactions, migrations, backup. No queries live here.

What holds on both databases stands here; what only one of them needs, in `store_sqlite` and in
`store_postgresql`. On both, one transaction writes at a time and nobody who reads waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

import models
from sync import store_postgresql, store_sqlite
from sync.failures import StoreError
from sync.workdays import fill_calendar

__all__ = [
    "StoreError",
    "back_up",
    "open_store",
    "reading",
    "store_name",
    "store_size",
    "upgrade",
    "writing",
]


class Kind(Protocol):
    """What each kind of database does in its own way; `store_sqlite` and `store_postgresql`."""

    def name_of(self, address: URL) -> str:
        """The store as messages name it, without any secret. Raises StoreError."""

    def require(self, address: URL, *, is_new: bool) -> None:
        """Raise StoreError where there is no store, or no room for a new one."""

    def engine(self, address: URL) -> Engine:
        """An engine whose connections are set up; asks nothing yet. Raises StoreError."""

    def begin(self, connection: Connection) -> None:
        """Begin a transaction that writes if the connection has the option `writes`."""

    def trouble(self, error: BaseException) -> str | None:
        """What the operator can mend, of a driver's error and without the final dot; None where our
        SQL is wrong."""

    def require_form(self, connection: Connection) -> None:
        """Raise StoreError where the database cannot hold our text."""

    def size(self, connection: Connection) -> int:
        """Bytes on the disk."""

    def require_backup(self) -> None:
        """Raise StoreError where this installation cannot write a copy."""

    def back_up(self, address: URL, target: Path) -> None:
        """Write a consistent copy to a new file. Raises StoreError."""


def open_store(url: str, *, expect_current: bool = True) -> Engine:
    """An engine on an existing store whose schema is the one this code expects.

    Raises StoreError when it is missing, cannot be reached, is no store, or has another revision.
    """
    address = _address(url)
    kind = _kind(address)
    kind.require(address, is_new=not expect_current)
    engine = kind.engine(address)
    event.listen(engine, "begin", kind.begin)
    if expect_current:
        try:
            _require_revision(engine)
        except StoreError:
            engine.dispose()
            raise
    return engine


def store_name(engine: Engine) -> str:
    """Where the store is, for people: a file, or a server's database; never a password."""
    return _kind(engine.url).name_of(engine.url)


def store_size(engine: Engine) -> int:
    """Bytes of the store on the disk. Raises StoreError."""
    with reading(engine) as connection:
        return _kind(engine.url).size(connection)


@contextmanager
def writing(engine: Engine, *, beside: bool = False) -> Iterator[Connection]:
    """One write transaction: all of it or nothing. Raises StoreError when it cannot be written.

    With `beside` a server lets it in while another one writes; for single rows that stand alone.
    """
    with (
        _explained(engine, "written"),
        engine.connect().execution_options(writes="beside" if beside else True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read transaction: everything in it sees the same instant of the store."""
    with _explained(engine, "read"), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def _explained(engine: Engine, done: str) -> Iterator[None]:
    """Turn what the operator can mend (disk, rights, server, another writer) into StoreError."""
    kind = _kind(engine.url)
    try:
        yield
    # What goes wrong while rows are copied comes as the driver's own error.
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        trouble = _trouble(kind, error)
        if trouble is None:
            raise
        raise StoreError(
            f"the store {kind.name_of(engine.url)} cannot be {done}: {trouble}."
        ) from error


def _trouble(kind: Kind, error: BaseException | None) -> str | None:
    """What the operator can mend, of an error or of one that led to it.

    On a full disk SQLite rolls everything back by itself, so going back to a savepoint fails too;
    what is told is the full disk, not the missing savepoint.
    """
    while error is not None:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if cause is not None and (found := kind.trouble(cause)) is not None:
            return found
        error = error.__context__
    return None


def _address(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # Neither the address nor the cause is repeated: both may hold a password.
        raise StoreError(
            "store.url is no address of a database; use e.g. sqlite:///dvcqg.db, and write "
            "special characters of a password as %XX."
        ) from None


def _kind(address: URL) -> Kind:
    match address.drivername:
        case "sqlite":
            return store_sqlite
        case "postgresql+psycopg":
            return store_postgresql
    raise StoreError(
        f"store.url names {address.drivername}, which is no store; use e.g. sqlite:///dvcqg.db "
        "or postgresql+psycopg://dvcqg@localhost/dvcqg."
    )


def _require_revision(engine: Engine) -> None:
    name = store_name(engine)
    with reading(engine) as connection:
        _kind(engine.url).require_form(connection)
        is_ours = inspect(connection).has_table("alembic_version")
        found = (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if is_ours
            else None
        )
    if found is None:
        raise StoreError(f"{name} is no dvcqg store; run `dvcqg db upgrade`, or correct store.url.")
    if found < models.REVISION:
        raise StoreError(
            f"the store {name} has revision {found} and this program needs {models.REVISION}; "
            "run `dvcqg db upgrade`."
        )
    if found > models.REVISION:
        raise StoreError(
            f"the store {name} has revision {found}, newer than this program's {models.REVISION}; "
            "install the newer dvcqg-sync."
        )


def upgrade(url: str) -> None:
    """Create the store if need be and bring it to this code's revision, in one transaction.

    Its table of working days, too.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    import migrations

    settings = Config()
    settings.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = open_store(url, expect_current=False)
    try:
        with writing(engine) as connection:
            _kind(engine.url).require_form(connection)
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
            fill_calendar(connection)
    except CommandError as error:
        raise StoreError(
            f"the store {store_name(engine)} has a revision that this program does not know "
            f"({error}); install the newer dvcqg-sync."
        ) from error
    finally:
        engine.dispose()


def require_backup(url: str) -> None:
    """Raise StoreError where this installation cannot copy the store."""
    _kind(_address(url)).require_backup()


def back_up(url: str, target: Path) -> None:
    """Copy the store to a new file, consistently, while others read and write it.

    An SQLite store to a file of the same form, one of PostgreSQL to an archive for `pg_restore`.
    Raises StoreError; then the file is not there.
    """
    if target.exists():
        raise StoreError(f"{target} exists already; name a file that does not.")
    address = _address(url)
    kind = _kind(address)
    kind.require(address, is_new=False)
    kind.back_up(address, target)

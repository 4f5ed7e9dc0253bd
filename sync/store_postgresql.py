"""The store as a database of a PostgreSQL server, through psycopg.

Readers see one instant for their whole transaction (REPEATABLE READ) and wait for nobody. Whoever
writes takes the store's advisory lock first, so one transaction writes at a time, as on SQLite: two
checks at once would compare with the same state, and tell the same twice. The lock goes with the
transaction, however that ends; each statement after it (READ COMMITTED) sees all that was committed
before.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, ExceptionContext

from sync.failures import StoreError

WRITER = 0x6476637167
"""The number of the lock of who writes; each database has its own."""
CONNECT_SECONDS = 10
LOCK_MILLISECONDS = 60_000
_OPERATORS = ("08", "25006", "28", "3D", "42501", "53", "55P03", "57", "58")
"""SQLSTATEs, or how they begin, of what the operator can mend: connection, rights, room, locks."""
_HINTS = {
    "55P03": "another program has been writing to it for a minute",
    "42501": "the user of store.url lacks the right; it should own the database",
    "25006": "the server only lets read; name the primary server in store.url",
    "53100": "make room on the server's disk",
}
_OTHER_HINT = "check that the server runs, and the user, password and database of store.url"
_UNFIT, _UNFIT_VALUE = "22", "a value does not fit"
"""How SQLSTATEs of values begin that cannot be understood, and what is told of them."""


def name_of(address: URL) -> str:
    """User, server and database; what stands behind the question mark may be secret."""
    user = f"{address.username}@" if address.username else ""
    port = f":{address.port}" if address.port else ""
    return f"postgresql://{user}{address.host or ''}{port}/{address.database or ''}"


def require(address: URL, *, is_new: bool) -> None:
    """Raise StoreError where the address or this installation cannot lead to a server."""
    if "@" in (address.host or ""):
        raise StoreError(
            "the password in store.url has an @ of its own; write it as %40, and other special "
            "characters as %XX too."
        )
    if importlib.util.find_spec("psycopg") is None:
        raise StoreError(
            "store.url names PostgreSQL, for which psycopg is not installed; install it with: "
            "pip install 'dvcqg-sync[postgresql]'."
        )


def engine(address: URL) -> Engine:
    """An engine with our limits; asks nothing yet."""
    opened = create_engine(
        address,
        # They may hold a citizen's name, and what is wrong with our SQL is logged.
        hide_parameters=True,
        # A daemon outlives a restart of the server.
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "dvcqg",
            "options": f"{address.query.get('options', '')} {_settings()}".strip(),
        },
    )
    event.listen(opened, "handle_error", _hide_values)
    return opened


def _hide_values(context: ExceptionContext) -> None:
    """Keep of what the server says only the part that never holds the values of a row.

    Its details show whole rows, and the headline of a value that does not fit shows that value.
    """
    error, wrapped = context.original_exception, context.sqlalchemy_exception
    headline = getattr(getattr(error, "diag", None), "message_primary", None)
    if wrapped is None or headline is None:
        return
    state = getattr(error, "sqlstate", None) or ""
    kept = _UNFIT_VALUE if state.startswith(_UNFIT) else headline
    wrapped.args = (wrapped.args[0].replace(str(error), kept),)
    error.args = (kept,)


def _settings() -> str:
    return (
        f"-c lock_timeout={LOCK_MILLISECONDS}"
        # Compiling a query of many joins takes longer than answering it.
        " -c jit=off"
        # A listing of a million rows is compared by hashing it.
        " -c work_mem=64MB"
        # One of a hundred thousand is staged without going to a file and back.
        " -c temp_buffers=64MB"
        # The lock of a program that was killed in the middle of a long statement is free soon.
        " -c client_connection_check_interval=2000"
    )


def begin(connection: Connection) -> None:
    """Begin, as the only one who writes if the option `writes` is set, unless it says beside."""
    writes = connection.get_execution_options().get("writes")
    if writes == "beside":
        return
    if writes:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def trouble(error: BaseException) -> str | None:
    """What is the matter with server, rights or room, where it is that and not our SQL."""
    state = getattr(error, "sqlstate", None)
    is_lost = state is None and type(error).__name__ == "OperationalError"
    if not is_lost and not (state or "").startswith(_OPERATORS):
        return None
    said = str(error).strip().splitlines() or ["no answer"]
    return f"{said[0].rstrip('.')}; {_HINTS.get(state or '', _OTHER_HINT)}"


def require_form(connection: Connection) -> None:
    """Raise StoreError where the database keeps text in another encoding than UTF-8."""
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise StoreError(
            f"the database of store.url keeps text as {encoding}, which cannot hold Vietnamese; "
            "create it with: createdb --encoding UTF8 --template template0 NAME."
        )


def size(connection: Connection) -> int:
    """Bytes of the database on the server's disk."""
    query = text("SELECT pg_database_size(current_database())")
    return int(connection.execute(query).scalar_one())


def require_backup() -> None:
    """Raise StoreError where the server's own program is not installed."""
    _pg_dump()


def back_up(address: URL, target: Path) -> None:
    """Write an archive for `pg_restore` with the server's own program. Raises StoreError."""
    unfinished = target.with_name(target.name + ".part")
    command = [_pg_dump(), "--format", "custom", "--no-owner", "--no-privileges", "--no-password"]
    command += ["--file", str(unfinished), "--dbname", _without_password(address)]
    password = address.password or address.query.get("password")
    secret = {"PGPASSWORD": str(password)} if password else {}
    try:
        done = subprocess.run(  # noqa: S603, the program is found by its name, the rest is ours
            command,
            env={**os.environ, **secret},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["no reason given"]
            raise StoreError(f"the backup to {target} failed: {said[0].rstrip('.')}.")
        unfinished.replace(target)
    except OSError as error:
        raise StoreError(f"the backup to {target} failed: {error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _pg_dump() -> str:
    program = shutil.which("pg_dump")
    if program is None:
        raise StoreError(
            "pg_dump is not installed here; install the PostgreSQL client of the server's version "
            "(Debian: postgresql-client), or run on the server: pg_dump --format custom DATABASE."
        )
    return program


def _without_password(address: URL) -> str:
    """The address as the server's own programs read it; the password goes by another way."""
    plain = URL.create(
        "postgresql",
        username=address.username,
        host=address.host,
        port=address.port,
        database=address.database,
        query=address.query,
    )
    return plain.difference_update_query(["password"]).render_as_string()

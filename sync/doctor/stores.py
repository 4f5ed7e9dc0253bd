"""The store: its folder, its disk, its revision, and whether it is whole."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

import models
from sync.config import Config
from sync.doctor.files import standing, write_trouble
from sync.doctor.findings import STORE, Finding, bad, doubtful, well
from sync.store import StoreError, open_store, store_name, store_size

LEAST_FREE, ENOUGH_FREE = 100_000_000, 1_000_000_000
"""Bytes of disk."""
LARGE_LOG = 256_000_000
"""Bytes of SQLite's write-ahead log; it is a few megabytes while somebody empties it."""
INTEGRITY_S = 4.0


def place(config: Config) -> Iterator[Finding]:
    """The folder of a store that is a file, and the room on its disk and on the archive's."""
    file = _file(config)
    if file and (trouble := write_trouble(file.parent)):
        yield bad("store folder", f"{trouble} The store needs the right to write in it.", STORE)
    folders = [folder for folder in (config.archive_folder, file and file.parent) if folder]
    one_of_each_disk = {standing(folder).stat().st_dev: folder for folder in folders}
    for folder in one_of_each_disk.values():
        yield from _room(folder, _size(file) if file else 0)


def opened(config: Config) -> Generator[Finding, None, Engine | None]:
    """The store, None when it cannot be used, and whether it is the one that the program wants."""
    try:
        engine = open_store(config.store_url)
    except StoreError as error:
        yield bad("store", str(error), STORE)
        return None
    size = _megabytes(store_size(engine))
    yield well("store", f"{store_name(engine)}, revision {models.REVISION}, {size}.")
    return engine


def integrity(config: Config) -> Iterator[Finding]:
    """Whether SQLite finds damage in the file. A large one is looked at for `INTEGRITY_S` only."""
    file = _file(config)
    if file is None or not file.is_file():
        return
    try:
        damage, seen_whole = _damage(file)
    except sqlite3.Error as error:
        damage, seen_whole = str(error), True
    if damage:
        yield bad(
            "integrity",
            f"the store is damaged ({damage}): stop the daemon, keep a copy of the file, and put "
            "the newest backup in its place (docs/operations.md).",
            STORE,
        )
    elif seen_whole:
        yield well("integrity", "SQLite finds no damage.")
    else:
        yield well("integrity", f"no damage in the {INTEGRITY_S:g} s that it was looked at.")


def log_size(config: Config) -> Iterator[Finding]:
    """Whether the write-ahead log grows because some reader never lets go."""
    file = _file(config)
    size = _size(file.with_name(f"{file.name}-wal")) if file else 0
    if size > LARGE_LOG:
        yield doubtful(
            "write-ahead log",
            f"it has {_megabytes(size)}: some program keeps the database open for reading and does "
            "not let go; close that, and the next check makes it small again.",
        )


def _damage(file: Path) -> tuple[str | None, bool]:
    """What SQLite finds first, and whether it has looked at everything."""
    # Not mode=ro, which would leave its log and lock file behind.
    address = f"{file.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, check_same_thread=False)) as connection:
        timer = threading.Timer(INTEGRITY_S, connection.interrupt)
        timer.start()
        try:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return None, False
        finally:
            timer.cancel()
    return (None if found == "ok" else found), True


def _room(folder: Path, store_size: int) -> Iterator[Finding]:
    free = shutil.disk_usage(standing(folder)).free
    if free < LEAST_FREE:
        yield bad("disk", f"only {_megabytes(free)} are free for {folder}: make room.", STORE)
    elif free < max(ENOUGH_FREE, 2 * store_size):
        yield doubtful(
            "disk",
            f"{_megabytes(free)} are free for {folder}; a backup and a check need room, so keep "
            f"{_megabytes(max(ENOUGH_FREE, 2 * store_size))} free.",
        )
    else:
        yield well("disk", f"{_megabytes(free)} are free for {folder}.")


def _file(config: Config) -> Path | None:
    """The file of an SQLite store; None for another database."""
    address = make_url(config.store_url)
    is_file = address.get_backend_name() == "sqlite" and address.database
    return Path(address.database or "") if is_file else None


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"

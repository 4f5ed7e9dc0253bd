"""The two copies of the store between which a reparse is worked out.

`stored` is the store as it stood, `again` becomes what today's code makes of the same answers.
Both lie beside the store and vanish in the end; what a killed run left goes with the next one.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, event

from sync import clock, store
from sync.failures import StoreError


class Scratch(NamedTuple):
    """The copies; in `engine` the main schema is `again`, and `stored` is attached."""

    stored: Path
    again: Path
    engine: Engine

    def keep_backup(self, store_file: Path) -> Path:
        """Keep the store as it stood, under a name that says so; closes the copies."""
        self.engine.dispose()
        instant = f"{clock.now():%Y%m%dT%H%M%SZ}"
        name = f"{store_file.name}.before-reparse-{instant}"
        path, number = store_file.with_name(name), 1
        while path.exists():
            number += 1
            path = store_file.with_name(f"{name}-{number}")
        return self.stored.rename(path)


@contextlib.contextmanager
def scratch(url: str, store_file: Path) -> Iterator[Scratch]:
    """Two copies of a store of SQLite, removed in the end. Only the holder of the lease may do it.

    Raises StoreError.
    """
    stored, again = (store_file.with_name(f"{store_file.name}.reparse-{n}") for n in (1, 2))
    _remove(store_file)
    try:
        store.back_up(url, stored)
        try:
            shutil.copyfile(stored, again)
        except OSError as error:
            raise StoreError(f"{again} cannot be written: {error.strerror or error}.") from error
        engine = attached(f"sqlite:///{again}", "stored", stored, is_scratch=True)
        try:
            yield Scratch(stored, again, engine)
        finally:
            engine.dispose()
    finally:
        _remove(store_file)


def attached(url: str, name: str, path: Path, *, is_scratch: bool = False) -> Engine:
    """An engine on a store of SQLite, whose connections see another one under a name.

    A scratch file is written without waiting for the disk, and its log of captures may have gaps
    while it is worked on. Raises StoreError.
    """
    engine = store.open_store(url)

    def attach(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"ATTACH DATABASE ? AS {name}", (str(path),))
        if is_scratch:
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("PRAGMA foreign_keys=OFF")

    # What was opened to look at the revision knows nothing of the other one.
    engine.dispose()
    event.listen(engine, "connect", attach)
    return engine


def _remove(store_file: Path) -> None:
    for path in store_file.parent.glob(f"{store_file.name}.reparse-*"):
        path.unlink(missing_ok=True)

"""Ten readers ask the public views all the time while checks write, on both databases.

No reader has an error, no check fails, and whatever a reader sees within one transaction is what
some whole capture left. The 99th percentile of the usual question to each view is printed (`-s`).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest

from models.views import VIEWS
from tests.flow.listings import folder_source, put
from tests.flow.office import Office
from tests.lengths import IS_LONG
from tests.replica.server import Replica

pytestmark = pytest.mark.both_databases

READERS = 10
DAYS = (2, 3, 4) if IS_LONG else (2,)
USUAL = {
    "units": "SELECT * FROM units WHERE province_code = 'H01'",
    "scores_latest": "SELECT * FROM scores_latest WHERE province_code = 'H01' AND year = 2026"
    " AND indicator = 'TOTAL' ORDER BY rank",
    "score_history": "SELECT * FROM score_history WHERE unit_code = 'H01.15' AND year = 2026",
    "overdue_now": "SELECT * FROM overdue_now ORDER BY days_late DESC",
    "overdue_daily": "SELECT * FROM overdue_daily WHERE day = '2026-11-27'",
    "procedures": "SELECT * FROM procedures WHERE agency_code = 'G12'",
    "decisions": "SELECT * FROM decisions WHERE agency_code = 'G12'",
    "changes": "SELECT * FROM changes WHERE day = '2026-11-27' ORDER BY id",
    "alerts": "SELECT * FROM alerts WHERE state <> 'closed'",
    "captures": "SELECT * FROM captures ORDER BY id DESC LIMIT 30",
    "checks": "SELECT * FROM checks ORDER BY id DESC LIMIT 1",
}
"""What is usually asked of each view."""
WHOLES = {
    "nation": "SELECT COUNT(*), SUM(score), SUM(rank), MAX(observed_at) FROM scores_latest"
    " WHERE kind IN ('nation', 'province') AND level <> 'metric'",
    "province": "SELECT COUNT(*), SUM(score), SUM(rank), MAX(observed_at) FROM scores_latest"
    " WHERE kind NOT IN ('nation', 'province')",
    "listing": "SELECT COUNT(*), SUM(days_late), MAX(observed_at) FROM overdue_now",
}
"""What one capture each leaves: all of it is from before, or all of it from after."""
PIECES = "SELECT capture_after, COUNT(*) FROM changes GROUP BY 1"
"""How many changes each capture has told: all of them, or none yet."""

Row = tuple[Any, ...]


class Connection(Protocol):
    """What both databases' own drivers have in common."""

    def execute(self, query: str) -> Any: ...

    def rollback(self) -> None: ...


@contextlib.contextmanager
def connected(office: Office) -> Iterator[Connection]:
    """A connection as another program would make it, which sees one moment a transaction."""
    url = office.config.store_url
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        opened = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        with contextlib.closing(opened):
            yield opened
        return
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield connection


class Reader(threading.Thread):
    """Asks until told to stop; keeps what it saw, how long each answer took, and any error."""

    def __init__(self, office: Office, stop: threading.Event) -> None:
        super().__init__()
        self._office, self._stop_asking = office, stop
        self.wholes: dict[str, set[Row]] = defaultdict(set)
        self.pieces: set[Row] = set()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.error: BaseException | None = None

    def run(self) -> None:
        """Turn by turn: every view's usual question, then all that must be whole at one moment."""
        try:
            with connected(self._office) as connection:
                while not self._stop_asking.is_set():
                    self._ask_usual(connection)
                    self._look(connection)
        except (sqlite3.Error, psycopg.Error) as error:
            self.error = error

    def _ask_usual(self, connection: Connection) -> None:
        for view, query in USUAL.items():
            began = time.perf_counter()
            connection.execute(query).fetchall()
            self.seconds[view].append(time.perf_counter() - began)
            connection.rollback()

    def _look(self, connection: Connection) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("BEGIN")
        for name, query in WHOLES.items():
            self.wholes[name].add(plain(connection.execute(query).fetchone()))
        self.pieces |= set(connection.execute(PIECES).fetchall())
        connection.rollback()


def plain(row: Row) -> Row:
    """Sums of floats depend on the order of the rows, which no database promises."""
    return tuple(round(cell, 6) if isinstance(cell, float) else cell for cell in row)


def left_by_now(office: Office) -> dict[str, Row]:
    return {name: plain(office.rows(query)[0]) for name, query in WHOLES.items()}


def p99(seconds: list[float]) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(0.99 * len(seconds)))]


def test_readers_see_whole_captures_and_disturb_nobody(tmp_path: Path, replica: Replica) -> None:
    periods = 'periods = ["year"]\nrevisit_days = 0'
    office = Office(tmp_path / "office", replica, periods=periods, more=folder_source())
    put(office, 1)
    assert office.check(1).is_complete
    left = [left_by_now(office)]
    stop = threading.Event()
    readers = [Reader(office, stop) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        for day in DAYS:
            put(office, day)
            done = office.dvcqg("check", day=day)
            assert done.returncode == 0, done.stderr
            left.append(left_by_now(office))
    finally:
        stop.set()
        for reader in readers:
            reader.join()

    assert [reader.error for reader in readers] == [None] * READERS
    for name in WHOLES:
        assert len({state[name] for state in left}) == len(left), f"{name} never moved"
        seen = set().union(*(reader.wholes[name] for reader in readers))
        assert seen <= {state[name] for state in left}
        assert len(seen) > 1, "they saw nothing change"
    whole = set(office.rows(PIECES))
    assert set().union(*(reader.pieces for reader in readers)) <= whole
    told = {view: [s for reader in readers for s in reader.seconds[view]] for view in USUAL}
    print(f"\n{office.engine.dialect.name}: milliseconds, 99th percentile of so many questions")
    for view, seconds in told.items():
        print(f"  {view:<15}{p99(seconds) * 1000:8.1f}  {len(seconds)}")
    office.engine.dispose()


def test_every_view_is_asked() -> None:
    assert set(USUAL) == set(VIEWS)

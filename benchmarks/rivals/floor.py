"""The plain way: one script that stages a listing and finds by anti-joins what to close and to open.

It judges nothing, remembers no hash, tells nobody. On SQLite executemany, on PostgreSQL COPY.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from benchmarks.listings import COLUMNS, read_rows
from benchmarks.steps import Clock, Task, task, tell

_TYPES = [f"{name} {'bigint' if name.endswith('_at') else 'text'}" for name in COLUMNS]
_NAMED = ", ".join(COLUMNS)
_DIFFERS = " OR ".join(f"v.{name} IS DISTINCT FROM s.{name}" for name in COLUMNS[1:])
CREATE = (
    f"CREATE TABLE IF NOT EXISTS version ({', '.join(_TYPES)}, opened int, closed int)",
    "CREATE UNIQUE INDEX IF NOT EXISTS open_version ON version (code) WHERE closed IS NULL",
)
STAGE = f"CREATE TEMPORARY TABLE staged ({', '.join(_TYPES)})"
MERGE = (
    "CREATE INDEX staged_code ON staged (code)",
    """CREATE TEMPORARY TABLE ended AS SELECT v.code FROM version v
       WHERE v.closed IS NULL AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.code = v.code)""",
    f"""CREATE TEMPORARY TABLE fresh AS SELECT s.*, v.code AS old FROM staged s
        LEFT JOIN version v ON v.closed IS NULL AND v.code = s.code
        WHERE v.code IS NULL OR {_DIFFERS}""",
    """UPDATE version SET closed = {day} WHERE closed IS NULL AND code IN
       (SELECT code FROM ended UNION ALL SELECT old FROM fresh WHERE old IS NOT NULL)""",
    f"INSERT INTO version SELECT {_NAMED}, {{day}}, NULL FROM fresh",
)
COUNT = "SELECT COUNT(*) - COUNT(closed), COUNT(closed) FROM version"


def main() -> None:
    """Merge one listing."""
    told = task()
    (_merge_postgresql if told.is_postgresql else _merge_sqlite)(told)


def _merge_sqlite(told: Task) -> None:
    store = sqlite3.connect(told.place, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "temp_store=FILE"):
        store.execute(f"PRAGMA {pragma}")
    for statement in CREATE:
        store.execute(statement)
    clock = Clock()
    store.execute("BEGIN IMMEDIATE")
    store.execute(STAGE)
    marks = ", ".join("?" * len(COLUMNS))
    store.executemany(f"INSERT INTO staged VALUES ({marks})", read_rows(Path(told.listing)))
    for statement in MERGE:
        store.execute(statement.format(day=told.day))
    store.execute("COMMIT")
    took = clock.read()
    tell(took, versions=store.execute(COUNT).fetchone())
    store.close()


def _merge_postgresql(told: Task) -> None:
    import psycopg

    with psycopg.connect(told.address, autocommit=True) as store:
        for statement in CREATE:
            store.execute(statement)
        clock = Clock()
        with store.transaction(), store.cursor() as cursor:
            cursor.execute(STAGE)
            with cursor.copy(f"COPY staged ({_NAMED}) FROM STDIN") as copy:
                for row in read_rows(Path(told.listing)):
                    copy.write_row(row)
            for statement in MERGE:
                sql: Any = statement.format(day=told.day)
                cursor.execute(sql)
        took = clock.read()
        tell(took, versions=store.execute(COUNT).fetchone() or (0, 0))


if __name__ == "__main__":
    main()

"""A dbt snapshot of a table that holds the listing: strategy check on all columns, hard deletes.

The listing is loaded by COPY in a step before (second argument LOAD), and what counts is the time
that dbt reports for the snapshot itself, without its start. PostgreSQL only. Its telemetry is off.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.listings import COLUMNS, read_rows
from benchmarks.steps import Clock, Task, task, tell

LOAD = "load"
_TYPES = [f"{name} {'bigint' if name.endswith('_at') else 'text'}" for name in COLUMNS]
_COUNT = "SELECT COUNT(*) - COUNT(dbt_valid_to), COUNT(dbt_valid_to) FROM version"
_PROJECT = {
    "dbt_project.yml": {
        "name": "listing", "version": "1.0", "profile": "listing", "snapshot-paths": ["snapshots"],
        "flags": {"send_anonymous_usage_stats": False},
    },
    "snapshots/version.yml": {
        "snapshots": [{
            "name": "version", "relation": "source('loaded', 'listing')",
            "config": {
                "unique_key": "code", "strategy": "check", "check_cols": "all",
                "hard_deletes": "invalidate",
            },
        }],
        "sources": [{"name": "loaded", "schema": "public", "tables": [{"name": "listing"}]}],
    },
}  # fmt: skip


def main() -> None:
    """Load one listing, or merge the one that is loaded."""
    told = task()
    if LOAD in sys.argv:
        _load(told)
        return
    os.environ.update({"DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"})
    folder = _project(told)
    from dbt.cli.main import dbtRunner  # type: ignore[import-not-found]

    clock = Clock()
    done = dbtRunner().invoke(
        ["--quiet", "snapshot", "--project-dir", str(folder), "--profiles-dir", str(folder)]
    )
    took = clock.read()
    if not done.success:
        raise SystemExit(f"dbt: {done.exception or done.result}")
    result: Any = done.result
    (one,) = result.results
    tell(
        took,
        versions=_versions(told),
        parts={"diff and apply": one.execution_time},
        said=str(one.status),
    )


def _project(told: Task) -> Path:
    """A dbt project; what is written is JSON, which is YAML."""
    folder = Path(told.scratch)
    target = {
        "type": "postgres", "host": told.server, "port": 5432, "user": "postgres",
        "password": "none", "dbname": told.place, "schema": "public", "threads": 1,
    }  # fmt: skip
    profiles = {"listing": {"target": "only", "outputs": {"only": target}}}
    for name, content in {**_PROJECT, "profiles.yml": profiles}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return folder


def _load(told: Task) -> None:
    import psycopg

    with psycopg.connect(told.address) as store, store.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS listing")
        types: Any = ", ".join(_TYPES)
        cursor.execute(f"CREATE TABLE listing ({types})")
        with cursor.copy("COPY listing FROM STDIN") as copy:
            for row in read_rows(Path(told.listing)):
                copy.write_row(row)
        cursor.execute("ANALYZE listing")


def _versions(told: Task) -> tuple[int, int]:
    import psycopg

    with psycopg.connect(told.address) as store:
        return store.execute(_COUNT).fetchone() or (0, 0)


if __name__ == "__main__":
    main()

"""dlt with its scd2 strategy: the listing as a resource, loaded and merged by `pipeline.run`.

On SQLite through its SQLAlchemy destination with the pragmas of our store, on PostgreSQL through its
own, with files of csv, which it loads by COPY: the fastest of its ways. Its telemetry is off.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.listings import COLUMNS, read
from benchmarks.steps import Clock, Task, task, tell

_COUNT = "SELECT COUNT(*) - COUNT(_dlt_valid_to), COUNT(_dlt_valid_to) FROM {table}"


def main() -> None:
    """Merge one listing."""
    told = task()
    os.environ.update(
        {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL",
         "DLT_DATA_DIR": told.scratch, "HOME": told.scratch}
    )  # fmt: skip
    import dlt  # type: ignore[import-not-found]

    pipeline = dlt.pipeline(
        "listing", destination=_destination(told), dataset_name="kept", progress=None
    )
    resource = dlt.resource(
        _records(Path(told.listing)),
        name="version",
        primary_key="code",
        write_disposition={"disposition": "merge", "strategy": "scd2"},
    )
    clock = Clock()
    pipeline.run(resource, **({"loader_file_format": "csv"} if told.is_postgresql else {}))
    took = clock.read()
    with pipeline.sql_client() as client:
        found = client.execute_sql(_COUNT.format(table=client.make_qualified_table_name("version")))
    standing, ended = found[0]
    tell(took, versions=(int(standing), int(ended)))


def _records(path: Path) -> Iterator[list[dict[str, Any]]]:
    """The listing as dlt takes it, some records at once."""
    for some in read(path):
        yield [dict(zip(COLUMNS, row, strict=True)) for row in some]


def _destination(told: Task) -> Any:
    import dlt

    if told.is_postgresql:
        host = told.server.replace("/", "%2F")
        return dlt.destinations.postgres(f"postgresql://postgres:none@{host}:5432/{told.place}")
    from sqlalchemy import create_engine, event

    engine = create_engine(f"sqlite:///{told.place}")

    def set_up(connection: Any, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "temp_store=FILE"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", set_up)
    return dlt.destinations.sqlalchemy(engine)


if __name__ == "__main__":
    main()

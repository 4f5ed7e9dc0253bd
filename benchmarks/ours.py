"""Our merge of one listing, as a step beside the rivals' (see `benchmarks.steps`).

The whole capture as a check takes it, but for the parsing: rows of the ledger, staging, comparison,
guard, versions, rules, changes and the counts of the day, in one transaction. With ENGINE as second
argument the history engine alone does it: staging, comparison, versions.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, text

from benchmarks.listings import COLUMNS, read, write
from benchmarks.steps import Clock, Task, task, tell
from scrapers.dossiers.records import Dossier, DossierColumns
from sync import capture_log, clock, history, store
from sync.capture import Reading, take
from sync.dossier_rows import DossierRows
from sync.dossiers import DossierMaterial, DossierSettings, dossier_scope
from sync.history import DOSSIERS, Batches
from sync.store import reading, writing

ENGINE = "engine"
_FIRST_DAY = dt.date(2026, 12, 1)
_COUNT = "SELECT COUNT(*) - COUNT(closed_by), COUNT(closed_by) FROM dossier_versions"


@dataclass
class WholeListing:
    """A listing that says how many there are and nothing against itself."""

    declared_total: int | None = None

    def objections(self) -> list[tuple[str, str]]:
        """None."""
        return []


def main() -> None:
    """Merge one listing."""
    told = task()
    os.environ["DVCQG_NOW"] = f"{_FIRST_DAY + dt.timedelta(days=told.day - 1)}T07:00:00+07:00"
    engine = store.open_store(url(told))
    (_merge if ENGINE in sys.argv else _take)(engine, told)
    engine.dispose()


def url(told: Task) -> str:
    """The store's address as the configuration writes it."""
    if told.is_postgresql:
        return f"postgresql+psycopg://postgres@/{told.place}?host={told.server}"
    return f"sqlite:///{told.place}"


def _take(engine: Engine, told: Task) -> None:
    settings = DossierSettings(lists="overdue", limits={"department": 2.0, "commune": 3.5})
    material = DossierMaterial(
        lambda: read(_columns_of(Path(told.listing))), WholeListing(), settings, clock.now()
    )
    measured = Clock()
    outcome = take(
        engine,
        Reading(dossier_scope("x"), lambda: material, clock.now()),
        check_id=None,
        archive=None,
        requests=lambda: 0,
    )
    took = measured.read()
    tell(took, versions=_versions(engine), said=outcome.reason or "")


def _merge(engine: Engine, told: Task) -> None:
    rows = DossierRows(clock.now(), only_overdue=True)
    log = {
        "started_at": clock.now(),
        "completed_at": clock.now(),
        "day": clock.day_of(clock.now()).isoformat(),
        "requests": 0,
    }
    measured = Clock()
    with writing(engine) as connection:
        scope = capture_log.scope_number(connection, dossier_scope("x"))
        capture = capture_log.open_capture(connection, scope, log)
        staged = history.stage(
            connection,
            DOSSIERS,
            Batches(rows.of(some) for some in read(_columns_of(Path(told.listing)))),
        )
        afterwards = Clock()
        history.compare(connection, DOSSIERS, scope, staged=staged)
        history.apply(connection, DOSSIERS, scope, capture)
        capture_log.update_capture(connection, capture, status="accepted")
    took = measured.read()
    tell(took, versions=_versions(engine), parts={"diff and apply": afterwards.read()[0]})


def _versions(engine: Engine) -> tuple[int, int]:
    with reading(engine) as connection:
        standing, ended = connection.execute(text(_COUNT)).one()
    return int(standing), int(ended)


def write_columns(listing: Path) -> None:
    """Put the records of a listing beside it as our readers give them: column by column, with
    instants."""

    def columns() -> Iterator[DossierColumns]:
        for some in read(listing):
            found = dict(zip(COLUMNS, map(list, zip(*some, strict=True)), strict=True))
            for name in ("received_at", "due_at"):
                found[name] = list(map(_instant, found[name]))
            found["due_is_date_only"] = [False] * len(some)
            nothing = [None] * len(some)
            yield [found.get(name, nothing) for name in Dossier._fields]

    write(_columns_of(listing), columns())


def _columns_of(listing: Path) -> Path:
    return listing.with_name(f"{listing.name}.columns")


@cache
def _instant(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


if __name__ == "__main__":
    main()

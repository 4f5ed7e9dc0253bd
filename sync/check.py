"""One day's duty: read what is due, capture by capture, and write down that it was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import NamedTuple

from sqlalchemy import Engine, func, select, update

from models import tables
from scrapers.http import PortalClient
from sync import clock, listing_sources, sources
from sync.attempts import asked_by, write_asked
from sync.capture import Outcome, Reading
from sync.changes import Severity
from sync.config import BrowserSource, Config, DossierSource, FolderSource, IgateSource
from sync.manners import manners
from sync.procedure_sources import procedure_readings
from sync.run import Progress, Run, running
from sync.store import reading as read_store
from sync.store import writing


class CheckResult(NamedTuple):
    """What one check did."""

    check_id: int
    outcomes: list[Outcome]
    worst: Severity | None
    """The gravest change found, None when nothing changed."""
    is_refused_plainly: bool = False
    """The portal refused plain HTTP; it may let a browser in."""

    @property
    def is_complete(self) -> bool:
        """Whether every reading was accepted."""
        return all(outcome.status in ("accepted", "unchanged") for outcome in self.outcomes)


DATASETS = ("index", "dossiers", "procedures")


class Made(NamedTuple):
    """What became of the readings of a check, and whether the portal refused."""

    outcomes: list[Outcome]
    is_refused: bool


Make = Callable[[Run, dt.date, Collection[str], Progress], Made]
"""Makes the readings of a day that some datasets need."""


def make_here(run: Run, today: dt.date, only: Collection[str], progress: Progress) -> Made:
    """Make them in this process, one after the other."""
    outcomes: list[Outcome] = []
    is_refused = False
    for due in _due(run, today, only):
        done = len(outcomes)
        progress(done, done + 1 + due.following, due.reading.scope.label)
        outcomes.append(run.take(due.reading, due.client))
        if due.client and due.reading.scope.dataset != "dossiers":
            is_refused = due.client.is_refused
    return Made(outcomes, is_refused)


def run_check(
    config: Config,
    engine: Engine,
    progress: Progress,
    only: Collection[str] = DATASETS,
    make: Make = make_here,
) -> CheckResult:
    """The daily check. Each capture is kept as soon as it is judged.

    Raises StoreError; trouble with the portal is an outcome, not an error.
    """
    started_at = clock.now()
    today = clock.day_of(started_at)
    with writing(engine) as connection:
        inserted = connection.execute(
            tables.checks.insert().values(day=today.isoformat(), started_at=started_at)
        )
        assert inserted.inserted_primary_key is not None
        check_id = int(inserted.inserted_primary_key[0])
        write_asked(connection, check_id, asked_by(config, only))
    with running(config, engine, check_id) as run:
        outcomes, is_refused = make(run, today, only, progress)
        progress(len(outcomes), len(outcomes), "")
    result = _finish(engine, check_id, outcomes)
    return result._replace(is_refused_plainly=is_refused and config.portal.transport == "http")


class _Due(NamedTuple):
    """A reading, the client that asks for it (none for files), and how many will follow it."""

    reading: Reading
    client: PortalClient | None
    following: int


def _due(run: Run, today: dt.date, only: Collection[str]) -> Iterator[_Due]:
    """The readings of the check. All that ask the portal share one client, and so one pace."""
    config = run.config
    portal = run.client(manners(config), sources.transport(config))
    planned: list[tuple[Reading, PortalClient | None]] = []
    if "index" in only:
        planned += [(one, portal) for one in sources.index_readings(config, portal.ask, today)]
    if "dossiers" in only:
        for source in config.dossiers.sources:
            planned += due_listings(run, source)
    reads_procedures = "procedures" in only and config.procedures.enabled
    for number, (reading, client) in enumerate(planned, start=1):
        yield _Due(reading, client, len(planned) - number + 3 * reads_procedures)
    if reads_procedures:
        for one in procedure_readings(config, run.engine, portal.ask, today):
            yield _Due(one.reading, portal, one.following)


def due_listings(run: Run, source: DossierSource) -> Iterator[tuple[Reading, PortalClient | None]]:
    """The readings of a source of dossiers, each with the client that asks for it, if any does."""
    config = run.config
    listed = partial(listing_sources.listed_codes, run.engine, source.name)
    match source:
        case FolderSource():
            with read_store(run.engine) as connection:
                found = list(listing_sources.folder_readings(config, source, connection))
            yield from ((one, None) for one in found)
        case IgateSource():
            client = run.client(manners(config, source.base_url))
            yield listing_sources.igate_reading(config, source, client, listed), client
        case BrowserSource():
            yield listing_sources.browser_reading(config, source, listed), None


def _finish(engine: Engine, check_id: int, outcomes: list[Outcome]) -> CheckResult:
    changes, captures = tables.changes.c, tables.captures.c
    with writing(engine) as connection:
        found = connection.execute(
            select(changes.severity, func.count().label("n"))
            .join(tables.captures, captures.id == changes.capture_id)
            .where(captures.check_id == check_id)
            .group_by(changes.severity)
        )
        by_severity = {Severity(row.severity): int(row.n) for row in found}
        result = CheckResult(check_id, outcomes, max(by_severity, default=None))
        connection.execute(
            update(tables.checks)
            .where(tables.checks.c.id == check_id)
            .values(
                finished_at=clock.now(),
                complete=int(result.is_complete),
                captures=len(outcomes),
                changes=sum(by_severity.values()),
                warnings=by_severity.get(Severity.warning, 0),
                criticals=by_severity.get(Severity.critical, 0),
            )
        )
    return result

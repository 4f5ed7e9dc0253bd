"""One day's duty: read what is due, capture by capture, and write down that it was done."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from sqlalchemy import Engine, func, select, update

from models import tables
from scrapers.archive import ArchiveFile, remove_leftovers
from scrapers.http import Manners, PortalClient, Transport
from sync import clock, listing_sources, sources
from sync.capture import Outcome, Reading, take
from sync.changes import Severity
from sync.config import BrowserSource, Config, DossierSource, FolderSource, IgateSource
from sync.manners import manners
from sync.procedure_sources import procedure_readings
from sync.store import reading as read_store
from sync.store import writing

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
"""Called before each reading: how many are done, how many there are, what comes now."""


class CheckResult(NamedTuple):
    """What one check did."""

    check_id: int
    outcomes: list[Outcome]
    worst: Severity | None
    """The gravest change found, None when nothing changed."""

    @property
    def is_complete(self) -> bool:
        """Whether every reading was accepted."""
        return all(outcome.status in ("accepted", "unchanged") for outcome in self.outcomes)


DATASETS = ("index", "dossiers", "procedures")


def run_check(
    config: Config, engine: Engine, progress: Progress, only: Collection[str] = DATASETS
) -> CheckResult:
    """The daily check. Each capture is kept as soon as it is judged.

    Raises StoreError; trouble with the portal is an outcome, not an error.
    """
    started_at = clock.now()
    today = clock.day_of(started_at)
    if config.archive_folder:
        remove_leftovers(config.archive_folder)
    with writing(engine) as connection:
        inserted = connection.execute(
            tables.checks.insert().values(day=today.isoformat(), started_at=started_at)
        )
        assert inserted.inserted_primary_key is not None
        check_id = int(inserted.inserted_primary_key[0])
    outcomes: list[Outcome] = []
    with contextlib.ExitStack() as clients:
        for due in _due(config, engine, clients, today, only):
            done = len(outcomes)
            progress(done, done + 1 + due.following, due.reading.scope.label)
            outcomes.append(_take_one(config, engine, due.client, due.reading, check_id))
        progress(len(outcomes), len(outcomes), "")
    return _finish(engine, check_id, outcomes)


class _Due(NamedTuple):
    """A reading, the client that asks for it (none for files), and how many will follow it."""

    reading: Reading
    client: PortalClient | None
    following: int


def _due(
    config: Config,
    engine: Engine,
    clients: contextlib.ExitStack,
    today: dt.date,
    only: Collection[str],
) -> Iterator[_Due]:
    """The readings of the check. All that ask the portal share one client, and so one pace."""
    portal = _client(clients, manners(config), sources.transport(config))
    planned: list[tuple[Reading, PortalClient | None]] = []
    if "index" in only:
        planned += [(one, portal) for one in sources.index_readings(config, portal.ask, today)]
    if "dossiers" in only:
        for source in config.dossiers.sources:
            planned += _due_listings(config, engine, clients, source)
    reads_procedures = "procedures" in only and config.procedures.enabled
    for number, (reading, client) in enumerate(planned, start=1):
        yield _Due(reading, client, len(planned) - number + 3 * reads_procedures)
    if reads_procedures:
        for one in procedure_readings(config, engine, portal.ask, today):
            yield _Due(one.reading, portal, one.following)


def _due_listings(
    config: Config, engine: Engine, clients: contextlib.ExitStack, source: DossierSource
) -> Iterator[tuple[Reading, PortalClient | None]]:
    match source:
        case FolderSource():
            with read_store(engine) as connection:
                found = list(listing_sources.folder_readings(config, source, connection))
            yield from ((one, None) for one in found)
        case IgateSource():
            client = _client(clients, manners(config, source.base_url))
            yield listing_sources.igate_reading(config, source, client), client
        case BrowserSource():
            yield listing_sources.browser_reading(config, source), None


def _client(
    clients: contextlib.ExitStack, manners: Manners, transport: Transport | None = None
) -> PortalClient:
    client = PortalClient(manners, transport=transport)
    clients.callback(client.close)
    return client


def _take_one(
    config: Config, engine: Engine, client: PortalClient | None, reading: Reading, check_id: int
) -> Outcome:
    archive = _archive_file(config, reading) if client else None
    if client:
        client.keep = archive.add if archive else lambda answer: None
    outcome = take(
        engine,
        reading,
        check_id=check_id,
        archive=archive,
        requests=lambda: client.requests if client else 0,
    )
    level = logging.INFO if outcome.reason is None else logging.WARNING
    log.log(
        level,
        "capture %d, %s: %s%s",
        outcome.capture_id,
        reading.scope.name,
        outcome.status,
        f" ({outcome.reason})" if outcome.reason else f", {outcome.changes} changes",
    )
    return outcome


def _archive_file(config: Config, reading: Reading) -> ArchiveFile | None:
    if config.archive_folder is None:
        return None
    moment = clock.now().astimezone(clock.VIETNAM)
    name = f"{moment:%H%M%S}-{reading.scope.dataset}-{reading.scope.name.replace('/', '-')}"
    return ArchiveFile(config.archive_folder, moment.date(), name)


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

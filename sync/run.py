"""One run of readings, daily or of the past: its clients, its archive, each capture in the log."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from scrapers.archive import ArchiveFile, remove_leftovers
from scrapers.http import Manners, PortalClient, Transport
from scrapers.pace import Pace
from sync import clock, stopping
from sync.capture import Outcome, Reading, take
from sync.config import Config

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
"""Called before each reading: how many are done, how many there are, what comes now."""


class Among(NamedTuple):
    """What a run among other workers is bound by."""

    pace: Callable[[Manners], Pace]
    """The pace to a host that all of them keep together."""
    may_write: Callable[[Connection], None]
    """Raises where the work has been taken over, so that nothing of it may be stored."""


class Run:
    """What the readings of one run share; without a check they are of the past."""

    def __init__(
        self,
        config: Config,
        engine: Engine,
        clients: contextlib.ExitStack,
        check_id: int | None,
        among: Among | None,
    ) -> None:
        self.config, self.engine, self.check_id = config, engine, check_id
        self._clients, self._among = clients, among

    def client(self, manners: Manners, transport: Transport | None = None) -> PortalClient:
        """A client for one host, closed with the run."""
        pace = self._among.pace(manners) if self._among else None
        client = PortalClient(manners, transport=transport, pace=pace)
        self._clients.callback(client.close)
        return client

    def take(self, reading: Reading, client: PortalClient | None) -> Outcome:
        """Take one capture and log it; `client` asks for it, None reads files."""
        archive = archive_file(self.config, reading) if client else None
        if client:
            client.keep = archive.add if archive else lambda answer: None
        # Here the archive of the reading before is thrown away, and a Ctrl-C with it.
        stopping.heed()
        outcome = take(
            self.engine,
            reading,
            check_id=self.check_id,
            archive=archive,
            requests=lambda: client.requests if client else 0,
            is_backfill=self.check_id is None,
            aside=archive_file(self.config, reading, "-refused"),
            may_write=self._among.may_write if self._among else None,
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


def archive_file(config: Config, reading: Reading, suffix: str = "") -> ArchiveFile | None:
    """The archive file of a reading, not yet made; None where the archive is switched off."""
    if config.archive_folder is None:
        return None
    moment = clock.now().astimezone(clock.VIETNAM)
    scope = reading.scope
    name = f"{moment:%H%M%S}-{scope.dataset}-{scope.name.replace('/', '-')}{suffix}"
    return ArchiveFile(config.archive_folder, moment.date(), name)


@contextlib.contextmanager
def running(
    config: Config, engine: Engine, check_id: int | None, among: Among | None = None
) -> Iterator[Run]:
    """A run whose clients are closed in the end; by default one that works alone."""
    if config.archive_folder:
        remove_leftovers(config.archive_folder)
    with contextlib.ExitStack() as clients:
        yield Run(config, engine, clients, check_id, among)

"""The daemon's two jobs: have the due checks done, have the waiting messages sent.

They decide from the store alone, so the daemon may be stopped, killed and started again at any
moment, and may run beside people who run checks by hand. Kept in mind are only the errand that is
out, and the checks that broke before they could leave a trace in the store.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from sync import clock, leases, outbox, schedule
from sync.attempts import Attempt, Source, attempts_since, last_check
from sync.config import Config
from sync.dossiers import DATASET as DOSSIERS
from sync.errands import Errand
from sync.failures import Failure
from sync.store import reading

SILENT_S = 120.0
"""A job that has not looked for so long is not well."""
LONGEST_CHECK_S = 6 * 3600.0
ENDED_WITHIN_S = 5.0
OUTBOX_PAUSE_S = 1800.0
"""How long messages wait when the command that sends them breaks."""

log = logging.getLogger(__name__)


def asking(sources: Sequence[Source]) -> list[str]:
    """The options of `dvcqg check` that make it ask these sources."""
    datasets = dict.fromkeys(one.dataset for one in sources)
    named = [one.name for one in sources if one.dataset == DOSSIERS]
    return ["--only", ",".join(datasets), *(f"--source={name}" for name in named)]


class _Job:
    """What both do: one thing at a time, nothing new while stopping, each trouble told once."""

    def __init__(self, config: Config, path: Path, engine: Engine) -> None:
        self.config, self.engine = config, engine
        self._path = path.absolute()
        self._errand: Errand | None = None
        self._is_stopping = False
        self._lock = threading.Lock()
        self._trouble = ""
        self._looked_at = time.monotonic()

    @property
    def is_alive(self) -> bool:
        """Whether it has looked lately at what is due."""
        return time.monotonic() - self._looked_at < SILENT_S

    def stop(self) -> None:
        """Start nothing more, and ask what is under way to end."""
        with self._lock:
            self._is_stopping = True
            if self._errand is not None:
                self._errand.ask_to_end()

    def wait(self, within_s: float) -> None:
        """Wait for what was asked to end, and end it by force when it has not."""
        if self._errand is not None:
            self._errand.end(within_s)

    def _send(self, command: str, *options: str) -> None:
        self._errand = Errand(command, "--verbose", "--config", str(self._path), *options)

    @contextlib.contextmanager
    def _looking(self) -> Iterator[None]:
        """One look; what fails now is tried at the next one."""
        with self._lock:
            try:
                yield
            except Failure as failure:
                if str(failure) != self._trouble:
                    log.error("%s", failure)
                self._trouble = str(failure)
            else:
                self._trouble = ""
        self._looked_at = time.monotonic()


class _Out(NamedTuple):
    """What a check that is out was sent for."""

    sources: Sequence[Source]
    newest: int
    """The newest check before it."""

    def __str__(self) -> str:
        return ", ".join(
            one.name if one.dataset == DOSSIERS else one.dataset for one in self.sources
        )


class Checks(_Job):
    """Starts the check that is due. Raises StoreError where the store cannot be read at all."""

    def __init__(self, config: Config, path: Path, engine: Engine) -> None:
        super().__init__(config, path, engine)
        self._timetable = schedule.timetable_of(config)
        self._traceless: list[Attempt] = []
        self._told = ""
        self._out = _Out([], 0)
        with reading(engine) as connection:
            self._before = last_check(connection)

    def look(self) -> None:
        """See how the check that is out is doing; with none out, start what is due."""
        with self._looking():
            if self._errand is not None:
                self._see_after(self._errand)
            if self._errand is None and not self._is_stopping:
                self._start_what_is_due()

    def _start_what_is_due(self) -> None:
        now = clock.now()
        with reading(self.engine) as connection:
            if leases.held_by(connection, "check"):
                return
            attempts = attempts_since(connection, now - schedule.LOOK_BACK) + self._traceless
            newest = last_check(connection)
        history = (self._timetable, attempts, now, self._before)
        if due := schedule.due(*history):
            self._out, self._told = _Out(due, newest), ""
            log.info("starting a check: %s", self._out)
            self._send("check", *asking(due))
        else:
            following = schedule.next_start(*history).astimezone(clock.VIETNAM)
            self._tell(f"next check: {following:%Y-%m-%d %H:%M}")

    def _see_after(self, errand: Errand) -> None:
        if errand.exit_code is None and errand.seconds > LONGEST_CHECK_S:
            log.error("the check takes longer than %d hours", LONGEST_CHECK_S // 3600)
            errand.ask_to_end()
            errand.end(ENDED_WITHIN_S)
        if (code := errand.exit_code) is None:
            return
        self._errand = None
        level = logging.WARNING if code else logging.INFO
        log.log(level, "the check ended with exit code %d: %s", code, self._out)
        with reading(self.engine) as connection:
            newest = last_check(connection)
        if newest == self._out.newest:
            # It broke before it wrote anything; without this it would be started at every look.
            now = clock.now()
            self._traceless += [
                Attempt(newest + 1, source, now, now, is_complete=False)
                for source in self._out.sources
            ]

    def _tell(self, said: str) -> None:
        if said != self._told:
            log.info(said)
        self._told = said


class Messages(_Job):
    """Starts `dvcqg notify` when something waits; a check sends its own messages."""

    def __init__(self, config: Config, path: Path, engine: Engine) -> None:
        super().__init__(config, path, engine)
        self._not_before = 0.0

    def look(self) -> None:
        """Have the messages sent whose time has come, unless that is being done."""
        with self._looking():
            if self._errand is not None:
                if (code := self._errand.exit_code) is None:
                    return
                self._errand = None
                if code:
                    log.error("sending messages ended with exit code %d", code)
                    self._not_before = time.monotonic() + OUTBOX_PAUSE_S
            if self._is_stopping or time.monotonic() < self._not_before:
                return
            with reading(self.engine) as connection:
                is_due = bool(outbox.due(connection, clock.now()))
            if is_due:
                self._send("notify")

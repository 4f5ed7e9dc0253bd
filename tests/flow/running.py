"""A daemon as a service manager runs it, on a clock that the test moves from day to day."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from tests.flow.office import DVCQG, Office

CALM = "[schedule]\njitter_minutes = 0\n[daemon]\nlisten = {listen!r}\n"


def settings(listen: str = "", more: str = "") -> str:
    """The configuration of a daemon without jitter, which tests cannot wait for."""
    return CALM.format(listen=listen) + more


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 90) -> None:
    """Wait until a condition holds; fails when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


class Running:
    """A daemon of an office; a context manager that leaves nothing running behind."""

    def __init__(self, office: Office, *options: str, **environment: str) -> None:
        self.office = office
        self.clock = office.folder / "clock"
        self.log = office.folder / "daemon.log"
        self._options, self._environment = options, environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Running:
        """Start it (again), its log after what is there."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [DVCQG, "daemon", *self._options],
                cwd=self.office.folder,
                env={**os.environ, **self._environment, "DVCQG_CLOCK": str(self.clock)},
                stdout=log,
                stderr=log,
            )
        return self

    def move_to(self, day: int, hour: int = 7) -> None:
        """Move the portal's world and the clock to a day."""
        self.office.replica.day = day
        self.set_clock(self.office.now(day, hour))

    def set_clock(self, instant: str) -> None:
        """Move the clock; whoever looks sees the old instant or the new one, never a part."""
        new = self.clock.with_name("clock.new")
        new.write_text(instant, "ascii")
        new.replace(self.clock)

    def checks(self) -> list[tuple[str, str]]:
        """Day and status of every check that ended."""
        return self.office.rows("SELECT day, status FROM checks WHERE finished_at IS NOT NULL")

    def is_done(self) -> bool:
        """Whether the newest check's duty is done to the end, and nobody is at work any more."""
        newest = self.office.rows(
            "SELECT MAX(k.id), (SELECT value FROM marks WHERE name = 'told') FROM check_log k"
        )
        return newest[0][0] is not None and newest[0][0] == newest[0][1] and not self.worker()

    def worker(self) -> int | None:
        """The process that does a check now."""
        held = self.office.rows("SELECT holder FROM leases WHERE name = 'check'")
        pid = int(json.loads(held[0][0])[3]) if held and held[0][0] else None
        return pid if pid is not None and Path(f"/proc/{pid}").exists() else None

    def finish_day(self, day: int) -> None:
        """Wait until the day's check is done to the end."""
        date = self.office.now(day)[:10]
        wait_for(
            lambda: self.is_done() and self.checks()[-1][0] == date,
            f"the check of day {day}: {self.log.read_text('utf-8')}",
        )

    def kill(self, *, with_worker: bool) -> None:
        """Kill it as a power cut does, and its worker too if wanted."""
        assert self.process is not None
        worker = self.worker() if with_worker else None
        self.process.kill()
        self.process.wait()
        if worker is not None:
            os.kill(worker, signal.SIGKILL)

    def stop(self) -> tuple[int, float]:
        """Ask it to stop; the exit code, and how many seconds it took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.terminate()
        code = self.process.wait(30)
        return code, time.monotonic() - began

    def __enter__(self) -> Running:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill(with_worker=True)

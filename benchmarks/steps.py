"""One step of a benchmark in a process of its own: what it is told, and what it says of itself.

Standard library only, as the rivals say it in the same way: one JSON object on the last line.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import NamedTuple

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class Task(NamedTuple):
    """What a step has to do: merge the listing of a day into a store.

    `place` is a file of SQLite, or the name of a database of the server whose socket is in the
    folder `server`. `scratch` is a folder for whatever the tool keeps beside it.
    """

    kind: str
    place: str
    server: str
    scratch: str
    listing: str
    day: int

    @property
    def is_postgresql(self) -> bool:
        """Whether the store is a database of a server."""
        return self.kind == POSTGRESQL

    @property
    def address(self) -> str:
        """The server's database as libpq reads it."""
        return f"host={self.server} user=postgres dbname={self.place}"


class Told(NamedTuple):
    """What a step took: seconds by the clock and of the processor, peak memory of its process in MB
    (10⁶ bytes). The server's processor seconds are added by who runs the step.

    `parts` are seconds of some of its work, by name; `open` and `closed` how many versions stand and
    have ended in the store; `said` is what the tool itself reports, if it refused anything.
    """

    seconds: float
    cpu: float
    peak: float
    parts: dict[str, float]
    open: int
    closed: int
    said: str = ""


class Clock:
    """Seconds since it was made, by the clock and of the processor."""

    def __init__(self) -> None:
        self._began, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Both."""
        return time.perf_counter() - self._began, time.process_time() - self._cpu


def task() -> Task:
    """What this process is told to do."""
    return Task(**json.loads(sys.argv[1]))


def tell(
    took: tuple[float, float],
    *,
    versions: tuple[int, int],
    parts: dict[str, float] | None = None,
    said: str = "",
) -> None:
    """Say what was done; the last thing a step does."""
    told = Told(*took, peak_memory(), parts or {}, *versions, said)
    print(json.dumps(told._asdict()))


def peak_memory() -> float:
    """The most memory that this process has held, in MB (10⁶ bytes)."""
    # Not by getrusage: there a child begins with the peak of its parent.
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("this system does not tell the peak of a process")

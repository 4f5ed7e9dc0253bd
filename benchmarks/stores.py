"""Fresh stores for the steps of a benchmark, and the steps run on them."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

from benchmarks.ours import url
from benchmarks.steps import POSTGRESQL, Task, Told
from sync.store import upgrade
from tests import databases

ROOT = Path(__file__).parent.parent
RIVALS = ROOT / ".venv-bench/bin/python"
SAFE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "128MB",
}
"""What a server of tests does without."""
_SETTLING = 0.3
"""Seconds in which a server's process that is over has ended."""
_PATIENCE = 100
"""So many times they are waited for."""
_OTHERS = """
    SELECT 1 FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
_SIZE = """
    SELECT SUM(pg_relation_size(c.oid))::bigint FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'i', 't') AND c.relpersistence = 'p'
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""
_TICKS = os.sysconf("SC_CLK_TCK")


class Place:
    """A store for one tool: a file in a folder of its own, or a database of the server."""

    def __init__(self, kind: str, folder: Path, *, is_ours: bool) -> None:
        self._server = server() if kind == POSTGRESQL else None
        self._folder = folder
        if self._server is None:
            self._place = str(folder / "store.db")
        else:
            self._place = self._server.new("template0")
        socket = str(self._server.folder) if self._server else ""
        self.task = Task(kind, self._place, socket, str(folder), "", 0)
        if is_ours:
            upgrade(url(self.task))

    def run(
        self, module: str, listing: Path, day: int, *more: str, niceness: int = 0
    ) -> Told | None:
        """Run a step to its end; what it said of itself, if it said anything."""
        task = json.dumps(self.task._replace(listing=str(listing), day=day)._asdict())
        python = str(RIVALS) if module.startswith("rivals.") else sys.executable
        done = subprocess.run(
            [python, "-m", f"benchmarks.{module}", task, *more],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            check=False,
            preexec_fn=lambda: _stand_behind(niceness),
        )
        if done.returncode:
            sys.exit(f"{module} failed: {done.stderr or done.stdout}")
        lines = done.stdout.splitlines()
        return Told(**json.loads(lines[-1])) if lines else None

    def measure(self, module: str, listing: Path, day: int, *more: str) -> Told:
        """Run a step alone with its server, whose processor time is counted too."""
        before = self._server_cpu()
        told = self.run(module, listing, day, *more)
        assert told is not None
        return told._replace(cpu=told.cpu + self._server_cpu() - before)

    def rest(self) -> None:
        """What a server does by itself between two days: its statistics, and room used again."""
        if self._server is not None:
            with psycopg.connect(self.task.address, autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")

    def size(self) -> int:
        """Bytes of its file, or of its tables and indexes on the server."""
        if self._server is None:
            return sum(file.stat().st_size for file in self._folder.glob("store*.db*"))
        with psycopg.connect(self.task.address) as connection:
            return int((connection.execute(_SIZE).fetchone() or (0,))[0])

    def drop(self) -> None:
        """Remove it."""
        if self._server:
            self._server.drop(self._place)

    def _server_cpu(self) -> float:
        """Processor seconds of the server's processes that have ended: those of every step are."""
        if self._server is None:
            return 0.0
        with psycopg.connect(self.task.address, autocommit=True) as connection:
            for _ in range(_PATIENCE):
                if not connection.execute(_OTHERS).fetchall():
                    break
                time.sleep(_SETTLING)
            else:
                sys.exit("a step has ended, and its connection to the server has not")
        time.sleep(_SETTLING)
        process = (self._server.folder / "data/postmaster.pid").read_text().split()[0]
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) / _TICKS


def _stand_behind(niceness: int) -> None:
    """Begin a session that gives way to others, as a service with a CPUWeight does.

    Linux shares the processors among sessions first, and then within each by the niceness of its
    processes, which says nothing to another session.
    """
    os.setsid()
    os.nice(niceness)
    group = Path("/proc/self/autogroup")
    if niceness and group.exists():
        group.write_text(str(niceness), encoding="ascii")


def server() -> databases.Server:
    """The server of this process, as safe as one that is used."""
    databases.SETTINGS.update(SAFE)
    return databases.server()


@contextlib.contextmanager
def places(kind: str, are_ours: Sequence[bool]) -> Iterator[list[Place]]:
    """Stores of one kind, until the block ends; ours are upgraded, the others empty."""
    with tempfile.TemporaryDirectory() as name:
        made: list[Place] = []
        try:
            for number, is_ours in enumerate(are_ours):
                folder = Path(name, str(number))
                folder.mkdir()
                made.append(Place(kind, folder, is_ours=is_ours))
            yield made
        finally:
            for place in made:
                place.drop()

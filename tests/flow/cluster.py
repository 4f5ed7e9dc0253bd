"""Workers in a test: processes of the command line, each on a line to the database of its own."""

from __future__ import annotations

import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from tests.databases import SQLITE, server, using
from tests.flow.office import DVCQG, Office
from tests.flow.running import wait_for
from tests.replica.server import Replica

WINDOW_S = 10
_numbers = count(1)


class Line:
    """A TCP line to the server of the tests that can be cut: then no byte passes, either way.

    As in a network, what was on its way arrives when the line is whole again.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._is_whole, self._is_over = threading.Event(), threading.Event()
        self._is_whole.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, seconds: float) -> None:
        """Let nothing pass for so long."""
        self._is_whole.clear()
        time.sleep(seconds)
        self._is_whole.set()

    def close(self) -> None:
        """End it, with all that goes over it."""
        self._is_over.set()
        self._is_whole.set()
        # Wakes whoever waits for a caller.
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            here, _ = self._listener.accept()
            if self._is_over.is_set():
                here.close()
                return
            there = socket.socket(socket.AF_UNIX)
            there.connect(str(server().folder / ".s.PGSQL.5432"))
            threading.Thread(target=self._pass_on, args=(here, there), daemon=True).start()

    def _pass_on(self, here: socket.socket, there: socket.socket) -> None:
        other = {here: there, there: here}
        with here, there:
            while not self._is_over.is_set():
                for one in select.select([here, there], [], [], 0.2)[0]:
                    self._is_whole.wait()
                    try:
                        part = one.recv(65536)
                        other[one].sendall(part)
                    except OSError:
                        return
                    if not part:
                        return


class Worker:
    """One `dvcqg worker` in a folder of its own, with the configuration of an office."""

    def __init__(self, office: Office) -> None:
        self.line = Line()
        folder = office.folder / f"worker-{next(_numbers)}"
        folder.mkdir()
        text, database = office.config_path.read_text("utf-8"), office.engine.url.database
        here = f"@/{database}?host={server().folder}"
        assert here in text
        text = text.replace(here, f"@127.0.0.1:{self.line.port}/{database}")
        (folder / "config.toml").write_text(text, encoding="utf-8")
        self._log = folder / "log"
        with self._log.open("wb") as log:
            command = [str(DVCQG), "worker"]
            self.process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)

    @property
    def said(self) -> str:
        """Its log so far."""
        return self._log.read_text("utf-8")

    @property
    def has_work(self) -> bool:
        """Whether it is in the middle of a province, which takes some requests."""
        begun = self.said.rpartition("begun: index ")[2]
        return begun.startswith("H") and "capture" not in begun and "not done" not in begun

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> tuple[int, float]:
        """Ask it to stop; the exit code, and the seconds that it took."""
        began = time.monotonic()
        self.process.terminate()
        return self.process.wait(30), time.monotonic() - began


@contextmanager
def workers(office: Office, number: int) -> Iterator[list[Worker]]:
    """Some workers, waiting for jobs, until the block ends."""
    found: list[Worker] = []
    try:
        found += [Worker(office) for _ in range(number)]
        wait_for(lambda: all("waiting for jobs" in one.said for one in found), "the workers")
        yield found
    finally:
        for one in found:
            if one.process.poll() is None:
                one.kill()
            one.line.close()


def working(crew: list[Worker], replica: Replica) -> Worker:
    """One of them, as soon as one is in the middle of a reading, with answers to it in hand."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        at_work, asked = [one for one in crew if one.has_work], len(replica.requests)
        while at_work and at_work[0].has_work:
            # Of so many requests one or the other was its own, whoever else is at work.
            if len(replica.requests) > asked + len(crew):
                return at_work[0]
            time.sleep(0.01)
        time.sleep(0.01)
    raise AssertionError("nobody was ever in the middle of a reading")


def paced(office: Office, rate: float) -> Office:
    """The same office, asking at a pace."""
    return rewritten(office, "requests_per_second = 0", f"requests_per_second = {rate}")


def rewritten(office: Office, old: str, new: str) -> Office:
    """The same office with another configuration."""
    text = office.config_path.read_text("utf-8")
    assert old in text
    office.config_path.write_text(text.replace(old, new), encoding="utf-8")
    office.reload()
    return office


def fastest(replica: Replica) -> int:
    """The most requests that the replica saw in any window of `WINDOW_S` seconds."""
    at = [one.at for one in replica.requests]
    return max(sum(start <= one < start + WINDOW_S for one in at) for start in at)


class Hurt(NamedTuple):
    """What came of a backfill whose workers were hurt, beside one that had none."""

    alone: Office
    spread: Office
    requests: int
    """What one process needed."""


def hurt_backfill(
    folder: Path, replica: Replica, command: list[str], periods: str, rate: float, cut_s: float
) -> Hurt:
    """The same backfill in one process, and by three workers at a pace: one is killed in the middle
    of a reading, one is cut off from the database in the middle of one, for so many seconds.
    """
    with using(SQLITE):
        alone = Office(folder / "alone", replica, periods=periods)
    spread = paced(Office(folder / "spread", replica, periods=periods), rate)
    assert subprocess.run([DVCQG, *command], cwd=alone.folder, check=False).returncode == 0
    needed = len(replica.requests)
    replica.requests.clear()
    with workers(spread, 3) as crew:
        leader = subprocess.Popen([DVCQG, *command, "--distributed"], cwd=spread.folder)
        killed = working(crew, replica)
        killed.kill()
        crew.remove(killed)
        cut_off = working(crew, replica)
        cut_off.line.cut(cut_s)
        assert leader.wait(600) == 0
        said = "".join(one.said for one in crew)
        assert said.count("taking over: index H") >= 2
        assert "Traceback" not in said
        assert [one.stop()[0] for one in crew] == [0, 0]
    return Hurt(alone, spread, needed)

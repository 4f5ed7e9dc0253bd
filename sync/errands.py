"""A `dvcqg` command in a process of its own: the daemon stays small, and stopping is always quick.

What a check needs (a browser, workbooks, big listings) leaves the memory with it, and a read of the
network that hangs is given up by ending the process: its transaction rolls back.
"""

from __future__ import annotations

import subprocess
import sys
import time


class Errand:
    """One command while it runs; its log goes where ours goes."""

    def __init__(self, *command: str) -> None:
        self._started = time.monotonic()
        # A session of its own, so that Ctrl-C reaches the daemon alone, which then ends the errand.
        self._process = subprocess.Popen(  # noqa: S603 - our own program and arguments
            [sys.executable, "-P", "-m", "sync.cli", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def exit_code(self) -> int | None:
        """How it ended, None while it runs; below 0 is the signal that killed it."""
        return self._process.poll()

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return time.monotonic() - self._started

    def ask_to_end(self) -> None:
        """Ask it to end, which it does as if somebody had pressed Ctrl-C."""
        self._process.terminate()

    def end(self, within_s: float) -> None:
        """Wait for it to end, and end it by force when it has not done so in so many seconds."""
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

"""When the next request to a host may start: by one process alone, or as all who share it agree."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Protocol

MOST_JITTER = 1.25
"""Of the least distance between two starts; chance keeps many offices from falling into step."""


class Pace(Protocol):
    """The pace to one host; whoever shares it is held by what one of them is told."""

    def wait(self) -> None:
        """Return when a request may start now. Raises NotAsked where the host has refused one."""

    def hold(self, seconds: float) -> None:
        """The host asks to be left alone for so long."""

    def refuse(self, reason: str) -> None:
        """The host has refused; nothing more is to be asked."""


class OwnPace:
    """The pace of one client; being held and refused it knows by itself."""

    def __init__(self, requests_per_second: float, sleep: Callable[[float], None]) -> None:
        self._rate, self._sleep = requests_per_second, sleep
        self._next_start = 0.0

    def wait(self) -> None:
        """Sleep until the next start."""
        if self._rate <= 0:
            return
        delay = self._next_start - time.monotonic()
        if delay > 0:
            self._sleep(delay)
        self._next_start = time.monotonic() + distance(self._rate)

    def hold(self, seconds: float) -> None:
        """Nothing: the client sleeps."""

    def refuse(self, reason: str) -> None:
        """Nothing: the client asks no more."""


def distance(requests_per_second: float) -> float:
    """Seconds between two starts, with jitter; the rate is above 0."""
    jitter = random.uniform(1.0, MOST_JITTER)  # noqa: S311 - pacing, not secrecy
    return jitter / requests_per_second

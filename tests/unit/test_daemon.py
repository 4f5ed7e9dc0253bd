"""The clock may jump: the daemon sees it and goes on looking."""

from __future__ import annotations

import datetime as dt
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sync import daemon
from sync.daemon import WallClock, look_at_once, scheduled


class Looking:
    """A job that counts its looks."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self) -> None:
        self.looks += 1

    def goes_on(self) -> bool:
        """Whether there are more looks within a second."""
        before, end = self.looks, time.monotonic() + 1
        while self.looks < before + 2 and time.monotonic() < end:
            time.sleep(0.01)
        return self.looks >= before + 2


def shifted(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Move the wall clock, as APScheduler and the daemon see it."""

    class Shifted(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return dt.datetime.now(tz) + dt.timedelta(days=days)

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Shifted)
    monkeypatch.setattr("apscheduler.executors.base.datetime", Shifted)
    monkeypatch.setattr(daemon, "dt", SimpleNamespace(datetime=Shifted))


@pytest.mark.parametrize("days", [-1, 1, 40])
def test_after_a_jump_of_the_clock_the_looks_go_on(
    monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setattr(daemon, "CHECKS_S", 0.02)
    job, other = Looking(), Looking()
    scheduler = scheduled(cast(Any, job), cast(Any, other))
    scheduler.start()
    try:
        assert job.goes_on()
        shifted(monkeypatch, days)
        if days < 0:
            job.goes_on()
            assert not job.goes_on(), "the danger that is warded off here is none"
        look_at_once(scheduler)
        assert job.goes_on()
        assert other.looks == 2
    finally:
        scheduler.shutdown(wait=False)


def test_a_jump_is_told_once_and_drift_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    at = SimpleNamespace(wall=1_000.0, steady=50.0)
    monkeypatch.setattr(daemon, "time", SimpleNamespace(
        time=lambda: at.wall, monotonic=lambda: at.steady
    ))  # fmt: skip
    clock = WallClock()
    at.wall, at.steady = at.wall + 3_600, at.steady + 3_600
    assert clock.jump() == 0
    at.wall += 20
    assert clock.jump() == 0
    at.wall -= 86_400
    assert clock.jump() == pytest.approx(-86_380)
    assert clock.jump() == 0
    at.wall += 86_400
    assert clock.jump() == pytest.approx(86_400)

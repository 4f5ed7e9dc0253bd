"""The clock may jump, and the lease may be lost: the daemon sees it."""

from __future__ import annotations

import datetime as dt
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Engine, update

from models import tables
from sync import daemon, jobs, leases
from sync.config import load
from sync.daemon import WallClock, look_at_once, scheduled
from sync.leases import LeaseLost
from sync.store import writing


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


@pytest.fixture
def own_signals() -> Iterator[None]:
    """What a daemon does with the signals of this process is undone."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("own_signals")
def test_a_daemon_whose_lease_was_taken_over_stops(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('index.provinces = ["H01"]\ndaemon.listen = ""\n', "utf-8")
    monkeypatch.setattr(daemon, "WATCH_S", 0.01)
    monkeypatch.setattr(leases, "RENEW_EVERY_S", 0.01)

    class Thief:
        """The work that is due: it takes the lease over."""

        def __init__(self, *command: str) -> None:
            self.exit_code = None
            self.seconds = 0.0
            with writing(engine) as connection:
                connection.execute(update(tables.leases).values(fence=tables.leases.c.fence + 1))

        def ask_to_end(self) -> None: ...

        def end(self, within_s: float) -> None:
            ended.append(within_s)

    ended: list[float] = []
    monkeypatch.setattr(jobs, "Errand", Thief)
    with pytest.raises(LeaseLost, match="has taken over the daemon of this store"):
        daemon.run(load(path), path, engine)
    assert len(ended) == 1

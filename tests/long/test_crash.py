"""Backfills and daemons killed dozens of times: the store is whole each time, and the end the same.

The checks are in `tests/flow/test_kill.py`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow import test_daemon as days
from tests.flow.crashing import kill_within, start
from tests.flow.invariants import assert_consistent
from tests.flow.office import CHANGES, SCORES, Office
from tests.flow.running import Running, wait_for
from tests.flow.test_backfill import PERIODS, SHORT, STORED, command
from tests.replica.server import Replica
from tests.unit.receiver import Receiver

pytestmark = pytest.mark.both_databases

ROUNDS, KILLS_OF_A_ROUND = 13, 4
KILLS_OF_A_DAY = 4
"""After five the daemon leaves a check alone for half an hour."""
MOST_LATE = 1.5
"""Seconds after a check began: with slow answers it is still reading, or telling."""


@pytest.fixture
def replica() -> Iterator[Replica]:
    with Replica(day=1) as running:
        yield running


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Receiver() as running:
        yield running


def test_a_backfill_killed_52_times(tmp_path: Path, replica: Replica) -> None:
    steady = Office(tmp_path / "steady", replica, periods=PERIODS)
    backfill = command(span=SHORT)
    process = start(steady, *backfill, day=1)
    began = time.monotonic()
    process.communicate(timeout=300)
    seconds = time.monotonic() - began
    assert_consistent(steady)

    instants, at_work = random.Random(766), 0
    for number in range(ROUNDS):
        killed = Office(tmp_path / f"killed-{number}", replica, periods=PERIODS)
        for _ in range(KILLS_OF_A_ROUND):
            after = instants.uniform(0, seconds / KILLS_OF_A_ROUND)
            at_work += kill_within(killed, start(killed, *backfill, day=1), after)
            assert_consistent(killed)
        process = start(killed, *backfill, day=1)
        process.communicate(timeout=300)
        assert process.returncode == 0
        assert_consistent(killed)
        for query in STORED:
            assert killed.rows(query) == steady.rows(query)
        assert killed.versions() == steady.versions()
        killed.engine.dispose()
    assert at_work >= ROUNDS * KILLS_OF_A_ROUND / 2, "the kills came too late to prove anything"


def test_a_daemon_killed_28_times(
    tmp_path: Path, replica: Replica, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "DAYS", range(1, 8))
    steady = days.office_of(tmp_path / "steady", replica, receiver)
    days.in_peace(steady, monkeypatch)
    office = days.office_of(tmp_path / "killed", replica, receiver)
    daemon, instants = Running(office), random.Random(28)
    daemon.move_to(1)
    replica.fault("slow", seconds=0.3)
    with daemon:
        for day in days.DAYS:
            daemon.move_to(day)
            for _ in range(KILLS_OF_A_DAY):
                wait_for(lambda: days.is_at_work(office), "a check that begins")
                time.sleep(instants.uniform(0, MOST_LATE))
                daemon.kill(with_worker=instants.random() < 0.7)
                assert_consistent(office)
                daemon.start()
            daemon.finish_day(day)
            assert_consistent(office)
    for query in (CHANGES, SCORES, days.DIGESTS):
        assert office.rows(query) == steady.rows(query)
    assert office.versions() == steady.versions()
    unfinished = office.rows("SELECT COUNT(*) FROM check_log WHERE finished_at IS NULL")
    assert unfinished[0][0] >= len(days.DAYS), "the kills came too late to prove anything"

"""A check killed at any instant, then run again, leaves what one that was never killed leaves."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.flow.crashing import (
    CATALOGUE,
    NO_CATALOGUE,
    assert_told_alike,
    begin_day,
    do_day,
    everything_told,
    kill_within,
    small_office,
    start,
)
from tests.flow.invariants import assert_consistent
from tests.flow.office import Office
from tests.lengths import IS_LONG
from tests.replica.server import Replica

pytestmark = pytest.mark.both_databases

ROUNDS = 20 if IS_LONG else 1
KILLS = {1: 3, 2: 3} if IS_LONG else {1: 1, 2: 3}
"""Day -> how often its check is killed before one is left alone. Of the first day nothing is told,
of the second what differs; a check that follows a killed one has ever less to store."""
PROCEDURES = CATALOGUE if IS_LONG else NO_CATALOGUE


def new_office(folder: Path, replica: Replica) -> Office:
    return small_office(folder, replica, procedures=PROCEDURES)


def test_kills_lose_nothing_and_invent_nothing(tmp_path: Path, replica: Replica) -> None:
    replica.fault("extract")
    steady = new_office(tmp_path / "steady", replica)
    expected: dict[int, dict[str, list[str]]] = {}
    seconds = 0.0
    for day in KILLS:
        begin_day(steady, day)
        began = time.monotonic()
        do_day(steady, day)
        seconds = time.monotonic() - began
        expected[day] = everything_told(steady)
    assert_consistent(steady)
    steady.engine.dispose()

    instants, at_work = random.Random(766), 0
    for number in range(ROUNDS):
        killed = new_office(tmp_path / f"killed-{number}", replica)
        for day, kills in KILLS.items():
            begin_day(killed, day)
            for _ in range(kills):
                # Some kills hit what follows the reading: the alerts, the report.
                after = instants.uniform(0, seconds)
                at_work += kill_within(killed, start(killed, "check", day=day), after)
                assert_consistent(killed)
            do_day(killed, day)
            assert_told_alike(killed, expected[day])
        killed.engine.dispose()
    assert at_work >= ROUNDS * sum(KILLS.values()) / 2, "the kills came too late to prove anything"

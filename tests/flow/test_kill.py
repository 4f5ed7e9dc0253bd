"""A check killed at any instant, then run again, leaves what one that was never killed leaves."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.flow.office import CHANGES, DVCQG, SCORES, Office
from tests.lengths import IS_LONG
from tests.replica.server import Replica

pytestmark = pytest.mark.both_databases

KILLS = 10 if IS_LONG else 4
ALERTS = "SELECT kind, severity, unit_code, subject, state, reopened FROM alerts ORDER BY 1, 3, 4"


def start_check(office: Office, day: int) -> subprocess.Popen[bytes]:
    office.replica.day = day
    return subprocess.Popen(
        [DVCQG, "check"],
        cwd=office.folder,
        env={**os.environ, "DVCQG_NOW": office.now(day)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_until(office: Office, checks: int, captures: int) -> None:
    """Until so many checks have begun, and the newest has taken so many captures."""
    query = """
        SELECT COUNT(*), (SELECT COUNT(*) FROM captures WHERE check_id = MAX(k.id)) FROM checks k
    """
    for _ in range(6000):
        begun, taken = office.rows(query)[0]
        if begun >= checks and taken >= captures:
            return
        time.sleep(0.005)
    raise AssertionError("the check never came so far")


def test_kills_lose_nothing_and_invent_nothing(tmp_path: Path, replica: Replica) -> None:
    steady, killed = Office(tmp_path / "steady", replica), Office(tmp_path / "killed", replica)
    for office in (steady, killed):
        office.check(1)
    assert start_check(steady, 2).wait(timeout=60) == 0
    whole = steady.rows("SELECT captures FROM checks ORDER BY id DESC LIMIT 1")[0][0]

    instants = random.Random(766)
    for number in range(KILLS):
        process = start_check(killed, 2)
        # Some kills hit what follows the reading: the alerts, the report.
        wait_until(killed, 2 + number, instants.randint(0, whole))
        time.sleep(instants.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        assert killed.is_whole()
    unfinished = killed.rows("SELECT COUNT(*) FROM checks WHERE finished_at IS NULL")[0][0]
    assert unfinished >= KILLS // 2, "the kills came too late to prove anything"

    assert start_check(killed, 2).wait(timeout=60) == 0
    assert killed.rows(CHANGES) == steady.rows(CHANGES)
    assert killed.rows(SCORES) == steady.rows(SCORES)
    assert killed.rows(ALERTS) == steady.rows(ALERTS)
    assert killed.versions() == steady.versions()

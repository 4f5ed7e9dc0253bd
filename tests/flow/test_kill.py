"""A check killed at any instant, then run again, leaves what one that was never killed leaves."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

from tests.flow.office import CHANGES, DVCQG, SCORES, Office
from tests.replica.server import Replica

KILLS = 10


def start_check(office: Office, day: int) -> subprocess.Popen[bytes]:
    office.replica.day = day
    return subprocess.Popen(
        [DVCQG, "check"],
        cwd=office.folder,
        env={**os.environ, "DVCQG_NOW": office.now(day)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_until_at_work(office: Office, checks_before: int) -> None:
    """Until the check has written its first row: from here on a kill can do harm."""
    for _ in range(6000):
        if office.rows("SELECT COUNT(*) FROM checks")[0][0] > checks_before:
            return
        time.sleep(0.005)
    raise AssertionError("the check never began")


def test_ten_kills_lose_nothing_and_invent_nothing(tmp_path: Path, replica: Replica) -> None:
    steady, killed = Office(tmp_path / "steady", replica), Office(tmp_path / "killed", replica)
    for office in (steady, killed):
        office.check(1)
    process = start_check(steady, 2)
    wait_until_at_work(steady, 1)
    began = time.monotonic()
    assert process.wait(timeout=60) == 0
    work = time.monotonic() - began

    instants = random.Random(766)
    for number in range(KILLS):
        process = start_check(killed, 2)
        wait_until_at_work(killed, 1 + number)
        time.sleep(instants.uniform(0, 0.9) * work)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        assert killed.rows("PRAGMA integrity_check") == [("ok",)]
    unfinished = killed.rows("SELECT COUNT(*) FROM checks WHERE finished_at IS NULL")[0][0]
    assert unfinished >= KILLS // 2, "the kills came too late to prove anything"

    assert start_check(killed, 2).wait(timeout=60) == 0
    assert killed.rows(CHANGES) == steady.rows(CHANGES)
    assert killed.rows(SCORES) == steady.rows(SCORES)
    assert killed.versions() == steady.versions()

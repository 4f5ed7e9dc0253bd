"""A lease has one holder at a time, and no holder's death keeps anybody waiting for long."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from models import tables
from sync import leases
from sync.leases import EXPIRES_AFTER, Holder, LeaseHeld, LeaseLost, holding, take
from sync.store import reading, writing

pytestmark = pytest.mark.both_databases

NOW = dt.datetime(2026, 11, 26, 0, 0, tzinfo=dt.UTC)
TAKER = """
import sys, time
from sync import leases, store
lease = leases.take(store.open_store(sys.argv[1]), "check")
print("taken", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def clock_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVCQG_NOW", NOW.isoformat())


def row(engine: Engine) -> Any:
    with reading(engine) as connection:
        return connection.execute(select(tables.leases)).one()


def held_by(engine: Engine) -> str | None:
    with reading(engine) as connection:
        return leases.held_by(connection, "check")


def hand_to(engine: Engine, **other: str) -> None:
    """Make the holder another process than ours."""
    holder = Holder(**(Holder(*json.loads(row(engine).holder))._asdict() | other))
    with writing(engine) as connection:
        connection.execute(update(tables.leases).values(holder=json.dumps(holder)))


@pytest.fixture
def other_process(store_url: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lease."""
    process = subprocess.Popen(
        [sys.executable, "-c", TAKER, store_url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "taken\n"
    yield process
    process.kill()
    process.wait()


def test_the_second_is_told_who_is_first(
    engine: Engine, other_process: subprocess.Popen[str]
) -> None:
    with pytest.raises(LeaseHeld, match=r"a check is already running .*: process \d+ on ") as told:
        take(engine, "check")
    assert f"process {other_process.pid} on " in str(told.value)
    assert "since 2026-11-26 07:00" in str(told.value)
    assert told.value.exit_code == 2
    take(engine, "daemon").give_back()


def test_a_killed_holder_keeps_nobody_waiting_even_before_its_parent_knows(
    engine: Engine, other_process: subprocess.Popen[str]
) -> None:
    fence = row(engine).fence
    os.kill(other_process.pid, signal.SIGKILL)
    for _ in range(500):
        if held_by(engine) is None:
            break
        time.sleep(0.01)
    assert take(engine, "check").fence == fence + 1


def test_a_stopped_holder_keeps_it_however_late_it_is(
    engine: Engine, other_process: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that jumps, or a computer that sleeps, must not let two run."""
    os.kill(other_process.pid, signal.SIGSTOP)
    monkeypatch.setenv("DVCQG_NOW", (NOW + dt.timedelta(days=2)).isoformat())
    assert held_by(engine) is not None


def test_given_back_it_is_free_and_the_next_number_is_higher(engine: Engine) -> None:
    first = take(engine, "check")
    assert str(os.getpid()) in (held_by(engine) or "")
    first.give_back()
    assert held_by(engine) is None
    assert take(engine, "check").fence == first.fence + 1


@pytest.mark.parametrize(
    ("other", "is_free", "is_free_later"),
    [
        ({"host": "elsewhere"}, False, True),
        ({"space": "pid:[1]"}, False, True),
        ({"start": ""}, False, True),
        ({"boot": "an earlier run"}, True, True),
        ({"start": "1"}, True, True),
    ],
)
def test_who_cannot_be_looked_at_has_until_it_expires(
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    other: dict[str, str],
    is_free: bool,
    is_free_later: bool,
) -> None:
    take(engine, "check")
    hand_to(engine, **other)
    assert (held_by(engine) is None) is is_free
    monkeypatch.setenv("DVCQG_NOW", (NOW + EXPIRES_AFTER).isoformat())
    assert (held_by(engine) is None) is is_free_later
    take(engine, "check")


def test_without_proc_a_lease_lasts_until_it_expires(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(leases, "PROC", tmp_path)
    lease = take(engine, "check")
    later = NOW + EXPIRES_AFTER - dt.timedelta(seconds=1)
    monkeypatch.setenv("DVCQG_NOW", later.isoformat())
    with pytest.raises(LeaseHeld):
        take(engine, "check")
    lease.renew()
    monkeypatch.setenv("DVCQG_NOW", (NOW + EXPIRES_AFTER).isoformat())
    assert held_by(engine) is not None


def test_who_was_taken_over_learns_it_and_harms_nobody(engine: Engine) -> None:
    lease = take(engine, "check")
    hand_to(engine, boot="an earlier run")
    successor = take(engine, "check")
    lease.renew()
    with pytest.raises(LeaseLost):
        lease.require()
    lease.give_back()
    assert held_by(engine) is not None
    successor.renew()
    successor.require()


def test_of_many_at_once_one_gets_it(engine: Engine) -> None:
    start, taken, refused = threading.Barrier(8), [], []

    def run() -> None:
        start.wait()
        try:
            taken.append(take(engine, "check"))
        except LeaseHeld as held:
            refused.append(held)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), len(refused)) == (1, 7)


def test_it_is_renewed_while_it_is_held(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "RENEW_EVERY_S", 0.01)
    with holding(engine, "check"):
        later = NOW + dt.timedelta(hours=1)
        monkeypatch.setenv("DVCQG_NOW", later.isoformat())
        for _ in range(500):
            if row(engine).expires_at == later + EXPIRES_AFTER:
                break
            time.sleep(0.01)
        assert row(engine).expires_at == later + EXPIRES_AFTER
    assert held_by(engine) is None


def test_it_is_given_back_after_a_failure(engine: Engine) -> None:
    def failing() -> None:
        with holding(engine, "check"):
            assert held_by(engine) is not None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert held_by(engine) is None

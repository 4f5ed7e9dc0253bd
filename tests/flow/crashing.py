"""A small office for tests that break things, and the question whether it lost or invented any."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.console import Console

from models.views import VIEWS
from sync.decisions import LEDGERS
from sync.duty import do_duty
from tests.flow.invariants import assert_consistent
from tests.flow.listings import folder_source, put
from tests.flow.office import DVCQG, Office
from tests.replica.server import Replica

YEAR = 'periods = ["year"]\nrevisit_days = 0'
CATALOGUE = 'enabled = true\ndetail_refresh = "new-only"'
NO_CATALOGUE = "enabled = false"
_NUMBERED = {"id", "capture_before", "capture_after", "last_change"}
"""Columns that count tries."""
_LOGS = {"captures", "checks"}


def small_office(
    folder: Path, replica: Replica, *, procedures: str = NO_CATALOGUE, periods: str = YEAR
) -> Office:
    """An office that reads the year, a folder of listings and, if wanted, the catalogue.

    It reads the catalogue of a replica that plays the fault `extract`, which makes it small, and
    is patient: a machine that is kept busy is no trouble of the portal's.
    """
    office = Office(folder, replica, periods=periods, procedures=procedures, more=folder_source())
    patient = office.config_path.read_text("utf-8").replace("timeout_s = 5", "timeout_s = 60")
    office.config_path.write_text(patient, "utf-8")
    office.engine.dispose()
    office.reload()
    return office


def begin_day(office: Office, day: int) -> None:
    """Let a day begin: the portal's world moves on, and a listing is saved."""
    office.replica.day = day
    put(office, day)


def do_day(office: Office, day: int, hour: int = 7) -> None:
    """The duty of the day, done in this process and left alone."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DVCQG_NOW", office.now(day, hour))
        quiet = Console(file=io.StringIO())
        result = do_duty(office.config, office.engine, lambda *_: None, quiet).result
    assert result.is_complete, result


def start(office: Office, *command: str, day: int, hour: int = 7) -> subprocess.Popen[str]:
    """A command in a process of its own, on a day."""
    return subprocess.Popen(
        [DVCQG, *command],
        cwd=office.folder,
        env={**os.environ, "DVCQG_NOW": office.now(day, hour)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def wait_for_request(office: Office, process: subprocess.Popen[str], number: int) -> None:
    """Until the portal has been asked so many times, or the process has ended."""
    while len(office.replica.requests) < number and process.poll() is None:
        time.sleep(0.002)


def kill_within(office: Office, process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill a process that many seconds after its next request; whether it was still at work."""
    wait_for_request(office, process, len(office.replica.requests) + 1)
    time.sleep(seconds)
    was_at_work = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    return was_at_work


def everything_told(office: Office) -> dict[str, list[str]]:
    """What every public view says, whatever number of tries it took; and how much history."""
    told = {view: _rows(office, view) for view in VIEWS if view not in _LOGS}
    counts = (f"SELECT COUNT(*) FROM {one.name}" for one in LEDGERS)
    return {**told, "versions": [repr(office.rows(count)) for count in counts]}


def _rows(office: Office, view: str) -> list[str]:
    names = [name for name in office.names(f"SELECT * FROM {view}") if name not in _NUMBERED]
    listed = ", ".join(f'"{name}"' for name in names)
    return sorted(map(repr, office.rows(f"SELECT {listed} FROM {view}")))


def assert_told_alike(office: Office, undisturbed: dict[str, list[str]]) -> None:
    """Assert that an office says what one that was never disturbed says, row for row."""
    for view, rows in everything_told(office).items():
        assert rows == undisturbed[view], view


class Begun(NamedTuple):
    """An office on its second morning, before the check (`fresh`) and after it (`checked`)."""

    replica: Replica
    fresh: Path
    checked: Path
    expected: dict[str, list[str]]


def begun_in(folder: Path, replica: Replica) -> Begun:
    """Such an office, to be copied; nobody has its stores open."""
    office = small_office(folder / "fresh", replica)
    begin_day(office, 1)
    do_day(office, 1)
    begin_day(office, 2)
    office.engine.dispose()
    checked = copy_of(office.folder, folder / "checked", replica)
    do_day(checked, 2)
    expected = everything_told(checked)
    checked.engine.dispose()
    return Begun(replica, office.folder, checked.folder, expected)


def copy_of(folder: Path, place: Path, replica: Replica) -> Office:
    """An office of its own, as one of those stands; nobody has its store open."""
    shutil.copytree(folder, place)
    office = small_office(place, replica)
    office.engine.dispose()
    return office


def check_after(
    office: Office, before: Callable[[], None] | None = None, *options: str
) -> subprocess.CompletedProcess[str]:
    """The check of the second day, in a process for which something is arranged before."""
    return subprocess.run(
        [DVCQG, "check", *options],
        cwd=office.folder,
        env={**os.environ, "DVCQG_NOW": office.now(2)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        preexec_fn=before,
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """Assert that a command ended with a code and one sentence that holds some words."""
    assert done.returncode == code, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("dvcqg: ")
    for word in words:
        assert word in done.stderr


def assert_nothing_lost(office: Office, expected: dict[str, list[str]]) -> None:
    """The store is whole, and with the trouble over the next check brings what was to be told."""
    assert_consistent(office)
    do_day(office, 2)
    assert_told_alike(office, expected)
    office.engine.dispose()


def taken(office: Office) -> int:
    """How many captures the newest check took."""
    query = "SELECT COUNT(*) FROM capture_log WHERE check_id = (SELECT MAX(id) FROM check_log)"
    return int(office.rows(query)[0][0])

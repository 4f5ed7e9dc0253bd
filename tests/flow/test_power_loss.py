"""The power goes while a check writes: what the disk then holds opens, and nothing else is lost.

SQLite syncs its log (`-wal`) only before it moves pages from it to the file, and the file before it
begins the log anew (`synchronous=NORMAL`). So a power cut may take any end of the log that was not
being moved yet, leave zeros in its place, and takes the memory that readers share (`-shm`) always.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import signal
import struct
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from scrapers.archive import Answer, ArchiveFile
from tests.flow.crashing import (
    CATALOGUE,
    NO_CATALOGUE,
    YEAR,
    assert_told_alike,
    begin_day,
    do_day,
    everything_told,
    small_office,
    start,
    wait_for_request,
)
from tests.flow.invariants import assert_consistent
from tests.flow.office import Office
from tests.lengths import IS_LONG
from tests.replica.server import Replica

ROUNDS, COPIES = (5, {1: 5, 2: 5}) if IS_LONG else (1, {1: 2, 2: 2})
"""Day -> how many copies are taken while its check runs."""
MOST_SECONDS = 1.0
"""For which a check is left alone in all: none is over so soon."""
PROCEDURES, PERIODS = (CATALOGUE, "") if IS_LONG else (NO_CATALOGUE, YEAR)
_LOG_HEADER, _FRAME_HEADER = 32, 24
_MOVED = 128
"""Where the shared memory holds how many frames of the log are moved, or are being moved."""


class Log(NamedTuple):
    """A log as it stood: its bytes, and how many of them are on the disk for certain."""

    content: bytes
    synced: int


def new_office(folder: Path, replica: Replica) -> Office:
    return small_office(folder, replica, procedures=PROCEDURES, periods=PERIODS)


def log_of(store: Path) -> Log:
    """The log of a store that nobody writes to now."""
    log, shared = (store.with_name(f"{store.name}-{end}") for end in ("wal", "shm"))
    content = log.read_bytes() if log.is_file() else b""
    if len(content) < _LOG_HEADER:
        return Log(content, 0)
    (frames,) = struct.unpack_from("=I", shared.read_bytes(), _MOVED)
    (page,) = struct.unpack_from(">I", content, 8)
    return Log(content, _LOG_HEADER + frames * (_FRAME_HEADER + page) if frames else 0)


def freeze(process: subprocess.Popen[str]) -> bool:
    """Stop a process between two of its steps; False where it has ended."""
    process.send_signal(signal.SIGSTOP)
    if process.returncode is not None:
        return False
    seen = os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    return seen is not None and seen.si_code == os.CLD_STOPPED


class Cut(NamedTuple):
    """A power cut: whether an end of the log was lost, and whether it was just being moved."""

    loses: bool
    is_moving: bool


def as_after_a_power_cut(office: Office, folder: Path, chance: random.Random) -> Cut:
    """Copy what an office keeps as its disk may hold it now."""
    for name in ("archive", "nhan"):
        if (office.folder / name).is_dir():
            shutil.copytree(office.folder / name, folder / name)
    folder.mkdir(exist_ok=True)
    store = office.folder / "dvcqg.db"
    shutil.copyfile(store, folder / store.name)
    log = log_of(store)
    kept = chance.randint(min(log.synced, len(log.content)), len(log.content))
    lost = len(log.content) - kept
    zeros = bytes(lost) if chance.random() < 0.5 else b""
    (folder / f"{store.name}-wal").write_bytes(log.content[:kept] + zeros)
    return Cut(lost > 0, log.synced > 0)


def photographed(
    office: Office, day: int, folder: Path, copies: int, chance: random.Random
) -> list[Cut]:
    """Run the day's check, copying the store at random instants; returns what each copy is of.

    Every second copy is taken in the moment in which the log grows; in the long form a further one
    when the file does, because the log is moved to it.
    """
    cuts: list[Cut] = []
    process = start(office, "check", day=day)
    wait_for_request(office, process, len(office.replica.requests) + 1)
    store = office.folder / "dvcqg.db"
    for number in range(copies + IS_LONG):
        if number == copies:
            wait_for_growth(store, process)
        else:
            time.sleep(chance.uniform(0, MOST_SECONDS / copies))
            if number % 2:
                wait_for_growth(store.with_name("dvcqg.db-wal"), process)
        if not freeze(process):
            break
        cuts.append(as_after_a_power_cut(office, folder / str(number), chance))
        process.send_signal(signal.SIGCONT)
    said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return cuts


def wait_for_growth(file: Path, process: subprocess.Popen[str]) -> None:
    """Until a file has another size than now, or the process that writes it has ended."""
    before = size(file)
    while process.poll() is None and size(file) == before:
        time.sleep(0.0005)


def size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def test_after_a_power_cut_the_store_opens_and_the_next_check_brings_all(
    tmp_path: Path, replica: Replica
) -> None:
    replica.fault("extract")
    chance, cuts = random.Random(220), list[Cut]()
    for number in range(ROUNDS):
        steady = new_office(tmp_path / f"steady-{number}", replica)
        for day, wanted in COPIES.items():
            begin_day(steady, day)
            # Nobody else has it open: so the check itself moves the log, and ends it.
            steady.engine.dispose()
            folder = tmp_path / f"{number}-{day}"
            cuts += photographed(steady, day, folder, wanted, chance)
            expected = everything_told(steady)
            for place in sorted(folder.iterdir()):
                office = new_office(place, replica)
                assert_consistent(office)
                do_day(office, day)
                assert_consistent(office)
                assert_told_alike(office, expected)
                office.engine.dispose()
        steady.engine.dispose()
    wanted = ROUNDS * sum(COPIES.values())
    assert len(cuts) >= wanted * 3 / 4, "too few copies to prove anything"
    assert sum(one.loses for one in cuts) >= wanted / 2, "too little was lost to prove anything"
    if IS_LONG:
        assert any(one.is_moving for one in cuts), "the log was never moved"


def test_raw_answers_are_on_the_disk_before_they_have_their_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[tuple[str, str]] = []
    sync, rename = os.fsync, Path.replace

    def noted_sync(opened: int) -> None:
        happened.append(("synced", Path(f"/proc/self/fd/{opened}").readlink().name))
        sync(opened)

    def noted_rename(path: Path, target: Path) -> Path:
        happened.append(("named", target.name))
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_rename)
    file = ArchiveFile(tmp_path, dt.date(2026, 11, 26), "070000-index-VN-2026")
    file.add(Answer("/api", {}, 200, "application/json", b"{}", dt.datetime.now(dt.UTC)))
    assert file.keep() == "2026-11-26/070000-index-VN-2026.jsonl.gz"
    unfinished = f"070000-index-VN-2026.jsonl.gz.{os.getpid()}.part"
    assert happened == [
        ("synced", unfinished),
        ("named", "070000-index-VN-2026.jsonl.gz"),
        ("synced", "2026-11-26"),
    ]

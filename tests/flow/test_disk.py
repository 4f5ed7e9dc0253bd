"""A full disk and a read-only one: one sentence, the right exit code, and nothing is lost.

A disk that is full is a limit on the size of the files that a process may write, which every system
obeys without asking. What befalls a server is in `test_crash_server.py`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flow.crashing import (
    Begun,
    assert_nothing_lost,
    assert_one_sentence,
    begun_in,
    check_after,
    copy_of,
    taken,
)
from tests.flow.invariants import assert_consistent
from tests.flow.listings import igate_source
from tests.flow.office import Office
from tests.replica import igate_api
from tests.replica.server import Replica

LONG = pytest.mark.long
STORE, REPORT = 4, 2
"""Exit codes."""
# Loaded here: between fork and exec as little as possible is to be done.
_LIBC = ctypes.CDLL(None)
_DROP_CAPABILITY = 24
_IGNORES_RIGHTS = (1, 2)
"""The capabilities by which root writes and reads what it may not."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    with Replica(day=1) as replica:
        yield begun_in(tmp_path_factory.mktemp("begun"), replica)


def full_after(kilobytes: int) -> Callable[[], None]:
    """No file may grow beyond that size."""
    most = kilobytes * 1000
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def obey_rights() -> None:
    """Let root be refused what the rights on files do not allow, as anybody else is."""
    if os.geteuid() == 0 and sys.platform == "linux":
        for capability in _IGNORES_RIGHTS:
            assert _LIBC.prctl(_DROP_CAPABILITY, capability, 0, 0, 0) == 0


# --- Full


@pytest.mark.parametrize(
    ("kilobytes", "captures"),
    [(100, 1), pytest.param(20, None, marks=LONG), pytest.param(300, 2, marks=LONG)],
)
def test_a_store_that_is_full(
    begun: Begun, tmp_path: Path, kilobytes: int, captures: int | None
) -> None:
    office = copy_of(begun.fresh, tmp_path / "office", begun.replica)
    done = check_after(office, full_after(kilobytes))
    assert_one_sentence(done, STORE, "dvcqg.db cannot be", "disk I/O error", "its free space")
    if captures is not None:
        assert taken(office) == captures, "full at another moment"
    assert_nothing_lost(office, begun.expected)


def test_an_archive_that_is_full(begun: Begun, tmp_path: Path) -> None:
    office = copy_of(begun.checked, tmp_path / "office", begun.replica)
    done = check_after(office, full_after(50))
    assert_one_sentence(done, STORE, "the archive file", "cannot be written", "File too large")
    assert taken(office) == 1, "full at another moment"
    assert list(office.folder.rglob("*.part")) == []
    assert_nothing_lost(office, begun.expected)


@LONG
def test_a_folder_of_reports_that_is_full(begun: Begun, tmp_path: Path) -> None:
    office = copy_of(begun.checked, tmp_path / "office", begun.replica)
    reports = {file.name: file.read_bytes() for file in (office.folder / "reports").iterdir()}
    done = check_after(office, full_after(100))
    assert_one_sentence(done, REPORT, "the report cannot be written", "what was read is stored")
    left = {file.name: file.read_bytes() for file in (office.folder / "reports").iterdir()}
    assert left == reports
    assert_nothing_lost(office, begun.expected)


@LONG
def test_no_room_for_what_is_put_aside(
    tmp_path: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVCQG_IGATE_CLIENT_ID", igate_api.CLIENT_ID)
    monkeypatch.setenv("DVCQG_IGATE_CLIENT_SECRET", igate_api.CLIENT_SECRET)
    office = Office(tmp_path / "office", replica, more=igate_source(replica, 200))
    replica.day = 2
    assert office.check(2, only={"dossiers"}).is_complete
    office.engine.dispose()
    done = check_after(office, full_after(40), "--only", "dossiers")
    assert_one_sentence(done, STORE, "temporary file: File too large", "TMPDIR")
    assert_consistent(office)
    assert office.check(2, only={"dossiers"}).is_complete
    office.engine.dispose()


def test_what_a_killed_report_left_is_removed_a_day_later(begun: Begun, tmp_path: Path) -> None:
    office = copy_of(begun.checked, tmp_path / "office", begun.replica)
    reports = office.folder / "reports"
    kept = [reports / name for name in ("report-2026-11-26.html.0123abcd", "ghi chép.12345678")]
    gone = reports / "report-2026-11-20.html.abcd_123"
    for folder in (*kept, gone):
        folder.mkdir(parents=True)
        (folder / "a.html").touch()
    for folder in (kept[1], gone):
        os.utime(folder, (0, 0))
    assert check_after(office).returncode == 0
    assert [folder for folder in (*kept, gone) if folder.exists()] == kept


# --- Read-only


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("dvcqg.db", STORE, "cannot be written: attempt to write a readonly database"),
        pytest.param("", STORE, "dvcqg.db cannot be", marks=LONG),
        ("archive", STORE, "cannot be written: [Errno 13] Permission denied"),
        pytest.param("reports", REPORT, "the report cannot be written", marks=LONG),
    ],
)
def test_what_may_not_be_written(
    begun: Begun, tmp_path: Path, name: str, code: int, said: str
) -> None:
    office = copy_of(begun.fresh, tmp_path / "office", begun.replica)
    closed = office.folder / name
    before = closed.stat().st_mode
    closed.chmod(0o444 if closed.is_file() else 0o555)
    done = check_after(office, obey_rights)
    closed.chmod(before)
    assert_one_sentence(done, code, said)
    assert_nothing_lost(office, begun.expected)


@LONG
def test_what_a_killed_check_left_in_an_archive_that_became_read_only(
    begun: Begun, tmp_path: Path
) -> None:
    office = copy_of(begun.fresh, tmp_path / "office", begun.replica)
    day = next((office.folder / "archive").iterdir())
    left = day / "070000-index-VN-2026.jsonl.gz.1.part"
    left.touch()
    os.utime(left, (0, 0))
    day.chmod(0o555)
    done = check_after(office, obey_rights)
    day.chmod(0o755)
    assert (done.returncode, done.stderr) == (0, "")
    assert left.exists()
    assert_nothing_lost(office, begun.expected)
    assert not left.exists()

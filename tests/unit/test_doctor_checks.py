"""Each check of the doctor alone: the program, its files, its store."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import metadata
from pathlib import Path

import pytest

from sync import workdays
from sync.config import Config
from sync.doctor import files, program, stores
from sync.doctor.findings import STORE, Finding, State
from sync.store import upgrade
from tests.unit.doctor_office import office, only

MB = 1_000_000


# The program


def test_an_sqlite_without_strict_tables_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    assert only(program.versions()).state is State.ok
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 9))
    finding = only(program.versions())
    assert (finding.state, finding.exit_code) == (State.bad, STORE)
    assert "3.37" in finding.said


def test_the_libraries_of_this_environment_fit() -> None:
    assert only(program.packages()).state is State.ok


@pytest.mark.parametrize(
    ("requirement", "said"),
    [
        ("nonexistent-library<2,>=1", "nonexistent-library is missing"),
        ("httpx>=99", "httpx is 0.28.1 and must be >=99"),
        ("httpx<0.28.1,>=0.20", "httpx is 0.28.1 and must be <0.28.1,>=0.20"),
        ('pytest-of-tomorrow>=99; extra == "dev"', ""),
        ("httpx<0.29,>=0.28.1", ""),
        ("httpx", ""),
    ],
)
def test_a_library_that_does_not_fit_is_named(
    monkeypatch: pytest.MonkeyPatch, requirement: str, said: str
) -> None:
    versions = {"dvcqg-sync": "0.1.0", "httpx": "0.28.1"}

    def version(name: str) -> str:
        if name not in versions:
            raise metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr(metadata, "requires", lambda name: [requirement])
    finding = only(program.packages())
    assert finding.state is (State.bad if said else State.ok)
    assert said in finding.said


def test_the_table_of_holidays_must_reach_the_next_year() -> None:
    assert only(program.calendar(dt.date(2026, 12, 31))).state is State.ok
    assert only(program.calendar(dt.date(workdays.LAST_YEAR - 1, 1, 1))).state is State.ok
    late = only(program.calendar(dt.date(workdays.LAST_YEAR, 1, 1)))
    assert late.state is State.warning
    assert str(workdays.LAST_YEAR + 1) in late.said


def test_a_clock_that_is_moved_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in program.CLOCK_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert list(program.present()) == []
    monkeypatch.setenv("DVCQG_NOW", "2026-11-26T07:00:00+07:00")
    moved = only(program.present())
    assert (moved.state, "DVCQG_NOW" in moved.said) == (State.warning, True)
    monkeypatch.setenv("DVCQG_NOW", "yesterday")
    warned, broken = program.present()
    assert (warned.state, broken.state) == (State.warning, State.bad)
    assert "yesterday" in broken.said


# Files and folders


def test_a_configuration_that_anybody_may_change_is_doubtful(tmp_path: Path) -> None:
    office(tmp_path, 'portal.user_agent = "dvcqg-sync (+tuphap@angiang.gov.vn)"')
    path = tmp_path / "config.toml"
    assert only(files.configuration(path)).state is State.ok
    path.chmod(0o666)
    finding = only(files.configuration(path))
    assert finding.state is State.warning
    assert f"chmod o-w {path}" in finding.said


def test_who_asks_without_a_name_is_told(tmp_path: Path) -> None:
    office(tmp_path)
    valid, nameless = files.configuration(tmp_path / "config.toml")
    assert (valid.state, nameless.state) == (State.ok, State.warning)
    assert "user_agent" in nameless.said


@pytest.mark.parametrize(
    ("check", "name"), [(files.archive, "archive"), (files.reports, "reports")]
)
def test_a_folder_that_cannot_be_written_is_bad(
    tmp_path: Path, check: Callable[[Config], Iterator[Finding]], name: str
) -> None:
    config = office(tmp_path)
    assert only(check(config)).state is State.ok
    assert not (tmp_path / name).exists(), "looking makes nothing"
    (tmp_path / name).write_text("a file where the folder should be")
    finding = only(check(config))
    assert finding.state is State.bad
    assert str(tmp_path / name) in finding.said


def test_an_archive_may_be_switched_off_or_kept_for_ever(tmp_path: Path) -> None:
    assert "not kept" in only(files.archive(office(tmp_path, 'store.archive = ""'))).said
    assert "for ever" in only(files.archive(office(tmp_path, "store.archive_days = 0"))).said
    assert "for 400 days" in only(files.archive(office(tmp_path))).said


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    config = office(tmp_path)
    list(files.archive(config))
    list(files.reports(config))
    list(stores.place(config))
    list(stores.integrity(config))
    assert sorted(tmp_path.iterdir()) == sorted({*before, tmp_path / "config.toml"})


# The store


def free(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(0, 0, size))


@pytest.mark.parametrize(
    ("size", "state"),
    [(99 * MB, State.bad), (900 * MB, State.warning), (1_100 * MB, State.ok)],
)
def test_a_disk_that_is_nearly_full_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, state: State
) -> None:
    free(monkeypatch, size)
    assert only(stores.place(office(tmp_path))).state is state


def test_a_folder_that_the_store_cannot_write_in_is_bad(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = list(stores.place(office(tmp_path, 'store.url = "sqlite:///file/dvcqg.db"')))
    assert (found[0].what, found[0].state, found[0].exit_code) == ("store folder", State.bad, STORE)


def test_a_missing_store_is_told_once(tmp_path: Path) -> None:
    config = office(tmp_path, 'store.url = "sqlite:///other.db"')
    finding = only(stores.opened(config))
    assert (finding.state, finding.exit_code) == (State.bad, STORE)
    assert "dvcqg db upgrade" in finding.said
    assert list(stores.integrity(config)) == []
    assert list(stores.log_size(config)) == []


def test_a_server_that_is_not_there_is_told_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVCQG_STORE_URL", "postgresql+psycopg://dvcqg:matkhau7@127.0.0.1:1/dvcqg")
    config = office(tmp_path, 'store.url = "env:DVCQG_STORE_URL"')
    finding = only(stores.opened(config))
    assert finding.exit_code == STORE
    assert "matkhau7" not in finding.said
    assert [list(check(config)) for check in (stores.integrity, stores.log_size)] == [[], []]
    assert only(stores.place(config)).what == "disk"


def test_damage_is_found(tmp_path: Path, store_path: Path) -> None:
    config = office(tmp_path)
    assert only(stores.integrity(config)).state is State.ok
    data = bytearray(store_path.read_bytes())
    data[8192:12288] = os.urandom(4096)
    store_path.write_bytes(data)
    finding = only(stores.integrity(config))
    assert (finding.state, finding.exit_code) == (State.bad, STORE)
    assert "backup" in finding.said


def test_a_large_store_is_looked_at_for_a_while_only(
    tmp_path: Path, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "INTEGRITY_S", 0.02)
    with closing(sqlite3.connect(store_path)) as connection:
        connection.execute("CREATE TABLE large (id INTEGER PRIMARY KEY, words TEXT)")
        connection.execute("CREATE INDEX ix_large ON large (words)")
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) "
            "INSERT INTO large SELECT i, hex(i * 7919) || 'x' FROM n"
        )
        connection.commit()
    started = time.monotonic()
    finding = only(stores.integrity(office(tmp_path)))
    assert finding.state is State.ok
    assert "no damage in the 0.02 s" in finding.said
    assert time.monotonic() - started < 2


def test_a_log_that_nobody_empties_is_told(
    tmp_path: Path, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = office(tmp_path)
    assert list(stores.log_size(config)) == []
    store_path.with_name("dvcqg.db-wal").write_bytes(b"x" * 2_000)
    monkeypatch.setattr(stores, "LARGE_LOG", 1_999)
    assert only(stores.log_size(config)).state is State.warning


def test_an_upgraded_store_is_opened(tmp_path: Path) -> None:
    config = office(tmp_path, 'store.url = "sqlite:///new.db"')
    upgrade(config.store_url)
    steps = stores.opened(config)
    assert next(steps).state is State.ok
    with pytest.raises(StopIteration) as end:
        next(steps)
    end.value.value.dispose()

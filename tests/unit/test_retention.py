"""The archive forgets what is old and ours, and never what a person may still want to believe."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, update

from models import tables
from sync.config import Config, load
from sync.decisions import DecisionError, accept_capture
from sync.retention import MOST_DAYS_AT_ONCE, UNDECIDED_DAYS, Pruned, prune
from sync.store import open_store, writing
from tests.databases import Databases

TODAY = dt.date(2026, 11, 26)
AT = dt.datetime(2026, 11, 20, 0, 12, 33, tzinfo=dt.UTC)
NAME = "070000-index-H01-2026.jsonl.gz"


def ago(days: int) -> str:
    return (TODAY - dt.timedelta(days=days)).isoformat()


def settings(folder: Path, store: str = "archive_days = 400") -> Config:
    path = folder / "config.toml"
    path.write_text(f'index.provinces = ["H01"]\n[store]\n{store}\n', encoding="utf-8")
    return load(path)


def file_of(folder: Path, day: str, name: str = NAME) -> Path:
    path = folder / "archive" / day / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"0123456789")
    return path


def capture(engine: Engine, day: str, status: str, *, decision: str | None = None) -> int:
    """One capture of a scope of its own, whose raw answers bear NAME."""
    with writing(engine) as connection:
        scope = tables.scopes.insert().values(dataset="index", source="portal", name=day)
        scope_id = connection.execute(scope).inserted_primary_key[0]  # type: ignore[index]
        row = tables.captures.insert().values(
            scope_id=scope_id,
            started_at=AT,
            completed_at=AT,
            day=day,
            status=status,
            requests=1,
            archive=f"{day}/{NAME}",
            decision=decision,
        )
        return int(connection.execute(row).inserted_primary_key[0])  # type: ignore[index]


def test_days_that_are_too_old_go_with_their_folders(tmp_path: Path, engine: Engine) -> None:
    old, last, kept = (file_of(tmp_path, ago(days)) for days in (900, 401, 400))
    part = file_of(tmp_path, ago(401), f"{NAME}.117.part")
    pruned = prune(settings(tmp_path), engine, TODAY)
    assert pruned == Pruned(days=2, files=3, size=30)
    assert [path.exists() for path in (old, last, part, kept)] == [False, False, False, True]
    assert [path.name for path in (tmp_path / "archive").iterdir()] == [ago(400)]
    assert prune(settings(tmp_path), engine, TODAY) == Pruned()


def test_for_ever_is_for_ever(tmp_path: Path, engine: Engine) -> None:
    old = file_of(tmp_path, "2001-01-01")
    assert prune(settings(tmp_path, "archive_days = 0"), engine, TODAY) == Pruned()
    assert prune(settings(tmp_path, 'archive = ""'), engine, TODAY) == Pruned()
    assert old.exists()


def test_there_may_be_no_archive_yet(tmp_path: Path, engine: Engine) -> None:
    assert prune(settings(tmp_path), engine, TODAY) == Pruned()
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize(
    ("status", "decision", "days", "stays"),
    [
        ("refused", None, 500, True),
        ("refused", None, UNDECIDED_DAYS, True),
        ("refused", None, UNDECIDED_DAYS + 1, False),
        ("refused", "rejected", 500, False),
        ("accepted", None, 500, False),
        ("failed", None, 500, False),
    ],
)
def test_what_a_person_may_still_accept_stays(
    tmp_path: Path, engine: Engine, status: str, decision: str | None, days: int, stays: bool
) -> None:
    path = file_of(tmp_path, ago(days))
    beside = file_of(tmp_path, ago(days), "080000-index-H01-2025.jsonl.gz")
    capture(engine, ago(days), status, decision=decision)
    pruned = prune(settings(tmp_path), engine, TODAY)
    assert (path.exists(), beside.exists()) == (stays, False)
    assert pruned.files == 1 + (not stays)


def test_what_a_later_reading_superseded_goes(tmp_path: Path, engine: Engine) -> None:
    path = file_of(tmp_path, ago(500))
    refused = capture(engine, ago(500), "refused")
    with writing(engine) as connection:
        connection.execute(update(tables.scopes).values(last_capture_id=refused + 1))
    prune(settings(tmp_path), engine, TODAY)
    assert not path.exists()


def test_what_is_not_ours_stays(tmp_path: Path, engine: Engine) -> None:
    mine = file_of(tmp_path, ago(500))
    theirs = [
        file_of(tmp_path, ago(500), "bao-cao.xlsx"),
        file_of(tmp_path, ago(500), "070000-weather-H01.jsonl.gz"),
        file_of(tmp_path, ago(500), "notes/070000-index-H01.jsonl.gz"),
        file_of(tmp_path, "2001-02-30"),
        file_of(tmp_path, "2001-01-01 (copy)"),
        file_of(tmp_path, "1"),
        file_of(tmp_path, "."),
    ]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / NAME).write_bytes(b"0123456789")
    (tmp_path / "archive" / ago(600)).symlink_to(elsewhere)
    link = tmp_path / "archive" / ago(500) / "080000-index-H01.jsonl.gz"
    link.symlink_to(elsewhere / NAME)
    (tmp_path / "archive" / ago(700)).write_text("a file with the name of a day")

    assert prune(settings(tmp_path), engine, TODAY) == Pruned(days=1, files=1, size=10)
    assert not mine.exists()
    assert all(path.exists() for path in (*theirs, link, elsewhere / NAME))
    assert (tmp_path / "archive" / ago(700)).exists()


def test_the_archive_itself_may_lie_on_another_disk(tmp_path: Path, engine: Engine) -> None:
    file_of(tmp_path, ago(500))
    (tmp_path / "archive").rename(tmp_path / "disk")
    (tmp_path / "archive").symlink_to(tmp_path / "disk")
    assert prune(settings(tmp_path), engine, TODAY).files == 1


def test_a_clock_that_jumps_costs_some_days_and_not_the_archive(
    tmp_path: Path, engine: Engine
) -> None:
    for days in range(30):
        file_of(tmp_path, ago(days))
    pruned = prune(settings(tmp_path), engine, TODAY.replace(year=2036))
    assert pruned.days == MOST_DAYS_AT_ONCE
    left = sorted(path.name for path in (tmp_path / "archive").iterdir())
    assert left == [ago(days) for days in reversed(range(30 - MOST_DAYS_AT_ONCE))]


def test_a_file_that_will_not_go_is_told_and_stops_no_other(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    stubborn, other = file_of(tmp_path, ago(500)), file_of(tmp_path, ago(450))
    unlink = os.unlink

    def refuse(path: Path) -> None:
        if path == stubborn:
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path)

    monkeypatch.setattr(Path, "unlink", refuse)
    pruned = prune(settings(tmp_path), engine, TODAY)
    assert (pruned.days, pruned.files) == (1, 1)
    assert pruned.trouble == f"{stubborn} cannot be removed: Permission denied."
    assert not other.exists()


def test_accepting_what_the_archive_forgot_is_one_sentence(tmp_path: Path, engine: Engine) -> None:
    number = capture(engine, ago(500), "refused")
    with pytest.raises(DecisionError) as caught:
        accept_capture(settings(tmp_path), engine, number)
    said = str(caught.value)
    assert f"capture {number}, {ago(500)}/{NAME}, are no longer in the archive" in said
    assert "archive_days" in said
    assert str(tmp_path) not in said


@pytest.fixture(scope="module")
def shared(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One store for all examples; each empties it first."""
    opened = open_store(databases.new(tmp_path_factory.mktemp("retention") / "store.db"))
    yield opened
    opened.dispose()


@given(
    ages=st.sets(st.integers(0, 40), max_size=12),
    keep=st.integers(1, 40),
    awaiting=st.sets(st.integers(0, 40), max_size=4),
)
def test_exactly_the_old_and_unneeded_days_go(
    shared: Engine, ages: set[int], keep: int, awaiting: set[int]
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = {age: file_of(folder, ago(age)) for age in ages}
        with writing(shared) as connection:
            connection.execute(tables.captures.delete())
            connection.execute(tables.scopes.delete())
        for age in awaiting & ages:
            capture(shared, ago(age), "refused")
        config = settings(folder, f"archive_days = {keep}")
        rounds = [prune(config, shared, TODAY) for _ in range(3)]
        gone = {age for age, path in files.items() if not path.exists()}
        assert gone == {age for age in ages if age > keep and age not in awaiting}
        assert sum(one.files for one in rounds) == len(gone)

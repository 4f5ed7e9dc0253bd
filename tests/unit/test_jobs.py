"""What the daemon's jobs start, and what they leave alone."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models import tables
from sync import jobs, leases, outbox
from sync.attempts import Source, asked_by, mark_told, write_asked
from sync.changes import Severity
from sync.config import Config, load
from sync.jobs import Checks, Messages, asking
from sync.schedule import timetable_of
from sync.store import writing

NOW = dt.datetime(2026, 11, 26, 0, 0, tzinfo=dt.UTC)  # seven o'clock in Viet Nam
CONFIG = """
[index]
provinces = ["H01"]
[procedures]
enabled = false
[schedule]
jitter_minutes = 0
"""
FOLDERS = """
[schedule.sources]
index = ["06:00"]
"Một cửa" = ["07:00", "13:00"]
[[dossiers.sources]]
name = "Một cửa"
kind = "folder"
path = "x"
[[dossiers.sources]]
name = "khac"
kind = "folder"
path = "y"
"""


class FakeErrand:
    """An errand that runs until a test ends it."""

    sent: list[FakeErrand]

    def __init__(self, *command: str) -> None:
        self.command = command
        self.exit_code: int | None = None
        self.seconds = 0.0
        self.sent.append(self)

    def ask_to_end(self) -> None:
        self.exit_code = 130

    def end(self, within_s: float) -> None:
        self.exit_code = -9


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[FakeErrand]:
    """The errands that were sent, in order."""
    FakeErrand.sent = []
    monkeypatch.setattr(jobs, "Errand", FakeErrand)
    return FakeErrand.sent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, "utf-8")
    return file


@pytest.fixture
def config(path: Path) -> Config:
    return load(path)


@pytest.fixture(autouse=True)
def at_seven(monkeypatch: pytest.MonkeyPatch) -> None:
    move(monkeypatch, 0)


def move(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    monkeypatch.setenv("DVCQG_NOW", (NOW + dt.timedelta(minutes=minutes)).isoformat())


def checked(engine: Engine, config: Config, started_at: dt.datetime) -> None:
    """A complete check of everything, as one that runs leaves it."""
    with writing(engine) as connection:
        done = {"day": "2026-11-26", "started_at": started_at, "finished_at": started_at}
        inserted = connection.execute(tables.checks.insert().values(complete=1, **done))
        assert inserted.inserted_primary_key is not None
        number = int(inserted.inserted_primary_key[0])
        write_asked(connection, number, asked_by(config, ["index", "dossiers", "procedures"]))
        mark_told(connection, number)


def test_one_check_at_a_time_and_none_when_it_is_done(
    engine: Engine,
    config: Config,
    path: Path,
    sent: list[FakeErrand],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    checks = Checks(config, path, engine)
    for _ in range(3):
        checks.look()
    command = ("check", "--verbose", "--config", str(path), "--only", "index")
    assert [one.command for one in sent] == [command]
    checked(engine, config, NOW)
    sent[0].exit_code = 0
    for _ in range(3):
        checks.look()
    assert len(sent) == 1
    assert caplog.messages.count("next check: 2026-11-27 07:00") == 1
    move(monkeypatch, 24 * 60)
    checks.look()
    assert len(sent) == 2


def test_a_check_that_left_no_trace_is_not_started_again_at_every_look(
    engine: Engine,
    config: Config,
    path: Path,
    sent: list[FakeErrand],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Such as one whose configuration somebody has broken since."""
    checks = Checks(config, path, engine)
    checks.look()
    for minute in range(12 * 60):
        move(monkeypatch, minute)
        for errand in sent:
            errand.exit_code = 2
        checks.look()
    assert len(sent) == 5


def test_while_somebody_else_checks_nothing_is_started(
    engine: Engine, config: Config, path: Path, sent: list[FakeErrand]
) -> None:
    checks = Checks(config, path, engine)
    with leases.holding(engine, "check"):
        checks.look()
    assert sent == []
    checks.look()
    assert len(sent) == 1


def test_a_check_that_never_ends_is_ended(
    engine: Engine, config: Config, path: Path, sent: list[FakeErrand]
) -> None:
    checks = Checks(config, path, engine)
    checks.look()
    sent[0].seconds = jobs.LONGEST_CHECK_S - 1
    checks.look()
    assert sent[0].exit_code is None
    sent[0].seconds = jobs.LONGEST_CHECK_S + 1
    checks.look()
    assert sent[0].exit_code == -9
    checks.look()
    assert len(sent) == 1


def test_when_stopping_what_runs_is_ended_and_nothing_is_started(
    engine: Engine, config: Config, path: Path, sent: list[FakeErrand]
) -> None:
    checks = Checks(config, path, engine)
    checks.look()
    checks.stop()
    assert sent[0].exit_code == 130
    checks.look()
    assert len(sent) == 1


def test_each_source_has_its_times(path: Path) -> None:
    path.write_text(CONFIG + FOLDERS, "utf-8")
    six, seven, one = dt.time(6), dt.time(7), dt.time(13)
    assert timetable_of(load(path)).times == {
        Source("index", "portal"): (six,),
        Source("dossiers", "Một cửa"): (seven, one),
        Source("dossiers", "khac"): (seven,),
    }


def test_what_is_due_together_is_one_check(
    engine: Engine, path: Path, sent: list[FakeErrand], monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text(CONFIG + FOLDERS, "utf-8")
    config = load(path)
    checked(engine, config, NOW - dt.timedelta(minutes=30))
    Checks(config, path, engine).look()
    only = ("--only", "dossiers", "--source=Một cửa", "--source=khac")
    assert sent[0].command[4:] == only
    checked(engine, config, NOW)
    move(monkeypatch, 6 * 60)
    Checks(config, path, engine).look()
    assert sent[1].command[4:] == ("--only", "dossiers", "--source=Một cửa")


def test_the_options_of_a_check_name_its_sources() -> None:
    index, procedures = Source("index", "portal"), Source("procedures", "portal")
    assert asking([index, Source("dossiers", "a"), procedures]) == [
        "--only",
        "index,dossiers,procedures",
        "--source=a",
    ]


def wait_to_be_sent(engine: Engine) -> None:
    with writing(engine) as connection:
        outbox.queue(connection, "env:X", Severity.warning, "title", "body", now=NOW, due_at=NOW)


def test_messages_are_sent_when_some_wait_and_by_one_at_a_time(
    engine: Engine, config: Config, path: Path, sent: list[FakeErrand]
) -> None:
    messages = Messages(config, path, engine)
    messages.look()
    assert sent == []
    wait_to_be_sent(engine)
    messages.look()
    messages.look()
    assert [one.command[0] for one in sent] == ["notify"]
    sent[0].exit_code = 0
    messages.look()
    assert len(sent) == 2


def test_a_sending_that_breaks_is_not_started_every_minute(
    engine: Engine, config: Config, path: Path, sent: list[FakeErrand]
) -> None:
    messages = Messages(config, path, engine)
    wait_to_be_sent(engine)
    for _ in range(5):
        messages.look()
        sent[0].exit_code = 4
    assert len(sent) == 1


def test_a_store_that_is_away_is_told_once_and_looked_at_again(
    engine: Engine,
    config: Config,
    path: Path,
    store_path: Path,
    sent: list[FakeErrand],
    caplog: pytest.LogCaptureFixture,
) -> None:
    checks = Checks(config, path, engine)
    engine.dispose()
    away = store_path.with_name("away.db")
    store_path.rename(away)
    store_path.mkdir()
    for _ in range(3):
        checks.look()
    assert [one for one in caplog.messages if "cannot be read" in one] == caplog.messages[:1]
    assert (len(caplog.messages), sent) == (1, [])
    store_path.rmdir()
    away.rename(store_path)
    checks.look()
    assert len(sent) == 1

"""What is told to machines that watch: all that is wrong, and no figure that nobody knows."""

from __future__ import annotations

import datetime as dt
import re
import socket
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, update

from models import tables
from sync import capture_log, health, outbox
from sync.changes import Severity
from sync.config import Config, load
from sync.health import CannotListen, Health, serving
from sync.store import writing

NOW = dt.datetime(2026, 11, 26, 0, 0, tzinfo=dt.UTC)
CONFIG = """
index = { provinces = ["H01"], periods = ["year"], revisit_days = 0 }
procedures.enabled = false
[[dossiers.sources]]
name = "thumuc"
kind = "folder"
path = "x"
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, "utf-8")
    return load(path)


@pytest.fixture(autouse=True)
def at_seven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVCQG_NOW", NOW.isoformat())
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def believe(engine: Engine, dataset: str, source: str, name: str, at: dt.datetime) -> None:
    """A reading that was believed at an instant."""
    with writing(engine) as connection:
        scope = capture_log.Scope(dataset, source, name, name)
        number = capture_log.scope_number(connection, scope)
        times = {"started_at": at, "completed_at": at, "day": "2026-11-26", "requests": 1}
        capture = capture_log.open_capture(connection, number, times)
        capture_log.update_capture(connection, capture, status="accepted")
        connection.execute(
            update(tables.scopes)
            .where(tables.scopes.c.id == number)
            .values(last_capture_id=capture)
        )


def believe_all(engine: Engine, at: dt.datetime = NOW) -> None:
    for dataset, source, name in [
        ("index", "portal", "VN/2026"),
        ("index", "portal", "H01/2026"),
        ("dossiers", "thumuc", "thumuc"),
    ]:
        believe(engine, dataset, source, name, at)


def figures(told: Health) -> dict[str, float]:
    """Name and labels -> value, as a scraper gets them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    with serving(told, address), urlopen(f"http://127.0.0.1:{address[1]}/metrics") as answer:
        text = answer.read().decode()
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_what_was_never_read_is_wrong_and_has_no_age(engine: Engine, config: Config) -> None:
    believe(engine, "index", "portal", "VN/2026", NOW)
    told = Health(config, engine, lambda: True)
    assert told.problems() == [
        "stale: index, source portal, H01/2026: never read",
        "stale: dossiers, source thumuc, thumuc: never read",
    ]
    found = figures(told)
    assert [name for name in found if name.startswith("dvcqg_freshness")] == []
    assert "dvcqg_last_check_complete" not in found
    assert found["dvcqg_stale index portal"] == 1


def test_a_source_is_as_old_as_its_oldest_reading(engine: Engine, config: Config) -> None:
    believe_all(engine, NOW - dt.timedelta(minutes=1))
    believe(engine, "index", "portal", "VN/2026", NOW)
    told = Health(config, engine, lambda: True)
    assert told.problems() == []
    found = figures(told)
    assert found["dvcqg_freshness_seconds index portal"] == 60
    assert found["dvcqg_freshness_seconds dossiers thumuc"] == 60
    assert found["dvcqg_stale index portal"] == 0
    assert found["dvcqg_captures accepted"] == 4
    assert found["dvcqg_store_bytes"] > 100_000


def test_every_figure_is_documented(engine: Engine, config: Config) -> None:
    text = (Path(__file__).parents[2] / "docs/operations.md").read_text("utf-8")
    rows = "".join(re.findall(r"^\| (`dvcqg_[^|]+) \|", text, flags=re.MULTILINE))
    believe_all(engine)
    with writing(engine) as connection:
        done = {"day": "2026-11-26", "started_at": NOW, "finished_at": NOW, "complete": 1}
        connection.execute(tables.checks.insert().values(**done))
        outbox.queue(connection, "env:X", Severity.info, "t", "b", now=NOW, due_at=NOW)
    names = {name.split()[0] for name in figures(Health(config, engine, lambda: True))}
    told = {name for name in names if name.startswith("dvcqg_")}
    assert set(re.findall(r"dvcqg_\w+", rows)) == told


def test_a_daemon_that_looks_no_more_is_wrong(engine: Engine, config: Config) -> None:
    believe_all(engine)
    told = Health(config, engine, lambda: False)
    assert told.problems() == ["the daemon no longer looks at its timetable"]


def test_a_store_that_is_away_is_one_sentence(
    engine: Engine, config: Config, store_path: Path
) -> None:
    engine.dispose()
    store_path.unlink()
    store_path.mkdir()
    (said,) = Health(config, engine, lambda: True).problems()
    assert said.startswith("the store ")
    assert "cannot be read" in said


def test_the_archive_is_not_counted_at_every_question(
    engine: Engine, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert config.archive_folder is not None
    config.archive_folder.mkdir()
    (config.archive_folder / "a").write_bytes(b"12345")
    told = Health(config, engine, lambda: True)
    assert figures(told)["dvcqg_archive_bytes"] == 5
    (config.archive_folder / "b").write_bytes(b"123")
    assert figures(told)["dvcqg_archive_bytes"] == 5
    monkeypatch.setattr(health, "ARCHIVE_S", 0.0)
    assert figures(told)["dvcqg_archive_bytes"] == 8


def test_no_address_is_no_server_and_a_taken_one_is_told(engine: Engine, config: Config) -> None:
    told = Health(config, engine, lambda: True)
    with serving(told, None):
        pass
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        there = serving(told, taken.getsockname())
        with pytest.raises(CannotListen, match="cannot be listened on") as error:
            there.__enter__()
    assert error.value.exit_code == 2

"""What the store says of who was asked, when, and how it ended."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from models import tables
from sync import capture_log
from sync.attempts import (
    Attempt,
    Source,
    asked_by,
    attempts_since,
    is_whole_day_done,
    last_check,
    mark_told,
    write_asked,
)
from sync.config import load
from sync.store import reading, writing

pytestmark = pytest.mark.both_databases

NOW = dt.datetime(2026, 11, 26, 0, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
INDEX, FOLDER = Source("index", "portal"), Source("dossiers", "thumuc")


def begin(engine: Engine, *sources: Source, started_at: dt.datetime = NOW) -> int:
    with writing(engine) as connection:
        inserted = connection.execute(
            tables.checks.insert().values(day="2026-11-26", started_at=started_at)
        )
        assert inserted.inserted_primary_key is not None
        number = int(inserted.inserted_primary_key[0])
        write_asked(connection, number, sources)
    return number


def read(engine: Engine, check: int, source: Source, status: str, decision: str | None) -> None:
    """A capture of a check."""
    with writing(engine) as connection:
        scope = capture_log.Scope(source.dataset, source.name, "one", "one")
        times = {"started_at": NOW, "completed_at": NOW, "day": "2026-11-26", "requests": 1}
        number = capture_log.scope_number(connection, scope)
        capture = capture_log.open_capture(connection, number, {"check_id": check, **times})
        capture_log.update_capture(connection, capture, status=status, decision=decision)


def finish(engine: Engine, check: int, *, is_told: bool = True) -> None:
    with writing(engine) as connection:
        connection.execute(
            update(tables.checks)
            .where(tables.checks.c.id == check)
            .values(finished_at=NOW + MINUTE, complete=1)
        )
        if is_told:
            mark_told(connection, check)


def attempts(engine: Engine) -> list[Attempt]:
    with reading(engine) as connection:
        return attempts_since(connection, NOW - MINUTE)


def test_a_source_without_anything_new_was_asked_all_the_same(engine: Engine) -> None:
    check = begin(engine, FOLDER, INDEX)
    finish(engine, check)
    assert attempts(engine) == [
        Attempt(check, FOLDER, NOW, NOW + MINUTE, True),
        Attempt(check, INDEX, NOW, NOW + MINUTE, True),
    ]


@pytest.mark.parametrize(
    ("status", "decision", "is_complete"),
    [
        ("accepted", None, True),
        ("unchanged", None, True),
        ("failed", None, False),
        ("refused", None, False),
        ("refused", "rejected", True),
        ("accepted", "accepted", True),
    ],
)
def test_only_what_brought_nothing_and_nobody_settled_is_incomplete(
    engine: Engine, status: str, decision: str | None, is_complete: bool
) -> None:
    check = begin(engine, FOLDER, INDEX)
    read(engine, check, INDEX, status, decision)
    finish(engine, check)
    assert [one.is_complete for one in attempts(engine)] == [True, is_complete]


def test_one_that_was_killed_is_broken_off_and_so_is_one_that_told_nobody(engine: Engine) -> None:
    killed, untold = begin(engine, INDEX), begin(engine, INDEX)
    finish(engine, untold, is_told=False)
    assert [(one.check, one.ended_at, one.is_complete) for one in attempts(engine)] == [
        (killed, None, False),
        (untold, None, False),
    ]
    later = begin(engine, INDEX)
    finish(engine, later)
    assert [one.ended_at for one in attempts(engine)] == [None, NOW + MINUTE, NOW + MINUTE]


def test_old_ones_are_left_out_and_the_newest_is_known_by_its_number(engine: Engine) -> None:
    with reading(engine) as connection:
        assert last_check(connection) == 0
    begin(engine, INDEX, started_at=NOW - 2 * MINUTE)
    newest = begin(engine, INDEX)
    assert [one.check for one in attempts(engine)] == [newest]
    with reading(engine) as connection:
        assert last_check(connection) == newest


def test_whom_a_check_asks_follows_from_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        'index.provinces = ["H01"]\n[[dossiers.sources]]\nname = "thumuc"\nkind = "folder"\n'
        'path = "x"\n',
        "utf-8",
    )
    config = load(path)
    every = [INDEX, FOLDER, Source("procedures", "portal")]
    assert asked_by(config, ["index", "dossiers", "procedures"]) == every
    assert asked_by(config, ["dossiers"]) == [FOLDER]
    without = config.model_copy(
        update={"procedures": config.procedures.model_copy(update={"enabled": False})}
    )
    assert asked_by(without, ["index", "procedures"]) == [INDEX]


def whole_day(engine: Engine, tmp_path: Path, check: int) -> bool:
    path = tmp_path / "config.toml"
    path.write_text(
        '[index]\nprovinces = ["H01"]\n[procedures]\nenabled = false\n'
        '[[dossiers.sources]]\nname = "thumuc"\nkind = "folder"\npath = "."\n'
    )
    with reading(engine) as connection:
        return is_whole_day_done(connection, load(path), check)


def test_a_day_is_done_when_every_source_was_asked_and_answered(
    engine: Engine, tmp_path: Path
) -> None:
    alone = begin(engine, INDEX)
    read(engine, alone, INDEX, "accepted", None)
    finish(engine, alone)
    assert not whole_day(engine, tmp_path, alone), "nobody looked at the folder"
    broken = begin(engine, FOLDER)
    read(engine, broken, FOLDER, "failed", None)
    finish(engine, broken)
    later = begin(engine, INDEX)
    assert not whole_day(engine, tmp_path, later), "the folder failed"
    finish(engine, later)
    mended = begin(engine, FOLDER)
    assert whole_day(engine, tmp_path, mended), "its own duty is not told yet"


def test_what_was_done_yesterday_is_not_done_today(engine: Engine, tmp_path: Path) -> None:
    yesterday = begin(engine, INDEX, FOLDER, started_at=NOW - dt.timedelta(days=1))
    finish(engine, yesterday)
    today = begin(engine, INDEX)
    assert not whole_day(engine, tmp_path, today)
    finish(engine, today)
    assert whole_day(engine, tmp_path, begin(engine, FOLDER))

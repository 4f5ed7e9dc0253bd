"""`dvcqg status`: the last checks, what waits to be sent, how much room all takes."""

from __future__ import annotations

import datetime as dt
import io
import os
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import Engine

from models import tables
from sync import overview
from sync.attempts import asked_by, mark_told, write_asked
from sync.check import DATASETS
from sync.config import Config
from sync.leases import holding
from sync.store import store_size, writing
from tests.unit.doctor_office import office

NOW = dt.datetime(2026, 11, 20, 0, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _at_one_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVCQG_NOW", NOW.isoformat())


def check(engine: Engine, at: dt.datetime, complete: int | None) -> None:
    with writing(engine) as connection:
        connection.execute(
            tables.checks.insert().values(
                day=at.date().isoformat(), started_at=at, complete=complete
            )
        )


def message(engine: Engine, state: str, age: dt.timedelta, trouble: str | None = None) -> None:
    with writing(engine) as connection:
        connection.execute(
            tables.outbox.insert().values(
                route="env:DVCQG_NOTIFY_URL", kind="digest", severity=2, title="Tin", body="Tin",
                state=state, created_at=NOW - age, due_at=NOW, attempts=1, possibly_repeated=0,
                trouble=trouble,
            )
        )  # fmt: skip


def printed(found: dict[str, Any]) -> list[str]:
    console = Console(file=io.StringIO(), width=120)
    overview.print_status(found, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_before_the_first_check_it_says_how_to_begin(tmp_path: Path, engine: Engine) -> None:
    found = overview.status(engine, office(tmp_path))
    assert (found["stale"], found["last_check"], found["last_complete_check"]) == (True, None, None)
    assert printed(found)[0] == "Chưa kiểm tra lần nào. Chạy: dvcqg check"


def test_the_last_complete_check_is_told_where_a_later_one_is_not(
    tmp_path: Path, engine: Engine
) -> None:
    hour = dt.timedelta(hours=1)
    check(engine, NOW - 49 * hour, 0)
    found = overview.status(engine, office(tmp_path))
    assert printed(found)[0].endswith("chưa đầy đủ; chưa có lần nào đầy đủ.")
    check(engine, NOW - 48 * hour, 1)
    found = overview.status(engine, office(tmp_path))
    assert found["last_check"] == found["last_complete_check"]
    assert printed(found)[0] == "Lần kiểm tra cuối: 07:30 ngày 18/11/2026, đầy đủ."
    check(engine, NOW - 24 * hour, 0)
    check(engine, NOW, None)  # killed
    found = overview.status(engine, office(tmp_path))
    assert (found["last_check"]["id"], found["last_complete_check"]["id"]) == (4, 2)
    assert printed(found)[0] == (
        "Lần kiểm tra cuối: 07:30 ngày 20/11/2026, chưa đầy đủ; "
        "lần đầy đủ gần nhất: 07:30 ngày 18/11/2026."
    )


def test_what_waits_and_what_was_given_up_lately_is_told(tmp_path: Path, engine: Engine) -> None:
    day = dt.timedelta(days=1)
    message(engine, "sent", day)
    message(engine, "dropped", 8 * day, "an old trouble")
    quiet = overview.status(engine, office(tmp_path))
    assert (quiet["outbox"]["waiting"], quiet["outbox"]["dropped"]) == (0, 0)
    assert not [line for line in printed(quiet) if line.startswith("Tin nhắn")]
    message(engine, "waiting", day)
    message(engine, "sending", 2 * day, "the receiver answered with error 502")
    message(engine, "dropped", 6 * day)
    found = overview.status(engine, office(tmp_path))
    assert found["outbox"] == {
        "waiting": 2,
        "oldest": "2026-11-18T00:30:00Z",
        "dropped": 1,
        "trouble": "the receiver answered with error 502",
    }
    assert (
        "Tin nhắn: 2 chờ gửi, cũ nhất từ 07:30 ngày 18/11/2026; 1 đã bỏ, không gửi được "
        "(the receiver answered with error 502)."
    ) in printed(found)


def test_the_next_check_is_told_where_a_daemon_will_do_it(tmp_path: Path, engine: Engine) -> None:
    config = office(tmp_path, 'schedule = { check = "08:15", jitter_minutes = 0 }')
    alone = overview.status(engine, config)
    assert (alone["running"], alone["next_run"]) == ({"daemon": None, "check": None}, None)
    assert printed(alone)[1].startswith("Không chạy nền")
    with holding(engine, "daemon"):
        # Nothing was ever asked, so yesterday's check is still to be made up for.
        assert overview.status(engine, config)["next_run"] == "2026-11-20T00:30:00Z"
        complete_attempt(engine, config)
        served = overview.status(engine, config)
        assert served["next_run"] == "2026-11-20T01:15:00Z"
        assert printed(served)[1] == "Lần kiểm tra sau: 08:15 ngày 20/11/2026."
        with holding(engine, "check"):
            during = overview.status(engine, config)
    assert f"process {os.getpid()} on" in during["running"]["daemon"]
    assert printed(during)[1] == "Đang kiểm tra."


def complete_attempt(engine: Engine, config: Config) -> None:
    """As after a check of now that brought everything, told to the end."""
    with writing(engine) as connection:
        connection.execute(
            tables.checks.insert().values(
                id=1, day="2026-11-20", started_at=NOW, finished_at=NOW, complete=1
            )
        )
        write_asked(connection, 1, asked_by(config, DATASETS))
        mark_told(connection, 1)


def test_the_room_is_measured(tmp_path: Path, engine: Engine) -> None:
    config = office(tmp_path)
    (tmp_path / "archive" / "2026-11-20").mkdir(parents=True)
    (tmp_path / "archive" / "2026-11-20" / "a.jsonl.gz").write_bytes(b"x" * 1_000)
    found = overview.status(engine, config)
    assert found["archive_bytes"] == 1_000
    assert found["store_bytes"] == store_size(engine) > 0
    assert overview.status(engine, office(tmp_path, 'store.archive = ""'))["archive_bytes"] is None

"""The daemon as a process: days that pass, kills, signals, and what keeps it from starting."""

from __future__ import annotations

import io
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from sync.duty import do_duty
from tests.flow.naive import Found
from tests.flow.office import CHANGES, SCORES, Office
from tests.flow.running import Running, settings, wait_for
from tests.flow.test_days import FOUND, expected_on
from tests.replica.server import Replica
from tests.unit.receiver import Receiver

DAYS = range(1, 6)
KILLS: dict[int, list[bool]] = {1: [], 2: [True, False], 3: [], 4: [True, True], 5: []}
"""By day: each kill, and whether it takes the worker along."""
DIGESTS = "SELECT substr(created_at, 1, 10), title, severity FROM outbox ORDER BY id"
TOLD_ON = ["2026-11-27", "2026-11-28", "2026-11-30"]
"""The days on which something about the year is planted with at least a warning."""
LISTINGS = '[[dossiers.sources]]\nname = "thumuc"\nkind = "folder"\npath = "qua-han"\n'


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Receiver() as running:
        yield running


def office_of(folder: Path, replica: Replica, receiver: Receiver) -> Office:
    """An office that reads the index of the year and a folder, and tells a receiver."""
    (folder / "qua-han").mkdir(parents=True)
    route = f'[[notify]]\nurl = "json://{receiver.address}/office"\n'
    year = 'periods = ["year"]\nrevisit_days = 0'
    return Office(folder, replica, periods=year, more=settings(more=LISTINGS + route))


def planted_on(day: int) -> Counter[Found]:
    """What is planted about the year."""
    return Counter(
        {one: number for one, number in expected_on(day).items() if one.period_type == "year"}
    )


def in_peace(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same days, each duty done once in this process."""
    for day in DAYS:
        office.replica.day = day
        monkeypatch.setenv("DVCQG_NOW", office.now(day))
        quiet = Console(file=io.StringIO())
        do_duty(office.config, office.engine, lambda done, total, label: None, quiet)
    monkeypatch.delenv("DVCQG_NOW")


def is_at_work(office: Office) -> bool:
    return office.rows("SELECT finished_at FROM check_log ORDER BY id DESC LIMIT 1") == [(None,)]


def test_five_days_killed_at_random_are_like_five_days_in_peace(
    tmp_path: Path, replica: Replica, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady = office_of(tmp_path / "steady", replica, receiver)
    in_peace(steady, monkeypatch)
    office = office_of(tmp_path / "killed", replica, receiver)
    daemon, instants = Running(office), random.Random(766)
    daemon.move_to(1)
    replica.fault("slow", seconds=0.3)
    with daemon:
        for day in DAYS:
            daemon.move_to(day)
            for with_worker in KILLS[day]:
                wait_for(lambda: is_at_work(office), "a check that begins")
                # Some kills hit what follows the reading: the alerts, the report, the messages.
                time.sleep(instants.uniform(0, 1.5))
                daemon.kill(with_worker=with_worker)
                daemon.start()
            daemon.finish_day(day)

    days = [office.now(day)[:10] for day in DAYS]
    checks = daemon.checks()
    assert set(checks) == {(day, "complete") for day in days}
    for day, date in zip(DAYS, days, strict=True):
        if not KILLS[day]:
            assert checks.count((date, "complete")) == 1
        found = Counter(Found(*row) for row in office.rows(FOUND, day=date))
        assert found == planted_on(day)
    assert [row[0] for row in office.rows(DIGESTS)] == TOLD_ON
    for query in (CHANGES, SCORES, DIGESTS):
        assert office.rows(query) == steady.rows(query)
    assert office.versions() == steady.versions()
    assert office.is_whole()
    unfinished = office.rows("SELECT COUNT(*) FROM check_log WHERE finished_at IS NULL")
    assert unfinished[0][0] >= 2, "the kills came too late to prove anything"

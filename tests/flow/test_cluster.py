"""Workers on several computers make the store that one process makes, at one pace."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync import cluster, leases
from sync.cluster import Crew, Job
from tests.databases import POSTGRESQL, Databases, using
from tests.flow.cluster import WINDOW_S, fastest, hurt_backfill, paced, rewritten, workers
from tests.flow.listings import igate_source
from tests.flow.office import CHANGES, DVCQG, SCORES, Office
from tests.flow.running import wait_for
from tests.flow.test_backfill import PERIODS, STORED
from tests.replica import igate_api
from tests.replica.server import Replica

BACKFILL = ["backfill", "index", "--from", "2025-07", "--to", "2026-03", "--province", "H01,H53"]
SHORT = ["backfill", "index", "--from", "2026-01", "--to", "2026-03", "--province", "H01"]
RATE = 4
YEAR = PERIODS.replace('"year", "quarter"', '"year"')
CHECKED = (
    CHANGES,
    SCORES,
    "SELECT code, name, kind, province_code, active, first_seen_at, last_seen_at FROM units"
    " ORDER BY code",
    "SELECT dataset, source, scope, status, rows, requests FROM captures ORDER BY 1, 2, 3, id",
    "SELECT day, status, captures, changes, warnings, criticals FROM checks ORDER BY id",
    "SELECT kind, severity, unit_code, subject, state FROM alerts ORDER BY 1, 3, 4",
    "SELECT code, name, pending_decision FROM procedures ORDER BY 1",
    "SELECT code, unit_name, due_at FROM overdue_now ORDER BY 1",
)


@pytest.fixture(scope="module", autouse=True)
def databases() -> Iterator[Databases]:
    with using(POSTGRESQL) as found:
        yield found


@pytest.fixture(autouse=True)
def _on_day_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVCQG_NOW", "2026-11-26T07:00:00+07:00")


@pytest.fixture
def past_office(tmp_path: Path, replica: Replica) -> Iterator[Office]:
    opened = Office(tmp_path / "past", replica, periods=PERIODS)
    yield opened
    opened.engine.dispose()


def test_one_killed_one_cut_off_and_every_row_is_there(tmp_path: Path, replica: Replica) -> None:
    hurt = hurt_backfill(tmp_path, replica, BACKFILL, PERIODS, RATE, cut_s=12)
    for query in STORED:
        assert hurt.spread.rows(query) == hurt.alone.rows(query)
    assert hurt.spread.versions() == hurt.alone.versions()
    assert len(replica.requests) >= hurt.requests
    assert fastest(replica) <= RATE * WINDOW_S


@pytest.mark.long
def test_a_spread_check_is_a_plain_one(
    tmp_path: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = igate_source(replica, 200)
    plain, spread = (
        rewritten(
            Office(tmp_path / name, replica, more=more, periods=PERIODS),
            '["H01"]',
            '["H01", "H53"]',
        )
        for name in ("plain", "spread")
    )
    alike_on_day_two(plain, spread, monkeypatch)


@pytest.mark.long
def test_told_to_stop_it_gives_back_what_it_has_in_hand(past_office: Office) -> None:
    past_office.replica.fault("slow", province="H01", seconds=4.6, times=1)
    with workers(past_office, 2) as crew:
        leader = start(past_office)
        wait_for(lambda: len(past_office.replica.requests) == 2, "the slow one")
        (stopped,) = [one for one in crew if one.has_work]
        code, seconds = stopped.stop()
        assert code == 0
        assert seconds < 10
        assert leader.wait(60) == 0
        (other,) = [one for one in crew if one is not stopped]
        assert "taking over" not in other.said
    assert past_office.dvcqg(*SHORT, day=1).stdout.count("; 0 readings") == 1


def test_what_one_is_refused_nobody_asks_any_more(past_office: Office) -> None:
    replica = past_office.replica
    replica.fault("forbidden", province="H01", times=1)
    with workers(past_office, 3):
        refused = past_office.dvcqg(*SHORT, "--distributed", day=1)
        assert refused.returncode == 3
        assert "the portal refuses to answer" in refused.stderr
        asked = len(replica.requests)
        # The nation, the refusal, and what the other had on its way.
        assert asked <= 2 + 7
        assert past_office.dvcqg(*SHORT, "--distributed", day=1).returncode == 0
    assert past_office.rows("SELECT COUNT(*) FROM changes") == [(0,)]


def test_it_makes_way_for_a_check(past_office: Office) -> None:
    lease = leases.take(past_office.engine, "check")
    with workers(past_office, 1):
        leader = start(past_office)
        time.sleep(3)
        assert past_office.replica.requests == []
        lease.give_back()
        assert leader.wait(60) == 0


def test_without_workers_it_gives_up(past_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "IDLE_S", 1.0)
    job = Job("index VN/2026", {"period": "2026", "code": None})
    with Crew(past_office.config, past_office.engine, "backfill") as crew:
        assert crew.do([job], lambda number: number == 0) == [job]
        # What was given up waits no more, so it may be asked for again.
        assert crew.do([job], lambda number: False) == [job]


def test_workers_with_other_settings_leave_it_alone(
    past_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "IDLE_S", 1.0)
    slower = paced(past_office, 0.5).config
    rewritten(past_office, "= 0.5", "= 0")
    job = Job("index VN/2026", {"period": "2026", "code": None})
    with (
        workers(past_office, 1) as (worker,),
        Crew(slower, past_office.engine, "backfill") as crew,
    ):
        assert crew.do([job], lambda number: True) == [job]
        assert "begun" not in worker.said


def alike_on_day_two(plain: Office, spread: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the same day one, a check in one process and one by workers, held side by side."""
    monkeypatch.setenv("DVCQG_IGATE_CLIENT_ID", igate_api.CLIENT_ID)
    monkeypatch.setenv("DVCQG_IGATE_CLIENT_SECRET", igate_api.CLIENT_SECRET)
    monkeypatch.setenv("DVCQG_NOW", plain.now(2))
    for office in (plain, spread):
        assert office.check(1).is_complete
    told = plain.dvcqg("check", day=2)
    with workers(spread, 2) as crew:
        also = spread.dvcqg("check", "--distributed", day=2)
        assert "begun: dossiers" in "".join(one.said for one in crew)
    assert (also.returncode, also.stderr) == (told.returncode, told.stderr) == (0, "")
    assert summary(also.stdout, spread) == summary(told.stdout, plain)
    for query in CHECKED:
        assert spread.rows(query) == plain.rows(query), query


def summary(printed: str, office: Office) -> str:
    """What a check says, but for its folder and its store."""
    return printed.replace(str(office.folder), "").partition("\nCơ sở dữ liệu:")[0]


def start(office: Office) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [DVCQG, *SHORT, "--distributed"], cwd=office.folder, env=dict(os.environ)
    )

"""A backfill of the index against the replica: whole, killed, refused, and unseen by the check."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from scrapers.archive import Answer
from sync import backfill, leases
from sync.backfill import IndexBackfill
from sync.decisions import accept_capture, reject_capture
from sync.past_sources import PastIndex
from sync.series import CURRENT, LEGACY
from sync.span import span_of
from tests.flow.office import CHANGES, DVCQG, SCORES, Office
from tests.replica.legacy_rest import REST_PATH
from tests.replica.legacy_world import rows_of
from tests.replica.periods import Period
from tests.replica.server import Replica

PERIODS = 'periods = ["year", "quarter"]\nrevisit_days = 0'
SPAN = ("2024-01", "2026-10")
SHORT = ("2025-04", "2026-03")
"""Districts, communes and the newer series, in five periods."""
PROVINCES = "H01,H33,H53"
KILLS = 3
MOST_IN_HAND = 7
"""Requests that the longest reading takes, all lost when it is killed."""

# Instants stand still in these tests, so they are compared with everything else.
STORED = (
    SCORES,
    "SELECT code, name, kind, province_code, active, first_seen_at, last_seen_at FROM units"
    " ORDER BY code",
    "SELECT * FROM score_history ORDER BY series, unit_code, period_type, year, period_no,"
    " indicator, valid_from",
    "SELECT source, scope, status, rows, requests, backfilled FROM captures"
    " WHERE status IN ('accepted', 'unchanged') ORDER BY source, scope",
    "SELECT COUNT(*) FROM changes",
)

CHECKED = CHANGES.replace(
    "FROM changes",
    "FROM changes WHERE capture_after IN (SELECT id FROM captures WHERE backfilled = 0)",
)


@pytest.fixture
def past_office(tmp_path: Path, replica: Replica) -> Any:
    opened = Office(tmp_path / "past", replica, periods=PERIODS)
    yield opened
    opened.engine.dispose()


@pytest.fixture(autouse=True)
def _on_day_one(monkeypatch: pytest.MonkeyPatch, replica: Replica) -> None:
    monkeypatch.setenv("DVCQG_NOW", "2026-11-26T07:00:00+07:00")


def read_past(
    office: Office,
    first: str = SHORT[0],
    last: str = SHORT[1],
    provinces: str = "H01",
    *,
    again: bool = False,
) -> IndexBackfill:
    span = span_of(first, last, provinces.split(","))
    return backfill.backfill_index(
        office.config, office.engine, span, lambda done, total, label: None, again=again
    )


def command(provinces: str = PROVINCES, span: tuple[str, str] = SPAN) -> list[str]:
    return ["backfill", "index", "--from", span[0], "--to", span[1], "--province", provinces]


# --- The plan


def test_the_plan_says_what_it_takes_and_asks_nothing(past_office: Office) -> None:
    told = past_office.dvcqg(*command(), "--dry-run", day=1)
    assert (told.returncode, told.stderr) == (0, "")
    lines = [line.split() for line in told.stdout.splitlines()]
    # 2026 and four quarters: the nation, H01 and H53. 2025: H33 until June. 2024: all three.
    assert ["current", "5", "15", str(5 * (1 + 2 * 7)), "0"] in lines
    assert ["legacy", "10", "37", "37", "0"] in lines
    assert "Together at most 112 requests." in told.stdout
    assert past_office.replica.requests == []
    assert past_office.rows("SELECT COUNT(*) FROM captures") == [(0,)]


def test_the_plan_knows_the_pace(past_office: Office) -> None:
    paced = past_office.config.model_copy(
        update={"portal": past_office.config.portal.model_copy(update={"requests_per_second": 0.5})}
    )
    span = span_of(*SPAN, PROVINCES.split(","))
    told = backfill.plan_index(paced, past_office.engine, span, again=False)
    assert "112 requests, at least 4 minutes at 0.5 a second." in told


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--from", "2022-13", "--to", "2026-10"], "--from is '2022-13'; write a month such as"),
        (["--from", "2026-01", "--to", "2026-10", "--province", "H33"], "became part of H01 on"),
    ],
)
def test_what_does_not_exist_is_one_sentence(
    past_office: Office, options: list[str], said: str
) -> None:
    told = past_office.dvcqg("backfill", "index", *options, day=1)
    assert told.returncode == 2
    assert said in told.stderr
    assert len(told.stderr.splitlines()) == 1


# --- What is read


@pytest.mark.both_databases
def test_both_series_are_stored_as_the_portal_has_them(past_office: Office) -> None:
    result = read_past(past_office, *SPAN, provinces=PROVINCES)
    assert (result.bad, result.ended_by) == (0, None)
    for place, period in (
        ("H33", Period("year", 2024, 0)),
        ("H01", Period("quarter", 2025, 2)),
        ("H01", Period("year", 2025, 0)),
    ):
        stored = past_office.rows(
            "SELECT unit_code, score FROM scores_latest WHERE series = 'legacy'"
            " AND indicator = 'TOTAL' AND province_code = :place AND kind <> 'province'"
            " AND period_type = :type AND year = :year AND period_no = :number",
            place=place,
            type=period.type,
            year=period.year,
            number=period.number,
        )
        assert dict(stored) == {row.unit.code: row.total / 100 for row in rows_of(place, period)}
    series = past_office.rows("SELECT series, MIN(year), MAX(year) FROM scores_latest GROUP BY 1")
    assert series == [("current", 2026, 2026), ("legacy", 2024, 2025)]
    assert read_past(past_office, *SPAN, provinces=PROVINCES).outcomes == []


def test_before_august_2022_there_is_nothing_and_that_is_complete(past_office: Office) -> None:
    result = read_past(past_office, "2022-04", "2022-07", provinces="all")
    assert (result.bad, result.ended_by, len(result.outcomes)) == (0, None, 1 + 1 + 63)
    empty = past_office.rows("SELECT scope FROM captures WHERE rows = 0 ORDER BY 1")
    assert empty == [("VN/2022-Q2",)]
    assert read_past(past_office, "2022-04", "2022-07", provinces="all").outcomes == []


# --- Killed


def start(office: Office) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [DVCQG, *command(span=SHORT)],
        cwd=office.folder,
        env={**os.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for_captures(office: Office, count: int, process: subprocess.Popen[bytes]) -> None:
    while office.rows("SELECT COUNT(*) FROM captures")[0][0] < count:
        assert process.poll() is None, "the run ended before it was killed"
        time.sleep(0.002)


def test_a_run_killed_at_any_instant_goes_on_where_it_stopped(
    tmp_path: Path, replica: Replica
) -> None:
    steady, killed = (Office(tmp_path / name, replica, periods=PERIODS) for name in ("a", "b"))
    assert start(steady).wait(timeout=60) == 0
    needed = len(replica.requests)
    taken = steady.rows("SELECT COUNT(*) FROM captures")[0][0]

    instants = random.Random(5)
    for _ in range(KILLS):
        there = killed.rows("SELECT COUNT(*) FROM captures")[0][0]
        process = start(killed)
        wait_for_captures(killed, there + instants.randint(1, taken // (KILLS + 1)), process)
        time.sleep(instants.uniform(0, 0.04))
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        assert killed.is_whole()
    assert killed.rows("SELECT COUNT(*) FROM captures")[0][0] < taken
    assert start(killed).wait(timeout=60) == 0

    for query in STORED:
        assert killed.rows(query) == steady.rows(query)
    assert killed.versions() == steady.versions()
    assert len(replica.requests) - needed <= needed + KILLS * MOST_IN_HAND


# --- Beside others


def test_two_at_once_are_one_too_many(past_office: Office) -> None:
    lease = leases.take(past_office.engine, "backfill")
    told = past_office.dvcqg(*command("H01", SHORT), day=1)
    assert (told.returncode, past_office.replica.requests) == (2, [])
    assert "a backfill is already running on this store" in told.stderr
    lease.give_back()


def test_it_makes_way_for_a_check(past_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    lease = leases.take(past_office.engine, "check")
    asked: list[int] = []

    def wait(seconds: float) -> None:
        asked.append(len(past_office.replica.requests))
        if len(asked) == 3:
            lease.give_back()

    monkeypatch.setattr(backfill, "sleep", wait)
    assert read_past(past_office).bad == 0
    assert asked == [0, 0, 0]


def test_what_a_check_reads_meanwhile_is_left_to_it(past_office: Office) -> None:
    span = span_of(*SPAN, ["H01"])
    past = PastIndex(past_office.config, span, dt.date(2026, 11, 26))
    readings = past.readings(past_office.engine, {CURRENT: nobody, LEGACY: nobody})
    assert next(readings).reading.scope.name == "VN/2026"
    past_office.check(1)
    following = [one.reading.scope.name for one in readings]
    assert following[:2] == ["VN/2026-Q3", "H01/2026-Q3"]


def nobody(path: str, body: dict[str, Any]) -> Answer:
    raise AssertionError("nothing is asked before a reading is fetched")


def test_an_older_interface_elsewhere_is_asked_there(past_office: Office) -> None:
    with Replica(day=1) as elsewhere:
        text = past_office.config_path.read_text(encoding="utf-8")
        moved = text.replace("[index]", f'legacy_base_url = "{elsewhere.url}"\n[index]', 1)
        past_office.config_path.write_text(moved, encoding="utf-8")
        past_office.reload()
        assert read_past(past_office).bad == 0
        assert {one.path for one in elsewhere.requests} == {REST_PATH}
        assert REST_PATH not in {one.path for one in past_office.replica.requests}


# --- In trouble


def test_a_refusal_ends_it_and_the_next_run_goes_on(past_office: Office) -> None:
    replica = past_office.replica
    replica.fault("forbidden", path=REST_PATH, province="H01", times=1)
    told = past_office.dvcqg(*command("H01", SHORT), day=1)
    assert told.returncode == 3
    assert "the portal refuses to answer" in told.stderr
    assert "run the same command again: it goes on from there" in told.stderr
    assert len(told.stderr.splitlines()) == 1
    asked = len(replica.requests)
    assert past_office.rows("SELECT scope, status FROM captures ORDER BY id DESC LIMIT 1") == [
        ("H01/2025-Q4", "refused")
    ]
    assert past_office.dvcqg(*command("H01", SHORT), day=1).returncode == 0
    assert len(replica.requests) - asked == 5
    assert past_office.rows("SELECT COUNT(*) FROM changes") == [(0,)]


def test_a_portal_that_is_silent_is_not_asked_for_ever(past_office: Office) -> None:
    past_office.replica.fault("unavailable")
    result = read_past(past_office)
    assert (result.ended_by, result.bad) == ("silence", backfill.MOST_SILENCES)
    assert len(past_office.replica.requests) == backfill.MOST_SILENCES
    past_office.replica.clear_faults()
    assert read_past(past_office).bad == 0


@pytest.mark.both_databases
def test_a_table_that_is_not_believed_can_be_accepted_and_taken_back(past_office: Office) -> None:
    year = ("2024-01", "2024-01")
    past_office.replica.fault("keep_share", path=REST_PATH, province="VN", share=0.3)
    assert read_past(past_office, *year).bad == 2
    ((number,),) = past_office.rows(
        "SELECT id FROM captures WHERE scope = 'VN/2024' AND status = 'refused'"
    )
    assert accept_capture(past_office.config, past_office.engine, number).status == "accepted"
    listed = past_office.rows("SELECT COUNT(*), SUM(active) FROM units WHERE kind = 'province'")
    assert listed == [(19, 0)]
    assert past_office.rows("SELECT COUNT(*) FROM changes") == [(0,)]
    reject_capture(past_office.engine, number)
    assert past_office.rows("SELECT COUNT(*) FROM units WHERE kind = 'province'") == [(0,)]
    past_office.replica.clear_faults()
    assert read_past(past_office, *year).bad == 0
    assert past_office.rows("SELECT COUNT(*) FROM units WHERE kind = 'province'") == [(63,)]


# --- Unseen by the check


def test_the_check_tells_the_same_with_and_without_a_backfill(
    past_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Office(tmp_path / "plain", past_office.replica, periods=PERIODS)
    past_office.replica.fault("forbidden", path=REST_PATH, province="H53")
    assert read_past(past_office, *SPAN, provinces=PROVINCES).ended_by == "refusal"
    past_office.replica.clear_faults()
    for day in (1, 2):
        for office in (plain, past_office):
            office.check(day)
        monkeypatch.setenv("DVCQG_NOW", past_office.now(day, hour=8))
        assert read_past(past_office, *SPAN, again=True).bad == 0
    assert past_office.rows(CHECKED) == plain.rows(CHECKED)
    checks = "SELECT day, status, captures, changes, warnings, criticals FROM checks ORDER BY id"
    assert past_office.rows(checks) == plain.rows(checks)


def test_the_days_report_has_nothing_of_the_past(past_office: Office) -> None:
    past_office.replica.fault("keep_share", path=REST_PATH, province="VN", share=0.3, times=1)
    assert read_past(past_office).bad == 1
    checked = past_office.dvcqg("check", day=1)
    assert checked.returncode == 0
    page = (past_office.folder / "reports" / "report-2026-11-26.html").read_text(encoding="utf-8")
    for text in (checked.stdout, page):
        assert "2025" not in text
        assert "Quý 4/2026" in text
        assert "Quý 3/2026" not in text
        assert "không được nhận" not in text


def test_what_the_check_has_read_is_left_to_it(
    past_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    past_office.check(1)
    result = read_past(past_office, *SPAN)
    read = past_office.rows(
        "SELECT scope FROM captures WHERE backfilled = 1 AND scope LIKE '%2026%'"
    )
    assert result.bad == 0
    assert sorted(scope for (scope,) in read) == [
        f"{place}/2026-Q{number}" for place in ("H01", "VN") for number in (1, 2, 3)
    ]
    monkeypatch.setenv("DVCQG_NOW", past_office.now(2))
    again = read_past(past_office, "2026-01", "2026-10", again=True)
    assert len(again.outcomes) == len(read)

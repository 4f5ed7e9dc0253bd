"""The archive read again: a store filled by today's code does not differ, a wrong one is mended."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sync import backfill, clock, store
from sync import reparse as program
from sync.alerts import update_alerts
from sync.decisions import accept_capture, reject_capture
from sync.failures import StoreError
from sync.reparse_output import summary
from sync.reparse_plan import Plan, make_plan
from sync.span import span_of
from sync.store import writing
from tests.databases import Databases
from tests.flow.listings import folder_source, put
from tests.flow.office import Office
from tests.flow.reparsing import (
    UNIT,
    WEEK,
    YEAR,
    Bug,
    at,
    bug_in,
    check_days,
    differing,
    leftovers,
    misreads,
    newest,
    public,
    read_again,
    rows_of,
    stumbles,
)
from tests.replica.server import Replica

pytestmark = pytest.mark.usefixtures("pg_dump")

# --- A store that today's code has filled


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Path:
    """Five days of everything, with a backfilled month; tests work on copies."""
    folder = tmp_path_factory.mktemp("week") / "office"
    with Replica(day=1) as replica:
        replica.fault("extract", share=0.005)
        office = week_office(folder, replica)
        for day in range(1, 6):
            replica.day = day
            put(office, day)
            assert office.check(day).is_complete
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("DVCQG_NOW", office.now(7, hour=9))
            june = span_of("2026-06", "2026-06", ["H01"])
            past = backfill.backfill_index(
                office.config, office.engine, june, lambda *_: None, again=False
            )
            assert (past.bad, len(past.outcomes)) == (0, 2)
        office.engine.dispose()
    return folder


def week_office(folder: Path, replica: Replica) -> Office:
    return Office(folder, replica, more=folder_source(), periods=WEEK, procedures="enabled = true")


@pytest.fixture
def week_copy(week: Path, tmp_path: Path, replica: Replica) -> Iterator[Office]:
    shutil.copytree(week, tmp_path / "office")
    office = week_office(tmp_path / "office", replica)
    yield office
    office.engine.dispose()


@pytest.mark.parametrize("since", [None, 4])
def test_a_store_that_todays_code_has_filled_does_not_differ(
    week_copy: Office, since: int | None
) -> None:
    before = rows_of(week_copy)
    result = read_again(week_copy, since, apply_it=True)
    listings = 5 if since is None else 2
    completed = week_copy.rows("SELECT completed_at FROM captures WHERE dataset <> 'dossiers'")
    start = clock.read(week_copy.now(since or 1, hour=0))
    taken = sum(dt.datetime.fromisoformat(instant) >= start for (instant,) in completed)
    assert (result.differing, result.lines, result.backup) == (0, [], None)
    assert result.read == taken
    assert {one.taken.source for one in result.stood} == {"nguon"}
    assert len(result.stood) == listings
    assert rows_of(week_copy) == before
    assert week_copy.replica.requests == []
    assert leftovers(week_copy) == []


def test_a_server_that_ends_who_idles_in_a_transaction_does_not_end_it(
    week_copy: Office, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make_plan_slowly(*asked: Any) -> Plan:
        plan = make_plan(*asked)
        time.sleep(0.5)
        return plan

    if databases.is_postgresql:
        with writing(week_copy.engine) as connection:
            hasty = "ALTER DATABASE %I SET idle_in_transaction_session_timeout = 100"
            connection.execute(
                text(f"DO $$ BEGIN EXECUTE FORMAT('{hasty}', CURRENT_DATABASE()); END $$")
            )
        week_copy.engine.dispose()
    monkeypatch.setattr(program, "make_plan", make_plan_slowly)
    assert read_again(week_copy, 5).differing == 0


def test_nothing_is_read_where_no_backup_can_be_made(
    week_copy: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(url: str) -> None:
        assert url == week_copy.config.store_url
        raise StoreError("no program to copy it with")

    monkeypatch.setattr(program, "require_backup", refuse)
    with monkeypatch.context() as unread:
        unread.delattr(program, "make_plan")
        with pytest.raises(StoreError, match="no program to copy it with"):
            read_again(week_copy, apply_it=True)
    assert read_again(week_copy, 5).differing == 0, "to look at it needs no backup"


def test_what_cannot_be_read_again_stands_and_makes_no_difference(week_copy: Office) -> None:
    archive = week_copy.config.archive_folder
    assert archive is not None
    files = sorted(archive.glob("*/*.jsonl.gz"))
    gone = random.Random(1).sample(files, len(files) // 2)
    for one in gone[1:]:
        one.unlink()
    gone[0].write_bytes(gone[0].read_bytes()[:-20])
    before = rows_of(week_copy)
    result = read_again(week_copy, apply_it=True)
    assert (result.differing, result.lines) == (0, [])
    assert sum(one.taken.dataset != "dossiers" for one in result.stood) == len(gone)
    assert rows_of(week_copy) == before


def test_what_persons_decided_is_decided_again(year_office: Office, replica: Replica) -> None:
    office = year_office
    office.check(1)
    replica.fault("keep_share", province="H01", share=0.5)
    office.check(2)
    with at(office, 2, 8):
        accept_capture(office.config, office.engine, newest(office, "H01/2026"))
    office.check(2, hour=9)
    office.check(3)
    with at(office, 3, 8):
        reject_capture(office.engine, newest(office, "H01/2026"))
    replica.clear_faults()
    office.check(4)
    for scope in ("H01/2026", "VN/2026"):
        with at(office, 4, 8):
            reject_capture(office.engine, newest(office, scope))
    for day, fault in ((5, "forbidden"), (6, "reset"), (6, "truncated")):
        replica.fault(fault, province="H01")
        office.check(day, hour=8)
        replica.clear_faults()
    office.check(7)
    statuses = {status for (status,) in office.rows("SELECT status FROM captures")}
    assert statuses == {"accepted", "unchanged", "refused", "failed"}
    before = rows_of(office)
    for since in (None, 3, 5):
        result = read_again(office, since)
        assert (result.differing, result.lines, result.stood) == (0, [], []), since
    assert rows_of(office) == before


# --- A bug in a parser, planted and mended


@pytest.fixture
def steady(tmp_path: Path, replica: Replica) -> Iterator[Office]:
    """An office that never had the bug."""
    office = Office(tmp_path / "steady", replica, periods=YEAR)
    yield office
    office.engine.dispose()


@pytest.mark.parametrize("bug", [misreads, stumbles])
def test_exactly_the_rows_that_a_bug_made_wrong_are_shown_and_mended(
    steady: Office, year_office: Office, databases: Databases, bug: Bug
) -> None:
    check_days(steady)
    check_days(year_office, bug=bug)
    right, wrong = rows_of(steady), rows_of(year_office)
    shown = read_again(year_office)
    assert shown.backup is None
    assert rows_of(year_office) == wrong, "showing writes nothing"
    assert shown.differing == sum(differing(name, wrong[name], right[name]) for name in right)
    assert shown.differing > 0

    mended = read_again(year_office, apply_it=True)
    assert (mended.differing, mended.lines) == (shown.differing, shown.lines)
    assert rows_of(year_office) == right
    assert public(year_office) == public(steady)
    assert read_again(year_office).differing == 0
    assert leftovers(year_office) == []
    assert mended.backup is not None
    year_office.engine.dispose()
    year_office.engine = store.open_store(databases.restored(mended.backup))
    assert rows_of(year_office) == wrong, "the backup is the store as it stood"


def test_the_lines_say_what_was_read_and_what_is_right(year_office: Office) -> None:
    year_office.check(1)
    with bug_in(misreads):
        year_office.check(2)
    [(total,)] = year_office.rows(
        "SELECT score FROM scores_latest WHERE unit_code = :unit AND indicator = 'TOTAL'", unit=UNIT
    )
    said = "\n".join(summary(read_again(year_office)))
    assert f"H01/2026, figure {UNIT} TOTAL: score {total:.2f} → {total + 7:.2f}" in said
    assert said.startswith("Read again: 4 captures.\n\nFigures and other versions: 5 rows\n")
    assert (
        "  ~ capture 2 of 2026-11-26, H01/2026, figure H01.05 TDGQ: until capture 4 → still" in said
    )
    assert "  - capture 4 of 2026-11-27, H01/2026, class_change: " in said
    assert "(71,80 → 64,70)" in said
    assert said.splitlines()[-1].endswith("nothing was written. `dvcqg reparse --apply` does it.")


def test_what_was_wrong_and_cannot_be_read_again_stands(
    steady: Office, year_office: Office
) -> None:
    check_days(steady)
    check_days(year_office, bug=misreads)
    archive = year_office.config.archive_folder
    assert archive is not None
    [gone] = (archive / year_office.now(3)[:10]).glob("*index-H01-2026.jsonl.gz")
    gone.unlink()
    result = read_again(year_office, apply_it=True)
    assert [one.taken.day for one in result.stood] == [year_office.now(3)[:10]]
    course = (
        "SELECT valid_from, score FROM score_history WHERE unit_code = :u AND indicator = 'TOTAL'"
    )
    found, expected = (dict(one.rows(course, u=UNIT)) for one in (year_office, steady))
    assert {
        day[:10] for day in found.keys() | expected.keys() if found.get(day) != expected.get(day)
    } <= {
        year_office.now(3)[:10],
        year_office.now(4)[:10],
    }
    assert found != expected
    assert read_again(year_office).differing == 0


def test_alerts_follow_and_the_past_opens_none(steady: Office, year_office: Office) -> None:
    for office, bug in ((steady, None), (year_office, misreads)):
        for day in range(1, 5):
            with bug_in(bug) if bug and day > 1 else at(office, day, 7):
                office.check(day)
            judge(office, day)
    false = year_office.rows(f"SELECT id FROM alerts WHERE unit_code = '{UNIT}' AND state = 'open'")
    assert false
    kept = dict(year_office.rows(f"SELECT message, id FROM changes WHERE unit_code <> '{UNIT}'"))
    read_again(year_office, apply_it=True)
    judge(year_office, 7, 21)
    judge(steady, 7, 21)
    standing = "SELECT kind, unit_code, subject, state FROM alerts WHERE state <> 'closed'"
    # What the bug made look smaller on those days is not told now.
    assert set(year_office.rows(standing)) <= set(steady.rows(standing))
    now = dict(year_office.rows(f"SELECT message, id FROM changes WHERE unit_code <> '{UNIT}'"))
    assert {number for told, number in now.items() if kept.get(told, number) != number} == set()


def judge(office: Office, day: int, hour: int = 8) -> None:
    with at(office, day, hour), writing(office.engine) as connection:
        update_alerts(connection, office.config, clock.now())

"""The clock jumps a day forward and back, between checks and in the middle of one.

What is right then: captures follow each other by their numbers, whatever the clock says. So a check
of "yesterday" after one of "today" compares with today's, tells what differs and nothing twice, and
dates it with the day that the clock shows. What happens once (a period ends, a day begins) is told
once, also when the clock passes it again. A listing that claims to be older than the one before it
is refused: by yesterday's clock fewer dossiers are overdue, and they would be told as gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sync.capture import Outcome
from sync.check import run_check
from sync.imports import import_listing
from tests.flow.crashing import YEAR, small_office
from tests.flow.invariants import assert_consistent
from tests.flow.listings import (
    FULL,
    OVERDUE,
    SOURCE,
    checked,
    last_capture,
    put,
    told,
    told_of_source,
)
from tests.flow.office import CHANGES, SCORES, Office
from tests.flow.running import Running, settings, wait_for
from tests.flow.test_overdue_growing import TOLD, imported, listing
from tests.replica.admin_exports import export
from tests.replica.dossier_world import effects
from tests.replica.server import Replica

MONTH = 'periods = ["month"]'
Morning = tuple[int, int]
"""The day of the portal's world, and the day that the clock shows."""

IN_A_MONTH, OVER_ITS_END = [(1, 1), (2, 2), (3, 3)], [(5, 5), (6, 6), (7, 7)]


def office_of(folder: Path, replica: Replica) -> Office:
    return Office(folder, replica, periods=MONTH)


def lived(office: Office, mornings: Sequence[Morning]) -> Office:
    """An office that does a check on each of these mornings."""
    for number, (world, day) in enumerate(mornings):
        with pytest.MonkeyPatch.context() as environment:
            office.replica.day = world
            environment.setenv("DVCQG_NOW", office.now(day, 7 + number))
            assert run_check(office.config, office.engine, lambda *_: None).is_complete
    assert_consistent(office)
    return office


def told_whenever(office: Office) -> Counter[Any]:
    """What was told, without the day."""
    return Counter(row[1:] for row in office.rows(CHANGES))


@pytest.mark.parametrize(
    ("mornings", "undisturbed"),
    [
        pytest.param(
            [(1, 1), (2, 2), (2, 3), (2, 2), (3, 3)], IN_A_MONTH, id="ahead", marks=pytest.mark.long
        ),
        pytest.param(
            [(1, 1), (2, 2), (2, 1), (2, 2), (3, 3)], IN_A_MONTH, id="back", marks=pytest.mark.long
        ),
        pytest.param([(5, 5), (6, 6), (6, 5), (6, 6), (7, 7)], OVER_ITS_END, id="a month's end"),
    ],
)
def test_a_clock_that_jumps_between_checks_changes_nothing(
    tmp_path: Path,
    replica: Replica,
    mornings: Sequence[Morning],
    undisturbed: Sequence[Morning],
) -> None:
    """Nothing differs at the portal when the clock has jumped."""
    jumping = lived(office_of(tmp_path / "jumping", replica), mornings)
    steady = lived(office_of(tmp_path / "steady", replica), undisturbed)
    assert jumping.rows(CHANGES) == steady.rows(CHANGES)
    assert jumping.rows(SCORES) == steady.rows(SCORES)
    assert jumping.versions() == steady.versions()


@pytest.mark.long
def test_a_period_that_ends_too_early_by_the_clock_ends_once(
    tmp_path: Path, replica: Replica
) -> None:
    mornings = [(5, 5), (5, 6), (5, 5), (6, 6), (7, 7)]
    office = lived(office_of(tmp_path / "office", replica), mornings)
    dropped = office.rows(
        "SELECT unit_code, period_type, period_no FROM changes WHERE kind = 'period_drop'"
    )
    assert dropped
    assert len(set(dropped)) == len(dropped)


@pytest.mark.long
def test_what_moves_while_the_clock_is_back_is_told_once_and_dated_by_it(
    tmp_path: Path, replica: Replica
) -> None:
    jumping = lived(office_of(tmp_path / "a", replica), [(1, 1), (2, 3), (3, 2), (4, 4)])
    steady = lived(office_of(tmp_path / "b", replica), [(1, 1), (2, 2), (3, 3), (4, 4)])
    assert told_whenever(jumping) == told_whenever(steady)
    assert jumping.rows(SCORES) == steady.rows(SCORES)
    days = "SELECT day FROM changes GROUP BY day ORDER BY MIN(id)"
    # Of the world's fourth day there is nothing to tell.
    assert jumping.rows(days) == [(jumping.now(day)[:10],) for day in (1, 3, 2)]


def test_the_clock_jumps_in_the_middle_of_a_check(
    tmp_path: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady = lived(office_of(tmp_path / "b", replica), [(1, 1), (2, 2), (3, 3)])
    jumping = lived(office_of(tmp_path / "a", replica), [(1, 1)])
    days = iter([2, 3, 2, 1, 2, 3, 1])

    def jump(done: int, total: int, label: str) -> None:
        monkeypatch.setenv("DVCQG_NOW", jumping.now(next(days, 2)))

    replica.day = 2
    monkeypatch.setenv("DVCQG_NOW", jumping.now(2))
    assert run_check(jumping.config, jumping.engine, jump).is_complete
    assert_consistent(jumping)
    lived(jumping, [(2, 2), (3, 3)])
    assert told_whenever(jumping) == told_whenever(steady)
    assert jumping.rows(SCORES) == steady.rows(SCORES)
    assert jumping.versions() == steady.versions()


# --- Listings


def taken(office: Office, world: int, day: int, hour: int = 7) -> Outcome:
    """Take the listing of a day of the world, as it stands now by the clock."""
    file = office.folder / "qua-han.csv"
    file.write_bytes(export(world, "csv", (FULL,)))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DVCQG_NOW", office.now(day, hour))
        return import_listing(office.config, office.engine, file, SOURCE, None)


def test_by_a_clock_set_back_no_dossier_is_gone(office: Office) -> None:
    assert [taken(office, day, day).status for day in (1, 2)] == ["accepted", "accepted"]
    before, days = office.rows(OVERDUE), office.rows("SELECT * FROM overdue_daily")
    was_told = told(office, 1)
    for hour in (9, 10):
        assert taken(office, world=3, day=1, hour=hour).status == "refused"
    assert last_capture(office)[1].startswith("it is older than the last believed listing")
    assert office.rows(OVERDUE) == before
    assert office.rows("SELECT * FROM overdue_daily") == days
    assert told(office, 1) == was_told
    assert [kind for kind, _ in told_of_source(office, 1)] == ["source_refused"]
    assert_consistent(office)
    assert taken(office, 3, 3).status == "accepted"
    assert told(office, 3) == sorted(effects(3))
    assert_consistent(office)


def test_a_file_is_dated_by_itself_whatever_the_clock_says(
    tmp_path: Path, replica: Replica
) -> None:
    """Its counts are those of the day on which it was read; its order, that of its own instant."""
    office = small_office(tmp_path / "office", replica)
    put(office, 1)
    assert checked(office, 1).is_complete
    put(office, 2)
    put_back = checked(office, 1, hour=9)
    assert put_back.is_complete
    assert_consistent(office)
    [(counted,)] = office.rows("SELECT SUM(overdue) FROM overdue_daily")
    assert office.rows("SELECT COUNT(*) FROM overdue_now") == [(counted,)]
    assert checked(office, 2).is_complete
    assert told(office, 2) == []


def test_a_day_begins_once_also_with_the_listing_of_yesterday(office: Office) -> None:
    imported(office, "2026-10-20T07:00", listing(ward=2, justice=5))
    imported(office, "2026-11-20T07:30", listing(ward=5, justice=4), "2026-11-19T16:00")
    assert len(office.rows(TOLD)) == 1
    imported(office, "2026-11-20T15:00", listing(ward=6, justice=4))
    assert len(office.rows(TOLD)) == 1
    assert_consistent(office)


# --- The daemon


@pytest.mark.long
def test_a_daemon_does_each_day_once(tmp_path: Path, replica: Replica) -> None:
    office = Office(tmp_path / "office", replica, periods=YEAR, more=settings())
    daemon = Running(office)
    daemon.move_to(1)

    def waits_for(day: int, after: int) -> int:
        """Until the log beyond a place says that the next check is on a day; its length then."""
        said = f"next check: {office.now(day)[:10]}"
        wait_for(lambda: said in daemon.log.read_text("utf-8")[after:], said)
        return len(daemon.log.read_text("utf-8"))

    with daemon:
        daemon.finish_day(1)
        daemon.move_to(2)
        daemon.finish_day(2)
        place = waits_for(3, after=0)
        daemon.set_clock(office.now(1, 12))
        place = waits_for(2, after=place)
        daemon.set_clock(office.now(2, 12))
        waits_for(3, after=place)
        daemon.move_to(3)
        daemon.finish_day(3)
    days = [office.now(day)[:10] for day in (1, 2, 3)]
    assert daemon.checks() == [(day, "complete") for day in days]
    assert_consistent(office)

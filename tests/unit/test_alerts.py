"""The life of an alert, rule by rule as docs/alerts.md numbers them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from sync import alert_store
from sync.alerts import AlertError, acknowledge, listed, snooze
from sync.store import writing
from tests.unit.alert_world import CRITICAL, INFO, NAME, UNIT, WARNING, World, dossier, drop

pytestmark = pytest.mark.both_databases

FALL = f"fall:current:2026-Q4:{UNIT}"
OVERDUE = f"overdue:quantri:{UNIT}"


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    made = World(engine, tmp_path)
    made.update()
    return made


def alert(world: World) -> tuple[object, ...]:
    return world.rows(
        "SELECT state, severity, reopened, kind, unit_code, subject, message FROM alerts"
    )[0]


def still_fallen(world: World) -> None:
    """The unit's total is lower than it was."""
    before = world.capture(world.index())
    world.figure(before, score=6890)
    world.figure(world.capture(world.index()), score=6665)


def test_information_opens_nothing_and_joins_what_is_open(world: World) -> None:
    world.told(world.index(), drop(INFO))
    assert world.states() == {}
    still_fallen(world)
    world.told(world.index(), drop(WARNING, message=f"{NAME}: giảm 2,25 điểm."))
    world.told(world.index(), drop(INFO, kind="score_rise", message=f"{NAME}: tăng."))
    assert world.events() == ["opened", "joined"]
    row = alert(world)
    assert row == ("open", "warning", 0, "score_drop", UNIT, "2026-Q4", f"{NAME}: tăng.")


def test_what_is_not_watched_or_of_the_past_neither_opens_nor_joins(world: World) -> None:
    still_fallen(world)
    world.told(world.index(), drop(CRITICAL, is_listed=False))
    world.capture(world.index(), drop(CRITICAL), is_backfill=True)
    world.update()
    assert world.states() == {}
    world.told(world.index(), drop(WARNING))
    world.told(world.index(), drop(CRITICAL, is_listed=False))
    assert world.events() == ["opened"]


def test_a_change_is_worked_through_once(world: World) -> None:
    still_fallen(world)
    world.told(world.index(), drop())
    everything = world.rows("SELECT * FROM alert_log"), world.rows("SELECT * FROM alert_events")
    world.later()
    world.update()
    world.update()
    assert (
        world.rows("SELECT * FROM alert_log"),
        world.rows("SELECT * FROM alert_events"),
    ) == everything


def test_all_changes_of_one_matter_are_one_event(world: World) -> None:
    capture = world.capture(
        world.listing(), *(dossier("newly_overdue", f"A-{n}") for n in range(5))
    )
    world.overdue(capture, "A-0", is_overdue=True)
    world.update()
    assert world.events() == ["opened"]
    newest = world.rows("SELECT MAX(id) FROM changes")[0][0]
    assert world.rows("SELECT last_change FROM alerts") == [(newest,)]
    assert world.rows("SELECT change_id FROM alert_events") == [(newest,)]


def test_a_graver_change_opens_what_was_seen_and_no_other_does(world: World) -> None:
    still_fallen(world)
    world.told(world.index(), drop())
    acknowledge(world.engine, 1, world.now)
    world.told(world.index(), drop())
    assert alert(world)[:2] == ("acknowledged", "warning")
    world.told(world.index(), drop(CRITICAL))
    assert alert(world)[:2] == ("open", "critical")
    snooze(world.engine, 1, world.now + dt.timedelta(days=9), world.now)
    world.told(world.index(), drop(CRITICAL))
    assert alert(world)[:2] == ("snoozed", "critical")
    events = ["opened", "acknowledged", "joined", "graver", "snoozed", "joined"]
    assert world.events() == events


def test_a_snoozed_alert_wakes_by_time_or_by_something_graver(world: World) -> None:
    still_fallen(world)
    world.told(world.index(), drop())
    until = world.now + dt.timedelta(days=3)
    snooze(world.engine, 1, until, world.now)
    world.later(2)
    world.told(world.index())
    assert alert(world)[0] == "snoozed"
    world.later(1)
    world.told(world.index())
    assert alert(world)[0] == "open"
    assert world.rows("SELECT snoozed_until FROM alerts") == [(None,)]
    snooze(world.engine, 1, world.now + dt.timedelta(days=3), world.now)
    world.told(world.index(), drop(CRITICAL))
    assert alert(world)[0] == "open"
    assert world.rows("SELECT snoozed_until FROM alerts") == [(None,)]
    assert world.events() == ["opened", "snoozed", "woke", "snoozed", "graver"]


def test_a_matter_that_is_over_while_snoozed_does_not_wake(world: World) -> None:
    still_fallen(world)
    world.told(world.index(), drop())
    snooze(world.engine, 1, world.now + dt.timedelta(days=2), world.now)
    world.later(3)
    world.figure(world.capture(world.index()), score=6890)
    world.update()
    assert world.events() == ["opened", "snoozed", "closed"]


def test_a_closed_alert_reopens_with_its_number(world: World) -> None:
    capture = world.told(world.listing(), dossier("newly_overdue", "A-1"))
    assert world.states() == {OVERDUE: "closed"}, "no dossier is listed"
    opened = world.rows("SELECT opened_at FROM alerts")
    world.later()
    world.told(world.listing(), dossier("gone", "A-1", INFO))
    assert world.states() == {OVERDUE: "closed"}
    capture = world.capture(world.listing(), dossier("returned", "A-1"))
    world.overdue(capture, "A-1", is_overdue=True)
    world.update()
    assert world.rows("SELECT id, state, reopened, closed_at FROM alerts") == [(1, "open", 1, None)]
    assert world.rows("SELECT kind FROM alerts") == [("returned",)]
    assert world.rows("SELECT opened_at FROM alerts") == opened
    assert world.events() == ["opened", "closed", "reopened"]


def test_severity_is_counted_anew_after_a_matter_was_over(world: World) -> None:
    still_fallen(world)
    world.told(world.index(), drop(CRITICAL))
    world.figure(world.capture(world.index()), score=6890)
    world.update()
    world.later()
    world.figure(world.capture(world.index(), drop(WARNING)), score=6800)
    world.update()
    assert alert(world)[:3] == ("open", "warning", 1)


def test_a_person_is_told_what_cannot_be_done(world: World) -> None:
    world.told(world.listing(), dossier("newly_overdue", "A-1"))
    later = world.now + dt.timedelta(days=1)
    with pytest.raises(AlertError, match="alert 1 is closed"):
        acknowledge(world.engine, 1, world.now)
    with pytest.raises(AlertError, match="there is no alert 7; see `dvcqg alerts`"):
        snooze(world.engine, 7, later, world.now)
    with pytest.raises(AlertError, match="is past"):
        snooze(world.engine, 1, world.now, world.now)


def test_saying_it_twice_is_one_event(world: World) -> None:
    still_fallen(world)
    world.told(world.index(), drop())
    until = world.now + dt.timedelta(days=3)
    for _ in range(2):
        acknowledge(world.engine, 1, world.now)
    for _ in range(2):
        snooze(world.engine, 1, until, world.now)
    acknowledge(world.engine, 1, world.now)
    assert world.events() == ["opened", "acknowledged", "snoozed", "acknowledged"]
    assert world.rows("SELECT snoozed_until FROM alerts") == [(None,)]


def test_what_is_not_closed_is_listed_gravest_first(world: World) -> None:
    still_fallen(world)
    world.told(world.index(), drop())
    capture = world.capture(world.listing(), dossier("newly_overdue", "A-1", CRITICAL))
    world.overdue(capture, "A-1", is_overdue=True)
    world.update()
    assert [row["id"] for row in listed(world.engine)] == [2, 1]
    world.told(world.listing(), dossier("returned", "B-1", unit_code="H01.11"))
    assert [row["id"] for row in listed(world.engine)] == [2, 1]


def take_back(world: World, capture: int) -> None:
    with writing(world.engine) as connection:
        alert_store.forget_changes(connection, capture)
        connection.execute(text("DELETE FROM change_log WHERE capture_id = :id"), {"id": capture})


def test_a_reading_that_is_taken_back_closes_what_rested_on_it_alone(world: World) -> None:
    still_fallen(world)
    first = world.told(world.index(), drop(message=f"{NAME}: giảm."))
    second = world.told(world.index(), drop())
    take_back(world, second)
    world.update()
    kept = world.rows("SELECT state, last_change, message FROM alerts")
    assert kept == [("open", 1, f"{NAME}: giảm.")]
    take_back(world, first)
    world.update()
    assert world.rows("SELECT state, last_change FROM alerts") == [("closed", None)]
    assert world.last_message() == f"{NAME}: giảm – số liệu này đã được bỏ ra."


def test_numbers_that_are_given_again_are_worked_through(world: World) -> None:
    still_fallen(world)
    capture = world.told(world.index(), drop(), drop(kind="rank_drop", before="3"))
    take_back(world, capture)
    world.told(world.index(), drop())
    assert len(world.rows("SELECT id FROM changes")) == 1
    assert world.events() == ["opened", "joined"]
    world.update()
    assert alert(world)[0] == "open"


def test_a_crash_leaves_before_or_after(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    still_fallen(world)
    world.capture(world.index(), drop())

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("sync.alerts.newly_below_target", die)
        with pytest.raises(KeyboardInterrupt):
            world.update()
    assert world.states() == {}
    world.update()
    assert world.events() == ["opened"]
    assert world.states() == {FALL: "open"}
    assert world.rows("SELECT severity FROM alert_log")[0][0] == WARNING

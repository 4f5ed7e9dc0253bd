"""Who gets a digest, of what, and when: rows of the outbox after a check."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.alerts import acknowledge, snooze
from sync.changes import Severity
from sync.digest import queue_digests
from sync.store import writing
from tests.unit.alert_world import (
    CRITICAL,
    INFO,
    NAME,
    UNIT,
    WARNING,
    World,
    about_procedure,
    dossier,
    drop,
    trouble,
)

ALL = '[[notify]]\nurl = "env:ALL"\nmin_severity = "info"\n'
GRAVE = '[[notify]]\nurl = "env:GRAVE"\nmin_severity = "critical"\n'
MINE = f'[[notify]]\nurl = "env:MINE"\nunits = ["{UNIT}"]\n'
QUIET = '[[notify]]\nurl = "env:QUIET"\nquiet = ["21:00", "06:00"]\n'


class Telling(World):
    """A world whose checks end with digests."""

    seen = 0

    def check(self) -> list[tuple[str, str]]:
        """The end of a check; the routes that got a message, with its title's counts."""
        self.update()
        with writing(self.engine) as connection:
            queue_digests(connection, self.config, self.now, Path("report.html"))
        rows = self.rows(f"SELECT id, route, title FROM outbox WHERE id > {self.seen} ORDER BY id")
        self.seen += len(rows)
        return [(route, title.split(": ")[1]) for _, route, title in rows]


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> Telling:
    made = Telling(engine, tmp_path, ALL + GRAVE + MINE)
    made.check()
    return made


def overdue(world: Telling, unit: str = UNIT) -> None:
    """A dossier of a unit is newly overdue."""
    capture = world.capture(world.listing(), dossier("newly_overdue", unit, unit_code=unit))
    world.overdue(capture, unit, is_overdue=True, unit=unit)


def test_without_events_there_is_no_message(world: Telling) -> None:
    world.capture(world.index(), drop(INFO))
    assert world.check() == []


def test_severity_and_units_decide_who_is_told(world: Telling) -> None:
    overdue(world)
    overdue(world, unit="H01.11")
    scope = world.procedures("details")
    world.capture(scope, trouble(scope), status="failed")
    world.capture(scope, about_procedure("procedure_gone", "1.001", CRITICAL))
    assert world.check() == [
        ("env:ALL", "1 nghiêm trọng, 2 cảnh báo, 1 đã kết thúc"),
        ("env:GRAVE", "1 nghiêm trọng"),
        ("env:MINE", "1 cảnh báo"),
    ]
    assert world.check() == []


def test_a_unit_without_a_code_is_nobodys_own(world: Telling) -> None:
    world.overdue(world.capture(world.listing()), "A-1", is_overdue=True, unit=NAME)
    world.capture(world.listing(), dossier("newly_overdue", "A-1", unit_code=None))
    assert world.check() == [("env:ALL", "1 cảnh báo")]
    assert list(world.states()) == [f"overdue:quantri:{NAME}"]


def test_what_joins_is_told_until_somebody_has_seen_it_and_what_is_graver_always(
    world: Telling,
) -> None:
    world.figure(world.capture(world.index()), score=6890)
    world.figure(world.capture(world.index(), drop()), score=6665)
    assert world.check() == [("env:ALL", "1 cảnh báo"), ("env:MINE", "1 cảnh báo")]
    world.capture(world.index(), drop())
    assert world.check() == [("env:ALL", "1 cảnh báo"), ("env:MINE", "1 cảnh báo")]
    acknowledge(world.engine, 1, world.now)
    world.capture(world.index(), drop())
    assert world.check() == []
    world.capture(world.index(), drop(CRITICAL))
    assert [route for route, _ in world.check()] == ["env:ALL", "env:GRAVE", "env:MINE"]


def test_what_a_person_did_is_not_told_back_and_a_wake_is(world: Telling) -> None:
    overdue(world)
    world.check()
    acknowledge(world.engine, 1, world.now)
    snooze(world.engine, 1, world.now + dt.timedelta(days=1), world.now)
    assert world.check() == []
    world.later()
    assert [route for route, _ in world.check()] == ["env:ALL", "env:MINE"]
    body = world.rows("SELECT body FROM outbox ORDER BY id DESC LIMIT 1")[0][0]
    assert "(nhắc lại)" in body


def test_what_expires_is_told_to_nobody_and_what_is_over_is(world: Telling) -> None:
    overdue(world)
    world.capture(world.procedures("details"), about_procedure("procedure_new", "1.001"))
    assert world.check()[0] == ("env:ALL", "2 cảnh báo")
    world.later(8)
    capture = world.capture(world.listing())
    world.overdue(capture, UNIT, is_overdue=False)
    assert world.check() == [("env:ALL", "1 đã kết thúc"), ("env:MINE", "1 đã kết thúc")]
    assert set(world.states().values()) == {"closed"}


def test_of_one_alert_only_the_newest_is_told(world: Telling) -> None:
    overdue(world)
    world.update()
    world.overdue(world.capture(world.listing()), UNIT, is_overdue=False)
    assert world.check()[0] == ("env:ALL", "1 đã kết thúc")


def test_a_receiver_that_is_added_later_hears_of_what_happens_then(world: Telling) -> None:
    overdue(world)
    world.check()
    world.configure(ALL + QUIET)
    assert world.check() == []
    overdue(world, unit="H01.11")
    assert [route for route, _ in world.check()] == ["env:ALL", "env:QUIET"]


@pytest.mark.parametrize(("severity", "hour"), [(WARNING, 23), (CRITICAL, 15)])
def test_in_quiet_hours_only_what_is_critical_is_due(
    world: Telling, severity: Severity, hour: int
) -> None:
    world.configure(QUIET)
    world.now = dt.datetime(2026, 11, 27, 15, 0, tzinfo=dt.UTC)  # 22:00 in Viet Nam
    change = dossier("newly_overdue", UNIT)._replace(severity=severity)
    world.overdue(world.capture(world.listing(), change), UNIT, is_overdue=True)
    world.check()
    assert world.rows("SELECT due_at, severity FROM outbox") == [
        (f"2026-11-27T{hour}:00:00Z", severity)
    ]


def test_a_message_and_its_events_come_together_or_not_at_all(
    world: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    overdue(world)

    def die(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("sync.digest.outbox.queue", die)
        world.update()
        with pytest.raises(KeyboardInterrupt), writing(world.engine) as connection:
            queue_digests(connection, world.config, world.now, Path("report.html"))
    assert world.check() == [("env:ALL", "1 cảnh báo"), ("env:MINE", "1 cảnh báo")]

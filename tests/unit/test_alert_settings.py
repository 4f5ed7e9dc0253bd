"""A target or a limit that is newly set opens alerts, although no figure moved."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.unit.alert_world import NAME, UNIT, World, trouble

BELOW = f"below_target:current:2026-Q4:REUSED:{UNIT}"
PORTAL = "source:index:portal"
RATE = f"rate:quantri:{UNIT}"
TARGETS = "[index.targets]\nREUSED = {}\n"
LIMIT = "[dossiers]\noverdue_rate = {{ department = {} }}\n"


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    made = World(engine, tmp_path, TARGETS.format(52))
    made.update()
    return made


def test_a_newly_set_target_opens_alerts_for_those_that_it_puts_below(world: World) -> None:
    capture = world.capture(world.index())
    for unit, rate in ((UNIT, 5500), ("H01.11", 7000), ("H01", 5500)):
        world.figure(capture, "REUSED", unit, ratio=rate)
        world.standing(capture, 1, unit)
    world.update()
    world.configure(TARGETS.format(60))
    world.update()
    world.update()
    assert world.events() == ["opened", "opened"]
    assert world.states() == {BELOW.replace(UNIT, "H01"): "open", BELOW: "open"}
    row = world.rows("SELECT kind, severity, unit_code, subject, last_change, message FROM alerts")
    assert row[1] == (
        "below_target",
        "warning",
        UNIT,
        "2026-Q4 REUSED",
        None,
        f"{NAME}: “Tái sử dụng” quý 4/2026 đạt 55,00 %, dưới mức giao mới 60,00 %.",
    )
    world.configure(TARGETS.format(50))
    world.update()
    assert world.events()[2:] == ["closed", "closed"]


def test_a_new_target_is_no_news_for_those_that_were_below_the_old_one(world: World) -> None:
    capture = world.capture(world.index())
    world.figure(capture, "REUSED", ratio=4000)
    world.standing(capture, 1)
    world.update()
    world.configure(TARGETS.format(60))
    world.update()
    assert world.states() == {}


def test_a_unit_without_activity_misses_no_new_target(world: World) -> None:
    capture = world.capture(world.index())
    world.figure(capture, "REUSED", ratio=5500)
    world.standing(capture, None)
    world.configure(TARGETS.format(60))
    world.update()
    assert world.states() == {}


def test_a_new_target_waits_while_the_index_cannot_be_read(world: World) -> None:
    capture = world.capture(world.index())
    world.figure(capture, "REUSED", ratio=5500)
    world.standing(capture, 1)
    world.capture(world.index(), trouble(world.index()), status="failed")
    world.configure(TARGETS.format(60))
    world.update()
    assert world.states() == {PORTAL: "open"}
    world.later()
    world.told(world.index())
    assert world.states() == {PORTAL: "closed", BELOW: "open"}


def test_the_first_check_only_notes_the_targets(engine: Engine, tmp_path: Path) -> None:
    world = World(engine, tmp_path, TARGETS.format(52))
    capture = world.capture(world.index())
    world.figure(capture, "REUSED", ratio=4000)
    world.standing(capture, 1)
    world.update()
    assert world.states() == {}
    assert world.rows("SELECT value FROM marks WHERE name = 'target::REUSED'") == [(5200,)]


def listed_at(world: World, rate: int | None) -> None:
    """One listing with a dossier of the unit, whose rate nobody told of."""
    capture = world.capture(world.listing())
    world.overdue(capture, "A-1", is_overdue=True)
    world.rate(world.listing(), rate)
    world.update()


def test_a_lower_limit_opens_alerts_for_those_that_it_puts_above(world: World) -> None:
    listed_at(world, 190)
    assert world.events() == []
    world.configure(LIMIT.format(1.5))
    world.update()
    world.update()
    assert world.events() == ["opened"]
    assert world.states() == {RATE: "open"}
    assert world.last_message() == (
        f"{NAME}: tỷ lệ hồ sơ quá hạn 1,90 %, vượt mức mới 1,50 % (1 hồ sơ)."
    )
    world.configure(LIMIT.format(2))
    world.update()
    assert world.events() == ["opened", "closed"]


@pytest.mark.parametrize("rate", [250, 150, None])
def test_a_lower_limit_is_no_news_for_those_above_the_old_one_or_within_it(
    world: World, rate: int | None
) -> None:
    listed_at(world, rate)
    world.configure(LIMIT.format(1.5))
    world.update()
    assert world.events() == []


def test_a_lower_limit_of_another_kind_is_no_news(world: World) -> None:
    listed_at(world, 190)
    world.configure("[dossiers]\noverdue_rate = { commune = 1.0 }\n")
    world.update()
    assert world.events() == []


def test_a_lower_limit_waits_while_the_listing_cannot_be_read(world: World) -> None:
    listed_at(world, 190)
    world.capture(world.listing(), trouble(world.listing()), status="failed")
    world.configure(LIMIT.format(1.5))
    world.update()
    assert RATE not in world.states()
    world.later()
    capture = world.capture(world.listing())
    world.rate(world.listing(), 190)
    world.overdue(capture, "A-1", is_overdue=True)
    world.update()
    assert world.states()[RATE] == "open"

"""Whether a matter is over is judged from the store and the configuration as they are now."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from scrapers.periods import Period
from tests.unit.alert_world import (
    INFO,
    NAME,
    QUARTER,
    START,
    UNIT,
    WARNING,
    World,
    about_procedure,
    dossier,
    drop,
    trouble,
)

FALL = f"fall:current:2026-Q4:{UNIT}"
BELOW = f"below_target:current:2026-Q4:REUSED:{UNIT}"
PORTAL = "source:index:portal"
TARGETS = "[index.targets]\nREUSED = {}\n"


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    made = World(engine, tmp_path, TARGETS.format(52))
    made.update()
    return made


def fallen(world: World, change: Any, indicator: str = "TOTAL") -> None:
    """The figure fell from 68,90 to 66,65, and that was told."""
    world.figure(world.capture(world.index()), indicator, score=6890)
    capture = world.capture(world.index(), change)
    world.figure(capture, indicator, score=6665)
    world.update()


@pytest.mark.parametrize(
    ("change", "indicator", "message"),
    [
        (drop(), "TOTAL", "tổng điểm quý 4/2026 đã trở lại 68,90 (trước khi giảm: 68,90)."),
        (
            drop(indicator="REUSED"),
            "REUSED",
            "“Tái sử dụng” quý 4/2026 đã trở lại 68,90 (trước khi giảm: 68,90).",
        ),
        (
            drop(kind="class_change", before="Tốt", delta=-225),
            "TOTAL",
            "tổng điểm quý 4/2026 đã trở lại 68,90 (trước khi giảm: 68,90).",
        ),
        (
            drop(kind="period_drop"),
            "TOTAL",
            "tổng điểm quý 4/2026 đã trở lại 68,90 (trước khi giảm: 68,90).",
        ),
    ],
)
def test_a_fall_is_over_when_what_fell_is_back(
    world: World, change: Any, indicator: str, message: str
) -> None:
    fallen(world, change, indicator)
    assert world.states() == {FALL: "open"}
    world.figure(world.capture(world.index()), indicator, score=6889)
    world.update()
    assert world.states() == {FALL: "open"}
    world.figure(world.capture(world.index()), indicator, score=6890)
    world.update()
    assert world.events() == ["opened", "closed"]
    assert world.last_message() == f"{NAME}: {message}"
    assert world.rows("SELECT closed_at IS NULL FROM alerts") == [(0,)]


def test_a_lost_rank_is_over_when_the_rank_is_back(world: World) -> None:
    world.standing(world.capture(world.index()), 3)
    world.standing(world.capture(world.index(), drop(kind="rank_drop", before="3")), 6)
    world.update()
    world.standing(world.capture(world.index()), 4)
    world.update()
    assert world.states() == {FALL: "open"}
    world.standing(world.capture(world.index()), 2)
    world.update()
    assert world.last_message() == f"{NAME}: đã trở lại hạng 2 quý 4/2026 (trước khi tụt: 3)."
    assert world.states() == {FALL: "closed"}


def test_a_unit_that_is_no_longer_ranked_has_not_got_its_rank_back(world: World) -> None:
    world.standing(world.capture(world.index()), 3)
    world.standing(world.capture(world.index(), drop(kind="rank_drop", before="3")), 6)
    world.standing(world.capture(world.index()), None)
    world.update()
    assert world.states() == {FALL: "open"}


def test_where_the_total_fell_a_rank_that_is_back_is_not_enough(world: World) -> None:
    first = world.capture(world.index())
    world.figure(first, score=6890)
    world.standing(first, 3)
    second = world.capture(world.index(), drop(INFO), drop(kind="rank_drop", before="3"))
    world.figure(second, score=6665)
    world.standing(second, 6)
    world.update()
    world.standing(world.capture(world.index()), 1)
    world.update()
    assert world.states() == {FALL: "open"}


def below(world: World, rate: int = 4000) -> int:
    """The unit's rate fell below the target, and that was told."""
    change = drop(kind="below_target", indicator="REUSED", before="60.00")
    capture = world.capture(world.index(), change)
    world.figure(capture, "REUSED", ratio=rate, denominator=100)
    world.standing(capture, 3)
    world.update()
    return capture


def test_a_rate_is_no_longer_below_its_target_when_it_reaches_it(world: World) -> None:
    below(world)
    world.figure(world.capture(world.index()), "REUSED", ratio=5199)
    world.update()
    assert world.states() == {BELOW: "open"}
    world.figure(world.capture(world.index()), "REUSED", ratio=5200)
    world.update()
    assert world.states() == {BELOW: "closed"}
    said = f"{NAME}: “Tái sử dụng” quý 4/2026 đã đạt 52,00 % (mức giao 52,00 %)."
    assert world.last_message() == said


@pytest.mark.parametrize(
    ("more", "events"),
    [
        (TARGETS.format(40), ["opened", "closed"]),
        (f'{TARGETS.format(52)}[index.targets."{UNIT}"]\nREUSED = 30\n', ["opened", "closed"]),
        (f'{TARGETS.format(30)}[index.targets."{UNIT}"]\nREUSED = 52\n', ["opened"]),
        ("[index.targets]\n", ["opened", "expired"]),
    ],
)
def test_the_target_of_today_counts(world: World, more: str, events: list[str]) -> None:
    below(world)
    world.configure(more)
    world.update()
    assert world.events() == events


@pytest.mark.parametrize(("unit", "name"), [(UNIT, NAME), ("H01.11", "Sở Tư pháp")])
def test_overdue_is_over_when_the_last_listing_has_none_of_the_unit(
    world: World, unit: str, name: str
) -> None:
    came = dossier("newly_overdue", "A-1", unit_code=unit, unit_name=name)
    capture = world.capture(world.listing(), came)
    world.overdue(capture, "A-1", is_overdue=True, unit=unit)
    world.overdue(capture, "B-1", is_overdue=True, unit="H01.99")
    world.update()
    assert world.events() == ["opened"]
    capture = world.capture(world.listing())
    world.overdue(capture, "A-1", is_overdue=False, unit=unit)
    world.update()
    assert world.last_message() == (
        f"{name}: danh sách mới nhất của nguồn quantri không còn hồ sơ quá hạn nào của đơn vị."
    )
    assert world.events() == ["opened", "closed"]


def test_a_rate_is_over_when_it_is_within_the_limit_of_today(world: World) -> None:
    change = dossier("rate_exceeded", "A-1", subject=None)
    capture = world.capture(world.listing(), change)
    world.overdue(capture, "A-1", is_overdue=True)
    world.rate(world.listing(), 310)
    world.update()
    assert world.states() == {f"rate:quantri:{UNIT}": "open"}
    world.configure("[dossiers]\noverdue_rate = { department = 3.2 }\n")
    world.update()
    assert world.last_message() == (
        f"{NAME}: tỷ lệ hồ sơ quá hạn còn 3,10 %, trong mức 3,20 % (nguồn quantri)."
    )


def test_a_rate_that_nobody_knows_ends_only_with_the_last_overdue_dossier(world: World) -> None:
    capture = world.capture(world.listing(), dossier("rate_exceeded", "A-1", subject=None))
    world.overdue(capture, "A-1", is_overdue=True)
    world.rate(world.listing(), 310)
    world.update()
    world.later()
    capture = world.told(world.listing())
    assert world.events() == ["opened"], "unknown is not zero"
    world.overdue(capture, "A-1", is_overdue=False)
    world.update()
    assert world.events() == ["opened", "closed"]


def test_a_source_that_is_down_is_one_alert_and_one_recovery(world: World) -> None:
    scopes = [world.index(), world.index(Period("year", 2026)), world.index(QUARTER, "VN")]
    for scope in scopes:
        world.told(scope)
    world.capture(scopes[0], trouble(scopes[0]), status="failed")
    world.told(scopes[1])
    for day in range(3):
        world.later()
        for scope in scopes:
            said = [trouble(scope, "source_refused")] if day == 0 else []
            world.capture(scope, *said, status="refused")
        world.update()
    world.later()
    for scope in scopes[:2]:
        world.told(scope)
    assert world.states() == {PORTAL: "open"}
    world.told(scopes[2])
    assert world.events() == ["opened", "joined", "closed"]
    assert world.last_message() == (
        "Chỉ số 766: đã đọc lại được, sau 4 ngày (từ 07:00 ngày 26/11/2026)."
    )


def test_each_source_is_a_matter_of_its_own(world: World) -> None:
    for scope in (world.listing("a"), world.listing("b"), world.procedures("catalogue")):
        world.capture(scope, trouble(scope), status="failed")
    world.update()
    world.later()
    world.told(world.listing("b"))
    assert world.states() == {
        "source:dossiers:a": "open",
        "source:dossiers:b": "closed",
        "source:procedures:portal": "open",
    }
    assert world.last_message().startswith("Hồ sơ quá hạn, nguồn b: đã đọc lại được, sau 24 giờ")


def test_a_period_that_is_no_longer_due_does_not_keep_a_source_in_trouble(world: World) -> None:
    september = world.index(Period("month", 2026, 9))
    world.now = dt.datetime(2026, 11, 14, tzinfo=dt.UTC)  # the last day on which it is read again
    world.told(world.index())
    world.capture(september, trouble(september), status="failed")
    world.update()
    assert world.states() == {PORTAL: "open"}
    world.later()
    world.told(world.index())
    assert world.states() == {PORTAL: "closed"}


def test_what_was_read_of_the_past_has_no_say(world: World) -> None:
    world.told(world.index())
    world.capture(world.index(), trouble(world.index()), status="failed", is_backfill=True)
    fallen(world, drop())
    world.capture(world.index(), status="failed", is_backfill=True)
    world.figure(world.capture(world.index()), score=6890)
    world.capture(world.index(), status="failed", is_backfill=True)
    world.update()
    assert world.states() == {FALL: "closed"}


def test_while_a_source_is_down_nothing_about_its_data_closes(world: World) -> None:
    fallen(world, drop())
    world.told(world.procedures("details"), about_procedure("procedure_amended", "1.001"))
    capture = world.capture(world.listing(), dossier("newly_overdue", "A-1"))
    world.overdue(capture, "A-1", is_overdue=True)
    world.update()
    world.overdue(world.capture(world.listing()), "A-1", is_overdue=False)
    world.figure(world.capture(world.index()), score=6890)
    for scope in (world.index(), world.procedures("details"), world.listing()):
        world.capture(scope, status="failed")
    for _ in range(10):
        world.later()
        for scope in (world.index(), world.procedures("details"), world.listing()):
            world.capture(scope, status="failed")
        world.update()
    assert set(world.states().values()) == {"open"}
    for scope in (world.index(), world.procedures("details"), world.listing()):
        world.told(scope)
    assert set(world.states().values()) == {"closed"}
    assert world.events()[3:] == ["closed", "expired", "closed"]


def test_news_expires_a_week_after_the_last_change(world: World) -> None:
    details = world.procedures("details")
    world.told(details, about_procedure("procedure_amended", "1.001"))
    world.later(5)
    world.told(details, about_procedure("decision_changed", "1.001", INFO))
    world.later(6.9)
    world.told(details)
    assert world.events() == ["opened", "joined"]
    world.later(0.1)
    world.told(details)
    assert world.events() == ["opened", "joined", "expired"]
    world.told(details, about_procedure("procedure_gone", "1.001"))
    assert world.events()[3:] == ["reopened"]


def decided(world: World, published: dt.datetime | None) -> None:
    capture = world.capture(world.procedures("decisions"))
    seconds = None if published is None else int(published.timestamp())
    values = {"published_at": seconds, "is_late": 1, "is_test": 0}
    world.version("decision_versions", capture, {"decision_id": "d-1"}, values)
    world.update()


def test_a_late_decision_is_over_when_it_is_published(world: World) -> None:
    world.capture(world.procedures("decisions"), about_procedure("published_late", "d-1"))
    decided(world, None)
    for _ in range(10):
        world.later()
        world.told(world.procedures("decisions"))
    assert world.states() == {"decision:d-1": "open"}
    decided(world, START + dt.timedelta(days=9))
    assert world.events() == ["opened", "closed"]
    assert world.last_message() == ("published_late d-1; nay đã công bố ngày 05/12/2026.")


@pytest.mark.parametrize("kind", ["published_late", "decision_new"])
def test_a_decision_that_was_published_before_is_news(world: World, kind: str) -> None:
    world.capture(world.procedures("decisions"), about_procedure(kind, "d-1"))
    decided(world, START - dt.timedelta(days=1))
    world.later(6)
    world.told(world.procedures("decisions"))
    assert world.states() == {"decision:d-1": "open"}
    world.later(1)
    world.told(world.procedures("decisions"))
    assert world.events() == ["opened", "expired"]


def test_what_is_no_longer_read_expires_after_seven_days_of_reading(world: World) -> None:
    month = world.index(Period("month", 2026, 10))
    world.told(month, drop(kind="rank_drop", before="3"))
    world.capture(world.listing("old"), trouble(world.listing("old")), status="failed")
    world.update()
    world.later(30)
    for day in range(7):
        assert set(world.states().values()) == {"open"}, day
        world.later()
        world.told(world.index())
    assert world.events() == ["opened", "opened", "expired", "expired"]


def test_a_long_holiday_ends_nothing(world: World) -> None:
    fallen(world, drop())
    capture = world.capture(world.listing(), dossier("newly_overdue", "A-1"))
    world.overdue(capture, "A-1", is_overdue=True)
    world.update()
    world.later(20)
    world.told(world.index())
    assert set(world.states().values()) == {"open"}
    assert world.rows("SELECT MAX(severity) FROM alert_log")[0][0] == WARNING

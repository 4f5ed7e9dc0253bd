"""What a backfill of the index still has to read: the rules of `docs/backfill.md`, by number.

Rule 3 needs a check, and so stands in `tests/flow/test_backfill.py`.
"""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from scrapers.former_provinces import AGENCY_IDS
from sync.capture import Outcome
from tests.unit.past_portal import LegacyPortal, past, planned, read_past


@pytest.fixture
def portal() -> LegacyPortal:
    return LegacyPortal()


@pytest.fixture(autouse=True)
def _on_the_26th(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVCQG_NOW", "2026-11-26T07:00:00+07:00")


def at(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setenv("DVCQG_NOW", f"{day}T07:00:00+07:00")


def statuses(outcomes: list[Outcome]) -> list[str]:
    return [one.status for one in outcomes]


# --- Rule 1


def test_newest_first_and_in_each_the_nation_then_its_provinces(
    engine: Engine, portal: LegacyPortal
) -> None:
    read_past(engine, portal, past("2024-11 2025-01", "H53,H01", "month,quarter"))
    assert portal.asked == [
        f"{place}/{period}"
        for period in ("2025-Q1", "2025-01", "2024-12", "2024-11")
        for place in ("VN", "H53", "H01")
    ]


def test_each_series_has_its_own_place_and_costs(engine: Engine) -> None:
    plans = planned(engine, past("2025-01 2026-10", "all"))
    assert [(str(one.period), one.series, one.readings, one.requests) for one in plans] == [
        ("2026", "current", 35, 1 + 34 * 7),
        ("2025", "legacy", 35, 35),
    ]


# --- Rule 2


def test_what_is_there_is_not_read_again(engine: Engine, portal: LegacyPortal) -> None:
    asked = past("2024-01 2024-12", "H01")
    assert statuses(read_past(engine, portal, asked)) == ["accepted", "accepted"]
    assert read_past(engine, portal, asked) == []
    (plan,) = planned(engine, asked)
    assert (plan.readings, plan.there) == (0, 2)


@pytest.mark.parametrize("stop", range(7))
def test_a_run_that_was_broken_off_goes_on_where_it_stopped(
    engine: Engine, portal: LegacyPortal, stop: int
) -> None:
    asked = past("2024-11 2024-12", "H01,H53", "month")
    read_past(engine, portal, asked, stop)
    read_past(engine, portal, asked)
    months = ("2024-12", "2024-11")
    assert portal.asked == [
        f"{place}/{month}" for month in months for place in ("VN", "H01", "H53")
    ]


def test_a_period_without_data_takes_one_request_and_is_remembered(
    engine: Engine, portal: LegacyPortal
) -> None:
    portal.empty = {"VN/2022"}
    asked = past("2022-01 2022-12", "all")
    assert statuses(read_past(engine, portal, asked)) == ["unchanged"]
    assert read_past(engine, portal, asked) == []
    assert portal.asked == ["VN/2022"]


def test_a_province_without_data_is_remembered(engine: Engine, portal: LegacyPortal) -> None:
    portal.empty = {"H01/2022"}
    asked = past("2022-01 2022-12", "H01,H53")
    assert statuses(read_past(engine, portal, asked)) == ["accepted", "unchanged", "accepted"]
    assert read_past(engine, portal, asked) == []


def test_what_was_read_while_its_period_was_open_is_read_once_more(
    engine: Engine, portal: LegacyPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, readings in (
        ("2025-12-20", 2),
        ("2025-12-31", 0),
        ("2026-01-01", 2),
        ("2026-01-02", 0),
    ):
        at(monkeypatch, day)
        asked = past("2025-12 2025-12", "H01", "month", day=day)
        assert len(read_past(engine, portal, asked)) == readings, day


# --- Rule 4


def test_a_province_is_asked_about_under_the_id_of_its_period(
    engine: Engine, portal: LegacyPortal
) -> None:
    read_past(engine, portal, past("2023-01 2024-12", "H33,H01"))
    assert portal.ids == ["0", "H33/2024", "H01/2024", "0", "H33/2023", "H01/2023"]


def test_the_ids_of_a_nation_read_earlier_come_from_the_store(
    engine: Engine, portal: LegacyPortal
) -> None:
    read_past(engine, portal, past("2024-01 2024-12", "H53"))
    portal.ids.clear()
    read_past(engine, portal, past("2024-01 2024-12", "H33"))
    assert portal.ids == ["H33/2024"]


def test_a_province_that_the_nation_does_not_list_is_not_asked_about(
    engine: Engine, portal: LegacyPortal
) -> None:
    portal.unlisted = {"H33"}
    asked = past("2024-01 2024-12", "H33,H01")
    assert statuses(read_past(engine, portal, asked)) == ["accepted", "accepted"]
    assert portal.asked == ["VN/2024", "H01/2024"]
    assert read_past(engine, portal, asked) == []


def test_where_the_nation_was_not_believed_todays_ids_serve(
    engine: Engine, portal: LegacyPortal
) -> None:
    portal.broken = {"VN/2024"}
    asked = past("2024-01 2024-12", "H33,H01")
    outcomes = read_past(engine, portal, asked)
    assert statuses(outcomes) == ["refused", "accepted"]
    assert [one.brought_nothing for one in outcomes] == [True, False]
    assert portal.ids == ["0", AGENCY_IDS["H01"]]
    portal.broken.clear()
    read_past(engine, portal, asked)
    assert portal.ids[2:] == ["0", "H33/2024"]


# --- Rule 5


def test_again_reads_what_was_not_read_today(
    engine: Engine, portal: LegacyPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_past(engine, portal, past("2023-01 2024-12", "H01"))
    at(monkeypatch, "2026-11-27")
    asked = past("2024-01 2024-12", "H01", day="2026-11-27", again=True)
    assert statuses(read_past(engine, portal, asked)) == ["unchanged", "unchanged"]
    assert read_past(engine, portal, asked) == []
    both = past("2023-01 2024-12", "H01", day="2026-11-27", again=True)
    assert [one.readings for one in planned(engine, both)] == [0, 2]


def test_a_list_that_was_there_and_is_empty_now_is_refused(
    engine: Engine, portal: LegacyPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_past(engine, portal, past("2024-01 2024-12", "H01"))
    at(monkeypatch, "2026-11-27")
    portal.empty = {"VN/2024", "H01/2024"}
    asked = past("2024-01 2024-12", "H01", day="2026-11-27", again=True)
    assert statuses(read_past(engine, portal, asked)) == ["refused", "refused"]


# --- What it says of itself


def test_what_follows_is_counted_in_requests(engine: Engine, portal: LegacyPortal) -> None:
    portal.empty = {"VN/2023"}
    asked = past("2023-01 2024-12", "H01,H53")
    (newest, oldest) = planned(engine, asked)
    assert (newest.requests, oldest.requests) == (3, 3)
    first = next(asked.readings(engine, {"current": portal.ask, "legacy": portal.ask}))
    assert (first.requests, first.following) == (1, 5)
    read_past(engine, portal, asked, 3)
    last = next(asked.readings(engine, {"current": portal.ask, "legacy": portal.ask}))
    assert (last.reading.scope.name, last.following) == ("VN/2023", 2)


def test_nothing_is_asked_before_a_reading_is_fetched(engine: Engine, portal: LegacyPortal) -> None:
    asked = past("2024-01 2024-12", "H01")
    next(asked.readings(engine, {"current": portal.ask, "legacy": portal.ask}))
    assert portal.asked == []

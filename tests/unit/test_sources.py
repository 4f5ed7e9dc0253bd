"""Which readings of the index are due on a day, in which order, and whom each one asks about."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.archive import Answer
from scrapers.errors import Unreachable, Unusable
from scrapers.http import Ask
from scrapers.periods import PERIOD_TYPES, Period, PeriodType, period_of
from scrapers.provinces import PROVINCES
from sync.changes import Severity
from sync.config import Config
from sync.manners import manners
from sync.sources import (
    due_periods,
    due_scopes,
    index_readings,
    index_settings,
    keeps_registry,
    legacy_transport,
    transport,
)
from tests.fixtures.portal_answers import PROVINCE_ID, answers, ask_of, nation_answers

DAY = dt.timedelta(days=1)
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2032, 12, 31))
TYPES = st.lists(st.sampled_from(PERIOD_TYPES), min_size=1, unique=True)
REVISIT = st.integers(0, 400)


def config(**index: Any) -> Config:
    return Config.model_validate_json(json.dumps({"index": {"provinces": ["H01"], **index}}))


def names(day: str, revisit_days: int = 45) -> list[str]:
    return [str(one) for one in due_periods(dt.date.fromisoformat(day), PERIOD_TYPES, revisit_days)]


@pytest.mark.parametrize(
    ("day", "revisit_days", "due"),
    [
        ("2026-11-20", 45, "2026 2026-Q4 2026-11 2026-10"),
        ("2026-11-20", 0, "2026 2026-Q4 2026-11 2026-10"),
        ("2026-11-14", 45, "2026 2026-Q4 2026-11 2026-Q3 2026-10 2026-09"),
        ("2026-11-15", 45, "2026 2026-Q4 2026-11 2026-10"),
        ("2026-11-01", 45, "2026 2026-Q4 2026-Q3 2026-10 2026-09"),
        ("2026-12-31", 0, "2026 2026-Q4 2026-12 2026-11"),
        ("2027-01-01", 45, "2026 2026-Q4 2026-12 2026-11"),
        ("2027-01-01", 0, "2026-12"),
        ("2027-01-02", 45, "2027 2027-Q1 2027-01 2026 2026-Q4 2026-12 2026-11"),
        ("2027-01-02", 0, "2027 2027-Q1 2027-01 2026-12"),
        ("2027-02-14", 45, "2027 2027-Q1 2027-02 2026 2026-Q4 2027-01 2026-12"),
        ("2027-02-15", 45, "2027 2027-Q1 2027-02 2027-01"),
        ("2028-02-29", 0, "2028 2028-Q1 2028-02 2028-01"),
        ("2028-03-01", 1, "2028 2028-Q1 2028-02"),
        ("2027-03-01", 1, "2027 2027-Q1 2027-02"),
    ],
)
def test_due_on_a_day(day: str, revisit_days: int, due: str) -> None:
    assert sorted(names(day, revisit_days)) == sorted(due.split())


@pytest.mark.parametrize(("year", "last"), [(2027, "02-28"), (2028, "02-29")])
def test_a_closed_month_is_counted_from_its_real_last_day(year: int, last: str) -> None:
    after = dt.date.fromisoformat(f"{year}-{last}") + 40 * DAY
    assert f"{year}-02" in names(after.isoformat(), 40)
    assert f"{year}-02" not in names((after + DAY).isoformat(), 40)


@settings(deadline=None)
@given(DAYS, TYPES, REVISIT)
def test_no_period_is_read_before_its_second_day(
    today: dt.date, types: list[PeriodType], revisit_days: int
) -> None:
    assert all(one.first_day < today for one in due_periods(today, types, revisit_days))


@settings(deadline=None)
@given(DAYS, TYPES, REVISIT)
def test_every_open_period_is_read_from_its_second_day(
    today: dt.date, types: list[PeriodType], revisit_days: int
) -> None:
    due = due_periods(today, types, revisit_days)
    begun = {one for type_ in types if (one := period_of(today, type_)).first_day < today}
    assert begun == {one for one in due if one.last_day >= today}


@settings(deadline=None)
@given(DAYS, TYPES, REVISIT)
def test_closed_periods_are_read_while_they_are_young_and_the_last_month_always(
    today: dt.date, types: list[PeriodType], revisit_days: int
) -> None:
    due = due_periods(today, types, revisit_days)
    last_month = period_of(today, "month").previous()
    young = {
        period_of(today - back * DAY, type_)
        for type_ in types
        for back in range(1, revisit_days + 1)
    }
    closed = {one for one in young if 0 < (today - one.last_day).days <= revisit_days}
    closed |= {last_month} & {period_of(last_month.first_day, type_) for type_ in types}
    assert closed == {one for one in due if one.last_day < today}


@settings(deadline=None)
@given(DAYS, TYPES, REVISIT)
def test_each_is_read_once_the_open_ones_first_and_of_these_the_longest(
    today: dt.date, types: list[PeriodType], revisit_days: int
) -> None:
    due = due_periods(today, types, revisit_days)
    assert len(set(due)) == len(due)
    is_closed = [one.last_day < today for one in due]
    assert is_closed == sorted(is_closed)
    lengths = [PERIOD_TYPES.index(one.type) for one in due if one.last_day >= today]
    assert lengths == sorted(lengths)


@settings(deadline=None)
@given(DAYS, TYPES, REVISIT)
def test_the_order_of_the_settings_means_nothing(
    today: dt.date, types: list[PeriodType], revisit_days: int
) -> None:
    assert due_periods(today, types[::-1], revisit_days) == due_periods(today, types, revisit_days)


@settings(deadline=None)
@given(DAYS, TYPES, REVISIT)
def test_one_reading_of_a_day_keeps_the_registry(
    today: dt.date, types: list[PeriodType], revisit_days: int
) -> None:
    office = config(periods=types, revisit_days=revisit_days)
    due = due_periods(today, types, revisit_days)
    keeping = [one for one in due if keeps_registry(office, today, one)]
    assert keeping == due[:1]


# --- Scopes and readings


def test_a_check_reads_for_each_period_the_nation_and_then_each_province() -> None:
    office = config(provinces=["H53", "H01"], periods=["month"], revisit_days=0)
    scopes = ["VN/2026-11", "H53/2026-11", "H01/2026-11"]
    scopes += ["VN/2026-10", "H53/2026-10", "H01/2026-10"]
    today = dt.date(2026, 11, 20)
    assert due_scopes(office, today) == scopes
    readings = list(index_readings(office, ask_of(answers()), today))
    assert [one.scope.name for one in readings] == scopes
    assert readings[1].scope.label == "Chỉ số 766, Tây Ninh, tháng 11/2026"
    assert (readings[1].scope.province_code, readings[1].scope.period) == (
        "H53",
        Period("month", 2026, 11),
    )
    assert readings[0].scope.province_code is None


def test_all_provinces_are_read_when_all_are_asked_for() -> None:
    scopes = due_scopes(config(provinces=["all"], periods=["year"]), dt.date(2026, 11, 20))
    assert scopes == ["VN/2026", *(f"{code}/2026" for code in PROVINCES)]


def test_nothing_is_asked_before_a_reading_is_fetched() -> None:
    ask = ask_of(answers())
    list(index_readings(config(), ask, dt.date(2026, 11, 20)))
    assert ask.asked == []


def nation_then_province(national: Ask) -> tuple[Ask, list[dict[str, Any]]]:
    """A transport for both, and what the province was asked with."""
    provincial = ask_of(answers())
    bodies: list[dict[str, Any]] = []

    def ask(path: str, body: dict[str, Any]) -> Answer:
        if "departmentType" in body:
            return national(path, body)
        bodies.append(body)
        answer: Answer = provincial(path, body)
        return answer

    return ask, bodies


def test_a_province_is_asked_for_by_the_id_that_the_nation_gave_it_today() -> None:
    national = nation_answers()
    row = next(
        row for row in national["service-results"]["evaluation"] if row["departmentCode"] == "H01"
    )
    row["departmentId"] = "id-of-today"
    ask, bodies = nation_then_province(ask_of(national))
    nation, province = index_readings(
        config(periods=["year"], revisit_days=0), ask, dt.date(2026, 11, 20)
    )
    assert nation.fetch().rows > 0
    # The province's answer still bears yesterday's id, so it is refused; what counts is the asking.
    with pytest.raises(Unusable, match="asked for H01"):
        province.fetch()
    assert {body["rootDepartmentId"] for body in bodies} == {"id-of-today"}


def test_a_province_is_asked_for_by_the_known_id_when_the_nation_gave_none() -> None:
    def silent(path: str, body: dict[str, Any]) -> Answer:
        raise Unreachable(f"{path}: no answer.")

    ask, bodies = nation_then_province(silent)
    nation, province = index_readings(
        config(periods=["year"], revisit_days=0), ask, dt.date(2026, 11, 20)
    )
    with pytest.raises(Unreachable):
        nation.fetch()
    assert province.fetch().rows > 0
    roots = {body["rootDepartmentId"] for body in bodies}
    assert roots == {PROVINCE_ID} == {PROVINCES["H01"].portal_id}


# --- Settings


def test_the_rules_get_thresholds_in_hundredths_and_the_provinces_to_watch() -> None:
    drops = {"info": 0.57, "warning": 1.15, "critical": 2}
    chosen = index_settings(config(provinces=["H01", "H53"], score_drop=drops))
    assert chosen.thresholds == {
        Severity.info: 57,
        Severity.warning: 115,
        Severity.critical: 200,
    }
    assert chosen.watched_provinces == {"H01", "H53"}
    assert chosen.target_for("H01.15", "REUSED_DIGITIZED_DATA") == 52


def test_no_threshold_is_so_small_that_standing_still_reaches_it() -> None:
    drops = {"info": 0.004, "warning": 0.004, "critical": 0.004}
    assert min(index_settings(config(score_drop=drops)).thresholds.values()) >= 1


def test_the_portal_is_asked_as_the_office_has_set_it() -> None:
    office = Config.model_validate_json(
        '{"index": {"provinces": ["H01"]}, "portal": {"requests_per_second": 0.5, "attempts": 2}}'
    )
    how = manners(office)
    assert (how.requests_per_second, how.attempts, how.timeout_s) == (0.5, 2, 45)
    assert how.base_url == "https://dichvucong.gov.vn"


def test_a_browser_asks_each_interface_from_a_page_of_its_own_host() -> None:
    hosts = {"base_url": "http://127.0.0.1:1", "legacy_base_url": "http://127.0.0.1:2"}
    portal = {"transport": "browser", **hosts}
    office = Config.model_validate_json(
        json.dumps({"index": {"provinces": ["H01"]}, "portal": portal})
    )
    for found, foreign in (
        (transport(office), hosts["legacy_base_url"]),
        (legacy_transport(office), hosts["base_url"]),
    ):
        assert found is not None
        with found, pytest.raises(ValueError, match="is not the host of this transport"):
            found.handle_request(httpx.Request("POST", foreign))
    assert transport(config()) is legacy_transport(config()) is None

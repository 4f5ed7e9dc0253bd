"""Readings of the past in the store: what they keep, what they tell, what they leave to others."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Engine, text

from scrapers.errors import Unreachable
from scrapers.evaluation_groups import TOTAL
from scrapers.periods import Period
from scrapers.provinces import PROVINCES
from scrapers.records import NATION, Figure, IndexReading, Unit
from sync.capture import Outcome, Reading, take
from sync.changes import Severity
from sync.index import IndexMaterial, IndexSettings, index_scope
from sync.store import reading as read
from tests.unit.past_portal import LegacyPortal, past, read_past

SETTINGS = IndexSettings(
    classes=[("Khá", 50), ("Yếu", 0)],
    thresholds={Severity.info: 1, Severity.warning: 50, Severity.critical: 200},
    target_for=lambda unit, indicator: 60.0 if indicator == "TOTAL" else None,
    watched_provinces=frozenset(PROVINCES),
)
JANUARY, FEBRUARY = Period("month", 2026, 1), Period("month", 2026, 2)


@pytest.fixture
def portal() -> LegacyPortal:
    return LegacyPortal()


@pytest.fixture(autouse=True)
def _on_the_26th(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DVCQG_NOW", "2026-11-26T07:00:00+07:00")


def rows(engine: Engine, query: str) -> list[Any]:
    with read(engine) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def kinds(engine: Engine) -> Counter[str]:
    return Counter(kind for (kind,) in rows(engine, "SELECT kind FROM changes"))


def nation(total: int, period: Period, *, empty: bool = False) -> IndexReading:
    """The newer interface's table of 34 provinces, all with the same total (hundredths)."""
    codes = [] if empty else list(PROVINCES)
    units = {NATION: Unit(NATION, "Cả nước", "nation", None, None)}
    units |= {code: Unit(code, f"UBND {code}", "province", code, f"id-{code}") for code in codes}
    totals = {NATION: 0 if empty else total, **dict.fromkeys(codes, total)}
    return IndexReading(
        province_code=None,
        period=period,
        units=units,
        figures=[
            Figure(code, TOTAL.code, score, 10000, score, None, None)
            for code, score in totals.items()
        ],
        indicators={TOTAL.code: TOTAL},
        listed=set(codes),
    )


def store(
    engine: Engine,
    found: IndexReading | Exception,
    *,
    of_past: bool = False,
    period: Period = JANUARY,
    registry: bool = False,
) -> Outcome:
    """Take one capture of the nation, of a check or of a backfill."""

    def fetch() -> IndexMaterial:
        if isinstance(found, Exception):
            raise found
        return IndexMaterial(found, SETTINGS, keeps_registry=registry, of_past=of_past)

    return take(
        engine,
        Reading(index_scope(None, "cả nước", period), fetch),
        check_id=None,
        archive=None,
        requests=lambda: 0,
        is_backfill=of_past,
    )


# --- What the legacy series keeps


def test_a_unit_bears_the_name_and_the_kind_that_it_had_then(
    engine: Engine, portal: LegacyPortal
) -> None:
    read_past(engine, portal, past("2024-01 2025-12"))
    found = rows(
        engine,
        "SELECT year, unit_code, unit_name, kind, province_code FROM scores_latest"
        " WHERE indicator = 'TOTAL' AND unit_code IN ('H01.05', 'H01.30') ORDER BY 1, 2",
    )
    assert found == [
        (2024, "H01.05", "Sở Thông tin và Truyền thông", "department", "H01"),
        (2024, "H01.30", "UBND huyện Tri Tôn", "district", "H01"),
        (2025, "H01.05", "Sở Dân tộc và Tôn giáo", "department", "H01"),
        (2025, "H01.30", "UBND xã Số 30", "commune", "H01"),
    ]


def test_districts_are_ranked_among_districts(engine: Engine, portal: LegacyPortal) -> None:
    read_past(engine, portal, past("2024-01 2024-12"))
    found = rows(
        engine,
        "SELECT unit_code, rank, rank_of, class, has_activity FROM scores_latest"
        " WHERE indicator = 'TOTAL' AND unit_code LIKE 'H01.%' ORDER BY 1",
    )
    assert found == [
        ("H01.05", 1, 1, "Trung bình", 1),
        ("H01.30", 1, 2, "Trung bình", 1),
        ("H01.31", 1, 2, "Trung bình", 1),
    ]


def test_sixteen_points_are_no_sign_of_an_idle_unit_then(
    engine: Engine, portal: LegacyPortal
) -> None:
    portal.points = {"VN/2024": 2, "VN/2023": 0}
    read_past(engine, portal, past("2023-01 2024-12"))
    first = (
        "SELECT year, score, has_activity, rank IS NULL FROM scores_latest"
        " WHERE indicator = 'TOTAL' AND unit_code = 'H01' ORDER BY 1"
    )
    assert rows(engine, first) == [(2023, 0.0, 0, 1), (2024, 12.0, 1, 0)]


def test_a_unit_that_only_the_past_has_is_known_and_not_active(
    engine: Engine, portal: LegacyPortal
) -> None:
    read_past(engine, portal, past("2024-01 2024-12", "H33"))
    found = rows(
        engine,
        "SELECT code, kind, active, first_seen_at FROM units"
        " WHERE province_code = 'H33' ORDER BY 1",
    )
    seen = "2026-11-26T00:00:00Z"
    assert found == [
        ("H33", "province", 0, seen),
        ("H33.05", "department", 0, seen),
        ("H33.30", "district", 0, seen),
        ("H33.31", "district", 0, seen),
    ]


def test_the_registry_of_today_names_a_unit_whatever_it_was_called_once(
    engine: Engine, portal: LegacyPortal
) -> None:
    read_past(engine, portal, past("2024-01 2024-12"))
    store(engine, nation(5000, JANUARY), registry=True)
    assert rows(engine, "SELECT name, active FROM units WHERE code = 'H01'") == [("UBND H01", 1)]
    assert rows(
        engine,
        "SELECT series, unit_name FROM scores_latest"
        " WHERE unit_code = 'H01' AND indicator = 'TOTAL' ORDER BY 1",
    ) == [("current", "UBND H01"), ("legacy", "UBND tỉnh H01")]


# --- The break


def test_nothing_is_compared_across_the_break(
    engine: Engine, portal: LegacyPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    december = read_past(engine, portal, past("2025-12 2025-12", types="month"))
    assert [one.status for one in december] == ["accepted", "accepted"]
    for day in ("2026-01-20", "2026-02-02"):
        monkeypatch.setenv("DVCQG_NOW", f"{day}T07:00:00+07:00")
        store(engine, nation(4000, JANUARY))
    assert kinds(engine)["period_drop"] == 0
    # That such a drop is told where there is no break:
    for day in ("2026-02-20", "2026-03-02"):
        monkeypatch.setenv("DVCQG_NOW", f"{day}T07:00:00+07:00")
        store(engine, nation(3000, FEBRUARY), period=FEBRUARY)
    assert kinds(engine)["period_drop"] == 34


def test_one_year_read_from_both_interfaces_is_two_figures(
    engine: Engine, portal: LegacyPortal
) -> None:
    year = Period("year", 2025)
    read_past(engine, portal, past("2025-01 2025-12"))
    store(engine, nation(4000, year), period=year)
    assert kinds(engine) == Counter(below_target=34)
    assert rows(
        engine,
        "SELECT series, score FROM scores_latest"
        " WHERE unit_code = 'H05' AND indicator = 'TOTAL' ORDER BY 1",
    ) == [("current", 40.0), ("legacy", 50.0)]


# --- What a reading of the past tells


def test_a_first_reading_tells_nobody_anything(engine: Engine, portal: LegacyPortal) -> None:
    read_past(engine, portal, past("2024-01 2024-12"))
    store(engine, nation(4000, JANUARY), of_past=True)
    assert kinds(engine) == Counter()
    assert rows(engine, "SELECT MIN(backfilled) FROM captures") == [(1,)]


def test_a_later_reading_tells_what_was_revised_and_nothing_of_units(
    engine: Engine, portal: LegacyPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_past(engine, portal, past("2024-01 2024-12"))
    monkeypatch.setenv("DVCQG_NOW", "2026-11-27T07:00:00+07:00")
    portal.points, portal.unlisted = {"VN/2024": 9, "H01/2024": 10}, {"H02"}
    read_past(engine, portal, past("2024-01 2024-12", day="2026-11-27", again=True))
    assert kinds(engine)["revised"] == 2
    assert not kinds(engine).keys() & {"unit_missing", "unit_new", "unit_renamed"}


def test_trouble_with_the_past_is_told_by_the_capture_alone(engine: Engine) -> None:
    outcome = store(engine, Unreachable("no answer"), of_past=True)
    assert (outcome.status, outcome.reason, outcome.changes) == ("failed", "no answer", 0)
    store(engine, Unreachable("no answer"))
    assert kinds(engine) == Counter(source_failed=1)
    store(engine, Unreachable("no answer"), of_past=True)
    store(engine, Unreachable("no answer"))
    assert kinds(engine) == Counter(source_failed=1)


def test_a_recount_of_the_past_does_not_silence_todays(engine: Engine) -> None:
    for total in (4000, 5000):
        store(engine, nation(total, JANUARY), of_past=True)
        store(engine, nation(total, FEBRUARY), period=FEBRUARY)
    found = rows(
        engine,
        "SELECT backfilled, COUNT(*) FROM changes JOIN captures ON captures.id = capture_after"
        " WHERE kind = 'recomputed' GROUP BY 1",
    )
    assert found == [(0, 1), (1, 1)]


# --- What it leaves to the check


def test_the_first_check_tells_the_same_whatever_was_read_before(
    engine: Engine,
) -> None:
    store(engine, nation(4000, JANUARY))
    alone = rows(engine, "SELECT kind, severity, unit_code, message FROM changes ORDER BY id")
    assert len(alone) == 34
    for total in (9000, 7000):
        store(engine, nation(total, FEBRUARY), of_past=True, period=FEBRUARY)
    with_past = store(engine, nation(4000, FEBRUARY), period=FEBRUARY)
    assert [
        (kind, severity, unit, message.replace("tháng 2", "tháng 1"))
        for kind, severity, unit, message in rows(
            engine,
            "SELECT kind, severity, unit_code, message FROM changes"
            f" WHERE capture_after = {with_past.capture_id} ORDER BY id",
        )
    ] == alone


def test_a_period_that_had_no_data_is_nothing_to_compare_with(engine: Engine) -> None:
    none = store(engine, nation(0, JANUARY, empty=True), of_past=True)
    assert (none.status, rows(engine, "SELECT rows, reason FROM captures")) == (
        "unchanged",
        [(0, None)],
    )
    assert rows(engine, "SELECT COUNT(*) FROM scores_latest") == [(0,)]
    store(engine, nation(4000, JANUARY))
    assert rows(engine, "SELECT DISTINCT kind, severity FROM changes") == [("below_target", "info")]


def test_a_check_does_not_take_an_empty_list_for_a_period_without_data(engine: Engine) -> None:
    store(engine, nation(0, JANUARY, empty=True), of_past=True)
    assert store(engine, nation(0, JANUARY, empty=True)).status == "refused"


def test_the_past_begins_a_registry_and_touches_none(engine: Engine) -> None:
    active = "SELECT COUNT(*), SUM(active), MIN(name) FROM units"
    store(engine, nation(0, FEBRUARY, empty=True), of_past=True, period=FEBRUARY)
    assert rows(engine, active) == [(0, None, None)]
    store(engine, nation(5000, JANUARY), of_past=True)
    assert rows(engine, active) == [(35, 35, "Cả nước")]
    fewer = nation(5000, FEBRUARY)
    fewer.listed.discard("H01")
    store(engine, fewer, of_past=True, period=FEBRUARY)
    assert rows(engine, active) == [(35, 35, "Cả nước")]
    store(engine, nation(5000, FEBRUARY), registry=True, period=FEBRUARY)
    assert not kinds(engine).keys() & {"unit_missing", "unit_new", "unit_renamed"}

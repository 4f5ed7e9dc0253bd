"""Seven days of the replica's world: what is found is what was planted, no more and no less."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from scrapers.periods import Period
from sync.sources import due_periods
from tests.flow.naive import (
    Found,
    Scope,
    date_of,
    expected_changes,
    expected_registry,
    ranks_of,
    table_of,
)
from tests.flow.office import CHANGES, SCORES, Office
from tests.lengths import IS_LONG
from tests.replica.expected import units
from tests.replica.planted import planted
from tests.replica.server import Replica

DAYS = range(1, 8)
FOUND = """
    SELECT kind, severity, unit_code, period_type, period_no, indicator
    FROM changes WHERE day = :day AND dataset = 'index'
"""


def due(day: int) -> list[Period]:
    return due_periods(date_of(day), ("year", "quarter", "month"), 45)


def last_read(day: int, period: Period) -> int | None:
    """The last day before on which a period was read."""
    return next((one for one in range(day - 1, 0, -1) if period in due(one)), None)


def expected_on(day: int) -> Counter[Found]:
    found: Counter[Found] = Counter()
    for period in due(day):
        before = last_read(day, period)
        for province in ("VN", "H01"):
            scope: Scope = (province, period.type, period.number)
            found.update(expected_changes(day, before, scope))
    if day > 1:
        found.update(expected_registry(day, day - 1, "H01"))
    return found


def test_seven_days_give_exactly_what_was_planted(office: Office) -> None:
    for day in DAYS:
        result = office.check(day)
        assert result.is_complete, day
        found = Counter(Found(*row) for row in office.rows(FOUND, day=date_of(day).isoformat()))
        expected = expected_on(day)
        if day == 7:
            # The portal recounted: the same facts, but none of them is an alarm.
            expected = calmed(expected)
        assert found - expected == Counter(), f"day {day}: found, but not planted"
        assert expected - found == Counter(), f"day {day}: planted, but not found"


def calmed(found: Counter[Found]) -> Counter[Found]:
    calm: Counter[Found] = Counter()
    for one, number in found.items():
        calm[one._replace(severity="info")] += number
    return calm


@pytest.mark.parametrize("day", DAYS if IS_LONG else [2, 5])
def test_what_was_planted_by_hand_is_foreseen(day: int) -> None:
    """The plain model and the hand-written table of the world agree."""
    foreseen = expected_on(day)
    for one in planted(day):
        if one.unit_code.split(".")[0] != "H01" or one.kind == "recomputed":
            continue
        if one.kind == "revised" and one.indicator != "TOTAL":
            continue  # told once a unit, by its total
        repeated = day == 5 and "." in one.unit_code and one.period_type == "year"
        alike = [
            found
            for found in foreseen
            if (found.kind, found.unit_code) == (one.kind, one.unit_code)
            and one.period_type in (None, found.period_type)
            and one.period_no in (None, found.period_no)
            and one.indicator in (None, found.indicator)
            and one.severity in (None, "warning" if repeated else found.severity)
        ]
        assert alike, one


def test_a_recount_is_one_change_and_no_storm(office: Office) -> None:
    for day in (5, 6, 7):
        office.check(day)
    told = office.rows("SELECT kind, severity FROM changes WHERE day = '2026-12-02'")
    assert [row for row in told if row[0] == "recomputed"] == [("recomputed", "warning")]
    assert {row[1] for row in told if row[0] != "recomputed"} == {"info"}
    assert len(told) > 100


def test_a_quiet_day_changes_nothing(year_office: Office) -> None:
    year_office.check(3)
    versions = year_office.versions()
    year_office.check(4)
    assert year_office.versions() == versions
    assert year_office.rows("SELECT COUNT(*) FROM changes WHERE day = '2026-11-29'") == [(0,)]
    statuses = year_office.rows(
        "SELECT DISTINCT status FROM captures WHERE started_at > '2026-11-29'"
    )
    assert statuses == [("unchanged",)]


def test_a_check_repeated_adds_no_change_and_no_version(year_office: Office) -> None:
    for day in (1, 2):
        year_office.check(day)
    before = year_office.rows(CHANGES), year_office.rows(SCORES), year_office.versions()
    year_office.check(2, hour=9)
    assert (year_office.rows(CHANGES), year_office.rows(SCORES), year_office.versions()) == before


@pytest.mark.parametrize("day", [1, 2, 3, 6] if IS_LONG else [1, 6])
def test_scores_latest_is_the_answer_figure_by_figure(office: Office, day: int) -> None:
    office.check(day)
    for period in due(day):
        for province in ("VN", "H01"):
            scope: Scope = (province, period.type, period.number)
            stored = {
                (row[0], row[1]): row[2:]
                for row in office.rows(
                    """
                    SELECT unit_code, indicator, score, max_score, ratio, numerator, denominator
                    FROM scores_latest
                    WHERE period_type = :type AND year = 2026 AND period_no = :number
                      AND :nation = (kind = 'nation' OR kind = 'province' AND level <> 'metric')
                    """,
                    type=period.type,
                    number=period.number,
                    nation=province == "VN",
                )
            }
            answered = {key: tuple(row) for key, row in table_of(day, scope).items()}
            assert stored == answered, scope


def test_ranks_are_told_within_kind_and_idle_units_have_none(year_office: Office) -> None:
    year_office.check(3)
    for province in ("VN", "H01"):
        stored = {
            code: rank
            for code, rank, kind in year_office.rows(
                "SELECT unit_code, rank, kind FROM scores_latest"
                " WHERE indicator = 'TOTAL' AND period_type = 'year'"
            )
            if (kind in ("nation", "province")) == (province == "VN") and kind != "nation"
        }
        oracle = {
            code: rank
            for code, rank in ranks_of(3, (province, "year", 0)).items()
            if code != "VN" and (province == "VN" or "." in code)
        }
        assert stored == oracle
    idle = year_office.rows(
        "SELECT rank, class, has_activity FROM scores_latest"
        " WHERE unit_code = 'H01.08' AND indicator = 'TOTAL' AND period_type = 'year'"
    )
    assert idle == [(None, None, 0)]


def test_units_come_go_and_are_renamed(year_office: Office) -> None:
    for day in (1, 2, 3):
        year_office.check(day)
    now, first = units(3, "H01"), units(1, "H01")
    stored = {
        code: (name, active)
        for code, name, active in year_office.rows(
            "SELECT code, name, active FROM units"
            " WHERE province_code = 'H01' AND kind <> 'province'"
        )
    }
    assert {code for code, (_, active) in stored.items() if active} == set(now)
    assert {code for code, (_, active) in stored.items() if not active} == set(first) - set(now)
    assert {code: name for code, (name, active) in stored.items() if active} == {
        code: name for code, (name, _) in now.items()
    }


def test_history_tells_both_times(office: Office) -> None:
    """What October looked like on the first day and what it looks like now, in one query."""
    for day in (1, 2):
        office.check(day)
    revised = [one for one in planted(2) if one.kind == "revised" and one.unit_code[:3] == "H01"]
    assert revised
    for one in revised:
        rows = office.rows(
            "SELECT score, valid_to IS NULL FROM score_history WHERE unit_code = :unit"
            " AND period_type = 'month' AND period_no = 10 AND indicator = 'TOTAL'"
            " ORDER BY valid_from",
            unit=one.unit_code,
        )
        scope: Scope = ("H01", "month", 10)
        was, is_now = (table_of(day, scope)[one.unit_code, "TOTAL"].score for day in (1, 2))
        assert rows == [(was, 0), (is_now, 1)]


@pytest.mark.long
def test_seven_days_are_the_same_for_an_office_that_sees_two_provinces(
    tmp_path: Path, replica: Replica
) -> None:
    """A second province in the store neither adds to nor takes from the first one's changes."""
    alone = Office(tmp_path / "alone", replica)
    both = Office(tmp_path / "both", replica)
    text = both.config_path.read_text(encoding="utf-8").replace('["H01"]', '["H01", "H44"]')
    both.config_path.write_text(text, encoding="utf-8")
    both.reload()
    for day in (1, 2, 3):
        alone.check(day)
        both.check(day)
    mine = [row for row in both.rows(CHANGES) if not str(row[4]).startswith("H44")]
    assert mine == alone.rows(CHANGES)
    fell = both.rows(
        "SELECT COUNT(*) FROM changes WHERE unit_code = 'H44' AND kind = 'rank_drop'"
        " AND period_type = 'year'"
    )
    assert fell == [(1,)]

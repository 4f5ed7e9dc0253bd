"""Decisions from day to day: new, pending, late, moved about, as the store keeps and tells them.

The days are of November 2026: the 2nd, 9th, 16th and 23rd are Mondays.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.fixtures.procedure_answers import Json, proposal
from tests.unit.procedure_office import Office

pytestmark = pytest.mark.both_databases

PROVINCE: Json = {"departmentPromulgateCode": "H26", "departmentPromulgateName": "UBND tỉnh Mẫu"}


@pytest.fixture
def office(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose first check was on the 2nd."""
    one = Office(engine, monkeypatch)
    one.hold(1, 2)
    one.check(2)
    return one


def decide(
    office: Office, *numbers: int, dated: str | None, published: str | None = None, **others: Any
) -> None:
    """Let these procedures of a province point to decision b."""
    decision = proposal("b", "7/QĐ-UBND", dated, published)
    office.hold(*numbers, procedureProposal=decision, **PROVINCE | others)


def published(day: int) -> str:
    return f"2026-11-{day:02}T16:00:00+07:00"


def test_a_first_check_tells_of_no_decision(office: Office) -> None:
    assert office.told(2) == []
    (row,) = office.rows("SELECT * FROM decisions")
    assert row == {
        "id": "decision-a",
        "number": "100/QĐ-BM",
        "agency_code": "G99",
        "agency_name": "Bộ Mẫu",
        "decision_date": "2026-11-02",
        "published_at": "2026-11-05T02:00:00Z",
        "procedures": 2,
        "working_days_to_publish": 3,
        "first_seen_at": "2026-11-02T00:00:00Z",
        "is_test": 0,
    }


def test_what_a_decision_brought_is_told_on_the_day_it_is_published(office: Office) -> None:
    decide(office, 2, 3, dated="2026-11-03", published=published(4))
    office.check(5)
    assert sorted(office.told(5)) == ["decision_new", "procedure_amended", "procedure_new"]
    assert office.messages(5)[-1] == (
        "Quyết định 7/QĐ-UBND ngày 03/11/2026 của UBND tỉnh Mẫu, công bố ngày 04/11/2026, sau 1 "
        "ngày làm việc: 1 thủ tục mới (1.000003); 1 thủ tục khác (1.000002)."
    )
    office.check(6)
    assert office.told(6) == []


def test_an_old_decision_that_is_found_late_is_not_new(office: Office) -> None:
    decide(office, 2, dated="2026-06-01", published="2026-10-30T16:00:00+07:00")
    office.check(5)
    assert office.told(5) == ["procedure_amended"]


@pytest.mark.parametrize(
    ("day", "told"),
    [(10, ["decision_new"]), (11, ["decision_new", "published_late"])],
)
def test_late_is_told_with_the_publication(office: Office, day: int, told: list[str]) -> None:
    decide(office, 1, dated="2026-11-03", published=published(day))
    office.check(day)
    assert office.told(day)[1:] == told


def test_a_pending_decision_is_late_on_the_day_after_its_limit_and_told_once(
    office: Office,
) -> None:
    decide(office, 1, dated="2026-11-03")
    told = {}
    for day in (4, 9, 10, 11, 12, 17):
        office.check(day)
        told[day] = office.told(day)
    assert told.pop(4) == ["procedure_amended"]
    assert told.pop(11) == ["published_late"]
    assert set(map(tuple, told.values())) == {()}
    (change,) = office.changes(11)
    assert (change["before_value"], change["after_value"]) == ("5", "6")
    assert "chưa công bố sau 6 ngày làm việc, quá thời hạn 5 ngày" in change["message"]
    decide(office, 1, dated="2026-11-03", published=published(17))
    office.check(18)
    assert office.told(18) == ["decision_new"]


def test_a_ministry_has_its_own_limit(office: Office) -> None:
    late = proposal("b", "7/QĐ-BM", "2026-11-03", None)
    office.hold(1, procedureProposal=late)
    for day in (4, 17, 18):
        office.check(day)
    assert (office.told(17), office.told(18)) == ([], ["published_late"])


def test_what_was_late_before_anyone_looked_is_not_told_until_it_is_published(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(engine, monkeypatch)
    decide(office, 1, dated="2026-09-01")
    office.check(2)
    office.check(3)
    assert (office.told(2), office.told(3)) == ([], [])
    decide(office, 1, dated="2026-09-01", published=published(3))
    office.check(4)
    assert office.told(4) == ["decision_new", "published_late"]


def test_another_limit_does_not_make_old_decisions_late(office: Office) -> None:
    office.procedures = {"publish_within": {"province": 1, "ministry": 1}}
    office.check(3)
    assert office.told(3) == []


def test_the_placeholder_that_takes_turns_with_a_decision_is_not_new(office: Office) -> None:
    decide(office, 1, 2, dated="2026-11-03", published=published(3))
    office.check(4)
    office.hold(1, 2, **PROVINCE)
    office.check(5)
    decide(office, 1, 2, dated="2026-11-03", published=published(3))
    office.check(6)
    assert office.told(4).count("decision_new") == 1
    assert (office.told(5), office.told(6)) == (["decision_changed"] * 2, ["decision_changed"] * 2)
    (row,) = office.rows("SELECT first_seen_at FROM decisions WHERE id = 'decision-b'")
    assert row["first_seen_at"] == "2026-11-04T00:00:00Z"


def test_a_pending_decision_that_comes_back_published_is_new(office: Office) -> None:
    decide(office, 1, dated="2026-11-03")
    office.check(4)
    office.hold(1, **PROVINCE)
    office.check(5)
    decide(office, 1, dated="2026-11-03", published=published(5))
    office.check(6)
    assert office.told(6) == ["decision_changed", "decision_new"]


def test_a_decision_nobody_points_to_any_more_is_kept(office: Office) -> None:
    decide(office, 1, 2, dated="2026-11-03", published=published(3))
    office.check(4)
    rows = office.rows("SELECT id, procedures FROM decisions ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [("decision-a", 0), ("decision-b", 2)]


def test_where_only_some_procedures_were_read_since_the_newest_counts(office: Office) -> None:
    decide(office, 1, 2, dated="2026-11-03")
    office.check(4)
    decide(office, 1, 2, dated="2026-11-03", published=published(4))
    office.procedures, office.seconds = {"detail_minutes": 0.1}, 10.0
    office.check(5)
    assert len(office.read_numbers()) == 1
    assert office.told(5) == ["decision_new"]
    (row,) = office.rows("SELECT published_at FROM decisions WHERE id = 'decision-b'")
    assert row["published_at"] == "2026-11-04T09:00:00Z"
    office.check(6)
    assert office.told(6) == []


def test_a_decision_from_before_the_calendar_is_late_by_an_unknown_number(office: Office) -> None:
    decide(office, 1, dated="2015-12-25", published=published(4))
    office.check(5)
    assert office.told(5) == ["procedure_amended", "decision_new", "published_late"]
    late = office.changes(5)[-1]
    assert "tỉnh Mẫu công bố, quá thời hạn 5 ngày (" in late["message"]
    assert late["after_value"] is None
    (row,) = office.rows(
        "SELECT working_days_to_publish AS n FROM decisions WHERE number LIKE '7%'"
    )
    assert row["n"] is None


@pytest.mark.parametrize("dated", [None, "2026-11-09", "2062-11-03"])
def test_a_decision_without_a_date_or_with_a_later_one_is_not_late(
    office: Office, dated: str | None
) -> None:
    decide(office, 1, dated=dated, published=published(4))
    office.check(5)
    assert office.told(5) == ["procedure_amended", "decision_new"]
    assert "ngày làm việc" not in office.messages(5)[-1]


def test_a_decision_is_a_test_when_all_its_procedures_are(office: Office) -> None:
    name = "Đăng ký kinh doanh 23/09"
    decide(office, 1, 2, dated="2026-11-03", published=published(3))
    office.check(4)
    decide(office, 2, dated="2026-11-03", published=published(3), name=name)
    office.check(5)
    assert office.rows("SELECT is_test FROM decisions WHERE number LIKE '7%'") == [{"is_test": 0}]
    decide(office, 1, dated="2026-11-03", published=published(3), name=name)
    office.check(6)
    assert office.rows("SELECT is_test FROM decisions WHERE number LIKE '7%'") == [{"is_test": 1}]


def test_what_the_own_province_publishes_is_a_warning(office: Office) -> None:
    office.procedures = {"watch": {"agencies": ["G12"]}}
    own = {"departmentPromulgateCode": "H01.101", "departmentPromulgateName": "Sở Mẫu"}
    decide(office, 1, dated="2026-11-03", published=published(3), **own)
    office.hold(2, note="khác")
    office.check(4)
    told = [(row["kind"], row["severity"], row["listed"]) for row in office.changes(4)]
    assert sorted(told) == [
        ("decision_new", "warning", 1),
        ("procedure_amended", "info", 0),
        ("procedure_amended", "warning", 1),
    ]

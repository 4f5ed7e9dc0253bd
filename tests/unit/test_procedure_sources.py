"""Which details are read, in which order, how many in one check, and what becomes of failures."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from scrapers.errors import NotAsked, Refused, ScrapeError, Unreachable
from scrapers.procedures import LIST
from sync.procedure_sources import MOST_NAMED
from tests.fixtures.procedure_answers import procedure_id
from tests.unit.procedure_office import Office

SILENCE = Unreachable("no answer")
REFUSAL = Refused("status 403")


@pytest.fixture
def office(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(engine, monkeypatch)


def fail(office: Office, trouble: int | ScrapeError, *numbers: int) -> None:
    """Let the details of these numbers fail from now on, and no others."""
    office.portal.troubles = {procedure_id(number): trouble for number in numbers}


# --- rule 1: the order


def test_never_read_then_changed_in_the_list_then_longest_ago(office: Office) -> None:
    office.batch(2)
    office.hold(1, 2, 3, 4)
    office.check(20)
    assert office.read_numbers() == [4, 3, 2, 1]
    office.hold(5, 6)
    office.hold(2, name="Cấp giấy mẫu khác")
    office.check(21)
    assert office.read_numbers() == [6, 5, 2, 4, 3, 1]


def test_a_detail_that_failed_comes_first_the_next_time(office: Office) -> None:
    office.hold(1, 2, 3)
    fail(office, 400, 2)
    office.check(20)
    office.check(21)
    assert office.read_numbers() == [2, 3, 1]


# --- rule 2: how often


@pytest.mark.parametrize(
    ("refresh", "read_on"),
    [("daily", [13, 14, 15, 20, 21]), ("weekly", [13, 20]), ("new-only", [13])],
)
def test_how_often_a_detail_is_read(office: Office, refresh: str, read_on: list[int]) -> None:
    office.procedures = {"detail_refresh": refresh}
    office.hold(1)
    days = [13, 14, 15, 20, 21]
    seen = []
    for day in days:
        office.check(day)
        seen += [day] * len(office.read_numbers())
        office.check(day)
        assert office.read_numbers() == [], "once a day is enough"
    assert seen == read_on


@pytest.mark.parametrize("refresh", ["daily", "weekly", "new-only"])
def test_what_is_new_or_changed_in_the_list_is_read_at_once(office: Office, refresh: str) -> None:
    office.procedures = {"detail_refresh": refresh}
    office.hold(1, 2)
    office.check(20)
    office.hold(3)
    office.hold(1, state="UPDATED")
    office.check(20)
    assert office.read_numbers() == [3, 1]


# --- rule 3: so many to a capture, so long to a check


def test_details_are_read_in_captures_that_are_kept_one_by_one(office: Office) -> None:
    office.batch(2)
    office.hold(1, 2, 3, 4, 5)
    plan = []
    for one in office.planned(20):
        plan.append((one.reading.scope.label, one.following))
        office.take(one)
    assert plan == [
        ("Danh mục thủ tục", 2),
        ("Chi tiết thủ tục 1–2/5", 3),
        ("Chi tiết thủ tục 3–4/5", 2),
        ("Chi tiết thủ tục 5–5/5", 1),
        ("Quyết định công bố", 1),
    ]
    assert office.captures("details") == [
        ("accepted", 2, 2),
        ("accepted", 2, 2),
        ("accepted", 1, 1),
    ]


def test_a_check_that_is_killed_has_lost_one_capture_at_most(office: Office) -> None:
    office.batch(2)
    office.hold(1, 2, 3, 4, 5)
    planned = office.planned(20)
    for _number in range(2):
        office.take(next(planned))
    del planned
    office.check(20)
    assert office.read_numbers() == [3, 2, 1]


def test_when_time_is_up_the_next_check_goes_on_and_never_begins_again(office: Office) -> None:
    office.procedures, office.seconds = {"detail_minutes": 0.5}, 10.0
    office.batch(2)
    office.hold(*range(1, 8))
    read = []
    for day in (16, 17, 18, 19, 20):
        office.check(day)
        read.append(office.read_numbers())
    assert read == [[7, 6, 5], [4, 3, 2], [1, 7, 6], [5, 4, 3], [2, 7, 1]]
    assert "source_failed" not in office.told(16)


def test_without_a_limit_everything_is_read(office: Office) -> None:
    office.procedures, office.seconds = {"detail_minutes": 0}, 10.0
    office.hold(1, 2, 3)
    office.check(20)
    assert office.read_numbers() == []
    office.is_limited = False
    office.check(20)
    assert office.read_numbers() == [3, 2, 1]


# --- rule 4: what cannot be read


def test_one_that_fails_is_named_once_and_over_when_it_is_read(office: Office) -> None:
    office.hold(1, 2, 3)
    office.check(18)
    fail(office, 400, 2)
    office.check(19)
    office.check(20)
    assert office.captures("details")[1:] == [("unchanged", 2, 3)] * 2
    assert (office.told(19), office.told(20)) == (["source_failed"], [])
    assert office.messages(19) == [
        "Chi tiết thủ tục: 1/3 thủ tục chưa đọc được chi tiết; lần kiểm tra sau sẽ đọc tiếp."
    ]
    (reason,) = {
        row["reason"] for row in office.rows("SELECT reason FROM captures WHERE scope = 'missing'")
    }
    assert reason == (
        f"1 of 3 details were not read: {procedure_id(2)} (get-formality-by-citizen: the portal "
        "answered with status 400)"
    )
    fail(office, 400)
    office.check(21)
    office.check(22)
    assert [status for status, *_ in office.captures("missing")] == [
        "failed",
        "failed",
        "unchanged",
    ]
    fail(office, 400, 3)
    office.check(23)
    assert office.told(23) == ["source_failed"]


def test_a_few_of_many_that_fail_leave_the_rest_stored(office: Office) -> None:
    office.hold(*range(1, 141))
    failing = range(1, 8)
    fail(office, 400, *failing)
    office.check(20)
    assert office.captures("details") == [("accepted", 133, 140)]
    (row,) = office.rows("SELECT reason FROM captures WHERE scope = 'missing'")
    assert row["reason"].startswith("7 of 140 details were not read: ")
    assert row["reason"].count("status 400") == MOST_NAMED
    assert row["reason"].endswith("; and 2 more")
    (read,) = office.rows("SELECT COUNT(*) AS n FROM procedures WHERE read_at IS NOT NULL")
    assert read["n"] == 133


@pytest.mark.parametrize(("failing", "is_over"), [(9, False), (10, False), (11, True)])
def test_more_that_fails_than_comes_ends_the_reading(
    office: Office, failing: int, is_over: bool
) -> None:
    office.batch(20)
    office.hold(*range(1, 41))
    fail(office, 400, *range(40, 40 - failing, -1))
    office.check(20)
    assert len(office.read_numbers()) == (20 if is_over else 40)
    assert office.captures("details")[0] == ("accepted", 20 - failing, 20)
    assert ("và việc đọc dừng giữa chừng" in office.messages(20)[-1]) is is_over
    fail(office, 400)
    office.check(21)
    assert len(office.read_numbers()) == 40


def test_of_a_handful_all_may_fail(office: Office) -> None:
    office.hold(*range(1, 10))
    office.check(19)
    fail(office, 400, *range(1, 10))
    office.check(20)
    assert office.captures("details")[1:] == [("unchanged", 0, 9)]
    assert office.told(20) == ["source_failed"]
    assert office.rows("SELECT 1 FROM procedure_versions WHERE closed_by IS NOT NULL") == []


def test_many_of_which_none_comes_are_no_reading(office: Office) -> None:
    office.hold(*range(1, 11))
    office.check(19)
    fail(office, 400, *range(1, 11))
    office.check(20)
    assert office.captures("details")[1:] == [("refused", None, None)]
    assert office.rows("SELECT 1 FROM procedure_versions WHERE closed_by IS NOT NULL") == []


@pytest.mark.parametrize(
    ("silent", "asked"),
    [((8, 7, 6), 3), ((8, 6, 5, 4), 5), ((8, 7, 5, 4, 2, 1), 8)],
    ids=["at once", "after one that came", "never three in a row"],
)
def test_three_silences_in_a_row_end_the_reading(
    office: Office, silent: tuple[int, ...], asked: int
) -> None:
    office.hold(*range(1, 9))
    fail(office, SILENCE, *silent)
    office.check(20)
    assert len(office.read_numbers()) == asked


def test_other_failures_between_are_no_silence(office: Office) -> None:
    office.hold(*range(1, 9))
    fail(office, SILENCE, 8, 7, 5)
    office.portal.troubles[procedure_id(6)] = 400
    office.check(20)
    assert office.read_numbers() == list(range(8, 0, -1))


def test_a_refusal_in_the_middle_keeps_what_came_and_asks_no_more(office: Office) -> None:
    office.batch(2)
    office.hold(1, 2, 3, 4, 5)
    fail(office, REFUSAL, 2)
    office.check(20)
    assert office.read_numbers() == [5, 4, 3, 2]
    assert office.captures("details") == [("accepted", 2, 2), ("accepted", 1, 1)]
    assert office.captures("decisions") == [("accepted", 1, None)]
    (row,) = office.rows("SELECT status, reason FROM captures WHERE scope = 'missing'")
    assert row["status"] == "failed"
    assert row["reason"].endswith("the reading ended: status 403")


def test_a_portal_that_refused_before_is_one_matter(office: Office) -> None:
    office.hold(1, 2)
    office.check(19)
    fail(office, NotAsked("refused before"), 1, 2)
    office.portal.troubles[LIST] = REFUSAL
    office.check(20)
    assert office.told(20) == ["source_refused"]
    assert office.captures("details")[1:] == [("failed", None, None)]
    assert office.captures("missing") == []


def test_what_is_missing_is_not_over_while_nothing_can_be_asked(office: Office) -> None:
    office.hold(1, 2)
    fail(office, 400, 2)
    office.check(18)
    assert office.told(18) == ["source_failed"]
    fail(office, NotAsked("refused before"), 1, 2)
    office.check(19)
    office.procedures = {"detail_minutes": 0}
    office.check(20)
    fail(office, 400, 2)
    office.procedures = {}
    office.check(21)
    assert (office.told(19), office.told(20), office.told(21)) == ([], [], [])
    assert {status for status, *_ in office.captures("missing")} == {"failed"}


def test_what_is_missing_is_over_when_it_left_the_list(office: Office) -> None:
    office.procedures = {"detail_refresh": "new-only"}
    office.hold(1, 2)
    fail(office, 400, 2)
    office.check(20)
    office.lose(2)
    office.check(21)
    assert office.read_numbers() == []
    assert [status for status, *_ in office.captures("missing")] == ["failed", "unchanged"]


def test_details_that_were_not_read_are_not_gone(office: Office) -> None:
    office.procedures, office.seconds = {"detail_minutes": 0.5}, 10.0
    office.batch(2)
    office.hold(*range(1, 7))
    office.check(18)
    office.check(19)
    office.hold(6, note="khác")
    fail(office, 400, 5)
    office.check(20)
    assert office.read_numbers() == [6, 5, 4]
    open_ = office.rows("SELECT procedure_id FROM procedure_versions WHERE closed_by IS NULL")
    closed = office.rows("SELECT procedure_id FROM procedure_versions WHERE closed_by IS NOT NULL")
    assert {row["procedure_id"] for row in open_} == {procedure_id(n) for n in range(1, 7)}
    assert [row["procedure_id"] for row in closed] == [procedure_id(6)]
    assert office.told(20) == ["procedure_amended", "source_failed"]

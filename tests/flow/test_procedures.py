"""The procedure catalogue through the daily check: what is told, and what never is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sync.check import CheckResult
from sync.procedure_sources import BATCH
from sync.store import writing
from tests.databases import Databases
from tests.flow.office import Office
from tests.replica.catalogue_expected import expected
from tests.replica.server import Replica

DETAIL = "get-formality-by-citizen"
LIST = "list-all-public-formality-by-citizen"
TOLD = """
    SELECT c.kind, c.unit_code, c.subject, c.after_value, d.number
    FROM changes c LEFT JOIN decisions d ON d.id = c.subject
    WHERE c.dataset = 'procedures' AND c.day = :day
"""
DECIDED = "SELECT id, decision_id FROM procedures"


@pytest.fixture
def replica() -> Iterator[Replica]:
    """A catalogue of a few hundred, with all that ever moves in it."""
    with Replica(day=1) as replica:
        replica.fault("extract")
        yield replica


@pytest.fixture(scope="module")
def first_day(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office that read the catalogue of day 1."""
    with Replica(day=1) as replica:
        replica.fault("extract")
        office = office_in(tmp_path_factory.mktemp("procedures") / "office", replica)
        assert check(office, 1).is_complete
        office.engine.dispose()
    return office.folder


def office_in(folder: Path, replica: Replica) -> Office:
    return Office(folder, replica, procedures="enabled = true")


@pytest.fixture
def new_office(tmp_path: Path, replica: Replica) -> Office:
    return office_in(tmp_path / "new", replica)


@pytest.fixture
def office(first_day: Path, tmp_path: Path, replica: Replica) -> Office:
    """On its first day, after the check."""
    return office_in(shutil.copytree(first_day, tmp_path / "office"), replica)


def check(office: Office, day: int, hour: int = 7) -> CheckResult:
    return office.check(day, hour, only=["procedures"])


def told(office: Office, day: int) -> set[tuple[str, str, str, frozenset[str]]]:
    """Kind, agency, code or decision number, and parts, as the replica plants them."""
    found = set()
    for kind, agency, subject, after, number in office.rows(TOLD, day=office.now(day)[:10]):
        parts = frozenset(after.split(",")) if kind == "procedure_amended" else frozenset()
        found.add((kind, agency, number or subject, parts))
    return found


def planted(day: int) -> set[tuple[str, str, str, frozenset[str]]]:
    return {(one.kind, one.agency, one.subject, frozenset(one.parts)) for one in expected(day)}


def test_seven_days_bring_exactly_what_was_planted(office: Office) -> None:
    assert told(office, 1) == planted(1)
    for day in range(2, 8):
        assert check(office, day).is_complete
        assert told(office, day) == planted(day), f"day {day}"
    again = check(office, 7, hour=9)
    assert {outcome.status for outcome in again.outcomes} == {"unchanged"}
    assert told(office, 7) == planted(7), "read again"


def test_a_test_record_is_told_and_not_listed(office: Office) -> None:
    for day in (2, 3):
        check(office, day)
    unlisted = "SELECT subject, severity FROM changes WHERE dataset = 'procedures' AND listed = 0"
    assert office.rows(unlisted) == [("1.116720", "info")]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("list_stops", {"page": 2}),
        ("cursor_repeats", {"page": 2}),
        ("cursor_loops", {"page": 3, "to": 1}),
        ("page_repeats", {"page": 2}),
        ("keep_share", {"share": 0.5}),
        ("empty", {}),
        ("total_wrong", {"by": -5}),
        ("item_without_id", {"page": 1}),
        ("truncated", {}),
        ("html", {}),
    ],
)
def test_a_list_that_is_not_whole_buries_nothing(
    office: Office, replica: Replica, kind: str, options: dict[str, Any]
) -> None:
    listed = office.rows("SELECT COUNT(*) FROM procedures WHERE gone_at IS NULL")
    replica.fault(kind, path=LIST, **options)
    result = check(office, 2)
    assert not result.is_complete
    assert result.outcomes[0].status == "refused"
    assert office.rows("SELECT COUNT(*) FROM procedures WHERE gone_at IS NULL") == listed
    assert not [one for one in told(office, 2) if one[0] in ("procedure_gone", "procedure_new")]
    replica.clear_faults()
    replica.fault("extract")
    assert check(office, 2, hour=9).is_complete
    assert told(office, 2) == planted(2)


def test_a_detail_that_cannot_be_read_is_named_and_read_the_next_time(
    office: Office, replica: Replica
) -> None:
    amended = office.rows("SELECT id FROM procedures WHERE code = '1.004946'")[0][0]
    replica.fault("detail_fails", path=DETAIL, ids=[amended])
    result = check(office, 2)
    assert [outcome.status for outcome in result.outcomes if outcome.reason] == ["failed"]
    assert amended in (result.outcomes[-1].reason or "")
    gap = ("procedure_amended", "G12", "1.004946", frozenset({"fees"}))
    assert told(office, 2) == planted(2) - {gap}
    system = "SELECT kind, message FROM changes WHERE dataset = 'system'"
    assert [kind for kind, message in office.rows(system)] == ["source_failed"]
    assert not check(office, 2, hour=9).is_complete
    assert len(office.rows(system)) == 1, "told once"
    replica.clear_faults()
    replica.fault("extract")
    assert check(office, 2, hour=11).is_complete
    assert told(office, 2) == planted(2)
    assert office.rows("SELECT status FROM captures WHERE scope = 'missing' ORDER BY id") == [
        ("failed",),
        ("failed",),
        ("unchanged",),
    ]


@pytest.mark.parametrize("status", [400, 500])
def test_one_in_twenty_details_failing_costs_nothing_else(
    new_office: Office, replica: Replica, status: int
) -> None:
    replica.fault("detail_fails", path=DETAIL, share=0.05, status=status)
    done = new_office.dvcqg("check", "--only", "procedures", day=1)
    assert done.returncode == 3
    assert "chưa đọc được chi tiết" in done.stdout
    read, listed = new_office.rows("SELECT COUNT(read_at), COUNT(*) FROM procedures")[0]
    assert 0.9 * listed < read < listed
    assert new_office.rows("SELECT COUNT(*) FROM procedures WHERE gone_at IS NOT NULL") == [(0,)]
    replica.clear_faults()
    replica.fault("extract")
    assert new_office.dvcqg("check", "--only", "procedures", day=1, hour=9).returncode == 0
    assert new_office.rows("SELECT COUNT(*) FROM procedures WHERE read_at IS NULL") == [(0,)]
    assert told(new_office, 1) == set(), "what is read late is no news"


def test_details_that_fail_for_ever_keep_nobody_elses_from_being_read(
    office: Office, replica: Replica
) -> None:
    planted_codes = {one.subject for one in expected(2)}
    known = office.rows("SELECT id, code FROM procedures ORDER BY id DESC")
    failing = [key for key, code in known if code not in planted_codes][: BATCH + 10]
    with writing(office.engine) as connection:
        unread = text("DELETE FROM procedure_reads WHERE procedure_id = :id")
        connection.execute(unread, [{"id": one} for one in failing])
    replica.fault("detail_fails", path=DETAIL, ids=failing)
    assert not check(office, 2).is_complete
    assert told(office, 2) == planted(2)
    (reason,) = office.rows("SELECT reason FROM captures WHERE scope = 'missing'")[0]
    assert "the reading ended" in reason, "not all of the failing ones were asked for"


@pytest.mark.parametrize(
    ("kind", "options", "status"),
    [
        ("wrong_detail", {}, "refused"),
        ("member_missing", {"member": "executionSteps"}, "refused"),
        ("member_missing", {"member": "procedureProposal"}, "refused"),
        ("retyped", {"field": "legalBasisesDetails"}, "refused"),
        ("html", {}, "refused"),
        ("truncated", {}, "refused"),
        ("reset", {}, "failed"),
    ],
)
def test_details_that_are_all_wrong_change_nothing(
    office: Office, replica: Replica, kind: str, options: dict[str, Any], status: str
) -> None:
    before = dict(office.rows(DECIDED))
    replica.fault(kind, path=DETAIL, **options)
    result = check(office, 4)
    by_scope = "SELECT status FROM captures WHERE scope = 'details' ORDER BY id DESC LIMIT 1"
    assert office.rows(by_scope) == [(status,)]
    assert not result.is_complete
    after = dict(office.rows(DECIDED))
    assert {one: after[one] for one in before} == before
    assert not [one for one in told(office, 4) if one[0] == "procedure_amended"]


def test_watch_lists_list_what_matters_and_count_the_rest(tmp_path: Path, replica: Replica) -> None:
    watched = 'enabled = true\n[procedures.watch]\nagencies = ["G15"]'
    office = Office(tmp_path, replica, procedures=watched)
    check(office, 1)
    check(office, 2)
    rows = office.rows("SELECT unit_code, kind, severity, listed FROM changes WHERE listed = 1")
    assert {unit for unit, *_rest in rows} == {"G15"}
    assert ("G15", "procedure_amended", "warning", 1) in rows
    done = office.dvcqg("check", "--only", "procedures", day=2, hour=9)
    assert "Ngoài danh sách theo dõi: " in done.stdout
    assert "1.004946" not in done.stdout


def test_backfill_reads_every_detail_once_and_goes_on_where_it_was_broken_off(
    tmp_path: Path, replica: Replica
) -> None:
    office = Office(tmp_path, replica, procedures="enabled = true\ndetail_minutes = 0")
    plan = office.dvcqg("backfill", "procedures", "--dry-run", day=1)
    assert plan.returncode == 0
    assert "requests" in plan.stdout
    replica.fault("forbidden", path=DETAIL, times=1)
    broken = office.dvcqg("backfill", "procedures", day=1)
    assert broken.returncode == 3
    done = office.dvcqg("backfill", "procedures", day=1)
    assert done.returncode == 0, done.stderr
    listed, read = office.rows("SELECT COUNT(*), COUNT(read_at) FROM procedures")[0]
    assert listed == read > 300
    asked = len(replica.requests)
    assert office.dvcqg("backfill", "procedures", day=1).returncode == 0
    details = [one for one in replica.requests[asked:] if one.path.endswith(DETAIL)]
    assert details == []


def test_a_check_without_time_for_details_says_how_much_is_covered(
    tmp_path: Path, replica: Replica
) -> None:
    office = Office(tmp_path, replica, procedures="enabled = true\ndetail_minutes = 0")
    assert check(office, 1).is_complete
    status = office.dvcqg("status", day=1, hour=8)
    assert "đã đọc chi tiết 0/" in status.stdout


def test_a_refused_list_can_be_accepted_by_a_person(office: Office, replica: Replica) -> None:
    replica.fault("keep_share", path=LIST, share=0.7)
    refused = check(office, 2).outcomes[0]
    assert refused.status == "refused"
    done = office.dvcqg("captures", "accept", str(refused.capture_id), day=2, hour=9)
    assert done.returncode == 0, done.stderr
    gone = office.rows("SELECT COUNT(*) FROM procedures WHERE gone_at IS NOT NULL")[0][0]
    assert gone > 50
    assert office.rows("SELECT COUNT(*) FROM changes WHERE kind = 'procedure_gone'") == [(gone,)]


def test_details_can_be_taken_back(office: Office) -> None:
    result = check(office, 2)
    before = told(office, 2)
    ids = [one.capture_id for one in result.outcomes]
    for capture in reversed(ids):
        assert office.dvcqg("captures", "reject", str(capture), day=2).returncode == 0
    assert told(office, 2) == set()
    assert check(office, 2, hour=9).is_complete
    assert told(office, 2) == before == planted(2)

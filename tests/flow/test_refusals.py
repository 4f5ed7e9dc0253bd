"""What must not be believed is refused, with its reason, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flow.office import CHANGES, SCORES, Office
from tests.replica.server import Replica

RANKING = "service-results"
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "bad_sums": ({}, "do not sum to the total"),
    "wrong_province": ({}, "answered for"),
    "empty": ({}, "the list of units is empty"),
    "keep_share": ({"share": 0.05}, "units are gone"),
    "half": ({"share": 0.5}, "units are gone"),
    "zero": ({}, "every total is zero"),
    "floor": ({}, "none of"),
    "html": ({}, "HTML"),
    "login_html": ({}, "HTML"),
    "truncated": ({}, "no whole JSON"),
    "renamed": ({"old": "totalScore", "new": "tongDiem"}, "totalScore is missing"),
    "retyped": ({"field": "totalScore"}, "totalScore is wrong"),
    "bad_code": ({}, "code 'ERROR'"),
    "nan": ({}, ""),
    "forbidden": ({}, "refuses"),
    "too_many": ({"retry_after": None}, "too often"),
}


def plant(replica: Replica, name: str) -> None:
    options = dict(FAULTS[name][0])
    kind = {"half": "keep_share"}.get(name, name)
    replica.fault(kind, province="H01", **options)


@pytest.mark.parametrize("name", FAULTS)
def test_a_broken_answer_is_refused_and_touches_nothing(
    year_office: Office, replica: Replica, name: str
) -> None:
    year_office.check(1)
    scores, versions = year_office.rows(SCORES), year_office.versions()
    plant(replica, name)
    result = year_office.check(2)
    status, reason = year_office.rows(
        "SELECT status, reason FROM captures WHERE scope = 'H01/2026' ORDER BY id DESC LIMIT 1"
    )[0]
    assert not result.is_complete
    assert status == "refused"
    assert FAULTS[name][1] in reason
    mine = [row for row in year_office.rows(SCORES) if row[3 - 1] != "H01" and "." in row[2]]
    assert mine == [row for row in scores if "." in row[2]]
    told = year_office.rows("SELECT kind, message FROM changes WHERE subject = 'H01/2026'")
    assert len(told) == 1
    assert told[0][0] == ("format_changed" if name in ("renamed", "retyped") else "source_refused")

    # The same again is no news; the next good answer brings what the good answers hold.
    year_office.check(2, hour=9)
    assert len(year_office.rows("SELECT 1 FROM changes WHERE subject = 'H01/2026'")) == 1
    replica.clear_faults()
    assert year_office.check(2, hour=11).is_complete
    assert year_office.versions() > versions


@pytest.mark.parametrize("name", ["empty", "keep_share", "zero", "bad_sums", "half"])
def test_a_first_reading_is_judged_too(year_office: Office, replica: Replica, name: str) -> None:
    if name == "half":
        replica.fault("keep_share", province="H01", share=0.4)
    else:
        plant(replica, name)
    year_office.check(1)
    assert year_office.rows("SELECT status FROM captures WHERE scope = 'H01/2026'") == [
        ("refused",)
    ]


@pytest.mark.parametrize("kind", ["reset", "bad_gateway", "unavailable"])
def test_no_answer_is_a_failure_and_said_once(
    year_office: Office, replica: Replica, kind: str
) -> None:
    year_office.check(1)
    replica.fault(kind, province="H01")
    year_office.check(2)
    year_office.check(2, hour=9)
    rows = year_office.rows("SELECT status FROM captures WHERE scope = 'H01/2026' ORDER BY id")
    assert rows == [("accepted",), ("failed",), ("failed",)]
    assert year_office.rows("SELECT kind FROM changes WHERE subject = 'H01/2026'") == [
        ("source_failed",)
    ]


def test_after_a_refusal_nothing_more_is_asked(office: Office, replica: Replica) -> None:
    replica.fault("forbidden")
    office.check(1)
    assert len(replica.requests) == 1
    rows = office.rows("SELECT status, requests FROM captures ORDER BY id")
    assert rows[0] == ("refused", 1)
    assert set(rows[1:]) == {("failed", 0)}
    kinds = office.rows("SELECT kind FROM changes")
    assert kinds == [("source_refused",)], "an outage is one incident"


def test_the_check_says_what_to_do_and_exits_3(office: Office, replica: Replica) -> None:
    assert office.dvcqg("check", day=1).returncode == 0
    replica.fault("keep_share", province="H01", period_type="year", share=0.5)
    done = office.dvcqg("check", day=2)
    assert done.returncode == 3
    assert "dvcqg captures" in done.stderr
    assert "Traceback" not in done.stderr
    refused = office.rows("SELECT id FROM captures WHERE status = 'refused'")[0][0]
    assert f"dvcqg captures accept {refused}" in done.stdout
    assert "biến mất" in done.stdout


@pytest.mark.parametrize("kind", ["forbidden", "html"])
def test_a_portal_that_refuses_plain_http_leads_to_the_browser_transport(
    year_office: Office, replica: Replica, kind: str
) -> None:
    replica.fault(kind)
    done = year_office.dvcqg("check", "--only", "index", day=1)
    assert done.returncode == 3
    advice = 'đặt transport = "browser" trong mục [portal]'
    assert [line for line in done.stdout.splitlines() if advice in line]
    assert 'set transport = "browser" under [portal]' in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("kind", ["reset", "bad_sums"])
def test_other_trouble_does_not_lead_to_the_browser_transport(
    year_office: Office, replica: Replica, kind: str
) -> None:
    replica.fault(kind)
    done = year_office.dvcqg("check", "--only", "index", day=1)
    assert done.returncode == 3
    assert "transport" not in done.stdout + done.stderr


@pytest.mark.both_databases
def test_a_person_releases_a_capture_and_the_changes_follow(
    year_office: Office, replica: Replica
) -> None:
    year_office.check(1)
    replica.fault("keep_share", province="H01", share=0.5)
    year_office.check(2)
    refused = year_office.rows("SELECT id FROM captures WHERE status = 'refused'")[0][0]
    done = year_office.dvcqg("captures", "accept", str(refused), day=2)
    assert done.returncode == 0, done.stderr
    gone = year_office.rows(
        "SELECT COUNT(*) FROM changes WHERE kind = 'unit_missing' AND capture_after = :id",
        id=refused,
    )[0][0]
    listed = year_office.rows(
        "SELECT SUM(active), SUM(1 - active) FROM units WHERE province_code = 'H01'"
        " AND kind <> 'province'"
    )[0]
    assert listed[1] == gone > 50
    status = year_office.rows("SELECT status, decision FROM captures WHERE id = :id", id=refused)
    assert status == [("accepted", "accepted")]
    # Accepted is accepted: not twice, and the next reading is compared with it.
    assert year_office.dvcqg("captures", "accept", str(refused), day=2).returncode == 2
    assert year_office.check(2, hour=9).is_complete


def test_a_refused_capture_is_past_once_a_newer_one_is_believed(
    year_office: Office, replica: Replica
) -> None:
    year_office.check(1)
    replica.fault("keep_share", province="H01", share=0.5)
    year_office.check(2)
    replica.clear_faults()
    year_office.check(2, hour=9)
    refused = year_office.rows("SELECT id FROM captures WHERE status = 'refused'")[0][0]
    done = year_office.dvcqg("captures", "accept", str(refused), day=2)
    assert done.returncode == 2
    assert "newer" in done.stderr


def test_what_cannot_be_read_cannot_be_accepted(year_office: Office, replica: Replica) -> None:
    year_office.check(1)
    replica.fault("truncated", province="H01")
    year_office.check(2)
    refused = year_office.rows("SELECT id FROM captures WHERE status = 'refused'")[0][0]
    before = year_office.rows(CHANGES), year_office.rows(SCORES)
    done = year_office.dvcqg("captures", "accept", str(refused), day=2)
    assert done.returncode == 2
    assert "no reading" in done.stderr
    assert (year_office.rows(CHANGES), year_office.rows(SCORES)) == before


@pytest.mark.both_databases
def test_a_believed_capture_is_taken_back_whole(year_office: Office) -> None:
    year_office.check(1)
    before = year_office.rows(CHANGES), year_office.rows(SCORES), year_office.versions()
    year_office.check(3)
    newest = year_office.rows("SELECT MAX(id) FROM captures WHERE scope = 'H01/2026'")[0][0]
    nation = year_office.rows("SELECT MAX(id) FROM captures WHERE scope = 'VN/2026'")[0][0]
    for capture in (newest, nation):
        done = year_office.dvcqg("captures", "reject", str(capture), day=3)
        assert done.returncode == 0, done.stderr
    assert (year_office.rows(CHANGES), year_office.versions()) == (before[0], before[2])
    named = [row[:3] + row[4:] for row in year_office.rows(SCORES)]
    assert named == [row[:3] + row[4:] for row in before[1]]
    # Read again, it is found again.
    year_office.check(3, hour=9)
    assert year_office.rows("SELECT COUNT(*) FROM changes WHERE kind = 'unit_missing'") == [(1,)]


def test_every_answer_is_in_the_archive_and_gives_the_same_reading(office: Office) -> None:
    office.check(1)
    for path, status in office.rows("SELECT archive, status FROM captures"):
        assert status == "accepted"
        assert office.config.archive_folder is not None
        assert (office.config.archive_folder / path).stat().st_size > 200
    assert not list((office.folder / "archive").rglob("*.part"))

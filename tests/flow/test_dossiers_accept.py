"""A person's word on a listing: a refused one is believed after all, a believed one taken back."""

from __future__ import annotations

import pytest

from scrapers.archive import read_archive
from sync.capture import Outcome
from tests.flow.listings import FULL, OVERDUE, SOURCE, fault, imported_here
from tests.flow.office import Office
from tests.lengths import IS_LONG
from tests.replica.admin_exports import export

pytestmark = [pytest.mark.both_databases] if IS_LONG else []

HALF = fault("keep_share", share=0.3)
DAILY = "SELECT unit_code, unit_name, overdue, new, gone FROM overdue_daily WHERE day = :day"


@pytest.fixture
def refused(office: Office) -> Outcome:
    """The second day's import, which lost most of the first's dossiers."""
    assert imported_here(office, 1).status == "accepted"
    outcome = imported_here(office, 2, [HALF])
    assert outcome.status == "refused"
    return outcome


def test_a_refused_listing_can_be_believed_after_all(office: Office, refused: Outcome) -> None:
    before = office.rows(OVERDUE)
    done = office.dvcqg("captures", "accept", str(refused.capture_id), day=2, hour=9)
    assert done.returncode == 0, done.stderr
    after = office.rows(OVERDUE)
    assert 0 < len(after) < len(before) / 2
    gone = office.rows("SELECT COUNT(*) FROM changes WHERE kind = 'gone'")[0][0]
    assert gone > len(before) / 2
    counted = office.rows(
        "SELECT SUM(gone) FROM overdue_daily WHERE day = :d", d=office.now(2)[:10]
    )
    assert counted == [(gone,)]


def test_a_list_that_an_office_has_cleared_can_be_believed(office: Office) -> None:
    assert imported_here(office, 1).status == "accepted"
    outcome = imported_here(office, 2, [fault("keep_share", share=0.0)])
    assert outcome.status == "refused"
    done = office.dvcqg("captures", "accept", str(outcome.capture_id), day=2, hour=9)
    assert done.returncode == 0, done.stderr
    assert office.rows(OVERDUE) == []


def test_what_is_set_aside_holds_no_free_text_and_no_applicant(
    office: Office, refused: Outcome
) -> None:
    (name,) = office.rows("SELECT archive FROM captures WHERE id = :i", i=refused.capture_id)[0]
    assert office.config.archive_folder is not None
    for answer in read_archive(office.config.archive_folder / name):
        assert b'"applicant": [null' in answer.body
        assert b'"note": [null' in answer.body


def test_a_believed_listing_can_be_taken_back(office: Office) -> None:
    imported_here(office, 1)
    before, daily = office.rows(OVERDUE), office.rows(DAILY, day=office.now(1)[:10])
    second = imported_here(office, 2)
    assert office.rows(OVERDUE) != before
    done = office.dvcqg("captures", "reject", str(second.capture_id), day=2, hour=9)
    assert done.returncode == 0, done.stderr
    assert office.rows(OVERDUE) == before
    assert office.rows(DAILY, day=office.now(1)[:10]) == daily
    assert office.rows(DAILY, day=office.now(2)[:10]) == []


def test_taking_back_the_second_listing_of_a_day_leaves_the_first_ones_counts(
    office: Office,
) -> None:
    imported_here(office, 1)
    assert imported_here(office, 2).status == "accepted"
    counts = office.rows(DAILY, day=office.now(2)[:10])
    later = office.folder / "later.csv"
    later.write_bytes(export(3, "csv", (FULL,)))
    done = office.dvcqg("import", str(later), "--source", SOURCE, day=2, hour=9)
    assert done.returncode == 0, done.stderr
    assert office.rows(DAILY, day=office.now(2)[:10]) != counts
    (newest,) = office.rows("SELECT MAX(id) FROM captures")[0]
    assert office.dvcqg("captures", "reject", str(newest), day=2, hour=10).returncode == 0
    standing = {row for row in office.rows(DAILY, day=office.now(2)[:10]) if any(row[2:])}
    assert standing == {row for row in counts if any(row[2:])}

"""That the tests of crashes would see it, if a store lost or invented anything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from models import tables
from sync.store import writing
from tests.databases import SQLITE, using
from tests.flow.crashing import (
    CATALOGUE,
    begin_day,
    do_day,
    small_office,
)
from tests.flow.invariants import assert_consistent
from tests.flow.office import Office
from tests.replica.server import Replica

pytestmark = pytest.mark.long

NEWEST = "(SELECT MAX(id) FROM {0})"
_COLUMNS = ", ".join(column.name for column in tables.changes.columns if column.name != "id")
DAMAGES = {
    "figures lost": "DELETE FROM figure_versions WHERE closed_by IS NULL AND unit_id % 7 = 0",
    "a figure altered": "UPDATE figure_versions SET score = score + 1 WHERE unit_id % 7 = 0",
    "a word altered": "UPDATE texts SET text = text || '!' WHERE id IN"
    " (SELECT unit_name FROM dossier_versions)",
    "versions at once": "UPDATE figure_versions SET opened_by = opened_by - 1"
    " WHERE closed_by IS NULL AND opened_by > (SELECT MIN(opened_by) + 4 FROM figure_versions)",
    "a version too long": "UPDATE dossier_versions SET closed_by = closed_by + 1",
    "a change lost": "DELETE FROM change_log WHERE kind = 'newly_overdue' AND capture_id ="
    f" {NEWEST.format('capture_log WHERE rows = 304')}",
    "changes of scores lost": "DELETE FROM change_log WHERE kind = 'score_drop'",
    "a change twice": f"INSERT INTO change_log ({_COLUMNS}) SELECT {_COLUMNS} FROM change_log"
    " WHERE kind = 'gone'",
    "a change that was not": "UPDATE change_log SET delta = delta - 1 WHERE kind = 'score_drop'",
    "another rank": "UPDATE change_log SET after_value = before_value WHERE kind = 'rank_drop'",
    "a procedure that is not gone": "UPDATE change_log SET kind = 'procedure_gone'"
    " WHERE of_system IS NULL AND capture_id IN (SELECT c.id FROM capture_log c"
    " JOIN scopes s ON s.id = c.scope_id WHERE s.dataset = 'procedures')",
    "a day counted wrongly": "UPDATE overdue_days SET overdue = overdue + 1 WHERE overdue > 9",
    "new ones counted twice": "UPDATE overdue_days SET new = 2 * new",
    "alerts not told": "DELETE FROM alert_events",
    "an alert lost": "UPDATE alert_log SET matter = matter || '!' WHERE id = 1",
    "an alert seen by nobody": "UPDATE alert_log SET state = 'acknowledged'",
    "alerts ahead of the changes": "UPDATE marks SET value = value + 1 WHERE name = 'alerts'",
    "changes not worked through": "UPDATE marks SET value = 3 WHERE name = 'alerts'",
    "a capture half written": f"UPDATE capture_log SET rows = NULL"
    f" WHERE id = {NEWEST.format('capture_log')}",
    "a capture that changed nothing": "UPDATE capture_log SET status = 'unchanged'",
    "a capture compared with another": "UPDATE capture_log SET previous_id = NULL"
    f" WHERE id = {NEWEST.format('capture_log')}",
    "a scope that stands still": "UPDATE scopes SET last_capture_id ="
    " (SELECT MIN(id) FROM capture_log c WHERE c.scope_id = scopes.id)",
    "a check miscounted": "UPDATE check_log SET captures = captures + 1",
    "a check that is not over": "UPDATE check_log SET finished_at = NULL",
    "reads forgotten": "DELETE FROM procedure_reads WHERE capture_id ="
    f" {NEWEST.format('procedure_reads').replace('id', 'capture_id')}",
    "something staged left": "CREATE TABLE staged_figure_versions (unit_id INTEGER)",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office after its second morning; its store is put back after each test."""
    with Replica(day=1) as replica, using(SQLITE):
        replica.fault("extract")
        office = small_office(
            tmp_path_factory.mktemp("whole") / "office", replica, procedures=CATALOGUE
        )
        for day in (1, 2):
            begin_day(office, day)
            do_day(office, day)
        office.engine.dispose()
        yield office


@pytest.fixture
def office(whole: Office, tmp_path: Path) -> Iterator[Office]:
    kept = shutil.copyfile(whole.folder / "dvcqg.db", tmp_path / "kept.db")
    yield whole
    whole.engine.dispose()
    for left in whole.folder.glob("dvcqg.db-*"):
        left.unlink()
    shutil.copyfile(kept, whole.folder / "dvcqg.db")


def test_a_store_that_is_whole_is_found_so(office: Office) -> None:
    assert_consistent(office)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_found(office: Office, damage: str) -> None:
    with writing(office.engine) as connection:
        assert connection.execute(text(DAMAGES[damage])).rowcount != 0
    with pytest.raises((AssertionError, KeyError)):
        assert_consistent(office)


def test_raw_answers_that_are_gone_or_cut_are_found(office: Office) -> None:
    query = "SELECT archive FROM captures WHERE archive IS NOT NULL ORDER BY id DESC LIMIT 1"
    file = office.folder / "archive" / office.rows(query)[0][0]
    content = file.read_bytes()
    moved = file.rename(file.with_name("other.jsonl.gz"))
    with pytest.raises(OSError, match="No such file"):
        assert_consistent(office)
    moved.rename(file).write_bytes(content[:-20])
    with pytest.raises(OSError, match="is damaged"):
        assert_consistent(office)
    file.write_bytes(content)

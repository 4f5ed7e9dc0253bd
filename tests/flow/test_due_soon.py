"""A check of a source that lists what is in process tells what will soon be late."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.workdays import working_days_between
from tests.flow.listings import igate_source
from tests.flow.office import FIRST_DAY, Office
from tests.replica import igate_api
from tests.replica.dossier_rows import as_of
from tests.replica.dossier_world import in_process
from tests.replica.server import Replica


def due_soon(days: int) -> list[str]:
    """What the replica's world says, by its own rules."""
    return [
        row.code
        for row in in_process(1)
        if row.due_at is not None
        and not row.is_overdue(as_of(1))
        and working_days_between(FIRST_DAY, row.due_at.date()) <= days
    ]


@pytest.mark.parametrize("days", [0, 2])
def test_a_check_tells_what_is_due_soon(
    tmp_path: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setenv("DVCQG_IGATE_CLIENT_ID", igate_api.CLIENT_ID)
    monkeypatch.setenv("DVCQG_IGATE_CLIENT_SECRET", igate_api.CLIENT_SECRET)
    more = f"[dossiers]\ndue_soon_days = {days}\n{igate_source(replica, 200)}"
    office = Office(tmp_path / "office", replica, more=more)
    done = office.dvcqg("check", "--only", "dossiers", day=1)
    assert done.returncode == 0, done.stderr
    page = (office.folder / "reports" / "report-2026-11-26.html").read_text(encoding="utf-8")
    if days:
        expected = due_soon(days)
        assert 15 < len(expected) < 500
        headline = f"{len(expected)} hồ sơ đến hạn trong {days} ngày làm việc tới"
        assert f"Sắp đến hạn, nguồn nguon: {headline}" in done.stdout
        assert headline in page
        assert not [code for code in expected if code not in page]
    else:
        assert "Sắp đến hạn" not in done.stdout + page

"""What `docs/operations.md` promises: a restored backup goes on, the archive forgets by itself."""

from __future__ import annotations

import json
from pathlib import Path

from tests.flow.office import CHANGES, SCORES, Office


def test_a_restored_backup_goes_on_as_if_nothing_had_been(
    year_office: Office, tmp_path: Path
) -> None:
    office = year_office
    office.check(1)
    backup = tmp_path / "backup.db"
    assert office.dvcqg("db", "backup", str(backup), day=1).returncode == 0
    office.check(2)
    expected = (office.rows(CHANGES), office.rows(SCORES))
    assert expected[0]

    office.engine.dispose()
    store = office.folder / "dvcqg.db"
    store.write_bytes(b"ruined " * 1_000)
    broken = office.dvcqg("doctor", day=2)
    assert broken.returncode == 4, broken.stdout
    for file in office.folder.glob("dvcqg.db*"):
        file.rename(tmp_path / f"aside-{file.name}")
    store.write_bytes(backup.read_bytes())
    assert office.dvcqg("db", "upgrade", day=2).returncode == 0
    whole = office.dvcqg("doctor", day=2)
    assert whole.returncode == 0, whole.stdout

    office.reload()
    office.check(2)
    assert (office.rows(CHANGES), office.rows(SCORES)) == expected


def test_the_daily_check_ends_with_an_archive_that_is_not_too_old(office: Office) -> None:
    old = office.folder / "archive" / "2020-01-01" / "070000-index-VN-2020.jsonl.gz"
    old.parent.mkdir(parents=True)
    old.touch()
    assert office.dvcqg("check", "--only", "index", day=1).returncode == 0
    assert not old.parent.exists()
    assert list((office.folder / "archive" / "2026-11-26").iterdir())
    found = json.loads(office.dvcqg("status", "--json", day=1).stdout)
    assert found["last_check"] == found["last_complete_check"]
    assert found["archive_bytes"] > 0

"""A dry run tells how a listing is understood, of a file or of a configured source; no store."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.flow.listings import (
    BROWSER_SOURCE,
    FULL,
    SOURCE,
    folder_source,
    igate_source,
    save_login,
    write_profile,
)
from tests.flow.office import Office
from tests.replica import igate_api
from tests.replica.admin_exports import export
from tests.replica.dossier_world import on_file, overdue, personal_strings
from tests.replica.server import Replica

ROWS = f"{len(overdue(1))} rows, {len(overdue(1))} dossiers"


def office_with(tmp_path: Path, replica: Replica, source: str) -> Office:
    """An office whose store does not exist yet."""
    office = Office(tmp_path / "office", replica, more=source)
    office.lose_store()
    return office


def shown(office: Office, *command: str) -> list[str]:
    """The lines of a dry run; nothing may be stored and nobody named."""
    before = sorted(office.folder.rglob("*"))
    done = office.dvcqg(*(command or ("check", "--source", SOURCE)), "--dry-run", day=1)
    assert done.returncode == 0, done.stderr
    assert sorted(office.folder.rglob("*")) == before
    assert not [text for text in personal_strings() if text in done.stdout]
    return done.stdout.splitlines()


def test_a_file_and_a_folder_with_it_are_told_alike(tmp_path: Path, replica: Replica) -> None:
    office = office_with(tmp_path, replica, folder_source())
    folder = office.folder / "nhan"
    folder.mkdir()
    for name, day, age in (("cu.csv", 2, 7200), ("moi.csv", 1, 3600)):
        (folder / name).write_bytes(export(day, "csv", (FULL,)))
        os.utime(folder / name, (time.time() - age,) * 2)
    first, *columns = shown(office)
    assert first == f"moi.csv: csv, 1 page, {ROWS}, declared no total"
    assert "  Mã hồ sơ -> code" in columns
    assert [line for line in columns if line.endswith("-> (personal, dropped)")]
    assert not [line for line in columns if "objection" in line]
    assert shown(office, "import", "nhan/moi.csv", "--source", "x") == [first, *columns]


def test_igate_is_read_once(
    tmp_path: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVCQG_IGATE_CLIENT_ID", igate_api.CLIENT_ID)
    monkeypatch.setenv("DVCQG_IGATE_CLIENT_SECRET", igate_api.CLIENT_SECRET)
    office = office_with(tmp_path, replica, igate_source(replica, 200))
    lines = shown(office)
    asked = [row for row in on_file(1) if row.state_code in ("2", "3", "4", "5", "8", "9", "10")]
    assert lines[0] == (
        f"nguon: json, {-(-len(asked) // 200)} pages, {len(asked)} rows, {len(asked)} dossiers, "
        f"declared {len(asked)}"
    )
    assert {"  appointmentDate -> due_at", "  dueDate -> (ignored)"} <= set(lines)
    replica.fault("one_unit", unit="H01.12")
    replica.fault("page_short", page=1, rows=1)
    assert [line for line in shown(office) if line.startswith("  objection: 1 rows came where ")]
    replica.fault("field_renamed", old="appointmentDate", new="mocCamKet")
    done = office.dvcqg("check", "--source", SOURCE, "--dry-run", day=1)
    assert done.returncode == 3
    assert "no column is known to be “due_at” among the headings" in done.stderr


def test_an_admin_site_is_read_in_the_browser(tmp_path: Path, replica: Replica) -> None:
    office = office_with(tmp_path, replica, BROWSER_SOURCE)
    nobody = office.dvcqg("check", "--source", SOURCE, "--dry-run", day=1)
    assert (nobody.returncode, "nguon.toml: cannot be read" in nobody.stderr) == (2, True), (
        nobody.stderr
    )
    write_profile(office)
    without = office.dvcqg("check", "--source", SOURCE, "--dry-run", day=1)
    assert (without.returncode, "log in" in without.stderr) == (3, True), without.stderr
    save_login(office)
    lines = shown(office)
    assert lines[0].startswith("nguon: html, ")
    assert lines[0].endswith(f"{ROWS}, declared {len(overdue(1))}")
    assert {"  Mã hồ sơ -> code", "  Ngày hẹn trả -> due_at"} <= set(lines)


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["check", "--dry-run"], 2, "name it with --source"),
        (["check", "--source", "t", "--dry-run"], 2, "no source of dossiers 't'; it has: nguon."),
        (["check", "--source", SOURCE, "--dry-run"], 3, "holds no file"),
        (["import", "config.toml", "--source", "x", "--dry-run"], 3, "config.toml"),
        (["import", "no.csv", "--source", "x", "--dry-run"], 3, "no.csv"),
    ],
)
def test_what_cannot_be_told_is_one_sentence(
    tmp_path: Path, replica: Replica, command: list[str], code: int, said: str
) -> None:
    office = office_with(tmp_path, replica, folder_source())
    (office.folder / "nhan").mkdir()
    done = office.dvcqg(*command, day=1)
    assert (done.returncode, len(done.stderr.splitlines())) == (code, 1), done.stderr
    assert said in done.stderr


def test_a_check_of_one_source_reads_nothing_else(tmp_path: Path, replica: Replica) -> None:
    more = "".join(
        f'[[dossiers.sources]]\nname = "{name}"\nkind = "folder"\npath = "{name}"\n'
        for name in ("a", "b")
    )
    office = Office(tmp_path / "office", replica, more=more)
    for name in ("a", "b"):
        (office.folder / name).mkdir()
        file = office.folder / name / "l.csv"
        file.write_bytes(export(1, "csv", (FULL,)))
        os.utime(file, (time.time() - 3600,) * 2)
    assert office.dvcqg("check", "--source", "b", day=1).returncode == 0
    assert office.rows("SELECT source FROM captures") == [("b",)]
    assert not replica.requests
    unknown = office.dvcqg("check", "--source", "c", day=1)
    assert (unknown.returncode, unknown.stderr) == (
        2,
        "dvcqg: the configuration has no source of dossiers 'c'; it has: a, b.\n",
    )

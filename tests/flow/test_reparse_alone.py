"""`dvcqg reparse` broken off, beside others, and as an operator meets it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync import cli, cli_reparse, leases, reparse_apply
from sync.capture_log import know_codes
from sync.imports import import_listing
from sync.reparse import reparse
from sync.reparse_output import Reparse
from sync.reparse_plan import ReparseError
from sync.run import Progress
from sync.store import writing
from tests.flow.listings import put
from tests.flow.office import DVCQG, Office
from tests.flow.reparsing import (
    YEAR,
    at,
    bug_in,
    check_days,
    leftovers,
    misreads,
    read_again,
    rows_of,
    stumbles,
)
from tests.replica.server import Replica

pytestmark = pytest.mark.usefixtures("pg_dump")

# --- Broken off, and beside others


@pytest.fixture
def wrong_office(year_office: Office) -> Office:
    check_days(year_office, last=4, bug=misreads)
    return year_office


def start(office: Office) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [DVCQG, "reparse", "--apply"],
        cwd=office.folder,
        env={**os.environ, "DVCQG_NOW": office.now(7)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def wait_for(office: Office, process: subprocess.Popen[str], pattern: str) -> None:
    while not list(office.folder.glob(pattern)):
        assert process.poll() is None, "it ended before it was stopped"
        time.sleep(0.001)


def test_killed_while_it_writes_it_leaves_before_or_after(
    wrong_office: Office, tmp_path: Path, replica: Replica
) -> None:
    wrong, mended = rows_of(wrong_office), None
    instants = random.Random(8)
    for number in range(2):
        folder = tmp_path / f"killed-{number}"
        shutil.copytree(wrong_office.folder, folder)
        wrong_office.engine.dispose()
        office = Office(folder, replica, periods=YEAR)
        process = start(office)
        wait_for(office, process, "*.before-reparse-*Z")
        time.sleep(instants.uniform(0, 0.03))
        process.kill()
        process.wait(10)
        office.reload()
        assert office.is_whole()
        left = rows_of(office)
        read_again(office, apply_it=True)
        mended = mended or rows_of(office)
        assert left in (wrong, mended)
        assert rows_of(office) == mended
        assert leftovers(office) == []
        office.engine.dispose()


def test_stopped_by_a_person_it_leaves_nothing_behind(
    wrong_office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def impatient() -> Iterator[Progress]:
        def stop(done: int, total: int, label: str) -> None:
            if done == 3:
                raise KeyboardInterrupt

        yield stop

    wrong = rows_of(wrong_office)
    monkeypatch.setattr(cli_reparse, "progress_bar", impatient)
    monkeypatch.chdir(wrong_office.folder)
    monkeypatch.setattr("sys.argv", ["dvcqg", "reparse", "--apply"])
    capsys.readouterr()
    with at(wrong_office, 7, 7), pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 130
    told = "dvcqg: stopped; the store is as it was, or wholly mended.\n"
    assert tuple(capsys.readouterr()) == ("", told)
    assert rows_of(wrong_office) == wrong
    assert leftovers(wrong_office) == []


def test_stopped_while_it_writes_it_has_written_nothing(
    wrong_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = rows_of(wrong_office)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reparse_apply, "update_alerts", stop)
    with pytest.raises(KeyboardInterrupt):
        read_again(wrong_office, apply_it=True)
    assert rows_of(wrong_office) == wrong
    assert leftovers(wrong_office) == []


@pytest.mark.both_databases
def test_what_comes_after_it_gets_numbers_of_its_own(year_office: Office) -> None:
    year_office.check(2)
    with bug_in(stumbles):
        year_office.check(3)
    known = year_office.rows("SELECT COUNT(*) FROM unit_codes")[0][0]
    read_again(year_office, apply_it=True)
    with writing(year_office.engine) as connection:
        know_codes(connection, {"H01.999"})
    numbers = year_office.rows("SELECT id FROM unit_codes ORDER BY id")
    assert numbers == [(number,) for number in range(1, known + 3)]


def test_it_does_not_write_over_what_came_meanwhile(wrong_office: Office) -> None:
    file = put(wrong_office, 4)

    def meanwhile(done: int, total: int, label: str) -> None:
        if done == total:
            import_listing(wrong_office.config, wrong_office.engine, file, "nguon", None)

    with pytest.raises(ReparseError, match="something was stored meanwhile"):
        reparse(wrong_office.config, wrong_office.engine, None, meanwhile, apply_it=True)
    assert leftovers(wrong_office) == []


@pytest.mark.parametrize("name", ["check", "backfill", "reparse"])
def test_it_writes_only_when_it_is_alone(wrong_office: Office, name: str) -> None:
    lease = leases.take(wrong_office.engine, name)
    with pytest.raises(leases.LeaseHeld, match=f"a {name} is already running"):
        read_again(wrong_office, apply_it=True)
    lease.give_back()


# --- The command line


@pytest.mark.both_databases
def test_the_command_line_shows_and_mends(wrong_office: Office) -> None:
    shown = wrong_office.dvcqg("reparse", "--since", "2026-11-27", day=7)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.endswith("rows; nothing was written. `dvcqg reparse --apply` does it.\n")
    mended = wrong_office.dvcqg("reparse", "--apply", day=7)
    assert (mended.returncode, mended.stderr) == (0, "")
    assert "now as today's program reads them" in mended.stdout
    [backup] = wrong_office.folder.glob("*.before-reparse-*")
    assert backup.name in mended.stdout
    again = wrong_office.dvcqg("reparse", day=7)
    assert "Nothing differs" in again.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("since", "told"),
    [
        ("2026-12-24", "--since is 2026-12-24, which is still to come; today is 2026-12-02."),
        ("2026-11-25", "--since is 2026-11-25, but the first capture is of 2026-11-26."),
        ("gestern", "--since is 'gestern'; write a day such as 2026-11-26."),
    ],
)
def test_a_day_on_which_nothing_was_read_is_one_sentence(
    year_office: Office, since: str, told: str
) -> None:
    year_office.check(1)
    done = year_office.dvcqg("reparse", "--since", since, day=7)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"dvcqg: {told}\n")
    assert leftovers(year_office) == []


def test_without_an_archive_there_is_nothing_to_read(year_office: Office) -> None:
    text = year_office.config_path.read_text(encoding="utf-8")
    year_office.config_path.write_text(f'store.archive = ""\n{text}', encoding="utf-8")
    year_office.reload()
    year_office.check(1)
    with pytest.raises(ReparseError, match="the archive is switched off"):
        read_again(year_office)


def test_an_empty_store_does_not_differ(year_office: Office) -> None:
    assert read_again(year_office) == Reparse(0, [], 0, [], None)

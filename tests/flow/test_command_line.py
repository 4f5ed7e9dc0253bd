"""The command line as a user meets it: first use, mistakes, exit codes, what is printed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.flow.office import DVCQG, Office
from tests.replica.server import Replica


def test_init_writes_the_configuration_and_the_store_once(office: Office, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.toml"
    done = office.dvcqg("init", "--province", "H01", "--config", str(fresh), day=1)
    assert done.returncode == 0, done.stderr
    assert 'provinces = ["H01"]' in fresh.read_text(encoding="utf-8")
    assert (tmp_path / "dvcqg.db").exists()
    again = office.dvcqg("init", "--province", "H01", "--config", str(fresh), day=1)
    assert again.returncode == 2
    assert "exists already" in again.stderr


def one_sentence(text: str) -> bool:
    return text.startswith("dvcqg: ") and len(text.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('[store]\nurll = "x"', "urll"),
        ('[index]\nprovinces = ["H01"]\nrevisit_days = "45"', "revisit_days"),
        ('[index]\nprovinces = ["H99"]', "H99"),
        ("[index]\n", "provinces"),
        ("[index", "config.toml"),
    ],
)
def test_a_wrong_configuration_is_one_sentence_and_exit_2(
    office: Office, line: str, said: str
) -> None:
    office.config_path.write_text(line, encoding="utf-8")
    done = office.dvcqg("check", day=1)
    assert done.returncode == 2
    assert one_sentence(done.stderr)
    assert said in done.stderr
    assert not office.replica.requests


def test_an_unusable_store_is_one_sentence_and_exit_4(office: Office) -> None:
    database = office.folder / "dvcqg.db"
    office.engine.dispose()
    database.unlink()
    missing = office.dvcqg("check", day=1)
    database.mkdir()
    folder = office.dvcqg("check", day=1)
    database.rmdir()
    database.write_bytes(b"this is no database, whatever its name says " * 200)
    garbage = office.dvcqg("check", day=1)
    database.unlink()
    sqlite3.connect(database).close()
    empty = office.dvcqg("check", day=1)
    for done in (missing, folder, garbage, empty):
        assert done.returncode == 4, done.stderr
        assert one_sentence(done.stderr)
    assert not office.replica.requests


def test_an_archive_that_cannot_be_written_is_exit_4(office: Office) -> None:
    (office.folder / "archive").write_text("a file where the folder should be")
    done = office.dvcqg("check", day=1)
    assert done.returncode == 4, done.stderr
    assert one_sentence(done.stderr)


def test_wrong_use_is_exit_2(office: Office) -> None:
    for command in (
        ["check", "--fail-on", "disaster"],
        ["check", "--only", "weather"],
        ["captures", "accept", "999"],
        ["captures", "accept", "x"],
        ["nonsense"],
        ["--config", "nowhere.toml", "check"],
    ):
        done = office.dvcqg(*command, day=1)
        assert done.returncode == 2, (command, done.stderr)
        assert "Traceback" not in done.stderr


def test_fail_on_makes_a_finding_an_exit_code(office: Office) -> None:
    assert office.dvcqg("check", "--fail-on", "warning", day=1).returncode == 0
    assert office.dvcqg("check", "--fail-on", "critical", day=2).returncode == 1
    assert office.dvcqg("check", "--fail-on", "info", day=2, hour=9).returncode == 0


def test_the_summary_says_the_important_first_and_plainly(office: Office) -> None:
    office.dvcqg("check", day=1)
    done = office.dvcqg("check", day=2)
    text = done.stdout
    assert "\x1b[" not in text, "no colours into a pipe"
    assert text.splitlines()[0].startswith("Kiểm tra chỉ số 766 ngày 27/11/2026")
    headings = [
        "Tỉnh An Giang (H01)",
        "Tổng điểm",
        "Nhóm chỉ số",
        "Đơn vị giảm nhiều nhất",
        "Báo cáo:",
    ]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)
    told = text[: text.index("Bảng Excel:")]
    assert max(len(line) for line in told.splitlines()) <= 120, "what follows are paths"
    assert "None" not in text


def test_a_second_check_of_the_day_still_tells_the_whole_day(office: Office) -> None:
    office.dvcqg("check", day=1)
    first = office.dvcqg("check", day=2).stdout
    second = office.dvcqg("check", day=2, hour=15).stdout
    strip = [line for line in first.splitlines()[1:] if line.strip()]
    assert strip == [line for line in second.splitlines()[1:] if line.strip()]
    page = (office.folder / "reports" / "report-2026-11-27.html").read_text(encoding="utf-8")
    assert "▼" in page


def test_the_page_stands_alone_and_is_inert(office: Office) -> None:
    office.dvcqg("check", day=1)
    page = (office.folder / "reports" / "report-2026-11-26.html").read_text(encoding="utf-8")
    assert "http://" not in page
    assert "https://" not in page
    assert page.count("<script") == 1
    assert "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" in page
    assert 'lang="vi"' in page


def test_status_is_stale_until_read_and_after_a_silent_day(office: Office) -> None:
    assert office.dvcqg("status", day=1).returncode == 3
    office.dvcqg("check", day=1)
    assert office.dvcqg("status", day=1).returncode == 0
    late = office.dvcqg("status", "--json", day=3)
    assert late.returncode == 3
    found = json.loads(late.stdout)
    assert found["stale"] is True
    assert {source["scope"] for source in found["sources"]} >= {
        "VN/2026",
        "H01/2026",
        "H01/2026-11",
    }


def test_captures_are_listed_for_people_and_programs(office: Office, replica: Replica) -> None:
    replica.fault("truncated", province="H01", period_type="month")
    office.dvcqg("check", day=1)
    listed = json.loads(office.dvcqg("captures", "--json", day=1).stdout)
    assert [one["id"] for one in listed] == sorted((one["id"] for one in listed), reverse=True)
    assert {"accepted", "refused"} == {one["status"] for one in listed}
    assert "no whole JSON" in office.dvcqg("captures", day=1).stdout


def test_a_backup_is_whole_and_never_written_over(office: Office) -> None:
    office.check(1)
    done = office.dvcqg("db", "backup", "copy.db", day=1)
    assert done.returncode == 0, done.stderr
    copy = sqlite3.connect(office.folder / "copy.db")
    assert (
        copy.execute("SELECT COUNT(*) FROM scores_latest").fetchone()
        == office.rows("SELECT COUNT(*) FROM scores_latest")[0]
    )
    copy.close()
    assert office.dvcqg("db", "backup", "copy.db", day=1).returncode == 4
    assert office.dvcqg("db", "upgrade", day=1).returncode == 0


def test_ctrl_c_says_that_nothing_is_lost(office: Office, replica: Replica) -> None:
    replica.fault("slow", seconds=1, province="H01")
    process = subprocess.Popen(
        [DVCQG, "check"],
        cwd=office.folder,
        env={**os.environ, "DVCQG_NOW": office.now(1)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    for _ in range(1000):
        if office.rows("SELECT COUNT(*) FROM captures")[0][0]:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == (
        "dvcqg: stopped; what was already read is stored, run the command again to go on.\n"
    )
    assert not list((office.folder / "archive").rglob("*.part"))
    replica.clear_faults()
    assert office.dvcqg("check", day=1).returncode == 0


def test_a_report_that_cannot_be_written_costs_one_sentence_and_no_figure(office: Office) -> None:
    (office.folder / "reports").write_text("a file where the folder should be", encoding="utf-8")
    done = office.dvcqg("check", day=1)
    assert done.returncode == 2
    assert "the report cannot be written to" in done.stderr
    assert "Traceback" not in done.stderr
    assert office.rows("SELECT COUNT(*) FROM scores_latest")[0][0] > 1000

"""Reports of any past day and month from the store: as seen that day, and as it stands now."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from scrapers.periods import Period
from sync.report import daily_content
from sync.report.course import Course
from sync.report.daily import DailyReport
from sync.report.monthly import MonthlyReport, UnknownUnit, monthly_report
from sync.store import reading
from tests.databases import Databases
from tests.flow.naive import date_of
from tests.flow.office import Office
from tests.replica.server import Replica

OCTOBER = Period("month", 2026, 10)
REVISED_DAY_2 = "H01.130"
"""Its closed October falls from 50,73 to 50,19 on day 2."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Office]:
    """Four days were checked; day 2 made its report at once, as `made-on-2`."""
    with Replica(day=1) as replica:
        found = Office(
            tmp_path_factory.mktemp("office"), replica, more="[index.targets]\nTDGQ = 95"
        )
        for day in (1, 2):
            found.check(day)
        made = found.dvcqg(
            "report", "daily", "--format", "html,xlsx,txt", "--out", "made-on-2", day=2
        )
        assert made.returncode == 0, made.stderr
        for day in (3, 4):
            found.check(day)
        yield found
        found.engine.dispose()


def content(office: Office, day: int, seen: int | None = None) -> DailyReport:
    with reading(office.engine) as connection:
        seen_on = None if seen is None else date_of(seen)
        return daily_content(connection, office.config, date_of(day), seen_on)


def october(office: Office, seen: int, unit: str | None = None) -> MonthlyReport:
    with reading(office.engine) as connection:
        found = monthly_report(connection, office.config, "H01", OCTOBER, date_of(seen), unit)
    assert found is not None
    return found


def cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_a_past_day_as_it_was_seen_is_what_was_written_that_day(office: Office) -> None:
    made = office.dvcqg(
        "report", "daily", "--date", "27/11/2026", "--format", "html,xlsx,txt",
        "--out", "made-on-4", day=4,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    then, now = office.folder / "made-on-2", office.folder / "made-on-4"
    names = sorted(path.name for path in then.iterdir())
    assert names == [
        "ket-qua-766-2026-11-27.xlsx",
        "report-2026-11-27.html",
        "report-2026-11-27.txt",
    ]
    assert sorted(path.name for path in now.iterdir()) == names
    assert [line.split(": ")[0] for line in made.stdout.splitlines()] == [
        "Báo cáo", "Bảng Excel", "Bản chữ",
    ]  # fmt: skip
    assert cells(now / names[0]) == cells(then / names[0])
    assert "index.html" not in (now / names[1]).read_text(encoding="utf-8"), "no list of days there"
    for name in names[1:]:
        assert (now / name).read_text(encoding="utf-8") == (then / name).read_text(encoding="utf-8")


def test_what_day_2_says_is_what_the_check_of_day_2_read(office: Office) -> None:
    report = content(office, 2)
    (found,) = report.results
    at = f"{date_of(2).isoformat()}T00:00:00Z"
    rows = office.rows(
        """
        SELECT unit_code, MAX(score) FROM score_history
        WHERE period_type = 'year' AND indicator = 'TOTAL' AND province_code = 'H01'
          AND valid_from <= :at AND (valid_to IS NULL OR valid_to > :at)
        GROUP BY unit_code
        """,
        at=at,
    )
    known = {code: None if score is None else round(score * 100) for code, score in rows}
    assert {unit.code: unit.standing.total for unit in (found.province, *found.units)} == known
    assert (found.seen_on, report.seen_on, len(found.units)) == (date_of(2), None, 117)


def test_seen_now_it_shows_what_was_revised_since_and_lies_elsewhere(office: Office) -> None:
    seen = office.dvcqg("report", "daily", "--date", "2026-11-26", "--seen-on", "now",
                        "--format", "txt", day=4)  # fmt: skip
    assert seen.returncode == 0, seen.stderr
    path = office.folder / "reports" / "seen-2026-11-29" / "report-2026-11-26.txt"
    assert seen.stdout == f"Bản chữ: {path}\n"
    assert path.name in path.with_name("index.html").read_text(encoding="utf-8")
    told = path.read_text(encoding="utf-8")
    assert "chỉ số như đã thấy đến 29/11/2026" in told
    then, now = content(office, 1), content(office, 1, seen=4)
    changed = {unit.code: unit.standing.total for unit in now.results[0].units}
    before = {unit.code: unit.standing.total for unit in then.results[0].units}
    latest = {unit.code: unit.standing.total for unit in content(office, 4).results[0].units}
    assert changed == latest != before
    assert [line.message for line in now.provinces[0].changes] == [
        line.message for line in then.provinces[0].changes
    ]
    assert now.duties == then.duties


def test_the_course_and_the_duty_log_end_with_the_day(office: Office) -> None:
    report, last = content(office, 2), content(office, 4)
    course: Course = report.courses["H01"]
    assert [point.day for point in course.days] == [date_of(1), date_of(2)]
    assert last.courses["H01"].days[:2] == course.days
    assert [(duty.day, duty.status) for duty in report.duties[:3]] == [
        (date_of(2), "complete"), (date_of(1), "complete"),
        (date_of(1) - dt.timedelta(days=1), "none"),
    ]  # fmt: skip
    assert len(report.duties) == 31
    (points,) = [point for point in course.days if point.day == date_of(2)]
    assert points.total == report.results[0].province.standing.total


def test_points_lost_are_the_provinces_own_in_the_year(office: Office) -> None:
    gains = content(office, 2).gains["H01"]
    lost = [gain.lost for gain in gains]
    assert lost == sorted(lost, reverse=True)
    assert gains
    progress = next(gain for gain in gains if gain.indicator == "TDGQ")
    assert re.fullmatch(r"thêm [\d.]+ hồ sơ giải quyết đúng hạn → \+\d,\d\d điểm", progress.message)


def test_october_as_it_stands_and_as_it_was_seen(office: Office) -> None:
    then = {unit.code: unit.standing.total for unit in october(office, 1).units}
    now = {unit.code: unit.standing.total for unit in october(office, 4).units}
    assert (then[REVISED_DAY_2], now[REVISED_DAY_2]) == (5073, 5019)
    report = october(office, 4)
    assert (report.subject.code, report.province, report.month) == ("H01", "An Giang", OCTOBER)
    assert len(report.duties) == 31
    assert {duty.status for duty in report.duties} == {"none"}
    assert [(one.indicator.code, one.target) for one in report.rates] == [("TDGQ", 9500)]
    assert report.overdue is None


def test_every_missed_rate_is_told_as_printed_and_none_that_is_reached(office: Office) -> None:
    report = october(office, 4)
    missed = {weak.unit.code for weak in report.weak}
    for unit in report.units:
        figure = unit.figures.get("TDGQ")
        if figure is None or figure.ratio is None or not unit.standing.has_activity:
            assert unit.code not in missed
        elif figure.denominator:
            assert (unit.code in missed) == (figure.ratio < 9500), unit.name
    ratios = [weak.ratio for weak in report.weak]
    assert ratios == sorted(ratios)


def test_a_unit_is_the_subject_of_its_own_month(office: Office) -> None:
    report = october(office, 4, REVISED_DAY_2)
    assert (report.subject.code, report.subject.kind) == (REVISED_DAY_2, "commune")
    assert report.units == []
    with pytest.raises(UnknownUnit, match=r"--unit names 'H01.9999'; 2026-10 of H01 has no such"):
        october(office, 4, "H01.9999")


def test_the_month_is_written_and_a_missing_one_is_one_sentence(office: Office) -> None:
    done = office.dvcqg("report", "monthly", "--format", "txt,xlsx", day=4)
    assert done.returncode == 0, done.stderr
    folder = office.folder / "reports"
    assert done.stdout.splitlines() == [
        f"Bản chữ: {folder / 'thong-bao-2026-10.txt'}",
        f"Bảng Excel: {folder / 'ket-qua-766-2026-10.xlsx'}",
    ]
    assert "THÁNG 10/2026" in (folder / "thong-bao-2026-10.txt").read_text(encoding="utf-8")
    missing = office.dvcqg("report", "monthly", "--month", "7/2026", day=4)
    assert (missing.returncode, missing.stdout) == (2, "")
    assert missing.stderr == (
        "dvcqg: 2026-07 of H01 was not read up to 2026-11-29; months that were: 2026-10, 2026-11. "
        "Read it with `dvcqg backfill index --from 2026-07 --to 2026-07`.\n"
    )


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("daily --date 2026-11-25", "before the first reading, which was made on 2026-11-26"),
        ("daily --format docx", "a daily report can be html, xlsx, txt"),
        ("daily --out config.toml", "the report cannot be written to config.toml"),
        ("apology --source igate --dossier X", "no listing of 'igate' was believed"),
    ],
)
def test_what_cannot_be_written_is_one_sentence_and_leaves_no_file(
    office: Office, command: str, said: str
) -> None:
    before = sorted(office.folder.rglob("*"))
    done = office.dvcqg("report", *command.split(), day=4)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(office.folder.rglob("*")) == before


def test_a_report_asks_nobody_and_changes_nothing_in_the_store(office: Office) -> None:
    count = "SELECT (SELECT COUNT(*) FROM {0}), (SELECT MAX(id) FROM {0})"
    tables = ("capture_log", "check_log", "alert_log", "alert_events", "outbox", "change_log")
    before = [office.rows(count.format(table)) for table in tables]
    asked = len(office.replica.requests)
    office.dvcqg("report", "daily", "--format", "txt", "--out", "again", day=4)
    office.dvcqg("report", "monthly", "--format", "txt", "--out", "again", day=4)
    assert [office.rows(count.format(table)) for table in tables] == before
    assert len(office.replica.requests) == asked

"""What will soon be late: by working days, only what is in process, told wherever people read."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from sqlalchemy import Engine

from scrapers.dossiers.records import Dossier
from sync import clock
from sync.report import due_soon
from sync.report.daily import daily_report
from sync.report.due_soon import (
    DueSoonReport,
    DueSoonSettings,
    due_soon_reports,
    last_day_within,
)
from sync.report.page import write_page
from sync.report.text import print_report
from sync.report.workbook import write_workbook
from sync.store import reading
from sync.workdays import is_working_day, working_days_between
from tests.unit.listing_office import APPLICANT, JUSTICE, WARD, Office, a_dossier

pytestmark = pytest.mark.both_databases

THURSDAY = dt.date(2026, 11, 26)
MONDAY = dt.date(2026, 11, 30)
THREE_DAYS = DueSoonSettings(3, frozenset({"igate"}))
SOON = {
    "late": ("2026-11-25", False),
    "today": ("2026-11-26", True),
    "on Saturday": ("2026-11-28", True),
    "in three working days": ("2026-12-01", True),
    "in four": ("2026-12-02", False),
}


def instant(day: str, time: str = "00:00") -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=clock.VIETNAM)


def due(code: str, day: str, unit: tuple[str | None, str] = WARD, **other: Any) -> Dossier:
    return a_dossier(code, dt.date.fromisoformat(day), unit, **other)


@pytest.fixture
def office(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(engine, monkeypatch)


def reports(
    office: Office, day: dt.date = THURSDAY, settings: DueSoonSettings = THREE_DAYS
) -> list[DueSoonReport]:
    with reading(office.engine) as connection:
        return due_soon_reports(connection, day, settings)


def test_what_is_due_within_the_days_is_soon_and_nothing_else(office: Office) -> None:
    listed = [due(name, day) for name, (day, _) in SOON.items()]
    office.lists(THURSDAY, [*listed, a_dossier("undated", None, WARD)], lists="in_process")
    (report,) = reports(office)
    assert [one.code for one in report.dossiers] == [name for name, (_, is_) in SOON.items() if is_]
    assert [one.working_days_left for one in report.dossiers] == [0, 1, 3]
    assert (report.total, report.until) == (3, dt.date(2026, 12, 1))
    assert report.headline == ("3 hồ sơ đến hạn trong 3 ngày làm việc tới (đến hết 01/12/2026)")


def test_a_time_of_day_that_has_passed_is_overdue_and_not_soon(office: Office) -> None:
    times = {"06:59": False, "07:00": True, "23:59": True}
    dossiers = [
        due(time, "2026-11-26", due_at=instant("2026-11-26", time), due_is_date_only=False)
        for time in times
    ]
    office.lists(THURSDAY, dossiers, lists="in_process")
    (report,) = reports(office)
    assert [one.code for one in report.dossiers] == [time for time, is_ in times.items() if is_]


def test_what_ended_was_returned_or_waits_is_not_soon(office: Office) -> None:
    at = instant("2026-11-25")
    office.lists(
        THURSDAY,
        [
            due("in process", "2026-11-27"),
            due("ended", "2026-11-27", ended_at=at),
            due("returned", "2026-11-27", returned_at=at),
            due("waits", "2026-11-27", state="Yêu cầu bổ sung giấy tờ"),
            due("done", "2026-11-27", state="Đã xử lý xong"),
        ],
        lists="in_process",
    )
    (report,) = reports(office)
    assert [one.code for one in report.dossiers] == ["in process"]


def test_units_count_all_and_the_list_keeps_the_nearest(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_soon, "MOST_KEPT", 2)
    office.lists(
        THURSDAY,
        [
            due("D-3", "2026-12-01", JUSTICE),
            due("D-2", "2026-11-30"),
            due("D-1", "2026-11-27"),
        ],
        lists="in_process",
    )
    (report,) = reports(office)
    assert [tuple(unit) for unit in report.units] == [
        ("H01.12", "Phường Long Xuyên", 2, dt.date(2026, 11, 27)),
        ("", "Sở Tư pháp", 1, dt.date(2026, 12, 1)),
    ]
    assert ([one.code for one in report.dossiers], report.total) == (["D-1", "D-2"], 3)


def test_a_later_day_and_an_earlier_one_show_the_listing_that_stood(office: Office) -> None:
    office.lists(THURSDAY, [due("D-1", "2026-11-27"), due("D-2", "2026-12-01")], lists="in_process")
    office.lists(MONDAY, [due("D-2", "2026-12-02")], lists="in_process")
    found = {
        day: [(one.code, one.due_on.day, one.working_days_left) for one in report.dossiers]
        for day in (THURSDAY, dt.date(2026, 11, 27), MONDAY)
        for report in reports(office, day)
    }
    before = [("D-1", 27, 1), ("D-2", 1, 3)]
    # The Friday had no listing: what the last one showed stands, counted from its own day.
    assert found == {
        THURSDAY: before,
        dt.date(2026, 11, 27): before,
        MONDAY: [("D-2", 2, 2)],
    }
    assert reports(office, dt.date(2026, 11, 25)) == []


def test_only_sources_that_list_what_is_in_process_can_tell(office: Office) -> None:
    for source in ("igate", "quantri"):
        office.lists(THURSDAY, [due("D-1", "2026-11-27")], source=source, lists="in_process")
    assert [report.source for report in reports(office)] == ["igate"]
    assert reports(office, settings=THREE_DAYS._replace(days=0)) == []


@given(st.dates(dt.date(2025, 1, 1), dt.date(2027, 12, 31)), st.integers(0, 60))
def test_the_last_day_is_followed_by_one_working_day_too_many(day: dt.date, days: int) -> None:
    last = last_day_within(day, days)
    assert working_days_between(day, last) == days
    assert is_working_day(last + dt.timedelta(days=1))


def test_terminal_page_and_workbook_tell_it_and_name_no_citizen(
    office: Office, tmp_path: Path
) -> None:
    hostile = due("=1+1", "2026-11-27", JUSTICE, procedure_name="[/red]<b>x\x1b[2J")
    office.lists(THURSDAY, [hostile, due("D-1", "2026-11-30")], lists="in_process")
    with reading(office.engine) as connection:
        report = daily_report(connection, THURSDAY, ["H01"], THREE_DAYS)
    out = io.StringIO()
    print_report(report, Console(file=out, width=200))
    printed, page = out.getvalue(), write_page(report, tmp_path).read_text(encoding="utf-8")
    headline = "2 hồ sơ đến hạn trong 3 ngày làm việc tới (đến hết 01/12/2026)"
    for told in (printed, page):
        assert headline in told
        assert "30/11/2026" in told
        assert "\x1b" not in told
        assert APPLICANT not in told
    last = "Cán bộ Một; hẹn trả 27/11/2026, còn 1 ngày làm việc"
    assert f"=1+1: [/red]<b>x[2J; Sở Tư pháp; {last}" in printed
    assert "<b>x" not in page

    book = openpyxl.load_workbook(write_workbook(report.overdue, tmp_path, report.due_soon))
    assert book.sheetnames == ["Tổng hợp", "Sắp đến hạn"]
    rows = [[cell.value for cell in row] for row in book["Sắp đến hạn"].iter_rows()]
    assert rows[0][0] == "Hồ sơ sắp đến hạn ngày 26/11/2026"
    assert rows[1][0] == f"Nguồn igate: {headline}, danh sách lúc 07:00 ngày 26/11/2026."
    day, other = dt.datetime(2026, 11, 27), dt.datetime(2026, 11, 30)  # noqa: DTZ001 - Excel
    assert [row[:6] for row in rows[3:5]] == [
        [1, "Phường Long Xuyên", "H01.12", 1, other, "igate"],
        [2, "Sở Tư pháp", None, 1, day, "igate"],
    ]
    assert rows[7] == [1, "Sở Tư pháp", "=1+1", 1, day, "igate", "[/red]<b>x[2J", "Cán bộ Một"]
    assert book["Sắp đến hạn"]["C8"].data_type == "s"


def test_a_unit_of_that_name_does_not_take_the_sheet(office: Office, tmp_path: Path) -> None:
    unit = (None, "Sắp đến hạn")
    office.lists(
        THURSDAY, [due("D-1", "2026-11-25", unit), due("D-2", "2026-11-27")], lists="in_process"
    )
    book = openpyxl.load_workbook(
        write_workbook(office.reports(THURSDAY), tmp_path, reports(office))
    )
    assert book.sheetnames == ["Tổng hợp", "Sắp đến hạn", "Sắp đến hạn (2)"]


def test_what_is_not_listed_is_counted(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_soon, "MOST_KEPT", 1)
    dossiers = [due(f"D-{number}", "2026-11-27") for number in range(20)]
    office.lists(THURSDAY, dossiers, lists="in_process")
    found = reports(office)
    book = openpyxl.load_workbook(write_workbook(office.reports(THURSDAY), tmp_path, found))
    lines = [row[0].value for row in book["Sắp đến hạn"].iter_rows()]
    assert "Nguồn igate: chỉ liệt kê 1 hồ sơ gần hạn nhất." in lines
    with reading(office.engine) as connection:
        report = daily_report(connection, THURSDAY, ["H01"], THREE_DAYS)
    out = io.StringIO()
    print_report(report, Console(file=out, width=200))
    assert "… và 5 hồ sơ khác trong bảng Excel." in out.getvalue()

"""Overdue dossiers as officials read them: as of a day, on the terminal, as a page, in Excel."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from sqlalchemy import Engine

from sync.report import overdue, workbook
from sync.report.daily import DailyReport, daily_report
from sync.report.overdue import OverdueReport
from sync.report.page import write_page
from sync.report.text import print_report
from sync.report.workbook import sheet_name, write_workbook
from sync.store import reading
from tests.unit.listing_office import (
    APPLICANT,
    JUSTICE,
    OFFICER,
    PROCEDURE,
    WARD,
    Office,
    a_dossier,
)

pytestmark = pytest.mark.both_databases

FRIDAY, WEDNESDAY, THURSDAY = (dt.date(2026, 11, day) for day in (20, 25, 26))
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "<r><t>x</t></r>", "_x0041_", "a\x07\u202e\nb")

LEAVING = a_dossier("H01.12-2", dt.date(2026, 11, 18), WARD)
STAYING = a_dossier("H01-B-1", dt.date(2026, 11, 19), JUSTICE)


@pytest.fixture
def office(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Two listings: one of three leaves, one changes state, two are new."""
    one = Office(engine, monkeypatch)
    first = a_dossier("H01.12-1", dt.date(2026, 11, 10), WARD)
    new = a_dossier("H01.12-3", dt.date(2026, 11, 23), WARD)
    one.lists(FRIDAY, [first, LEAVING, STAYING])
    moved = first._replace(state="Chờ ký")
    one.lists(WEDNESDAY, [moved, new, STAYING, a_dossier("H01-B-2", None, JUSTICE)])
    return one


def counted(report: OverdueReport) -> dict[str, tuple[int, ...]]:
    return {
        unit.name: (unit.new, unit.gone, unit.returned, unit.still, unit.overdue)
        for unit in report.units
    }


def test_a_day_tells_what_is_new_what_left_and_what_is_still_there(office: Office) -> None:
    (report,) = office.reports(WEDNESDAY)
    assert report.headline == "quá hạn mới 2, rời danh sách 1, còn quá hạn 4"
    assert report.occasion == ("danh sách lúc 07:00 ngày 25/11/2026, so với 07:00 ngày 20/11/2026")
    assert counted(report) == {"Phường Long Xuyên": (1, 1, 0, 1, 2), "Sở Tư pháp": (1, 0, 0, 1, 2)}
    assert [one.code for one in report.arrived] == ["H01.12-3", "H01-B-2"]
    (gone,) = report.left
    assert gone.message == "Hồ sơ H01.12-2: rời danh sách quá hạn, chưa rõ lý do."
    assert [one.kind for one in report.others] == ["state_changed"]
    assert any("24/11/2026" in remark for remark in report.remarks)


def test_lateness_is_counted_from_the_printed_day_in_both_kinds_of_days(office: Office) -> None:
    (report,) = office.reports(WEDNESDAY)
    new, undated = report.arrived
    assert (new.due_on, new.days_late, new.working_days_late) == (dt.date(2026, 11, 23), 2, 1)
    assert (undated.due_on, undated.days_late, undated.working_days_late) == (None, None, None)
    oldest = report.units[0].oldest
    assert oldest is not None
    assert (oldest.days_late, oldest.working_days_late) == (15, 10)
    assert report.units[0].dossiers[0].code == "H01.12-1"


def test_a_past_day_is_told_as_it_was(office: Office) -> None:
    (report,) = office.reports(FRIDAY)
    assert report.headline == "quá hạn mới 0, rời danh sách 0, còn quá hạn 3"
    assert counted(report) == {"Phường Long Xuyên": (0, 0, 0, 2, 2), "Sở Tư pháp": (0, 0, 0, 1, 1)}
    assert report.compared_with is None
    assert "lần đầu" in report.occasion
    oldest = report.units[0].dossiers[0]
    assert (oldest.state, oldest.days_late) == ("Đang xử lý", 10)


def test_a_day_without_a_listing_shows_the_last_one_and_no_moves(office: Office) -> None:
    (report,) = office.reports(THURSDAY)
    assert report.headline == "quá hạn mới 0, rời danh sách 0, còn quá hạn 4"
    assert report.occasion.endswith("ngày 26/11/2026 chưa nhận danh sách mới")
    assert (report.arrived, report.left, report.others) == ([], [], [])
    assert office.reports(dt.date(2026, 11, 19)) == []


def test_two_listings_on_a_day_add_up_and_agree_with_the_view(office: Office) -> None:
    office.lists(WEDNESDAY, [LEAVING, STAYING], hour=15)
    (report,) = office.reports(WEDNESDAY)
    assert report.headline == "quá hạn mới 2, trở lại 1, rời danh sách 4, còn quá hạn 2"
    assert counted(report) == {"Phường Long Xuyên": (1, 3, 1, 0, 1), "Sở Tư pháp": (1, 1, 0, 1, 1)}
    assert {one.code for one in report.arrived} == {"H01.12-3", "H01-B-2"}
    columns = "new, gone, returned, overdue FROM overdue_daily WHERE day = '2026-11-25'"
    with reading(office.engine) as connection:
        rows = connection.exec_driver_sql(f"SELECT {columns} ORDER BY unit_name DESC").all()
    assert [tuple(row) for row in rows] == [(1, 3, 1, 1), (1, 1, 0, 1)]
    assert report.compared_with == dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


def test_a_unit_whose_last_dossier_left_is_still_told(office: Office) -> None:
    office.lists(THURSDAY, [STAYING])
    (report,) = office.reports(THURSDAY)
    assert counted(report) == {"Sở Tư pháp": (0, 1, 0, 1, 1), "Phường Long Xuyên": (0, 2, 0, 0, 0)}
    assert report.units[1].oldest is None


def test_terminal_and_page_tell_it_and_name_no_citizen(office: Office, tmp_path: Path) -> None:
    hostile = a_dossier(
        "H01-B-9", dt.date(2026, 11, 24), JUSTICE, procedure_name="[/red]<b>x\x1b[2J"
    )
    office.lists(THURSDAY, [hostile])
    with reading(office.engine) as connection:
        report = daily_report(connection, THURSDAY, ["H01"])
    out = io.StringIO()
    print_report(report, Console(file=out, width=200))
    printed, page = out.getvalue(), write_page(report, tmp_path).read_text(encoding="utf-8")
    for told in (printed, page):
        assert "quá hạn mới 1, rời danh sách 4, còn quá hạn 1" in told.replace("Quá hạn", "quá hạn")
        assert "24/11/2026" in told
        assert "\x1b" not in told
        assert APPLICANT not in told
    assert "[/red]<b>x[2J; Sở Tư pháp; Cán bộ Một; hẹn trả 24/11/2026, quá 2 ngày (2" in printed
    assert "<b>x" not in page
    assert 'href="overdue-2026-11-26.xlsx"' in page


def test_the_workbook_has_a_sheet_ready_to_forward(office: Office, tmp_path: Path) -> None:
    path = write_workbook(office.reports(WEDNESDAY), tmp_path)
    assert path == tmp_path / "overdue-2026-11-25.xlsx"
    assert list(tmp_path.glob("overdue*")) == [path]
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Tổng hợp", "Phường Long Xuyên", "Sở Tư pháp"]
    sheet = book["Phường Long Xuyên"]
    assert [cell.value for cell in sheet[4]][1:5] == ["H01.12-1", PROCEDURE, OFFICER, "Chờ ký"]
    assert [cell.value for cell in sheet[5]][7:] == [2, 1, "Mới"]
    assert (sheet["G5"].is_date, sheet["G5"].number_format) == (True, "dd/mm/yyyy")
    assert sheet["G5"].value.date() == dt.date(2026, 11, 23)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C4", "A3:J5")
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$3:$3", "landscape")
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth or 1) == (9, 1)
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    assert sheet.print_area == "'Phường Long Xuyên'!$A$1:$J$5"
    summary = [[cell.value for cell in row] for row in book["Tổng hợp"].iter_rows()]
    assert summary[0][0] == "Hồ sơ quá hạn ngày 25/11/2026"
    assert summary[-2] == [1, "Phường Long Xuyên", "H01.12", "igate", 1, 0, 1, 1, 2, 15, 10, None]


def test_what_looks_like_a_formula_stays_text(office: Office, tmp_path: Path) -> None:
    dossiers = [
        a_dossier(f"D-{number}", None, (None, words), procedure_name=words, officer=words)
        for number, words in enumerate(FORMULAS)
    ]
    office.lists(WEDNESDAY, dossiers, source="=x")
    path = write_workbook(office.reports(WEDNESDAY), tmp_path)
    rows = [row for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows()]
    cells = [cell for row in rows for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    values = {cell.value.strip() for cell in cells if cell.data_type == "s"}
    # openpyxl alone undoes the escaping of "_x0041_" halfway; Excel shows it as it was.
    expected = {"a b" if "\n" in words else words for words in FORMULAS} - {"_x0041_"}
    assert expected | {"=x"} <= values
    assert APPLICANT not in str(values)


def test_a_source_that_lists_nothing_has_a_workbook_and_no_source_has_none(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    office = Office(engine, monkeypatch)
    assert office.reports(FRIDAY) == []
    assert write_workbook([], tmp_path / "new") is None
    assert not (tmp_path / "new").exists()
    office.lists(FRIDAY, [])
    (report,) = office.reports(FRIDAY)
    assert (report.headline[-13:], report.units) == ("còn quá hạn 0", [])
    path = write_workbook([report], tmp_path / "new")
    assert openpyxl.load_workbook(path).sheetnames == ["Tổng hợp"]


def test_a_sheet_names_its_source_only_if_needed(office: Office, tmp_path: Path) -> None:
    office.lists(WEDNESDAY, [a_dossier("X-1", None, JUSTICE)], source="thư mục")
    path = write_workbook(office.reports(WEDNESDAY), tmp_path)
    names = ["Tổng hợp", "Phường Long Xuyên", "Sở Tư pháp", "Sở Tư pháp (thư mục)"]
    assert openpyxl.load_workbook(path).sheetnames == names


def test_a_workbook_that_cannot_be_finished_leaves_the_old_one(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "overdue-2026-11-25.xlsx"
    old.write_text("old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(workbook, "_unit_sheet", fail)
    with pytest.raises(OSError, match="disk full"):
        write_workbook(office.reports(WEDNESDAY), tmp_path)
    assert old.read_text() == "old"
    assert list(tmp_path.glob("overdue*")) == [old]


def test_of_a_long_list_the_longest_overdue_are_listed_and_all_are_counted(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.lists(THURSDAY, [a_dossier(f"N-{n}", FRIDAY, WARD) for n in range(3)], source="khác")
    later = [a_dossier(f"H01.12-{n}", dt.date(2026, 11, n + 8), WARD) for n in range(4, 9)]
    office.lists(THURSDAY, [a_dossier("H01.12-1", dt.date(2026, 11, 10), WARD), *later])
    whole = office.reports(THURSDAY)
    monkeypatch.setattr(overdue, "MOST_DOSSIERS", 4)
    monkeypatch.setattr(overdue, "MOST_LINES", 2)
    (mine, other) = cut = office.reports(THURSDAY)
    assert [one.headline for one in cut] == [one.headline for one in whole]
    assert [counted(one) for one in cut] == [counted(one) for one in whole]
    assert [one.code for one in mine.units[0].dossiers] == ["H01.12-1", "H01.12-4"]
    assert [one.code for one in mine.arrived] == ["H01.12-4", "H01.12-5"]
    assert (mine.new, len(mine.left), mine.gone) == (5, 2, 3)
    assert [len(unit.dossiers) for unit in other.units] == [2]
    page = write_page(the_day(office, THURSDAY), tmp_path).read_text(encoding="utf-8")
    assert "… và 3 hồ sơ khác, xem trong bảng Excel hoặc cơ sở dữ liệu." in page
    assert "… và 1 dòng khác trong cơ sở dữ liệu." in page
    book = openpyxl.load_workbook(write_workbook(cut, tmp_path))
    sheet = book["Phường Long Xuyên"]
    assert sheet["A1"].value == "Phường Long Xuyên (H01.12): 6 hồ sơ quá hạn"
    assert str(sheet["A3"].value).startswith("Bảng này có 2 hồ sơ quá hạn lâu nhất; xem đủ")
    assert [row[1].value for row in sheet.iter_rows(min_row=5)] == ["H01.12-1", "H01.12-4"]
    said = [str(row[0].value) for row in book["Tổng hợp"].iter_rows()]
    assert any(line.startswith("Các bảng theo đơn vị chỉ có 4 hồ sơ") for line in said)


def test_of_equally_late_dossiers_every_unit_has_some_listed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyone = [
        a_dossier(f"{place}-{n}", FRIDAY, unit, officer=f"Cán bộ {n}")
        for place, unit in enumerate((WARD, JUSTICE))
        for n in range(40)
    ]
    office.lists(THURSDAY, [*everyone, a_dossier("H01.12-1", dt.date(2026, 11, 10), WARD)])
    monkeypatch.setattr(overdue, "MOST_DOSSIERS", 21)
    (report,) = office.reports(THURSDAY)
    assert [unit.overdue for unit in report.units] == [41, 40]
    assert min(len(unit.dossiers) for unit in report.units) > 4
    assert sum(len(unit.dossiers) for unit in report.units) == 21


def test_what_came_left_and_came_again_in_a_day_has_returned(office: Office) -> None:
    new = a_dossier("H01.12-9", WEDNESDAY, WARD)
    for hour, listed in ((7, [new]), (9, []), (11, [new])):
        office.lists(THURSDAY, [STAYING, *listed], hour=hour)
    (report,) = office.reports(THURSDAY)
    shown = {one.code: one.arrival for unit in report.units for one in unit.dossiers}
    assert shown == {"H01.12-9": "returned", STAYING.code: None}
    assert counted(report)["Phường Long Xuyên"] == (1, 3, 1, 0, 1)


def the_day(office: Office, day: dt.date) -> DailyReport:
    with reading(office.engine) as connection:
        return daily_report(connection, day, ["H01"])


HOSTILE = st.text(st.sampled_from("aA'[]:*?/\\ ()2\x00\n😀ß\ufffe") | st.characters(), max_size=40)


@given(st.lists(HOSTILE, max_size=8), st.none() | HOSTILE)
def test_names_of_sheets_are_valid_and_unique(names: list[str], source: str | None) -> None:
    taken: set[str] = set()
    given_names = [sheet_name(name, source, taken) for name in [*names, *names]]
    assert len({name.lower() for name in given_names}) == len(given_names)
    for name in given_names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert (name.strip("'"), name.isprintable()) == (name, True)


def test_names_that_differ_only_in_what_is_cut_off_get_numbers() -> None:
    taken = {"tổng hợp", "history"}
    long = "Trung tâm Phục vụ hành chính công tỉnh"
    names = [sheet_name(name, None, taken) for name in (long, long.upper(), "'History'", "?")]
    assert names[:2] == ["Trung tâm Phục vụ hành chính cô", "TRUNG TÂM PHỤC VỤ HÀNH CHÍN (2)"]
    assert names[2:] == ["History (2)", "Đơn vị"]

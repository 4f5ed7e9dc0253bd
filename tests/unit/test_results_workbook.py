"""The workbook of results as an office opens it: its sheets, its cells, its printed pages."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.evaluation_groups import GROUPS
from scrapers.periods import Period
from scrapers.provinces import PROVINCES
from sync.report import results_workbook
from sync.report.duty_log import DutyDay, Reading
from sync.report.results import Results
from sync.report.results_workbook import write_results_workbook
from sync.rules.differences import Figure
from sync.series import LEGACY
from tests.unit.results_office import (
    CLASSES,
    DAY,
    INDICATORS,
    READ_AT,
    UNITS,
    a_day,
    a_unit,
    figures,
    some_results,
)


def opened(
    folder: Path, results: Sequence[Results], duties: Sequence[DutyDay] = ()
) -> openpyxl.Workbook:
    path = folder / "new" / "ket-qua-766-2026-11-27.xlsx"
    assert write_results_workbook(results, duties, path, CLASSES) == path
    assert list(path.parent.iterdir()) == [path]
    return openpyxl.load_workbook(path)


def rows_of(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def table(sheet: Any, first: str) -> list[list[Any]]:
    """The rows of the table whose headings begin with a word, down to a row without a second."""
    rows = rows_of(sheet)
    top = next(number for number, row in enumerate(rows) if row[0] == first)
    end = next((n for n in range(top, len(rows)) if rows[n][1] is None), len(rows))
    return rows[top:end]


def test_a_level_lists_its_units_by_rank_and_what_is_not_printed_is_empty(tmp_path: Path) -> None:
    book = opened(tmp_path, [some_results(UNITS)])
    assert book.sheetnames == [
        "Tổng hợp",
        "Chỉ tiêu thành phần",
        "Cấp sở",
        "Cấp xã",
        "Nhật ký kiểm tra",
    ]
    head, first, second, last = table(book["Cấp sở"], "Hạng")
    assert head == [
        "Hạng",
        "Tên đơn vị",
        "Mã đơn vị",
        "Công khai, minh bạch (18đ)",
        "Tiến độ giải quyết (20đ)",
        "Dịch vụ công trực tuyến (12đ)",
        "Thanh toán trực tuyến (10đ)",
        "Mức độ hài lòng (18đ)",
        "Số hóa hồ sơ (22đ)",
        "TỔNG ĐIỂM (100đ)",
        "Xếp loại",
        "Chênh lệch so lần trước",
        "So kỳ trước",
    ]
    scores = [15.48, 19.88, 11.36, 9.21, 16.07, 19.2]
    assert first == [1, "Sở Tư pháp", "H01.1", *scores, 87.2, "Tốt", -0.35, 7.2]
    assert second[9:] == [45.1, "Yếu", 0, None]
    nothing: list[object] = [None] * 4
    assert last == [None, "Ban B", "H01.3", None, 0, *nothing, None, "Không xếp loại", None, None]


def test_moves_read_without_colours_and_are_coloured_too(tmp_path: Path) -> None:
    book = opened(tmp_path, [some_results(UNITS)])
    fall, none, nothing = (book["Cấp sở"].cell(row, 12) for row in (6, 7, 8))
    rise = book["Cấp xã"].cell(6, 12)
    assert (fall.value, none.value, rise.value, nothing.value) == (-0.35, 0, 0.04, None)
    for cell in (fall, none, rise):
        assert cell.number_format == '"▲ +"0.00;"▼ −"0.00;"= "0.00'
    assert len({cell.fill.fgColor.rgb for cell in (fall, none, rise)}) == 3
    assert nothing.fill.fill_type is None


def test_classes_are_words_on_colours_of_their_own(tmp_path: Path) -> None:
    sheet = opened(tmp_path, [some_results(UNITS)])["Cấp sở"]
    good, weak, without = (sheet.cell(row, 11) for row in (6, 7, 8))
    assert (good.value, weak.value, without.value) == ("Tốt", "Yếu", "Không xếp loại")
    assert good.fill.fgColor.rgb != weak.fill.fgColor.rgb
    assert without.fill.fill_type is None


def test_each_table_can_be_filtered_read_and_printed(tmp_path: Path) -> None:
    book = opened(tmp_path, [some_results(UNITS)], [a_day(DAY)])
    found = {
        sheet.title: (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows)
        for sheet in book.worksheets
    }
    assert found == {
        "Tổng hợp": (None, None, None),
        "Chỉ tiêu thành phần": ("C6", "A5:H7", "$5:$5"),
        "Cấp sở": ("C6", "A5:M8", "$5:$5"),
        "Cấp xã": ("C6", "A5:M6", "$5:$5"),
        "Nhật ký kiểm tra": ("C6", "A5:J6", "$5:$5"),
    }
    for sheet in book.worksheets:
        assert sheet.print_area.startswith(f"'{sheet.title}'!$A$1:$")
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (
            0,
            True,
        )
        assert sheet.oddFooter.right.text == "&P/&N"
        assert not sheet.protection.sheet
    assert book["Cấp sở"].print_area.endswith("$M$8")


def test_the_summary_counts_units_by_level_and_class(tmp_path: Path) -> None:
    sheet = opened(tmp_path, [some_results(UNITS)])["Tổng hợp"]
    labels = ["Xuất sắc", "Tốt", "Khá", "Trung bình", "Yếu", "Không xếp loại", "Tổng"]
    counted = table(sheet, "STT")
    assert counted == [
        ["STT", "Cấp hành chính", *labels],
        [1, "Sở, ban, ngành", 0, 1, 0, 0, 1, 1, 3],
        [2, "Cấp xã", 1, 0, 0, 0, 0, 0, 1],
        [None, "TỔNG", 1, 1, 0, 0, 1, 1, 4],
        [None, "Tỷ lệ (%)", 25, 25, 0, 0, 25, 25, 100],
    ]
    said = [row[0] for row in rows_of(sheet)]
    assert said[0] == "KẾT QUẢ THEO BỘ CHỈ SỐ 766 CỦA AN GIANG, NĂM 2026"
    assert said[1] == (
        "(Số liệu trên Cổng Dịch vụ công quốc gia lúc 07:30 ngày 27/11/2026; "
        "tính các lần đọc đến hết ngày 27/11/2026)"
    )
    assert said[2] == (
        "(Lần trước là lúc 07:30 ngày 26/11/2026; kỳ trước là năm 2025, "
        "Cổng tính theo cách khác nên không so sánh)"
    )
    assert "An Giang: 82,70 điểm, hạng 20/34, xếp loại Tốt" in said


def test_the_summary_tells_what_moved_for_the_province(tmp_path: Path) -> None:
    province = a_unit("H01", "province", 8270, 20, "Tốt", name="An Giang", before=8305)
    unknown = a_unit("H01", "province", None, None, None, name="An Giang", before=8305)
    for one, told in (
        (province, "82,70 điểm, hạng 20/34, xếp loại Tốt, so lần trước −0,35 điểm, hạng 21 → 20"),
        (unknown, "chưa có tổng điểm, không xếp loại"),
    ):
        sheet = opened(tmp_path / str(one.standing.rank), [some_results(UNITS, province=one)])
        assert f"An Giang: {told}" in [row[0] for row in rows_of(sheet["Tổng hợp"])]


def test_a_class_of_an_earlier_configuration_is_counted_too(tmp_path: Path) -> None:
    units = [a_unit("H01.1", "department", 6790, 1, "Trung bình khá")]
    counted = table(opened(tmp_path, [some_results(units)])["Tổng hợp"], "STT")
    assert counted[0][6:] == ["Yếu", "Trung bình khá", "Không xếp loại", "Tổng"]
    assert counted[1][6:] == [0, 1, 0, 1]


def test_the_groups_are_told_with_their_share_and_move(tmp_path: Path) -> None:
    before = figures({"TDGQ": 1990, "TOTAL": 8200, "MDSH": None})
    results = some_results(UNITS, groups_before=before)
    sheet = opened(tmp_path, [results])["Tổng hợp"]
    rows = rows_of(sheet)
    top = next(n for n, row in enumerate(rows) if row[1] == "Nhóm chỉ số")
    found = [row[:6] for row in rows[top : top + 8]]
    assert found[0] == [
        "STT",
        "Nhóm chỉ số",
        "Điểm",
        "Điểm tối đa",
        "Tỷ lệ hoàn thành (%)",
        "Chênh lệch so lần trước",
    ]
    assert found[1] == [1, "Công khai, minh bạch", 15.48, 18, 86, None]
    assert found[2] == [2, "Tiến độ giải quyết", 19.88, 20, 99.4, -0.02]
    assert found[6] == [6, "Số hóa hồ sơ", 19.2, 22, 87.27, None]
    assert found[7] == [None, "TỔNG ĐIỂM", 82.7, 100, 82.7, 0.7]
    assert any(str(row[0]).startswith("Nguồn: Cổng Dịch vụ công quốc gia") for row in rows)


def test_indicators_show_what_was_printed_and_rates_that_the_counts_give(tmp_path: Path) -> None:
    printed = {
        **figures({"TDGQ": 1596, "MDSH": None}),
        "NOT_ON_TIME": Figure(None, None, None, 65966, 326594, None),
        "REUSED_DIGITIZED_DATA": Figure(93, 200, 3724, 121633, 326594, None),
    }
    province = replace(some_results(UNITS).province, figures=printed)
    book = opened(tmp_path, [some_results(UNITS, province=province)])
    head, *rows = table(book["Chỉ tiêu thành phần"], "STT")
    assert head[1:5] == ["Nhóm chỉ số", "Tên tiêu chí", "Tử số", "Mẫu số"]
    assert head[5:] == ["Tỷ lệ (%)", "Điểm đạt", "Điểm tối đa"]
    on_time = "Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn"
    late = "Hồ sơ ngoài nhóm đúng hạn"
    assert rows == [
        [1, "Tiến độ giải quyết", on_time, None, None, None, 15.96, 20],
        [2, "Tiến độ giải quyết", late, 65966, 326594, 20.2, None, None],
        [3, "Số hóa hồ sơ", "Tỷ lệ tái sử dụng", 121633, 326594, 37.24, 0.93, 2],
    ]


def test_several_provinces_have_their_sheets_each(tmp_path: Path) -> None:
    other = [a_unit("H29.1", "commune", 9205, 1, "Xuất sắc")]
    book = opened(tmp_path, [some_results(UNITS), some_results(other, "H29")])
    assert book.sheetnames == [
        "Tổng hợp An Giang",
        "Chỉ tiêu thành phần An Giang",
        "Cấp sở An Giang",
        "Cấp xã An Giang",
        "Tổng hợp Hồ Chí Minh",
        "Chỉ tiêu thành phần Hồ Chí Minh",
        "Cấp xã Hồ Chí Minh",
        "Nhật ký kiểm tra",
    ]
    assert table(book["Cấp xã Hồ Chí Minh"], "Hạng")[1][2] == "H29.1"


def test_all_provinces_at_once_fit_into_the_names_of_sheets(tmp_path: Path) -> None:
    book = opened(tmp_path, [some_results(UNITS, code) for code in PROVINCES])
    assert len(set(book.sheetnames)) == 4 * len(PROVINCES) + 1
    assert max(map(len, book.sheetnames)) <= 31


def test_results_of_the_older_interface_have_districts_and_no_indicators(tmp_path: Path) -> None:
    units = [
        a_unit("H01.1", "department", 8720, 1, "Tốt"),
        a_unit("H01.2", "district", 8101, 1, "Tốt", name="Huyện An Phú", period_before=8101),
    ]
    month = Period("month", 2024, 8)
    results = some_results(units, series=LEGACY, period=month, compared_with=None, indicators={})
    book = opened(tmp_path, [results])
    assert book.sheetnames == ["Tổng hợp", "Cấp sở", "Cấp huyện", "Nhật ký kiểm tra"]
    assert [row[1] for row in table(book["Tổng hợp"], "STT")[1:3]] == [
        "Sở, ban, ngành",
        "Cấp huyện",
    ]
    assert table(book["Cấp huyện"], "Hạng")[1][9:] == [81.01, "Tốt", None, 0]
    told = [row[0] for row in rows_of(book["Tổng hợp"])]
    assert told[2] == "(Chưa có lần đọc trước để so; kỳ trước là tháng 7/2024)"
    assert any(
        str(line).startswith("Số liệu đến hết năm 2025 là của giao diện cũ") for line in told
    )


def test_a_province_whose_units_were_not_read_has_no_counts(tmp_path: Path) -> None:
    without = a_unit("H01", "province", 8270, 20, "Tốt", name="An Giang")
    book = opened(tmp_path, [some_results([], province=without)])
    assert book.sheetnames == ["Tổng hợp", "Nhật ký kiểm tra"]
    told = [row[0] for row in rows_of(book["Tổng hợp"])]
    assert "Chưa có số liệu của các đơn vị trong kỳ này." in told
    assert "TỔNG" not in [row[1] for row in rows_of(book["Tổng hợp"])]


def test_a_maximum_that_units_do_not_share_is_not_in_the_heading(tmp_path: Path) -> None:
    odd = replace(UNITS[3], figures={"CKMB": Figure(100, 1250, None, None, None, None)})
    alone = opened(tmp_path / "alone", [some_results([odd])])["Cấp xã"]
    both = opened(tmp_path / "both", [some_results([odd, UNITS[3]])])["Cấp xã"]
    assert table(alone, "Hạng")[0][3:5] == ["Công khai, minh bạch (12,50đ)", "Tiến độ giải quyết"]
    assert table(both, "Hạng")[0][3:5] == ["Công khai, minh bạch", "Tiến độ giải quyết (20đ)"]


def test_the_proof_of_duty_names_troubles_and_gaps(tmp_path: Path) -> None:
    refused = Reading("dossiers", "Hồ sơ quá hạn, nguồn igate", READ_AT, "refused", "Ít.", 3, 1)
    settled = Reading("index", "Cả nước, năm 2026", READ_AT, "failed", None, None, 4, True)
    everything = ("index", "dossiers", "procedures")
    nothing: dict[str, Any] = {"started_at": None, "finished_at": None, "readings": {}}
    sunday = dt.date(2026, 11, 22)
    days = [
        a_day(
            DAY,
            status="incomplete",
            finished_at=None,
            readings={"index": Counter(failed=1), "dossiers": Counter(refused=2)},
            troubles=[refused, settled],
            missing=("procedures",),
        ),
        a_day(dt.date(2026, 11, 26)),
        a_day(sunday, status="none", is_working_day=False, missing=everything, **nothing),
    ]
    sheet = opened(tmp_path, [], days)["Nhật ký kiểm tra"]
    head, first, second, third = table(sheet, "Ngày")
    assert head[:6] == ["Ngày", "Thứ", "Loại ngày", "Bắt đầu", "Kết thúc", "Kết quả"]
    assert head[6:] == [
        "Bộ chỉ số 766",
        "Hồ sơ quá hạn",
        "Thủ tục hành chính",
        "Chưa nhận được, chưa kiểm tra",
    ]
    start = dt.datetime(2026, 11, 27, 7)  # noqa: DTZ001 - a cell has no time zone
    assert first[:5] == [dt.datetime(2026, 11, 27), "Thứ Sáu", "Ngày làm việc", start, None]  # noqa: DTZ001
    assert first[5:9] == ["Chưa đầy đủ", "1 không đọc được", "2 không nhận", "Không kiểm tra"]
    assert first[9] == (
        "Hồ sơ quá hạn, nguồn igate: không nhận. Ít.\n"
        "Cả nước, năm 2026: không đọc được (đã có người xác nhận không dùng). không rõ lý do\n"
        "Không kiểm tra: Thủ tục hành chính."
    )
    assert second[5:] == ["Đầy đủ", "3 mới, 5 không đổi", None, None, None]
    assert third[1:6] == ["Chủ nhật", "Ngày nghỉ", None, None, "Không kiểm tra"]
    assert third[6:] == [*["Không kiểm tra"] * 3, "Không có lần kiểm tra nào trong ngày."]
    told = [row[0] for row in rows_of(sheet)][1:3]
    assert told[0].startswith("(Từ ngày 22/11/2026 đến ngày 27/11/2026; giờ Việt Nam")
    assert told[1] == "(Đầy đủ 1 ngày; chưa đầy đủ 1 ngày; không kiểm tra 1 ngày)"
    assert (sheet["A6"].number_format, sheet["D6"].number_format) == (
        "dd/mm/yyyy",
        "hh:mm dd/mm/yyyy",
    )
    assert sheet.row_dimensions[6].height >= 3 * 15


def test_without_provinces_and_days_the_proof_says_so(tmp_path: Path) -> None:
    book = opened(tmp_path, [])
    assert book.sheetnames == ["Nhật ký kiểm tra"]
    assert book.active["A2"].value == "(Không có ngày nào)"


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=60
).filter(lambda words: "_x" not in words.lower() and not words.startswith("<r>"))


@settings(max_examples=40)
@given(name=WORDS, criterion=WORDS, label=WORDS, explanation=WORDS)
def test_words_of_others_stay_the_same_words(
    name: str, criterion: str, label: str, explanation: str
) -> None:
    unit = a_unit("H01.1", "commune", 5000, 1, label, name=name)
    indicators = {**INDICATORS, "CKMB": GROUPS["CKMB"]._replace(name=criterion)}
    day = a_day(DAY, troubles=[Reading("index", "=s", READ_AT, "refused", explanation, 1, 1)])
    with TemporaryDirectory() as folder:
        results = [some_results([unit], indicators=indicators)]
        book = opened(Path(folder), results, [day])
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    row = book["Cấp xã"][6]
    heading = book["Cấp xã"].cell(5, 4)
    assert (row[1].value, row[10].value) == (name, label)
    assert heading.value == f"{criterion} (18đ)"
    assert book["Nhật ký kiểm tra"]["J6"].value == f"=s: không nhận. {explanation}"
    assert {cell.data_type for cell in (row[1], row[10], heading)} == {"s"}


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "http://x", "007"])
def test_a_name_that_looks_like_something_else_is_text(tmp_path: Path, name: str) -> None:
    units = [a_unit(name, "commune", 5000, 1, "Trung bình", name=name)]
    cells = opened(tmp_path, [some_results(units)])["Cấp xã"][6]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells[1:3]] == [
        (name, "s", None)
    ] * 2
    with zipfile.ZipFile(io.BytesIO(next(tmp_path.rglob("*.xlsx")).read_bytes())) as file:
        parts = [file.read(part) for part in file.namelist() if part.startswith("xl/worksheets/")]
    assert b"<f>" not in b"".join(parts)


@settings(max_examples=25)
@given(st.lists(st.none() | st.integers(0, 2200), min_size=6, max_size=6))
def test_figures_are_hundredths_as_numbers_and_none_is_empty(values: list[int | None]) -> None:
    unit = a_unit("H01.1", "commune", 5000, 1, "Khá", scores=dict(zip(GROUPS, values, strict=True)))
    with TemporaryDirectory() as folder:
        row = opened(Path(folder), [some_results([unit])])["Cấp xã"][6]
    expected = [None if value is None else value / 100 for value in values]
    assert [cell.value for cell in row[3:9]] == expected
    assert {cell.number_format for cell in row[3:10] if cell.value is not None} == {"0.00"}


def test_a_workbook_that_cannot_be_finished_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "ket-qua-766-2026-11-27.xlsx"
    old.write_text("old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(results_workbook, "write_duty", fail)
    with pytest.raises(OSError, match="disk full"):
        write_results_workbook([some_results(UNITS)], [], old, CLASSES)
    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]

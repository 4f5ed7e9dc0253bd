"""What rows are: dossiers, groups, totals, titles, footers; and what becomes of odd ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.dossiers.records import KEPT_NOTES, Facts
from scrapers.dossiers.totals import declared_in
from tests.unit.dossiers.listing_makers import HEADINGS, ROWS, read, to_csv, to_json, to_xlsx

SHORT = ("STT", "Mã hồ sơ", "Ngày hẹn trả", "Cán bộ xử lý")


def short(number: int, officer: str = "") -> tuple[str, ...]:
    return (str(number), f"H99.01-260105-{number:04}", "20/01/2026", officer)


def balanced(facts: Facts, rows: int) -> bool:
    """Every row of the file is accounted for."""
    return facts.rows_read + sum(facts.skipped.values()) == rows


def test_group_rows_are_the_unit_where_no_column_names_it() -> None:
    rows = [
        SHORT,
        ("I", "SỞ NỘI VỤ MẪU (2 hồ sơ)", "", ""),
        short(1),
        short(2),
        ("II. UBND phường Minh Họa: 1 hồ sơ", "", "", ""),
        short(3),
        ("P. An Thử", "", "", ""),
        short(4),
        ("Phường 12", "", "", ""),
        short(5),
    ]
    records, listing = read(to_csv(rows))
    assert [record.unit_name for record in records] == [
        "SỞ NỘI VỤ MẪU", "SỞ NỘI VỤ MẪU", "UBND phường Minh Họa", "P. An Thử", "Phường 12"
    ]  # fmt: skip
    assert {record.parent_unit for record in records} == {None}
    assert listing.facts.skipped["group"] == 4
    assert balanced(listing.facts, len(rows))


def test_group_rows_are_the_parent_where_a_column_names_the_unit() -> None:
    rows: list[Sequence[Any]] = [
        ["DANH SÁCH ĐƠN VỊ, CÁ NHÂN ĐANG CHẬM TRỄ"],
        ["STT", "Mã hồ sơ", "Ngày tiếp nhận", "Ngày hẹn trả", "Đơn vị giải quyết",
         "Cán bộ đang xử lý", "Ghi chú"],
        ["Sở, ban, ngành"],
        [1, "H99.01-260105-0001", "05/01/2026", "20/01/2026", "Sở Nội vụ Mẫu", "A", None],
        ["UBND cấp xã"],
        [2, "H99.01-260105-0002", "05/01/2026", "20/01/2026", "UBND xã Mẫu", "B##A", None],
    ]  # fmt: skip
    records, _ = read(to_xlsx(rows, merged=["A1:G1", "A3:G3", "A5:G5"]))
    assert [(record.parent_unit, record.unit_name) for record in records] == [
        ("Sở, ban, ngành", "Sở Nội vụ Mẫu"),
        ("UBND cấp xã", "UBND xã Mẫu"),
    ]


def test_a_unit_merged_over_several_rows_belongs_to_each() -> None:
    rows: list[Sequence[Any]] = [["Đơn vị", *SHORT], ["UBND xã Mẫu", *short(1)]]
    rows += [[None, *short(2)], [None, *short(3)]]
    records, _ = read(to_xlsx(rows, merged=["A2:A3"]))
    assert [record.unit_name for record in records] == ["UBND xã Mẫu", "UBND xã Mẫu", None]


def test_a_unit_named_above_each_printed_page() -> None:
    rows = [
        ("DANH SÁCH HỒ SƠ", "", "", ""),
        ("Đơn vị: UBND xã Mẫu", "", "", ""),
        SHORT,
        short(1),
        ("DANH SÁCH HỒ SƠ", "", "", ""),
        ("Đơn vị: UBND phường Minh Họa", "", "", ""),
        SHORT,
        short(2),
        ("Trang 2/2", "", "", ""),
    ]
    records, listing = read(to_csv(rows))
    assert [record.unit_name for record in records] == ["UBND xã Mẫu", "UBND phường Minh Họa"]
    assert listing.facts.skipped == {
        "title": 3, "heading": 2, "group": 1, "footer": 1
    }  # fmt: skip


def test_the_unit_of_a_report_is_not_the_unit_of_its_rows() -> None:
    rows = [("Đơn vị tính: hồ sơ", "", "", ""), ("Đơn vị nhận báo cáo: Sở Mẫu", "", "", ""), SHORT,
            short(1)]  # fmt: skip
    assert read(to_csv(rows))[0][0].unit_name is None


def test_totals_numbers_of_columns_and_signatures_are_no_dossiers() -> None:
    rows = [
        SHORT,
        ("(1)", "(2)", "(3)", "(4)"),
        short(1),
        short(2),
        ("", "Tổng cộng", "", "2"),
        ("", "", "", ""),
        ("", "Thử, ngày 20 tháng 11 năm 2026", "", ""),
        ("NGƯỜI LẬP BIỂU", "", "THỦ TRƯỞNG ĐƠN VỊ", ""),
        ("(Ký, ghi rõ họ tên)", "", "(Ký, đóng dấu)", ""),
        ("Lò Văn Thử", "", "Vừ Thị Giả", ""),
    ]
    records, listing = read(to_csv(rows))
    assert len(records) == 2
    assert listing.facts.declared_total == 2
    assert not listing.facts.rejected.count
    assert balanced(listing.facts, len(rows))


@pytest.mark.parametrize(
    "notice",
    [
        *("Không có dữ liệu", "Không có hồ sơ nào", "Không có bản ghi nào", "Không có kết quả"),
        *("Không tìm thấy hồ sơ", "Chưa có dữ liệu", "Danh sách trống", "Đang tải…"),
        *("No data available in table", "No matching records found", "No records", "Loading..."),
    ],
)
def test_a_notice_that_there_is_nothing_is_no_dossier_and_no_unit(notice: str) -> None:
    records, listing = read(to_csv([SHORT, (notice, "", "", ""), short(1)]))
    assert [record.unit_name for record in records] == [None]
    assert listing.facts.skipped == {"heading": 1, "notice": 1}


@pytest.mark.parametrize(
    "row",
    [("1", "2", "3", "4"), ("(1)", "(2)", "(3)", "(4)"), ("A", "(1)", "(2)", "(3)"),
     ("2", "3", "4", "")],
)  # fmt: skip
def test_a_row_that_numbers_the_columns_is_a_heading(row: tuple[str, ...]) -> None:
    records, listing = read(to_csv([SHORT, row, ("", "", "", ""), short(1)]))
    assert len(records) == 1
    assert listing.facts.skipped == {"heading": 2, "empty": 1}


def test_a_unit_merged_over_half_of_the_table_is_a_group_wherever_it_stands() -> None:
    rows: list[Sequence[Any]] = [SHORT, [None, None, "UBND xã Mẫu", None], short(1)]
    records, _ = read(to_xlsx(rows, merged=["C2:D2"]))
    assert [record.unit_name for record in records] == ["UBND xã Mẫu"]


@pytest.mark.parametrize("code", ["HS/2026-0017", "X20260017"])
def test_a_code_of_another_shape_alone_in_its_row_is_no_unit(code: str) -> None:
    records, listing = read(to_csv([SHORT, ("", code, "", ""), short(2)]))
    assert [record.code for record in records] == [code, "H99.01-260105-0002"]
    assert {record.unit_name for record in records} == {None}
    assert not listing.facts.skipped["group"]


def test_a_row_without_a_code_is_rejected_and_named_by_its_number_only() -> None:
    rows = [SHORT, short(1), ("2", "", "21/01/2026", "Lò Văn Thử"), ("", "", "", "Lò Văn Thử")]
    records, listing = read(to_csv(rows))
    assert len(records) == 1
    assert [note.row for note in listing.facts.rejected.first] == [3, 4]
    assert listing.facts.rejected.by_reason == {"no dossier code": 2}


def test_a_code_of_unknown_shape_is_kept_and_told() -> None:
    records, listing = read(to_csv([SHORT, ("1", "hs 2026/0017", "20/01/2026", "A")]))
    assert records[0].code == "HS 2026/0017"
    assert listing.facts.problems.by_reason == {"code: of an unknown shape": 1}


def test_an_unreadable_due_date_keeps_the_dossier_and_is_told() -> None:
    rows = [SHORT, ("1", "H99.01-260105-0001", "20/01/26", "A"), short(2)]
    records, listing = read(to_csv(rows))
    assert [record.due_at is None for record in records] == [True, False]
    assert listing.facts.problems.by_reason == {"due_at: a year of two digits": 1}
    assert listing.facts.problems.first[0].row == 2
    assert listing.facts.without_due == 1


def test_the_same_code_again_is_counted_as_identical_or_conflicting() -> None:
    rows = [SHORT, short(1, "A"), short(2), short(1, "A"), short(1, "B"), short(1, "A ")]
    records, listing = read(to_csv(rows))
    assert [record.code[-4:] for record in records] == ["0001", "0002"]
    assert listing.facts.identical == 2
    assert [note.row for note in listing.facts.conflicting.first] == [5]
    assert balanced(listing.facts, len(rows))


def test_notes_about_rows_stay_few() -> None:
    rows = [SHORT, *[("", "", "21/01/2026", "A")] * 1_000]
    _, listing = read(to_csv(rows))
    assert listing.facts.rejected.count == 1_000
    assert len(listing.facts.rejected.first) == KEPT_NOTES


@pytest.mark.parametrize("cell", ["B##A##B", "A\nB", "B; A", " A ;;B ", "A\r\n\r\nB"])
def test_several_officers_are_one_text_in_a_lasting_order(cell: str) -> None:
    records, _ = read(to_csv([SHORT, short(1, cell)]))
    assert records[0].officer == "A; B"


def test_a_column_of_codes_of_units_or_states() -> None:
    rows = [
        ("Mã hồ sơ", "Ngày hẹn trả", "DonViXuLy", "TrangThaiHoSo"),
        ("H99.01-260105-0001", "20260120170000", "000.00.00.H99", "4"),
    ]
    record = read(to_csv(rows))[0][0]
    assert (record.unit_name, record.unit_code) == (None, "H99")
    assert (record.state, record.state_code) == (None, "4")


def test_both_codes_are_kept_and_the_national_one_stands_in() -> None:
    rows = [
        ("Mã hồ sơ", "nationCode", "Ngày hẹn trả"),
        ("H99.01-260105-0001", "G98.20-20260105-0000001", "20/01/2026"),
        ("", "G98.20-20260105-0000002", "20/01/2026"),
    ]
    records, listing = read(to_csv(rows))
    assert [(r.code, r.national_code) for r in records] == [
        ("H99.01-260105-0001", "G98.20-20260105-0000001"),
        ("G98.20-20260105-0000002", "G98.20-20260105-0000002"),
    ]
    assert listing.facts.problems.count == 1


def test_a_merged_cell_gives_code_labelled_dates_and_a_known_state() -> None:
    info = (
        "H99.01-260105-0001 - Về việc của ông Lò Văn Thử\nTrạng thái: Đang xử lý\n"
        "Ngày tiếp nhận: 05/01/2026 08:30 - Ngày hẹn trả: 20/01/2026 17:00"
    )
    two = "H99.01-260105-0002\nHẹn trả cũ: 20/01/2026; Hẹn trả mới: 30/01/2026; Trạng thái: Thử"
    rows = [("STT", "Thông tin hồ sơ", "Chủ hồ sơ", "Số ngày quá hạn", "Người xử lý", "Thao tác"),
            ("1", info, "Lò Văn Thử\n0900000001", "4", "A##B", "Xem"),
            ("2", two, "", "", "", "")]  # fmt: skip
    (first, second), listing = read(to_csv(rows))
    assert first.code == "H99.01-260105-0001"
    assert first.state == "Đang xử lý"
    assert first.received_at == datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
    assert first.due_at == datetime(2026, 1, 20, 10, tzinfo=UTC)
    assert first.printed_days_late == 4
    assert "Lò Văn Thử" not in str(tuple(first))
    assert second.due_at is None
    assert second.state is None
    assert listing.facts.without_due == 1


def test_an_unquoted_delimiter_rejects_its_row_instead_of_shifting_it() -> None:
    text = b"Ma ho so,Dia chi,Ngay hen tra\nH99.01-260105-0001,1, pho A,20/01/2026\n"
    records, listing = read(text)
    assert records == []
    assert listing.facts.rejected.by_reason == {"more cells than headings": 1}


def test_a_line_torn_in_two_names_no_unit() -> None:
    text = "Ma ho so;Ngay hen tra;Ghi chu\nH99.01-260105-0001;20/01/2026;mot\nhai\n"
    records, listing = read(f"{text}Đơn vị: Sở Mẫu\nH99.01-260105-0002;20/01/2026;\n".encode())
    assert [record.unit_name for record in records] == [None, "Sở Mẫu"]
    assert listing.facts.rejected.by_reason == {"no dossier code": 1}


def test_items_of_igate() -> None:
    item = {
        "id": "0" * 24,
        "code": "H99.01-260105-0001",
        "nationCode": "G98.20-20260105-0000001",
        "acceptedDate": "2026-01-05T01:30:00.000+0000",
        "appointmentDate": "2026-01-19T17:00:00.000+0000",
        "dueDate": "2026-01-07T17:00:00.000+0000",
        "dossierStatus": {"id": 2, "name": [{"languageId": 46, "name": "Processing"},
                                            {"languageId": 228, "name": "Đang xử lý"}]},
        "procedure": {"code": "1.000001", "translate": [{"languageId": 228, "name": "Khai sinh"}],
                      "sector": {"name": [{"languageId": 228, "name": "Hộ tịch"}]}},
        "agency": {"id": "x", "code": "h99.07", "name": "Sở Mẫu"},
        "applicant": {"data": {"fullname": "Lò Văn Thử", "ownerFullname": "Vừ Thị Giả",
                               "phoneNumber": "0900000001"}},
        "currentTask": [{"assignee": {"fullname": "B"}}, {"assignee": {"fullname": "A"}}],
    }  # fmt: skip
    later = {**item, "code": "H99.01-260105-0002", "completedDate": "2026-01-08T02:00:00.000+0700",
             "currentTask": []}  # fmt: skip
    (first, second), listing = read(to_json([item, later], totalElements=2))
    assert first.due_at == datetime(2026, 1, 19, 17, tzinfo=UTC)  # the dossier's, not the step's
    assert first.due_is_date_only
    assert first.procedure_code == "1.000001"
    assert first.procedure_name == "Khai sinh"
    assert first.field == "Hộ tịch"
    assert (first.unit_code, first.unit_name) == ("H99.07", "Sở Mẫu")
    assert (first.state, first.state_code) == ("Đang xử lý", "2")
    assert first.officer == "A; B"
    assert first.national_code == "G98.20-20260105-0000001"
    assert second.ended_at == datetime(2026, 1, 7, 19, tzinfo=UTC)
    assert second.officer is None
    assert listing.facts.declared_total == 2
    assert "dueDate" in listing.facts.ignored
    kept, _ = read(to_json([item]), keep_applicant=True)
    assert kept[0].applicant == "Vừ Thị Giả"


def test_items_that_are_no_objects_or_have_no_code_are_rejected() -> None:
    good = {"maHoSo": "H99.01-260105-0001", "ngayHenTra": "20260120170000", "C_TOTAL_RECORD": 4}
    _, listing = read(to_json([good, {**good, "maHoSo": None}, "x"]))  # type: ignore[list-item]
    assert listing.facts.rejected.by_reason == {"no dossier code": 1, "not an object": 1}
    assert listing.facts.declared_total == 4


@pytest.mark.parametrize(
    ("text", "total", "here"),
    [
        ("Tổng số: 120", 120, None),
        ("TỔNG SỐ HỒ SƠ QUÁ HẠN ĐANG XỬ LÝ: 1.204", 1204, None),
        ("Tổng cộng 120 hồ sơ", 120, None),
        ("Có 3 đơn vị. Tổng số bản ghi: 120.", 120, None),
        ("1–50 / 120", 120, 50),
        ("51 - 100 of 1,204 items", 1204, 50),
        ("Hiển thị 101 đến 120 trong tổng số 120 bản ghi", 120, 20),
        ("Showing 0 to 0 of 0 entries", 0, 0),
    ],
)
def test_totals_are_read(text: str, total: int, here: int | None) -> None:
    assert [(found.total, found.rows_here) for found in declared_in(text)] == [(total, here)]


@pytest.mark.parametrize(
    "text",
    ["Tổng số hồ sơ tiếp nhận: 500", "Trang 1/3", "Từ ngày 01-05/11/2026", "01/11 - 20/11/2026",
     "Tổng số 3 đơn vị", "Tổng công ty 91", "Tổng số: 12/2026", "50–1 / 120", "Tổng số: 98,5 %",
     "8:00-11:30", "1-50"],
)  # fmt: skip
def test_what_is_no_total_of_the_listing_is_not_read(text: str) -> None:
    assert declared_in(text) == []


def test_subtotals_are_a_total_only_when_the_last_is_their_sum() -> None:
    def rows(*figures: str) -> bytes:
        groups = [row for figure in figures for row in (short(1), ("", "Cộng", figure, ""))]
        return to_csv([SHORT, *groups])

    assert read(rows("7"))[1].facts.declared_total == 7
    assert read(rows("3", "4", "7"))[1].facts.declared_total == 7
    assert read(rows("3", "4", "5"))[1].facts.declared_total is None
    assert read(rows("5", "5"))[1].facts.declared_total is None


def test_a_sum_of_days_is_no_number_of_dossiers() -> None:
    rows = [("Mã hồ sơ", "Ngày hẹn trả", "Số ngày quá hạn", "Lệ phí"),
            ("H99.01-260105-0001", "20/01/2026", "9", "5000"),
            ("Tổng cộng", "", "9", "5000")]  # fmt: skip
    assert read(to_csv(rows))[1].facts.declared_total is None


LETTERS = st.characters(codec="utf-8", exclude_characters="\0\r\n")
ODD_ROWS = st.lists(st.lists(st.text(LETTERS, max_size=12), max_size=13).map(tuple), max_size=6)


@given(ODD_ROWS, ODD_ROWS)
def test_whatever_stands_between_dossiers_every_row_is_accounted_for(
    before: list[tuple[str, ...]], after: list[tuple[str, ...]]
) -> None:
    rows = [HEADINGS, *before, *ROWS, *after]
    records, listing = read(to_csv(rows))
    codes = {record.code for record in records}
    assert {row[1] for row in ROWS} <= codes
    assert balanced(listing.facts, len(rows))

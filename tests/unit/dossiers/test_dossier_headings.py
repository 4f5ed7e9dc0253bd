"""Columns are found by what their headings say, wherever they stand, however written."""

from __future__ import annotations

import unicodedata
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.dossiers.cells import SPANNED, Cell
from scrapers.dossiers.errors import MissingColumn, NoListing
from scrapers.dossiers.heading_rows import HeadingRows, find_headings
from scrapers.dossiers.headings import KNOWN_HEADINGS, dossier_vocabulary, fold, show
from tests.unit.dossiers.listing_makers import HEADINGS, ROWS, read, to_csv, to_html, to_xlsx

SEEN = {
    "ordinal": "STT, TT",
    "code": "Mã hồ sơ, Mã hồ sơ hành chính, Số hồ sơ, MaHoSo, maHoSo, code, dossierNo, C_CODE",
    "national_code": "nationCode",
    "procedure_name": "Tên thủ tục hành chính, Tên thủ tục, Tên TTHC, TTHC, TenTTHC, procedureName,"
    " C_RECORDTYPE_NAME",
    "procedure_code": "Mã thủ tục, MaTTHC, procedure.code",
    "field": "Lĩnh vực, TenLinhVuc, sectorName",
    "applicant": "Chủ hồ sơ, Người nộp, ChuHoSo, CHU_HS, applicant.data.fullname,"
    " applicant.data.ownerFullname",
    "unit_name": "Đơn vị giải quyết, Đơn vị tiếp nhận, Đơn vị xử lý, DonViXuLy, agency.name",
    "unit_code": "C_OWNER_CODE, agency.code",
    "officer": "Cán bộ đang xử lý, Người xử lý, Người tiếp nhận, Người nhận, tenNguoiDangXuLy,"
    " currentTask.assignee.fullname",
    "received_at": "Ngày tiếp nhận, Ngày nhận, NgayTiepNhan, acceptedDate, C_RECEIVED_DATE",
    "due_at": "Ngày hẹn trả, Thời hạn, Hạn xử lý, NgayHenTra, appointmentDate, C_APPOINTED_DATE",
    "ended_at": "Ngày kết thúc xử lý, Ngày có kết quả, NgayKetThucXuLy, completedDate",
    "returned_at": "NgayTra",
    "printed_days_late": "Số ngày quá hạn, Số ngày quá hạn giải quyết",
    "state": "Trạng thái, Trạng thái hồ sơ, TrangThaiHoSo, dossierStatusName, dossierStatus.name",
    "note": "Ghi chú, GhiChu",
    "personal": "Địa chỉ, DC_CHU_HS, Số điện thoại, SoDienThoai, Email, Fax, TrichYeuHoSo,"
    " MaDoiTuong, DinhDanhCHS",
}
DOSSIERS = dossier_vocabulary()
CASES = [(heading.strip(), name) for name, text in SEEN.items() for heading in text.split(",")]


@pytest.mark.parametrize(("heading", "name"), CASES)
def test_every_heading_seen_in_a_real_list_is_known(heading: str, name: str) -> None:
    apart = unicodedata.normalize("NFD", heading)
    spaced = heading.replace(" ", "\xa0 ")
    for written in (heading.upper(), f"  {heading} ▲\n", f"{heading} (*)", apart, spaced):
        assert (DOSSIERS.meaning_of(written) or ("",))[0] == name, written


OTHER_WORDS = {
    "unit_name": (
        ("Đơn vị", "Cơ quan"),
        ("đang xử lý", "giải quyết", "xử lý", "thụ lý", "thực hiện", "tiếp nhận", ""),
    ),
    "unit_code": (("Mã", "Mã định danh"), ("đơn vị",)),
    "parent_unit": (("Đơn vị", "Cơ quan"), ("cấp trên",)),
    "officer": (
        ("Cán bộ", "Người"),
        ("đang xử lý", "xử lý", "thụ lý", "giải quyết", "tiếp nhận"),
    ),
    "state": (("Trạng thái", "Tình trạng"), ("", "hồ sơ")),
    "received_at": (("Ngày", "Ngày giờ", "Thời gian", "Thời điểm"), ("tiếp nhận",)),
    "due_at": (("Ngày", "Ngày giờ", "Thời gian", "Thời điểm", ""), ("hẹn trả",)),
    "printed_days_late": (
        ("Số ngày",),
        ("quá hạn", "quá hạn giải quyết", "quá hạn xử lý", "trễ hạn", "trễ", "chậm"),
    ),
    "applicant": (("", "Tên", "Họ tên"), ("chủ hồ sơ", "người nộp")),
    "ended_at": (("Ngày",), ("kết thúc xử lý", "có kết quả", "xử lý xong", "hoàn thành")),
    "returned_at": (("Ngày trả",), ("", "kết quả")),
    "procedure_code": (("Mã",), ("thủ tục hành chính", "thủ tục", "TTHC")),
    "procedure_name": (("", "Tên"), ("thủ tục hành chính", "thủ tục", "TTHC")),
    "national_code": (("Mã hồ sơ", "Mã hồ sơ trên Cổng", "Mã hồ sơ Cổng"), ("DVCQG",)),
    "field": (("", "Tên"), ("lĩnh vực",)),
}


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        (" ".join(words).strip(), name)
        for name, (first, second) in OTHER_WORDS.items()
        for words in product(first, second)
    ]
    + [("Tên đơn vị", "unit_name"), ("Tên cơ quan", "unit_name"), ("Mã cơ quan", "unit_code")],
)
def test_a_heading_is_known_in_other_words_too(heading: str, name: str) -> None:
    assert (DOSSIERS.meaning_of(heading) or ("",))[0] == name


@pytest.mark.parametrize(
    "heading",
    [
        *("Họ tên", "Họ và tên", "Tổ chức, cá nhân", "Cá nhân, tổ chức", "Người yêu cầu"),
        *("Công dân", "Doanh nghiệp", "Địa chỉ thường trú", "Điện thoại", "SĐT", "Email", "Fax"),
        *("Thư điện tử", "CMND", "CCCD", "CMND/CCCD", "Số CCCD", "Căn cước công dân"),
        *("Số định danh cá nhân", "Mã định danh cá nhân", "Số giấy tờ tùy thân", "Mã số thuế"),
        *("Ngày sinh", "Năm sinh", "Giới tính", "Trích yếu hồ sơ", "Nội dung hồ sơ"),
    ],
)
def test_what_tells_of_people_is_personal(heading: str) -> None:
    columns = DOSSIERS.choose(["Mã hồ sơ", heading])
    assert columns.personal == [1]


def test_what_has_no_heading_or_none_that_is_known_is_told_as_it_stands() -> None:
    rows = [
        ["Mã hồ sơ", "Thông tin", "", "Ngày"],
        ["", "Mức độ", "", "hẹn trả"],
        [ROWS[0][1], "Toàn trình", "x", "20/01/2026"],
    ]
    _, listing = read(to_csv(rows))
    assert listing.facts.ignored == ["Thông tin Mức độ"]


def test_no_heading_means_two_things() -> None:
    folded = {name: {fold(heading) for heading in KNOWN_HEADINGS[name]} for name in KNOWN_HEADINGS}
    for one, other in combinations(folded, 2):
        assert not folded[one] & folded[other], (one, other)


@pytest.mark.parametrize(
    "heading",
    ["dueDate", "Ngày nộp hồ sơ", "appliedDate", "lastModifiedDate", "Thao tác", "id", ""],
)
def test_what_could_be_mistaken_means_nothing(heading: str) -> None:
    assert DOSSIERS.meaning_of(heading) is None


@pytest.mark.parametrize(
    ("headings", "name", "chosen"),
    [
        (["Đơn vị tiếp nhận", "Đơn vị giải quyết"], "unit_name", 1),
        (["Đơn vị giải quyết", "Đơn vị tiếp nhận"], "unit_name", 0),
        (["Người tiếp nhận", "Cán bộ đang xử lý"], "officer", 1),
        (["Thời hạn", "Ngày hẹn trả"], "due_at", 1),
        (["Ngày nhận", "Ngày tiếp nhận"], "received_at", 1),
        (["Trạng thái", "Trạng thái"], "state", 0),
    ],
)
def test_of_two_columns_for_one_field_the_better_heading_wins(
    headings: list[str], name: str, chosen: int
) -> None:
    columns = DOSSIERS.choose(headings)
    assert columns.by_field[name] == chosen
    assert columns.outranked == {1 - chosen: name}
    assert columns.personal == []


def find(rows: list[list[Cell]]) -> HeadingRows:
    found = find_headings(rows, DOSSIERS)
    assert found is not None
    return found


def test_headings_stand_under_titles() -> None:
    rows: list[list[Cell]] = [
        ["UBND TỈNH MẪU", SPANNED, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [],
        ["DANH SÁCH HỒ SƠ QUÁ HẠN", SPANNED, SPANNED],
        ["Tính đến ngày 20/11/2026"],
        ["STT", "Mã hồ sơ", "Ngày hẹn trả"],
        ["1", "H99.01-260105-0001", "20/01/2026"],
    ]
    assert find(rows)[:2] == (4, 5)


def test_headings_over_two_rows_with_merged_cells() -> None:
    rows: list[list[Cell]] = [
        ["STT", "Hồ sơ", SPANNED, "Chủ hồ sơ", SPANNED, "Ngày", SPANNED, "Cán bộ xử lý"],
        ["STT", "Mã", "Lĩnh vực", "Họ tên", "Đơn vị", "tiếp nhận", "hẹn trả", "Cán bộ xử lý"],
    ]
    columns = find(rows).columns
    assert columns.by_field == {
        "ordinal": 0, "code": 1, "field": 2, "received_at": 5, "due_at": 6, "officer": 7
    }  # fmt: skip
    assert columns.personal == [3, 4]  # the owner's "Đơn vị" is no unit


@pytest.mark.parametrize(
    ("code", "due"),
    [
        ("H99.01-260105-0001", "20/01/2026"),
        ("H99.01-260105-0001", "chưa rõ"),
        ("HS 17", "20/01/2026"),
        ("HS 17", "Hẹn 20/01/2026 17:00"),
        ("HS 17", "Từ 2026-01-20"),
        ("HS 17", 46042.5),
        ("Xem H99.01-260105-0001", ""),
    ],
)
def test_a_first_dossier_is_never_taken_for_a_second_heading_row(code: Cell, due: Cell) -> None:
    rows: list[list[Cell]] = [["Mã hồ sơ", "Ngày hẹn trả", "Loại"], [code, due, "Doanh nghiệp"]]
    assert find(rows)[:2] == (0, 1)


def test_a_heading_is_shown_on_one_short_line_without_long_numbers() -> None:
    assert show("Mã\n  hồ sơ 12345") == "Mã hồ sơ 12345"
    assert show("Mã 123456 và 0900000001") == "Mã … và …"
    assert show("x" * 81) == "x" * 80


def test_a_renamed_due_column_is_an_error_that_names_what_is_there() -> None:
    rows = [[*HEADINGS[:9], "Mốc cuối", "Ghi chú"], *ROWS]
    for make in (to_csv, to_html, to_xlsx):
        with pytest.raises(MissingColumn) as error:
            read(make(rows), name="tuan-47.dat")
        assert error.value.field == "due_at"
        assert "Mốc cuối" in error.value.headings
        assert str(error.value).startswith("tuan-47.dat: ")
        assert "Lò Văn Thử" not in str(error.value)


def test_of_very_many_headings_the_first_are_named() -> None:
    many = [f"Cột {number} lạ" for number in range(205)]
    with pytest.raises(MissingColumn) as error:
        read(to_csv([["Mã hồ sơ", "Ngày tiếp nhận", *many], [ROWS[0][1], *[""] * 206]]))
    assert list(error.value.headings) == ["Mã hồ sơ", "Ngày tiếp nhận", *many[:198]]
    _, listing = read(to_csv([["Mã hồ sơ", "Ngày hẹn trả", *many]]))
    assert listing.facts.ignored == many[:200]


def test_a_renamed_code_column_is_an_error_too() -> None:
    with pytest.raises(MissingColumn) as error:
        read(to_csv([["STT", "Ký hiệu", *HEADINGS[2:]], *ROWS]))
    assert error.value.field == "code"


def test_a_caller_may_do_without_a_due_date() -> None:
    rows = [(row[1], row[7]) for row in (HEADINGS, *ROWS)]
    records, _ = read(to_csv(rows), required=frozenset({"code"}))
    assert [record.due_at for record in records] == [None] * 3


def test_a_table_of_something_else_is_no_listing() -> None:
    rows = [["STT", "Đơn vị", "Tổng số", "Quá hạn"], ["1", "UBND xã Mẫu", "120", "3"]]
    for make in (to_csv, to_html, to_xlsx):
        with pytest.raises(NoListing):
            read(make(rows))


@given(st.permutations(range(len(HEADINGS))), st.sampled_from([to_csv, to_html]))
def test_the_order_of_columns_changes_nothing(order: list[int], make: object) -> None:
    assert callable(make)
    rows = [[row[i] for i in order] for row in (HEADINGS, *ROWS)]
    expected, _ = read(to_csv([HEADINGS, *ROWS]))
    records, listing = read(make(rows))
    assert records == expected
    assert listing.facts.rows_read == 3

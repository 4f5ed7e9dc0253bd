"""The same listing in every kind of file is the same records; the content decides, not the name."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from scrapers.dossiers.errors import (
    Damaged,
    ListingError,
    MissingColumn,
    NoListing,
    UnknownFormat,
)
from scrapers.dossiers.listing import open_listing
from tests.unit.dossiers.listing_makers import (
    HEADINGS,
    ITEMS,
    ROWS,
    SHEET,
    read,
    rewritten,
    sharing_texts,
    to_csv,
    to_html,
    to_json,
    to_xlsx,
    with_headings,
)

SAME: dict[str, tuple[str, Callable[[], bytes]]] = {
    "csv": ("csv", lambda: to_csv(with_headings())),
    "csv of Excel": ("csv", lambda: to_csv(with_headings(), ";", "utf-8-sig")),
    "csv with tabs in UTF-16": ("csv", lambda: to_csv(with_headings(), "\t", "utf-16")),
    "csv in UTF-16 without mark": ("csv", lambda: to_csv(with_headings(), "\t", "utf-16-le")),
    "csv that tells its delimiter": ("csv", lambda: b"sep=;\r\n" + to_csv(with_headings(), ";")),
    "html": ("html", lambda: to_html(with_headings())),
    "html in UTF-16": ("html", lambda: to_html(with_headings()).decode().encode("utf-16")),
    "xlsx": ("xlsx", lambda: to_xlsx(with_headings())),
    "xlsx of Excel": ("xlsx", lambda: sharing_texts(to_xlsx(with_headings()))),
    "json array": ("json", lambda: to_json(ITEMS)),
    "json page": ("json", lambda: to_json(ITEMS, totalElements=3)),
    "json envelope": ("json", lambda: b'{"code":"OK","data":' + to_json(ITEMS, total=3) + b"}"),
    "json in UTF-16": ("json", lambda: to_json(ITEMS).decode().encode("utf-16")),
}


@pytest.mark.parametrize("kind", SAME)
def test_every_kind_of_file_gives_the_same_records(kind: str, tmp_path: Path) -> None:
    expected, _ = read(to_csv(with_headings()))
    assert len(expected) == 3
    file_format, make = SAME[kind]
    path = tmp_path / "qua-han.xls"  # what many systems call everything they export
    path.write_bytes(make())
    for source in (path, make()):
        with open_listing(source) as listing:
            assert not listing.facts.complete
            assert list(listing) == expected
        assert listing.facts.complete
        assert listing.facts.format == file_format
        assert listing.facts.rows_read == listing.facts.records == 3


def test_what_a_record_says() -> None:
    first, second, _ = read(to_csv(with_headings()))[0]
    assert first.code == "H99.01-260105-0001"
    assert first.procedure_name == "Cấp giấy phép xây dựng"
    assert first.unit_name == "UBND xã Mẫu"
    assert first.officer == "Phạm Thị Ví Dụ"
    assert first.state == "Đang xử lý"
    assert first.received_at == datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
    assert first.due_at == datetime(2026, 1, 20, 10, tzinfo=UTC)
    assert not first.due_is_date_only
    assert second.due_at == datetime(2026, 1, 20, 17, tzinfo=UTC)
    assert second.due_is_date_only
    assert second.note == "chờ xác minh"
    assert (first.note, first.applicant, first.ended_at, first.unit_code) == (None,) * 4


def test_a_listing_is_read_once() -> None:
    listing = open_listing(to_csv(with_headings()))
    list(listing)
    with pytest.raises(RuntimeError):
        iter(listing)


def test_csv_in_the_old_vietnamese_code_page() -> None:
    # windows-1258 writes a letter and its tone apart; the records still come composed.
    rows = [["Mã hồ sơ", "Ngày hẹn trả", "Đơn vị"], ["H99.01-260105-0001", "20/01/2026", "Sở Y"]]
    apart = {"ồ": "ô\u0300", "ẹ": "e\u0323", "ả": "a\u0309", "ị": "i\u0323", "ở": "ơ\u0309"}
    text = to_csv(rows).decode()
    for letter, parts in apart.items():
        text = text.replace(letter, parts)
    records, _ = read(text.replace("ã", "a\u0303").encode("cp1258"))
    assert records[0].unit_name == "Sở Y"


def test_excel_keeps_days_as_numbers_and_texts_alike() -> None:
    day = datetime(2026, 1, 20)  # noqa: DTZ001 - Excel has no zones
    rows: list[list[object]] = [
        ["Mã hồ sơ", "Ngày tiếp nhận", "Ngày hẹn trả", "Số ngày quá hạn"],
        ["H99.01-260105-0001", day.replace(hour=8, minute=30), day, 3],
        ["H99.01-260105-0002", "20/01/2026 08:30", day.date(), "3 ngày"],
        ["H99.01-260105-0003", 46042 + 8.5 / 24, 46042, 3.0],
    ]
    records, listing = read(to_xlsx(rows))
    assert {record.received_at for record in records} == {datetime(2026, 1, 20, 1, 30, tzinfo=UTC)}
    assert {record.due_at for record in records} == {datetime(2026, 1, 19, 17, tzinfo=UTC)}
    assert {record.due_is_date_only for record in records} == {True}
    assert {record.printed_days_late for record in records} == {3}
    assert not listing.facts.problems.count


def test_the_first_sheet_with_the_headings_is_read_and_others_are_told() -> None:
    summary: list[list[object]] = [["Đơn vị", "Số hồ sơ quá hạn"], ["UBND xã Mẫu", 3]]
    content = to_xlsx(summary, list=with_headings(), more=with_headings(ROWS[:1]))
    records, listing = read(content)
    assert len(records) == 3
    assert listing.facts.unread_tables == 1


def test_a_hidden_sheet_comes_last() -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(with_headings(ROWS[:1]), b=with_headings())))
    book.worksheets[0].sheet_state = "hidden"
    book.active = book.worksheets[1]
    content = io.BytesIO()
    book.save(content)
    assert len(read(content.getvalue())[0]) == 3


def test_a_sheet_that_claims_to_be_smaller_is_read_whole() -> None:
    content = rewritten(
        to_xlsx(with_headings()), SHEET, lambda xml: xml.replace(b'ref="A1:K4"', b'ref="A1:B2"')
    )
    assert len(read(content)[0]) == 3


def test_formulas_count_by_their_value_or_their_text() -> None:
    def as_formulas(xml: bytes) -> bytes:
        start = xml.index(b'<c r="B2"')
        end = xml.index(b"</c>", start) + 4
        link = b'<c r="B2" t="str"><f>HYPERLINK("x")</f><v>H99.01-260105-0009</v></c>'
        xml = xml[:start] + link + xml[end:]
        start = xml.index(b'<c r="B3"')
        end = xml.index(b"</c>", start) + 4
        unsaved = b'<c r="B3"><f>HYPERLINK("x","H99.01-260105-0008")</f></c>'
        return xml[:start] + unsaved + xml[end:]

    records, _ = read(rewritten(to_xlsx(with_headings()), SHEET, as_formulas))
    assert [record.code[-4:] for record in records[:2]] == ["0009", "0008"]


def test_a_workbook_that_counts_from_1904_is_refused() -> None:
    content = rewritten(
        to_xlsx(with_headings()),
        "xl/workbook.xml",
        lambda xml: xml.replace(b"<workbookPr", b'<workbookPr date1904="1"'),
    )
    with pytest.raises(UnknownFormat, match="1904"):
        read(content)


def test_real_old_workbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    xlwt = pytest.importorskip("xlwt")
    pytest.importorskip("xlrd")
    book = xlwt.Workbook()
    book.add_sheet("bìa")
    sheet = book.add_sheet("danh sách")
    sheet.write_merge(0, 0, 0, 3, "DANH SÁCH")
    for column, heading in enumerate(["Mã hồ sơ", "Đơn vị", "Ngày hẹn trả", "Chủ hồ sơ"]):
        sheet.write(1, column, heading)
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for row in (2, 3):
        sheet.write(row, 0, f"H99.01-260105-000{row}")
        sheet.write(row, 2, datetime(2026, 1, 20), day)  # noqa: DTZ001 - Excel has no zones
    sheet.write_merge(2, 3, 1, 1, "UBND xã Mẫu")
    content = io.BytesIO()
    book.save(content)
    records, listing = read(content.getvalue())
    assert [record.unit_name for record in records] == ["UBND xã Mẫu"] * 2
    assert {record.due_at for record in records} == {datetime(2026, 1, 19, 17, tzinfo=UTC)}
    assert listing.facts.format == "xls"
    monkeypatch.setitem(sys.modules, "xlrd", None)
    with pytest.raises(UnknownFormat, match="save it as"):
        read(content.getvalue())


LOGIN = b"<html><form><input name=u><input type='Password' name=p></form></html>"
MHT = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n<table>'


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"", UnknownFormat, "empty"),
        (b"  \r\n", UnknownFormat, "empty"),
        (b"%PDF-1.7", UnknownFormat, "PDF"),
        (b"\x89PNG\r\n", UnknownFormat, "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, ListingError, ""),
        (b"PK\x03\x04 broken", Damaged, "unpacked"),
        (MHT, UnknownFormat, "web archive"),
        (b'<?xml version="1.0"?><a xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
         UnknownFormat, "workbook in XML"),
        (b"<svg/>", UnknownFormat, "no kind we know"),
        (b"hello", NoListing, "without the headings"),
        (LOGIN, NoListing, "login page"),
        (b"<html><div role=grid>H99.01-260105-0001</div></html>", NoListing, "export"),
        (b"<html><iframe src=x></iframe></html>", NoListing, "frame"),
        (b"<html><table><tr><td>1</td></tr></table>", NoListing, "no table"),
        (b'{"message": "x"}', NoListing, "no list"),
        (b'{"code": "OK", "data": null}', NoListing, "no list"),
        (b"[1, 2]", NoListing, "no dossiers"),
        (b'[{"a": 1}]', NoListing, "no dossiers"),
        (b'[{"code": "x", "state": 1, "unitName": 2, "agency": {"name": "n"}}]', MissingColumn,
         "due_at"),
        (b'{"content": [', Damaged, "breaks off"),
        (b"{nonsense", Damaged, "breaks off"),
        (b'[{"code": 1}] tail', ListingError, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_one_sentence(
    content: bytes, error: type[ListingError], words: str
) -> None:
    with pytest.raises(error, match=words or None) as raised:
        read(content, name="tai-ve.xls")
    assert str(raised.value).startswith("tai-ve.xls: ")
    assert "\n" not in str(raised.value)


def test_a_login_page_says_so() -> None:
    with pytest.raises(NoListing) as raised:
        read(LOGIN)
    assert raised.value.asks_for_login


@pytest.mark.parametrize(
    "content",
    [b"[]", b'{"content": [], "totalElements": 0}', to_csv([HEADINGS]), to_html([HEADINGS]),
     to_xlsx([HEADINGS]), to_html([HEADINGS, ["Không có dữ liệu"]])],
)  # fmt: skip
def test_an_empty_listing_is_a_listing(content: bytes) -> None:
    records, listing = read(content)
    assert records == []
    assert listing.facts.complete
    assert listing.facts.rows_read == 0


def test_a_file_that_is_not_there_stays_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_listing(tmp_path / "missing.csv")

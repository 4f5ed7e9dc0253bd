"""Listings in web pages: layouts, broken mark-up, merged cells, and pages that are not whole."""

from __future__ import annotations

import pytest

from scrapers.dossiers.errors import Damaged, NoListing
from tests.unit.dossiers.listing_makers import HEADINGS, ROWS, read, to_csv, to_html, with_headings

HEAD = "<tr><th>STT</th><th>Mã hồ sơ</th><th>Ngày hẹn trả</th><th>Ghi chú</th></tr>"


def row(number: int, due: str = "20/01/2026", note: str = "") -> str:
    cells = (f"H99.01-260105-{number:04}", due, note)
    return f"<tr><td>{number}</td>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def page(*parts: str) -> bytes:
    return f"<html><body>{''.join(parts)}</body></html>".encode()


def codes(content: bytes) -> list[str]:
    return [record.code[-4:] for record in read(content)[0]]


def test_totals_stand_anywhere_on_the_page() -> None:
    for before, after in (
        ("<p>Tổng số: <b>120</b></p>", ""),
        ("", "<div><span>1</span> – <span>50</span> / <span>120</span></div>"),
        ("<table><tr><td>Tổng số: 120</td></tr></table>", ""),
        ("", "<p hidden>Tổng số: 3</p><p>Hiển thị 1 đến 50 trong 120 kết quả</p>"),
        ("<script>var t='Tổng số: 5'</script>", "<p>Tổng số: 120</p>"),
        ("<p>Tổng số</p><p>7</p>", "<p>Tổng số: 120</p>"),
    ):
        _, listing = read(to_html(with_headings(), before, after))
        assert listing.facts.declared_total == 120


def test_the_listing_inside_a_layout_of_tables() -> None:
    inner = to_html(with_headings()).decode()
    inner = inner[inner.index("<table>") : inner.index("</table>") + 8]
    menu = "<table><tr><td>Mã hồ sơ</td><td><input></td><td>Ngày hẹn trả</td><td><select>" \
           "</select></td></tr></table>"  # fmt: skip
    content = page(
        f"<table><tr><td>{menu}</td></tr><tr><td>Tổng số: 3</td><td>{inner}</td></tr></table>"
    )
    records, listing = read(content)
    assert records == read(to_csv(with_headings()))[0]
    assert listing.facts.declared_total == 3


def test_of_tables_that_say_as_much_the_first_is_the_listing() -> None:
    other = HEAD.replace("Ghi chú", "Trạng thái")
    for first, second in ((HEAD, other), (other, HEAD)):
        content = page(f"<table>{first}{row(1)}</table><table>{second}{row(2)}</table>")
        records, listing = read(content)
        assert [record.code[-4:] for record in records] == ["0001"]
        assert listing.facts.unread_tables == 1


def test_a_search_form_alone_is_no_listing() -> None:
    with pytest.raises(NoListing):
        read(page("<table><tr><td>Mã hồ sơ<input></td><td>Ngày hẹn trả<input></td></tr></table>"))


def test_tables_inside_cells_are_ignored() -> None:
    nested = f"x<table>{HEAD}{row(9)}</table>"
    records, _ = read(page(f"<table>{HEAD}{row(1, note=nested)}{row(2)}</table>"))
    assert [record.code[-4:] for record in records] == ["0001", "0002"]
    assert records[0].note == "x"


def test_cells_hold_entities_breaks_and_hidden_parts() -> None:
    due = '<span style="display: none">20260120</span>20/01/2026<br>17&#58;00'
    note = "ch&#7901;&nbsp;x&aacute;c<script>x</script>\n  minh<!-- y -->"
    records, _ = read(page(f"<table>{HEAD}{row(1, due, note)}</table>"))
    assert records[0].note == "chờ xác minh"
    assert records[0].due_at is not None
    assert not records[0].due_is_date_only


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ("<div>chờ</div><div>xác minh</div>", "chờ xác minh"),
        ("chờ<p>xác</p>minh", "chờ xác minh"),
        ("<b>ch</b>ờ <i>xác</i> <a href=x>m</a><span>inh</span>", "chờ xác minh"),
        ("chờ<br>xác<br/>minh", "chờ xác minh"),
        ("chờ<select><option>x</select> xác<textarea>y</textarea> minh", "chờ xác minh"),
        ("chờ<span class='a sr-only'>x</span> xác<i hidden>y</i> minh", "chờ xác minh"),
    ],
)
def test_blocks_part_words_and_mark_up_inside_a_line_does_not(note: str, text: str) -> None:
    records, _ = read(page(f"<table>{HEAD}{row(1, note=note)}</table>"))
    assert records[0].note == text


def test_broken_mark_up_is_read_as_browsers_do() -> None:
    content = (
        "<table><tr><td>STT<td>Mã hồ sơ<td>Ngày hẹn trả<tr><td>1<td><b>H99.01-260105-0001</i>"
        "<td>20/01/2026<tr><form><td>2</span><td>H99.01-260105-0002<td>20/01/2026</form></table>"
    )
    assert codes(content.encode()) == ["0001", "0002"]


def test_merged_cells_belong_to_every_row_they_cover() -> None:
    content = page(
        "<table><tr><th rowspan=2>Mã hồ sơ</th><th colspan=2>Ngày</th><th rowspan=2>Đơn vị</th>",
        "</tr><tr><th>tiếp nhận</th><th>hẹn trả</th></tr>",
        "<tr><td colspan=4>Nhóm A</td></tr>",
        "<tr><td>H99.01-260105-0001</td><td>05/01/2026</td><td>20/01/2026</td>",
        "<td rowspan=2>UBND xã Mẫu</td></tr>",
        "<tr><td>H99.01-260105-0002</td><td>06/01/2026</td><td>21/01/2026</td></tr>",
        "<tr><td>H99.01-260105-0003</td><td colspan=2>22/01/2026</td><td>Sở Y</td></tr></table>",
    )
    records, _ = read(content)
    assert [record.unit_name for record in records] == ["UBND xã Mẫu", "UBND xã Mẫu", "Sở Y"]
    assert {record.parent_unit for record in records} == {"Nhóm A"}
    assert all(record.due_at for record in records[:2])
    assert records[2].due_at is None


def test_tables_with_the_same_headings_go_on_and_others_are_told() -> None:
    other = "<table><tr><th>Mã hồ sơ</th><th>Ngày hẹn trả</th></tr></table>"
    content = page(
        f"<h3>Trang 1</h3><table>{HEAD}{row(1)}</table>{other}<table>{HEAD}{row(2)}</table>"
    )
    records, listing = read(content)
    assert [record.code[-4:] for record in records] == ["0001", "0002"]
    assert listing.facts.unread_tables == 1


def test_a_grid_with_its_head_in_a_table_of_its_own() -> None:
    measure = "<tr style='height:0'><td></td><td></td></tr>"
    scroll_bar = HEAD.replace("</tr>", "<th></th></tr>")
    filters = "<tr><td></td><td><input></td><td><select><option>x</select></td></tr>"
    body = f"<div><table>{measure}{row(1)}{row(2)}</table></div>"
    for head in (HEAD, scroll_bar, HEAD + filters):
        assert codes(page(f"<table>{head}</table>{body}")) == ["0001", "0002"]


def test_rows_that_cannot_be_told_apart_are_never_an_empty_listing() -> None:
    shifted = "<table><tr><td>H99.01-260105-0001</td><td>20/01/2026</td></tr></table>"
    two_bodies = f"<table>{row(1)}</table><table>{row(2)}</table>"
    for rest in (shifted, two_bodies):
        with pytest.raises(NoListing, match="apart"):
            read(page(f"<table>{HEAD}</table>{rest}"))


@pytest.mark.parametrize("cut", [0.3, 0.5, 0.7, 0.9])
def test_a_page_that_breaks_off_is_refused(cut: float) -> None:
    content = page(f"<table>{HEAD}", *map(row, range(1, 200)), "</table>")
    with pytest.raises(Damaged, match="breaks off"):
        read(content[: int(len(content) * cut)])


def test_a_page_that_breaks_off_behind_its_declared_total_is_whole() -> None:
    content = page("<p>Tổng số: 2</p>", f"<table>{HEAD}{row(1)}{row(2)}</table><p")
    assert codes(content[: content.index(b"<p", 40)]) == ["0001", "0002"]


def test_what_stands_behind_mark_up_nested_too_deeply_is_not_lost_in_silence() -> None:
    with pytest.raises((Damaged, NoListing)):
        read(page(f"<table>{HEAD}{row(1)}</table>", "<div>" * 5_000, f"<table>{HEAD}{row(2)}"))


def test_the_file_says_its_encoding_or_its_bytes_do() -> None:
    text = to_html(with_headings()).decode()
    expected = read(text.encode())[0]
    assert read(text.replace("<body>", '<meta charset="iso-8859-1">').encode())[0] == expected
    ascii_page = text.encode("ascii", "xmlcharrefreplace")
    assert read(ascii_page)[0] == expected


def test_a_hundred_rows_and_a_long_page_around_them() -> None:
    rows = [HEADINGS, *[(str(i), f"H99.01-260105-{i:04}", *ROWS[0][2:]) for i in range(100)]]
    records, listing = read(to_html(rows, "<p>x</p>" * 50_000, "<p>Tổng số: 100</p>"))
    assert len(records) == listing.facts.declared_total == 100


def test_a_column_without_a_heading_shifts_no_value() -> None:
    in_front = row(1).replace("<tr>", "<tr><td><input type=checkbox></td>")
    behind = row(2, note="x").replace("</tr>", "<td>Xem</td></tr>")
    records, listing = read(page(f"<table>{HEAD}{in_front}{behind}</table>"))
    assert [record.code[-4:] for record in records] == ["0002"]
    assert records[0].note == "x"
    assert listing.facts.rejected.count == 1

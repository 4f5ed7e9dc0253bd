"""Hostile, damaged and oversized files: a clear error or a correct result, in bounded memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrapers.dossiers.cells import MAX_CELL_CHARS
from scrapers.dossiers.errors import Damaged, ListingError, NoListing, TooLarge
from scrapers.dossiers.listing import open_listing
from scrapers.keys import LONGEST_KEY
from tests.fixtures.long_texts import random_text
from tests.unit.dossiers.listing_makers import (
    HEADINGS,
    ITEMS,
    MAIN,
    RELATIONS,
    ROWS,
    SHEET,
    packed,
    read,
    rewritten,
    sharing_texts,
    to_csv,
    to_html,
    to_json,
    to_xlsx,
    unpacked,
    with_headings,
)

WHOLE = {
    "csv": to_csv(with_headings()),
    "html": to_html(with_headings(), "<p>Tổng số: 3</p>"),
    "xlsx": sharing_texts(to_xlsx(with_headings(), merged=["A6:C7"])),
    "json": to_json(ITEMS[:1] * 2, total=2),
}
TOO_LONG = "a unit's name or code is longer than 500 characters"
STARTS = [
    b"",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\xff\xfe",
    b"{",
    b"[",
    b"<table>",
    b"\xef\xbb\xbf",
]


def read_or_refuse(content: bytes) -> None:
    with suppress(ListingError):
        read(content)


@given(st.sampled_from(STARTS), st.binary(max_size=600))
def test_garbage_is_refused_and_never_breaks(start: bytes, rest: bytes) -> None:
    read_or_refuse(start + rest)


@given(st.sampled_from(["csv", "html", "json"]), st.data())
@settings(suppress_health_check=[HealthCheck.data_too_large])
def test_damaged_text_files_never_break(kind: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    read_or_refuse(bytes(content[: data.draw(st.integers(1, len(content) + 50))]))


PARTS = unpacked(WHOLE["xlsx"])
XML_PARTS = [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", RELATIONS]
BITS = [b"<", b">", b'"', b"99999999", b"-1", b"XFD1048577", b"A0", b"</row>", b"<c r='ZZZZ1'/>",
        b"&x;"]  # fmt: skip


@given(st.sampled_from(XML_PARTS), st.data())
def test_damaged_workbooks_never_break(part: str, data: st.DataObject) -> None:
    content = bytearray(PARTS[part])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 6))] = data.draw(
            st.sampled_from(BITS) | st.binary(max_size=6)
        )
    read_or_refuse(packed({**PARTS, part: bytes(content)}))


@given(st.data())
def test_damaged_zips_never_break(data: st.DataObject) -> None:
    content = bytearray(WHOLE["xlsx"])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_or_refuse(bytes(content[: data.draw(st.integers(4, len(content)))]))


def test_a_zip_bomb_is_refused_before_it_unpacks() -> None:
    bomb = rewritten(WHOLE["xlsx"], SHEET, lambda xml: xml + b" " * (40 * 2**20))
    assert len(bomb) < 100_000
    tracemalloc.start()
    with pytest.raises(TooLarge):
        read(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * 2**20


@pytest.mark.parametrize("before", [b"", b"<!-- <a> -->", b"<?a <b> ?>"])
def test_entities_in_a_workbook_are_refused(before: bytes) -> None:
    head = b"<?xml version='1.0'?>" + before
    bomb = head + b'<!DOCTYPE x [<!ENTITY a "' + b"x" * 99 + b'"><!ENTITY b "&a;&a;">]>'
    content = rewritten(WHOLE["xlsx"], SHEET, lambda xml: bomb + xml[xml.index(b"<worksheet") :])
    with pytest.raises(Damaged, match="document type"):
        read(content)


def test_merged_cells_over_the_whole_sheet_cost_nothing() -> None:
    def merge_all(xml: bytes) -> bytes:
        return xml.replace(b'ref="A6:C7"', b'ref="A6:XFD1048576"')

    assert len(read(rewritten(WHOLE["xlsx"], SHEET, merge_all))[0]) == 3


def overlong(make: Callable[[list[tuple[str, ...]]], bytes]) -> bytes:
    row = list(ROWS[1])
    row[HEADINGS.index("Ghi chú")] = "x" * 10_000_000
    return make([HEADINGS, ROWS[0], tuple(row), ROWS[2]])


def inline_xlsx(rows: list[tuple[str, ...]]) -> bytes:
    """Excel's own writers refuse long texts, so the sheet is written by hand."""
    lines = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{c}</t></is></c>' for c in row) + "</row>"
        for row in rows
    )
    sheet = f"<worksheet xmlns='{MAIN}'><sheetData>{lines}</sheetData></worksheet>"
    return rewritten(WHOLE["xlsx"], SHEET, lambda xml: sheet.encode())


@pytest.mark.parametrize("make", [to_csv, to_html, inline_xlsx])
def test_a_cell_of_ten_megabytes_rejects_its_row_alone(
    make: Callable[[list[tuple[str, ...]]], bytes],
) -> None:
    records, listing = read(overlong(make))
    assert [record.code for record in records] == [ROWS[0][1], ROWS[2][1]]
    assert listing.facts.rejected.by_reason == {"a cell is longer than 32767 characters": 1}


UNIT = HEADINGS.index("Đơn vị giải quyết")


def of_unit(row: int, name: str) -> tuple[str, ...]:
    return (*ROWS[row][:UNIT], name, *ROWS[row][UNIT + 1 :])


@pytest.mark.parametrize("heading", ["Đơn vị giải quyết", "Mã đơn vị", "Cơ quan cấp trên"])
def test_what_is_too_long_for_a_unit_rejects_its_row_and_is_never_cut(heading: str) -> None:
    longest = random_text(LONGEST_KEY)
    headings = [heading if one == HEADINGS[UNIT] else one for one in HEADINGS]
    rows = [headings, of_unit(0, longest), of_unit(1, f"{longest}ơ"), of_unit(2, "UBND xã Mẫu")]
    records, listing = read(to_csv(rows))
    assert [record.code for record in records] == [ROWS[0][1], ROWS[2][1]]
    told = {records[0].unit_code, records[0].unit_name, records[0].parent_unit} - {None}
    assert [str(one).casefold() for one in told] == [longest.casefold()]
    assert listing.facts.rejected.by_reason == {TOO_LONG: 1}


def test_a_heading_row_that_is_too_long_for_a_unit_rejects_the_rows_below_it() -> None:
    names = ("Sở Mẫu", random_text(LONGEST_KEY + 1), "UBND xã Mẫu")
    rows = [("STT", "Mã hồ sơ", "Ngày hẹn trả", "Cán bộ xử lý")]
    for number, name in enumerate(names):
        rows += [(name, "", "", ""), (str(number), ROWS[number][1], "20/01/2026", "")]
    records, listing = read(to_csv(rows))
    assert [record.unit_name for record in records] == [names[0], names[2]]
    assert listing.facts.rejected.by_reason == {TOO_LONG: 1}


def test_other_texts_may_be_as_long_as_a_cell() -> None:
    longest = random_text(MAX_CELL_CHARS)
    kept = ("Tên thủ tục hành chính", "Cán bộ đang xử lý", "Trạng thái", "Ghi chú")
    row = [longest if one in kept else cell for one, cell in zip(HEADINGS, ROWS[0], strict=True)]
    [record], listing = read(to_csv([HEADINGS, row]))
    found = (record.procedure_name, record.officer, record.state, record.note)
    assert set(found) == {longest}
    assert listing.facts.rejected.count == 0


def test_an_overlong_cell_without_a_listing_is_no_listing() -> None:
    with pytest.raises(NoListing):
        read(b"<table><tr><td>" + b"x" * 100_000 + b"</td></tr></table>")


def test_a_long_value_in_json_rejects_its_item_and_an_endless_one_the_file() -> None:
    records, listing = read(to_json([{**ITEMS[0], "ghiChu": "x" * 1_000_000}, ITEMS[0]]))
    assert len(records) == listing.facts.rejected.count == 1
    with pytest.raises(TooLarge):
        read(b'[{"maHoSo": "' + b"x" * 40_000_000)
    with pytest.raises(ListingError):
        read(b"[" * 200_000)


def test_an_open_quotation_mark_does_not_swallow_rows() -> None:
    lines = to_csv(with_headings(ROWS * 5)).split(b"\r\n")
    lines[3] = lines[3].replace(b",UBND", b',"UBND', 1)
    closed_in_the_next = [*lines[:4], lines[4].replace(b"UBND", b'"', 1), *lines[5:]]
    for damaged in (lines, closed_in_the_next):
        with pytest.raises(Damaged, match="quotation mark"):
            read(b"\r\n".join(damaged))


def test_a_cell_of_several_lines_is_fine() -> None:
    rows = with_headings(
        [(*row[:10], "gồm:\nmột, hai, ba, bốn, năm, sáu, bảy\ntám") for row in ROWS]
    )
    records, _ = read(to_csv(rows))
    assert {record.note for record in records} == {"gồm: một, hai, ba, bốn, năm, sáu, bảy tám"}


def test_a_file_that_stops_being_text_is_damaged() -> None:
    rows = with_headings([(str(i), f"H99.01-260105-{i:06}", *ROWS[0][2:]) for i in range(9_000)])
    content = to_csv(rows, encoding="utf-16")
    with pytest.raises(Damaged):
        read(content[:-2] + b"\x00\xd8")


@pytest.mark.parametrize("kind", ["csv", "html", "json"])
def test_memory_does_not_grow_with_the_listing(kind: str, tmp_path: Path) -> None:
    many = range(8_000)
    rows = with_headings([(str(i), f"H99.01-260105-{i:06}", *ROWS[0][2:]) for i in many])
    items = [{**ITEMS[0], "maHoSo": f"H99.01-260105-{i:06}"} for i in many]
    path = tmp_path / "listing"
    path.write_bytes(
        {"csv": to_csv, "html": to_html}[kind](rows) if kind != "json" else to_json(items)
    )
    with open_listing(path) as listing:
        tracemalloc.start()
        count = sum(1 for _ in listing)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == len(many)
    assert peak < 2 * 2**20

"""Rows are read many at once where they are alike: how many never makes a difference."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.dossiers import listing
from scrapers.dossiers.codes import are_known_codes, is_known_code
from scrapers.dossiers.columns import ColumnReader
from scrapers.dossiers.listing import open_listing
from scrapers.dossiers.pages import PagedFacts, read_file, read_pages
from scrapers.dossiers.records import Dossier, Facts, in_columns
from tests.unit.dossiers.listing_makers import read, to_csv, to_html, to_json

Row = tuple[str, ...]

HEADINGS: Row = ("STT", "Mã hồ sơ", "Mã hồ sơ quốc gia", "Mã TTHC", "Tên thủ tục", "Đơn vị",
                 "Đơn vị cấp trên", "Cán bộ xử lý", "Trạng thái", "Ngày tiếp nhận", "Ngày hẹn trả",
                 "Số ngày quá hạn", "Ghi chú", "Chủ hồ sơ")  # fmt: skip
CODES = st.integers(1, 9).map("H99.01-260105-{:04}".format)
ROWS = st.tuples(
    st.just("1"),
    st.one_of(*[CODES] * 9, st.sampled_from(["", "hs 2026/17", "H99.01-260105-0001 Xem"])),
    st.sampled_from(["", "G98.20-20260105-0000001"]),
    st.sampled_from(["1.000001", " 1.000001", "-"]),
    st.sampled_from(["Khai sinh", "Khai  tử"]),
    st.sampled_from(["UBND xã Mẫu", "000.00.00.H99", ""]),
    st.sampled_from(["", "Khối xã"]),
    st.sampled_from(["A", "B##A", ""]),
    st.sampled_from(["Đang xử lý", "4", ""]),
    st.sampled_from(["05/01/2026 08:00", ""]),
    st.sampled_from([*["20/01/2026", "20/01/2026 11:30", ""] * 5, "30/02/2026"]),
    st.sampled_from([*["3", "", "3 ngày"] * 5, "5 giờ"]),
    st.sampled_from(["", "gọi 0900000001"]),
    st.sampled_from(["Lò Văn Thử\nthôn Mẫu", ""]),
)
OTHERS = st.sampled_from(
    [
        ("II", "UBND phường Minh Họa (2 hồ sơ)", *[""] * 12),
        ("", "Tổng cộng", *[""] * 11, "3"),
        HEADINGS,
        ("",) * 14,
        ("1", "H99.01-260105-0009", *[""] * 12, "thừa"),
        ("1", "H99.01-260105-0010"),
    ]
)
LISTS = st.lists(st.one_of(*[ROWS] * 9, OTHERS), max_size=30)


def taken(content: bytes, at_once: int) -> tuple[list[Dossier], Facts]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "_ROWS_AT_ONCE", at_once)
        patch.setattr(listing, "_ITEMS_AT_ONCE", at_once)
        records, opened = read(content, keep_applicant=True)
        return records, opened.facts


# The readers of web pages are loaded by the first example, which is slow for that.
@settings(max_examples=50, deadline=None)
@given(LISTS, st.integers(2, 40))
def test_many_at_once_are_read_as_one_by_one(rows: Sequence[Row], at_once: int) -> None:
    rows = [("1", "H99.01-260105-0001", *[""] * 8, "20/01/2026", *[""] * 3), *rows]
    items = [dict(zip(HEADINGS, row, strict=False)) for row in rows]
    for content in (to_csv([HEADINGS, *rows]), to_html([HEADINGS, *rows]), to_json([*items, {}])):
        assert taken(content, at_once) == taken(content, 1)


def test_an_odd_row_costs_its_neighbours_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = []
    read_columns = ColumnReader.read

    def count(self: ColumnReader, rows: Sequence[Sequence[object]], group: str | None) -> object:
        alone.append(len(rows) == 1)
        return read_columns(self, rows, group)  # type: ignore[arg-type]

    monkeypatch.setattr(ColumnReader, "read", count)
    rows = [("1", f"H99.01-260105-{n:04}", *[""] * 8, "20/01/2026") for n in range(256)]
    odd = ("II", "UBND phường Minh Họa", *[""] * 9)
    records, _ = read(to_csv([HEADINGS[:11], *rows[:100], odd, *rows[100:]]))
    assert [record.code for record in records] == [row[1] for row in rows]
    assert len(alone) < 20
    assert sum(alone) <= 2


@given(st.lists(st.one_of(CODES, st.sampled_from(["", "x", "H1-260105-0001\nH1-260105-0001"]))))
def test_codes_are_known_together_when_each_is(cells: list[str]) -> None:
    cells = ["H99.01-260105-0001", *cells]
    assert are_known_codes(cells) == all(map(is_known_code, cells))
    assert not are_known_codes([*cells, None])


@given(LISTS)
def test_a_file_alone_is_told_as_one_page(rows: Sequence[Row]) -> None:
    content = to_csv([HEADINGS, *rows])
    facts, page = PagedFacts(), PagedFacts()
    with open_listing(content) as opened:
        found = [Dossier(*one) for some in read_file(opened, facts) for one in zip(*some)]  # noqa: B905
    assert found == list(read_pages([content], page, name="x", keep_applicant=False))
    assert facts == page
    assert facts.complete


def test_repeats_pass_where_the_caller_knows_the_codes() -> None:
    row = ("1", "H99.01-260105-0001", *[""] * 8, "20/01/2026")
    content = to_csv([HEADINGS[:11], row, row])
    assert len(read(content)[0]) == 1
    records, opened = read(content, drop_repeats=False)
    assert len(records) == opened.facts.records == opened.facts.rows_read == 2


@given(st.lists(CODES, max_size=9), st.integers(1, 4))
def test_columns_hold_the_records_in_their_order(codes: list[str], at_once: int) -> None:
    records = [Dossier(code, *[None] * 18) for code in codes]  # type: ignore[arg-type]
    pieces = list(in_columns(records, at_once))
    assert [Dossier(*one) for some in pieces for one in zip(*some, strict=True)] == records
    assert all(1 <= len(some[0]) <= at_once for some in pieces)

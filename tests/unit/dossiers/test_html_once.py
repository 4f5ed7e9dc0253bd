"""A page's rows are the same whether they are kept while it is surveyed or read a second time."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.dossiers import html_tables
from scrapers.dossiers.errors import Damaged, ListingError
from scrapers.dossiers.listing import open_listing
from scrapers.dossiers.records import Dossier, Facts

HEAD = "<thead><tr><th>STT</th><th>Mã hồ sơ</th><th>Ngày hẹn trả</th><th>Ghi chú</th></tr></thead>"
NOTES = st.sampled_from(
    ["", "gấp", "<a href=x>xem</a><br>thêm", "<table><tr><td>trong<td>ô</table>", "<input>",
     "<span hidden>20260105</span>rõ", "a\r\nb", "<!-- gì -->đó"]
)  # fmt: skip
SPANS = st.sampled_from(["", "", "", " class=x", " rowspan=2", " colspan=2", " rowspan=0"])
SEARCH = "<table><tr><td>Mã hồ sơ<input></td><td>Ngày hẹn trả<select></select></td></tr></table>"


def row(number: int, note: str, spans: str) -> str:
    code, due = f"H99.01-260105-{number:04}", f"{1 + number % 28:02}/01/2026"
    return f"<tr><td>{number}<td>{code}<td>{due}<td{spans}>{note}</tr>\n"


TABLES = st.lists(st.tuples(NOTES, SPANS), max_size=90).map(
    lambda rows: (
        "<table>"
        + HEAD
        + "".join(row(number, *one) for number, one in enumerate(rows))
        + "</table>"
    )
)
PAGES = st.builds(
    lambda before, tables, after, left: f"<html>{before}{''.join(tables)}{after}</html>"[:-left],
    st.sampled_from(["", SEARCH, "<p>Tổng số: 3</p>"]),
    st.lists(TABLES, min_size=1, max_size=3),
    st.sampled_from(["", "<table><tr><td>Tổng số hồ sơ: 7</table>"]),
    st.one_of(st.just(7), st.integers(8, 200)),
)

Outcome = tuple[list[Dossier], Facts] | str


def outcome(content: bytes) -> Outcome:
    try:
        with open_listing(content, name="page") as listing:
            return list(listing), listing.facts
    except ListingError as error:
        return str(error)


@given(PAGES, st.sampled_from([("_SMALL_PAGE", -1), ("_MOST_CELLS", 0), ("_MOST_CELLS", 37)]))
def test_keeping_rows_makes_no_difference(page: str, limit: tuple[str, int]) -> None:
    kept = outcome(page.encode())
    with mock.patch.object(html_tables, *limit):
        assert outcome(page.encode()) == kept


def test_a_small_page_is_parsed_once_and_a_large_one_twice() -> None:
    rows = "".join(row(number, "", "") for number in range(200))
    content = f"<html><table>{HEAD}{rows}</table></html>".encode()
    for limit, times in ((html_tables._MOST_CELLS, 1), (100, 2)):
        with (
            mock.patch.object(html_tables, "_MOST_CELLS", limit),
            mock.patch.object(html_tables, "_events", wraps=html_tables._events) as parsed,
        ):
            assert len(outcome(content)[0]) == 200
        assert parsed.call_count == times


def test_the_last_row_of_a_page_that_breaks_off_is_not_lost() -> None:
    rows = "".join(row(number, "", "") for number in range(3))
    whole = f"<p>Tổng số: 3</p><table>{HEAD}{rows}"
    with open_listing(whole.removesuffix("</tr>\n").encode(), name="page") as listing:
        assert [one.code[-4:] for one in listing] == ["0000", "0001", "0002"]
    short = f"<table>{HEAD}{rows}".encode()
    with pytest.raises(Damaged), open_listing(short, name="page") as listing:
        list(listing)

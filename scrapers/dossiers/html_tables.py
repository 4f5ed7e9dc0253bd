"""Raw rows of HTML pages, also of those that call themselves .xls.

The page is read twice, each time with lxml as a stream of rows that are forgotten once finished.
The first reading finds out which tables there are, what their first rows say, what the page says
beside the listing (`html_page`) and whether the page is whole. The second gives the rows.

Pages lay themselves out with tables, so the listing is the table with the best headings, however
deep it stands; tables inside its cells are ignored. Further tables with the very same headings go
on with the listing (one table per printed page or per unit), and so does the table right behind
one that has nothing but headings (grids with a fixed head).
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from lxml import etree

from scrapers.dossiers.cells import Cell
from scrapers.dossiers.encodings import CHUNK, encoding_of
from scrapers.dossiers.errors import Damaged
from scrapers.dossiers.heading_rows import SEARCHED_ROWS, HeadingRows, find_headings
from scrapers.dossiers.headings import fold
from scrapers.dossiers.html_page import page_texts, why_no_listing
from scrapers.dossiers.html_rows import RowSpans
from scrapers.dossiers.raw import RawTable

_END_MARK: Final = "behind-the-last-byte"
_END: Final = f'<table id="{_END_MARK}"></table>'.encode()
"""Fed behind the page: if it does not come out at top level, the page ended inside something."""

_HARMLESS_INPUTS: Final = frozenset({"checkbox", "radio", "hidden", "button", "submit", "image"})
_KEPT_ROWS: Final = 5_000
"""Rows in all that stay on the page which `html_page` looks at; the first of each table."""


@dataclass(slots=True)
class _Table:
    """A table of the page, by its place among them, with the places of those it stands inside.

    `head` are its first rows, while it is open.
    """

    index: int
    inside: frozenset[int]
    element: Any
    spans: RowSpans = field(default_factory=RowSpans)
    head: list[list[Cell]] = field(default_factory=list)
    rows: int = 0
    width: int = 0
    found: HeadingRows | None = None

    def add(self, row: Any, is_kept: bool) -> None:
        """Count a finished row; keep the first ones, forget the others."""
        self.rows += 1
        if is_kept:
            self.head.append([] if _is_form(row) else self.spans.cells(row))
            self.width = max(self.width, len(self.head[-1]))
        else:
            _forget(row)

    def finish(self, required: frozenset[str]) -> None:
        """Look for headings among the first rows and let go of them."""
        self.found = find_headings(self.head, required)
        self.head = []

    def headings(self) -> tuple[str, ...]:
        """Its headings in a form that can be compared; empty when it has none."""
        return tuple(map(fold, self.found.columns.headings)) if self.found else ()


@dataclass(slots=True)
class _Survey:
    """What the first reading found: the tables in the order of their beginnings, what is left of
    the page without most of its rows, and whether the page ends where it should."""

    tables: list[_Table] = field(default_factory=list)
    page: Any = None
    is_whole: bool = False


def open_html(stream: BinaryIO, where: str, required: frozenset[str]) -> RawTable:
    """The rows of the page's listing. Raises NoListing when there is none, or Damaged."""
    encoding = encoding_of(stream)
    survey = _survey(stream, encoding, where, required)
    best: _Table | None = None
    for table in survey.tables:
        if table.found and table.found.is_better_than(best.found if best else None, required):
            best = table
    if best is None:
        raise why_no_listing(where, survey.page, survey.is_whole)
    wanted = _continued(best, survey.tables)
    unread = 0
    for table in survey.tables:
        if table.index in wanted:
            table.element.clear(keep_tail=True)
        elif table.found and not wanted & table.inside:
            unread += not table.found.columns.lacks(required)
    return RawTable(
        "html",
        _rows(stream, encoding, where, wanted),
        texts=page_texts(survey.page),
        unread_tables=unread,
        is_cut_short=not survey.is_whole,
    )


def _continued(best: _Table, tables: list[_Table]) -> set[int]:
    """The places of the listing's table and of those that go on with it."""
    alike = [table for table in tables if table.headings() == best.headings()]
    wanted = {table.index for table in alike}
    wanted = {table.index for table in alike if not wanted & table.inside}
    later = (table for table in tables[best.index + 1 :] if best.index not in table.inside)
    body = next(later, None)
    has_only_headings = best.found is not None and best.rows <= best.found.end
    if body and has_only_headings and body.found is None and body.width == best.width:
        wanted.add(body.index)
    return wanted


def _survey(stream: BinaryIO, encoding: str, where: str, required: frozenset[str]) -> _Survey:
    """Read the whole page once."""
    survey = _Survey()
    open_tables: list[_Table] = []
    kept = 0
    for event, element in _events(stream, encoding, where, survey):
        if event == "start" and element.get("id") == _END_MARK:
            survey.is_whole = not open_tables
            break
        if event == "start" and element.tag == "table":
            inside = frozenset(table.index for table in open_tables)
            open_tables.append(_Table(len(survey.tables), inside, element))
            survey.tables.append(open_tables[-1])
        elif event == "end" and open_tables:
            table = open_tables[-1]
            if element.tag == "tr":
                is_kept = len(table.head) < SEARCHED_ROWS and kept < _KEPT_ROWS
                kept += is_kept
                table.add(element, is_kept)
            else:
                open_tables.pop().finish(required)
    for table in open_tables:
        table.finish(required)
    return survey


def _rows(
    stream: BinaryIO, encoding: str, where: str, wanted: set[int]
) -> Iterator[tuple[int, list[Cell]]]:
    """The rows of the wanted tables, numbered through."""
    open_tables: list[tuple[int, RowSpans]] = []
    count = number = 0
    for event, element in _events(stream, encoding, where, _Survey()):
        if event == "end" and element.tag == "tr":
            if open_tables and open_tables[-1][0] in wanted:
                number += 1
                yield number, open_tables[-1][1].cells(element)
            # Rows of a table around the listing are still growing, the finished ones are not.
            _forget(element)
        elif event == "start" and element.tag == "table":
            open_tables.append((count, RowSpans()))
            count += 1
        elif event == "end" and open_tables:
            open_tables.pop()


def _events(
    stream: BinaryIO, encoding: str, where: str, survey: _Survey
) -> Iterator[tuple[str, Any]]:
    """Beginnings and ends of tables and rows; `survey.page` is set when the page is read."""
    parser = etree.HTMLPullParser(
        events=("start", "end"), tag=("table", "tr"), encoding="utf-8", huge_tree=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for chunk in _utf8(stream, encoding):
            parser.feed(chunk)
            yield from parser.read_events()
        parser.feed(_END)
        survey.page = parser.close()
        yield from parser.read_events()
    except (etree.LxmlError, RecursionError) as error:
        raise Damaged(where, f"the page cannot be read ({type(error).__name__})") from None


def _utf8(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The page in UTF-8, in pieces; bytes that are no text become a mark, zero bytes nothing."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while chunk := stream.read(CHUNK):
        yield (chunk if encoding == "utf-8" else decoder.decode(chunk).encode()).replace(b"\0", b"")


def _forget(row: Any) -> None:
    """Free a finished row and the one before it; the row itself still has its place in the tree."""
    row.clear()
    before = row.getprevious()
    if before is not None and before.tag == "tr" and len(before) == 0:
        before.getparent().remove(before)


def _is_form(row: Any) -> bool:
    """Whether a row holds fields to fill in: a search form has headings, too, and no listing."""
    return any(
        field.tag == "select" or field.get("type", "text").lower() not in _HARMLESS_INPUTS
        for cell in row.iterchildren("td")
        for field in cell.iter("input", "select")
    )

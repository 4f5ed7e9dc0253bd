"""Raw rows of HTML pages, also of those that call themselves .xls.

The page is read with lxml as a stream of rows that are forgotten once finished. The first reading
finds out which tables there are, what their first rows say, what the page says beside the listing
(`html_page`) and whether the page is whole. A small page's rows are kept meanwhile; for those of a
large one, or of one that breaks off, it is read a second time.

Pages lay themselves out with tables, so the listing is the table with the best headings, however
deep it stands; tables inside its cells are ignored. Further tables with the very same headings go
on with the listing (one table per printed page or per unit). If there are headings only, the rows
are those of the one later table with dossier codes in that column (grids with a fixed head).
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import SEEK_END
from typing import Any, BinaryIO, Final

from lxml import etree

from scrapers.dossiers.cells import MAX_CELL_CHARS, Cell
from scrapers.dossiers.codes import find_codes
from scrapers.dossiers.encodings import CHUNK, encoding_of
from scrapers.dossiers.errors import Damaged, NoListing
from scrapers.dossiers.heading_rows import SEARCHED_ROWS, HeadingRows, find_headings
from scrapers.dossiers.headings import Vocabulary, fold
from scrapers.dossiers.html_page import page_texts, why_no_listing
from scrapers.dossiers.html_rows import RowSpans
from scrapers.dossiers.raw import RawTable

_END_MARK: Final = "behind-the-last-byte"
_END: Final = f'<table id="{_END_MARK}"></table>'.encode()
"""Fed behind the page: if it does not come out at top level, the page ended inside something."""

_HARMLESS_INPUTS: Final = frozenset({"checkbox", "radio", "hidden", "button", "submit", "image"})
_KEPT_ROWS: Final = 5_000
"""Rows in all that stay on the page which `html_page` looks at; the first of each table."""
_SMALL_PAGE: Final = 8 << 20
_MOST_CELLS: Final = 100_000
"""A page of so many bytes and cells at most is small: its rows are kept while it is surveyed."""


@dataclass(slots=True)
class _Table:
    """A table of the page, by its place among them, with the places of those it stands inside.

    `head` are its first rows, while it is open; `kept` are all of them, while the page is small.
    """

    index: int
    inside: frozenset[int]
    element: Any
    spans: RowSpans = field(default_factory=RowSpans)
    head: list[list[Cell]] = field(default_factory=list)
    kept: list[list[Cell]] = field(default_factory=list)
    rows: int = 0
    has_rows: bool = False
    code_columns: set[int] = field(default_factory=set)
    found: HeadingRows | None = None

    def add(self, row: Any, *, is_first: bool, is_small: bool) -> int:
        """Take a finished row, and forget it if it is none of the first; returns its cells kept."""
        self.rows += 1
        cells = self.spans.cells(row) if is_first or is_small else []
        if is_first:
            self.head.append([] if _is_form(row) else cells)
        else:
            _forget(row)
        if not is_small:
            return 0
        self.kept.append(cells)
        return len(cells)

    def finish(self, wanted: Vocabulary) -> None:
        """Look for headings, for rows below them and for codes, and let go of the first rows."""
        self.found = find_headings(self.head, wanted)
        below = self.head[self.found.end :] if self.found else self.head
        self.has_rows = self.rows > len(self.head) or any(map(any, below))
        if self.found is None:
            self.code_columns = {
                column
                for row in self.head
                for column, cell in enumerate(row)
                if isinstance(cell, str) and len(cell) <= MAX_CELL_CHARS and find_codes(cell)
            }
        self.head = []

    def headings(self) -> tuple[str, ...]:
        """Its headings in a form that can be compared; empty when it has none."""
        return tuple(map(fold, self.found.columns.headings)) if self.found else ()


@dataclass(slots=True)
class _Survey:
    """What the first reading found: the tables in the order of their beginnings, what is left of
    the page without most of its rows, and whether the page ends where it should.

    `room` is for how many more cells of kept rows; less than none when they are not kept."""

    tables: list[_Table] = field(default_factory=list)
    page: Any = None
    is_whole: bool = False
    room: int = -1

    def keep(self, cells: int) -> None:
        """Count kept cells; where they are too many, let go of all."""
        self.room -= cells
        if self.room < 0:
            for table in self.tables:
                table.kept = []


def open_html(stream: BinaryIO, where: str, wanted: Vocabulary) -> RawTable:
    """The rows of the page's listing. Raises NoListing when there is none, or Damaged."""
    encoding = encoding_of(stream)
    survey = _survey(stream, encoding, where, wanted)
    best: _Table | None = None
    for table in survey.tables:
        if table.found and table.found.is_better_than(best.found if best else None, wanted):
            best = table
    if best is None:
        raise why_no_listing(where, survey.page, survey.is_whole)
    chosen = _continued(best, survey.tables, where)
    unread = 0
    for table in survey.tables:
        if table.index in chosen:
            table.element.clear(keep_tail=True)
        elif table.found and not chosen & table.inside:
            unread += not wanted.lacks(table.found.columns)
    # The last row of a page that breaks off comes out only when all of it is read.
    are_kept = survey.room >= 0 and survey.is_whole
    return RawTable(
        "html",
        _kept(survey, chosen) if are_kept else _rows(stream, encoding, where, chosen),
        texts=page_texts(survey.page),
        unread_tables=unread,
        is_cut_short=not survey.is_whole,
    )


def _continued(best: _Table, tables: list[_Table], where: str) -> set[int]:
    """The places of the listing's table and of those that go on with it.

    Raises NoListing when it has headings only and the rows cannot be told from others: an empty
    listing would be the worst of all readings.
    """
    alike = [table for table in tables if table.headings() == best.headings()]
    wanted = {table.index for table in alike}
    wanted = {table.index for table in alike if not wanted & table.inside}
    assert best.found is not None
    if not any(table.has_rows for table in alike):
        by_field = best.found.columns.by_field
        code = by_field.get("code", by_field.get("national_code", by_field.get("info")))
        with_codes = [t for t in tables if t.code_columns and not wanted & t.inside]
        bodies = [t.index for t in with_codes if t.index > best.index and code in t.code_columns]
        if with_codes and len(bodies) != 1:
            raise NoListing(
                where, "the headings stand apart from the rows", "export the listing to Excel"
            )
        wanted.update(bodies)
    return wanted


def _survey(stream: BinaryIO, encoding: str, where: str, wanted: Vocabulary) -> _Survey:
    """Read the whole page once."""
    survey = _Survey(room=_MOST_CELLS if stream.seek(0, SEEK_END) <= _SMALL_PAGE else -1)
    open_tables: list[_Table] = []
    first = 0
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
                is_first = len(table.head) < SEARCHED_ROWS and first < _KEPT_ROWS
                first += is_first
                if kept := table.add(element, is_first=is_first, is_small=survey.room >= 0):
                    survey.keep(kept)
            else:
                open_tables.pop().finish(wanted)
    for table in open_tables:
        table.finish(wanted)
    return survey


def _kept(survey: _Survey, wanted: set[int]) -> Iterator[tuple[int, list[Cell]]]:
    """The kept rows of the wanted tables, numbered through."""
    rows = (row for table in survey.tables if table.index in wanted for row in table.kept)
    return enumerate(rows, 1)


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
            # A row around the listing ends behind it, so no row is needed beyond its end.
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

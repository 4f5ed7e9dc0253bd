"""Raw rows of xlsx workbooks, streamed straight from the sheet's XML with lxml.

Not openpyxl: in read-only mode it silently cuts a sheet at the dimension the file claims, skips
rows that stand out of order and hides merged cells, and it takes twice the time. Not calamine: it
holds the whole sheet in memory, and a damaged file ends the process, which no caller can catch.
What a listing needs of the format is little. A number is left a number: whether it is a day only
its column can tell, and `dates` reads Excel's days. A formula counts by the value stored with it,
else by its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, BinaryIO, Final, NamedTuple

from scrapers.dossiers.cells import SPANNED, Cell
from scrapers.dossiers.errors import Damaged, NoListing, TooLarge
from scrapers.dossiers.excel_package import Package, chunks, elements, open_package, text_of
from scrapers.dossiers.heading_rows import SEARCHED_ROWS, HeadingRows, find_headings
from scrapers.dossiers.headings import Vocabulary
from scrapers.dossiers.raw import RawTable

MAX_COLUMNS: Final = 512
"""Cells further right are not looked at: they belong to no listing."""

_MAX_MERGED = 200_000
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)
_CHUNK = 1 << 20
_LONGEST_TAG = 200
_DIGITS = "0123456789"


class _Merged(NamedTuple):
    """A merged range; rows from 1, columns from 0, all included."""

    first_row: int
    last_row: int
    first: int
    last: int


def open_excel(stream: BinaryIO, where: str, wanted: Vocabulary) -> RawTable:
    """The rows of the first sheet with the headings of a listing; visible sheets come first.

    A sheet whose headings lack a required field is only taken when there is no better one.
    Raises UnknownFormat, NoListing, TooLarge or Damaged, the last also while rows are read.
    """
    package = open_package(stream, where)
    best: HeadingRows | None = None
    chosen, listings = "", 0
    for part in package.sheets:
        head = [cells for _, cells in islice(_rows(package, part), SEARCHED_ROWS)]
        found = find_headings(head, wanted)
        if found is None:
            continue
        is_complete = not wanted.lacks(found.columns)
        listings += is_complete
        if best is None or (is_complete and wanted.lacks(best.columns)):
            best, chosen = found, part
    if best is None:
        raise NoListing(
            where,
            "no sheet of the workbook has the headings of a listing",
            "export the listing itself",
        )
    return RawTable("xlsx", _rows(package, chosen), unread_tables=max(0, listings - 1))


def _rows(package: Package, part: str) -> Iterator[tuple[int, list[Cell]]]:
    """The rows that the sheet holds, numbered as Excel shows them."""
    merged = sorted(_merged_ranges(package, part), reverse=True)
    open_ranges: list[tuple[_Merged, Cell]] = []
    number = 0
    for element in elements(package, part, "row"):
        number = _row_number(element.get("r"), number, package.where)
        cells = _cells(element, package)
        open_ranges = [(area, value) for area, value in open_ranges if area.last_row >= number]
        for area, value in open_ranges:
            _fill(cells, area, value)
        while merged and merged[-1].first_row <= number:
            area = merged.pop()
            value = cells[area.first] if area.first < len(cells) else None
            if area.first_row == number:
                _fill(cells, area, value)
                open_ranges.append((area, value))
        yield number, cells


def _row_number(text: str | None, before: int, where: str) -> int:
    if text is None:
        return before + 1
    if not text.isdecimal() or len(text) > 7:
        raise Damaged(where, f"a row behind row {before} of the sheet has no number")
    return int(text)


def _cells(row: Any, package: Package) -> list[Cell]:
    cells: list[Cell] = []
    for element in row:
        place = element.get("r")
        column = len(cells) if place is None else _column(place.rstrip(_DIGITS))
        if column < MAX_COLUMNS:
            if column >= len(cells):
                cells.extend([None] * (column - len(cells) + 1))
            cells[column] = _value(element, package)
    return cells


@lru_cache(maxsize=4_096)
def _column(letters: str) -> int:
    """The index of a column from its letters: A is 0."""
    index = 0
    for letter in letters[:4]:
        index = index * 26 + ord(letter.upper()) - 64
    return index - 1 if index > 0 else MAX_COLUMNS


def _value(element: Any, package: Package) -> Cell:
    kind = element.get("t", "n")
    value = formula = None
    for child in element:
        tag = child.tag
        if tag.endswith("}v"):
            value = child.text
        elif tag.endswith("}is"):
            return text_of(child)
        elif tag.endswith("}f"):
            formula = child.text
    if value is None:
        return None if formula is None else f"={formula}"
    if kind == "s":
        return _shared_text(value, package)
    if kind == "n":
        return _number(value)
    return ("FALSE", "TRUE")[value == "1"] if kind == "b" else str(value)


def _shared_text(index: str, package: Package) -> str:
    if index.isdecimal() and len(index) < 9 and int(index) < len(package.shared_texts):
        return package.shared_texts[int(index)]
    raise Damaged(package.where, "a cell refers to a text that the workbook does not hold")


def _number(text: str) -> Cell:
    try:
        return float(text)
    except ValueError:
        return text


def _merged_ranges(package: Package, part: str) -> list[_Merged]:
    """The merged ranges of a sheet, which stand behind its rows: found without parsing them."""
    ranges: list[_Merged] = []
    tail = b""
    for chunk in chunks(package, part, _CHUNK):
        text = tail + chunk
        end = 0
        for found in _MERGED.finditer(text):
            end = found.end()
            left, top, right, bottom = found.groups()
            columns = _column(left.decode()), min(_column(right.decode()), MAX_COLUMNS - 1)
            ranges.append(_Merged(int(top), int(bottom), *columns))
        if len(ranges) > _MAX_MERGED:
            raise TooLarge(package.where, f"the sheet has more than {_MAX_MERGED} merged cells")
        tail = text[max(end, len(text) - _LONGEST_TAG) :]
    return ranges


def _fill(cells: list[Cell], area: _Merged, value: Cell) -> None:
    """Give a row its share of a merged range: the value, and SPANNED to the right of it."""
    if area.first > area.last:
        return
    cells.extend([None] * (area.last + 1 - len(cells)))
    cells[area.first] = value
    for column in range(area.first + 1, area.last + 1):
        cells[column] = SPANNED

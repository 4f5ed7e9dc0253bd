"""Raw rows of real .xls workbooks (Excel 97–2003), where the library for them is installed.

Most ".xls" files of one-stop systems are HTML and are read as such. A real one needs `xlrd`, which
is pure Python: a damaged file gives an exception, where faster readers end the process. It holds a
sheet in memory, which the format bounds at 65,536 rows.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from scrapers.dossiers.cells import SPANNED, Cell
from scrapers.dossiers.errors import Damaged, NoListing, TooLarge, UnknownFormat
from scrapers.dossiers.heading_rows import SEARCHED_ROWS, HeadingRows, find_headings
from scrapers.dossiers.headings import Vocabulary
from scrapers.dossiers.raw import RawTable

MAX_BYTES: Final = 64 * 2**20

_TEXT, _NUMBER, _DATE, _BOOLEAN = 1, 2, 3, 4
_AS_XLSX = "open it in Excel and save it as .xlsx"


def open_old_excel(stream: BinaryIO, where: str, wanted: Vocabulary) -> RawTable:
    """The rows of the first sheet with the headings of a listing, hidden sheets last.

    Raises UnknownFormat when the library is not installed or the file is locked by a password,
    TooLarge over 64 MB, NoListing or Damaged.
    """
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise TooLarge(where, f"an .xls workbook over {MAX_BYTES >> 20} MB is not read")
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnknownFormat(where, "the workbook is locked by a password", "remove the password")
    book = _open(content, where)
    best: HeadingRows | None = None
    chosen: Any = None
    listings = 0
    for sheet in sorted(book.sheets(), key=lambda sheet: sheet.visibility != 0):
        rows = range(min(sheet.nrows, SEARCHED_ROWS))
        found = find_headings([_cells(sheet, row) for row in rows], wanted)
        is_complete = found is not None and not wanted.lacks(found.columns)
        listings += is_complete
        if found and (best is None or (is_complete and wanted.lacks(best.columns))):
            best, chosen = found, sheet
    if chosen is None:
        raise NoListing(
            where,
            "no sheet of the workbook has the headings of a listing",
            "export the listing itself",
        )
    return RawTable("xls", _rows(chosen), unread_tables=max(0, listings - 1))


def _open(content: bytes, where: str) -> Any:
    try:
        xlrd = importlib.import_module("xlrd")
    except ImportError:
        raise UnknownFormat(where, "it is an old .xls workbook", _AS_XLSX) from None
    try:
        # Its log would print what it meets in the file.
        book = xlrd.open_workbook(
            file_contents=content, logfile=io.StringIO(), formatting_info=True
        )
    except Exception as error:  # its exceptions have no common base
        raise Damaged(where, f"the workbook cannot be read ({type(error).__name__})") from None
    if book.datemode == 1:
        raise UnknownFormat(
            where, "the workbook counts its days from 1904", "switch that option off in Excel"
        )
    return book


def _rows(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    merged: dict[int, list[tuple[int, int, int]]] = {}
    for first_row, end_row, first, end in sheet.merged_cells:
        for row in range(first_row, min(end_row, sheet.nrows)):
            merged.setdefault(row, []).append((first_row, first, end))
    for row in range(sheet.nrows):
        cells = _cells(sheet, row)
        for first_row, first, end in merged.get(row, ()):
            value = _value(sheet, first_row, first)
            cells.extend([None] * (end - len(cells)))
            cells[first:end] = [value, *[SPANNED] * (end - first - 1)]
        yield row + 1, cells


def _cells(sheet: Any, row: int) -> list[Cell]:
    return [_value(sheet, row, column) for column in range(sheet.row_len(row))]


def _value(sheet: Any, row: int, column: int) -> Cell:
    if column >= sheet.row_len(row):
        return None
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == _BOOLEAN:
        return "TRUE" if value else "FALSE"
    return value if kind in (_TEXT, _NUMBER, _DATE) else None

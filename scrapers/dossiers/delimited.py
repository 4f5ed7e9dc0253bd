"""Raw rows of csv files, whatever delimiter and encoding they were saved with.

The standard reader streams, so a million rows take no more memory than one. It is watched for the
one thing it does silently: a quotation mark that is never closed swallows the rows that follow.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from scrapers.dossiers.cells import MAX_CELL_CHARS, Cell
from scrapers.dossiers.codes import find_codes
from scrapers.dossiers.encodings import encoding_of
from scrapers.dossiers.errors import Damaged, NoListing
from scrapers.dossiers.heading_rows import SEARCHED_ROWS, HeadingRows, find_headings
from scrapers.dossiers.headings import Vocabulary
from scrapers.dossiers.raw import RawTable

_DELIMITERS: Final = ",;\t|"
_HEAD_CHARS = 1 << 18
_LONGEST_CELL = 1 << 24
"""A cell up to this long is passed on (and rejected with its row); beyond, the file is damaged."""


def open_delimited(stream: BinaryIO, where: str, wanted: Vocabulary) -> RawTable:
    """The rows of a csv file. Raises NoListing when no delimiter gives headings, Damaged later."""
    text = io.TextIOWrapper(stream, encoding=encoding_of(stream), newline="")
    try:
        head = text.read(_HEAD_CHARS)
    except UnicodeDecodeError:
        raise Damaged(where, "its text is in neither UTF-8, UTF-16 nor windows-1258") from None
    delimiter = _delimiter_of(head, wanted)
    if delimiter is None:
        raise NoListing(
            where,
            "it is text without the headings of a listing",
            "export the listing itself as csv or xlsx",
        )
    text.seek(0)
    return RawTable("csv", _rows(text, delimiter, where), exact_width=True)


def _delimiter_of(head: str, wanted: Vocabulary) -> str | None:
    """The delimiter under which the best headings appear."""
    best: HeadingRows | None = None
    chosen = None
    for delimiter in _DELIMITERS:
        rows = []
        try:
            for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
                rows.append(row)
                if len(rows) == SEARCHED_ROWS:
                    break
        except csv.Error:
            pass  # what comes after an overlong cell is not needed to find the headings
        found = find_headings(rows, wanted)
        if found is not None and found.is_better_than(best, wanted):
            best, chosen = found, delimiter
    return chosen


def _rows(text: io.TextIOWrapper, delimiter: str, where: str) -> Iterator[tuple[int, list[Cell]]]:
    # The limit is one for the whole process; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    reader = csv.reader(text, delimiter=delimiter)
    line = widest = 0
    try:
        for number, row in enumerate(reader, 1):
            line += 1
            if reader.line_num != line:
                _check_quotes(row, delimiter, widest, f"{where}, line {line}")
                line = reader.line_num
            elif len(row) > widest:
                widest = len(row)
            yield number, row  # type: ignore[misc]
    except csv.Error:
        raise Damaged(where, f"line {line + 1} has a cell without end") from None
    except UnicodeDecodeError:
        raise Damaged(where, f"behind line {line} is a byte that is no text") from None


def _check_quotes(row: list[str], delimiter: str, widest: int, where: str) -> None:
    """Raises Damaged when a cell of several lines has rows inside it, whole ones or their codes."""
    for cell in row:
        for line in cell.splitlines()[1:]:
            count = line.count(delimiter)
            if count and (count >= max(2, widest - 1) or find_codes(line[:MAX_CELL_CHARS])):
                raise Damaged(where, "an open quotation mark swallows the rows that follow")

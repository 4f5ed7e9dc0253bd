"""Finds the headings of a table among its first rows: under titles, over several rows, merged.

A candidate is one to four rows that stand together. Its columns are named by every way of reading
the cells above each other: "Ngày" over "tiếp nhận" together, the lowest alone, the upper ones
alone. The candidate that covers all required fields wins, then the one that names most fields,
then the one of fewest rows, then the first. Two known headings with the telling one among them (of
dossiers, the code) make a candidate, else it takes three: a row of a form ("Mã hồ sơ: … Trạng thái:
…") or of a summary is rarely taken for one, and never when the real headings are there. A row with
a dossier code or a date in it is no heading: a first dossier swallowed as one would be missed in
silence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from scrapers.dossiers.cells import SPANNED, Cell, RowRejected, read_text
from scrapers.dossiers.codes import find_codes
from scrapers.dossiers.headings import Columns, Vocabulary, fold

SEARCHED_ROWS: Final = 60
"""How many rows are searched: titles, mottos and filters above a table are far fewer."""

_MOST_HEADING_ROWS = 4
# As a number a day has five digits before the point.
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2}|^\d{5,}(?:\.\d+)?$", re.ASCII)


class HeadingRows(NamedTuple):
    """Where the headings stand (`first` to `end`, from 0, `end` excluded) and what they say."""

    first: int
    end: int
    columns: Columns

    def is_better_than(self, other: HeadingRows | None, wanted: Vocabulary) -> bool:
        """Whether this is the better reading; `other` may come from another table."""
        return other is None or self._merit(wanted) > other._merit(wanted)

    def _merit(self, wanted: Vocabulary) -> tuple[bool, int, int, int]:
        complete = not wanted.lacks(self.columns)
        return complete, self.columns.known, self.first - self.end, -self.first


def find_headings(rows: Sequence[Sequence[Cell]], wanted: Vocabulary) -> HeadingRows | None:
    """The best candidate among the first rows of a table; None when there is none.

    The caller has to look at `wanted.lacks(columns)`: the best may still be incomplete.
    """
    texts = [heading_texts(row) for row in rows[:SEARCHED_ROWS]]
    best = None
    for first, row in enumerate(texts):
        if not any(wanted.meaning_of(text) for text in row if text):
            continue
        for end in range(first + 1, min(first + _MOST_HEADING_ROWS, len(texts)) + 1):
            if _is_data(texts[end - 1]):
                break
            columns = wanted.choose(_name_columns(texts[first:end], wanted))
            candidate = HeadingRows(first, end, columns)
            if wanted.is_heading(columns) and candidate.is_better_than(best, wanted):
                best = candidate
    return best


def heading_texts(row: Sequence[Cell]) -> list[str]:
    """The cells of a row as texts, a spanned cell repeating the one it belongs to; "" for none."""
    texts: list[str] = []
    for cell in row:
        if cell is SPANNED and texts:
            texts.append(texts[-1])
        else:
            texts.append(_short_text(cell))
    return texts


def folded_texts(row: Sequence[Cell]) -> tuple[str, ...]:
    """The texts of a row folded, without empty and repeated ones: to know a row when it returns."""
    return tuple(dict.fromkeys(folded for text in heading_texts(row) if (folded := fold(text))))


def _is_data(texts: Sequence[str]) -> bool:
    return any(_DATE.search(text) or find_codes(text) for text in texts)


def _short_text(cell: Cell) -> str:
    try:
        return read_text(cell) or ""
    except RowRejected:
        return ""


def _name_columns(rows: Sequence[Sequence[str]], wanted: Vocabulary) -> list[str]:
    width = max(len(row) for row in rows)
    return [
        _name_column([row[i] for row in rows if i < len(row) and row[i]], wanted)
        for i in range(width)
    ]


def _name_column(stacked: Sequence[str], wanted: Vocabulary) -> str:
    """The best reading of the texts of one column, from the top down."""
    parts = list(dict.fromkeys(stacked))
    readings = [" ".join(parts), " ".join(reversed(parts))]
    if wanted.reads_parts:
        readings += reversed(parts)
    # Below "Chủ hồ sơ" everything is about a person, whatever its own heading says.
    for part in parts:
        meaning = wanted.meaning_of(part)
        if meaning and meaning[0] in wanted.left_out and len(parts) > 1:
            return part
    return next((reading for reading in readings if wanted.meaning_of(reading)), readings[0])

"""An office's own report table: its rows with their figures, found by headings, never by position.

What cannot be read is told, never guessed, and an empty cell is no figure, not zero.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from scrapers.dossiers.cells import Cell, RowRejected, read_text
from scrapers.dossiers.codes import normalise_unit_code
from scrapers.dossiers.errors import Damaged, ListingError, NoListing, TooLarge, UnknownFormat
from scrapers.dossiers.heading_rows import (
    SEARCHED_ROWS,
    HeadingRows,
    find_headings,
    folded_texts,
    heading_texts,
)
from scrapers.dossiers.headings import fold, show
from scrapers.dossiers.raw import RawItems, RawTable
from scrapers.dossiers.row_kinds import RowKind, kind_of_row
from scrapers.dossiers.tables import open_raw
from sync.failures import Failure
from sync.reconcile_headings import FIGURES, VOCABULARY, places

MOST_ROWS: Final = 20_000
"""A report has a row a unit; the largest province has 188."""

_NUMBER = re.compile(r"(\d{1,9})(?:[.,]0{1,2})?|(\d{1,3}(?:([., ])\d{3})(?:\3\d{3})*)", re.ASCII)


class WrongFile(Failure):
    """The file holds no table that can be reconciled; the message says why."""

    exit_code = 2


class OfficeRow(NamedTuple):
    """One row of the table, counted from 1 with its headings; a figure that is not there is None.

    `unreadable` are headings of cells in which something stands that is no whole number.
    """

    row: int
    code: str | None
    name: str | None
    figures: Mapping[str, int | None]
    unreadable: tuple[str, ...]


@dataclass(frozen=True)
class OfficeTable:
    """A report table; `headings` maps the fields that have a column to what stands above it.

    `ignored` are headings of which nothing is known, or two of which mean the same; `passed_over`
    counts rows that are headings again, groups, totals, notes or signatures.
    """

    name: str
    headings: Mapping[str, str]
    ignored: Sequence[str]
    rows: Sequence[OfficeRow]
    passed_over: int
    other_tables: int


def read_table(path: Path) -> OfficeTable:
    """The report table of a file in xlsx, xls, html or csv. Raises WrongFile."""
    try:
        with path.open("rb") as stream:
            raw = open_raw(stream, path.name, VOCABULARY)
            if isinstance(raw, RawItems):
                raise UnknownFormat(path.name, "it is JSON", "save the table as .xlsx or .csv")
            return _read(raw, path.name)
    except NoListing as error:
        raise WrongFile(
            f"{path}: no table has headings for a unit and for received dossiers; "
            "docs/reconcile.md lists those that are known."
        ) from error
    except ListingError as error:
        raise WrongFile(str(error)) from error
    except OSError as error:
        raise WrongFile(f"{path} cannot be read: {error.strerror}.") from error


def read_count(cell: Cell) -> int | None:
    """A printed count: 1204, "1.204", "1 204"; None for nothing or a dash.

    Raises ValueError for anything else. A number of a workbook is taken as it is: its 1.204 is no
    count at all.
    """
    if isinstance(cell, float | int):
        if cell < 0 or cell != cell // 1:
            raise ValueError("no whole number")
        return int(cell)
    text = read_text(cell)
    if text is None:
        return None
    found = _NUMBER.fullmatch(text)
    if not found:
        raise ValueError("no whole number")
    return int(found[1] or re.sub(r"\D", "", found[2]))


def _read(raw: RawTable, name: str) -> OfficeTable:
    head = list(islice(raw.rows, SEARCHED_ROWS))
    top = find_headings([cells for _, cells in head], VOCABULARY)
    if top is None or VOCABULARY.lacks(top.columns):
        raise NoListing(name, "no row has the headings of a report", "look at the headings")
    reader = _RowReader(top, raw.exact_width)
    kind_of = partial(
        kind_of_row,
        columns=top.columns,
        headings={folded_texts(cells) for _, cells in head[top.first : top.end]},
        titles=_titles(head, top),
    )
    rows = []
    for number, cells in chain(head[top.end :], raw.rows):
        try:
            row = reader.read(number, cells, kind_of(cells))
        except RowRejected as reason:
            raise Damaged(name, f"row {number}: {reason}") from None
        if row is not None:
            rows.append(row)
        if len(rows) > MOST_ROWS:
            raise TooLarge(name, f"the table has more than {MOST_ROWS} rows")
    if raw.is_cut_short:
        raise Damaged(name, "the page breaks off")
    return OfficeTable(
        name, reader.headings, reader.ignored, rows, reader.passed_over, raw.unread_tables
    )


def _titles(head: Sequence[tuple[int, list[Cell]]], top: HeadingRows) -> set[str]:
    """The texts above the headings, folded: exports repeat them on every page."""
    return {fold(text) for _, cells in head[: top.first] for text in heading_texts(cells) if text}


class _RowReader:
    """Reads the rows below some headings, and counts those that are none of a unit."""

    def __init__(self, top: HeadingRows, exact_width: bool) -> None:
        shown = [show(heading) for heading in top.columns.headings]
        self._places = places(top.columns.by_field)
        self._width = len(shown) if exact_width else None
        self.headings = {name: shown[place] for name, place in self._places.items()}
        used = {*self._places.values(), top.columns.by_field.get("ordinal")}
        self.ignored = [text for place, text in enumerate(shown) if text and place not in used]
        self.passed_over = 0

    def read(self, number: int, cells: Sequence[Cell], kind: RowKind) -> OfficeRow | None:
        """The row of a unit; None for any other. Raises RowRejected for an overlong cell."""
        figures, unreadable = self._figures(cells)
        has_figures = bool(unreadable) or any(value is not None for value in figures.values())
        is_unit = kind.kind == "dossier" or (kind.kind == "group" and has_figures)
        code = normalise_unit_code(self._cell(cells, "unit_code"))
        name = read_text(self._cell(cells, "unit_name"))
        if not is_unit or (code is None and name is None) or self._goes_on(code, name):
            self.passed_over += kind.kind != "empty"
            return None
        return OfficeRow(number, code, name, figures, unreadable)

    def _goes_on(self, code: str | None, name: str | None) -> bool:
        """Whether a row is one more of headings: a cell merged downwards reaches into it."""
        pairs = ((code, "unit_code"), (name, "unit_name"))
        return any(text and fold(text) == fold(self.headings[field]) for text, field in pairs)

    def _figures(self, cells: Sequence[Cell]) -> tuple[dict[str, int | None], tuple[str, ...]]:
        """The figures of a row, and the headings of those that cannot be read."""
        figures: dict[str, int | None] = {}
        unreadable = []
        # More cells than headings: an unquoted delimiter, and everything behind it has moved.
        is_torn = self._width is not None and len(cells) > self._width
        for name in FIGURES.keys() & self._places.keys():
            try:
                figures[name] = None if is_torn else read_count(self._cell(cells, name))
            except ValueError:
                figures[name] = None
            if is_torn or (figures[name] is None and self._is_filled(cells, name)):
                unreadable.append(self.headings[name])
        return figures, tuple(sorted(unreadable))

    def _is_filled(self, cells: Sequence[Cell], name: str) -> bool:
        return read_text(self._cell(cells, name)) is not None

    def _cell(self, cells: Sequence[Cell], name: str) -> Cell:
        place = self._places.get(name)
        return cells[place] if place is not None and place < len(cells) else None

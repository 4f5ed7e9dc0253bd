"""Raw rows of one table into records: which rows are dossiers, and what is odd about them.

Nearly all rows are alike, a plain code in its place and cells that can be read, and are read many
at once (`columns`); every other row by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

from scrapers.dossiers.cells import Cell, RowRejected, read_text
from scrapers.dossiers.codes import are_known_codes, exact_code, find_codes, odd_code
from scrapers.dossiers.columns import ColumnReader, Readings
from scrapers.dossiers.headings import DATE_FIELDS, Columns
from scrapers.dossiers.merged_cell import read_merged_cell
from scrapers.dossiers.records import Declared, Dossier, DossierColumns, Facts
from scrapers.dossiers.repeats import Repeats
from scrapers.dossiers.row_kinds import RowKind
from scrapers.dossiers.totals import declared_in_row

NumberedRow = tuple[int, list[Cell]]

_CODE: Final = Dossier._fields.index("code")
_DUE_AT: Final = Dossier._fields.index("due_at")
_MOST_TOTALS: Final = 1_000
_FROM_MERGED: Final = ("received_at", "due_at", "state")


class RowReader:
    """Reads the rows of one table, keeps the unit of group rows and writes the facts down.

    `kind_of` tells what a row without a known code is. With `exact_width` a row of more cells than
    headings is rejected: in csv that is an unquoted delimiter, and everything behind it has moved.
    Without `repeats` a code that comes again is a record again.
    """

    def __init__(
        self,
        columns: Columns,
        facts: Facts,
        readings: Readings,
        repeats: Repeats | None,
        kind_of: Callable[[Sequence[Cell]], RowKind],
        *,
        group: str | None = None,
        exact_width: bool = False,
    ) -> None:
        self._columns = columns
        self._facts = facts
        self._repeats = repeats
        self._kind_of = kind_of
        self._group = group
        self._exact_width = exact_width
        self._is_signed = False
        self._width = len(columns.headings)
        by_field = columns.by_field
        self._merged = by_field.get("info")
        self._total = by_field.get("total_rows")
        self._code = next(
            (by_field[name] for name in ("code", "national_code", "info") if name in by_field), None
        )
        # What a merged cell says is put behind the row; a column of its own goes before it.
        merged = {} if self._merged is None else _FROM_MERGED
        self._places = {name: self._width + i for i, name in enumerate(merged)} | by_field
        code = {} if self._code is None else {"code": self._code}
        self._reader = ColumnReader(self._places | code, readings)

    def read(self, rows: Sequence[NumberedRow]) -> list[DossierColumns]:
        """The records of the table's next rows; of those without one the facts say why."""
        if self._are_plain([cells for _, cells in rows]):
            return self._read_plain(rows)
        found = []
        for is_plain, run in groupby(rows, lambda row: self._are_plain([row[1]])):
            if is_plain:
                found += self._read_plain(list(run))
            else:
                for number, cells in run:
                    found += self._read_alone(number, cells)
        return found

    def _are_plain(self, rows: Sequence[list[Cell]]) -> bool:
        """Whether rows are as long as the headings, with nothing but a known code in its place."""
        if self._code is None or self._merged is not None or self._total is not None:
            return False
        if set(map(len, rows)) != {self._width}:
            return False
        return are_known_codes([cells[self._code] for cells in rows])

    def _read_plain(self, rows: Sequence[NumberedRow]) -> list[DossierColumns]:
        """The records of plain rows; where one has a cell that cannot be read, halves are tried."""
        try:
            columns = self._reader.read([cells for _, cells in rows], self._group)
        except (RowRejected, ValueError):
            if len(rows) == 1:
                return self._read_alone(*rows[0])
            half = len(rows) // 2
            return self._read_plain(rows[:half]) + self._read_plain(rows[half:])
        return self._taken(rows, columns)

    def _read_alone(self, number: int, cells: list[Cell]) -> list[DossierColumns]:
        """The record of one row that is odd in some way, if it has one."""
        try:
            is_torn = self._exact_width and len(cells) < self._width
            cells = self._fit(cells)
            if self._code is None:
                raise RowRejected("no dossier code")
            place = self._code
            code = exact_code(cells[place]) or self._code_otherwise(number, cells, place, is_torn)
            if code is None:
                return []
            if self._merged is not None:
                cells += read_merged_cell(cells[self._merged])
            if self._total is not None:
                self._declare_total(cells[self._total])
            cells[place] = code
            columns = self._reader.read([self._readable(number, cells)], self._group)
        except RowRejected as reason:
            self._facts.rejected.add(number, str(reason))
            return []
        return self._taken([(number, cells)], columns)

    def _taken(self, rows: Sequence[NumberedRow], columns: DossierColumns) -> list[DossierColumns]:
        """The records of rows that come for the first time; the others are counted."""
        if self._repeats is not None:
            columns = self._new(rows, columns, self._repeats)
        self._facts.records += len(columns[_CODE])
        self._facts.without_due += sum(due_at is None for due_at in columns[_DUE_AT])
        return [columns] if columns[_CODE] else []

    def _new(
        self, rows: Sequence[NumberedRow], columns: DossierColumns, repeats: Repeats
    ) -> DossierColumns:
        records = list(map(hash, zip(*columns, strict=True)))
        again = repeats.meet(list(map(hash, columns[_CODE])), records)
        if not again:
            return columns
        for place, repeat in again.items():
            if repeat == "identical":
                self._facts.identical += 1
            else:
                self._facts.conflicting.add(rows[place][0], "the same code with other values")
        return [
            [value for place, value in enumerate(column) if place not in again]
            for column in columns
        ]

    def _fit(self, cells: list[Cell]) -> list[Cell]:
        """A row of another length than the headings, cut or filled up."""
        missing = self._width - len(cells)
        if missing >= 0:
            return [*cells, *[None] * missing]
        # Where the code stands in its place, a page only has a column without a heading at the end.
        is_known = self._code is not None and exact_code(cells[self._code])
        has_more = any(read_text(cell) for cell in cells[self._width :])
        if has_more and (self._exact_width or not is_known):
            raise RowRejected("more cells than headings")
        return cells[: self._width]

    def _code_otherwise(
        self, number: int, cells: list[Cell], place: int, is_torn: bool
    ) -> str | None:
        """The code of a row without one of a known shape; None when the row is no dossier.

        A torn row has fewer cells than a csv row must have. A text alone in it is more likely the
        rest of a broken line than a unit, whose name would then stand in every record below.
        """
        cell = cells[place]
        if codes := find_codes(cell):
            self._facts.problems.add(number, "code: several in one cell, the first was taken")
            return codes[0]
        kind = self._kind_of(cells)
        if kind.kind == "group" and is_torn and not kind.is_labelled:
            raise RowRejected("no dossier code")
        if kind.kind != "dossier":
            self._pass_over(kind, cells)
            return None
        if place != self._merged and (code := odd_code(cell)):
            self._facts.problems.add(number, "code: of an unknown shape")
            return code
        national = self._columns.by_field.get("national_code")
        if national is not None and (code := exact_code(cells[national])):
            self._facts.problems.add(number, "code: missing, the national code was taken")
            return code
        if self._is_signed:
            self._facts.skipped["footer"] += 1
            return None
        raise RowRejected("no dossier code")

    def _pass_over(self, kind: RowKind, cells: Sequence[Cell]) -> None:
        self._facts.skipped[kind.kind] += 1
        self._is_signed = self._is_signed or kind.begins_signatures
        if kind.kind == "group":
            self._group = kind.group
        if kind.kind == "total" and len(self._facts.declared) < _MOST_TOTALS:
            declared = declared_in_row(
                [text for cell in self._countable(cells) if (text := read_text(cell))]
            )
            if declared:
                self._facts.declared.append(declared)

    def _countable(self, cells: Sequence[Cell]) -> list[Cell]:
        """The cells of a total row that may count dossiers: not a sum of days, nor of a fee."""
        others = {i for i in self._columns.ignored if self._columns.headings[i]}
        others.add(self._columns.by_field.get("printed_days_late", -1))
        return [cell for i, cell in enumerate(cells) if i not in others]

    def _declare_total(self, cell: Cell) -> None:
        """A column that repeats the total of the listing in every row; the first row is enough."""
        total = read_text(cell)
        if total is not None and total.isdecimal():
            self._facts.declared.append(Declared("column", int(total)))
        self._total = None

    def _readable(self, number: int, cells: Sequence[Cell]) -> list[Cell]:
        """A row without the dates and numbers that cannot be read; they are told."""
        readable = list(cells)
        for name in (*DATE_FIELDS, "printed_days_late"):
            place = self._places.get(name)
            if place is None:
                continue
            try:
                self._reader.try_cell(name, cells[place])
            except ValueError as reason:
                self._facts.problems.add(number, f"{name}: {reason}")
                readable[place] = None
        return readable

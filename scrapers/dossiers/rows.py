"""Raw rows of one table into records: the path that every row of a million takes.

Which column is which is decided once (`headings.Columns`); then a row costs one look for its code,
one pick of the cells that matter, and a look into a cache for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Final

from scrapers.dossiers.cells import (
    Cache,
    Cell,
    RowRejected,
    read_applicant,
    read_days_late,
    read_officers,
    read_public_text,
    read_text,
)
from scrapers.dossiers.codes import (
    exact_code,
    find_codes,
    is_unit_code,
    normalise_unit_code,
    odd_code,
)
from scrapers.dossiers.dates import UnreadableDate, read_moment
from scrapers.dossiers.headings import DATE_FIELDS, Columns
from scrapers.dossiers.merged_cell import read_merged_cell
from scrapers.dossiers.records import Declared, Dossier, Facts
from scrapers.dossiers.repeats import Repeats
from scrapers.dossiers.row_kinds import RowKind
from scrapers.dossiers.totals import declared_in_row

_Instant = tuple[datetime | None, bool]
_NO_INSTANT: Final[_Instant] = (None, False)

_PICKED: Final = (
    "national_code", "procedure_code", "procedure_name", "field", "unit_code", "unit_name",
    "parent_unit", "officer", "state", "state_code", *DATE_FIELDS, "printed_days_late", "note",
    "applicant",
)  # fmt: skip
_MOST_TOTALS: Final = 1_000
_FROM_MERGED: Final = ("received_at", "due_at", "state")


class Readings:
    """Caches of what cells were read as, for the tables of one listing."""

    def __init__(self) -> None:
        self.texts: Cache[str | None] = Cache(read_text)
        self.codes: Cache[str | None] = Cache(normalise_unit_code)
        self.units: Cache[tuple[str | None, str | None]] = Cache(_read_unit)
        self.officers: Cache[str | None] = Cache(read_officers)
        self.states: Cache[tuple[str | None, str | None]] = Cache(_read_state)
        self.instants: Cache[_Instant] = Cache(lambda cell: read_moment(cell) or _NO_INSTANT)
        self.days: Cache[int | None] = Cache(read_days_late)


class RowReader:
    """Reads the rows of one table, keeps the unit of group rows and writes the facts down.

    `kind_of` tells what a row without a known code is. With `exact_width` a row of more cells than
    headings is rejected: in csv that is an unquoted delimiter, and everything behind it has moved.
    """

    def __init__(
        self,
        columns: Columns,
        facts: Facts,
        readings: Readings,
        repeats: Repeats,
        kind_of: Callable[[Sequence[Cell]], RowKind],
        *,
        group: str | None = None,
        exact_width: bool = False,
    ) -> None:
        self._columns = columns
        self._facts = facts
        self._readings = readings
        self._repeats = repeats
        self._kind_of = kind_of
        self._group = group
        self._exact_width = exact_width
        self._is_signed = False
        self._width = len(columns.headings)
        by_field = columns.by_field
        self._merged = by_field.get("info")
        self._total = by_field.get("total_rows")
        self._names_unit = "unit_name" in by_field
        self._code = next(
            (by_field[name] for name in ("code", "national_code", "info") if name in by_field), -1
        )
        self._pick = self._picker()

    def _picker(self) -> Callable[[Sequence[Cell]], tuple[Cell, ...]]:
        """Picks the cells of `_PICKED`; behind the last column stand None and the merged cell's."""
        places = {name: self._width + 1 + i for i, name in enumerate(_FROM_MERGED)}
        if self._merged is None:
            places = {}
        places |= self._columns.by_field
        return itemgetter(*(places.get(name, self._width) for name in _PICKED))

    def read(self, number: int, cells: list[Cell]) -> Dossier | None:
        """The record of a row; None when it has none, and the facts say why."""
        try:
            is_torn = False
            if len(cells) != self._width:
                is_torn = self._exact_width and len(cells) < self._width
                cells = self._fit(cells)
            code = exact_code(cells[self._code]) or self._code_otherwise(number, cells, is_torn)
            if code is None:
                return None
            record = self._record(number, code, cells)
        except RowRejected as reason:
            self._facts.rejected.add(number, str(reason))
            return None
        repeat = self._repeats.meet(hash(code), hash(record))
        if repeat == "new":
            self._facts.records += 1
            if record.due_at is None:
                self._facts.without_due += 1
            return record
        if repeat == "identical":
            self._facts.identical += 1
        else:
            self._facts.conflicting.add(number, "the same code with other values")
        return None

    def _record(self, number: int, code: str, cells: list[Cell]) -> Dossier:
        if self._total is not None:
            self._declare_total(cells[self._total])
        cells.append(None)
        if self._merged is not None:
            merged = read_merged_cell(cells[self._merged])
            cells += [merged.received, merged.due, merged.state]
        (
            national, procedure_code, procedure, field, unit_code, unit, parent, officer, state,
            state_code, received, due, ended, returned, days, note, applicant,
        ) = self._pick(cells)  # fmt: skip
        readings = self._readings
        texts = readings.texts
        try:
            received_at = readings.instants[received][0]
            due_at, is_date_only = readings.instants[due]
            ended_at = readings.instants[ended][0]
            returned_at = readings.instants[returned][0]
        except UnreadableDate:
            instants = self._readable(number, (received, due, ended, returned))
            (received_at, _), (due_at, is_date_only), (ended_at, _), (returned_at, _) = instants
        unit_name, code_as_name = readings.units[unit]
        state_name, code_as_state = readings.states[state]
        return Dossier(
            code,
            None if national is None else exact_code(national) or odd_code(national),
            texts[procedure_code],
            texts[procedure],
            texts[field],
            readings.codes[unit_code] or code_as_name,
            unit_name or (None if self._names_unit else self._group),
            texts[parent] or (self._group if self._names_unit else None),
            readings.officers[officer],
            state_name,
            texts[state_code] or code_as_state,
            received_at,
            due_at,
            is_date_only,
            ended_at,
            returned_at,
            None if days is None else self._days_late(number, days),
            None if note is None else read_public_text(note),
            None if applicant is None else read_applicant(applicant),
        )

    def _fit(self, cells: list[Cell]) -> list[Cell]:
        """A row of another length than the headings, cut or filled up."""
        missing = self._width - len(cells)
        if missing > 0:
            return [*cells, *[None] * missing]
        # Where the code stands in its place, a page only has a column without a heading at the end.
        is_in_place = not self._exact_width and exact_code(cells[self._code])
        if not is_in_place and any(read_text(cell) for cell in cells[self._width :]):
            raise RowRejected("more cells than headings")
        return cells[: self._width]

    def _code_otherwise(self, number: int, cells: list[Cell], is_torn: bool) -> str | None:
        """The code of a row without one of a known shape; None when the row is no dossier.

        A torn row has fewer cells than a csv row must have. A text alone in it is more likely the
        rest of a broken line than a unit, whose name would then stand in every record below.
        """
        cell = cells[self._code]
        if codes := find_codes(cell):
            self._facts.problems.add(number, "code: several in one cell, the first was taken")
            return codes[0]
        kind = self._kind_of(cells)
        if kind.kind == "group" and is_torn and not kind.is_labelled:
            raise RowRejected("no dossier code")
        if kind.kind != "dossier":
            self._pass_over(kind, cells)
            return None
        if self._code != self._merged and (code := odd_code(cell)):
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

    def _readable(self, number: int, cells: Sequence[Cell]) -> list[_Instant]:
        """The dates of a row; one that cannot be read is nothing, and is told."""
        instants = []
        for name, cell in zip(DATE_FIELDS, cells, strict=True):
            try:
                instants.append(self._readings.instants[cell])
            except UnreadableDate as reason:
                self._facts.problems.add(number, f"{name}: {reason}")
                instants.append(_NO_INSTANT)
        return instants

    def _days_late(self, number: int, cell: Cell) -> int | None:
        try:
            return self._readings.days[cell]
        except ValueError as reason:
            self._facts.problems.add(number, f"printed_days_late: {reason}")
            return None


def _read_unit(cell: Cell) -> tuple[str | None, str | None]:
    """A unit's name, or its code where the column holds codes."""
    text = read_text(cell)
    code = normalise_unit_code(cell) or ""
    return (None, code) if is_unit_code(code) else (text, None)


def _read_state(cell: Cell) -> tuple[str | None, str | None]:
    """A state in words, or its code where the column holds codes."""
    text = read_text(cell)
    return (None, text) if text is not None and text.isdecimal() else (text, None)

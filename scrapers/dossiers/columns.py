"""Rows of one table into records, a column at a time: the path that every row of a million takes.

Columns repeat few values, so what a cell says is looked up in a cache, and one call looks up a
whole column. Which column is which has been decided before (`headings.Columns`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from scrapers.dossiers.cells import (
    Cache,
    Cell,
    as_unit,
    read_applicant,
    read_days_late,
    read_officers,
    read_public_text,
    read_text,
    read_unit,
)
from scrapers.dossiers.codes import exact_code, is_unit_code, normalise_unit_code, odd_code
from scrapers.dossiers.dates import read_moment
from scrapers.dossiers.records import DossierColumns

Instant: TypeAlias = tuple[datetime | None, bool]
"""An instant, and whether no time of day was printed."""
Values: TypeAlias = Sequence[Any] | None
"""The values of a column; None where the table has no such column."""

_NO_INSTANT: Final[Instant] = (None, False)


class Readings:
    """Caches of what cells were read as, for the tables of one listing."""

    def __init__(self) -> None:
        self.texts: Cache[str | None] = Cache(read_text)
        self.codes: Cache[str | None] = Cache(lambda cell: exact_code(cell) or odd_code(cell))
        self.unit_codes: Cache[str | None] = Cache(lambda cell: as_unit(normalise_unit_code(cell)))
        self.units: Cache[tuple[str | None, str | None]] = Cache(_unit_or_code)
        self.parents: Cache[str | None] = Cache(read_unit)
        self.officers: Cache[str | None] = Cache(read_officers)
        self.states: Cache[tuple[str | None, str | None]] = Cache(_read_state)
        self.instants: Cache[Instant] = Cache(lambda cell: read_moment(cell) or _NO_INSTANT)
        self.days: Cache[int | None] = Cache(read_days_late)


class ColumnReader:
    """Reads rows of one table; `places` says in which of their cells each field stands."""

    def __init__(self, places: Mapping[str, int], readings: Readings) -> None:
        self._places = places
        self._readings = readings

    def read(self, rows: Sequence[Sequence[Cell]], group: str | None) -> DossierColumns:
        """The records of rows of one length with a code each, below one heading of a group.

        Raises RowRejected for a row that is none, ValueError (UnreadableDate for dates) for a cell
        without which it would be one; which row that was is not told.
        """
        columns = list(zip(*rows, strict=True))
        known = self._readings
        unit, unit_as_code = self._two("unit_name", columns, known.units)
        state, state_as_code = self._two("state", columns, known.states)
        due, is_date_only = self._two("due_at", columns, known.instants)
        parent = self._one("parent_unit", columns, known.parents.__getitem__)
        above = None if group is None else [as_unit(group)] * len(rows)
        if "unit_name" in self._places:
            parent = _either(parent, above)
        else:
            unit = above
        values: tuple[Values, ...] = (
            columns[self._places["code"]],
            self._one("national_code", columns, known.codes.__getitem__),
            self._one("procedure_code", columns, known.texts.__getitem__),
            self._one("procedure_name", columns, known.texts.__getitem__),
            self._one("field", columns, known.texts.__getitem__),
            _either(self._one("unit_code", columns, known.unit_codes.__getitem__), unit_as_code),
            unit,
            parent,
            self._one("officer", columns, known.officers.__getitem__),
            state,
            _either(self._one("state_code", columns, known.texts.__getitem__), state_as_code),
            self._two("received_at", columns, known.instants)[0],
            due,
            is_date_only or [False] * len(rows),
            self._two("ended_at", columns, known.instants)[0],
            self._two("returned_at", columns, known.instants)[0],
            self._one("printed_days_late", columns, known.days.__getitem__),
            # Notes are long and rarely the same, owners are not to be remembered.
            self._one("note", columns, read_public_text),
            self._one("applicant", columns, read_applicant),
        )
        return [[None] * len(rows) if column is None else column for column in values]

    def try_cell(self, name: str, cell: Cell) -> None:
        """Raises ValueError for a date or a number of days that cannot be read, or RowRejected."""
        known = self._readings
        (known.days if name == "printed_days_late" else known.instants)[cell]

    def _one(
        self, name: str, columns: Sequence[Sequence[Cell]], read: Callable[[Cell], Any]
    ) -> Values:
        place = self._places.get(name)
        return None if place is None else list(map(read, columns[place]))

    def _two(
        self, name: str, columns: Sequence[Sequence[Cell]], cache: Cache[Any]
    ) -> tuple[Values, Values]:
        """The values of a column whose cells mean two things."""
        place = self._places.get(name)
        if place is None:
            return None, None
        first, second = zip(*map(cache.__getitem__, columns[place]), strict=True)
        return first, second


def _either(preferred: Values, other: Values) -> Values:
    """The values of one column, those of another where it has none."""
    if preferred is None or other is None:
        return preferred or other
    return [one or another for one, another in zip(preferred, other, strict=True)]


def _unit_or_code(cell: Cell) -> tuple[str | None, str | None]:
    """A unit's name, or its code where the column holds codes."""
    text = read_unit(cell)
    code = normalise_unit_code(cell) or ""
    return (None, code) if is_unit_code(code) else (text, None)


def _read_state(cell: Cell) -> tuple[str | None, str | None]:
    """A state in words, or its code where the column holds codes."""
    text = read_text(cell)
    return (None, text) if text is not None and text.isdecimal() else (text, None)

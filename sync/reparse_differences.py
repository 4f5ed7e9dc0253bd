"""What differs between the store as it stood and as it was read again: both are read in the order
of their keys, side by side, so memory does not grow with them, whatever kinds of store they are.

One is a copy of the other, so numbers of units, indicators, words and captures mean the same in
both; only changes are numbered anew, and are compared by what they say.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, text

from models import tables
from sync.reparse_scratch import LEDGERS

MOST_SHOWN = 50
"""So many rows of each kind are shown; the others are counted."""
CHANGE_COLUMNS = tuple(one.name for one in tables.changes.c if one.name != "id")
_IDENTITY = ("of_system", "kind", "unit_id", "subject", "indicator_id")
_BATCH = 500

Row = dict[str, Any]
Item = tuple[Any, ...]


class Both(NamedTuple):
    """The store as it stood, and as it was read again from the capture `first` on."""

    stored: Connection
    again: Connection
    first: int


class Compared(NamedTuple):
    """A table whose rows are held against each other; `which` is SQL that leaves out the rest."""

    table: Table
    key: tuple[str, ...]
    values: tuple[str, ...]
    which: str = "1 = 1"

    def rows(self, connection: Connection, first: int) -> Iterator[Item]:
        """Key and values of its rows, in the order of their keys."""
        listed = ", ".join(f'"{name}"' for name in (*self.key, *self.values))
        found = connection.execute(
            text(
                f"SELECT {listed} FROM {self.table.name} WHERE {self.which}"
                f" ORDER BY {', '.join(self.key)}"
            ),
            {"first": first},
            execution_options={"yield_per": _BATCH},
        )
        return map(tuple, found)

    def named(self, row: Item) -> Row:
        """One of those rows, by column."""
        return dict(zip((*self.key, *self.values), row, strict=True))


VERSIONS = tuple(
    Compared(
        one.table,
        ("scope_id", *one.key, "opened_by"),
        ("closed_by", "hash", *one.values),
        "closed_by IS NULL OR closed_by >= :first",
    )
    for one in LEDGERS
)
CAPTURES = Compared(
    tables.captures,
    ("id",),
    ("status", "rows", "declared_rows", "reason", "explanation", "previous_id"),
    "id >= :first",
)
UNITS = Compared(tables.unit_codes, ("id",), ("name", "kind", "province_code"))
READS = Compared(tables.procedure_reads, ("procedure_id",), ("capture_id",))
SCOPES = Compared(tables.scopes, ("id",), ("last_capture_id",))
_TOLD = Compared(tables.changes, ("capture_id", "id"), CHANGE_COLUMNS[1:], "capture_id >= :first")


class RowDifference(NamedTuple):
    """One row of a table, before and after; None where it is not there."""

    table: str
    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """Whichever of the two is there."""
        row = self.before if self.after is None else self.after
        assert row is not None
        return row

    @property
    def mark(self) -> str:
        """Added, gone, other: as it is shown."""
        return "+" if self.before is None else "-" if self.after is None else "~"

    @property
    def is_end_alone(self) -> bool:
        """Whether a version has the same values, and only ends with another capture."""
        if self.before is None or self.after is None:
            return False
        return {**self.before, "closed_by": None} == {**self.after, "closed_by": None}

    @property
    def turn(self) -> tuple[bool, int]:
        """Its place among those that are shown: by capture, but versions that only end last."""
        number = self.row.get("opened_by", self.row.get("capture_id", self.row.get("id")))
        assert isinstance(number, int)
        return self.is_end_alone, number


class Differences(NamedTuple):
    """Everything that differs; of versions the first that are shown, and all counted."""

    versions: list[RowDifference]
    captures: list[RowDifference]
    others: list[RowDifference]
    """Names of units, and which capture read a procedure's detail last."""
    changes: list[RowDifference]
    counts: Counter[str]
    """Number of rows that differ, by table."""

    @property
    def rows(self) -> int:
        """Number of rows that differ."""
        return self.counts.total()


def find_differences(both: Both) -> Differences:
    """Hold the two against each other."""
    counts: Counter[str] = Counter()

    def counted(found: Iterable[RowDifference]) -> Iterator[RowDifference]:
        for one in found:
            counts[one.table] += 1
            yield one

    def among(*some: Compared) -> Iterator[RowDifference]:
        return counted(one for compared in some for one in differing(both, compared))

    return Differences(
        heapq.nsmallest(MOST_SHOWN, among(*VERSIONS), key=lambda one: one.turn),
        list(among(CAPTURES)),
        list(among(UNITS, READS)),
        list(counted(_differing_changes(both))),
        counts,
    )


def differing(both: Both, compared: Compared) -> Iterator[RowDifference]:
    """The rows of a table that only one of the two has, or both with other values."""
    width = len(compared.key)
    rows = (compared.rows(one, both.first) for one in (both.stored, both.again))
    for before, after in merged(lambda row: row[:width], *rows):
        if before != after:
            yield RowDifference(
                compared.table.name,
                None if before is None else compared.named(before),
                None if after is None else compared.named(after),
            )


def merged(
    key: Callable[[Item], Any], before: Iterable[Item], after: Iterable[Item]
) -> Iterator[tuple[Item | None, Item | None]]:
    """Two readings, each in the order of its keys, as pairs; None where one has not got a key."""

    def marked(some: Iterable[Item], side: int) -> Iterator[tuple[Any, int, Item]]:
        return ((key(one), side, one) for one in some)

    both = heapq.merge(marked(before, 0), marked(after, 1), key=itemgetter(0, 1))
    for _, same in groupby(both, key=itemgetter(0)):
        found = {side: one for _, side, one in same}
        yield found.get(0), found.get(1)


def _differing_changes(both: Both) -> Iterator[RowDifference]:
    """Changes by capture: those that say the same are the same, whatever their number; one about
    the same thing is the same too, altered.
    """
    told = (
        groupby(_TOLD.rows(one, both.first), key=itemgetter(0)) for one in (both.stored, both.again)
    )
    kept = (((number, list(rows)) for number, rows in some) for some in told)
    for sides in merged(itemgetter(0), *kept):
        before, after = (list(map(_TOLD.named, side[1])) if side else [] for side in sides)
        _same, left, right = matched(before, after, CHANGE_COLUMNS)
        altered, gone, added = matched(left, right, _IDENTITY)
        yield from (RowDifference("change_log", *pair) for pair in altered)
        yield from (RowDifference("change_log", one, None) for one in gone)
        yield from (RowDifference("change_log", None, one) for one in added)


def matched(
    before: list[Row], after: list[Row], columns: Sequence[str]
) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Pairs with the same values in some columns, and what is left on either side."""
    waiting: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for one in reversed(after):
        waiting[tuple(one[name] for name in columns)].append(one)
    pairs, left = [], []
    for one in before:
        others = waiting[tuple(one[name] for name in columns)]
        if others:
            pairs.append((one, others.pop()))
        else:
            left.append(one)
    return pairs, left, [one for others in waiting.values() for one in reversed(others)]

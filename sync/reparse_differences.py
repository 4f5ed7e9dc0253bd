"""What differs between the store as it stood (`stored`) and as it was read again (`main`).

Both are copies of one store, so numbers of units, indicators, words and captures mean the same in
both; only changes are numbered anew, and are compared by what they say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Row, text

from models import tables
from sync.history import Ledger
from sync.reparse_past import LEDGERS

Mark = Literal["+", "-", "~"]
"""Added, gone, other."""
MOST_SHOWN = 50
"""So many rows of each kind are shown; the others are counted."""

CHANGE_COLUMNS = tuple(one.name for one in tables.changes.c if one.name != "id")
CAPTURE_COLUMNS = ("status", "rows", "declared_rows", "reason", "explanation", "previous_id")
UNIT_COLUMNS = ("name", "kind", "province_code")
_IDENTITY = ("dataset", "kind", "unit_id", "subject", "indicator_id")


class RowDifference(NamedTuple):
    """One row of a table, before and after; None where it is not there."""

    table: str
    mark: Mark
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def row(self) -> dict[str, Any]:
        """Whichever of the two is there."""
        row = self.before if self.after is None else self.after
        assert row is not None
        return row

    @property
    def is_end_alone(self) -> bool:
        """Whether a version has the same values, and only ends with another capture."""
        if self.before is None or self.after is None:
            return False
        return {**self.before, "closed_by": None} == {**self.after, "closed_by": None}


class Differences(NamedTuple):
    """Everything that differs; of versions some of each ledger, and all counted.

    The number of rows that differ, by table, stands in `counts`.
    """

    versions: list[RowDifference]
    captures: list[RowDifference]
    others: list[RowDifference]
    """Names of units, and which capture read a procedure's detail last."""
    changes: list[RowDifference]
    counts: Counter[str]

    @property
    def rows(self) -> int:
        """Number of rows that differ."""
        return self.counts.total()


def find_differences(connection: Connection, first: int) -> Differences:
    """Hold the two against each other, from the capture `first` on."""
    counts: Counter[str] = Counter()
    versions: list[RowDifference] = []
    for ledger in LEDGERS:
        number, shown = _of_ledger(connection, ledger)
        counts[ledger.name] = number
        versions += shown
    captures = list(_altered(connection, "capture_log", "id", CAPTURE_COLUMNS))
    others = [
        *_altered(connection, "unit_codes", "id", UNIT_COLUMNS),
        *_altered(connection, "procedure_reads", "procedure_id", ("capture_id",)),
    ]
    changes = list(_of_changes(connection, first))
    for one in (*captures, *others, *changes):
        counts[one.table] += 1
    return Differences(versions, captures, others, changes, +counts)


def _of_ledger(connection: Connection, ledger: Ledger) -> tuple[int, list[RowDifference]]:
    """How many versions differ, and some: other values first, in the order of captures."""
    keys = ("scope_id", *ledger.key, "opened_by")
    columns = (*keys, "closed_by", "hash", *ledger.values)
    same = " AND ".join(f"a.{name} = b.{name}" for name in keys)
    sources: dict[Mark, str] = {
        "-": _without(ledger.name, "stored", "main", same, "a"),
        "+": _without(ledger.name, "main", "stored", same, "b"),
        "~": f"FROM stored.{ledger.name} a JOIN main.{ledger.name} b ON {same}"
        " WHERE a.hash <> b.hash OR a.closed_by IS NOT b.closed_by",
    }
    number, found = 0, list[RowDifference]()
    for mark, source in sources.items():
        number += int(connection.execute(text(f"SELECT COUNT(*) {source}")).scalar_one())
        sides = {"-": "a", "+": "b", "~": "ab"}[mark]
        listed = ", ".join(f'{side}."{name}"' for side in sides for name in columns)
        order = ", ".join(f"{sides[0]}.{name}" for name in ("opened_by", "scope_id", *ledger.key))
        order = f"a.hash = b.hash, {order}" if mark == "~" else order
        rows = connection.execute(
            text(f"SELECT {listed} {source} ORDER BY {order} LIMIT {MOST_SHOWN}")
        )
        found += [_difference(ledger.name, mark, columns, row) for row in rows]
    return number, found


def _without(table: str, there: str, elsewhere: str, same: str, side: str) -> str:
    other = "b" if side == "a" else "a"
    return (
        f"FROM {there}.{table} {side}"
        f" WHERE NOT EXISTS (SELECT 1 FROM {elsewhere}.{table} {other} WHERE {same})"
    )


def _difference(table: str, mark: Mark, columns: tuple[str, ...], row: Row[Any]) -> RowDifference:
    width = len(columns)
    halves = [
        dict(zip(columns, row[start : start + width], strict=True))
        for start in range(0, len(row), width)
    ]
    before = halves[0] if mark != "+" else None
    after = halves[-1] if mark != "-" else None
    return RowDifference(table, mark, before, after)


def _altered(
    connection: Connection, table: str, key: str, columns: tuple[str, ...]
) -> Iterator[RowDifference]:
    """Rows of a table that both have, with other values; and those that one has alone."""
    names = (key, *columns)
    listed = ", ".join(f'a."{n}"' for n in names) + ", " + ", ".join(f'b."{n}"' for n in names)
    differing = " OR ".join(f'a."{name}" IS NOT b."{name}"' for name in columns)
    rows = connection.execute(
        text(
            f"SELECT {listed} FROM stored.{table} a FULL JOIN main.{table} b ON a.{key} = b.{key}"
            f" WHERE a.{key} IS NULL OR b.{key} IS NULL OR {differing} ORDER BY a.{key}, b.{key}"
        )
    )
    for row in rows:
        before, after = row[: len(names)], row[len(names) :]
        mark: Mark = "+" if before[0] is None else "-" if after[0] is None else "~"
        yield RowDifference(
            table,
            mark,
            None if mark == "+" else dict(zip(names, before, strict=True)),
            None if mark == "-" else dict(zip(names, after, strict=True)),
        )


def _of_changes(connection: Connection, first: int) -> Iterator[RowDifference]:
    """Changes by capture: those that say the same are the same, whatever their number; one about
    the same thing is the same too, altered.
    """
    for capture_id in _captures_that_tell_otherwise(connection, first):
        before, after = (
            _changes_of(connection, schema, capture_id) for schema in ("stored", "main")
        )
        _same, left, right = matched(before, after, CHANGE_COLUMNS)
        altered, gone, added = matched(left, right, _IDENTITY)
        yield from (RowDifference("change_log", "~", *pair) for pair in altered)
        yield from (RowDifference("change_log", "-", one, None) for one in gone)
        yield from (RowDifference("change_log", "+", None, one) for one in added)


def _captures_that_tell_otherwise(connection: Connection, first: int) -> list[int]:
    columns = ", ".join(CHANGE_COLUMNS)

    def told(schema: str) -> str:
        # The turn tells apart changes that say the same.
        turn = f"ROW_NUMBER() OVER (PARTITION BY {columns})"
        return f"SELECT {columns}, {turn} FROM {schema}.change_log WHERE capture_id >= :first"

    only = [
        f"SELECT capture_id FROM ({told(one)} EXCEPT {told(other)})"
        for one, other in (("stored", "main"), ("main", "stored"))
    ]
    found = connection.execute(text(f"{only[0]} UNION {only[1]} ORDER BY 1"), {"first": first})
    return list(found.scalars())


def _changes_of(connection: Connection, schema: str, capture_id: int) -> list[dict[str, Any]]:
    rows = connection.execute(
        text(
            f"SELECT id, {', '.join(CHANGE_COLUMNS)} FROM {schema}.change_log"
            " WHERE capture_id = :capture ORDER BY id"
        ),
        {"capture": capture_id},
    )
    return [dict(row) for row in rows.mappings()]


_Rows = list[dict[str, Any]]


def matched(
    before: _Rows, after: _Rows, columns: Sequence[str]
) -> tuple[list[tuple[dict[str, Any], dict[str, Any]]], _Rows, _Rows]:
    """Pairs with the same values in some columns, and what is left on either side."""
    waiting: defaultdict[tuple[Any, ...], _Rows] = defaultdict(list)
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

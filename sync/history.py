"""The history engine: one capture's records into type-2 versions, by SQL, for every dataset alike.

A ledger (see `models/tables.py`) keeps one row for as long as a key's values stand. For one scope:

1. `stage`    the records go to a temporary table, each with the hash of its values;
2. `compare`  joins by key and hash say what was added, changed or is gone: the **delta**;
3. `apply`    closes the versions that ended and opens the new ones;
4. `differences` gives the delta back with the values before and after.

Nothing is written to a ledger before `apply`, so the guard looks at the delta first. Memory does
not grow with the number of records, the store does not grow with records that did not change.

Which values are equal is told by the hash of their canonical form (`canonical`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, text

from models import tables
from models.dialect import dialect_of
from models.schema import word_in_sql
from sync.canonical import Column, Spellings, is_empty, row_hashes
from sync.staging import Columns, inserting, types_of
from sync.words import Words

Values = tuple[Any, ...]
Batch = Sequence[Column]
"""Some records, at least one: their key columns, then their value columns."""
_SKELETON = {"scope_id", "opened_by", "closed_by", "hash"}
_BATCH = 500
_MANY = 10_000
"""So many new versions change how a table is best read."""


@dataclass(frozen=True)
class Ledger:
    """A table of versions, told apart into key and values."""

    table: Table
    key: tuple[str, ...]
    first_stands: bool = False
    """Of records with one key the first is taken; else such that differ are refused."""

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def values(self) -> tuple[str, ...]:
        """The columns whose values are compared."""
        return tuple(
            column.name
            for column in self.table.columns
            if column.name not in _SKELETON and column.name not in self.key
        )

    @property
    def interned(self) -> frozenset[str]:
        """The value columns that keep a number of `texts` instead of the words themselves."""
        return frozenset(
            column.name for column in self.table.columns if column.info.get("interned")
        )

    def in_sql(self, alias: str, names: Iterable[str]) -> str:
        """Some of its columns, as a list in SQL with words in place of their numbers."""
        interned, columns = self.interned, {name: f'{alias}."{name}"' for name in names}
        return ", ".join(
            word_in_sql(column) if name in interned else column for name, column in columns.items()
        )


UNITS = Ledger(tables.unit_versions, ("unit_id",))
STANDINGS = Ledger(tables.standing_versions, ("unit_id",))
FIGURES = Ledger(tables.figure_versions, ("unit_id", "indicator_id"))
DOSSIERS = Ledger(tables.dossier_versions, ("code",), first_stands=True)
LISTED = Ledger(tables.listed_versions, ("procedure_id",))
PROCEDURES = Ledger(tables.procedure_versions, ("procedure_id",))
DECISIONS = Ledger(tables.decision_versions, ("decision_id",))


@dataclass(frozen=True)
class Batches:
    """Records that come some at once, column by column: a million are staged much faster so."""

    batches: Iterable[Batch]


class Delta(NamedTuple):
    """What a staged set would do to a scope, in numbers of keys."""

    before: int
    staged: int
    added: int
    changed: int
    gone: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.changed or self.gone)


class Difference(NamedTuple):
    """One key that differs: `before` is None when it was added, `after` None when it is gone."""

    key: Values
    before: Values | None
    after: Values | None


class DuplicateKey(Exception):
    """The same key came twice with different values, so one of them is wrong."""


def stage(connection: Connection, ledger: Ledger, rows: Iterable[Values] | Batches) -> int:
    """Put records (key columns, then value columns) into the temporary table; returns their number.

    While they come nobody may ask the connection. A record that comes again unchanged is taken
    once. Raises DuplicateKey when it differs, unless the first stands.
    """
    staged, key = f"staged_{ledger.name}", ", ".join(ledger.key)
    columns = (*ledger.key, "hash", *ledger.values)
    types = types_of(connection, ledger.table)
    declared = ", ".join(f'"{name}" {types[name]}' for name in columns)
    connection.execute(text(f"DROP VIEW IF EXISTS delta_{ledger.name}"))
    connection.execute(text(f"DROP TABLE IF EXISTS {staged}"))
    connection.execute(text(f"CREATE TEMPORARY TABLE {staged} ({declared})"))
    batches = rows.batches if isinstance(rows, Batches) else _in_batches(rows)
    with inserting(connection, staged, types) as staging:
        words, spellings = Words(connection, staging.pause), Spellings()
        for batch in batches:
            staging.add(_filled(ledger, batch, words, spellings))
    dialect = dialect_of(connection)
    if not dialect.is_postgresql:
        # PostgreSQL joins them by hashing.
        connection.execute(text(_index_of(staged, f"{key}, hash")))
    marks = f"SELECT DISTINCT {dialect.mark(key)} FROM {staged}"
    if _count(connection, f"SELECT COUNT(*) FROM ({marks}) k") == staging.inserted:
        return staging.inserted
    _remove_repeats(connection, ledger)
    return _count(connection, f"SELECT COUNT(*) FROM {staged}")


def _index_of(temporary: str, key: str) -> str:
    return f"CREATE INDEX {temporary}_key ON {temporary} ({key})"


def _in_batches(rows: Iterable[Values]) -> Iterator[Batch]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        yield list(zip(*batch, strict=True))


def _filled(ledger: Ledger, batch: Batch, words: Words, spellings: Spellings) -> Columns:
    """Records as they are stored, each with its hash, and numbers in place of interned words.

    Columns that are empty in a whole batch are passed over: many are, in most listings.
    """
    width = len(ledger.key)
    filled: dict[str, Sequence[Any]] = dict(zip(ledger.key, batch, strict=False))
    filled["hash"] = row_hashes(batch[width:], spellings)
    for name, column in zip(ledger.values, batch[width:], strict=True):
        if not is_empty(column):
            filled[name] = column
    repeated = [name for name in filled if name in ledger.interned]
    numbers = words.numbers([filled[name] for name in repeated])
    return filled | dict(zip(repeated, numbers, strict=True))


def _remove_repeats(connection: Connection, ledger: Ledger) -> None:
    staged, key = f"staged_{ledger.name}", ", ".join(ledger.key)
    differing = connection.execute(
        text(f"SELECT {key} FROM {staged} GROUP BY {key} HAVING MIN(hash) <> MAX(hash) LIMIT 1")
    ).first()
    if differing is not None and not ledger.first_stands:
        raise DuplicateKey(f"{ledger.name} has the key {tuple(differing)} twice")
    row = dialect_of(connection).row
    connection.execute(
        text(
            f"DELETE FROM {staged} "
            f"WHERE {row} NOT IN (SELECT MIN({row}) FROM {staged} GROUP BY {key})"
        )
    )


def compare(
    connection: Connection,
    ledger: Ledger,
    scope_id: int,
    *,
    staged: int,
    is_partial: bool = False,
) -> Delta:
    """Hold the staged records against the open versions of a scope; writes no ledger.

    `staged` is their number, as `stage` gave it. In a partial set absence means nothing: what was
    not read is not gone.
    """
    key, differing = ", ".join(ledger.key), f"differing_{ledger.name}"
    before = _count(
        connection,
        f"SELECT COUNT(*) FROM {ledger.name} WHERE scope_id = :scope AND closed_by IS NULL",
        scope=scope_id,
    )
    connection.execute(text(f"DROP VIEW IF EXISTS delta_{ledger.name}"))
    connection.execute(text(f"DROP TABLE IF EXISTS {differing}"))
    if not before:
        every = f"SELECT {key}, 'added' AS what FROM staged_{ledger.name}"
        connection.execute(text(f"CREATE TEMPORARY VIEW delta_{ledger.name} AS {every}"))
        return Delta(before, staged, added=staged, changed=0, gone=0)
    _find_differing(connection, ledger, scope_id)
    counted = connection.execute(text(f"SELECT what, COUNT(*) FROM {differing} GROUP BY what"))
    numbers = {what: int(number) for what, number in counted}
    added = numbers.get("added", 0)
    # Every staged record that is not new was there before, so what is gone need not be counted.
    gone = 0 if is_partial else before - (staged - added)
    if gone:
        _find_gone(connection, ledger, scope_id)
    # It is small beside what it is joined with: SQLite is given an index, PostgreSQL its size.
    is_postgresql = dialect_of(connection).is_postgresql
    known = f"ANALYZE {differing}" if is_postgresql else _index_of(differing, key)
    connection.execute(text(known))
    every = f"SELECT * FROM {differing}"
    connection.execute(text(f"CREATE TEMPORARY VIEW delta_{ledger.name} AS {every}"))
    return Delta(before, staged, added, numbers.get("changed", 0), gone)


def _find_differing(connection: Connection, ledger: Ledger, scope_id: int) -> None:
    """Begin the delta with what is in the staged set alone, or there with other values."""
    same = " AND ".join(f"v.{name} = s.{name}" for name in ledger.key)
    key = ", ".join(f"s.{name}" for name in ledger.key)
    connection.execute(
        text(
            f"""
            CREATE TEMPORARY TABLE differing_{ledger.name} AS
            SELECT {key}, CASE WHEN v.hash IS NULL THEN 'added' ELSE 'changed' END AS what
            FROM staged_{ledger.name} s
            LEFT JOIN {ledger.name} v
                   ON v.scope_id = :scope AND v.closed_by IS NULL AND {same}
            WHERE v.hash IS NULL OR v.hash <> s.hash
            """
        ),
        {"scope": scope_id},
    )


def _find_gone(connection: Connection, ledger: Ledger, scope_id: int) -> None:
    """Add to the delta what is open and no longer in the staged set."""
    same = " AND ".join(f"v.{name} = s.{name}" for name in ledger.key)
    key = ", ".join(f"v.{name}" for name in ledger.key)
    connection.execute(
        text(
            f"""
            INSERT INTO differing_{ledger.name}
            SELECT {key}, 'gone'
            FROM {ledger.name} v
            WHERE v.scope_id = :scope AND v.closed_by IS NULL
              AND NOT EXISTS (SELECT 1 FROM staged_{ledger.name} s WHERE {same})
            """
        ),
        {"scope": scope_id},
    )


def apply(connection: Connection, ledger: Ledger, scope_id: int, capture_id: int) -> None:
    """Close the versions that the compared capture ended and open the ones it brought."""
    staged, delta = f"staged_{ledger.name}", f"delta_{ledger.name}"
    key = ", ".join(ledger.key)
    values = ", ".join(f'"{name}"' for name in ledger.values)
    standing = f"FROM {ledger.name} WHERE scope_id = :scope AND closed_by IS NULL"
    # Rows go in sorted. Where all do, they are better sorted than fetched by the index of the key,
    # each from another page; an expression keeps the index out of it.
    fresh = f"ORDER BY {', '.join(f'COALESCE({name}, {name})' for name in ledger.key)}"
    bound = {"scope": scope_id, "capture": capture_id}
    if connection.execute(text(f"SELECT 1 {standing} LIMIT 1"), bound).first() is not None:
        fresh = f"WHERE ({key}) IN (SELECT {key} FROM {delta} WHERE what <> 'gone') ORDER BY {key}"
        connection.execute(
            text(
                f"""
                UPDATE {ledger.name} SET closed_by = :capture
                WHERE scope_id = :scope AND closed_by IS NULL
                  AND ({key}) IN (SELECT {key} FROM {delta} WHERE what <> 'added')
                """
            ),
            bound,
        )
    opened = connection.execute(
        text(
            f"""
            INSERT INTO {ledger.name} (scope_id, {key}, opened_by, hash, {values})
            SELECT :scope, {key}, :capture, hash, {values} FROM {staged} {fresh}
            """
        ),
        bound,
    )
    if opened.rowcount >= _MANY and dialect_of(connection).is_postgresql:
        # Until it looks by itself the server plans for the table as it was; a glance is enough, and
        # none is needed while it looks.
        connection.execute(text("SET LOCAL default_statistics_target = 10"))
        connection.execute(text(f"ANALYZE (SKIP_LOCKED) {ledger.name}"))


def differences(
    connection: Connection, ledger: Ledger, scope_id: int, capture_id: int
) -> Iterator[Difference]:
    """What an applied capture changed, ordered by key, with the values before and after."""

    def versions(alias: str, which: str) -> str:
        same_key = " AND ".join(f"{alias}.{name} = d.{name}" for name in ledger.key)
        return (
            f"LEFT JOIN {ledger.name} {alias} "
            f"ON {alias}.scope_id = :scope AND {alias}.{which} AND {same_key}"
        )

    rows = connection.execute(
        text(
            f"""
            SELECT d.what, {ledger.in_sql("d", ledger.key)},
                   {ledger.in_sql("old", ledger.values)}, {ledger.in_sql("new", ledger.values)}
            FROM delta_{ledger.name} d
            {versions("old", "closed_by = :capture")}
            {versions("new", "closed_by IS NULL")}
            ORDER BY {ledger.in_sql("d", ledger.key)}
            """
        ),
        {"scope": scope_id, "capture": capture_id},
        execution_options={"yield_per": _BATCH},
    )
    key_end = 1 + len(ledger.key)
    old_end = key_end + len(ledger.values)
    for row in rows:
        yield Difference(
            key=tuple(row[1:key_end]),
            before=None if row[0] == "added" else tuple(row[key_end:old_end]),
            after=None if row[0] == "gone" else tuple(row[old_end:]),
        )


def undo(connection: Connection, ledger: Ledger, scope_id: int, capture_id: int) -> None:
    """Take one capture's work back; right only for the newest capture of its scope."""
    bound = {"scope": scope_id, "capture": capture_id}
    connection.execute(
        text(
            f"DELETE FROM {ledger.name} "
            "WHERE scope_id = :scope AND opened_by = :capture AND closed_by IS NULL"
        ),
        bound,
    )
    connection.execute(
        text(
            f"UPDATE {ledger.name} SET closed_by = NULL "
            "WHERE scope_id = :scope AND closed_by = :capture"
        ),
        bound,
    )


def _count(connection: Connection, query: str, **bound: Any) -> int:
    return int(connection.execute(text(query), bound).scalar_one())

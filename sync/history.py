"""The history engine: one capture's records into type-2 versions, by SQL, for every dataset alike.

A ledger (see `models/tables.py`) keeps one row for as long as a key's values stand. For one scope:

1. `stage`    the records go to a temporary table, each with the hash of its values;
2. `compare`  joins by key and hash say what was added, changed or is gone: the **delta**;
3. `apply`    closes the versions that ended and opens the new ones;
4. `differences` gives the delta back with the values before and after.

Nothing is written to a ledger before `apply`, so the guard looks at the delta first. Memory does
not grow with the number of records, the store does not grow with records that did not change.

**Canonical form.** The hash of a record is the first 8 bytes of BLAKE2b over its values as text,
in the order of the ledger's columns, joined by U+001F, None as U+0000. Text comes in NFC, figures
as whole hundredths, so equal figures have equal hashes on every machine and version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, text

from models import tables

Values = tuple[Any, ...]
_SKELETON = {"scope_id", "opened_by", "closed_by", "hash"}
_BATCH = 5_000
_MOST_WORDS = 50_000


@dataclass(frozen=True)
class Ledger:
    """A table of versions, told apart into key and values."""

    table: Table
    key: tuple[str, ...]

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


UNITS = Ledger(tables.unit_versions, ("unit_id",))
STANDINGS = Ledger(tables.standing_versions, ("unit_id",))
FIGURES = Ledger(tables.figure_versions, ("unit_id", "indicator_id"))
DOSSIERS = Ledger(tables.dossier_versions, ("code",))
LISTED = Ledger(tables.listed_versions, ("procedure_id",))
PROCEDURES = Ledger(tables.procedure_versions, ("procedure_id",))
DECISIONS = Ledger(tables.decision_versions, ("decision_id",))


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


def row_hash(values: Sequence[Any]) -> int:
    """The hash of one record's values in canonical form, as a signed 64-bit number."""
    canonical = "\x1f".join(["\x00" if value is None else str(value) for value in values])
    return int.from_bytes(blake2b(canonical.encode(), digest_size=8).digest(), "big", signed=True)


def stage(connection: Connection, ledger: Ledger, rows: Iterable[Values]) -> int:
    """Put records (key columns, then value columns) into the temporary table; returns their number.

    A record that comes again unchanged is taken once. Raises DuplicateKey when it differs.
    """
    staged, key = f"staged_{ledger.name}", ", ".join(ledger.key)
    columns = (*ledger.key, "hash", *ledger.values)
    types = {
        column.name: column.type.compile(connection.dialect) for column in ledger.table.columns
    }
    declared = ", ".join(f'"{name}" {types[name]}' for name in columns)
    connection.execute(text(f"DROP TABLE IF EXISTS {staged}"))
    connection.execute(text(f"CREATE TEMPORARY TABLE {staged} ({declared})"))
    insert = f"INSERT INTO {staged} VALUES ({', '.join('?' * len(columns))})"
    hashed = _hashed(connection, ledger, rows)
    while batch := list(islice(hashed, _BATCH)):
        connection.exec_driver_sql(insert, batch)
    connection.execute(text(f"CREATE INDEX {staged}_key ON {staged} ({key}, hash)"))
    _remove_repeats(connection, staged, key)
    return _count(connection, f"SELECT COUNT(*) FROM {staged}")


def _hashed(connection: Connection, ledger: Ledger, rows: Iterable[Values]) -> Iterator[Values]:
    """Each record with its hash behind the key, and numbers in place of interned words."""
    width = len(ledger.key)
    words = _Words(connection)
    places = [place for place, name in enumerate(ledger.values) if name in ledger.interned]
    for row in rows:
        values = list(row[width:])
        number = row_hash(values)
        for place in places:
            if values[place] is not None:
                values[place] = words[values[place]]
        yield (*row[:width], number, *values)


class _Words(dict[str, int]):
    """Word -> its number in `texts`, given on first use; forgets when it grows too large."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_WORDS:
            self.clear()
        find = "SELECT id FROM texts WHERE text = ?"
        found = self._connection.exec_driver_sql(find, (word,)).scalar()
        if found is None:
            add = "INSERT INTO texts (text) VALUES (?) RETURNING id"
            found = self._connection.exec_driver_sql(add, (word,)).scalar_one()
        self[word] = int(found)
        return self[word]


def _remove_repeats(connection: Connection, staged: str, key: str) -> None:
    repeated = f"SELECT {key} FROM {staged} GROUP BY {key} HAVING COUNT(*) > 1"
    if connection.execute(text(f"{repeated} LIMIT 1")).first() is None:
        return
    differing = connection.execute(
        text(f"SELECT {key} FROM {staged} GROUP BY {key} HAVING MIN(hash) <> MAX(hash) LIMIT 1")
    ).first()
    if differing is not None:
        raise DuplicateKey(f"{staged.removeprefix('staged_')} has the key {tuple(differing)} twice")
    connection.execute(
        text(
            f"DELETE FROM {staged} "
            f"WHERE rowid NOT IN (SELECT MIN(rowid) FROM {staged} GROUP BY {key})"
        )
    )


def compare(
    connection: Connection, ledger: Ledger, scope_id: int, *, is_partial: bool = False
) -> Delta:
    """Hold the staged records against the open versions of a scope; writes no ledger.

    In a partial set absence means nothing: what was not read is not gone.
    """
    staged, delta = f"staged_{ledger.name}", f"delta_{ledger.name}"
    key = ", ".join(ledger.key)
    same = " AND ".join(f"v.{name} = s.{name}" for name in ledger.key)
    staged_key = ", ".join(f"s.{name}" for name in ledger.key)
    open_key = ", ".join(f"v.{name}" for name in ledger.key)
    connection.execute(text(f"DROP TABLE IF EXISTS {delta}"))
    connection.execute(
        text(
            f"""
            CREATE TEMPORARY TABLE {delta} AS
            -- in the staged set: new, or with other values than the open version
            SELECT {staged_key}, CASE WHEN v.hash IS NULL THEN 'added' ELSE 'changed' END AS what
            FROM {staged} s
            LEFT JOIN {ledger.name} v
                   ON v.scope_id = :scope AND v.closed_by IS NULL AND {same}
            WHERE v.hash IS NULL OR v.hash <> s.hash
            UNION ALL
            -- open, and no longer in the staged set, where that holds all there is
            SELECT {open_key}, 'gone'
            FROM {ledger.name} v
            WHERE :is_whole AND v.scope_id = :scope AND v.closed_by IS NULL
              AND NOT EXISTS (SELECT 1 FROM {staged} s WHERE {same})
            """
        ),
        {"scope": scope_id, "is_whole": not is_partial},
    )
    connection.execute(text(f"CREATE INDEX {delta}_key ON {delta} ({key})"))
    counted = connection.execute(text(f"SELECT what, COUNT(*) AS n FROM {delta} GROUP BY what"))
    numbers: dict[str, int] = {row.what: row.n for row in counted}
    before = _count(
        connection,
        f"SELECT COUNT(*) FROM {ledger.name} WHERE scope_id = :scope AND closed_by IS NULL",
        scope=scope_id,
    )
    return Delta(
        before=before,
        staged=_count(connection, f"SELECT COUNT(*) FROM {staged}"),
        added=numbers.get("added", 0),
        changed=numbers.get("changed", 0),
        gone=numbers.get("gone", 0),
    )


def apply(connection: Connection, ledger: Ledger, scope_id: int, capture_id: int) -> None:
    """Close the versions that the compared capture ended and open the ones it brought."""
    staged, delta = f"staged_{ledger.name}", f"delta_{ledger.name}"
    key = ", ".join(ledger.key)
    values = ", ".join(f'"{name}"' for name in ledger.values)
    bound = {"scope": scope_id, "capture": capture_id}
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
    connection.execute(
        text(
            f"""
            INSERT INTO {ledger.name} (scope_id, {key}, opened_by, hash, {values})
            SELECT :scope, {key}, :capture, hash, {values}
            FROM {staged}
            WHERE ({key}) IN (SELECT {key} FROM {delta} WHERE what <> 'gone')
            ORDER BY {key}
            """
        ),
        bound,
    )


def differences(
    connection: Connection, ledger: Ledger, scope_id: int, capture_id: int
) -> Iterator[Difference]:
    """What an applied capture changed, ordered by key, with the values before and after."""

    def versions(edge: str, alias: str) -> str:
        same_key = " AND ".join(f"{alias}.{name} = d.{name}" for name in ledger.key)
        return (
            f"LEFT JOIN {ledger.name} {alias} "
            f"ON {alias}.scope_id = :scope AND {alias}.{edge} = :capture AND {same_key}"
        )

    def column(alias: str, name: str) -> str:
        if name in ledger.interned:
            return f'(SELECT text FROM texts WHERE id = {alias}."{name}")'
        return f'{alias}."{name}"'

    def listed(alias: str, names: tuple[str, ...]) -> str:
        return ", ".join(column(alias, name) for name in names)

    rows = connection.execute(
        text(
            f"""
            SELECT d.what, {listed("d", ledger.key)},
                   {listed("old", ledger.values)}, {listed("new", ledger.values)}
            FROM delta_{ledger.name} d
            {versions("closed_by", "old")}
            {versions("opened_by", "new")}
            ORDER BY {listed("d", ledger.key)}
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
        text(f"DELETE FROM {ledger.name} WHERE scope_id = :scope AND opened_by = :capture"), bound
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

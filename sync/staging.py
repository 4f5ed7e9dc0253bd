"""How rows get into a table in bulk: many to a statement on SQLite, by COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import Any

from sqlalchemy import Connection, Table

from models.dialect import dialect_of

_MOST_PARAMETERS = 32_000
"""Of one statement; SQLite allows 32,766."""
_MOST_BATCHES = 5
"""That go with one COPY, during which the connection answers nothing else."""


Columns = Mapping[str, Sequence[Any]]
"""Some rows, at least one, column by column: text, whole numbers, None; left out is empty."""


def types_of(connection: Connection, table: Table) -> dict[str, str]:
    """Column -> its type, as the database declares it."""
    return {column.name: column.type.compile(connection.dialect) for column in table.columns}


def insert_batches(
    connection: Connection, table: str, types: Mapping[str, str], batches: Iterator[Columns]
) -> int:
    """Insert rows and return their number; `types` names the type of each column.

    While the batches are made, the connection may be asked for other things.
    """
    inserted = 0
    if not dialect_of(connection).is_postgresql:
        for columns in batches:
            inserted += _insert(connection, table, columns)
        return inserted
    while some := list(islice(batches, _MOST_BATCHES)):
        inserted += _copy(connection, table, types, some)
    return inserted


def _insert(connection: Connection, table: str, columns: Columns) -> int:
    """Many rows with one statement: that takes two thirds of one by one."""
    row = f"({', '.join('?' * len(columns))})"
    values = tuple(chain.from_iterable(zip(*columns.values(), strict=True)))
    most = _MOST_PARAMETERS // len(columns) * len(columns)
    for start in range(0, len(values), most):
        some = values[start : start + most]
        rows = ", ".join([row] * (len(some) // len(columns)))
        connection.exec_driver_sql(f"INSERT INTO {table} ({_named(columns)}) VALUES {rows}", some)
    return len(values) // len(columns)


def _copy(
    connection: Connection, table: str, types: Mapping[str, str], batches: Sequence[Columns]
) -> int:
    """Copy some batches at once, in binary form: as text it takes both sides twice as long."""
    names = list(dict.fromkeys(chain.from_iterable(batches)))
    driver: Any = connection.connection.driver_connection
    copied = 0
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {table} ({_named(names)}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types([types[name].partition(" ")[0].lower() for name in names])
        for columns in batches:
            height = len(next(iter(columns.values())))
            copied += height
            for row in zip(
                *(columns.get(name) or repeat(None, height) for name in names), strict=True
            ):
                copy.write_row(row)
    return copied


def _named(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)

"""How rows get into a table in bulk: many to a statement on SQLite, by COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import Any

from sqlalchemy import Connection

from models.dialect import dialect_of

_MOST_PARAMETERS = 32_000
"""Of one statement; SQLite allows 32,766."""
_MOST_BATCHES = 5
"""That go with one COPY, during which the connection answers nothing else."""


Columns = Mapping[str, Sequence[Any]]
"""Some rows, at least one, column by column: text, whole numbers, None; left out is empty."""


def insert_batches(connection: Connection, table: str, batches: Iterator[Columns]) -> None:
    """Insert rows; while the batches are made, the connection may be asked for other things."""
    if not dialect_of(connection).is_postgresql:
        for columns in batches:
            _insert(connection, table, columns)
        return
    while some := list(islice(batches, _MOST_BATCHES)):
        _copy(connection, table, some)


def _insert(connection: Connection, table: str, columns: Columns) -> None:
    """Many rows with one statement: that takes two thirds of one by one."""
    row = f"({', '.join('?' * len(columns))})"
    values = tuple(chain.from_iterable(zip(*columns.values(), strict=True)))
    most = _MOST_PARAMETERS // len(columns) * len(columns)
    for start in range(0, len(values), most):
        some = values[start : start + most]
        rows = ", ".join([row] * (len(some) // len(columns)))
        connection.exec_driver_sql(f"INSERT INTO {table} ({_named(columns)}) VALUES {rows}", some)


def _copy(connection: Connection, table: str, batches: Sequence[Columns]) -> None:
    names = list(dict.fromkeys(chain.from_iterable(batches)))
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {table} ({_named(names)}) FROM STDIN") as copy,
    ):
        for columns in batches:
            height = len(next(iter(columns.values())))
            for row in zip(
                *(columns.get(name) or repeat(None, height) for name in names), strict=True
            ):
                copy.write_row(row)


def _named(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)

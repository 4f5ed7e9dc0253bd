"""How rows get into a table in bulk: many to a statement on SQLite, by COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain, repeat
from typing import Any, Protocol

from sqlalchemy import Connection, Table

from models.dialect import dialect_of

_AT_ONCE = (400, 50)
"""Rows of one statement of SQLite; what is left goes one by one. A driver remembers statements, and
one for every number of rows that ever came would take half a megabyte each."""

Columns = Mapping[str, Sequence[Any]]
"""Some rows, at least one, column by column: text, whole numbers, None; left out is empty."""


class Inserting(Protocol):
    """Rows on their way into a table."""

    inserted: int

    def add(self, columns: Columns) -> None:
        """Insert some rows."""

    def pause(self) -> None:
        """Let the connection be asked for something else before more rows come."""


def types_of(connection: Connection, table: Table) -> dict[str, str]:
    """Column -> its type, as the database declares it."""
    return {column.name: column.type.compile(connection.dialect) for column in table.columns}


@contextmanager
def inserting(connection: Connection, table: str, types: Mapping[str, str]) -> Iterator[Inserting]:
    """Rows for a table, all of them in it when the block ends; `types` names each column's type."""
    if not dialect_of(connection).is_postgresql:
        yield _Statements(connection, table)
        return
    with ExitStack() as copying:
        yield _Copies(connection, table, types, copying)


class _Statements:
    """Many rows with one statement: that takes two thirds of one by one."""

    def __init__(self, connection: Connection, table: str) -> None:
        self._connection, self._table = connection, table
        self.inserted = 0

    def add(self, columns: Columns) -> None:
        row = f"({', '.join('?' * len(columns))})"
        into = f"INSERT INTO {self._table} ({_named(columns)}) VALUES "
        values = tuple(chain.from_iterable(zip(*columns.values(), strict=True)))
        width, start = len(columns), 0
        for rows in _AT_ONCE:
            statement = into + ", ".join([row] * rows)
            while start + rows * width <= len(values):
                end = start + rows * width
                self._connection.exec_driver_sql(statement, values[start:end])
                start = end
        if start < len(values):
            left = [values[place : place + width] for place in range(start, len(values), width)]
            self._connection.exec_driver_sql(into + row, left)
        self.inserted += len(values) // width

    def pause(self) -> None:
        pass


class _Copies:
    """One COPY for as long as it can go on: to begin one takes as long as some hundred rows.

    In binary form; as text it takes both sides twice as long.
    """

    def __init__(
        self, connection: Connection, table: str, types: Mapping[str, str], copying: ExitStack
    ) -> None:
        self._driver: Any = connection.connection.driver_connection
        self._table, self._types, self._copying = table, types, copying
        self._names: list[str] = []
        self._copy: Any = None
        self.inserted = 0

    def add(self, columns: Columns) -> None:
        if self._copy is None or not columns.keys() <= set(self._names):
            self.pause()
            self._begin(columns)
        height = len(next(iter(columns.values())))
        filled = (columns.get(name) or repeat(None, height) for name in self._names)
        write = self._copy.write_row
        for row in zip(*filled, strict=True):
            write(row)
        self.inserted += height

    def pause(self) -> None:
        self._copying.close()
        self._copy = None

    def _begin(self, columns: Columns) -> None:
        """Begin to copy the columns of before and these."""
        self._names = list(dict.fromkeys((*self._names, *columns)))
        into = f"COPY {self._table} ({_named(self._names)}) FROM STDIN (FORMAT BINARY)"
        cursor = self._copying.enter_context(self._driver.cursor())
        self._copy = self._copying.enter_context(cursor.copy(into))
        self._copy.set_types([self._types[name].partition(" ")[0].lower() for name in self._names])


def _named(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)

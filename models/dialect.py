"""What SQLite and PostgreSQL spell differently, each pair of forms side by side.

All other SQL of the project is read by both alike. Arguments and results are SQL. An instant is the
store's text ("2026-11-20T00:12:33Z"), seconds count from 1970 UTC, a day is text ("2026-11-20").
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection


class Dialect(NamedTuple):
    """The spelling of one database."""

    is_postgresql: bool

    @property
    def row(self) -> str:
        """The column that tells apart the rows of a table without a key, in order of insertion."""
        return self._either("rowid", "ctid")

    def mark(self, columns: str) -> str:
        """What is alike where columns are, and seldom elsewhere: counted faster than they are."""
        return self._either(columns, f"hash_record_extended(ROW({columns}), 0)")

    def character(self, number: int) -> str:
        """The character with a number."""
        return f"{self._either('char', 'chr')}({number})"

    def words(self, words: str) -> str:
        """The words of a list in JSON, in order, each as `value` of a row: to select from."""
        return self._either(
            f"json_each({words})", f"json_array_elements_text(CAST({words} AS JSON)) AS word(value)"
        )

    def instant(self, seconds: str) -> str:
        """Seconds as an instant."""
        return self._either(
            f"strftime('%Y-%m-%dT%H:%M:%SZ', {seconds}, 'unixepoch')",
            f'to_char({_moment(seconds)}, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')',
        )

    def seconds(self, instant: str) -> str:
        """An instant as seconds."""
        return self._either(
            f"CAST(strftime('%s', {instant}) AS INTEGER)",
            f"CAST(EXTRACT(EPOCH FROM CAST({instant} AS TIMESTAMPTZ)) AS BIGINT)",
        )

    def day(self, seconds: str) -> str:
        """The day in Viet Nam in which seconds fall."""
        return self._either(
            f"date({seconds}, 'unixepoch', '+7 hours')",
            f"to_char({_moment(seconds)} + INTERVAL '7 hours', 'YYYY-MM-DD')",
        )

    def day_number(self, seconds: str) -> str:
        """The days in Viet Nam from 1970 to the one in which seconds fall, none of before."""
        return f"CAST(({seconds} + 25200) / 86400 AS INTEGER)"

    def days(self, later: str, earlier: str) -> str:
        """How many days lie between two days, as a whole number."""
        return self._either(
            f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)",
            f"({_date(later)} - {_date(earlier)})",
        )

    def _either(self, sqlite: str, postgresql: str) -> str:
        return postgresql if self.is_postgresql else sqlite


def dialect_of(connection: Connection) -> Dialect:
    """The spelling of the database that a connection leads to."""
    return Dialect(connection.dialect.name == "postgresql")


def _date(day: str) -> str:
    # As text first: a value that is bound has one type in all its places.
    return f"CAST(CAST({day} AS TEXT) AS DATE)"


def _moment(seconds: str) -> str:
    return f"to_timestamp({seconds}) AT TIME ZONE 'UTC'"

"""What every table of the store is built from: instants, big numbers, words, ledgers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.types import BigInteger, TypeDecorator

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by code point on both databases, however a server sorts by itself."""

BIG = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on both databases; STRICT tables of SQLite know no BIGINT."""

SMALL = SmallInteger().with_variant(Integer(), "sqlite")
"""16 bits on PostgreSQL."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Instant(TypeDecorator[dt.datetime]):
    """An aware instant, kept as UTC text to the second ("2026-11-20T00:12:33Z"), which sorts."""

    impl = TEXT
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> str | None:
        """Refuse naive instants: a day cut in the wrong zone is a wrong report."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def process_result_value(self, value: str | None, dialect: Dialect) -> dt.datetime | None:
        """Give back an aware UTC instant."""
        return None if value is None else dt.datetime.fromisoformat(value)


def table(name: str, *parts: Any, **options: Any) -> Table:
    """A table with columns of strict types."""
    return Table(name, metadata, *parts, sqlite_strict=True, **options)


def one_of(column: str, *allowed: str) -> CheckConstraint:
    """A column that holds one of some words, or nothing."""
    listed = ", ".join(f"'{word}'" for word in allowed)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def ledger(
    name: str, key: tuple[Column[Any], ...], *values: Column[Any], is_large: bool = False
) -> Table:
    """A table of versions, clustered by scope and key, with an index over the open ones.

    In a large one, of maybe a million rows, all else takes as long as writing them. So the database
    does not check there that scopes, captures and words are known (one statement writes them all,
    with one scope and one capture), and on PostgreSQL it has no index of all versions, but one of
    the open by key and one of the closed by the first part of the key.
    """
    names = [column.name for column in key]
    scope, capture = ([], []) if is_large else ([ForeignKey("scopes.id")], ["capture_log.id"])
    open_index = f"ix_{name}_open"
    made = table(
        name,
        Column("scope_id", Integer, *scope, primary_key=True),
        *key,
        Column("opened_by", Integer, *map(ForeignKey, capture), primary_key=True),
        Column("closed_by", Integer, *map(ForeignKey, capture)),
        Column("hash", BIG, nullable=False),
        *values,
        sqlite_with_rowid=False,
        # PostgreSQL writes a version anew when it is closed, on its own page where there is room.
        postgresql_with={"fillfactor": 96 if is_large else 95},
    )
    everywhere = _open_index(open_index, made, "scope_id", *names, "hash")
    if is_large:
        made.primary_key.ddl_if("sqlite")
        everywhere.ddl_if("sqlite")
        _open_index(open_index, made, "scope_id", *names).ddl_if("postgresql")
        Index(
            f"ix_{name}_closed",
            made.c[names[0]],
            postgresql_using="hash",
            postgresql_where=text("closed_by IS NOT NULL"),
        ).ddl_if("postgresql")
    return made


def _open_index(name: str, ledger: Table, *columns: str) -> Index:
    is_open = text("closed_by IS NULL")
    listed = [ledger.c[column] for column in columns]
    return Index(name, *listed, unique=True, sqlite_where=is_open, postgresql_where=is_open)


def word(name: str, *, is_checked: bool = True) -> Column[Any]:
    """A column that keeps a number of `texts`; `sync.words` puts words in, `word_in_sql` out."""
    known = [ForeignKey("texts.id")] if is_checked else []
    return Column(name, Integer, *known, info={"interned": True})


def word_in_sql(number: str) -> str:
    """The text of a number of `texts`: where few rows are asked for, few are looked up."""
    return f"(SELECT w.text FROM texts w WHERE w.id = {number})"

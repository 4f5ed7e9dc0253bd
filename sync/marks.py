"""Numbers that the store keeps of itself, by name: how far something has been worked through."""

from __future__ import annotations

from sqlalchemy import Connection, select, text

from models import tables


def read_mark(connection: Connection, name: str) -> int | None:
    """The number; None where it was never written."""
    found = connection.execute(select(tables.marks.c.value).where(tables.marks.c.name == name))
    value = found.scalar()
    return None if value is None else int(value)


def write_mark(connection: Connection, name: str, value: int) -> None:
    """Write the number, below 2**31, in place of the one before."""
    connection.execute(
        text(
            "INSERT INTO marks (name, value) VALUES (:name, :value)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        ),
        {"name": name, "value": value},
    )

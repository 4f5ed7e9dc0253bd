"""Fencing numbers: of all who ever worked at one thing, only the last may write what came of it.

A worker that was given up may come back: it was cut off, or its computer slept. It still holds an
older number, and the store takes nothing from it. Nobody waits for a number or gives one back.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, Engine, select, text

from models import tables
from sync import clock
from sync.failures import Failure
from sync.store import writing


class Outranked(Failure):
    """Somebody else has taken the work over; nothing was written."""

    exit_code = 2


class Fence(NamedTuple):
    """A number for one piece of work, kept with the leases, as a name that nobody holds."""

    name: str
    number: int

    def require(self, connection: Connection) -> None:
        """Raise Outranked where a later number was given; to be asked in the transaction that
        writes, because there it cannot change any more.
        """
        leases = tables.leases.c
        newest = connection.execute(select(leases.fence).where(leases.name == self.name)).scalar()
        if newest != self.number:
            raise Outranked(f"another worker has taken over {self.name}")


def outrank(engine: Engine, name: str) -> Fence:
    """The next number for a piece of work; from now on no older one may write. Raises
    StoreError.
    """
    with writing(engine) as connection:
        number = connection.execute(
            text(
                "INSERT INTO leases (name, holder, fence, taken_at, expires_at)"
                " VALUES (:name, '', 1, :now, :now)"
                " ON CONFLICT (name) DO UPDATE SET fence = leases.fence + 1 RETURNING fence"
            ),
            {"name": name, "now": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")},
        ).scalar_one()
    return Fence(name, int(number))

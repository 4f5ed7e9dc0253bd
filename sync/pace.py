"""One pace to each host for all workers: a row of the store hands out when each request may start.

1. A worker takes the next slot: the row moves on by the distance of two starts, with its jitter.
2. When the slot comes, the worker looks again. Where the host was held meanwhile, or the slot is
   over (the worker was cut off, or its computer slept), it is lost, and the worker takes another.
3. What one worker is told holds all: a time to come back, or a refusal. A refusal stands until the
   next check or backfill begins.

Times are the database's, so the clocks of the workers' computers do not matter. PostgreSQL only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, select, text, update

from models import tables
from scrapers.errors import NotAsked
from scrapers.http import Manners
from scrapers.pace import distance
from sync.store import reading, writing

_NOW = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
_NAP_S = 0.25
"""How long a worker sleeps before it asks whether it is to stop."""
_LATE_MS = 500
"""A slot is over when so much of it has passed."""


class SharedPace:
    """The pace to the host of some manners; `keep_on` raises where the worker is to stop."""

    def __init__(self, engine: Engine, manners: Manners, keep_on: Callable[[], None]) -> None:
        """Raises StoreError, as all its methods do."""
        self._engine, self._keep_on = engine, keep_on
        self._rate = manners.requests_per_second
        self._host = urlsplit(manners.base_url).netloc
        with writing(engine, beside=True) as connection:
            connection.execute(
                text(
                    "INSERT INTO paces (host, next_at, held_until) VALUES (:host, 0, 0)"
                    " ON CONFLICT (host) DO NOTHING"
                ),
                {"host": self._host},
            )

    def wait(self) -> None:
        """Return when this worker's turn has come. Raises NotAsked, and what `keep_on` raises."""
        while not self._is_turn(self._take_slot()):
            pass

    def hold(self, seconds: float) -> None:
        """Let nobody ask for so long."""
        if seconds > 0:
            self._write(
                f"held_until = GREATEST(held_until, {_NOW} + :wait)", wait=int(seconds * 1000)
            )

    def refuse(self, reason: str) -> None:
        """Let nobody ask any more; the first reason stands."""
        self._write("refusal = COALESCE(refusal, :reason)", reason=reason)

    def _take_slot(self) -> int:
        """Rule 1; sleeps until the slot comes, and returns its time in milliseconds."""
        step = int(distance(self._rate) * 1000) if self._rate > 0 else 0
        slot = self._write(f"next_at = GREATEST(next_at, held_until, {_NOW}) + :step", step=step)
        start = time.monotonic() + (slot.next_at - step - slot.now) / 1000
        self._keep_on()
        while (left := start - time.monotonic()) > 0:
            time.sleep(min(left, _NAP_S))
            self._keep_on()
        return int(slot.next_at) - step

    def _is_turn(self, slot: int) -> bool:
        """Rule 2. Raises NotAsked."""
        row = self._row()
        if row.refusal is not None:
            raise NotAsked(f"not asked, because {row.refusal}")
        is_over = self._rate > 0 and row.now > slot + _LATE_MS
        return not is_over and bool(row.held_until <= row.now)

    def _row(self) -> Any:
        with reading(self._engine) as connection:
            query = text(f"SELECT held_until, refusal, {_NOW} AS now FROM paces WHERE host = :host")
            return connection.execute(query, {"host": self._host}).one()

    def _write(self, change: str, **bound: Any) -> Any:
        with writing(self._engine, beside=True) as connection:
            query = f"UPDATE paces SET {change} WHERE host = :host RETURNING next_at, {_NOW} AS now"
            return connection.execute(text(query), {"host": self._host, **bound}).one()


def refusal_of(engine: Engine, base_url: str) -> str | None:
    """Why a host is not asked any more, or None. Raises StoreError."""
    with reading(engine) as connection:
        column = tables.paces.c
        found = select(column.refusal).where(column.host == urlsplit(base_url).netloc)
        return connection.execute(found).scalar()


def forget_refusals(engine: Engine) -> None:
    """Let every host be asked again. Raises StoreError."""
    with writing(engine) as connection:
        connection.execute(update(tables.paces).values(refusal=None))

"""Who alone may do something now: a row of the store, claimed by one conditional update.

1. Whoever takes a lease gets the next fencing number; whoever holds an older one has lost it.
2. A holder on this computer is judged by its process: while it lives the lease is held, and when
   it is dead the lease is free at once, however it died.
3. A holder that cannot be looked at (another computer, another container, a system without /proc)
   keeps the lease until `EXPIRES_AFTER` has passed without a renewal.

No two computers that share a store may bear the same name.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, select, update

from models import tables
from sync import clock
from sync.failures import Failure
from sync.store import StoreError, writing

EXPIRES_AFTER = dt.timedelta(seconds=120)
RENEW_EVERY_S = 30.0
GIVE_BACK_S = 1.0
PROC = Path("/proc")
NOBODY = ""

log = logging.getLogger(__name__)


class LeaseHeld(Failure):
    """Somebody else does it just now; the message says who."""

    exit_code = 2


class LeaseLost(Failure):
    """Somebody else has taken the lease over, so this process must stop."""

    exit_code = 2


class Holder(NamedTuple):
    """A process, so that it can be told from every other; "" is what this system does not tell."""

    host: str
    boot: str
    """One run of the computer."""
    space: str
    """The processes that see each other by number: a container has its own."""
    pid: int
    start: str
    """When it started, in a measure of the system's."""


class Lease:
    """A lease that this process has taken; `fence` is its number."""

    def __init__(self, engine: Engine, name: str, fence: int) -> None:
        self.name, self.fence = name, fence
        self._engine = engine
        self.is_lost = False

    def require(self) -> None:
        """Raise LeaseLost where it was taken over."""
        if self.is_lost:
            raise LeaseLost(f"another process has taken over the {self.name} of this store.")

    def renew(self) -> None:
        """Hold it for longer, or learn that it is lost. Raises StoreError."""
        now = clock.now()
        self.is_lost = not self._write(expires_at=now + EXPIRES_AFTER)

    def give_back(self) -> None:
        """Let the next one have it at once. Raises StoreError."""
        self._write(holder=NOBODY, expires_at=clock.now())

    def _write(self, **values: Any) -> bool:
        """Change the row where it is still ours."""
        columns = tables.leases.c
        with writing(self._engine) as connection:
            changed = connection.execute(
                update(tables.leases)
                .where(columns.name == self.name, columns.fence == self.fence)
                .values(**values)
            )
        return changed.rowcount == 1


def take(engine: Engine, name: str) -> Lease:
    """Take a lease. Raises LeaseHeld, which says who holds it, and StoreError."""
    columns, now = tables.leases.c, clock.now()
    with writing(engine) as connection:
        row = _row(connection, name)
        if row is None:
            free = {"holder": NOBODY, "fence": 0, "taken_at": now, "expires_at": now}
            connection.execute(tables.leases.insert().values(name=name, **free))
        elif _is_held(row, now):
            raise LeaseHeld(f"a {name} is already running on this store: {_who(row)}.")
        fence = 1 if row is None else row.fence + 1
        taken = connection.execute(
            update(tables.leases)
            .where(columns.name == name, columns.fence == fence - 1)
            .values(
                holder=json.dumps(_this_process()),
                fence=fence,
                taken_at=now,
                expires_at=now + EXPIRES_AFTER,
            )
        )
        if taken.rowcount != 1:
            raise LeaseHeld(f"another process has just begun the {name} of this store.")
    return Lease(engine, name, fence)


def held_by(connection: Connection, name: str) -> str | None:
    """Who holds a lease now, in English words; None where nobody does."""
    row = _row(connection, name)
    return _who(row) if row is not None and _is_held(row, clock.now()) else None


@contextlib.contextmanager
def holding(engine: Engine, name: str) -> Iterator[Lease]:
    """Hold a lease, renewed by a thread, until the block ends. Raises LeaseHeld and StoreError."""
    lease = take(engine, name)
    is_over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(lease, is_over), daemon=True)
    keeper.start()
    try:
        yield lease
    finally:
        is_over.set()
        # A store that another process writes to may keep it waiting; the end of ours frees it too.
        keeper.join(GIVE_BACK_S)


def _keep(lease: Lease, is_over: threading.Event) -> None:
    """Renew a lease until it is lost or over; then give it back."""
    while not lease.is_lost:
        is_last = is_over.wait(RENEW_EVERY_S)
        try:
            lease.give_back() if is_last else lease.renew()
        except StoreError as error:
            log.warning("the lease %s was not written: %s", lease.name, error)
        if is_last:
            return


def _row(connection: Connection, name: str) -> Any:
    return connection.execute(select(tables.leases).where(tables.leases.c.name == name)).first()


def _who(row: Any) -> str:
    holder = _holder(row)
    since = row.taken_at.astimezone(clock.VIETNAM)
    return f"process {holder.pid} on {holder.host}, since {since:%Y-%m-%d %H:%M}"


def _holder(row: Any) -> Holder:
    return Holder(*json.loads(row.holder))


def _is_held(row: Any, now: dt.datetime) -> bool:
    """Rules 2 and 3."""
    if row.holder == NOBODY:
        return False
    holder, here = _holder(row), _this_process()
    if (holder.host, holder.boot) != (here.host, here.boot):
        # The same computer after a restart has none of its old processes.
        return holder.host != here.host and row.expires_at > now
    if holder.space != here.space or not holder.start:
        return bool(row.expires_at > now)
    return _start_of(holder.pid) == holder.start


def _this_process() -> Holder:
    boot = _read(PROC / "sys/kernel/random/boot_id")
    pid = os.getpid()
    return Holder(socket.gethostname(), boot, _space(), pid, _start_of(pid))


def _space() -> str:
    try:
        return str((PROC / "self/ns/pid").readlink())
    except OSError:
        return ""


def _start_of(pid: int) -> str:
    """When a living process started, in clock ticks since boot; "" for one that is not there."""
    # The name stands in brackets and may hold anything; state and start are fields 3 and 22.
    fields = _read(PROC / str(pid) / "stat").rpartition(")")[2].split()
    return "" if not fields or fields[0] in "ZX" else fields[19]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""

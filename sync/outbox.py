"""Messages that wait to be sent, as rows: queued with what they tell of, claimed by one update."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, or_, select, text, update

from models import tables
from sync.changes import Severity

LOST_AFTER = dt.timedelta(minutes=10)
"""A message that has been sending for so long was being sent by a program that died."""


class Message(NamedTuple):
    """A message that was claimed for sending."""

    id: int
    route: str
    severity: Severity
    title: str
    body: str
    created_at: dt.datetime
    attempts: int
    """How often it was tried, this time included."""
    possibly_repeated: bool


def queue(
    connection: Connection,
    route: str,
    severity: Severity,
    title: str,
    body: str,
    *,
    now: dt.datetime,
    due_at: dt.datetime,
) -> None:
    """Add a digest; it is sent at `due_at` at the earliest."""
    connection.execute(
        tables.outbox.insert().values(
            route=route,
            kind="digest",
            severity=int(severity),
            title=title,
            body=body,
            state="waiting",
            created_at=now,
            due_at=due_at,
            attempts=0,
            possibly_repeated=0,
        )
    )


def due(connection: Connection, now: dt.datetime) -> list[int]:
    """The messages to be sent now, oldest first: those whose time has come, and the lost ones."""
    columns = tables.outbox.c
    rows = connection.execute(
        select(columns.id)
        .where(
            or_(
                and_(columns.state == "waiting", columns.due_at <= now),
                and_(columns.state == "sending", columns.claimed_at <= now - LOST_AFTER),
            )
        )
        .order_by(columns.due_at, columns.id)
    )
    return [number for (number,) in rows]


def claim(connection: Connection, number: int, now: dt.datetime) -> Message | None:
    """Take a message for sending; None where another program has it.

    One that a program died with may have arrived, so it is marked as possibly repeated.
    """
    columns = tables.outbox.c
    lost = and_(columns.state == "sending", columns.claimed_at <= now - LOST_AFTER)
    connection.execute(
        update(tables.outbox)
        .where(columns.id == number, lost)
        .values(state="waiting", due_at=now, possibly_repeated=1)
    )
    claimed = connection.execute(
        update(tables.outbox)
        .where(columns.id == number, columns.state == "waiting", columns.due_at <= now)
        .values(state="sending", claimed_at=now, attempts=columns.attempts + 1)
    )
    if claimed.rowcount != 1:
        return None
    row = connection.execute(select(tables.outbox).where(columns.id == number)).one()
    return Message(
        row.id,
        row.route,
        Severity(row.severity),
        row.title,
        row.body,
        row.created_at,
        row.attempts,
        bool(row.possibly_repeated),
    )


def settle(connection: Connection, message: Message, **values: Any) -> None:
    """Write down what became of a claimed message, unless another program has claimed it since."""
    columns = tables.outbox.c
    connection.execute(
        update(tables.outbox)
        .where(
            columns.id == message.id,
            columns.state == "sending",
            columns.attempts == message.attempts,
        )
        .values(**values)
    )


class Overview(NamedTuple):
    """What waits, and what was given up."""

    waiting: int
    oldest: str | None
    """The instant at which the oldest waiting message was written, as ISO text in UTC."""
    dropped: int
    trouble: str | None
    """Why the newest of them was not sent, in English."""


def overview(connection: Connection, since: dt.datetime) -> Overview:
    """What waits now, and what was written since an instant and given up."""
    row = connection.execute(
        text(
            """
            SELECT COUNT(CASE WHEN state <> 'dropped' THEN 1 END),
                   MIN(CASE WHEN state <> 'dropped' THEN created_at END),
                   COUNT(CASE WHEN state = 'dropped' THEN 1 END),
                   (SELECT o.trouble FROM outbox o
                    WHERE o.trouble IS NOT NULL AND o.state <> 'sent' ORDER BY o.id DESC LIMIT 1)
            FROM outbox
            WHERE state IN ('waiting', 'sending') OR (state = 'dropped' AND created_at >= :since)
            """
        ),
        {"since": since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
    ).one()
    return Overview(*row)

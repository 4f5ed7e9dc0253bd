"""What the alerts ask of the store, as SQL that can be read alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text, update

from models import tables
from models.dialect import dialect_of
from models.sentences import dataset_in_sql, told_in_sql
from scrapers.periods import Period, period_type
from sync.changes import Severity
from sync.marks import write_mark
from sync.rules.alert_life import Event, State
from sync.rules.matters import Fact

CHANGES_MARK = "alerts"
"""The change up to which the alerts have been worked through."""


class Alert(NamedTuple):
    """One alert with what it is about; instants in UTC."""

    id: int
    matter: str
    scope_id: int
    kind: str
    severity: Severity
    unit_id: int | None
    unit_code: str | None
    unit_kind: str | None
    unit_name: str | None
    state: State
    snoozed_until: dt.datetime | None
    reopened: int
    first_change: int | None
    last_change: int | None
    message: str
    source: str
    period: Period | None
    since: dt.datetime
    """When it last opened."""
    fed_at: dt.datetime
    """When a change last joined it."""


def read_settings(connection: Connection, prefix: str) -> dict[str, int] | None:
    """What the configuration said when its settings of that name were last noted; None if never."""
    rows = connection.execute(
        text("SELECT name, value FROM marks WHERE name LIKE :prefix"), {"prefix": f"{prefix}%"}
    ).all()
    noted = {row.name.removeprefix(prefix): row.value for row in rows}
    return {name: value for name, value in noted.items() if name} if noted else None


def note_settings(connection: Connection, prefix: str, values: Mapping[str, int]) -> None:
    """Note what the configuration says now, in place of what was noted."""
    connection.execute(text("DELETE FROM marks WHERE name LIKE :prefix"), {"prefix": f"{prefix}%"})
    # Says that settings were noted, also where there are none.
    write_mark(connection, prefix, 0)
    for name, value in values.items():
        write_mark(connection, f"{prefix}{name}", value)


def new_facts(connection: Connection, after: int) -> list[Fact]:
    """The changes beyond a number that may concern an alert, in their order.

    What is outside the watch lists, and what was read of the past, never does.
    """
    rows = connection.execute(
        text(
            f"""
            SELECT h.id, {dataset_in_sql("h", "s")} AS dataset, h.kind, h.severity,
                   {told_in_sql(dialect_of(connection), "h")} AS message, u.code AS unit_code,
                   COALESCE(n.text, u.name) AS unit_name, h.subject, i.code AS indicator, h.delta,
                   s.id AS scope_id, s.dataset AS about, s.source, s.series, s.period_type, s.year,
                   s.period_no
            FROM change_log h
            JOIN capture_log c ON c.id = h.capture_id
            JOIN scopes s ON s.id = c.scope_id
            LEFT JOIN unit_codes u ON u.id = h.unit_id
            LEFT JOIN indicators i ON i.id = h.indicator_id
            LEFT JOIN texts n ON n.id = h.unit_name_id
            WHERE h.id > :after AND h.unlisted IS NULL AND c.is_backfill IS NULL
            ORDER BY h.id
            """
        ),
        {"after": after},
    )
    return [_fact(row) for row in rows]


def _fact(row: Any) -> Fact:
    values = {name: value for name, value in row._mapping.items() if name in Fact._fields}
    period = period_in(row)
    values["severity"] = Severity(row.severity)
    return Fact(**values, period=None if period is None else str(period))


def period_in(row: Any) -> Period | None:
    """The period of a row's scope; None where the scope has none."""
    if row.period_type is None:
        return None
    return Period(period_type(row.period_type), row.year, row.period_no)


def newest_change(connection: Connection) -> int:
    """The number of the newest change; 0 when there is none."""
    return int(connection.execute(text("SELECT COALESCE(MAX(id), 0) FROM change_log")).scalar_one())


_ALERTS = """
    SELECT a.id, a.matter, a.scope_id, a.kind, a.severity, a.unit_id, u.code AS unit_code,
           u.kind AS unit_kind,
           COALESCE(a.unit_name, u.name) AS unit_name, a.state, a.snoozed_until, a.reopened,
           a.first_change, a.last_change, a.message, s.source, s.period_type, s.year, s.period_no,
           (SELECT MAX(e.at) FROM alert_events e WHERE e.alert_id = a.id
            AND e.event IN ('opened', 'reopened')) AS since,
           (SELECT MAX(e.at) FROM alert_events e WHERE e.alert_id = a.id
            AND e.event IN ('opened', 'reopened', 'joined', 'graver')) AS fed_at
    FROM alert_log a
    JOIN scopes s ON s.id = a.scope_id
    LEFT JOIN unit_codes u ON u.id = a.unit_id
"""


def standing_alerts(connection: Connection) -> list[Alert]:
    """Every alert that is not closed, oldest first."""
    rows = connection.execute(text(f"{_ALERTS} WHERE a.state <> 'closed' ORDER BY a.id"))
    return [_alert(row) for row in rows]


def alert_of(connection: Connection, matter: str) -> Alert | None:
    """The alert of a matter, if there ever was one."""
    row = connection.execute(text(f"{_ALERTS} WHERE a.matter = :matter"), {"matter": matter})
    found = row.first()
    return None if found is None else _alert(found)


def alert_numbered(connection: Connection, number: int) -> Alert | None:
    """The alert with a number."""
    row = connection.execute(text(f"{_ALERTS} WHERE a.id = :id"), {"id": number}).first()
    return None if row is None else _alert(row)


def _alert(row: Any) -> Alert:
    values = {name: value for name, value in row._mapping.items() if name in Alert._fields}
    values["severity"] = Severity(row.severity)
    for name in ("snoozed_until", "since", "fed_at"):
        values[name] = values[name] and dt.datetime.fromisoformat(values[name])
    return Alert(**values, period=period_in(row))


def insert_alert(connection: Connection, values: dict[str, Any]) -> int:
    """A new alert; returns its number."""
    inserted = connection.execute(tables.alerts.insert().values(reopened=0, **values))
    assert inserted.inserted_primary_key is not None
    return int(inserted.inserted_primary_key[0])


def change_alert(connection: Connection, number: int, **values: Any) -> None:
    """Write columns of an alert."""
    connection.execute(update(tables.alerts).where(tables.alerts.c.id == number).values(**values))


def write_event(
    connection: Connection,
    number: int,
    at: dt.datetime,
    event: Event,
    severity: Severity,
    message: str,
    change_id: int | None = None,
) -> None:
    """Write down what happened to an alert."""
    connection.execute(
        tables.alert_events.insert().values(
            alert_id=number,
            at=at,
            event=event,
            severity=int(severity),
            message=message,
            change_id=change_id,
        )
    )


def unit_number(connection: Connection, code: str | None) -> int | None:
    """The number of a unit's code; None for what has no code."""
    units = tables.unit_codes.c
    return connection.execute(select(units.id).where(units.code == code)).scalar()


def forget_changes(connection: Connection, capture_id: int) -> None:
    """Let go of a capture's changes, which are about to be deleted: a person took it back."""
    let_go(connection, "SELECT id FROM change_log WHERE capture_id = :capture", capture=capture_id)


def let_go(connection: Connection, which: str, **bound: int) -> None:
    """Let go of changes that are about to be deleted; `which` is SQL that selects their ids.

    The highest numbers will be given again, so the mark steps back too. An alert still rests on
    what else told of it since it last opened; one that rests on nothing is over.
    """
    remaining = f"(SELECT COALESCE(MAX(id), 0) FROM change_log WHERE id NOT IN ({which}))"
    newest = """
        (SELECT e.{column} FROM alert_events e
         WHERE e.alert_id = alert_log.id AND e.change_id IS NOT NULL
           AND e.id >= (SELECT MAX(o.id) FROM alert_events o
                        WHERE o.alert_id = alert_log.id AND o.event IN ('opened', 'reopened'))
         ORDER BY e.id DESC LIMIT 1)
    """
    for statement in (
        f"UPDATE marks SET value = {remaining} WHERE name = :mark AND value > {remaining}",
        f"UPDATE alert_events SET change_id = NULL WHERE change_id IN ({which})",
        f"UPDATE alert_log SET first_change = NULL WHERE first_change IN ({which})",
        f"UPDATE alert_log SET last_change = {newest.format(column='change_id')},"
        f" message = COALESCE({newest.format(column='message')}, message)"
        f" WHERE last_change IN ({which})",
    ):
        connection.execute(text(statement), {**bound, "mark": CHANGES_MARK})

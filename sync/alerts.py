"""Alerts with a life: changes about one matter join one alert, which opens, is seen, and closes.

    changes beyond the mark → open, join, reopen → is it over? → the events that digests are made of

The rules are numbered in `docs/alerts.md`. All of it happens in the caller's one transaction, and
each change is worked through once, so doing it twice adds nothing.
"""

from __future__ import annotations

import datetime as dt
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Engine, text

from sync import alert_store as store
from sync.alert_judges import Situation, situation, verdict
from sync.alert_store import Alert
from sync.config import Config
from sync.failures import Failure
from sync.marks import read_mark, write_mark
from sync.new_limits import newly_above_limit
from sync.new_targets import newly_below_target
from sync.rules.alert_life import Standing, State, Step, step_of_changes, step_of_time
from sync.rules.matters import Batch, batches
from sync.store import reading, writing


class AlertError(Failure):
    """What a person asked of an alert cannot be done; the message says why."""

    exit_code = 2


def update_alerts(connection: Connection, config: Config, now: dt.datetime) -> None:
    """Work through what was found since the last time, then judge every alert that is not closed.

    `connection` is in a write transaction; `now` is the instant that events are given.
    """
    newest = store.newest_change(connection)
    facts = store.new_facts(connection, read_mark(connection, store.CHANGES_MARK) or 0)
    for batch in batches(facts):
        _take_in(connection, batch, now)
    write_mark(connection, store.CHANGES_MARK, newest)
    today = situation(connection, config, now)
    told = chain(newly_below_target(today), newly_above_limit(today))
    for batch in batches(told):
        _take_in(connection, batch, now)
    for alert in store.standing_alerts(connection):
        _judge(connection, alert, today)


def acknowledge(engine: Engine, number: int, now: dt.datetime) -> Alert:
    """Say that somebody has seen an alert. Raises AlertError when it is closed or not there."""
    return _set_by_person(engine, number, now, "acknowledged", None)


def snooze(engine: Engine, number: int, until: dt.datetime, now: dt.datetime) -> Alert:
    """Be quiet about an alert until an instant, unless it gets graver.

    Raises AlertError when it is closed or not there, or the instant is past.
    """
    if until <= now:
        raise AlertError(f"--until is {until.isoformat()}, which is past; name a time to come.")
    return _set_by_person(engine, number, now, "snoozed", until)


def listed(engine: Engine) -> list[dict[str, Any]]:
    """The rows of the view `alerts` that are not closed, gravest and newest first."""
    with reading(engine) as connection:
        rows = connection.execute(
            text(
                "SELECT * FROM alerts WHERE state <> 'closed' ORDER BY"
                " CASE severity WHEN 'critical' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END,"
                " changed_at DESC, id DESC"
            )
        )
        return [dict(row) for row in rows.mappings()]


def _take_in(connection: Connection, batch: Batch, now: dt.datetime) -> None:
    """Open, join or reopen the alert of a matter; what a setting tells has no change."""
    newest = batch.newest.id or None
    alert = store.alert_of(connection, batch.key)
    standing = None if alert is None else Standing(alert.state, alert.severity)
    step = step_of_changes(standing, batch.severity)
    if step is None:
        return
    told: dict[str, Any] = {
        "scope_id": batch.lead.scope_id,
        "severity": int(step.severity),
        "state": step.state,
        "changed_at": now,
        "message": batch.message,
    }
    if newest is not None:
        told["last_change"] = newest
    if step.state == "open":
        told["snoozed_until"] = None
    if step.event in ("opened", "reopened"):
        told |= _beginning(connection, batch)
    if alert is None:
        number = store.insert_alert(connection, {**told, "matter": batch.key, "opened_at": now})
    else:
        number = alert.id
        reopened = alert.reopened + (step.event == "reopened")
        store.change_alert(connection, number, **told, reopened=reopened)
    store.write_event(connection, number, now, step.event, step.severity, batch.message, newest)


def _beginning(connection: Connection, batch: Batch) -> dict[str, Any]:
    """What an alert is about, as its first changes say."""
    lead, fallen = batch.lead, batch.fallen
    return {
        "dataset": lead.dataset,
        "kind": lead.kind,
        "unit_id": store.unit_number(connection, lead.unit_code),
        "unit_name": lead.unit_name,
        "subject": batch.subject,
        "closed_at": None,
        "first_change": None if fallen is None else fallen.id,
    }


def _judge(connection: Connection, alert: Alert, today: Situation) -> None:
    """Close an alert whose matter is over; wake one whose time has come."""
    over = verdict(alert, today)
    if over is not None:
        step: Step | None = Step(over.event, "closed", alert.severity)
        message = over.message
    else:
        standing = Standing(alert.state, alert.severity, alert.snoozed_until)
        step, message = step_of_time(standing, today.now), alert.message
    if step is None:
        return
    closed_at = today.now if step.state == "closed" else None
    store.change_alert(
        connection,
        alert.id,
        state=step.state,
        changed_at=today.now,
        snoozed_until=None,
        closed_at=closed_at,
    )
    store.write_event(connection, alert.id, today.now, step.event, step.severity, message)


def _set_by_person(
    engine: Engine, number: int, now: dt.datetime, state: State, until: dt.datetime | None
) -> Alert:
    assert state in ("acknowledged", "snoozed")
    with writing(engine) as connection:
        alert = store.alert_numbered(connection, number)
        if alert is None:
            raise AlertError(f"there is no alert {number}; see `dvcqg alerts`.")
        if alert.state == "closed":
            raise AlertError(f"alert {number} is closed: its matter is over.")
        if alert.state != state or alert.snoozed_until != until:
            store.change_alert(connection, number, state=state, changed_at=now, snoozed_until=until)
            store.write_event(connection, number, now, state, alert.severity, alert.message)
        return alert

"""The life of an alert: what its state becomes. Pure; numbered as in `docs/alerts.md`.

(nothing) ──opened──▶ open ◀──────graver, woke──────┐
                       │ acknowledged, snoozed       │
                       ▼                             │
                   acknowledged / snoozed ───────────┘
any of these ──closed, expired──▶ closed ──reopened──▶ open
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple

from sync.changes import Severity
from sync.rules.matters import OPENS

State = Literal["open", "acknowledged", "snoozed", "closed"]
Event = Literal[
    "opened",
    "reopened",
    "joined",
    "graver",
    "acknowledged",
    "snoozed",
    "woke",
    "closed",
    "expired",
]


class Step(NamedTuple):
    """What happens to an alert, and what it then is."""

    event: Event
    state: State
    severity: Severity


class Standing(NamedTuple):
    """What an alert is now."""

    state: State
    severity: Severity
    snoozed_until: dt.datetime | None = None


def step_of_changes(now: Standing | None, severity: Severity) -> Step | None:
    """Rules 1 to 4: changes of a matter were found, the gravest of them of that severity."""
    if now is None:
        return Step("opened", "open", severity) if severity >= OPENS else None
    if now.state == "closed":
        return Step("reopened", "open", severity) if severity >= OPENS else None
    if severity > now.severity:
        return Step("graver", "open", severity)
    return Step("joined", now.state, now.severity)


def step_of_time(now: Standing, instant: dt.datetime) -> Step | None:
    """Rule 5: a snoozed alert whose time has come wakes, if its matter is still on."""
    if now.state != "snoozed" or now.snoozed_until is None or now.snoozed_until > instant:
        return None
    return Step("woke", "open", now.severity)

"""The tables of what runs by itself: alerts with a life, messages to be sent, leases, marks."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer

from models.schema import BIG, TEXT, Instant, one_of, table

alerts = table(
    "alert_log",
    Column("id", Integer, primary_key=True),
    Column("matter", TEXT, nullable=False),
    Column("scope_id", Integer, ForeignKey("scopes.id"), nullable=False),
    Column("dataset", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("unit_id", Integer, ForeignKey("unit_codes.id")),
    Column("unit_name", TEXT),
    Column("subject", TEXT),
    Column("state", TEXT, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("snoozed_until", Instant),
    Column("closed_at", Instant),
    Column("reopened", Integer, nullable=False),
    Column("first_change", Integer),
    Column("last_change", Integer),
    Column("message", TEXT, nullable=False),
    CheckConstraint("severity BETWEEN 1 AND 3", name="severity"),
    one_of("state", "open", "acknowledged", "snoozed", "closed"),
    Index("ux_alert_log_matter", "matter", unique=True),
)
"""One row is one matter, for ever: it opens, is seen, closes, and reopens. `scope_id` is the scope
that last told of it, `first_change` what has to be made good before it is over (since it last
opened), `last_change` the newest change that joined it, `message` what that told. Both changes are
null where a setting opened the alert, and where a person took back the captures that told."""

alert_events = table(
    "alert_events",
    Column("id", Integer, primary_key=True),
    Column("alert_id", Integer, ForeignKey("alert_log.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("event", TEXT, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("change_id", Integer),
    Column("message", TEXT, nullable=False),
    one_of(
        "event",
        "opened",
        "reopened",
        "joined",
        "graver",
        "acknowledged",
        "snoozed",
        "woke",
        "closed",
        "expired",
    ),
    Index("ix_alert_events_alert", "alert_id"),
)
"""What happened to an alert; messages are made of these, never of single changes. All changes of
one matter that are worked through together are one event, which numbers the newest of them."""

outbox = table(
    "outbox",
    Column("id", Integer, primary_key=True),
    Column("route", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("title", TEXT, nullable=False),
    Column("body", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("sent_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("possibly_repeated", Integer, nullable=False),
    Column("trouble", TEXT),
    one_of("state", "waiting", "sending", "sent", "dropped"),
    Index("ix_outbox_state", "state", "due_at"),
)
"""Messages to people. `route` is the address as the configuration writes it, so no secret. A row
that was being sent when the program died is sent again, and says that it may be a repetition."""

check_sources = table(
    "check_sources",
    Column("check_id", Integer, ForeignKey("check_log.id"), primary_key=True),
    Column("dataset", TEXT, primary_key=True),
    Column("source", TEXT, primary_key=True),
    sqlite_with_rowid=False,
)
"""Which sources a check asks, written when it begins: by this the daemon knows what is served, also
where a source had nothing new to read."""

leases = table(
    "leases",
    Column("name", TEXT, primary_key=True),
    Column("holder", TEXT, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)
"""Who alone may do something now; `fence` rises with every new holder."""

paces = table(
    "paces",
    Column("host", TEXT, primary_key=True),
    Column("next_at", BIG, nullable=False),
    Column("held_until", BIG, nullable=False),
    Column("refusal", TEXT),
    sqlite_with_rowid=False,
)
"""When the next request to a host may start, where several computers ask it: milliseconds since
1970 by the database's clock. `held_until` is what the host asked for, `refusal` why none starts."""

marks = table(
    "marks",
    Column("name", TEXT, primary_key=True),
    Column("value", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How far something has been worked through: changes by the alerts, events by the digests; the
targets, in hundredths of a per cent, that the alerts were last held against; and which edition of
the calendar stands in `working_days`."""

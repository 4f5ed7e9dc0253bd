"""The tables behind the public views. Everything here is internal and may change.

These ideas carry the store:

* A **scope** is what one reading is about ("An Giang, year 2026"). A **capture** is one reading of
  one scope. Capture numbers rise with time, so "as it was then" is a comparison of two integers.
* The logs are named apart from the views `captures`, `checks` and `changes` that show them.
* A **ledger** is a table of type-2 versions: one row says what a key's values were from the capture
  `opened_by` until the capture `closed_by` (null: still). All ledgers share these columns, and
  `sync/history.py` is the only code that writes them.
* Scores are whole hundredths of a point, the portal's own precision, so that comparing is exact.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from models.duty_tables import alert_events, alerts, check_sources, leases, marks, outbox, paces
from models.procedure_tables import (
    PARTS,
    decision_versions,
    listed_versions,
    procedure_reads,
    procedure_versions,
)
from models.schema import BIG, SMALL, TEXT, Instant, ledger, metadata, one_of, table, word


def _unit_key() -> Column[Any]:
    return Column("unit_id", Integer, ForeignKey("unit_codes.id"), primary_key=True)


scopes = table(
    "scopes",
    Column("id", Integer, primary_key=True),
    Column("dataset", TEXT, nullable=False),
    Column("source", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("series", TEXT),
    Column("province_code", TEXT),
    Column("period_type", TEXT),
    Column("year", Integer),
    Column("period_no", Integer),
    Column("last_capture_id", Integer),
    Index("ux_scopes_name", "dataset", "source", "name", unique=True),
)

checks = table(
    "check_log",
    Column("id", Integer, primary_key=True),
    Column("day", TEXT, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("complete", Integer),
    Column("captures", Integer),
    Column("changes", Integer),
    Column("warnings", Integer),
    Column("criticals", Integer),
)
"""One daily check. The counts are written when it finishes; a killed one has none."""

captures = table(
    "capture_log",
    Column("id", Integer, primary_key=True),
    Column("scope_id", Integer, ForeignKey("scopes.id"), nullable=False),
    Column("check_id", Integer, ForeignKey("check_log.id")),
    Column("previous_id", Integer, ForeignKey("capture_log.id")),
    Column("started_at", Instant, nullable=False),
    Column("completed_at", Instant, nullable=False),
    Column("day", TEXT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("rows", Integer),
    Column("declared_rows", Integer),
    Column("reason", TEXT),
    Column("explanation", TEXT),
    Column("requests", Integer, nullable=False),
    Column("archive", TEXT),
    Column("content", TEXT),
    Column("decision", TEXT),
    Column("decided_at", Instant),
    Column("is_backfill", Integer),
    one_of("status", "accepted", "unchanged", "refused", "failed"),
    one_of("decision", "accepted", "rejected"),
    Index("ix_capture_log_scope", "scope_id"),
    Index("ix_capture_log_check", "check_id"),
    Index("ix_capture_log_day", "day"),
)
"""One reading of one scope. `reason` is for logs (English), `explanation` for officials, `content`
the SHA-256 of a file that was imported; `is_backfill` is 1 for what was read of the past."""

changes = table(
    "change_log",
    Column("id", Integer, primary_key=True),
    Column("capture_id", Integer, ForeignKey("capture_log.id"), nullable=False),
    Column("unit_id", Integer, ForeignKey("unit_codes.id")),
    Column("unit_name_id", Integer),
    Column("indicator_id", Integer, ForeignKey("indicators.id")),
    word("before_value", is_checked=False),
    word("after_value", is_checked=False),
    Column("delta", Integer),
    word("sentence", is_checked=False),
    Column("message", TEXT),
    Column("unlisted", Integer),
    Column("of_system", Integer),
    Column("severity", SMALL, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("subject", TEXT),
    CheckConstraint("severity BETWEEN 1 AND 3", name="severity"),
    Index("ix_change_log_capture", "capture_id"),
)
"""What the diff engine found. What is told of it is a `message`, of dossiers a `sentence` that many
share, where marks stand for what the row says anyway (`models.sentences`). `unlisted` is 1 where it
is outside what the office watches: such a change is counted in reports, not listed. `of_system` is
1 where it is about the reading itself and not about its dataset. Numbers come first: PostgreSQL
fills up to the next number whatever is between them."""

unit_codes = table(
    "unit_codes",
    Column("id", Integer, primary_key=True),
    Column("code", TEXT, nullable=False),
    Column("name", TEXT),
    Column("kind", TEXT),
    Column("province_code", TEXT),
    Index("ux_unit_codes_code", "code", unique=True),
)
"""Short numbers for unit codes, with each unit as it was last called."""

indicators = table(
    "indicators",
    Column("id", Integer, primary_key=True),
    Column("code", TEXT, nullable=False),
    Column("level", TEXT, nullable=False),
    Column("group_code", TEXT),
    Column("name", TEXT, nullable=False),
    one_of("level", "total", "group", "metric"),
    Index("ux_indicators_code", "code", unique=True),
)

unit_versions = ledger(
    "unit_versions",
    (_unit_key(),),
    Column("name", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("province_code", TEXT),
    Column("portal_id", TEXT),
)
"""The units that a registry scope lists: the nation's provinces, a province's units."""

standing_versions = ledger(
    "standing_versions",
    (_unit_key(),),
    Column("total", Integer),
    Column("rank", Integer),
    Column("rank_of", Integer, nullable=False),
    Column("class", TEXT),
    Column("has_activity", Integer, nullable=False),
)
"""What follows from the totals of one scope: rank among its own kind, class, activity."""

figure_versions = ledger(
    "figure_versions",
    (
        _unit_key(),
        Column("indicator_id", Integer, ForeignKey("indicators.id"), primary_key=True),
    ),
    Column("score", Integer),
    Column("max_score", Integer),
    Column("ratio", Integer),
    Column("numerator", BIG),
    Column("denominator", BIG),
    Column("quality", TEXT),
)
"""Published figures. `score`, `max_score`, `ratio` in hundredths; null is not zero."""

texts = table(
    "texts",
    Column("id", Integer, primary_key=True),
    Column("text", TEXT, nullable=False),
    Index("ux_texts_text", "text", unique=True).ddl_if("sqlite"),
    ExcludeConstraint(("text", "="), using="hash", name="ux_texts_text").ddl_if("postgresql"),
)
"""Words that many versions repeat: names of procedures, units, officers, states. PostgreSQL tells
them apart by their hashes: an index of the words themselves takes none of over 2,704 bytes."""


dossier_versions = ledger(
    "dossier_versions",
    (Column("code", TEXT, primary_key=True),),
    Column("national_code", TEXT),
    word("procedure_code", is_checked=False),
    word("procedure_name", is_checked=False),
    word("unit_code", is_checked=False),
    word("unit_name", is_checked=False),
    word("officer", is_checked=False),
    word("state", is_checked=False),
    Column("received_at", BIG),
    Column("due_at", BIG),
    Column("due_is_date_only", Integer, nullable=False),
    Column("ended_at", BIG),
    Column("returned_at", BIG),
    Column("is_overdue", Integer, nullable=False),
    word("applicant", is_checked=False),
    is_large=True,
)
"""Dossiers as a source listed them; instants in seconds since 1970, UTC. No citizen's data unless
the operator asked for the applicant's name."""

overdue_days = table(
    "overdue_days",
    Column("scope_id", Integer, ForeignKey("scopes.id"), primary_key=True),
    Column("day", TEXT, primary_key=True),
    Column("unit", TEXT, primary_key=True),
    Column("unit_code", TEXT),
    Column("unit_name", TEXT),
    Column("overdue", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("gone", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
    Column("rate", Integer),
    sqlite_with_rowid=False,
)
"""Counts of one unit on one day; `unit` is its code, or its name where no code is printed; `rate`
in hundredths of a per cent."""

working_days = table(
    "working_days",
    Column("day_number", Integer, primary_key=True, autoincrement=False),
    Column("day", TEXT, nullable=False),
    Column("number", Integer, nullable=False),
    Index("ux_working_days_day", "day", unique=True),
)
"""Every calendar day, and how many days since 1970 it is, with the number of working days up to and
including it."""

__all__ = [
    "PARTS",
    "Instant",
    "alert_events",
    "alerts",
    "captures",
    "changes",
    "check_sources",
    "checks",
    "decision_versions",
    "dossier_versions",
    "figure_versions",
    "indicators",
    "leases",
    "listed_versions",
    "marks",
    "metadata",
    "outbox",
    "overdue_days",
    "paces",
    "procedure_reads",
    "procedure_versions",
    "scopes",
    "standing_versions",
    "texts",
    "unit_codes",
    "unit_versions",
    "working_days",
]

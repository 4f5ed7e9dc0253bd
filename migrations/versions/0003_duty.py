"""What runs by itself: alerts, messages to be sent, leases, marks; captures of the past."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "check_sources",
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("dataset", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"], ["check_log.id"], name=op.f("fk_check_sources_check_id")
        ),
        sa.PrimaryKeyConstraint("check_id", "dataset", "source", name=op.f("pk_check_sources")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "leases",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("taken_at", TEXT, nullable=False),
        sa.Column("expires_at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "marks",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("route", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
        sa.Column("due_at", TEXT, nullable=False),
        sa.Column("claimed_at", TEXT, nullable=True),
        sa.Column("sent_at", TEXT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("possibly_repeated", sa.Integer(), nullable=False),
        sa.Column("trouble", TEXT, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'dropped')", name=op.f("ck_outbox_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_strict=True,
    )
    op.create_index("ix_outbox_state", "outbox", ["state", "due_at"], unique=False)

    op.create_table(
        "alert_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter", TEXT, nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("dataset", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("unit_name", TEXT, nullable=True),
        sa.Column("subject", TEXT, nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("opened_at", TEXT, nullable=False),
        sa.Column("changed_at", TEXT, nullable=False),
        sa.Column("snoozed_until", TEXT, nullable=True),
        sa.Column("closed_at", TEXT, nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("first_change", sa.Integer(), nullable=True),
        sa.Column("last_change", sa.Integer(), nullable=True),
        sa.Column("message", TEXT, nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'acknowledged', 'snoozed', 'closed')",
            name=op.f("ck_alert_log_state"),
        ),
        sa.CheckConstraint("severity BETWEEN 1 AND 3", name=op.f("ck_alert_log_severity")),
        sa.ForeignKeyConstraint(["scope_id"], ["scopes.id"], name=op.f("fk_alert_log_scope_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit_codes.id"], name=op.f("fk_alert_log_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_log")),
        sqlite_strict=True,
    )
    op.create_index("ux_alert_log_matter", "alert_log", ["matter"], unique=True)

    op.create_table(
        "alert_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("event", TEXT, nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("message", TEXT, nullable=False),
        sa.CheckConstraint(
            "event IN ('opened', 'reopened', 'joined', 'graver', 'acknowledged', 'snoozed', "
            "'woke', 'closed', 'expired')",
            name=op.f("ck_alert_events_event"),
        ),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert_log.id"], name=op.f("fk_alert_events_alert_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_events")),
        sqlite_strict=True,
    )
    op.create_index("ix_alert_events_alert", "alert_events", ["alert_id"], unique=False)

    op.add_column("capture_log", sa.Column("is_backfill", sa.Integer(), nullable=True))
    # What an older version told and an office has dealt with since opens no alert today.
    op.execute("INSERT INTO marks SELECT 'alerts', COALESCE(MAX(id), 0) FROM change_log")

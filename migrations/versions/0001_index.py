"""The store as it began: scopes, captures, checks, changes, and the 766 figures."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "check_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.Text(), nullable=True),
        sa.Column("complete", sa.Integer(), nullable=True),
        sa.Column("captures", sa.Integer(), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=True),
        sa.Column("warnings", sa.Integer(), nullable=True),
        sa.Column("criticals", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_check_log"),
        sqlite_strict=True,
    )
    op.create_table(
        "indicators",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("level IN ('total', 'group', 'metric')", name="ck_indicators_level"),
        sa.PrimaryKeyConstraint("id", name="pk_indicators"),
        sqlite_strict=True,
    )
    op.create_index("ux_indicators_code", "indicators", ["code"], unique=True)
    op.create_table(
        "scopes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("province_code", sa.Text(), nullable=True),
        sa.Column("period_type", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("period_no", sa.Integer(), nullable=True),
        sa.Column("last_capture_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_scopes"),
        sqlite_strict=True,
    )
    op.create_index("ux_scopes_name", "scopes", ["dataset", "source", "name"], unique=True)
    op.create_table(
        "unit_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("province_code", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_unit_codes"),
        sqlite_strict=True,
    )
    op.create_index("ix_unit_codes_province", "unit_codes", ["province_code"], unique=False)
    op.create_index("ux_unit_codes_code", "unit_codes", ["code"], unique=True)
    op.create_table(
        "capture_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=True),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("completed_at", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("declared_rows", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("archive", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.CheckConstraint("decision IN ('accepted', 'rejected')", name="ck_capture_log_decision"),
        sa.CheckConstraint(
            "status IN ('accepted', 'unchanged', 'refused', 'failed')", name="ck_capture_log_status"
        ),
        sa.ForeignKeyConstraint(["check_id"], ["check_log.id"], name="fk_capture_log_check_id"),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["capture_log.id"], name="fk_capture_log_previous_id"
        ),
        sa.ForeignKeyConstraint(["scope_id"], ["scopes.id"], name="fk_capture_log_scope_id"),
        sa.PrimaryKeyConstraint("id", name="pk_capture_log"),
        sqlite_strict=True,
    )
    op.create_index("ix_capture_log_check", "capture_log", ["check_id"], unique=False)
    op.create_index("ix_capture_log_day", "capture_log", ["day"], unique=False)
    op.create_index("ix_capture_log_scope", "capture_log", ["scope_id"], unique=False)
    op.create_table(
        "change_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("capture_id", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("indicator_id", sa.Integer(), nullable=True),
        sa.Column("before_value", sa.Text(), nullable=True),
        sa.Column("after_value", sa.Text(), nullable=True),
        sa.Column("delta", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.CheckConstraint("severity BETWEEN 1 AND 3", name="ck_change_log_severity"),
        sa.ForeignKeyConstraint(
            ["capture_id"], ["capture_log.id"], name="fk_change_log_capture_id"
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicators.id"], name="fk_change_log_indicator_id"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit_codes.id"], name="fk_change_log_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_change_log"),
        sqlite_strict=True,
    )
    op.create_index("ix_change_log_capture", "change_log", ["capture_id"], unique=False)
    op.create_table(
        "figure_versions",
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("hash", BIG, nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("max_score", sa.Integer(), nullable=True),
        sa.Column("ratio", sa.Integer(), nullable=True),
        sa.Column("numerator", BIG, nullable=True),
        sa.Column("denominator", BIG, nullable=True),
        sa.Column("quality", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["capture_log.id"], name="fk_figure_versions_closed_by"
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicators.id"], name="fk_figure_versions_indicator_id"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["capture_log.id"], name="fk_figure_versions_opened_by"
        ),
        sa.ForeignKeyConstraint(["scope_id"], ["scopes.id"], name="fk_figure_versions_scope_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit_codes.id"], name="fk_figure_versions_unit_id"),
        sa.PrimaryKeyConstraint(
            "scope_id", "unit_id", "indicator_id", "opened_by", name="pk_figure_versions"
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_figure_versions_open",
        "figure_versions",
        ["scope_id", "unit_id", "indicator_id", "hash"],
        unique=True,
        sqlite_where=sa.text("closed_by IS NULL"),
        postgresql_where=sa.text("closed_by IS NULL"),
    )
    op.create_table(
        "standing_versions",
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("hash", BIG, nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("rank_of", sa.Integer(), nullable=False),
        sa.Column("class", sa.Text(), nullable=True),
        sa.Column("has_activity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["capture_log.id"], name="fk_standing_versions_closed_by"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["capture_log.id"], name="fk_standing_versions_opened_by"
        ),
        sa.ForeignKeyConstraint(["scope_id"], ["scopes.id"], name="fk_standing_versions_scope_id"),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit_codes.id"], name="fk_standing_versions_unit_id"
        ),
        sa.PrimaryKeyConstraint("scope_id", "unit_id", "opened_by", name="pk_standing_versions"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_standing_versions_open",
        "standing_versions",
        ["scope_id", "unit_id", "hash"],
        unique=True,
        sqlite_where=sa.text("closed_by IS NULL"),
        postgresql_where=sa.text("closed_by IS NULL"),
    )
    op.create_table(
        "unit_versions",
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("hash", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=True),
        sa.Column("portal_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["capture_log.id"], name="fk_unit_versions_closed_by"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["capture_log.id"], name="fk_unit_versions_opened_by"
        ),
        sa.ForeignKeyConstraint(["scope_id"], ["scopes.id"], name="fk_unit_versions_scope_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit_codes.id"], name="fk_unit_versions_unit_id"),
        sa.PrimaryKeyConstraint("scope_id", "unit_id", "opened_by", name="pk_unit_versions"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_unit_versions_open",
        "unit_versions",
        ["scope_id", "unit_id", "hash"],
        unique=True,
        sqlite_where=sa.text("closed_by IS NULL"),
        postgresql_where=sa.text("closed_by IS NULL"),
    )

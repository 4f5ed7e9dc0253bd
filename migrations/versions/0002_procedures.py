"""The procedure catalogue: its list, details and decisions; changes that are not listed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "decision_versions",
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", TEXT, nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("hash", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("agency_code", sa.Integer(), nullable=True),
        sa.Column("agency_name", sa.Integer(), nullable=True),
        sa.Column("decision_date", TEXT, nullable=True),
        sa.Column("published_at", BIG, nullable=True),
        sa.Column("is_late", sa.Integer(), nullable=False),
        sa.Column("is_test", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["texts.id"], name=op.f("fk_decision_versions_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["agency_name"], ["texts.id"], name=op.f("fk_decision_versions_agency_name")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["capture_log.id"], name=op.f("fk_decision_versions_closed_by")
        ),
        sa.ForeignKeyConstraint(["number"], ["texts.id"], name=op.f("fk_decision_versions_number")),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["capture_log.id"], name=op.f("fk_decision_versions_opened_by")
        ),
        sa.ForeignKeyConstraint(
            ["scope_id"], ["scopes.id"], name=op.f("fk_decision_versions_scope_id")
        ),
        sa.PrimaryKeyConstraint(
            "scope_id", "decision_id", "opened_by", name=op.f("pk_decision_versions")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_decision_versions_open",
        "decision_versions",
        ["scope_id", "decision_id", "hash"],
        unique=True,
        sqlite_where=sa.text("closed_by IS NULL"),
        postgresql_where=sa.text("closed_by IS NULL"),
    )

    op.create_table(
        "listed_versions",
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("procedure_id", TEXT, nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("hash", BIG, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("name", sa.Integer(), nullable=True),
        sa.Column("state", sa.Integer(), nullable=True),
        sa.Column("type", sa.Integer(), nullable=True),
        sa.Column("agency_name", sa.Integer(), nullable=True),
        sa.Column("field_names", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_name"], ["texts.id"], name=op.f("fk_listed_versions_agency_name")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["capture_log.id"], name=op.f("fk_listed_versions_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["field_names"], ["texts.id"], name=op.f("fk_listed_versions_field_names")
        ),
        sa.ForeignKeyConstraint(["name"], ["texts.id"], name=op.f("fk_listed_versions_name")),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["capture_log.id"], name=op.f("fk_listed_versions_opened_by")
        ),
        sa.ForeignKeyConstraint(
            ["scope_id"], ["scopes.id"], name=op.f("fk_listed_versions_scope_id")
        ),
        sa.ForeignKeyConstraint(["state"], ["texts.id"], name=op.f("fk_listed_versions_state")),
        sa.ForeignKeyConstraint(["type"], ["texts.id"], name=op.f("fk_listed_versions_type")),
        sa.PrimaryKeyConstraint(
            "scope_id", "procedure_id", "opened_by", name=op.f("pk_listed_versions")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_listed_versions_open",
        "listed_versions",
        ["scope_id", "procedure_id", "hash"],
        unique=True,
        sqlite_where=sa.text("closed_by IS NULL"),
        postgresql_where=sa.text("closed_by IS NULL"),
    )

    op.create_table(
        "procedure_reads",
        sa.Column("procedure_id", TEXT, nullable=False),
        sa.Column("capture_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["capture_id"], ["capture_log.id"], name=op.f("fk_procedure_reads_capture_id")
        ),
        sa.PrimaryKeyConstraint("procedure_id", name=op.f("pk_procedure_reads")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "procedure_versions",
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("procedure_id", TEXT, nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("hash", BIG, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("name", sa.Integer(), nullable=True),
        sa.Column("agency_code", sa.Integer(), nullable=True),
        sa.Column("agency_name", sa.Integer(), nullable=True),
        sa.Column("field_code", sa.Integer(), nullable=True),
        sa.Column("field_name", sa.Integer(), nullable=True),
        sa.Column("state", sa.Integer(), nullable=True),
        sa.Column("type", sa.Integer(), nullable=True),
        sa.Column("levels", sa.Integer(), nullable=True),
        sa.Column("online_level", sa.Integer(), nullable=True),
        sa.Column("processing", sa.Integer(), nullable=True),
        sa.Column("fees", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("decision_number", sa.Integer(), nullable=True),
        sa.Column("decision_date", TEXT, nullable=True),
        sa.Column("published_at", BIG, nullable=True),
        sa.Column("updated_at", BIG, nullable=True),
        sa.Column("is_test", sa.Integer(), nullable=False),
        sa.Column("part_name", BIG, nullable=False),
        sa.Column("part_code", BIG, nullable=False),
        sa.Column("part_agency", BIG, nullable=False),
        sa.Column("part_field", BIG, nullable=False),
        sa.Column("part_levels", BIG, nullable=False),
        sa.Column("part_online", BIG, nullable=False),
        sa.Column("part_cases", BIG, nullable=False),
        sa.Column("part_methods", BIG, nullable=False),
        sa.Column("part_fees", BIG, nullable=False),
        sa.Column("part_steps", BIG, nullable=False),
        sa.Column("part_dossier", BIG, nullable=False),
        sa.Column("part_legal_basis", BIG, nullable=False),
        sa.Column("part_results", BIG, nullable=False),
        sa.Column("part_requirements", BIG, nullable=False),
        sa.Column("part_subjects", BIG, nullable=False),
        sa.Column("part_executing_agencies", BIG, nullable=False),
        sa.Column("part_other", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["texts.id"], name=op.f("fk_procedure_versions_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["agency_name"], ["texts.id"], name=op.f("fk_procedure_versions_agency_name")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["capture_log.id"], name=op.f("fk_procedure_versions_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["texts.id"], name=op.f("fk_procedure_versions_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_number"], ["texts.id"], name=op.f("fk_procedure_versions_decision_number")
        ),
        sa.ForeignKeyConstraint(["fees"], ["texts.id"], name=op.f("fk_procedure_versions_fees")),
        sa.ForeignKeyConstraint(
            ["field_code"], ["texts.id"], name=op.f("fk_procedure_versions_field_code")
        ),
        sa.ForeignKeyConstraint(
            ["field_name"], ["texts.id"], name=op.f("fk_procedure_versions_field_name")
        ),
        sa.ForeignKeyConstraint(
            ["levels"], ["texts.id"], name=op.f("fk_procedure_versions_levels")
        ),
        sa.ForeignKeyConstraint(["name"], ["texts.id"], name=op.f("fk_procedure_versions_name")),
        sa.ForeignKeyConstraint(
            ["online_level"], ["texts.id"], name=op.f("fk_procedure_versions_online_level")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["capture_log.id"], name=op.f("fk_procedure_versions_opened_by")
        ),
        sa.ForeignKeyConstraint(
            ["processing"], ["texts.id"], name=op.f("fk_procedure_versions_processing")
        ),
        sa.ForeignKeyConstraint(
            ["scope_id"], ["scopes.id"], name=op.f("fk_procedure_versions_scope_id")
        ),
        sa.ForeignKeyConstraint(["state"], ["texts.id"], name=op.f("fk_procedure_versions_state")),
        sa.ForeignKeyConstraint(["type"], ["texts.id"], name=op.f("fk_procedure_versions_type")),
        sa.PrimaryKeyConstraint(
            "scope_id", "procedure_id", "opened_by", name=op.f("pk_procedure_versions")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_procedure_versions_open",
        "procedure_versions",
        ["scope_id", "procedure_id", "hash"],
        unique=True,
        sqlite_where=sa.text("closed_by IS NULL"),
        postgresql_where=sa.text("closed_by IS NULL"),
    )

    op.add_column("change_log", sa.Column("unlisted", sa.Integer(), nullable=True))

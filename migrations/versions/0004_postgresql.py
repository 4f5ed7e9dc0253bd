"""PostgreSQL beside SQLite, and dossiers that are written without a look at other tables.

Every version of a dossier was held against its scope, its captures and, in stores that the first
form of 0001 made, its words: in a listing of a million rows that takes as long as writing them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for column in ("scope_id", "opened_by", "closed_by"):
            name = f"fk_dossier_versions_{column}"
            op.drop_constraint(name, "dossier_versions", type_="foreignkey")
        return
    op.drop_index("ix_dossier_versions_open", "dossier_versions")
    op.rename_table("dossier_versions", "checked_versions")
    _create()
    op.execute("INSERT INTO dossier_versions SELECT * FROM checked_versions")
    op.drop_table("checked_versions")


def _create() -> None:
    op.create_table(
        "dossier_versions",
        sa.Column("scope_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("hash", BIG, nullable=False),
        sa.Column("national_code", TEXT, nullable=True),
        sa.Column("procedure_code", sa.Integer(), nullable=True),
        sa.Column("procedure_name", sa.Integer(), nullable=True),
        sa.Column("unit_code", sa.Integer(), nullable=True),
        sa.Column("unit_name", sa.Integer(), nullable=True),
        sa.Column("officer", sa.Integer(), nullable=True),
        sa.Column("state", sa.Integer(), nullable=True),
        sa.Column("received_at", BIG, nullable=True),
        sa.Column("due_at", BIG, nullable=True),
        sa.Column("due_is_date_only", sa.Integer(), nullable=False),
        sa.Column("ended_at", BIG, nullable=True),
        sa.Column("returned_at", BIG, nullable=True),
        sa.Column("is_overdue", sa.Integer(), nullable=False),
        sa.Column("applicant", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("scope_id", "code", "opened_by", name=op.f("pk_dossier_versions")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_dossier_versions_open",
        "dossier_versions",
        ["scope_id", "code", "hash"],
        unique=True,
        sqlite_where=sa.text("closed_by IS NULL"),
        postgresql_where=sa.text("closed_by IS NULL"),
    )

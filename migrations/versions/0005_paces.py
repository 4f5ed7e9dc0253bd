"""The pace to each host, where several computers ask it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "paces",
        sa.Column("host", TEXT, nullable=False),
        sa.Column("next_at", BIG, nullable=False),
        sa.Column("held_until", BIG, nullable=False),
        sa.Column("refusal", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_paces")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )

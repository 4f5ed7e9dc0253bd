"""The calendar's days by number: what is asked for thousands of dossiers is found without text.

The table follows from the calendar alone; it is made anew and filled when the upgrade ends.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.drop_table("working_days")
    op.create_table(
        "working_days",
        sa.Column("day_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day_number", name=op.f("pk_working_days")),
        sqlite_strict=True,
    )
    op.create_index("ux_working_days_day", "working_days", ["day"], unique=True)
    op.execute("DELETE FROM marks WHERE name = 'calendar'")
    # Nobody asks for units by their province alone, and a store has few.
    op.drop_index("ix_unit_codes_province", "unit_codes", if_exists=True)

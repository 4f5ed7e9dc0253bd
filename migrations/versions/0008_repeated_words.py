"""What many changes say in the same words is kept once, in `texts`.

The values before and after become numbers of words; of what is told of dossiers the sentence too,
where marks stand for what its row says anyway. Columns are added and dropped: other tables and
people's numbers of changes stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_MOVED = (
    ("before_text", "before_value", "1 = 1"),
    ("after_text", "after_value", "1 = 1"),
    ("told", "sentence", "dataset = 'dossiers'"),
)
"""The former column, the number in its place, and of which changes."""


def upgrade() -> None:
    for former, number, _ in _MOVED:
        was = "message" if number == "sentence" else number
        op.execute(f"ALTER TABLE change_log RENAME COLUMN {was} TO {former}")
    for _, number, _ in _MOVED:
        op.add_column("change_log", sa.Column(number, sa.Integer(), nullable=True))
    op.add_column("change_log", sa.Column("message", TEXT, nullable=True))
    for former, number, which in _MOVED:
        op.execute(
            f"INSERT INTO texts (text) SELECT DISTINCT h.{former} FROM change_log h"
            f" WHERE h.{former} IS NOT NULL AND {which}"
            f" AND NOT EXISTS (SELECT 1 FROM texts t WHERE t.text = h.{former})"
        )
        op.execute(
            f"UPDATE change_log SET {number} ="
            f" (SELECT t.id FROM texts t WHERE t.text = change_log.{former}) WHERE {which}"
        )
    op.execute("UPDATE change_log SET message = told WHERE sentence IS NULL")
    for former, _, _ in _MOVED:
        op.execute(f"ALTER TABLE change_log DROP COLUMN {former}")

"""Sentences about dossiers with marks for what their row says anyway, and room to close versions.

PostgreSQL writes a version anew when it is closed: with room on its page the table does not grow.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

LEDGERS = (
    "unit_versions",
    "standing_versions",
    "figure_versions",
    "dossier_versions",
    "listed_versions",
    "procedure_versions",
    "decision_versions",
)


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    character = "chr" if is_postgresql else "char"
    short = "message"
    for number, name in enumerate(("before_value", "after_value", "subject"), 1):
        short = f"REPLACE({short}, COALESCE({name}, ''), {character}({number}))"
    op.execute(f"UPDATE change_log SET message = {short} WHERE dataset = 'dossiers'")
    if is_postgresql:
        for ledger in LEDGERS:
            op.execute(f"ALTER TABLE {ledger} SET (fillfactor = 95)")

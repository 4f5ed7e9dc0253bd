"""A change says no more what its capture says: its dataset. A thousand of them take a seventh less.

Columns are added and dropped: other tables and people's numbers of changes stay as they are. On
PostgreSQL numbers come first, for it fills up to the next number whatever stands between them, and
the log is written anew without what was there before.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

_MOVED = {"severity": "SMALLINT", "kind": 'TEXT COLLATE "C"', "subject": 'TEXT COLLATE "C"'}


def upgrade() -> None:
    op.execute("ALTER TABLE change_log ADD COLUMN of_system INTEGER")
    op.execute("UPDATE change_log SET of_system = 1 WHERE dataset = 'system'")
    op.execute("ALTER TABLE change_log DROP COLUMN dataset")
    if op.get_bind().dialect.name != "postgresql":
        return
    added = ", ".join(f"ADD COLUMN new_{name} {kind}" for name, kind in _MOVED.items())
    op.execute(f"ALTER TABLE change_log {added}")
    op.execute(f"UPDATE change_log SET {', '.join(f'new_{name} = {name}' for name in _MOVED)}")
    for name in _MOVED:
        op.execute(f"ALTER TABLE change_log DROP COLUMN {name}")
        op.execute(f"ALTER TABLE change_log RENAME COLUMN new_{name} TO {name}")
    for name in ("severity", "kind"):
        op.execute(f"ALTER TABLE change_log ALTER COLUMN {name} SET NOT NULL")
    op.create_check_constraint(
        op.f("ck_change_log_severity"), "change_log", "severity BETWEEN 1 AND 3"
    )
    op.execute("CLUSTER change_log USING pk_change_log")
    # Room for two closed versions on a page, no longer for three: most pages see none on a day.
    op.execute("ALTER TABLE dossier_versions SET (fillfactor = 96)")

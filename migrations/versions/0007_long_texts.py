"""Words of any length on PostgreSQL: told apart by their hashes, not by an index of whole words.

Such an index takes no word of over 2,704 bytes, and a cell of a listing may hold ten times that.
"""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.drop_index("ux_texts_text", "texts")
    op.create_exclude_constraint("ux_texts_text", "texts", ("text", "="), using="hash")

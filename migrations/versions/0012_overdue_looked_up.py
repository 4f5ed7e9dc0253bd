"""Overdue dossiers are looked up faster: only the view `overdue_now` is another one."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Every migration makes the views anew."""

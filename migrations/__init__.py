"""Migrations of the store (alembic). `dvcqg db upgrade` runs them; nothing else does."""

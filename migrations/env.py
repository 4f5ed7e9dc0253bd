"""How alembic reaches the store: over the connection that `sync.store.upgrade` hands it.

The public views are code: they are dropped before the migrations and made anew after them, so a
migration speaks of tables only.
"""

from alembic import context
from sqlalchemy import Connection

from models.tables import metadata
from models.views import create_views, drop_views


def migrate(connection: Connection) -> None:
    """Run the pending migrations on this connection, inside its transaction."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=False,
    )
    drop_views(connection)
    context.run_migrations()
    create_views(connection)


migrate(context.config.attributes["connection"])

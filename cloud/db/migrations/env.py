"""Run by alembic only. The connection comes from `cloud.db.migrate`; there is no alembic.ini."""

from alembic import context

from cloud.db.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transaction_per_migration=False,
    transactional_ddl=True,
    user_module_prefix="types.",
)
with context.begin_transaction():
    context.run_migrations()

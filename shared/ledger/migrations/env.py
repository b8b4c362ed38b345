"""Run revisions on the connection that shared.ledger.schema.migrate opened, inside its transaction."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="bihuan_revision",
    transactional_ddl=True,
)
context.run_migrations()

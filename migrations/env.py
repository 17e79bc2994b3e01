"""Runs the migrations of one store on the connection that `bot.database.migrate` hands over."""

from alembic import context

handed = context.config.attributes
if "connection" in handed:  # absent for `alembic history` and `alembic revision`
    context.configure(
        connection=handed["connection"],
        transactional_ddl=True,
        render_as_batch=handed["connection"].dialect.name == "sqlite",
        version_table="migration",
    )
    with context.begin_transaction():
        context.run_migrations(store=handed["store"])

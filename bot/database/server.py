"""What a PostgreSQL server says of its settings."""

from sqlalchemy import text

from bot.database import Database


async def server_settings(database: Database, names: list[str]) -> dict[str, str]:
    """Gives PostgreSQL's settings of these names, and how many logical replication slots it has; nothing of SQLite."""
    async with database.people.reader.begin() as connection:
        if connection.dialect.name != "postgresql":
            return {}
        query = text("select name, setting from pg_settings where name = any(:names)")
        found = {name: str(setting) for name, setting in await connection.execute(query, {"names": names})}
        slots = await connection.scalar(text("select count(*) from pg_replication_slots where slot_type = 'logical'"))
    return found | {"logical replication slots": str(slots)}

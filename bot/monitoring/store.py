"""Counts for monitoring, and whether the stores can be written; nothing is ever committed here."""

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.database import STORAGE_FAILURES, Database, outbox
from bot.delivery.store import LANES

MASS = ("ballot", "digest")  # the lanes whose letters go to many at once


async def writable(database: Database) -> bool:
    """Says whether both stores take a write, by one that is undone: the version's row, as it stands."""
    try:
        for store in (database.people, database.box):
            await write_nothing(store.writer)
    except STORAGE_FAILURES:
        return False
    return True


async def write_nothing(engine: AsyncEngine) -> None:
    """Writes what stands there already, and rolls it back."""
    async with engine.connect() as connection:
        await connection.execute(text("update migration set version_num = version_num"))
        await connection.rollback()


async def waiting(database: Database) -> dict[str, int]:
    """Counts the letters of mass sends that wait, by lane."""
    async with database.people.reader.begin() as connection:
        rows = await connection.execute(select(outbox.c.lane, func.count()).group_by(outbox.c.lane))
    found = {LANES[lane]: int(count) for lane, count in rows}
    return {lane: found.get(lane, 0) for lane in MASS}

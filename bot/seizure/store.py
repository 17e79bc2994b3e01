"""Reads every row of every table as it lies there, whatever it means; writes nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import MetaData, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.database import BOX, PEOPLE, Database

Values = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One row of one table."""

    table: str
    values: Values


async def every_row(database: Database) -> list[Row]:
    """Gives every row of both stores."""
    people = await rows_of(database.people.reader, PEOPLE)
    return people + await rows_of(database.box.reader, BOX)


async def rows_of(engine: AsyncEngine, metadata: MetaData) -> list[Row]:
    """Gives every row of one store, in one reading transaction."""
    async with read_only(engine) as connection:
        return [row for name in metadata.tables for row in await rows(connection, metadata, name)]


@asynccontextmanager
async def read_only(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Opens a transaction that cannot write."""
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.exec_driver_sql("set transaction read only")
        yield connection


async def rows(connection: AsyncConnection, metadata: MetaData, name: str) -> list[Row]:
    """Gives the rows of one table."""
    found = await connection.execute(select(metadata.tables[name]))
    return [Row(name, dict(row)) for row in found.mappings()]

"""Reads the rows that a backup holds, and writes them into an empty installation of either database."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, column, func, insert, select, table
from sqlalchemy.engine import Connection
from sqlalchemy.exc import CompileError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from bot.backups.rules import HELD, BackupError, Row, Value
from bot.database import BOX, PEOPLE, Moment, Store, prepare_schema, upgrade

TABLES = {"people": PEOPLE, "box": BOX}
CHUNK = 500


async def dump(store: Store, name: str) -> list[Row]:
    """Gives the rows of one store that a backup holds, as of one moment, in the order of their keys."""
    rows: list[Row] = []
    async with store.reader.connect() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="REPEATABLE READ")
        for wanted in HELD[name]:
            found = TABLES[name].tables[wanted]
            keys = list(found.primary_key.columns)
            for values in (await connection.execute(select(found).order_by(*keys))).mappings():
                rows.append(Row(name, wanted, dict(values)))
    return rows


async def filled(connection: AsyncConnection, name: str) -> set[str]:
    """Names the tables of a store that hold anything."""
    found = await connection.run_sync(reflected, name)
    tables = [one for one in found.sorted_tables if one.name != "migration"]
    counts = {one.name: await connection.scalar(select(func.count()).select_from(one)) for one in tables}
    return {one for one, count in counts.items() if count}


async def write_store(connection: AsyncConnection, name: str, schema: str, rows: Iterable[Row]) -> None:
    """Makes the tables as the backup has them, fills them, and brings them to this program's version.

    Raises BackupError for rows that do not fit.
    """
    await rebuild(connection, name, schema)
    try:
        await load(connection, rows)
    except (DBAPIError, CompileError):
        raise BackupError("the backup's rows do not fit its tables: take another one") from None
    await connection.run_sync(upgrade, name)


async def rebuild(connection: AsyncConnection, name: str, schema: str) -> None:
    """Makes the tables of an empty store anew, in the version the backup has."""
    await prepare_schema(connection, name)
    await connection.run_sync(drop_everything, name)
    await connection.run_sync(upgrade, name, schema)


async def load(connection: AsyncConnection, rows: Iterable[Row]) -> None:
    """Writes rows, by the names of their columns and not by this program's tables, which may be of a later version."""
    for wanted, values in by_table(rows).items():
        columns: list[Column[Value]] = [column(name, kind(value)) for name, value in values[0].items()]  # type: ignore[misc]  # a lightweight column
        for at in range(0, len(values), CHUNK):
            await connection.execute(insert(table(wanted, *columns)), values[at : at + CHUNK])


def by_table(rows: Iterable[Row]) -> dict[str, list[dict[str, Value]]]:
    """Gives rows by table."""
    found: dict[str, list[dict[str, Value]]] = {}
    for row in rows:
        found.setdefault(row.table, []).append(dict(row.values))
    return found


def kind(value: Value) -> TypeEngine[Value]:
    """Gives the type of the column that a value came from."""
    kinds: dict[type, TypeEngine[Value]] = {bytes: LargeBinary(), datetime: Moment(), int: Integer()}  # type: ignore[dict-item]  # of any value
    return kinds.get(type(value), String())  # type: ignore[arg-type]  # of any value


def reflected(connection: Connection, name: str) -> MetaData:
    """Reads what tables a store really has."""
    found = MetaData()
    found.reflect(connection, schema=name if connection.dialect.name == "postgresql" else None)
    return found


def drop_everything(connection: Connection, name: str) -> None:
    """Drops every table of a store."""
    reflected(connection, name).drop_all(connection)

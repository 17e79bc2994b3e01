"""Rows of one key and one sealed value: the statements of every turn, hence the only ones that take a short way.

Their SQL is compiled once from the tables. On SQLite, within a transaction, it goes straight to the driver:
SQLAlchemy's own way around a statement costs several times what SQLite needs for it (tests/bench/incoming.py).
"""

import sqlite3
from functools import cache, partial
from typing import Any

from sqlalchemy import Column, Delete, Insert, Select, Table, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database.quick import Done, QuickConnection, executed

Statement = Select[Any] | Insert | Delete
Key = bytes | str


async def get(connection: AsyncConnection, table: Table, key: Key, *, lock: bool = False) -> bytes | None:
    """Gives the value under a key, or None; with `lock` it keeps other writers off the row until the commit."""
    driver = driver_of(connection)
    if driver is None:
        statement = reading(table).with_for_update() if lock else reading(table)
        found: bytes | None = (await connection.execute(statement, {"key": key})).scalar()
        return found
    rows: list[tuple[bytes]] = (await visit(driver, sql(reading(table)), (key,))).rows
    return rows[0][0] if rows else None


async def put(connection: AsyncConnection, table: Table, key: Key, value: bytes) -> None:
    """Writes the value under a key, new or changed."""
    driver = driver_of(connection)
    if driver is None:
        await connection.execute(writing(table, connection.dialect.name), {"key": key, "value": value})
    else:
        await visit(driver, sql(writing(table, "sqlite")), (key, value))


async def remove(connection: AsyncConnection, table: Table, key: Key) -> None:
    """Deletes what stands under a key."""
    driver = driver_of(connection)
    if driver is None:
        await connection.execute(removing(table), {"key": key})
    else:
        await visit(driver, sql(removing(table)), (key,))


def driver_of(connection: AsyncConnection) -> QuickConnection | None:
    """Gives the driver's connection where it may be used: SQLite's, within a transaction that has begun."""
    if not connection.in_transaction() or connection.sync_connection is None:
        return None
    driver = connection.sync_connection.connection.driver_connection
    return driver if isinstance(driver, QuickConnection) else None


async def visit(driver: QuickConnection, statement: str, values: tuple[Key, ...] = ()) -> Done:
    """Executes a statement in one visit to the driver's thread; its errors become SQLAlchemy's, without values."""
    try:
        return await driver.visit(partial(executed, statement, values))
    except sqlite3.Error as error:
        raise DBAPIError.instance(statement, None, error, sqlite3.Error, hide_parameters=True) from None


@cache
def reading(table: Table) -> Select[Any]:
    """Makes the statement that reads a value."""
    key, value = columns(table)
    return select(value).where(key == bindparam("key"))


@cache
def writing(table: Table, dialect: str) -> Insert:
    """Makes the statement that writes a value, as both databases speak it."""
    key, value = columns(table)
    spoken = postgresql if dialect == "postgresql" else sqlite
    made = spoken.insert(table).values({key: bindparam("key"), value: bindparam("value")})
    changed: Insert = made.on_conflict_do_update(index_elements=[key], set_={value.name: made.excluded[value.name]})
    return changed


@cache
def removing(table: Table) -> Delete:
    """Makes the statement that deletes a row."""
    return delete(table).where(columns(table)[0] == bindparam("key"))


def columns(table: Table) -> tuple[Column[Any], Column[Any]]:
    """Gives the key and the value of a table that has nothing else."""
    key, value = table.columns
    return key, value


@cache
def sql(statement: Statement) -> str:
    """Compiles a statement for SQLite; its values stand in the order of their question marks."""
    return str(statement.compile(dialect=sqlite.dialect()))

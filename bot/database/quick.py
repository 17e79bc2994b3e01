"""A connection of aiosqlite's on which a statement is one visit to its thread instead of four.

aiosqlite gives every call of a cursor (make, execute, fetch, close) to the connection's thread, and going there and
back costs more than SQLite's own work. Here a statement is executed, fetched and closed in one go; SQLAlchemy asks for
all rows at once anyway.
"""

import sqlite3
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import aiosqlite

CHUNK = 64  # rows that aiosqlite's own iteration would fetch at once; not used here


class Done(NamedTuple):
    """What a statement gave."""

    rows: list[Any]
    description: Any
    rowcount: int
    lastrowid: int | None


class QuickCursor:
    """Stands for aiosqlite's cursor where SQLAlchemy asks for one: everything but execution is done already."""

    arraysize = 1

    def __init__(self, connection: "QuickConnection") -> None:
        self._connection = connection
        self._done = Done([], None, -1, None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        """Executes a statement and fetches what it gives, in one visit to the thread."""
        self._done = await self._connection.visit(partial(executed, sql, parameters))
        return self

    async def executemany(self, sql: str, parameters: Any) -> Self:
        """Executes a statement for each set of parameters, in one visit to the thread."""
        self._done = await self._connection.visit(partial(executed_many, sql, parameters))
        return self

    async def fetchall(self) -> list[Any]:
        """Gives all rows."""
        return self._done.rows

    async def close(self) -> None:
        """Is done already."""

    @property
    def description(self) -> Any:
        """Gives the columns, or None."""
        return self._done.description

    @property
    def rowcount(self) -> int:
        """Gives how many rows were changed."""
        return self._done.rowcount

    @property
    def lastrowid(self) -> int | None:
        """Gives what SQLite gives; no table of ours has a number of its own."""
        return self._done.lastrowid


class QuickConnection(aiosqlite.Connection):
    """A connection that hands out quick cursors."""

    def cursor(self, *given: Any) -> QuickCursor:  # type: ignore[override]  # SQLAlchemy needs no more of a cursor
        """Makes a cursor without going to the thread."""
        return QuickCursor(self)

    async def visit(self, work: Any) -> Done:
        """Does work on SQLite's connection in its thread."""
        done: Done = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]  # untyped in aiosqlite
        return done


def quick_connection(path: Path) -> QuickConnection:
    """Makes a connection to a file, without transactions of the driver's own; its thread ends with the program."""
    connection = QuickConnection(partial(sqlite3.connect, str(path), isolation_level=None), CHUNK)
    connection._thread.daemon = True
    return connection


def executed(sql: str, parameters: Any, connection: sqlite3.Connection) -> Done:
    """Executes one statement."""
    return taken(connection.execute(sql, parameters))


def executed_many(sql: str, parameters: Any, connection: sqlite3.Connection) -> Done:
    """Executes a statement many times."""
    return taken(connection.executemany(sql, parameters))


def taken(cursor: sqlite3.Cursor) -> Done:
    """Takes everything out of a cursor and closes it."""
    try:
        rows = cursor.fetchall() if cursor.description else []
        return Done(rows, cursor.description, cursor.rowcount, cursor.lastrowid)
    finally:
        cursor.close()

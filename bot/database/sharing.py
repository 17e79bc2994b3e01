"""One commit for the transactions that wait for SQLite's single writer.

A commit waits for the disk (1 to 10 ms on most), so turns of different chats that come together share one. Each of them
is whole all the same: the first begins the transaction, the others stand on savepoints of it, so a refusal undoes one
turn alone; nobody is told that a turn is kept before the commit they share is on disk, and where that commit fails it
fails for all of them. Whoever comes while the commit waits its turn goes into the next one, so none grows without end.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.database.quick import Done, executed
from bot.database.rows import driver_of, visit

POINT = "turn"


@dataclass
class Shared:
    """A transaction that several share, and the end of it that they wait for."""

    connection: AsyncConnection
    open: AsyncExitStack
    over: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Sharing:
    """Gives transactions on the one writer of an SQLite store."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine, self._pen = engine, asyncio.Lock()  # of asyncio's locks, who came first goes first
        self._shared: Shared | None = None
        self._ends: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Opens a transaction; leaving it returns once it is committed, an exception undoes it alone."""
        async with self._pen:
            shared = self._shared
            part = self._first() if shared is None else self._further(shared)
            async with part as shared:
                yield shared.connection
        await asyncio.shield(shared.over)

    @asynccontextmanager
    async def _first(self) -> AsyncIterator[Shared]:
        """Begins a shared transaction; an exception ends it, since nobody else has come into it yet."""
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(self._engine.begin())
            shared = Shared(connection, stack)
            yield shared
            shared.open = stack.pop_all()
        self._shared = shared
        end = asyncio.create_task(self._end(shared))
        self._ends.add(end)
        end.add_done_callback(self._ends.discard)

    @asynccontextmanager
    async def _further(self, shared: Shared) -> AsyncIterator[Shared]:
        """Goes into a shared transaction; where what failed took all of it away, it fails for everybody."""
        driver = driver_of(shared.connection)
        if driver is None:
            raise RuntimeError("a shared transaction has ended without its end")
        await visit(driver, f"SAVEPOINT {POINT}")
        try:
            yield shared
        except BaseException as error:
            if driver.in_transaction:
                await driver.visit(undone)
            else:
                await self._close(shared, error)
            raise
        await visit(driver, f"RELEASE {POINT}")

    async def _end(self, shared: Shared) -> None:
        """Commits behind all who waited for the pen when the first one put it down."""
        async with self._pen:
            if self._shared is shared:
                await self._close(shared, None)

    async def _close(self, shared: Shared, fault: BaseException | None) -> None:
        self._shared = None
        try:
            await shared.open.__aexit__(type(fault) if fault else None, fault, None)
        except BaseException as error:
            fault = fault or error
        if shared.over.cancelled():
            return
        if fault is None:
            shared.over.set_result(None)
        else:
            shared.over.set_exception(fault)
            shared.over.exception()  # nobody may be left who waits for it


def undone(connection: sqlite3.Connection) -> Done:
    """Undoes what was done since the savepoint, in one visit to the thread: nothing may come in between."""
    executed(f"ROLLBACK TO {POINT}", (), connection)
    return executed(f"RELEASE {POINT}", (), connection)

"""The lock that makes one process the active one: it alone has updates, pool and sending."""

import asyncio
import fcntl
import logging
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.database import Database, DatabaseError, mended

LOG = logging.getLogger("kauli.database")
LOOK = 1.0  # seconds between two looks at the lock
PATIENCE = 10.0  # seconds the lock's connection may take to answer
LOCK_LOST = (
    "the connection that holds the lock on this data broke: start Kauli again, and see why the database ended it"
)


class LockLost(DatabaseError, ConnectionError):
    """This process is not the active one any more; nothing it still holds may be written."""


class Lock:
    """Holds an installation for one process: a second one on the same data would count with a pool of its own.

    On SQLite a lock on a file in the data folder. On PostgreSQL an advisory lock on the very connection that writes the
    box, its only one: a process that lost the lock cannot write a vote even before it notices. Both end with the
    process, however it ends.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._engine, self._path = database.box.writer, folder / "lock"
        self._is_postgres = self._engine.dialect.name == "postgresql"
        self._file: IO[bytes] | None = None
        self._held = False
        self.lost = asyncio.Event()
        if self._is_postgres:
            event.listen(self._engine.sync_engine, "connect", self._refuse_another)

    async def take(self) -> None:
        """Takes the lock. Raises DatabaseError when another process has it."""
        if not await self._try():
            await self.release()
            raise DatabaseError("another Kauli is running on this data: stop it first (only one may be active)")

    async def stand_by(self) -> None:
        """Waits until the process that has the lock ends, however it ends, and takes it."""
        told = False
        while not await self._try_patiently():
            if not told:
                LOG.warning("another process is active on this data: standing by")
            told = True
            await asyncio.sleep(LOOK)

    async def watch(self) -> None:
        """Sets `lost` as soon as the lock is: its connection broke, or its server was restarted."""
        while self._is_postgres and not self.lost.is_set():
            await asyncio.sleep(LOOK)
            with suppress(PoolTimeout):  # the box is at work
                try:
                    async with asyncio.timeout(PATIENCE), self._engine.connect() as connection:
                        await connection.execute(text("select 1"))
                except (DBAPIError, OSError):
                    self.lost.set()

    async def release(self) -> None:
        """Gives the lock back."""
        if self._file:
            self._file.close()
        self._file, self._held = None, False
        if self._is_postgres:
            await self._engine.dispose()

    async def _try_patiently(self) -> bool:
        try:
            return await self._try()
        except DatabaseError:  # its server restarts, perhaps: a standby waits for that as well
            return False

    async def _try(self) -> bool:
        return await self._try_row() if self._is_postgres else self._try_file()

    def _try_file(self) -> bool:
        self._file = self._path.open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    async def _try_row(self) -> bool:
        with mended("box"):
            async with self._engine.connect() as connection:
                self._held = bool(await connection.scalar(text("select pg_try_advisory_lock(20261125)")))
                await connection.commit()
        return self._held

    def _refuse_another(self, connection: Any, record: Any) -> None:
        if self._held:
            self.lost.set()
            raise LockLost(LOCK_LOST)

"""The lock that makes one process the active one: it alone has updates, pool and sending.

On PostgreSQL a process is the active one as long as a connection of its own holds the advisory lock, and nothing of one
that is not any more can get through (fencing):

- Every connection bears the name of its process. Whoever takes the lock ends all connections of other processes, and
  begins only when they are gone: no transaction of theirs can be committed afterwards.
- A new connection asks first whether its process holds the lock, and is refused if not.
- The active process shows every second that it lives, on a connection of its own (its pulse). It sends nothing when it
  could not for `TRUST` seconds; a standby ends its connections after `SILENCE` seconds: halted, cut off or hung, it
  falls silent before another one speaks.

No transaction costs anything for this, and nothing is written: the server itself knows the connections.
"""

import asyncio
import fcntl
import logging
import secrets
import time
from pathlib import Path
from typing import IO, Any

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.database import KEEPALIVE, Database, DatabaseError, mended

LOG = logging.getLogger("kauli.database")
LOOK = 1.0  # seconds between two looks at the lock
TRUST = 3.0  # seconds after its last pulse in which a process may take itself for the active one
SILENCE = 6.0  # seconds without a pulse after which a standby ends the connections of the active process
PATIENCE = 5.0  # seconds the lock's connection may take to answer
NAME = "kauli run "
LOCK_LOST = (
    "the connection that holds the lock on this data broke: start Kauli again, and see why the database ended it"
)
TAKE = text("select pg_try_advisory_lock(20261125)")
OURS = "datname = current_database() and usename = current_user and application_name"
HOLDS = (
    "select exists(select from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and granted "
    f"and classid = 0 and objid = 20261125 and {OURS} = current_setting('application_name'))"
)
END_OTHERS = text(
    f"select count(pg_terminate_backend(pid)) from pg_stat_activity where {OURS} like '{NAME}%' "
    "and application_name <> current_setting('application_name')"
)
END_SILENT = text(
    "select count(pg_terminate_backend(lock.pid)) from pg_locks lock join pg_stat_activity holder using (pid) "
    "where lock.locktype = 'advisory' and lock.granted and lock.classid = 0 and lock.objid = 20261125 "
    f"and holder.datname = current_database() and holder.application_name like '{NAME}%' and not exists("
    "select from pg_stat_activity pulse where pulse.application_name = holder.application_name "
    "and pulse.state_change > clock_timestamp() - make_interval(secs => :silence))"
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
        self._held, self._beaten = False, 0.0
        self._watch: asyncio.Task[None] | None = None
        self.lost = asyncio.Event()
        if self._is_postgres:
            self._name = NAME + secrets.token_hex(8)
            self._pulse = create_async_engine(self._engine.url, hide_parameters=True, pool_size=1, max_overflow=0)
            for engine in (database.people.writer, self._engine, self._pulse):
                event.listen(engine.sync_engine, "do_connect", self._call_by_name)
            event.listen(self._engine.sync_engine, "connect", self._refuse_another)
            event.listen(database.people.writer.sync_engine, "connect", self._refuse_stale)

    async def take(self) -> None:
        """Takes the lock. Raises DatabaseError when another process has it."""
        if not await self._try():
            await self.release()
            raise DatabaseError("another Kauli is running on this data: stop it first (only one may be active)")

    async def stand_by(self) -> None:
        """Waits until the process that has the lock ends or falls silent, and takes it."""
        told = False
        while not await self._try_patiently():
            if not told:
                LOG.warning("another process is active on this data: standing by")
            told = True
            await asyncio.sleep(LOOK)

    def is_sure(self) -> bool:
        """Says whether this process is the active one for certain: what goes out asks this at the last moment."""
        if not self._is_postgres:
            return True
        return not self.lost.is_set() and time.monotonic() - self._beaten < TRUST

    async def _show_life(self) -> None:
        """Shows that this process lives; sets `lost` as soon as the lock is: a connection broke, or its server did."""
        while not self.lost.is_set():
            await asyncio.sleep(LOOK)
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._beat()
            except (DBAPIError, OSError, LockLost):
                self.lost.set()

    async def _beat(self) -> None:
        began = time.monotonic()
        async with self._pulse.connect() as connection:
            is_held = await connection.scalar(text(HOLDS))
        if not is_held:
            raise LockLost(LOCK_LOST)
        self._beaten = began

    async def release(self) -> None:
        """Gives the lock back."""
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._file:
            self._file.close()
        self._file, self._held = None, False
        if self._is_postgres:
            await self._pulse.dispose()
            await self._engine.dispose()

    async def _try_patiently(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._try()
        except (DatabaseError, OSError):  # its server restarts, perhaps: a standby waits for that as well
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
                held = bool(await connection.scalar(TAKE))
                await connection.commit()
                await (end_others(connection) if held else end_silent(connection))
        if held:
            await self._begin_life()
        return held

    async def _begin_life(self) -> None:
        self._held = True
        with mended("box"):
            await self._beat()
        self._watch = asyncio.create_task(self._show_life(), name="lock")

    def _call_by_name(self, dialect: Any, record: Any, given: Any, options: dict[str, Any]) -> None:
        """Gives a new connection the name of its process, in the very message that opens it."""
        settings = options.get("server_settings", {})
        options["server_settings"] = KEEPALIVE | settings | {"application_name": self._name}

    def _refuse_another(self, connection: Any, record: Any) -> None:
        if self._held:
            self.lost.set()
            raise LockLost(LOCK_LOST)

    def _refuse_stale(self, connection: Any, record: Any) -> None:
        if not self._held:  # a standby that looks at how the database is
            return
        cursor = connection.cursor()
        cursor.execute(HOLDS)
        (is_held,) = cursor.fetchone()
        cursor.close()
        connection.rollback()
        if not is_held:
            self.lost.set()
            raise LockLost(LOCK_LOST)


async def end_others(connection: AsyncConnection) -> None:
    """Ends the connections of all other processes and waits until none is left."""
    while await connection.scalar(END_OTHERS):
        await connection.commit()  # else the server would show the same connections again
        await asyncio.sleep(LOOK / 20)
    await connection.commit()


async def end_silent(connection: AsyncConnection) -> None:
    """Ends the connection that holds the lock where its process showed no sign of life for a while."""
    if await connection.scalar(END_SILENT, {"silence": SILENCE}):
        LOG.warning("the active process fell silent: its connections are ended")
    await connection.commit()

"""The real box as the audit's worlds use it, on SQLite and PostgreSQL, with the disk below it."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ballots.board import write_board
from bot.ballots.rules import Method
from bot.box.pool import Box
from bot.database import BOX, Database, Store, migrate, open_database
from bot.vault import Vault
from tests.audit.kinds import ballot_of
from tests.audit.seizure import PAGE, Cell, Copy, Seizure, read_keys, sqlite_cells
from tests.postgres import Postgres, roomy_folder

SEGMENT = 16 * 1024 * 1024  # bytes of a file of the write-ahead log


class Disk(Protocol):
    """What lies below the box."""

    async def after_act(self) -> None:
        """Keeps the version that the last act left."""

    async def cells(self) -> tuple[Cell, ...]:
        """Gives every stored value in its places."""

    def past(self) -> tuple[tuple[Cell, ...], ...]:
        """Gives every version so far."""

    def raw(self) -> dict[str, bytes]:
        """Gives the raw bytes that may hold what is no longer valid."""


@dataclass
class SqliteDisk:
    """One SQLite file, of which every version is kept."""

    path: Path
    _versions: list[bytes] = field(default_factory=list)
    _parsed: list[tuple[Cell, ...]] = field(default_factory=list)

    async def after_act(self) -> None:
        """Keeps the file as it is now, and with it what its journal would hold at the next act."""
        self._versions.append(self.path.read_bytes())

    async def cells(self) -> tuple[Cell, ...]:
        """Gives every stored value in its places."""
        return tuple(sqlite_cells(self.path.read_bytes()))

    def past(self) -> tuple[tuple[Cell, ...], ...]:
        """Gives every version so far."""
        fresh = self._versions[len(self._parsed) :]
        self._parsed += [tuple(sqlite_cells(content, len(self._parsed) + n)) for n, content in enumerate(fresh)]
        return tuple(self._parsed)

    def raw(self) -> dict[str, bytes]:
        """Gives nothing more: `past` has every version."""
        return {}


@dataclass
class PostgresDisk:
    """The files of one PostgreSQL database: heaps with their dead rows, and the write-ahead log since the start."""

    store: Store
    home: Path
    start: int = 0
    _raw: dict[str, bytes] = field(default_factory=dict)

    async def begin(self) -> None:
        """Notes where the log stands before the first act."""
        async with self.store.writer.begin() as connection:
            self.start = await position(connection)

    async def after_act(self) -> None:
        """Keeps nothing: dead rows and the log hold every version."""

    async def cells(self) -> tuple[Cell, ...]:
        """Gives every row with ctid and xmin, and reads the raw files below them."""
        async with self.store.writer.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("checkpoint"))
            self._raw = await self._files(connection)
            return tuple([cell for table in BOX.sorted_tables for cell in await self._rows(connection, table.name)])

    async def _rows(self, connection: AsyncConnection, table: str) -> list[Cell]:
        heap = self._raw.get(table, b"")
        rows = (await connection.execute(text(f"select xmin::text, * from box.{table} order by ctid"))).all()
        return [
            Cell(blob, table, row, *divmod(max(0, heap.find(blob[:64])), PAGE), int(xmin))
            for row, (xmin, *values) in enumerate(rows)
            for blob in values
            if isinstance(blob, bytes)
        ]

    async def _files(self, connection: AsyncConnection) -> dict[str, bytes]:
        query = (
            "select c.relname, t.relname, pg_relation_filepath(c.oid), pg_relation_filepath(t.oid) from pg_class c "
            "left join pg_class t on t.oid = c.reltoastrelid where c.relnamespace = 'box'::regnamespace"
        )
        found = {}
        for name, toast, path, toast_path in (await connection.execute(text(query))).all():
            for label, place in ((name, path), (toast, toast_path)):
                if place:
                    found[label] = (self.home / "data" / place).read_bytes()
        return found | {"write-ahead log": self._log(self.start, await position(connection))}

    def _log(self, start: int, end: int) -> bytes:
        names = [
            f"00000001{at >> 32:08X}{(at >> 24) & 0xFF:08X}" for at in range(start - start % SEGMENT, end, SEGMENT)
        ]
        whole = b"".join((self.home / "data" / "pg_wal" / name).read_bytes() for name in names)
        first = start % SEGMENT
        return whole[first : first + end - start]

    def past(self) -> tuple[tuple[Cell, ...], ...]:
        """Gives nothing more: the raw bytes have every version."""
        return ()

    def raw(self) -> dict[str, bytes]:
        """Gives heaps, indexes, TOAST and log as they were when the rows were last read."""
        return self._raw


async def position(connection: AsyncConnection) -> int:
    """Gives where the write-ahead log ends, in bytes."""
    return int(await connection.scalar(text("select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint")) or 0)


@dataclass
class RealBox:
    """The box of the running bot, over a disk that is looked at from below."""

    store: Store
    vault: Vault
    disk: Disk
    method: Method = "choice"
    box: Box = field(init=False)
    _electorate: dict[str, bool] = field(default_factory=dict)
    _waiting: dict[str, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Starts the first process."""
        self.box = Box(self.store, self.vault)

    async def open(self, name: str, electorate: list[int] | None) -> None:
        """Opens a ballot or a period."""
        self._electorate[name] = electorate is not None
        await self.box.open(name, electorate)

    async def put(self, name: str, telegram_id: int, said: tuple[bytes, ...]) -> None:
        """Takes somebody's entries."""
        await self.box.put(name, telegram_id, said, electorate=self._electorate[name])
        waiting = self._waiting.setdefault(name, set())
        waiting.add(telegram_id)
        if self.box.waiting(name, telegram_id) is None:  # this one was the last of a batch
            waiting.clear()
        await self.disk.after_act()

    def waits(self, name: str, telegram_id: int) -> bool:
        """Says whether what somebody said is in memory only."""
        return telegram_id in self._waiting.get(name, ())

    async def crash(self) -> None:
        """Goes on as a new process does: with a new boot, nothing in memory, and what is on disk."""
        self.box = Box(self.store, self.vault)
        self._waiting.clear()
        await self.box.start()

    async def forget_the_lost(self) -> None:
        """Frees the participation of those whose words were in memory, as the job does once they are told."""
        for name, nullifiers in (await self.box.lost()).items():
            await self.box.forget(name, nullifiers)

    async def close(self, name: str) -> None:
        """Closes a ballot with its real board; a period with an empty one, since releases are audited apart."""
        self._waiting.pop(name, None)
        empty = not self._electorate[name]
        board = (lambda _: b"{}") if empty else partial(write_board, ballot=ballot_of(self.method), salt=b"salt")
        await self.box.close(name, board)

    async def take(self) -> Seizure:
        """Gives the disk as it is, with all its past versions."""
        now = Copy(await self.disk.cells(), self.disk.raw(), read_keys(self.vault.folder))
        return Seizure(now, self.disk.past())


@asynccontextmanager
async def folder() -> AsyncIterator[Path]:
    """Gives a folder of its own, in memory where there is room, gone at the end."""
    place = Path(tempfile.mkdtemp(prefix="kauli-audit-", dir=roomy_folder()))
    try:
        yield place
    finally:
        await asyncio.to_thread(shutil.rmtree, place)


@asynccontextmanager
async def sqlite_box(template: Path, method: Method = "choice") -> AsyncIterator[RealBox]:
    """Gives a box on a fresh SQLite file, copied from one that is migrated."""
    async with folder() as place:
        (place / "data").mkdir()
        shutil.copy(template, place / "data" / "box.db")
        database = open_database(None, place / "data")
        disk = SqliteDisk(place / "data" / "box.db")
        yield RealBox(database.box, Vault.unlock(place / "keys", fresh=True), disk, method)
        await database.close()


@asynccontextmanager
async def postgres_box(home: Path, template: str, name: str, method: Method = "choice") -> AsyncIterator[RealBox]:
    """Gives a box on a fresh PostgreSQL database, copied from one that is migrated."""
    await administer(home, f'create database "{name}" template "{template}" strategy file_copy')
    async with folder() as place:
        database = open_database(url(home, name), place)
        disk = PostgresDisk(database.box, home)
        await disk.begin()
        yield RealBox(database.box, Vault.unlock(place / "keys", fresh=True), disk, method)
        await database.close()
    await administer(home, f'drop database "{name}" with (force)')


def keep_the_log(server: Postgres, size: str = "512MB") -> None:
    """Lets a server keep what it would otherwise write over: who has all past versions has its whole log as well."""
    server.ask(f"alter system set wal_keep_size = '{size}'")
    server.ask("select pg_reload_conf()")


async def administer(home: Path, sql: str) -> None:
    """Runs one statement as the server's owner."""
    connection = await asyncpg.connect(host=str(home), user="postgres", database="postgres")
    await connection.execute(sql)
    await connection.close()


def url(home: Path, name: str) -> str:
    """Gives the address of a database for SQLAlchemy."""
    return f"postgresql+asyncpg://postgres@/{name}?host={home}"


async def migrated(database: Database) -> None:
    """Brings a database to the newest version and lets it go."""
    await migrate(database)
    await database.close()

"""The work of an ordinary turn, written as people write it for other libraries: the same rows, read and written.

A turn opens the member's encrypted record and the encrypted open question, and writes the next question, encrypted and
padded as ours, in one transaction with our settings of SQLite. `Core` uses SQLAlchemy Core on aiosqlite, as this
program does for everything by default; `Raw` uses aiosqlite alone. What is shown is written out here, while this
program composes it in the member's language: the libraries are compared at their best.
"""

import asyncio
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiosqlite
from sqlalchemy import Column, LargeBinary, MetaData, Table, event, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.vault import Vault, tier

TABLES = MetaData()
MEMBER = Table("member", TABLES, Column("pk", LargeBinary, primary_key=True), Column("record", LargeBinary))
STEPS = Table("open_steps", TABLES, Column("pk", LargeBinary, primary_key=True), Column("blob", LargeBinary))
PRAGMAS = ("journal_mode=TRUNCATE", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY", "busy_timeout=5000")
REVISION, HASH = 6, 16
OVERVIEW, ZONE = "me", "me.zone"
TEXTS = {
    OVERVIEW: "<b>What I keep about you</b>\nCountry: not given\nEmployers: not given\nTime zone: Nairobi\n"
    "Digest: Friday, 18:00\nProbation until 2 Dec 2026\n\nEverything here is optional, and nobody sees it but you.",
    ZONE: "In which time zone do you live? Times and the hour of your digest follow it.",
}
BUTTONS = {
    OVERVIEW: (
        (("country", "Country"), ("employers", "Employers")),
        (("zone", "Time zone"), ("digest", "Digest")),
        (("language", "Language"), ("close", "Done")),
    ),
    ZONE: ((("Africa/Nairobi", "Nairobi"),), (("back", "Back"),)),
}


@dataclass(frozen=True)
class Question:
    """The next question: its text, and the rows of its buttons as pairs of callback data and label."""

    html: str
    rows: list[list[tuple[str, str]]]


class Connection(Protocol):
    """Reads and writes rows within one transaction."""

    async def get(self, table: str, pk: bytes) -> bytes | None:
        """Gives a value."""

    async def put(self, pk: bytes, blob: bytes) -> None:
        """Writes an open question."""


@dataclass(frozen=True)
class Core:
    """One transaction on SQLAlchemy Core."""

    connection: AsyncConnection

    async def get(self, table: str, pk: bytes) -> bytes | None:
        """Gives a value."""
        wanted = select(MEMBER.c.record).where(MEMBER.c.pk == pk)
        if table == "open_steps":
            wanted = select(STEPS.c.blob).where(STEPS.c.pk == pk)
        return await self.connection.scalar(wanted)

    async def put(self, pk: bytes, blob: bytes) -> None:
        """Writes an open question."""
        writing = insert(STEPS).values(pk=pk, blob=blob)
        await self.connection.execute(writing.on_conflict_do_update(index_elements=["pk"], set_={"blob": blob}))


@dataclass(frozen=True)
class Raw:
    """One transaction on aiosqlite."""

    connection: aiosqlite.Connection

    async def get(self, table: str, pk: bytes) -> bytes | None:
        """Gives a value."""
        column = "blob" if table == "open_steps" else "record"
        async with self.connection.execute(f"SELECT {column} FROM {table} WHERE pk = ?", (pk,)) as cursor:
            row = await cursor.fetchone()
        return row[0] if row else None

    async def put(self, pk: bytes, blob: bytes) -> None:
        """Writes an open question."""
        sql = "INSERT INTO open_steps (pk, blob) VALUES (?, ?) ON CONFLICT (pk) DO UPDATE SET blob = excluded.blob"
        await self.connection.execute(sql, (pk, blob))


class Work:
    """Does turns on a database of ours."""

    def __init__(self, folder: Path, layer: str) -> None:
        self.path, self.layer = folder / "data" / "people.db", layer
        self.vault = Vault.unlock(folder / "keys", fresh=False)
        self.engine: Any = None
        self.raw: Any = None
        self.lock = asyncio.Lock()
        self.asked: dict[int, int] = {}  # chat -> message with the open question

    async def open(self) -> None:
        """Opens the database."""
        if self.layer == "raw":
            self.raw = await aiosqlite.connect(self.path, isolation_level=None)
            for pragma in PRAGMAS:
                await self.raw.execute(f"PRAGMA {pragma}")
            return
        self.engine = create_async_engine(f"sqlite+aiosqlite:///{self.path}", pool_size=1, max_overflow=0)
        event.listen(self.engine.sync_engine, "connect", configure)
        event.listen(self.engine.sync_engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))

    async def command(self, telegram_id: int, update_id: int) -> Question:
        """Opens the conversation anew and gives the first question."""
        return await self.turn(telegram_id, update_id, "")

    async def press(self, telegram_id: int, update_id: int, data: str) -> Question:
        """Takes a pressed button and gives the next question."""
        return await self.turn(telegram_id, update_id, data)

    async def turn(self, telegram_id: int, update_id: int, data: str) -> Question:
        """Does one turn in a transaction of its own."""
        if self.layer != "raw":
            async with self.engine.begin() as connection:
                return await self.step(Core(connection), telegram_id, update_id, data)
        async with self.lock:  # transactions on one connection of aiosqlite's would mix
            await self.raw.execute("BEGIN IMMEDIATE")
            try:
                question = await self.step(Raw(self.raw), telegram_id, update_id, data)
            except BaseException:
                await self.raw.rollback()
                raise
            await self.raw.commit()
            return question

    async def step(self, connection: Connection, telegram_id: int, update_id: int, data: str) -> Question:
        """Reads who writes and where they stand, and writes where they stand now."""
        pk = self.vault.lookup(telegram_id)
        record = await connection.get("member", pk)
        assert record and json.loads(self.vault.open("member", record, pk))["telegram_id"] == telegram_id
        blob = await connection.get("open_steps", pk)
        name = self.next_name(self.vault.open("step", blob, pk), update_id, data) if blob and data else OVERVIEW
        revision = secrets.token_hex(REVISION // 2)
        plain = self.consumed(update_id) + revision.encode() + json.dumps([name, {}]).encode()
        await connection.put(pk, self.vault.seal("step", plain, pk, tier(len(plain))))
        rows = [[(f"{revision}.{button}", label) for button, label in row] for row in BUTTONS[name]]
        return Question(TEXTS[name], rows)

    def next_name(self, plain: bytes, update_id: int, data: str) -> str:
        """Gives the question that a button leads to; the same one again where it was delivered twice or is old."""
        name = str(json.loads(plain[HASH + REVISION :])[0])
        if plain[:HASH] == self.consumed(update_id) or data.split(".")[0] != plain[HASH : HASH + REVISION].decode():
            return name
        return ZONE if data.endswith(".zone") else OVERVIEW

    def consumed(self, update_id: int) -> bytes:
        """Gives the keyed hash by which an update that is delivered twice is known."""
        return self.vault.keyed("update", str(update_id).encode())


def configure(connection: Any, record: Any) -> None:
    """Gives a new connection our settings."""
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()

"""Negative controls: stores that are wrong in known ways. An audit that does not catch each of them sees nothing."""

import secrets
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sqlalchemy import text

from bot.box.pool import KEY_ID, content_key, part_key
from bot.box.rules import merge, ready
from bot.vault import Vault, keyed_hash, seal_with
from tests.audit.attackers import MONTHS
from tests.audit.keepers import PostgresDisk, SqliteDisk, folder, postgres_box
from tests.audit.kinds import BALLOT
from tests.audit.scene import is_kind
from tests.audit.seizure import Copy, Seizure, read_keys


def row_keys(telegram_id: int, said: tuple[bytes, ...]) -> list[bytes]:
    """Gives keys that look random and hang on the world's seed alone, so that a test of a control repeats itself."""
    return [sha256(b"%d %d " % (telegram_id, number) + entry).digest()[:16] for number, entry in enumerate(said)]


@dataclass
class Control:
    """A store on one SQLite file that writes what is said at once, each entry in a row of its own."""

    path: Path
    vault: Vault
    tables: tuple[str, ...] = ()
    connection: sqlite3.Connection = field(init=False)
    disk: SqliteDisk = field(init=False)
    sizes: dict[str, int | None] = field(default_factory=dict)
    ids: dict[str, bytes] = field(default_factory=dict)
    rows: dict[tuple[str, int], list[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Makes the tables, with the pragmas of the real box, so that only the schema is at fault."""
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        for pragma in ("journal_mode=TRUNCATE", "secure_delete=ON", "temp_store=MEMORY"):
            self.connection.execute(f"pragma {pragma}")
        for table in self.tables:
            self.connection.execute(f"create table {table}")
        self.disk = SqliteDisk(self.path)

    async def open(self, name: str, electorate: list[int] | None) -> None:
        """Opens a ballot or a period under one key for its whole life."""
        self.sizes[name] = len(electorate) if electorate else None
        self.ids[name] = secrets.token_bytes(KEY_ID)
        self.vault.make_key(part_key(name))
        self.vault.make_key(content_key(name, self.ids[name]))

    async def put(self, name: str, telegram_id: int, said: tuple[bytes, ...]) -> None:
        """Writes participation and what was said."""
        self.connection.execute("begin")
        self.take_part(name, telegram_id, said)
        self.write(name, telegram_id, said)
        self.connection.execute("commit")
        await self.disk.after_act()

    def take_part(self, name: str, telegram_id: int, said: tuple[bytes, ...]) -> None:
        """Writes that somebody has taken part."""
        self.connection.execute(
            "insert or ignore into part values (?, ?)", (name, self.nullifier(name, telegram_id, said))
        )

    def nullifier(self, name: str, telegram_id: int, said: tuple[bytes, ...]) -> bytes:
        """Gives the keyed id of a person."""
        return keyed_hash(self.vault.key(part_key(name)), str(telegram_id).encode())

    def write(self, name: str, telegram_id: int, said: tuple[bytes, ...]) -> None:
        """Writes each entry, encrypted, under a random key; what was said before goes."""
        table = "vote" if name == BALLOT else "fragment"
        for key in self.rows.pop((name, telegram_id), ()):
            self.connection.execute(f"delete from {table} where id = ?", (key,))
        self.rows[name, telegram_id] = row_keys(telegram_id, said)
        for key, entry in zip(self.rows[name, telegram_id], said, strict=True):
            self.connection.execute(f"insert into {table} values (?, ?)", (key, self.sealed(name, entry)))

    def sealed(self, name: str, entry: bytes) -> bytes:
        """Encrypts one entry under the ballot's key."""
        key = self.vault.key(content_key(name, self.ids[name]))
        return self.ids[name] + seal_with(key, merge([entry]), name.encode())

    def waits(self, name: str, telegram_id: int) -> bool:
        """Says that nothing waits."""
        return False

    async def crash(self) -> None:
        """Loses nothing: everything is on disk."""

    async def forget_the_lost(self) -> None:
        """Has nobody to free."""

    async def close(self, name: str) -> None:
        """Leaves everything as it is: controls are looked at while open."""

    async def take(self) -> Seizure:
        """Gives the disk as it is, with all its past versions."""
        return Seizure(Copy(await self.disk.cells(), {}, read_keys(self.vault.folder)), self.disk.past())


PART = "part (ballot text, id blob, primary key (ballot, id)) without rowid"


@dataclass
class Naive(Control):
    """A log of who voted, and ballots in the clear beside it under a UUID."""

    tables: tuple[str, ...] = (
        "part (number integer primary key, ballot text, id blob, unique (ballot, id))",
        "vote (id blob primary key, blob blob)",
        "fragment (id blob primary key, blob blob)",
    )

    def take_part(self, name: str, telegram_id: int, said: tuple[bytes, ...]) -> None:
        """Logs who voted, in order."""
        nullifier = self.nullifier(name, telegram_id, said)
        self.connection.execute("insert or ignore into part (ballot, id) values (?, ?)", (name, nullifier))

    def sealed(self, name: str, entry: bytes) -> bytes:
        """Leaves the entry as it is."""
        return entry


@dataclass
class Uuids(Control):
    """Encrypted, and the key is random; but an ordinary table keeps SQLite's hidden row number (privacy.md 0.1)."""

    tables: tuple[str, ...] = (PART, *(f"{name} (id blob primary key, blob blob)" for name in ("vote", "fragment")))


@dataclass
class Split(Control):
    """No row number either, but one write per vote: a page fills from its end (privacy.md 0.2)."""

    tables: tuple[str, ...] = (
        PART,
        *(f"{name} (id blob primary key, blob blob) without rowid" for name in ("vote", "fragment")),
    )


@dataclass
class NeverReencrypted(Split):
    """Batches as in the real box, rewritten in key order; but one key for the ballot's life opens every old version."""

    pool: dict[str, dict[int, tuple[bytes, ...]]] = field(default_factory=dict)
    began: set[str] = field(default_factory=set)

    def write(self, name: str, telegram_id: int, said: tuple[bytes, ...]) -> None:
        """Lets entries wait until enough are there."""
        pool = self.pool.setdefault(name, {})
        pool[telegram_id] = said
        if ready(len(pool), name in self.began, self.sizes[name]):
            for one, entries in pool.items():
                super().write(name, one, entries)
            pool.clear()
            self.began.add(name)

    async def put(self, name: str, telegram_id: int, said: tuple[bytes, ...]) -> None:
        """Writes, then lets VACUUM put every page into the order of keys."""
        await super().put(name, telegram_id, said)
        self.connection.execute("vacuum")
        await self.disk.after_act()

    def waits(self, name: str, telegram_id: int) -> bool:
        """Says whether somebody's entries are in memory."""
        return telegram_id in self.pool.get(name, {})


@dataclass
class EmployerAndMonth(Split):
    """A keyed id of person, employer and month, to allow a report for each job: its key tests every member."""

    def nullifier(self, name: str, telegram_id: int, said: tuple[bytes, ...]) -> bytes:
        """Gives the keyed id of a person's report about one employer; of a vote it is the person's as ever."""
        parts = [str(telegram_id).encode()]
        if name != BALLOT:
            employer = next(entry for entry in said if is_kind(entry, "pay")).split(b":")[1]
            parts += [employer, MONTHS[1].encode()]
        return keyed_hash(self.vault.key(part_key(name)), *parts)


@dataclass
class OneTransactionEach:
    """PostgreSQL with random keys, rewritten in key order by CLUSTER: `xmin` survives it (privacy.md 0.3)."""

    inner: Control
    disk: PostgresDisk

    async def open(self, name: str, electorate: list[int] | None) -> None:
        """Opens a ballot or a period."""
        await self.inner.open(name, electorate)

    async def put(self, name: str, telegram_id: int, said: tuple[bytes, ...]) -> None:
        """Writes who took part and what was said in one transaction."""
        row = {"name": name, "id": self.inner.nullifier(name, telegram_id, said)}
        async with self.disk.store.writer.begin() as connection:
            await connection.execute(
                text("insert into box.participation values (:name, :id, null) on conflict do nothing"), row
            )
            for key in self.inner.rows.pop((name, telegram_id), ()):
                await connection.execute(text("delete from box.content where ballot = :id"), {"id": key.hex()[:16]})
            keys = self.inner.rows[name, telegram_id] = row_keys(telegram_id, said)
            for key, entry in zip(keys, said, strict=True):
                written = {"id": key.hex()[:16], "blob": self.inner.sealed(name, entry)}
                await connection.execute(text("insert into box.content values (:id, :blob)"), written)

    def waits(self, name: str, telegram_id: int) -> bool:
        """Says that nothing waits."""
        return False

    async def crash(self) -> None:
        """Loses nothing."""

    async def forget_the_lost(self) -> None:
        """Has nobody to free."""

    async def close(self, name: str) -> None:
        """Leaves everything as it is."""

    async def take(self) -> Seizure:
        """Puts the rows into the order of their random keys, then gives the disk as it is."""
        async with self.disk.store.writer.begin() as connection:
            await connection.execute(text("cluster box.content using content_pkey"))
        return Seizure(Copy(await self.disk.cells(), {}, read_keys(self.inner.vault.folder)))


CONTROLS: dict[str, type[Control]] = {
    "naive: a log of voters beside ballots with UUIDs": Naive,
    "UUID keys in an ordinary table": Uuids,
    "split, WITHOUT ROWID, but not batched": Split,
    "random keys and batches, never re-encrypted": NeverReencrypted,
    "keyed id of employer and month": EmployerAndMonth,
}
ON_POSTGRES = "PostgreSQL: random keys, one transaction each"
CAUGHT_BY = {  # the attacker whose sight each control is there to prove, and what they want to know
    "naive: a log of voters beside ballots with UUIDs": ("anything readable without keys", "code"),
    "UUID keys in an ordinary table": ("order of rows", "code"),
    "split, WITHOUT ROWID, but not batched": ("places in raw pages, from the end", "code"),
    "random keys and batches, never re-encrypted": ("every past version of the disk", "code"),
    "keyed id of employer and month": ("every member tested", "pay"),
    ON_POSTGRES: ("transaction numbers", "code"),
}


@asynccontextmanager
async def control(kind: type[Control]) -> AsyncIterator[Control]:
    """Gives a fresh control on SQLite."""
    async with folder() as place:
        made = kind(place / "box.db", Vault.unlock(place / "keys", fresh=True))
        yield made
        made.connection.close()


@asynccontextmanager
async def postgres_control(home: Path, template: str, name: str) -> AsyncIterator[OneTransactionEach]:
    """Gives a fresh control on PostgreSQL."""
    async with control(Split) as inner, postgres_box(home, template, name) as real:
        assert isinstance(real.disk, PostgresDisk)
        yield OneTransactionEach(inner, real.disk)

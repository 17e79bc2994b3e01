"""The pool: what was said waits in memory until enough people can be sealed together (anonymity.md, "A vote").

Nobody's choice is ever written alone. Participation is written at once, so that nobody takes part twice; the content of
at least k people is written together as one value, sorted and encrypted under a key that is new at each seal.
"""

import asyncio
import secrets
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Literal

from bot.box.rules import Electorate, merge, ready, split
from bot.box.store import BoxStore
from bot.database import Store
from bot.vault import Vault, commitment, keyed_hash, open_with, seal_with

Entries = tuple[bytes, ...]
Receipt = Literal["received", "replaced", "sealed", "final"]
Standing = Literal["none", "pending", "sealed"]
KEY_ID = 8


class Closed(Exception):
    """This ballot or period takes nothing any more."""


class NotInElectorate(Exception):
    """This person was not in the electorate when the ballot opened."""


class Box:
    """One installation's box: the only writer of its store, and the keeper of what waits in memory."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store, self._vault = store, vault
        self.boot = secrets.token_bytes(16)
        self._pools: defaultdict[str, dict[bytes, Entries]] = defaultdict(dict)
        self._electorates: dict[str, Electorate] = {}
        self._sealed = Counter[str]()  # how many people are sealed
        self._closing: set[str] = set()
        self._unsure: dict[str, bytes] = {}  # the key id of a seal whose commit is not confirmed
        self._lock = asyncio.Lock()

    async def start(self) -> None:
        """Learns after a start what is sealed, and destroys keys that a crash left behind."""
        self._vault.sweep()
        await drop_unused_keys(self._store, self._vault)
        async with self._writing() as store:
            boards = await store.boards()
            self._sealed = await store.sealed()
        for name in boards:
            self._destroy(name)

    async def open(self, name: str, telegram_ids: Iterable[int] | None = None) -> int:
        """Opens a ballot (with its electorate, frozen here) or a pay period; harmless when repeated.

        Gives the size of the electorate, 0 where there is none. Raises Closed when its board is written already.
        """
        async with self._writing() as store:
            if await store.board(name) is not None:
                raise Closed
            if not self._vault.has_key(part_key(name)):
                self._vault.make_key(part_key(name))
            if telegram_ids is None:
                return 0
            if await store.electorate(name) is None:
                ids = sorted(self.nullifiers(name, set(telegram_ids)))
                await store.put_electorate(name, self._seal_electorate(name, ids))
        return len(await self._electorate(name))

    def is_open(self, name: str) -> bool:
        """Says whether a ballot or period has its key, that is, can take entries."""
        return self._vault.has_key(part_key(name))

    def open_names(self) -> list[str]:
        """Lists the ballots and periods that are open, by their keys."""
        return [key.removeprefix(part_key("")) for key in self._vault.key_names(part_key(""))]

    def nullifier(self, name: str, telegram_id: int) -> bytes:
        """Gives the keyed id under which somebody takes part once; it dies with the ballot's key. Raises Closed."""
        return next(self.nullifiers(name, (telegram_id,)))

    def nullifiers(self, name: str, telegram_ids: Iterable[int]) -> Iterator[bytes]:
        """Gives the keyed ids of many people, reading the key once. Raises Closed."""
        if not self.is_open(name):
            raise Closed
        key = self._vault.key(part_key(name))
        return (keyed_hash(key, str(telegram_id).encode()) for telegram_id in telegram_ids)

    async def taking_part(self, name: str, telegram_ids: Sequence[int]) -> list[int]:
        """Gives those of these people who are in the frozen electorate."""
        electorate = await self._electorate(name)
        keyed = self.nullifiers(name, telegram_ids)
        return [who for who, nullifier in zip(telegram_ids, keyed, strict=True) if nullifier in electorate]

    async def may_take_part(self, name: str, telegram_id: int) -> bool:
        """Says whether this person is in the frozen electorate."""
        return self.nullifier(name, telegram_id) in await self._electorate(name)

    async def commitment(self, name: str) -> str:
        """Gives the salted hash that pins the electorate; the salt dies with the ballot's key."""
        salt = keyed_hash(self._vault.key(part_key(name)), b"salt of the commitment")
        return commitment(salt, list(await self._electorate(name)))

    def salt(self, name: str) -> bytes:
        """Gives the salt of a ballot's board: fixed when it opens, and until it closes known by its key alone.

        Raises Closed.
        """
        if not self.is_open(name):
            raise Closed
        return keyed_hash(self._vault.key(part_key(name)), b"salt of the board")

    def order(self, name: str, telegram_id: int, size: int) -> tuple[int, ...]:
        """Gives the order in which somebody sees so many options: the same at every look, another one for each person.

        It is drawn by the ballot's key and kept nowhere; with the key it is gone. Raises Closed.
        """
        own = self.nullifier(name, telegram_id)
        key = self._vault.key(part_key(name))
        return tuple(sorted(range(size), key=lambda option: keyed_hash(key, b"order", own, option.to_bytes(2, "big"))))

    async def put(
        self, name: str, telegram_id: int, entries: Entries, *, electorate: bool = True, changeable: bool = True
    ) -> Receipt:
        """Takes somebody's entries into the pool and seals when enough wait.

        Gives "received", "replaced" while what they said before still waits, or why it stays as it was: "sealed", or
        "final" where it waits but is not `changeable`. Raises Closed and NotInElectorate.
        """
        nullifier = self.nullifier(name, telegram_id)
        size = await self._checked_size(name, nullifier) if electorate else None
        async with self._lock:
            self._refuse_closed(name)  # it may have closed while we waited
            async with self._transaction() as store:
                await self._settle(store, name)
                receipt = await self._take(store, name, nullifier)
                receipt = "final" if receipt == "replaced" and not changeable else receipt
            if receipt in ("received", "replaced"):  # only now: a commit that failed must not leave an entry behind
                self._pools[name][nullifier] = entries
            if ready(len(self._pools[name]), self._sealed[name], size):
                await self._seal(name)
        return receipt

    async def _checked_size(self, name: str, nullifier: bytes) -> int:
        electorate = await self._electorate(name)
        if nullifier not in electorate:
            self._refuse_closed(name)
            raise NotInElectorate
        return len(electorate)

    def _counted(self, name: str, content: bytes | None, write_board: Callable[[Sequence[bytes]], bytes]) -> bytes:
        """Counts beside the loop: a release of 100,000 reports takes seconds, in which others are answered."""
        return write_board(sorted(self._read(name, content) + self._waiting(name)))

    def _refuse_closed(self, name: str) -> None:
        if name in self._closing or not self.is_open(name):
            raise Closed

    async def _take(self, store: BoxStore, name: str, nullifier: bytes) -> Receipt:
        if nullifier in self._pools[name]:
            return "replaced"
        boot = await store.boot_of(name, nullifier)
        if boot == b"":
            return "sealed"
        if boot is not None:  # its content is lost (a dead process's, or not confirmed): the first word again
            await store.withdraw(name, nullifier, boot)
        await store.take_part(name, nullifier, self.boot)
        return "received"

    async def standing(self, name: str, telegram_id: int) -> Standing:
        """Says whether somebody has taken part and can still change it; for that person's own eyes."""
        nullifier = self.nullifier(name, telegram_id)
        if nullifier in self._pools[name]:
            return "pending"
        async with self._writing() as store:
            return "sealed" if await store.boot_of(name, nullifier) == b"" else "none"

    def waiting(self, name: str, telegram_id: int) -> Entries | None:
        """Gives somebody's entries while they wait in memory; afterwards nobody can."""
        return self._pools[name].get(self.nullifier(name, telegram_id))

    async def withdraw(self, name: str, telegram_id: int) -> bool:
        """Takes back what still waits; False when it is sealed or nothing was said."""
        nullifier = self.nullifier(name, telegram_id)
        async with self._writing() as store:
            await self._settle(store, name)
            self._pools[name].pop(nullifier, None)  # first: a row without content is let go, content without a row not
            return await store.withdraw(name, nullifier, self.boot)

    async def flag(self, name: str, number: int, telegram_id: int) -> bool:
        """Keeps, once for each person, that somebody says that text `number` of an open ballot is wrong; says if new.

        A row without content under a key of its own, so that nothing of it is beside a vote. Raises Closed and
        NotInElectorate.
        """
        await self._checked_size(name, self.nullifier(name, telegram_id))
        about = flag_name(name, number)
        async with self._lock:
            self._refuse_closed(name)
            if not self._vault.has_key(part_key(about)):
                self._vault.make_key(part_key(about))
            async with self._transaction() as store:
                new = await store.flag(about, self.nullifier(about, telegram_id))
            self._sealed[about] += new
        return new

    def flags(self, name: str, number: int) -> int:
        """Counts who says that text `number` of a ballot is wrong."""
        return self._sealed[flag_name(name, number)]

    async def drop_flags(self, name: str, number: int) -> None:
        """Forgets who said that a text is wrong, and destroys the key under which they stood."""
        about = flag_name(name, number)
        async with self._writing() as store:
            await store.drop_participation(about)
        self._destroy(about)

    async def _seal(self, name: str) -> None:
        """Writes what waits together with what is sealed: one value, sorted, under a new key; then the old key dies."""
        key_id = secrets.token_bytes(KEY_ID)
        async with self._transaction() as store:
            old = await store.content(name)
            key = self._vault.make_key(content_key(name, key_id))
            merged = merge(self._read(name, old) + self._waiting(name))
            self._unsure[name] = key_id
            await store.put_content(name, key_id + seal_with(key, merged, name.encode()))
            await store.mark_sealed(name, self.boot, self._pools[name])
        self._conclude(name, key_id)

    async def _settle(self, store: BoxStore, name: str) -> None:
        """After a seal whose commit was not confirmed: finds out whether it was done, before anything is added."""
        if name in self._unsure:
            content = await store.content(name)
            self._conclude(name, content[:KEY_ID] if content else b"")

    def _conclude(self, name: str, current: bytes) -> None:
        """Ends a seal: if `current` is its key, what it sealed waits no more; every other key of this content dies."""
        if self._unsure.pop(name) == current:
            self._sealed[name] += len(self._pools[name])
            self._pools[name].clear()
        for key in list(self._vault.key_names(content_key(name, b""))):
            if key != content_key(name, current):
                self._vault.destroy_key(key)

    async def close(self, name: str, write_board: Callable[[Sequence[bytes]], bytes]) -> bytes:
        """Counts what is sealed and what waits in one go, writes the board and destroys the rest.

        `write_board` gets all entries, sorted, in a thread of its own, and gives the public document. Repeated after a
        crash it gives the same.
        """
        async with self._lock:
            self._closing.add(name)
            async with self._transaction() as store:
                await self._settle(store, name)
                document = await store.board(name)
                if document is None:
                    document = await asyncio.to_thread(self._counted, name, await store.content(name), write_board)
                    await store.close(name, document)
                    for about in self._flagged(name):
                        await store.drop_participation(about)
            self._destroy(name)
        return document

    async def board(self, name: str) -> bytes | None:
        """Gives the public document of what is closed, or None."""
        async with self._writing() as store:
            return await store.board(name)

    async def boards(self) -> list[str]:
        """Lists what is closed: ballots' ids and pay periods."""
        async with self._writing() as store:
            return await store.boards()

    async def drop_boards(self, names: Iterable[str]) -> None:
        """Deletes boards that are kept no longer."""
        async with self._writing() as store:
            for name in names:
                await store.drop_board(name)

    async def lost(self) -> dict[str, dict[bytes, bytes]]:
        """Lists by ballot or period who is pending from which dead boot: what they said is gone."""
        async with self._writing() as store:
            return await store.pending_of_others(self.boot)

    async def forget(self, name: str, lost: Mapping[bytes, bytes]) -> None:
        """Deletes lost participation once its people are told; who has taken part again meanwhile stays."""
        async with self._writing() as store:
            for nullifier, boot in lost.items():
                await store.withdraw(name, nullifier, boot)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[BoxStore]:
        async with self._lock, self._transaction() as store:
            yield store

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[BoxStore]:
        async with self._store.writer.begin() as connection:
            yield BoxStore(connection)

    def _waiting(self, name: str) -> list[bytes]:
        return [entry for said in self._pools[name].values() for entry in said]

    async def _electorate(self, name: str) -> Electorate:
        if name not in self._electorates:
            async with self._writing() as store:
                sealed = await store.electorate(name)
            ids = open_with(self._vault.key(part_key(name)), sealed, b"electorate") if sealed else b""
            if not sealed:
                return Electorate()
            self._electorates[name] = Electorate(ids)
        return self._electorates[name]

    def _seal_electorate(self, name: str, ids: list[bytes]) -> bytes:
        return seal_with(self._vault.key(part_key(name)), b"".join(ids), b"electorate")

    def _read(self, name: str, blob: bytes | None) -> list[bytes]:
        return [] if blob is None else split(content_opened(self._vault, name, blob))

    def _flagged(self, name: str) -> list[str]:
        return [about for about in self.open_names() if about.startswith(flag_name(name))]

    def _destroy(self, name: str) -> None:
        for about in self._flagged(name):
            del self._sealed[about]
            self._vault.destroy_key(part_key(about))
        self._pools.pop(name, None)
        self._electorates.pop(name, None)
        del self._sealed[name]
        self._unsure.pop(name, None)
        for key in (part_key(name), *self._vault.key_names(content_key(name, b""))):
            self._vault.destroy_key(key)


def content_opened(vault: Vault, name: str, blob: bytes) -> bytes:
    """Gives what is sealed of a ballot or period."""
    return open_with(vault.key(content_key(name, blob[:KEY_ID])), blob[KEY_ID:], name.encode())


def content_resealed(vault: Vault, name: str, blob: bytes) -> bytes:
    """Seals the same content under a new key; the old one dies once nothing that counts is sealed under it."""
    key_id = secrets.token_bytes(KEY_ID)
    key = vault.make_key(content_key(name, key_id))
    return key_id + seal_with(key, content_opened(vault, name, blob), name.encode())


async def drop_unused_keys(store: Store, vault: Vault) -> None:
    """Destroys the keys of contents that this store does not hold (any more)."""
    async with store.writer.begin() as connection:
        contents = await BoxStore(connection).contents()
    used = {content_key(name, blob[:KEY_ID]) for name, blob in contents.items()}
    for key in list(vault.key_names("content-")):
        if key not in used:
            vault.destroy_key(key)


def flag_name(name: str, number: int | None = None) -> str:
    """Names the box of those who say that a text of a ballot is wrong; without a number, how all of them begin."""
    return f"{name}-flag{'' if number is None else number}"


def part_key(name: str) -> str:
    """Names the key file of who takes part in a ballot or period."""
    return f"part-{name}"


def content_key(name: str, key_id: bytes) -> str:
    """Names the key file of one version of the sealed content."""
    return f"content-{name}-{key_id.hex()}"

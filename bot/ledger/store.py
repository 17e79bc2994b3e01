"""Remembers ledgers: one sealed value of one size per member, under their pseudonym; never commits."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import ledger, rows
from bot.ledger.book import HEAD, PLACE, PLACES, Book, from_bytes, to_bytes
from bot.vault import Vault

SIZE = 4 + HEAD.size + PLACES * PLACE


@dataclass(frozen=True)
class LedgerStore:
    """Reads and writes ledgers within one transaction. The vault's seal keeps them from who has no keys at all."""

    connection: AsyncConnection
    vault: Vault

    async def get(self, telegram_id: int) -> Book | None:
        """Gives somebody's ledger, or None."""
        return await self._read(telegram_id, lock=False)

    async def hold(self, telegram_id: int) -> Book | None:
        """Gives somebody's ledger like `get`, and keeps other writers off it until the commit."""
        return await self._read(telegram_id, lock=True)

    async def kept(self, telegram_id: int) -> bool:
        """Says whether somebody keeps a ledger, without reading it."""
        query = select(ledger.c.pk).where(ledger.c.pk == self.vault.lookup(telegram_id))
        return (await self.connection.execute(query)).scalar() is not None

    async def put(self, telegram_id: int, book: Book) -> None:
        """Writes somebody's ledger, new or changed."""
        pk = self.vault.lookup(telegram_id)
        await rows.put(self.connection, ledger, pk, self.vault.seal("ledger", to_bytes(book), pk, SIZE))

    async def remove(self, telegram_id: int) -> None:
        """Deletes somebody's ledger."""
        await self.connection.execute(delete(ledger).where(ledger.c.pk == self.vault.lookup(telegram_id)))

    async def carry_over(self, new: Vault, people: Iterable[int]) -> None:
        """Moves ledgers to another master key; their entries stay sealed to their owners. Others' rows go.

        One at a time: a book is 0.1 MB, and a large union's would not fit the memory of a small machine together.
        """
        moved, kept = LedgerStore(self.connection, new), set[bytes]()
        for person in people:
            if book := await self.get(person):
                await self.remove(person)
                await moved.put(person, book)
                kept.add(new.lookup(person))
        for pk in (await self.connection.execute(select(ledger.c.pk))).scalars().all():
            if pk not in kept:
                await self.connection.execute(delete(ledger).where(ledger.c.pk == pk))

    async def _read(self, telegram_id: int, *, lock: bool) -> Book | None:
        pk = self.vault.lookup(telegram_id)
        query = select(ledger.c.book).where(ledger.c.pk == pk)
        book = (await self.connection.execute(query.with_for_update() if lock else query)).scalar()
        return from_bytes(self.vault.open("ledger", book, pk)) if book else None

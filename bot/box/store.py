"""Remembers the box: participation without content, content as one value, boards of what is closed; never commits."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import database
from bot.database import board, content, electorate, participation

# The two statements of every vote are made once: making them takes longer than running them.
TAKE_PART = insert(participation)
BOOT_OF = select(participation.c.boot).where(
    participation.c.ballot == bindparam("name"), participation.c.nullifier == bindparam("who")
)


@dataclass(frozen=True)
class BoxStore:
    """Reads and writes the box within one transaction. `name` is a ballot's random id or a pay period."""

    connection: AsyncConnection

    async def take_part(self, name: str, nullifier: bytes, boot: bytes) -> None:
        """Writes that somebody has taken part, pending in this boot."""
        await self.connection.execute(TAKE_PART, {"ballot": name, "nullifier": nullifier, "boot": boot})

    async def flag(self, name: str, nullifier: bytes) -> bool:
        """Writes a row that nothing will be sealed with; says whether it is new."""
        if await self.boot_of(name, nullifier) is not None:
            return False
        await self.connection.execute(TAKE_PART, {"ballot": name, "nullifier": nullifier, "boot": None})
        return True

    async def drop_participation(self, name: str) -> None:
        """Deletes every row of a name."""
        await self.connection.execute(delete(participation).where(participation.c.ballot == name))

    async def boot_of(self, name: str, nullifier: bytes) -> bytes | None:
        """Gives the boot of a participation row, empty when sealed, or None when there is no row."""
        row = (await self.connection.execute(BOOT_OF, {"name": name, "who": nullifier})).first()
        return None if row is None else row[0] or b""

    async def withdraw(self, name: str, nullifier: bytes, boot: bytes) -> bool:
        """Deletes somebody's row if it is pending from this boot, never a sealed one; says whether there was one."""
        mine = (participation.c.nullifier == nullifier, participation.c.boot == boot)
        done = await self.connection.execute(delete(participation).where(participation.c.ballot == name, *mine))
        return bool(done.rowcount)

    async def mark_sealed(self, name: str, boot: bytes, nullifiers: Iterable[bytes]) -> None:
        """Makes this boot's pending rows those of exactly these people, sealed.

        A row without content (its commit was not confirmed, and its person not answered) would otherwise become a
        vote that nobody has.
        """
        pending = (participation.c.ballot == name, participation.c.boot == boot)
        await self.connection.execute(delete(participation).where(*pending))
        rows = [{"ballot": name, "nullifier": nullifier, "boot": None} for nullifier in sorted(nullifiers)]
        await self.connection.execute(insert(participation), rows)

    async def sealed(self) -> Counter[str]:
        """Counts by ballot or period who is sealed."""
        query = select(participation.c.ballot, func.count()).where(participation.c.boot.is_(None))
        rows = await self.connection.execute(query.group_by(participation.c.ballot))
        return Counter({name: number for name, number in rows})

    async def pending_of_others(self, boot: bytes) -> dict[str, dict[bytes, bytes]]:
        """Lists rows left pending by dead processes, with the boot of each: their content is lost."""
        query = select(participation).where(participation.c.boot.is_not(None), participation.c.boot != boot)
        lost: defaultdict[str, dict[bytes, bytes]] = defaultdict(dict)
        for name, nullifier, dead in await self.connection.execute(query):
            lost[name][nullifier] = dead
        return dict(lost)

    async def pending(self) -> int:
        """Counts what waits to be sealed, for the one who must say whether a restart is harmless."""
        query = select(func.count()).select_from(participation).where(participation.c.boot.is_not(None))
        return int(await self.connection.scalar(query) or 0)

    async def content(self, name: str) -> bytes | None:
        """Gives the sealed content, or None when nothing was sealed yet."""
        return (await self.connection.execute(select(content.c.blob).where(content.c.ballot == name))).scalar()

    async def put_content(self, name: str, blob: bytes) -> None:
        """Replaces the sealed content."""
        done = await self.connection.execute(update(content).where(content.c.ballot == name).values(blob=blob))
        if done.rowcount == 0:
            await self.connection.execute(insert(content).values(ballot=name, blob=blob))

    async def contents(self) -> dict[str, bytes]:
        """Gives every sealed content, to learn after a start which keys are in use."""
        rows = await self.connection.execute(select(content.c.ballot, content.c.blob))
        return {name: blob for name, blob in rows}

    async def electorate(self, name: str) -> bytes | None:
        """Gives the sealed electorate, or None."""
        return (await self.connection.execute(select(electorate.c.blob).where(electorate.c.ballot == name))).scalar()

    async def put_electorate(self, name: str, blob: bytes) -> None:
        """Writes the sealed electorate, once."""
        await self.connection.execute(insert(electorate).values(ballot=name, blob=blob))

    async def board(self, name: str) -> bytes | None:
        """Gives the public board of what is closed, or None."""
        return (await self.connection.execute(select(board.c.document).where(board.c.ballot == name))).scalar()

    async def boards(self) -> list[str]:
        """Lists what is closed."""
        return list((await self.connection.execute(select(board.c.ballot).order_by(board.c.ballot))).scalars())

    async def drop_board(self, name: str) -> None:
        """Deletes the board of what was closed long ago."""
        await self.connection.execute(delete(board).where(board.c.ballot == name))

    async def close(self, name: str, document: bytes) -> None:
        """Writes the board and deletes participation, electorate and content in the same transaction."""
        await self.connection.execute(insert(board).values(ballot=name, document=document))
        for gone in (database.participation, database.electorate, database.content):
            await self.connection.execute(delete(gone).where(gone.c.ballot == name))

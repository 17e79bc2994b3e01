"""Remembers ballots as they were put and decided; what was said in them is the box's."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ballots.attachments import KEPT_IDLE, name_of
from bot.ballots.rules import Ballot, State
from bot.database import attachment
from bot.database import ballot as ballots
from bot.vault import Vault, tier

BALLOT = TypeAdapter(Ballot)


@dataclass(frozen=True)
class BallotStore:
    """Reads and writes ballots within one transaction; their texts are encrypted until they are sent to members."""

    connection: AsyncConnection
    vault: Vault

    async def add(self, ballot: Ballot) -> None:
        """Writes a new ballot."""
        await self.connection.execute(
            insert(ballots).values(
                id=ballot.id, state=ballot.state, closes_at=ballot.closes_at, document=self._seal(ballot)
            )
        )

    async def change(self, ballot: Ballot) -> None:
        """Writes a ballot's new state, and its closing where that was moved."""
        change = update(ballots).where(ballots.c.id == ballot.id)
        values = {"state": ballot.state, "closes_at": ballot.closes_at, "document": self._seal(ballot)}
        await self.connection.execute(change.values(values))

    async def remove(self, ballot_id: str) -> None:
        """Deletes a ballot that could not be opened."""
        await self.connection.execute(delete(ballots).where(ballots.c.id == ballot_id))

    async def get(self, ballot_id: str) -> Ballot | None:
        """Gives a ballot, or None."""
        found = await self._read(select(ballots.c.id, ballots.c.document).where(ballots.c.id == ballot_id))
        return found[0] if found else None

    async def hold(self, ballot_id: str) -> Ballot | None:
        """Gives a ballot like `get`, and keeps other writers off it, so that no change undoes another."""
        query = select(ballots.c.id, ballots.c.document).where(ballots.c.id == ballot_id).with_for_update()
        found = await self._read(query)
        return found[0] if found else None

    async def having(self, *states: State) -> list[Ballot]:
        """Gives the ballots in these states, the one that closes first in front."""
        query = select(ballots.c.id, ballots.c.document).where(ballots.c.state.in_(states))
        return await self._read(query.order_by(ballots.c.closes_at, ballots.c.id))

    async def carry_over(self, new: Vault, moved: Mapping[str, str]) -> None:
        """Writes every ballot anew under another vault's key; `moved` gives organizers' new keyed ids, by the old."""
        other = BallotStore(self.connection, new)
        for ballot in await self._read(select(ballots.c.id, ballots.c.document)):
            approvals = tuple((locale, moved[who]) for locale, who in ballot.approvals if who in moved)
            await other.change(replace(ballot, by=moved.get(ballot.by, ""), approvals=approvals))
        for name in await self.attachments():
            content = self._attached(name, await self._sealed_attachment(name))
            sealed = new.seal("attachment", content, name.encode(), tier(len(content)))
            await self.connection.execute(update(attachment).where(attachment.c.id == name).values(content=sealed))

    async def attach(self, content: bytes) -> str:
        """Keeps a document and gives its name, the SHA-256 of its content; the same one is kept once."""
        name = name_of(content)
        await self.connection.execute(delete(attachment).where(attachment.c.id == name))
        sealed = self.vault.seal("attachment", content, name.encode(), tier(len(content)))
        await self.connection.execute(insert(attachment).values(id=name, idle=0, content=sealed))
        return name

    async def attached(self, name: str) -> bytes | None:
        """Gives a document by its name, or None."""
        sealed = await self._sealed_attachment(name)
        return self._attached(name, sealed) if sealed else None

    async def attachments(self) -> list[str]:
        """Lists the documents that are kept, by their names."""
        return list((await self.connection.execute(select(attachment.c.id).order_by(attachment.c.id))).scalars())

    async def sweep_attachments(self, named: frozenset[str]) -> None:
        """Once a day: lets go of documents that no ballot has named for some days."""
        idle = attachment.c.id.not_in(named)
        await self.connection.execute(update(attachment).where(idle).values(idle=attachment.c.idle + 1))
        await self.connection.execute(update(attachment).where(~idle).values(idle=0))
        await self.connection.execute(delete(attachment).where(attachment.c.idle > KEPT_IDLE))

    async def _sealed_attachment(self, name: str) -> bytes | None:
        query = select(attachment.c.content).where(attachment.c.id == name)
        return (await self.connection.execute(query)).scalar()

    def _attached(self, name: str, sealed: bytes | None) -> bytes:
        return self.vault.open("attachment", sealed or b"", name.encode())

    async def _read(self, query: Select[str, bytes]) -> list[Ballot]:
        rows = await self.connection.execute(query)
        return [self._open(ballot_id, document) for ballot_id, document in rows]

    def _seal(self, ballot: Ballot) -> bytes:
        plain = BALLOT.dump_json(ballot)
        return self.vault.seal("ballot", plain, ballot.id.encode(), tier(len(plain)))

    def _open(self, ballot_id: str, document: bytes) -> Ballot:
        return BALLOT.validate_json(self.vault.open("ballot", document, ballot_id.encode()))

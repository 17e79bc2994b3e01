"""Remembers ballots as they were put and decided; what was said in them is the box's."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ballots.rules import Ballot, State
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

    async def _read(self, query: Select[str, bytes]) -> list[Ballot]:
        rows = await self.connection.execute(query)
        return [self._open(ballot_id, document) for ballot_id, document in rows]

    def _seal(self, ballot: Ballot) -> bytes:
        plain = BALLOT.dump_json(ballot)
        return self.vault.seal("ballot", plain, ballot.id.encode(), tier(len(plain)))

    def _open(self, ballot_id: str, document: bytes) -> Ballot:
        return BALLOT.validate_json(self.vault.open("ballot", document, ballot_id.encode()))

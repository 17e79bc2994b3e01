"""Remembers proposals: sealed, of one size, under a random name that tells no order; never commits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import proposal as proposals
from bot.database import rows
from bot.proposals.rules import Proposal
from bot.vault import Vault

DOCUMENT = 512
PROPOSAL = TypeAdapter(Proposal)


@dataclass(frozen=True)
class ProposalStore:
    """Reads and writes proposals within one transaction."""

    connection: AsyncConnection
    vault: Vault

    async def put(self, proposal: Proposal) -> None:
        """Writes a proposal, new or changed."""
        key = proposal.id.encode()
        document = self.vault.seal("proposal", PROPOSAL.dump_json(proposal), key, DOCUMENT)
        await rows.put(self.connection, proposals, proposal.id, document)

    async def hold(self, proposal_id: str) -> Proposal | None:
        """Gives a proposal, or None, and keeps other writers off it, so that it is decided once."""
        query = select(proposals.c.document).where(proposals.c.id == proposal_id).with_for_update()
        document = (await self.connection.execute(query)).scalar()
        return self._open(proposal_id, document) if document else None

    async def get(self, proposal_id: str) -> Proposal | None:
        """Gives a proposal, or None."""
        query = select(proposals.c.document).where(proposals.c.id == proposal_id)
        document = (await self.connection.execute(query)).scalar()
        return self._open(proposal_id, document) if document else None

    async def all(self) -> list[Proposal]:
        """Gives every proposal, in the order of their random names."""
        rows = await self.connection.execute(select(proposals.c.id, proposals.c.document).order_by(proposals.c.id))
        return [self._open(key, document) for key, document in rows]

    async def remove(self, proposal_id: str) -> None:
        """Deletes a proposal."""
        await self.connection.execute(delete(proposals).where(proposals.c.id == proposal_id))

    async def withdraw_of(self, person: str) -> None:
        """Deletes what somebody proposed and what is proposed about them: they lost the role, or left.

        A mass send on its way is no longer theirs, but its totals are still counted.
        """
        for proposal in await self.all():
            if person in (proposal.by, proposal.person) and proposal.kind != "send":
                await self.remove(proposal.id)

    async def carry_over(self, new: Vault, moved: Mapping[str, str]) -> None:
        """Writes every proposal anew under another vault; `moved` gives people's new keyed ids, by the old ones."""
        everything = await self.all()
        await self.connection.execute(delete(proposals))
        for old in everything:
            if old.by in moved and (not old.person or old.person in moved):
                known = replace(old, by=moved[old.by], person=moved.get(old.person, ""))
                await ProposalStore(self.connection, new).put(known)

    def _open(self, key: str, document: bytes) -> Proposal:
        return PROPOSAL.validate_json(self.vault.open("proposal", document, key.encode()))

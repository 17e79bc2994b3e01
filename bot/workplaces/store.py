"""Remembers employers that organizers added (public, in the clear) and names that wait (sealed); never commits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import name_proposal as waiting
from bot.database import workplace
from bot.members.store import upsert
from bot.vault import Vault
from bot.workplaces.catalogue import KINDS, Employer
from bot.workplaces.rules import NameProposal

DOCUMENT = 2048
NAME_PROPOSAL = TypeAdapter(NameProposal)


@dataclass(frozen=True)
class WorkplaceStore:
    """Reads and writes employers and proposed names within one transaction."""

    connection: AsyncConnection
    vault: Vault

    async def employers(self) -> list[Employer]:
        """Gives every employer that organizers added or changed, sorted by id."""
        rows = await self.connection.execute(select(workplace).order_by(workplace.c.id))
        return [
            Employer(
                row.id,
                row.name,
                tuple(row.countries.split()),
                KINDS[row.kind],
                tuple(row.aliases.splitlines()),
                row.retired == "yes",
            )
            for row in rows
        ]

    async def put_employer(self, employer: Employer, source: str | None = None) -> None:
        """Writes an employer, new or changed, with where it is known from; without `source` that stays as it was."""
        if source is None:
            query = select(workplace.c.source).where(workplace.c.id == employer.id)
            source = str(await self.connection.scalar(query) or "")
        await self.connection.execute(delete(workplace).where(workplace.c.id == employer.id))
        values = {
            "id": employer.id,
            "name": employer.name,
            "kind": employer.kind,
            "countries": " ".join(employer.countries),
            "aliases": "\n".join(employer.aliases),
            "retired": "yes" if employer.retired else "no",
            "source": source,
        }
        await self.connection.execute(workplace.insert().values(values))

    async def put(self, proposal: NameProposal) -> None:
        """Writes a proposed name, new or changed."""
        document = self.vault.seal("name_proposal", NAME_PROPOSAL.dump_json(proposal), proposal.id.encode(), DOCUMENT)
        await upsert(self.connection, waiting, "document", proposal.id, document)

    async def hold(self, proposal_id: str) -> NameProposal | None:
        """Gives a proposed name, or None, and keeps other writers off it, so that it is decided once."""
        query = select(waiting.c.document).where(waiting.c.id == proposal_id).with_for_update()
        document = (await self.connection.execute(query)).scalar()
        return self._open(proposal_id, document) if document else None

    async def get(self, proposal_id: str) -> NameProposal | None:
        """Gives a proposed name, or None."""
        query = select(waiting.c.document).where(waiting.c.id == proposal_id)
        document = (await self.connection.execute(query)).scalar()
        return self._open(proposal_id, document) if document else None

    async def all(self) -> list[NameProposal]:
        """Gives every proposed name, in the order of their random ids."""
        rows = await self.connection.execute(select(waiting.c.id, waiting.c.document).order_by(waiting.c.id))
        return [self._open(key, document) for key, document in rows]

    async def of(self, person: str) -> list[NameProposal]:
        """Gives the names that somebody proposed, by their keyed id."""
        return [one for one in await self.all() if one.by == person]

    async def remove(self, proposal_id: str) -> None:
        """Deletes a proposed name."""
        await self.connection.execute(delete(waiting).where(waiting.c.id == proposal_id))

    async def forget(self, person: str) -> None:
        """Deletes the names that somebody proposed, who left."""
        for one in await self.of(person):
            await self.remove(one.id)

    async def carry_over(self, new: Vault, moved: Mapping[str, str]) -> None:
        """Writes every proposed name under another vault; `moved` gives people's new keyed ids, by the old ones."""
        everything = await self.all()
        await self.connection.execute(delete(waiting))
        for old in everything:
            if old.by in moved:
                await WorkplaceStore(self.connection, new).put(replace(old, by=moved[old.by]))

    def _open(self, key: str, document: bytes) -> NameProposal:
        return NAME_PROPOSAL.validate_json(self.vault.open("name_proposal", document, key.encode()))

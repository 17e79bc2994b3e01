"""Remembers what organizers added to the lists (public, in the clear) and names that wait (sealed); never commits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import name_proposal as waiting
from bot.database import rows, workplace
from bot.vault import Vault
from bot.workplaces.catalogue import KINDS, Client, Employer, Listing, Task, key_of
from bot.workplaces.rules import NameProposal

DOCUMENT = 2048
KEY = 32  # characters of the column; longer is a task's key only, and the whole id stands beside it
NAME_PROPOSAL = TypeAdapter(NameProposal)


@dataclass(frozen=True)
class WorkplaceStore:
    """Reads and writes listed and proposed names within one transaction."""

    connection: AsyncConnection
    vault: Vault

    async def added(self) -> list[Listing]:
        """Gives every employer, end client and task family that organizers added or changed, sorted by key."""
        return [listing(row) for row in await self.connection.execute(select(workplace).order_by(workplace.c.id))]

    async def put_listing(self, one: Listing, source: str | None = None) -> None:
        """Writes one of them, new or changed, with where it is known from; without `source` that stays as it was."""
        key = key_of(one)[:KEY]
        if source is None:
            query = select(workplace.c.source).where(workplace.c.id == key)
            source = str(await self.connection.scalar(query) or "")
        await self.connection.execute(delete(workplace).where(workplace.c.id == key))
        values = {
            "id": key,
            "name": one.name,
            "kind": one.kind,
            "countries": " ".join(beside(one)),
            "aliases": "\n".join(one.aliases),
            "retired": "yes" if one.retired else "no",
            "source": source,
        }
        await self.connection.execute(workplace.insert().values(values))

    async def put(self, proposal: NameProposal) -> None:
        """Writes a proposed name, new or changed."""
        document = self.vault.seal("name_proposal", NAME_PROPOSAL.dump_json(proposal), proposal.id.encode(), DOCUMENT)
        await rows.put(self.connection, waiting, proposal.id, document)

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
        return NAME_PROPOSAL.validate_python(
            as_now(json.loads(self.vault.open("name_proposal", document, key.encode())))
        )


def listing(row: Row[Any]) -> Listing:
    """Gives what a row says."""
    more = (tuple(row.aliases.splitlines()), row.retired == "yes")
    if row.kind == "task":
        return Task(row.countries, row.name, *more)
    about = tuple(row.countries.split())
    if row.kind == "client":
        return Client(row.id.removeprefix("client:"), row.name, about, *more)
    return Employer(row.id, row.name, about, KINDS[row.kind], *more)


def beside(one: Listing) -> tuple[str, ...]:
    """Gives what stands in the column `countries`: an employer's, the vendors of a client, a task's whole id."""
    if isinstance(one, Task):
        return (one.id,)
    return one.vendors if isinstance(one, Client) else one.countries


def as_now(record: dict[str, Any]) -> dict[str, Any]:
    """Gives a written proposal as this version names its parts: a draft was always one of an employer before."""
    draft = record["draft"]
    if draft is None or "employer" not in draft:
        return record
    return record | {"draft": {"listed": draft["employer"], "source": draft["source"]}}

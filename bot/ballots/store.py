"""Remembers ballots as they were put and decided, documents and names under petitions; what was said is the box's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ballots.attachments import KEPT_IDLE, name_of
from bot.ballots.petitions import Signature
from bot.ballots.rules import Ballot, State
from bot.database import attachment, log, rows, signature
from bot.database import ballot as ballots
from bot.vault import Vault, tier

BALLOT = TypeAdapter(Ballot)
RECORD = 512
SIGNATURE = TypeAdapter(Signature)


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

    async def closed_since(self, moment: datetime) -> list[Ballot]:
        """Gives the ballots that closed after a moment, the one that closed first in front."""
        query = select(ballots.c.id, ballots.c.document).where(ballots.c.state == "closed")
        return await self._read(query.where(ballots.c.closes_at > moment).order_by(ballots.c.closes_at, ballots.c.id))

    async def forget(self, person: str) -> None:
        """Forgets that somebody wrote or read a ballot that is not open yet: they left."""
        for ballot in await self.having("draft", "opening"):
            read = tuple((locale, who) for locale, who in ballot.approvals if who != person)
            if ballot.by == person or read != ballot.approvals:
                await self.change(replace(ballot, by="" if ballot.by == person else ballot.by, approvals=read))

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

    async def log(self) -> list[bytes]:
        """Gives the hashes of all boards that were ever published, in their order."""
        return list((await self.connection.execute(select(log.c.leaf).order_by(log.c.position))).scalars())

    async def append(self, leaf: bytes) -> None:
        """Appends the hash of a board to the log; harmless when repeated."""
        if (await self.connection.execute(select(log.c.leaf).where(log.c.leaf == leaf))).first() is None:
            size = await self.connection.scalar(select(func.count()).select_from(log)) or 0
            await self.connection.execute(insert(log).values(position=size, leaf=leaf))

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


@dataclass(frozen=True)
class PetitionStore:
    """Reads and writes names under petitions within one transaction."""

    connection: AsyncConnection
    vault: Vault

    async def put(self, telegram_id: int, signed: Signature) -> None:
        """Writes somebody's name under a petition, new or changed."""
        pk = self._pk(telegram_id, signed.ballot)
        await rows.put(self.connection, signature, pk, self._seal(pk, signed))

    async def get(self, telegram_id: int, ballot_id: str) -> Signature | None:
        """Gives the name that somebody put under a petition, or None."""
        pk = self._pk(telegram_id, ballot_id)
        record = (await self.connection.execute(select(signature.c.record).where(signature.c.pk == pk))).scalar()
        return self._open(pk, record) if record else None

    async def all(self) -> list[Signature]:
        """Gives every name under every petition, in no order that means anything."""
        rows = await self.connection.execute(select(signature.c.pk, signature.c.record).order_by(signature.c.pk))
        return [self._open(pk, record) for pk, record in rows]

    async def remove(self, telegram_id: int, ballot_ids: Iterable[str]) -> None:
        """Takes somebody's name back from petitions."""
        keys = [self._pk(telegram_id, ballot_id) for ballot_id in ballot_ids]
        await self.connection.execute(delete(signature).where(signature.c.pk.in_(keys)))

    async def keep_only(self, ballot_ids: Iterable[str]) -> None:
        """Deletes every name under other petitions than these."""
        kept = frozenset(ballot_ids)
        for pk, record in list(await self.connection.execute(select(signature.c.pk, signature.c.record))):
            if self._open(pk, record).ballot not in kept:
                await self.connection.execute(delete(signature).where(signature.c.pk == pk))

    async def carry_over(self, new: Vault, people: Iterable[int]) -> None:
        """Moves names to another master key; those of people who are not members any more go."""
        moved, signed = PetitionStore(self.connection, new), {one.ballot for one in await self.all()}
        found = [(who, one) for who in people for key in signed if (one := await self.get(who, key))]
        await self.connection.execute(delete(signature))
        for who, one in found:
            await moved.put(who, one)

    def _pk(self, telegram_id: int, ballot_id: str) -> bytes:
        return self.vault.keyed("signature", str(telegram_id).encode(), ballot_id.encode())

    def _seal(self, pk: bytes, signed: Signature) -> bytes:
        return self.vault.seal("signature", SIGNATURE.dump_json(signed), pk, RECORD)

    def _open(self, pk: bytes, record: bytes) -> Signature:
        return SIGNATURE.validate_json(self.vault.open("signature", record, pk))

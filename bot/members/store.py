"""Remembers members, invites and facts of this installation: encrypted, padded, under keyed pseudonyms."""

import logging
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import database
from bot.database import rows
from bot.members.roles import in_role
from bot.members.rules import Census, Invite, Member
from bot.vault import Unreadable, Vault

RECORD = 1024
BLOB = 512
AT_ONCE = 500  # records in one question
PAGE = 1000
LOG = logging.getLogger("kauli.members")

MEMBER = TypeAdapter(Member)
INVITE = TypeAdapter(Invite)
CENSUS = TypeAdapter(Census)
COUNTED = "census"  # where the member count that is shown is kept


@dataclass(frozen=True)
class MemberStore:
    """Reads and writes members within one transaction."""

    connection: AsyncConnection
    vault: Vault

    async def get(self, telegram_id: int) -> Member | None:
        """Gives a person's record, or None."""
        return await self._read(telegram_id, lock=False)

    async def hold(self, telegram_id: int) -> Member | None:
        """Gives a person's record like `get`, and keeps other writers off it until the turn commits."""
        return await self._read(telegram_id, lock=True)

    async def hold_by_id(self, keyed_id: str) -> Member | None:
        """Gives the record under a keyed id like `hold`; None when it is gone."""
        return await self._of(bytes.fromhex(keyed_id), lock=True)

    async def put(self, member: Member) -> None:
        """Writes a person's record, new or changed."""
        pk = self.vault.lookup(member.telegram_id)
        record = self.vault.seal("member", packed(member), pk, RECORD)
        await rows.put(self.connection, database.member, pk, record)

    async def remove(self, telegram_id: int) -> None:
        """Deletes a person's record."""
        pk = self.vault.lookup(telegram_id)
        await self.connection.execute(delete(database.member).where(database.member.c.pk == pk))

    async def all(self) -> list[Member]:
        """Gives everybody, in no order that means anything; rows that do not open raise."""
        rows = await self.connection.execute(select(database.member.c.pk, database.member.c.record))
        return [self._open(pk, record) for pk, record in rows]

    async def several(self, people: Collection[int]) -> dict[int, Member]:
        """Gives the records of several people, in few questions; who has none that opens is left out."""
        keys = [self.vault.lookup(person) for person in people]
        found: list[Member] = []
        for at in range(0, len(keys), AT_ONCE):
            query = select(database.member.c.pk, database.member.c.record)
            rows = await self.connection.execute(query.where(database.member.c.pk.in_(keys[at : at + AT_ONCE])))
            found += [member for pk, record in rows if (member := self._opened(pk, record))]
        return {member.telegram_id: member for member in found}

    def _opened(self, pk: bytes, record: bytes) -> Member | None:
        try:
            return self._open(pk, record)
        except Unreadable as error:
            LOG.error("a record does not open and is left out", exc_info=error)
            return None

    async def page(self, after: bytes) -> tuple[list[Member], bytes]:
        """Gives a thousand records at most behind a pseudonym, and the last one's; b"" begins, and says the end."""
        query = select(database.member.c.pk, database.member.c.record).where(database.member.c.pk > after)
        rows = (await self.connection.execute(query.order_by(database.member.c.pk).limit(PAGE))).all()
        return [self._open(pk, record) for pk, record in rows], rows[-1][0] if len(rows) == PAGE else b""

    async def organizers(self, today: date) -> list[Member]:
        """Gives everybody who is an organizer or administrator today, by the words they are known by."""
        return sorted((m for m in await self.all() if in_role(m, today)), key=lambda member: member.alias)

    def keyed_id(self, member: Member) -> str:
        """Gives the keyed id under which somebody stands in proposals: the pseudonym of their record."""
        return self.vault.lookup(member.telegram_id).hex()

    async def carry_over(self, new: Vault) -> None:
        """Writes every record anew under another vault's keys and pseudonyms."""
        people = await self.all()
        await self.connection.execute(delete(database.member))
        for member in people:
            await MemberStore(self.connection, new).put(member)

    async def _read(self, telegram_id: int, *, lock: bool) -> Member | None:
        return await self._of(self.vault.lookup(telegram_id), lock=lock)

    async def _of(self, pk: bytes, *, lock: bool) -> Member | None:
        record = await rows.get(self.connection, database.member, pk, lock=lock)
        return self._open(pk, record) if record else None

    def _open(self, pk: bytes, record: bytes) -> Member:
        return MEMBER.validate_json(self.vault.open("member", record, pk))


@dataclass(frozen=True)
class InviteStore:
    """Reads and writes invites; only a keyed hash of their codes is kept."""

    connection: AsyncConnection
    vault: Vault

    async def add(self, code: str, invite: Invite) -> None:
        """Writes an invite, new or changed."""
        pk = self._pk(code)
        blob = self.vault.seal("invite", INVITE.dump_json(invite), pk, BLOB)
        await rows.put(self.connection, database.invite, pk, blob)

    async def get(self, code: str) -> Invite | None:
        """Gives the invite with this code, or None."""
        pk = self._pk(code)
        query = select(database.invite.c.blob).where(database.invite.c.pk == pk).with_for_update()
        blob = (await self.connection.execute(query)).scalar()
        return INVITE.validate_json(self.vault.open("invite", blob, pk)) if blob else None

    async def withdraw(self, purpose: str) -> None:
        """Deletes every invite of a purpose: a new one replaces the old ones, so links rotate."""
        for pk, blob in await self.connection.execute(select(database.invite.c.pk, database.invite.c.blob)):
            if INVITE.validate_json(self.vault.open("invite", blob, pk)).purpose == purpose:
                await self.connection.execute(delete(database.invite).where(database.invite.c.pk == pk))

    async def sweep(self, today: date) -> None:
        """Deletes invites that are used up, or were over before today."""
        for pk, blob in list(await self.connection.execute(select(database.invite.c.pk, database.invite.c.blob))):
            invite = INVITE.validate_json(self.vault.open("invite", blob, pk))
            if invite.left < 1 or invite.ends.date() < today:
                await self.connection.execute(delete(database.invite).where(database.invite.c.pk == pk))

    async def clear(self) -> None:
        """Deletes every invite: only hashes of their codes are kept, which no other key can make anew."""
        await self.connection.execute(delete(database.invite))

    def _pk(self, code: str) -> bytes:
        return self.vault.keyed("invite", code.encode())


@dataclass(frozen=True)
class InstanceStore:
    """Reads and writes the few facts of this installation, such as the hash of the claim code."""

    connection: AsyncConnection
    vault: Vault

    async def get(self, name: str) -> str | None:
        """Gives a fact, or None."""
        query = select(database.instance.c.blob).where(database.instance.c.name == name)
        blob = (await self.connection.execute(query)).scalar()
        return self.vault.open("instance", blob, name.encode()).decode() if blob else None

    async def put(self, name: str, value: str) -> None:
        """Writes a fact, new or changed."""
        blob = self.vault.seal("instance", value.encode(), name.encode(), BLOB)
        await rows.put(self.connection, database.instance, name, blob)

    async def census(self) -> Census | None:
        """Gives the member count that is shown, or None before the first."""
        said = await self.get(COUNTED)
        return CENSUS.validate_json(said) if said else None

    async def put_census(self, census: Census) -> None:
        """Writes the member count that is shown."""
        await self.put(COUNTED, CENSUS.dump_json(census).decode())

    async def fit(self) -> bool:
        """Says whether the facts open under this vault's key; where there are none, any key fits."""
        try:
            for name, blob in await self.connection.execute(select(database.instance.c.name, database.instance.c.blob)):
                self.vault.open("instance", blob, name.encode())
        except Unreadable:
            return False
        return True

    async def carry_over(self, new: Vault) -> None:
        """Writes every fact anew under another vault's key."""
        await carry_over(self.connection, database.instance, "blob", (self.vault, new, "instance"))

    async def remove(self, name: str) -> None:
        """Deletes a fact."""
        await self.connection.execute(delete(database.instance).where(database.instance.c.name == name))


def packed(member: Member) -> bytes:
    """Gives a record as it is kept, without what older versions alone wrote: the fullest one barely fits."""
    return MEMBER.dump_json(member, exclude={"wish": {"weekday"}})


async def carry_over(connection: AsyncConnection, table: Table, column: str, by: tuple[Vault, Vault, str]) -> None:
    """Seals a table's values anew, whose rows are bound to a name that is no pseudonym; `by`: from, to, purpose."""
    old, new, purpose = by
    primary = next(iter(table.primary_key.columns))
    for name, sealed in list(await connection.execute(select(primary, table.c[column]))):
        value = old.carried(new, purpose, sealed, name.encode())
        await connection.execute(update(table).where(primary == name).values({column: value}))


def new_code() -> str:
    """Makes the secret of an invite link: 96 bits, in the letters a deep link may hold."""
    return secrets.token_urlsafe(12)

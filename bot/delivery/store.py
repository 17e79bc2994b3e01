"""Remembers the outbox: a row per person, encrypted and of one size, deleted at its final state; never commits.

What stays is, per edition, the totals and a keyed set against repeats, until the edition ends.
"""

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import delivered, edition, outbox
from bot.delivery.rules import AT_ONCE, Lane, Notice
from bot.vault import Unreadable, Vault

LOG = logging.getLogger("kauli.outbox")
PAYLOAD = 1024
TOTALS = 512
LANES: tuple[Lane, ...] = ("notice", "ballot", "digest")
CHUNK = 500
Outcome = Literal["sent", "unreachable", "failed", "cancelled"]


@dataclass(frozen=True)
class Claimed:
    """A notice that this process is sending, with its row."""

    id: bytes
    notice: Notice


@dataclass(frozen=True)
class OutboxStore:
    """Reads and writes the outbox within one transaction."""

    connection: AsyncConnection
    vault: Vault

    async def add(self, notices: Iterable[Notice]) -> None:
        """Writes notices, each person once per edition: who has it waiting or delivered already is left out."""
        by_edition: defaultdict[bytes, dict[bytes, Notice]] = defaultdict(dict)
        for notice in notices:
            by_edition[self._edition(notice.edition)][self._id(notice)] = notice
        for key, wanted in by_edition.items():
            known = await self._known(key)
            rows = [self._row(key, row_id, notice) for row_id, notice in wanted.items() if row_id not in known]
            for at in range(0, len(rows), CHUNK):
                await self.connection.execute(insert(outbox), rows[at : at + CHUNK])

    async def claim(self, now: datetime, lease: timedelta, limit: int) -> list[Claimed]:
        """Takes what is due for a while, answers before ballots before digests, the longest due first."""
        free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now)
        query = select(outbox.c.id, outbox.c.edition, outbox.c.payload).where(outbox.c.due_at <= now, free)
        query = query.order_by(outbox.c.lane, outbox.c.due_at).limit(limit).with_for_update(skip_locked=True)
        rows = list(await self.connection.execute(query))
        if rows:
            await self._set(outbox.c.id.in_([row.id for row in rows]), lease_until=now + lease)
        return [claimed for row in rows if (claimed := await self._read(row.id, row.edition, row.payload))]

    async def finish(self, claimed: Claimed, outcome: Outcome, reason: str = "") -> None:
        """Deletes a row at its final state, counting it; an edition remembers that this person is done with."""
        done = await self.connection.execute(delete(outbox).where(outbox.c.id == claimed.id))
        if done.rowcount == 0 or claimed.notice.lane == "notice":
            return
        key = self._edition(claimed.notice.edition)
        await self.connection.execute(insert(delivered).values(edition=key, id=claimed.id))
        await self._count(key, {f"{outcome}:{reason}" if reason else outcome: 1})

    async def put_back(self, claimed: Claimed, due: datetime) -> None:
        """Lets a row wait until `due`; it is not counted as a failure."""
        await self._set(outbox.c.id == claimed.id, lease_until=None, due_at=due)

    async def cancel(self, name: str) -> int:
        """Deletes what waits of an edition and gives how many that were."""
        key = self._edition(name)
        gone = (await self.connection.execute(delete(outbox).where(outbox.c.edition == key))).rowcount
        if gone:
            await self._count(key, {"cancelled": gone})
        return gone

    async def hasten(self, name: str) -> None:
        """Lets what waits of an edition go at once."""
        await self._set(outbox.c.edition == self._edition(name), due_at=AT_ONCE)

    async def of(self, name: str) -> list[Claimed]:
        """Gives what waits of an edition."""
        query = select(outbox.c.id, outbox.c.payload).where(outbox.c.edition == self._edition(name))
        rows = await self.connection.execute(query)
        return [Claimed(row.id, self._open(row.id, row.payload)) for row in rows]

    async def waiting(self, name: str) -> int:
        """Counts what waits of an edition."""
        query = select(func.count()).select_from(outbox).where(outbox.c.edition == self._edition(name))
        return int(await self.connection.scalar(query) or 0)

    async def waiting_for(self, telegram_id: int) -> int:
        """Counts what waits to be sent to one person; rows name nobody, so each is opened."""
        rows = await self.connection.execute(select(outbox.c.id, outbox.c.payload))
        return sum(self._open(row.id, row.payload).telegram_id == telegram_id for row in rows)

    async def totals(self, name: str) -> Counter[str]:
        """Gives an edition's totals by state and reason."""
        return await self._totals(self._edition(name))

    async def dealt_with(self, name: str, people: Iterable[int]) -> frozenset[int]:
        """Gives those of these people for whom a letter of an edition reached its end: sent, or not to be delivered."""
        key = self._edition(name)
        done = set((await self.connection.execute(select(delivered.c.id).where(delivered.c.edition == key))).scalars())
        return frozenset(person for person in people if self._id_in(key, person) in done)

    async def end(self, name: str) -> None:
        """Ends an edition: its keyed set against repeats and its totals go."""
        key = self._edition(name)
        await self.connection.execute(delete(delivered).where(delivered.c.edition == key))
        await self.connection.execute(delete(edition).where(edition.c.id == key))

    async def forget(self, telegram_id: int) -> None:
        """Deletes everything that waits for one person, and that anything was ever sent to them."""
        editions = await self.connection.execute(select(outbox.c.edition).union(select(delivered.c.edition)))
        own = [self._id_in(key, telegram_id) for key in editions.scalars()]
        for at in range(0, len(own), CHUNK):
            await self.connection.execute(delete(outbox).where(outbox.c.id.in_(own[at : at + CHUNK])))
            await self.connection.execute(delete(delivered).where(delivered.c.id.in_(own[at : at + CHUNK])))

    async def carry_over(self, new: Vault, people: Sequence[int], names: Iterable[str]) -> None:
        """Writes what waits, and the sets against repeats of the named editions, anew under another vault's keys."""
        other = OutboxStore(self.connection, new)
        rows = await self._taken()
        carried = {*names, *(notice.edition for notice, _ in rows)}
        for name in carried:
            await self._carry_edition(other, name, people)
        await self._end_all_but([other._edition(name) for name in carried])
        for notice, due in rows:
            row = other._row(other._edition(notice.edition), other._id(notice), notice)
            await self.connection.execute(insert(outbox).values({**row, "due_at": due}))

    async def _taken(self) -> list[tuple[Notice, datetime]]:
        """Takes everything that waits out of the table, with the moments it is due."""
        rows = list(await self.connection.execute(select(outbox.c.id, outbox.c.due_at, outbox.c.payload)))
        await self.connection.execute(delete(outbox))
        return [(self._open(row.id, row.payload), row.due_at) for row in rows]

    async def _end_all_but(self, keys: Sequence[bytes]) -> None:
        """Ends editions whose names nobody knows any more: under a new key they could never be ended."""
        await self.connection.execute(delete(delivered).where(delivered.c.edition.not_in(keys)))
        await self.connection.execute(delete(edition).where(edition.c.id.not_in(keys)))

    async def _carry_edition(self, other: "OutboxStore", name: str, people: Sequence[int]) -> None:
        old, new = self._edition(name), other._edition(name)
        totals, known = await self._totals(old), await self._known(old)
        await self.end(name)
        if totals:
            await other._count(new, totals)
        done = [person for person in people if self._id_in(old, person) in known]
        for at in range(0, len(done), CHUNK):
            chunk = [{"edition": new, "id": other._id_in(new, person)} for person in done[at : at + CHUNK]]
            await self.connection.execute(insert(delivered), chunk)

    async def _read(self, row_id: bytes, key: bytes, payload: bytes) -> Claimed | None:
        """Reads a claimed row; one that does not open is counted as failed and goes, else it would hold up the rest."""
        try:
            return Claimed(row_id, self._open(row_id, payload))
        except Unreadable as error:
            LOG.error("a letter does not open and is dropped", exc_info=error)
            await self.connection.execute(delete(outbox).where(outbox.c.id == row_id))
            await self._count(key, {"failed:unreadable": 1})
            return None

    async def _known(self, key: bytes) -> set[bytes]:
        waiting = await self.connection.execute(select(outbox.c.id).where(outbox.c.edition == key))
        done = await self.connection.execute(select(delivered.c.id).where(delivered.c.edition == key))
        return {*waiting.scalars(), *done.scalars()}

    async def _set(self, where: ColumnElement[bool], **values: datetime | None) -> None:
        await self.connection.execute(update(outbox).where(where).values(**values))

    async def _totals(self, key: bytes) -> Counter[str]:
        blob = await self.connection.scalar(select(edition.c.totals).where(edition.c.id == key).with_for_update())
        return Counter(json.loads(self.vault.open("edition", blob, key))) if blob else Counter()

    async def _count(self, key: bytes, more: dict[str, int]) -> None:
        totals = await self._totals(key)
        blob = self.vault.seal("edition", json.dumps(totals + Counter(more)).encode(), key, TOTALS)
        if totals:
            await self.connection.execute(update(edition).where(edition.c.id == key).values(totals=blob))
        else:
            await self.connection.execute(insert(edition).values(id=key, totals=blob))

    def _row(self, key: bytes, row_id: bytes, notice: Notice) -> dict[str, object]:
        plain = json.dumps(asdict(replace(notice, values=dict(notice.values))), default=datetime.isoformat).encode()
        payload = self.vault.seal("outbox", plain, row_id, PAYLOAD)
        lane = LANES.index(notice.lane)
        return {"id": row_id, "edition": key, "lane": lane, "due_at": notice.due, "payload": payload}

    def _open(self, row_id: bytes, payload: bytes) -> Notice:
        fields = json.loads(self.vault.open("outbox", payload, row_id))
        return Notice(**{**fields, "due": datetime.fromisoformat(fields["due"])})

    def _id(self, notice: Notice) -> bytes:
        return self._id_in(self._edition(notice.edition), notice.telegram_id)

    def _id_in(self, key: bytes, telegram_id: int) -> bytes:
        return self.vault.keyed("outbox", key, str(telegram_id).encode())

    def _edition(self, name: str) -> bytes:
        return self.vault.keyed("edition", name.encode())

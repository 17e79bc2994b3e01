"""Remembers the outbox: a row per person, encrypted and of one size, deleted at its final state; never commits.

What stays is, per edition, the totals and a keyed set against repeats, until the edition ends.
"""

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
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
class Finished:
    """What became of a claimed row, for good."""

    claimed: Claimed
    outcome: Outcome
    reason: str = ""

    @property
    def name(self) -> str:
        """Gives the name under which it is counted."""
        return f"{self.outcome}:{self.reason}" if self.reason else self.outcome


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
            ids = list(wanted)
            for at in range(0, len(ids), CHUNK):
                await self._add(key, {row_id: wanted[row_id] for row_id in ids[at : at + CHUNK]})

    async def _add(self, key: bytes, wanted: Mapping[bytes, Notice]) -> None:
        known = await self._known(key, list(wanted))
        rows = [self._row(key, row_id, notice) for row_id, notice in wanted.items() if row_id not in known]
        if rows:
            await self.connection.execute(insert(outbox), rows)

    async def claim(
        self, now: datetime, lease: timedelta, limit: int, held: Collection[bytes] = (), first: int = 0
    ) -> list[Claimed]:
        """Takes what is due for a while: notices before ballots before digests, editions of a lane by turns.

        `held` is what this process has in hand already, whatever its clock did; `first` says whose turn is first.
        """
        taken: list[Any] = []
        for lane in range(len(LANES)):
            if len(taken) < limit:
                taken += await self._due(lane, now, limit - len(taken), (held, first))
        for at in range(0, len(taken), CHUNK):
            ids = [row.id for row in taken[at : at + CHUNK]]
            await self._set(outbox.c.id.in_(ids), lease_until=now + lease)
        return [claimed for row in taken if (claimed := await self._read(row.id, row.edition, row.payload))]

    async def _due(self, lane: int, now: datetime, limit: int, in_hand: tuple[Collection[bytes], int]) -> list[Any]:
        """Finds up to `limit` due rows of a lane: the same share of each edition, what one leaves goes to the next."""
        held, first = in_hand
        editions = await self._moving(lane)
        left = editions[first % len(editions) :] + editions[: first % len(editions)] if editions else []
        found: list[Any] = []
        taken: Counter[bytes] = Counter()
        while left and len(found) < limit:
            share = -(-(limit - len(found)) // len(left))
            again = []
            for key in left:
                wanted = min(share, limit - len(found))
                rows = await self._due_of((lane, key), now, (taken[key], wanted), held) if wanted else []
                found += rows
                taken[key] += len(rows)
                again += [key] if rows and len(rows) == wanted else []
            left = again
        return found

    async def _due_of(
        self, place: tuple[int, bytes], now: datetime, part: tuple[int, int], held: Collection[bytes]
    ) -> list[Any]:
        """Finds due rows of one edition, the longest due first, those of one moment in the order of their keyed ids."""
        (lane, key), (skipped, wanted) = place, part
        free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now)
        query = select(outbox.c.id, outbox.c.edition, outbox.c.payload)
        query = query.where(outbox.c.lane == lane, outbox.c.edition == key, outbox.c.due_at <= now, free)
        query = query.order_by(outbox.c.due_at, outbox.c.id).with_for_update(skip_locked=True)
        rows = list(await self.connection.execute(query.offset(skipped).limit(wanted)))
        if any(row.id in held for row in rows):  # their lease is over although they are in hand: the clock was moved
            rest = query.where(outbox.c.id.not_in(list(held)))
            rows = list(await self.connection.execute(rest.offset(skipped).limit(wanted)))
        return rows

    async def _moving(self, lane: int) -> list[bytes]:
        """Lists the editions of a lane that wait and are not paused, by one look into the index for each."""
        first = (
            select(func.min(outbox.c.edition).label("key")).where(outbox.c.lane == lane).cte("found", recursive=True)
        )
        after = select(func.min(outbox.c.edition)).where(outbox.c.lane == lane, outbox.c.edition > first.c.key)
        found = first.union_all(select(after.scalar_subquery()).where(first.c.key.is_not(None)))
        paused = select(edition.c.id).where(edition.c.paused == 1)
        query = select(found.c.key).where(found.c.key.is_not(None), found.c.key.not_in(paused))
        return list((await self.connection.execute(query)).scalars())

    async def finish(self, claimed: Claimed, outcome: Outcome, reason: str = "") -> None:
        """Deletes a row at its final state, counting it; an edition remembers that this person is done with."""
        await self.finish_all([Finished(claimed, outcome, reason)])

    async def finish_all(self, finished: Sequence[Finished]) -> None:
        """Deletes rows at their final state like `finish`, many in a few statements; rows gone meanwhile do not count.

        A notice counts nowhere: its edition is one person, and totals of one person would be a record of them.
        """
        gone = await self._deleted(finished)
        done = [one for one in finished if one.claimed.id in gone]
        totals: defaultdict[bytes, Counter[str]] = defaultdict(Counter)
        rows = []
        for one in done:
            if one.claimed.notice.lane != "notice":
                key = self._edition(one.claimed.notice.edition)
                rows.append({"edition": key, "id": one.claimed.id})
                totals[key][one.name] += 1
        for at in range(0, len(rows), CHUNK):
            await self.connection.execute(insert(delivered), rows[at : at + CHUNK])
        for key, more in totals.items():
            await self._count(key, more)

    async def _deleted(self, finished: Sequence[Finished]) -> set[bytes]:
        gone: set[bytes] = set()
        for at in range(0, len(finished), CHUNK):
            ids = [one.claimed.id for one in finished[at : at + CHUNK]]
            asked = delete(outbox).where(outbox.c.id.in_(ids)).returning(outbox.c.id)
            gone.update((await self.connection.execute(asked)).scalars())
        return gone

    async def put_back(self, claimed: Claimed, due: datetime) -> None:
        """Lets a row wait until `due`; it is not counted as a failure."""
        await self._set(outbox.c.id == claimed.id, lease_until=None, due_at=due)

    async def release(self, ids: Sequence[bytes]) -> None:
        """Ends the lease of rows that were claimed and not begun."""
        for at in range(0, len(ids), CHUNK):
            await self._set(outbox.c.id.in_(ids[at : at + CHUNK]), lease_until=None)

    async def still_wanted(self, ids: Sequence[bytes]) -> frozenset[bytes]:
        """Gives those of these rows that still wait: neither cancelled nor paused since they were claimed."""
        paused = select(edition.c.id).where(edition.c.paused == 1)
        query = select(outbox.c.id).where(outbox.c.id.in_(ids), outbox.c.edition.not_in(paused))
        return frozenset((await self.connection.execute(query)).scalars())

    async def pause(self, name: str) -> None:
        """Lets an edition wait from now on; what is in hand already still goes."""
        await self._pause(self._edition(name), paused=True)

    async def resume(self, name: str) -> None:
        """Lets a paused edition go on."""
        await self._pause(self._edition(name), paused=False)

    async def is_paused(self, name: str) -> bool:
        """Says whether an edition is paused."""
        query = select(edition.c.paused).where(edition.c.id == self._edition(name))
        return bool(await self.connection.scalar(query))

    async def _pause(self, key: bytes, *, paused: bool) -> None:
        await self._count(key, {})
        await self.connection.execute(update(edition).where(edition.c.id == key).values(paused=int(paused)))

    async def cancel(self, name: str) -> int:
        """Deletes what waits of an edition and gives how many that were."""
        key = self._edition(name)
        gone = (await self.connection.execute(delete(outbox).where(of_edition(key)))).rowcount
        if gone:
            await self._count(key, {"cancelled": gone})
        return gone

    async def hasten(self, name: str) -> None:
        """Lets what waits of an edition go at once."""
        await self._set(of_edition(self._edition(name)), due_at=AT_ONCE)

    async def of(self, name: str) -> list[Claimed]:
        """Gives what waits of an edition."""
        query = select(outbox.c.id, outbox.c.payload).where(of_edition(self._edition(name)))
        rows = await self.connection.execute(query)
        return [Claimed(row.id, self._open(row.id, row.payload)) for row in rows]

    async def waiting(self, name: str) -> int:
        """Counts what waits of an edition."""
        query = select(func.count()).select_from(outbox).where(of_edition(self._edition(name)))
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
        totals, done, paused = await self.totals(name), await self.dealt_with(name, people), await self.is_paused(name)
        await self.end(name)
        new = other._edition(name)
        if totals or paused:
            await other._count(new, totals)
            await other._pause(new, paused=paused)
        rows = [{"edition": new, "id": other._id_in(new, person)} for person in done]
        for at in range(0, len(rows), CHUNK):
            await self.connection.execute(insert(delivered), rows[at : at + CHUNK])

    async def _read(self, row_id: bytes, key: bytes, payload: bytes) -> Claimed | None:
        """Reads a claimed row; one that does not open is counted as failed and goes, else it would hold up the rest."""
        try:
            return Claimed(row_id, self._open(row_id, payload))
        except Unreadable as error:
            LOG.error("a letter does not open and is dropped", exc_info=error)
            await self.connection.execute(delete(outbox).where(outbox.c.id == row_id))
            await self._count(key, {"failed:unreadable": 1})
            return None

    async def _known(self, key: bytes, ids: Sequence[bytes]) -> set[bytes]:
        """Gives those of these rows that wait already or were dealt with: looked up one by one, whatever the size."""
        waiting = await self.connection.execute(select(outbox.c.id).where(outbox.c.id.in_(ids)))
        query = select(delivered.c.id).where(delivered.c.edition == key, delivered.c.id.in_(ids))
        return {*waiting.scalars(), *(await self.connection.execute(query)).scalars()}

    async def _set(self, where: ColumnElement[bool], **values: datetime | None) -> None:
        await self.connection.execute(update(outbox).where(where).values(**values))

    async def _totals(self, key: bytes, *, lock: bool = False) -> Counter[str]:
        query = select(edition.c.totals).where(edition.c.id == key)
        blob = await self.connection.scalar(query.with_for_update() if lock else query)
        return Counter(json.loads(self.vault.open("edition", blob, key))) if blob else Counter()

    async def _count(self, key: bytes, more: Mapping[str, int]) -> None:
        totals = await self._totals(key, lock=True) + Counter(more)
        blob = self.vault.seal("edition", json.dumps(totals).encode(), key, TOTALS)
        done = await self.connection.execute(update(edition).where(edition.c.id == key).values(totals=blob))
        if done.rowcount == 0:
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


def of_edition(key: bytes) -> ColumnElement[bool]:
    """Says which rows wait of an edition, in the words of the index, which asks for the lane first."""
    return and_(outbox.c.lane.in_(range(len(LANES))), outbox.c.edition == key)

"""Sends what stands in the outbox, at the platform's pace, through every crash.

Rows are claimed with a lease and written in batches, one batch ahead of the one that goes out; each letter waits for
its chat and for the lane, and what became of it is written together with what became of its neighbours.

A kill at any moment loses nothing: a row whose outcome was not written is claimed again when its lease is over. What
a kill may double is what was posted and not yet written, at most `window` letters; what was only claimed was never
posted. Without a kill a letter may come twice where Telegram took it and its answer never came: that nobody can know.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeAlias, TypeVar

from bot.database import STORAGE_FAILURES
from bot.delivery.pace import Pace
from bot.delivery.rules import Blocked, Notice, NotSent, NotYet, Refused, RetryLater, Unknown
from bot.delivery.store import Claimed, Finished, Outcome
from bot.members.rules import unreachable
from bot.turn import Office, Stores
from bot.vault import Unreadable

LOG = logging.getLogger("kauli.delivery")
LEASE = timedelta(minutes=2)
LEAST_IN_HAND = 30  # letters posted whose outcome is not written yet; more at a rate that needs more
IN_HAND = 0.5  # seconds of the rate that may be in hand: a slow answer of Telegram's and a commit
BATCH_MOST = 500
GATHERED = 0.2  # seconds in which outcomes are gathered for one commit
LONGEST_WAIT = 2.0  # seconds a send in hand waits for its chat; a longer pause puts its row back
OVERDUE = LEASE.total_seconds() / 2  # seconds after the claim from which a letter is not begun any more
IDLE = 5.0  # seconds between two looks when nobody wakes us, and until a database that failed is tried again
LATER = timedelta(seconds=10)  # a send that never left, or whose outcome is unknown, is tried again after this
TRIES = 8  # of one letter whose outcome stays unknown, with doubling pauses: an outage of 20 minutes costs no letter
L = TypeVar("L")
Written: TypeAlias = L | Exception | None  # a letter, none any more, or why it could not be written


@dataclass(frozen=True)
class Job(Generic[L]):
    """A claimed row with its letter, and the moment (monotonic) from which it is too late to begin it."""

    claimed: Claimed
    letter: Written[L]
    until: float


@dataclass(frozen=True)
class Result:
    """What became of one claimed row; `later` puts it back."""

    claimed: Claimed
    outcome: Outcome = "sent"
    reason: str = ""
    later: timedelta | None = None


class Sender(Generic[L]):
    """The one sender of an installation. `write` renders notices or drops them; `post` sends a letter."""

    def __init__(
        self,
        office: Office,
        write: Callable[[Sequence[Notice]], Awaitable[Sequence[Written[L]]]],
        post: Callable[[int, L], Awaitable[None]],
        rate: float,
    ) -> None:
        self.office, self._write, self._post = office, write, post
        self.pace = Pace(rate)
        self.batch = min(BATCH_MOST, max(LEAST_IN_HAND, int(rate)))
        self.window = max(LEAST_IN_HAND, int(rate * IN_HAND))
        self._room, self._lane = asyncio.Semaphore(self.window), asyncio.Lock()
        self._woken, self._news, self._stopping = asyncio.Event(), asyncio.Event(), False
        self._held: set[bytes] = set()  # rows claimed and not written: whatever the clock does, not to be claimed again
        self._unsure: Counter[bytes] = Counter()
        self.tally: Counter[str] = Counter()  # of mass sends since the start, for bot.monitoring
        self._results: list[Result] = []
        self._turn = 0

    async def run(self) -> None:
        """Sends until stopped; a failing database is waited for."""
        while not self._stopping:
            self._woken.clear()
            try:
                await self.drain()
            except Exception as error:
                LOG.error("sending failed and is repeated", exc_info=error)
            if not self._stopping:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), IDLE)

    def wake(self) -> None:
        """Looks for due rows now."""
        self._woken.set()

    async def stop(self) -> None:
        """Lets what is in hand finish and ends; what is not sent waits in the outbox."""
        self._stopping = True
        self.wake()

    async def drain(self) -> None:
        """Sends everything that is due now, and writes what became of it."""
        sending: set[asyncio.Task[None]] = set()
        keeper = asyncio.create_task(self._keep(sending))
        ahead = asyncio.create_task(self._claim())
        try:
            while (jobs := await ahead) and not self._stopping:
                ahead = asyncio.create_task(self._claim())
                await self._begin_all(jobs, sending)
            await self._settled(sending)
            await self._release(list(self._held))
        finally:
            self._room = asyncio.Semaphore(self.window)
            await end([keeper, ahead, *sending])
            self._held.clear()
            self._results.clear()

    async def _claim(self) -> list[Job[L]]:
        """Claims a batch and writes its letters."""
        until = time.monotonic() + OVERDUE
        now = await self.office.clock.now()
        async with self.office.writing() as stores:
            claimed = await stores.outbox.claim(now, LEASE, self.batch, self._held, self._turn)
        self._turn += 1
        self._held.update(one.id for one in claimed)
        letters = await self._write([one.notice for one in claimed]) if claimed else ()
        return [Job(one, letter, until) for one, letter in zip(claimed, letters, strict=True)]

    async def _begin_all(self, jobs: Sequence[Job[L]], sending: "set[asyncio.Task[None]]") -> None:
        """Begins to send a batch, as many at once as there is room; what was cancelled or paused meanwhile is left."""
        ids = [job.claimed.id for job in jobs]
        async with self.office.reading() as stores:
            wanted = await stores.outbox.still_wanted(ids)
        await self._release([one for one in ids if one not in wanted])
        for job in jobs:
            if job.claimed.id in wanted and not self._stopping:
                await self._room.acquire()
                task = asyncio.create_task(self._send(job))
                sending.add(task)
                task.add_done_callback(sending.discard)

    async def _send(self, job: Job[L]) -> None:
        self._results.append(await self._sent(job))
        self._news.set()

    async def _sent(self, job: Job[L]) -> Result:
        letter = job.letter
        if letter is None:
            return Result(job.claimed, "cancelled")
        if isinstance(letter, NotYet):
            return Result(job.claimed, later=await self._until(letter))
        if isinstance(letter, STORAGE_FAILURES):
            return Result(job.claimed, later=LATER)
        if isinstance(letter, Exception):  # one broken letter must not hold up the others
            LOG.error("a letter could not be written", exc_info=letter)
            return Result(job.claimed, "failed", "error")
        try:
            return await self._post_in_turn(job, letter)
        except Exception as error:
            LOG.error("a letter could not be sent", exc_info=error)
            return Result(job.claimed, "failed", "error")

    async def _until(self, wait: NotYet) -> timedelta:
        return wait.until - await self.office.clock.now() if wait.until else LATER

    async def _post_in_turn(self, job: Job[L], letter: L) -> Result:
        """Sends one letter when its chat and the lane have room; a long wait puts it back."""
        person, now = job.claimed.notice.telegram_id, time.monotonic()
        wait = self.pace.chat_slot(person, now, LONGEST_WAIT) - now
        if wait > LONGEST_WAIT:
            return Result(job.claimed, later=timedelta(seconds=wait))
        if wait > 0:
            await asyncio.sleep(wait)
        if not await self._slot(job.until):
            return Result(job.claimed, later=timedelta())
        try:
            await self._post(person, letter)
        except (Blocked, RetryLater, NotSent, Unknown, Refused) as outcome:
            return self._not_sent(job.claimed, outcome)
        self._unsure.pop(job.claimed.id, None)
        return Result(job.claimed)

    async def _slot(self, until: float) -> bool:
        """Waits for the lane's next moment, one letter after the other; False when it comes after `until`."""
        async with self._lane:
            now = time.monotonic()
            while now < until:
                moment = self.pace.slot(now)
                if moment > now:
                    await asyncio.sleep(moment - now)
                now = time.monotonic()
                if not self.pace.is_stopped(now):
                    return True
        return False

    def _not_sent(self, claimed: Claimed, outcome: Exception) -> Result:
        if isinstance(outcome, Blocked):
            return Result(claimed, "unreachable", outcome.reason)
        if isinstance(outcome, RetryLater):
            self.tally["refused"] += claimed.notice.lane != "notice"
            self.pace.refused(claimed.notice.telegram_id, time.monotonic(), outcome.seconds)
            return Result(claimed, later=timedelta(seconds=outcome.seconds))
        if isinstance(outcome, Refused):
            LOG.error("a letter was refused by Telegram", extra={"reason": claimed.notice.kind})
            return Result(claimed, "failed", "refused")
        return Result(claimed, later=LATER) if isinstance(outcome, NotSent) else self._unknown(claimed)

    def _unknown(self, claimed: Claimed) -> Result:
        """Tries again where the outcome is unknown, since a ballot missed is worse than one seen twice."""
        self._unsure[claimed.id] += 1
        tries = self._unsure[claimed.id]
        if tries < TRIES:
            return Result(claimed, later=LATER * 2 ** (tries - 1))
        del self._unsure[claimed.id]
        return Result(claimed, "failed", "unknown")

    async def _keep(self, sending: "set[asyncio.Task[None]]") -> None:
        """Writes what became of letters, gathered for a moment; only then is there room for others."""
        while True:
            await self._news.wait()
            if sending:
                await asyncio.sleep(GATHERED)
            self._news.clear()
            taken = list(self._results)
            await self._write_down(taken)
            del self._results[: len(taken)]
            for result in taken:
                self._held.discard(result.claimed.id)
                self._room.release()

    async def _write_down(self, results: Sequence[Result]) -> None:
        """Writes outcomes, again and again while the database fails: what was posted must not be posted twice."""
        while True:
            if await self._written(results):
                return
            await asyncio.sleep(IDLE)

    async def _settled(self, sending: "set[asyncio.Task[None]]") -> None:
        """Waits until everything that was begun has an outcome and every outcome is written."""
        await asyncio.gather(*sending)
        for _ in range(self.window):
            await self._room.acquire()

    async def _written(self, results: Sequence[Result]) -> bool:
        """Writes outcomes in one transaction; False when the database failed: they are not lost, and written later."""
        now = await self.office.clock.now()
        finished = [Finished(one.claimed, one.outcome, one.reason) for one in results if one.later is None]
        try:
            async with self.office.writing() as stores:
                await stores.outbox.finish_all(finished)
                for one in results:
                    if one.later is not None:
                        await stores.outbox.put_back(one.claimed, now + one.later)
                    elif one.outcome == "unreachable":
                        await self._mark(stores, one.claimed.notice.telegram_id, one.reason)
        except Exception as error:
            LOG.error("what became of letters could not be written and is tried again", exc_info=error)
            return False
        mass = (one for one in results if one.later is None and one.claimed.notice.lane != "notice")
        self.tally.update(one.outcome for one in mass)
        return True

    async def _release(self, ids: Sequence[bytes]) -> None:
        """Gives back what was claimed and not begun, so that nobody has to wait for the end of its lease."""
        if ids:
            async with self.office.writing() as stores:
                await stores.outbox.release(ids)
            self._held.difference_update(ids)

    async def _mark(self, stores: Stores, telegram_id: int, reason: str) -> None:
        try:
            member = await stores.members.hold(telegram_id)
        except Unreadable as error:  # else no outcome of this batch could be written
            LOG.error("a record does not open and cannot be marked", exc_info=error)
            return
        if member:
            await stores.members.put(unreachable(member, reason))


async def end(tasks: "Sequence[asyncio.Task[Any]]") -> None:
    """Ends tasks and waits for their end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

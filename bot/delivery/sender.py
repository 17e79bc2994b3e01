"""Sends what stands in the outbox, at the platform's pace, through every crash.

A row is claimed with a lease, sent, and its outcome written with those of its neighbours. A kill at any moment loses
nothing: a row whose outcome was not written is claimed again when its lease is over, so that at most what was in flight
is sent twice.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.database import STORAGE_FAILURES
from bot.delivery.pace import Pace
from bot.delivery.rules import Blocked, Notice, NotSent, NotYet, Refused, RetryLater, Unknown
from bot.delivery.store import Claimed, Outcome
from bot.members.rules import unreachable
from bot.turn import Office, Stores
from bot.vault import Unreadable

LOG = logging.getLogger("kauli.delivery")
LEASE = timedelta(minutes=2)
BATCH = 30
LONGEST_WAIT = 2.0  # seconds a send in hand waits for its chat; a longer pause puts its row back
IDLE = 5.0  # seconds between two looks when nobody wakes us
LATER = timedelta(seconds=10)  # a send that never left, or whose outcome is unknown, is tried again after this
L = TypeVar("L")


@dataclass(frozen=True)
class Result:
    """What became of one claimed row; `later` puts it back."""

    claimed: Claimed
    outcome: Outcome = "sent"
    reason: str = ""
    later: timedelta | None = None


class Sender(Generic[L]):
    """The one sender of an installation. `write` renders a notice or drops it; `post` sends a letter."""

    def __init__(
        self,
        office: Office,
        write: Callable[[Notice], Awaitable[L | None]],
        post: Callable[[int, L], Awaitable[None]],
        rate: float,
    ) -> None:
        self.office, self._write, self._post = office, write, post
        self.pace = Pace(rate)
        self._woken, self._stopping = asyncio.Event(), False
        self._unsure: set[bytes] = set()
        self.tally: Counter[str] = Counter()  # of mass sends since the start, for bot.monitoring

    async def run(self) -> None:
        """Sends until stopped; a failing database is waited for."""
        while not self._stopping:
            self._woken.clear()
            try:
                sent = await self.round()
            except Exception as error:
                LOG.error("sending failed and is repeated", exc_info=error)
                sent = 0
            if not sent and not self._stopping:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), IDLE)

    def wake(self) -> None:
        """Looks for due rows now."""
        self._woken.set()

    async def stop(self) -> None:
        """Lets the round in hand finish and ends; what is not sent waits in the outbox."""
        self._stopping = True
        self.wake()

    async def drain(self) -> None:
        """Sends everything that is due now."""
        while await self.round():
            pass

    async def round(self) -> int:
        """Sends one batch of due rows and writes what became of them; gives their number."""
        now = await self.office.clock.now()
        async with self.office.writing() as stores:
            claimed = await stores.outbox.claim(now, LEASE, BATCH)
        if not claimed:
            return 0
        results = await asyncio.gather(*(self._send(one, now) for one in claimed))
        now = await self.office.clock.now()
        async with self.office.writing() as stores:
            for result in results:
                await self._keep(stores, result, now)
        return len(claimed)

    async def _send(self, claimed: Claimed, now: datetime) -> Result:
        try:
            letter = await self._write(claimed.notice)
            if letter is None:
                return Result(claimed, "cancelled")
            return await self._post_in_turn(claimed, letter)
        except NotYet as wait:
            return Result(claimed, later=wait.until - now if wait.until else LATER)
        except STORAGE_FAILURES:
            return Result(claimed, later=LATER)
        except Exception as error:  # one broken letter must not hold up the others
            LOG.error("a letter could not be written", exc_info=error)
            return Result(claimed, "failed", "error")

    async def _post_in_turn(self, claimed: Claimed, letter: L) -> Result:
        """Sends one letter when its chat and the lane have room; a long wait puts it back."""
        person = claimed.notice.telegram_id
        now = time.monotonic()
        wait = self.pace.chat_slot(person, now, LONGEST_WAIT) - now
        if wait > LONGEST_WAIT:
            return Result(claimed, later=timedelta(seconds=wait))
        await asyncio.sleep(wait)
        await sleep_until(self.pace.slot(time.monotonic()))
        try:
            await self._post(person, letter)
        except (Blocked, RetryLater, NotSent, Unknown, Refused) as outcome:
            return self._not_sent(claimed, outcome)
        return Result(claimed)

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
        """Tries a second time where the outcome is unknown, since a ballot missed is worse than one seen twice."""
        if claimed.id in self._unsure:
            self._unsure.discard(claimed.id)
            return Result(claimed, "failed", "unknown")
        self._unsure.add(claimed.id)
        return Result(claimed, later=LATER)

    async def _keep(self, stores: Stores, result: Result, now: datetime) -> None:
        claimed = result.claimed
        if result.later is not None:
            await stores.outbox.put_back(claimed, now + result.later)
            return
        await stores.outbox.finish(claimed, result.outcome, result.reason)
        self.tally[result.outcome] += claimed.notice.lane != "notice"
        if result.outcome == "unreachable":
            await self._mark(stores, claimed.notice.telegram_id, result.reason)

    async def _mark(self, stores: Stores, telegram_id: int, reason: str) -> None:
        try:
            member = await stores.members.hold(telegram_id)
        except Unreadable as error:  # else the whole round would be sent again
            LOG.error("a record does not open and cannot be marked", exc_info=error)
            return
        if member:
            await stores.members.put(unreachable(member, reason))


async def sleep_until(moment: float) -> None:
    """Waits until a monotonic moment."""
    await asyncio.sleep(max(0.0, moment - time.monotonic()))

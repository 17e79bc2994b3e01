"""The sender: every outcome, a crash at the worst moment, and one broken letter among good ones."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import update

from bot.database import Database
from bot.database import outbox as rows
from bot.delivery import sender as module
from bot.delivery.rules import Blocked, Notice, NotSent, Refused, RetryLater, Unknown, to_everybody
from bot.delivery.sender import LATER, LEASE, TRIES, Sender
from bot.members.rules import admit
from bot.texts import Catalogues
from bot.turn import Office, Union
from bot.vault import Vault

NOW = datetime(2026, 11, 27, 15, tzinfo=UTC)
EDITION = "ballot-1"
MOMENT = timedelta(milliseconds=1)


class Time:
    """Stands for `time` and `asyncio` in the sender and for the clock: sleeping takes no time but moves all three."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.sleepers: list[float] = []

    def monotonic(self) -> float:
        return 1000.0 + self.seconds

    async def sleep(self, seconds: float) -> None:
        target = self.seconds + seconds
        heappush(self.sleepers, target)
        while True:
            await asyncio.sleep(0)
            if self.sleepers[0] >= target:  # whoever wakes earlier goes first
                break
        self.seconds = max(self.seconds, heappop(self.sleepers))

    async def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def pass_by(self, span: timedelta) -> None:
        self.seconds += span.total_seconds()

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)


class Line:
    """The line to Telegram: does what is planned for a person, in turn, and then well."""

    def __init__(self) -> None:
        self.sent: list[int] = []
        self.tried: list[int] = []
        self.plans: dict[int, list[Exception]] = {}
        self.before: Callable[[int], Awaitable[None]] | None = None

    async def post(self, person: int, letter: str) -> None:
        self.tried.append(person)
        if self.before:
            await self.before(person)
        if plan := self.plans.get(person):
            raise plan.pop(0)
        self.sent.append(person)


async def write(notices: Sequence[Notice]) -> list[str | None | Exception]:
    """Writes a letter for most."""
    return [letter(notice) for notice in notices]


def letter(notice: Notice) -> str | None | Exception:
    """Writes one letter."""
    if notice.values.get("broken"):
        return KeyError("no sentence")
    return None if notice.values.get("over") else notice.kind


class Post:
    """A sender over a real outbox, and what a test does with it."""

    def __init__(self, database: Database, vault: Vault, time: Time) -> None:
        union = Union("kauli_bot", "UTC", "en", ("en",))
        self.office = Office(database, vault, cast(Any, None), time, union, Catalogues({}))
        self.time, self.line = time, Line()
        self.restart()

    def restart(self) -> None:
        """Forgets what only the process knew."""
        self.sender: Sender[str] = Sender(self.office, write, self.line.post, 1000)

    async def add(self, *people: int, edition: str = EDITION, **values: str) -> None:
        async with self.office.writing() as stores:
            await stores.outbox.add(to_everybody(edition, people, "ballot.opened", values, "ballot", NOW))

    async def totals(self) -> Counter[str]:
        async with self.office.writing() as stores:
            return await stores.outbox.totals(EDITION)

    async def waiting(self) -> int:
        async with self.office.reading() as stores:
            return await stores.outbox.waiting(EDITION)


@pytest.fixture
def post(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    time = Time()
    monkeypatch.setattr(module, "time", time)
    monkeypatch.setattr(module, "asyncio", time)
    return Post(database, Vault.unlock(tmp_path / "keys", fresh=True), time)


@pytest.mark.parametrize("reason", ["blocked", "deactivated", "never_started"])
async def test_whoever_cannot_be_written_to_is_marked_and_not_tried_again(post: Post, reason: Any) -> None:
    async with post.office.writing() as stores:
        await stores.members.put(admit(1, "en", NOW, "UTC"))
    post.line.plans[1] = [Blocked(reason)]
    await post.add(1, 2)
    await post.sender.drain()
    post.time.pass_by(LEASE)
    await post.sender.drain()
    assert post.line.tried.count(1) == 1 and post.line.sent == [2]
    assert await post.totals() == {f"unreachable:{reason}": 1, "sent": 1}
    async with post.office.reading() as stores:
        member = await stores.members.get(1)
    assert member and member.reach == reason


async def test_a_429_is_put_back_for_as_long_as_it_says_and_counts_as_no_failure(post: Post) -> None:
    post.line.plans[1] = [RetryLater(30), RetryLater(30), RetryLater(30)]
    await post.add(1, 2)
    await post.sender.drain()
    assert post.line.sent == [2]
    for _ in range(3):
        post.time.pass_by(timedelta(seconds=29))
        await post.sender.drain()
        tried = len(post.line.tried)
        post.time.pass_by(timedelta(seconds=1) + MOMENT)
        await post.sender.drain()
        assert len(post.line.tried) == tried + 1
    assert post.line.sent == [2, 1] and await post.totals() == {"sent": 2}


async def test_what_never_left_is_repeated_until_it_leaves(post: Post) -> None:
    post.line.plans[1] = [NotSent() for _ in range(5)]
    await post.add(1)
    for _ in range(6):
        assert post.line.sent == []
        await post.sender.drain()
        post.time.pass_by(LATER + MOMENT)
    assert post.line.sent == [1] and await post.totals() == {"sent": 1}


@pytest.mark.parametrize(("unknown", "outcome"), [(1, "sent"), (TRIES - 1, "sent"), (TRIES, "failed:unknown")])
async def test_an_unknown_outcome_is_tried_again_with_growing_pauses(post: Post, unknown: int, outcome: str) -> None:
    """A gateway of Telegram's that fails for a quarter of an hour costs nobody a letter."""
    post.line.plans[1] = [Unknown() for _ in range(unknown)]
    await post.add(1)
    await post.sender.drain()
    for pause in range(TRIES):
        assert len(post.line.tried) == min(pause + 1, unknown + 1, TRIES)
        post.time.pass_by(LATER * 2**pause + MOMENT)
        await post.sender.drain()
    assert await post.totals() == {outcome: 1} and await post.waiting() == 0


async def test_one_broken_letter_holds_up_no_other(post: Post) -> None:
    await post.add(1, broken="yes")
    await post.add(2, over="yes")
    await post.add(3, 4, 5)
    post.line.plans = {3: [Refused()], 4: [ZeroDivisionError()]}
    await post.sender.drain()
    assert post.line.sent == [5]
    assert await post.totals() == {"failed:error": 2, "cancelled": 1, "failed:refused": 1, "sent": 1}
    assert await post.waiting() == 0


async def test_a_row_that_does_not_open_holds_up_no_other(post: Post) -> None:
    await post.add(1)
    async with post.office.writing() as stores:
        await stores.connection.execute(update(rows).values(payload=b"\0" * 1052))
    await post.add(2, 3)
    await asyncio.gather(post.sender.drain(), return_exceptions=True)
    assert sorted(post.line.sent) == [2, 3]


async def test_a_member_that_does_not_open_makes_nobody_get_a_letter_twice(post: Post) -> None:
    async with post.office.writing() as stores:
        await stores.members.put(admit(1, "en", NOW, "UTC"))
        await stores.connection.exec_driver_sql("update member set record = pk")
    post.line.plans[1] = [Blocked("blocked") for _ in range(9)]
    await post.add(1, 2)
    for _ in range(3):
        await asyncio.gather(post.sender.drain(), return_exceptions=True)
        post.time.pass_by(LEASE)
    assert post.line.sent == [2]


async def test_a_crash_between_claim_and_finish_sends_again_after_the_lease(post: Post) -> None:
    await post.add(*range(1, 8))
    in_hand = asyncio.Event()

    async def hang(person: int) -> None:
        if person == 7:
            in_hand.set()
            await asyncio.Event().wait()

    post.line.before = hang
    round_ = asyncio.create_task(post.sender.drain())
    await in_hand.wait()
    await post.time.sleep(0)
    round_.cancel()
    await asyncio.gather(round_, return_exceptions=True)
    post.line.before = None
    post.restart()
    post.time.pass_by(LEASE - timedelta(seconds=5))
    await post.sender.drain()
    assert 7 not in post.line.sent  # nobody else takes it as long as the lease runs
    post.time.pass_by(timedelta(seconds=6))
    await post.sender.drain()
    assert set(post.line.sent) == set(range(1, 8)) and max(Counter(post.line.sent).values()) <= 2
    assert await post.totals() == {"sent": 7} and await post.waiting() == 0


async def test_a_cancelled_edition_ends_with_what_is_in_hand(post: Post) -> None:
    await post.add(*range(1, 41))

    async def cancel(person: int) -> None:
        post.line.before = None
        async with post.office.writing() as stores:
            await stores.outbox.cancel(EDITION)

    post.line.before = cancel
    post.line.plans = {person: [RetryLater(1)] for person in range(1, 5)}  # put back after they are gone
    await post.sender.drain()
    post.time.pass_by(LEASE)
    await post.sender.drain()
    assert len(post.line.sent) <= post.sender.batch and max(Counter(post.line.tried).values()) == 1
    assert await post.waiting() == 0 and await post.totals() == {"cancelled": 40}


@pytest.mark.parametrize("letters", [3, 12])
async def test_somebody_with_many_letters_gets_all_of_them_one_a_second(post: Post, letters: int) -> None:
    for number in range(letters):
        await post.add(1, edition=f"ballot-{number}")
    at: list[float] = []

    async def note(person: int) -> None:
        at.append(post.time.monotonic())

    post.line.before = note
    for _ in range(10 * letters):
        await post.sender.drain()
        post.time.pass_by(timedelta(seconds=1))
    assert len(at) == letters
    assert all(later - earlier > 0.99 for earlier, later in zip(at, at[1:], strict=False))


async def test_a_database_that_fails_is_waited_for(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    await post.add(1)
    writing, failures = post.office.writing, [OSError("disk"), OSError("disk")]

    def failing() -> Any:
        if failures:
            raise failures.pop()
        return writing()

    monkeypatch.setattr(post.office, "writing", failing)
    monkeypatch.setattr(module, "IDLE", 0.001)
    tried = asyncio.Event()

    async def note(person: int) -> None:
        tried.set()

    post.line.before = note
    running = asyncio.create_task(post.sender.run())
    await tried.wait()
    await post.sender.stop()
    await running
    assert post.line.sent == [1] and failures == []


async def test_what_was_claimed_and_not_begun_goes_at_once_after_a_stop(post: Post) -> None:
    post.sender = Sender(post.office, write, post.line.post, 28)
    await post.add(*range(1, 2 * post.sender.batch))

    async def stop(person: int) -> None:
        await post.sender.stop()

    post.line.before = stop
    await post.sender.run()
    assert len(post.line.sent) < 2 * 28
    post.line.before = None
    post.restart()
    await post.sender.drain()
    assert Counter(post.line.sent) == Counter(range(1, 60))


async def test_stopping_writes_what_became_of_the_round_in_hand(post: Post) -> None:
    await post.add(1, 2)
    in_hand, free = asyncio.Event(), asyncio.Event()

    async def wait(person: int) -> None:
        in_hand.set()
        await free.wait()

    post.line.before = wait
    running = asyncio.create_task(post.sender.run())
    await in_hand.wait()
    await post.sender.stop()
    free.set()
    await running
    assert await post.totals() == {"sent": 2}

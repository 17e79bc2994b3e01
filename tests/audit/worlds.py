"""Worlds for the many trials: people vote and report through the box itself, on a real database, in a known order.

The same `Box.put`, seal, start after a crash and close as in the running bot; only the chat is left out. `through_http`
plays whole worlds over the chat.
"""

import random
from dataclasses import dataclass, field
from typing import Protocol

from bot.ballots.papers import entries
from bot.ballots.rules import CODE, Method
from bot.box.rules import batch
from tests.audit.attackers import EMPLOYERS, UNPAID, said_by
from tests.audit.kinds import BALLOT, ballot_of
from tests.audit.scene import Actor, Moment, Payslip, Scene
from tests.audit.seizure import Copy, Seizure
from tests.kinds import drawn

PERIOD = "2026-Q4"
CHANGES = 0.15  # of the votes are changed at once, while they still wait
FIRST_ID = 7_000_000_000


class Keeper(Protocol):
    """What keeps votes and reports: the real box, or a negative control that does it in a way known to be wrong."""

    async def open(self, name: str, electorate: list[int] | None) -> None:
        """Opens a ballot or a period."""

    async def put(self, name: str, telegram_id: int, said: tuple[bytes, ...]) -> None:
        """Takes somebody's entries."""

    def waits(self, name: str, telegram_id: int) -> bool:
        """Says whether what somebody said is in memory only."""

    async def crash(self) -> None:
        """Dies with everything in memory and starts again on what is on disk."""

    async def forget_the_lost(self) -> None:
        """Lets those take part again whose words were in memory."""

    async def close(self, name: str) -> None:
        """Closes a ballot with its board, or a period with its release."""

    async def take(self) -> Seizure:
        """Gives the disk as it is, with all its past versions."""


@dataclass
class Stage:
    """One ballot or period while it is played: who acted in which order, who waits, who was sealed last."""

    name: str
    k: int
    acted: list[Actor] = field(default_factory=list)
    batch: list[Actor] = field(default_factory=list)

    def sealed(self, keeper: Keeper) -> list[Actor]:
        """Lists whose words are no longer in memory only, in the order of their acts."""
        return [actor for actor in self.acted if not keeper.waits(self.name, actor.telegram_id)]


@dataclass
class World:
    """People, their acts in a random order, and what is seized on the way; reports beside a single choice only."""

    keeper: Keeper
    size: int
    chance: random.Random
    whole: bool = True
    method: Method = "choice"
    scenes: list[Scene] = field(default_factory=list)
    pairs: list[Scene] = field(default_factory=list)
    _last: Copy | None = None

    async def play(self) -> None:
        """Lets everybody vote and report once, and seizes at every moment; if not `whole`, votes and seals only."""
        people = [FIRST_ID + n for n in self.chance.sample(range(10**9), self.size)]
        votes, reports = Stage(BALLOT, batch(self.size)), Stage(PERIOD, batch(None))
        await self.keeper.open(BALLOT, people)
        await self.keeper.open(PERIOD, None)
        orders = [self.chance.sample(people, self.size) for _ in range(2)]
        moments, stages = (plan(votes.k) if self.whole else {}), ([votes, reports] if self.reports else [votes])
        for number, (voter, reporter) in enumerate(zip(*orders, strict=True), 1):
            await self._act(votes, self._voter(voter))
            if self.reports:
                await self._act(reports, self._reporter(reporter))
            if moment := moments.get(number):
                await self._seize(moment, *stages)
        if not self.whole:
            return
        await self.keeper.close(BALLOT)
        await self._seize("closed", *stages)
        await self.keeper.close(PERIOD)
        await self._seize("released", *stages)

    @property
    def reports(self) -> bool:
        """Says whether people report their pay too: what they vote in makes no difference to that."""
        return self.whole and self.method == "choice"

    def _voter(self, telegram_id: int) -> Actor:
        ballot = ballot_of(self.method)
        vote = drawn(ballot.rules, self.chance, ballot.options())
        said = entries(ballot, vote, self.chance.randbytes(CODE))
        return Actor(telegram_id, said, Payslip("KE", "", 0))

    def _reporter(self, telegram_id: int) -> Actor:
        wage = int(34_000 * self.chance.lognormvariate(0, 0.35)) // 10 * 10
        slip = Payslip("KE", self.chance.choice(EMPLOYERS), wage)
        unpaid = self.chance.choice(UNPAID)
        said = said_by("KE", slip.employer, wage, unpaid, self.chance.randrange)
        return Actor(telegram_id, said, slip, unpaid)

    async def _act(self, stage: Stage, actor: Actor) -> None:
        """Lets somebody act; some change their vote at once, where the first choice still waits."""
        waiting = [one for one in stage.acted if self.keeper.waits(stage.name, one.telegram_id)]
        if stage.name == BALLOT and self.chance.random() < CHANGES:
            first = self._voter(actor.telegram_id)
            await self.keeper.put(stage.name, first.telegram_id, first.entries)
            if not self.keeper.waits(stage.name, first.telegram_id):
                return await self._acted(stage, first, waiting)
        await self.keeper.put(stage.name, actor.telegram_id, actor.entries)
        return await self._acted(stage, actor, waiting)

    async def _acted(self, stage: Stage, actor: Actor, waiting: list[Actor]) -> None:
        stage.acted.append(actor)
        if not self.keeper.waits(stage.name, actor.telegram_id):
            stage.batch = [*waiting, actor]
            await self._pair(stage)

    async def _pair(self, stage: Stage) -> None:
        """Keeps what one who copied disk and keys at every seal would hold; the first batch has no copy before it."""
        if stage.name != BALLOT or len(stage.batch) < 2:
            return
        copy = (await self.keeper.take()).now
        if self._last:
            sealed, batch = tuple(stage.sealed(self.keeper)), tuple(stage.batch)
            held = Seizure(copy, (), self._last)
            self.pairs.append(Scene("mid-batch", stage.name, len(stage.acted), sealed, batch, held))
        self._last = copy

    async def _seize(self, moment: Moment, *stages: Stage) -> None:
        if moment == "after a crash":
            gone = {
                stage.name: [one for one in stage.acted if one not in stage.sealed(self.keeper)] for stage in stages
            }
            await self.keeper.crash()
        else:
            gone = {stage.name: [] for stage in stages}
        seizure = await self.keeper.take()
        for stage in stages:
            lost = gone[stage.name]
            sealed = tuple(one for one in stage.sealed(self.keeper) if one not in lost)
            self.scenes.append(Scene(moment, stage.name, len(stage.acted), sealed, (), seizure))
        if any(gone.values()):
            await self.keeper.forget_the_lost()
            for stage in stages:
                await self._again(stage, gone[stage.name])

    async def _again(self, stage: Stage, lost: list[Actor]) -> None:
        """Lets those whose words were lost say them again, as they are asked to."""
        stage.acted = [actor for actor in stage.acted if actor not in lost]
        for actor in lost:
            await self._act(stage, actor)


def plan(k: int) -> dict[int, Moment]:
    """Says after how many acts the disk is taken, where the first seal comes at 2k and each further one at k."""
    return {
        2 * k - 2: "before the first seal",
        2 * k: "after the first seal",
        2 * k + k // 2: "mid-batch",
        3 * k + k // 2: "after a crash",
    }


async def play(keeper: Keeper, size: int, seed: str, *, whole: bool = True, method: Method = "choice") -> World:
    """Plays one world."""
    world = World(keeper, size, random.Random(seed), whole, method)
    await world.play()
    return world

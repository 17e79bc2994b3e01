"""A ballot that goes out through bad weather, with kills in the middle, for the small test and the bench."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from bot.app import App
from bot.ballots.rules import Ballot, Wording
from bot.database import open_database
from bot.delivery.store import OutboxStore
from bot.members.rules import admit
from bot.settings import load
from bot.simulator import Simulator
from bot.vault import Vault
from tests.program import Environment, Program, running

BALLOT = "5e1ec7ed"
EDITION = f"opened-{BALLOT}"
WORDS = "Shall we?"
LEASE = timedelta(minutes=3)  # longer than a claim lasts
CHUNK = 500


@dataclass
class Storm:
    """One send through the weather: what arrived before each kill, and in the end."""

    simulator: Simulator
    environment: Environment
    kills: list[Counter[int]] = field(default_factory=list)

    async def fill(self, size: int) -> None:
        """Enrols everybody and writes a ballot that opens at the first look for due work."""
        app = App(load(self.environment))
        await app.start(ticking=False)
        now = await app.clock.now()
        people = [self.simulator.add_person(f"P{number}", started=True).id for number in range(size)]
        for at in range(0, size, CHUNK):
            async with app.office.writing() as stores:
                for person in people[at : at + CHUNK]:
                    await stores.members.put(admit(person, "en", now - timedelta(days=60), "Africa/Nairobi"))
        async with app.office.writing() as stores:
            await stores.ballots.add(Ballot(BALLOT, (Wording("en", WORDS, ("Yes", "No")),), None, now + WEEK))
        await app.stop()

    async def blow(self, kills: list[int]) -> Counter[str]:
        """Runs the program, kills it each time so many have the ballot, and gives the totals once all are done."""
        for many in kills:
            async with running(self.environment) as program:
                await self.until_arrived(many, program)
                await program.kill()
            self.kills.append(self.arrived())
            self.pass_by(LEASE)
        async with running(self.environment) as program:
            return await self.until_done(program)

    def pass_by(self, span: timedelta) -> None:
        """Moves the clock on."""
        self.simulator.world.clock.offset += span

    def arrived(self) -> Counter[int]:
        """Counts the ballots that each person really got."""
        world = self.simulator.world
        return +Counter({person: world.arrived(person, WORDS) for person in world.people})

    async def until_arrived(self, many: int, program: Program) -> None:
        """Waits until so many ballots arrived."""
        while sum(self.arrived().values()) < many:
            assert program.runs, await program.ends()
            await asyncio.sleep(0.05)

    async def until_done(self, program: Program) -> Counter[str]:
        """Waits until nobody waits any more, and gives what became of them."""
        while True:
            waiting, totals = await outbox(self.environment)
            if totals and not waiting:
                return totals
            assert program.runs, await program.ends()
            self.pass_by(timedelta(minutes=1))  # what is to be tried again later is due
            await asyncio.sleep(0.5)

    def doubled(self) -> list[set[int]]:
        """Gives who got the ballot twice, save the unanswered: for each kill who had it and got it again, then others.

        Who has it before a kill and gets it once more after it was in flight at that moment.
        """
        unanswered, arrived = self.simulator.control.weather.unanswered, self.arrived()
        twice = {person for person, times in arrived.items() if times > 1 + unanswered[person]}
        stages = list(pairwise([*self.kills, arrived]))
        found = [{person for person in twice if after[person] > before[person] > 0} for before, after in stages]
        return [*found, twice.difference(*found)]

    def missed(self) -> set[int]:
        """Gives who can be reached and got nothing."""
        weather, arrived = self.simulator.control.weather, self.arrived()
        return {person for person in self.simulator.world.people if not weather.fate(person) and not arrived[person]}


WEEK = timedelta(days=7)


async def outbox(environment: Environment) -> tuple[int, Counter[str]]:
    """Reads how many wait for the ballot and what became of the others, beside the running program."""
    database = open_database(environment.get("KAULI_DATABASE_URL"), Path(environment["KAULI_DATA_DIR"]))
    vault = Vault.unlock(Path(environment["KAULI_KEYS_DIR"]), fresh=False)
    async with database.people.reader.begin() as connection:
        store = OutboxStore(connection, vault)
        found = await store.waiting(EDITION), await store.totals(EDITION)
    await database.close()
    return found

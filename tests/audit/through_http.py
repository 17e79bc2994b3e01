"""Whole worlds: the running bot against a simulated Telegram, people acting over HTTP, everything on disk searched.

The organizer's ballot is put into the store, as the demo's sample does, so that every act that counts is a member's.
"""

import os
import random
import string
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from bot.ballots.rules import Ballot, Method
from bot.box.rules import batch
from bot.pay.rules import period
from bot.settings import load
from bot.simulator import Simulator
from bot.workplaces.catalogue import employer
from tests.audit.attackers import EMPLOYERS, UNPAID
from tests.audit.keepers import Disk, PostgresDisk, SqliteDisk, administer, folder, url
from tests.audit.kinds import BALLOT, ballot_of
from tests.audit.needles import Needles, found_in
from tests.audit.scene import Actor, Moment, Payslip, Scene
from tests.audit.seizure import Copy, Seizure, read_keys
from tests.audit.trials import Comparison, Task, attacked
from tests.audit.worlds import plan
from tests.cast import Cast, Person
from tests.conftest import TOKEN, Bot, logged, make_settings, run_bot
from tests.kinds import drawn, fills_in
from tests.people import enrol, founded

QUESTION = "Shall the pelicanmarmalade committee decide?"


@dataclass(frozen=True)
class Searched:
    """What a search of everything on disk came to at one moment."""

    moment: Moment
    files: int
    size: int
    found: tuple[str, ...]


@dataclass
class Whole:
    """What one whole world showed."""

    store: str
    size: int
    method: Method = "choice"
    searches: list[Searched] = field(default_factory=list)
    scores: list[tuple[Comparison, float, float]] = field(default_factory=list)
    left_in_temp: tuple[str, ...] = ()


@dataclass
class Play:
    """A whole world while it is played."""

    bot: Bot
    place: Path
    log: StringIO
    disk: Disk
    home: Path | None
    chance: random.Random
    whole: Whole
    needles: Needles = field(default_factory=Needles)
    said: dict[tuple[str, int], tuple[bytes, ...]] = field(default_factory=dict)
    slips: dict[int, Payslip] = field(default_factory=dict)
    unpaid: dict[int, int] = field(default_factory=dict)
    acted: dict[str, list[int]] = field(default_factory=dict)
    untouched: dict[str, bytes] = field(default_factory=dict)

    async def run(self) -> None:
        """Lets everybody vote and report, crash and decision included, and searches the disk at every moment."""
        self.untouched = self._contents()
        people = await self._enrolled()
        await self._open_ballot(people)
        name = period(await self.bot.app.clock.now())
        self.acted = {BALLOT: [], name: []}
        moments = plan(batch(len(people) + 1))
        orders = [self.chance.sample(people, len(people)) for _ in range(2)]
        for number, (voter, reporter) in enumerate(zip(*orders, strict=True), 1):
            await self._act(BALLOT, voter)
            await self._act(name, reporter)
            if moment := moments.get(number):
                await self._reach(moment, {person.id: person for person in people})
        await self.bot.later(days=3, minutes=1)
        await self._search("closed")
        await self.bot.cast.set_clock("2027-01-01T00:10:00Z", frozen=True)
        await self.bot.tick()
        await self._search("released")

    async def _enrolled(self) -> list[Person]:
        await founded(self.bot)
        return [await self._enrol(number) for number in range(self.whole.size)]

    async def _enrol(self, number: int) -> Person:
        """Adds somebody whose name, username and id cannot be anywhere by chance."""
        first, last, user = ("".join(self.chance.choices(string.ascii_lowercase, k=11)) for _ in range(3))
        telegram_id = 7_000_000_000 + self.chance.randrange(10**9)
        named = {"id": telegram_id, "first_name": first, "last_name": last, "username": user, "language_code": "en"}
        await self.bot.cast.post("/people", named)
        await enrol(self.bot, telegram_id, "en", "KE", 60)
        self.needles.about_person(telegram_id, (first, last, user))
        wage = int(34_000 * self.chance.lognormvariate(0, 0.35)) // 10 * 10 + 1  # no round figure is there by chance
        self.slips[telegram_id] = Payslip("KE", EMPLOYERS[number % len(EMPLOYERS)], wage)
        return Person(self.bot.cast, telegram_id, first)

    async def _open_ballot(self, people: list[Person]) -> None:
        """Puts the ballot, and lets the letters about it go out to those who once wrote to the bot."""
        ballot = self.ballot
        self.needles.words((TOKEN,))
        self.needles.published_at_the_close((QUESTION, *(ballot.wordings[0].options if ballot.options() > 2 else ())))
        closes = await self.bot.app.clock.now() + timedelta(days=3)
        async with self.bot.app.office.writing() as stores:
            await stores.ballots.add(replace(ballot, state="opening", closes_at=closes))
        for person in people:
            await person.says("/help")
        await self.bot.tick()
        self._listen()

    @property
    def ballot(self) -> Ballot:
        """Gives the ballot of this world, with a question that is nowhere by chance."""
        ballot = ballot_of(self.whole.method)
        return replace(ballot, wordings=(replace(ballot.wordings[0], question=QUESTION),))

    def _listen(self) -> None:
        """Notes what goes into the box, to know what is true: nothing else is changed."""
        put = self.bot.app.box.put

        async def noted(name: str, telegram_id: int, entries: tuple[bytes, ...], **more: bool) -> Any:
            receipt = await put(name, telegram_id, entries, **more)
            if receipt != "sealed":
                self.said[name, telegram_id] = entries
                self.needles.entries(entries)
            return receipt

        setattr(self.bot.app.box, "put", noted)  # noqa: B010  # a method cannot be assigned by name under mypy

    async def _act(self, name: str, person: Person) -> None:
        await (self._vote(person) if name == BALLOT else self._report(person))
        self.acted[name].append(person.id)
        await self.bot.settled()
        await self.disk.after_act()

    async def _vote(self, person: Person) -> None:
        await person.says("/ballots")
        await person.presses(QUESTION)
        ballot = self.ballot
        await person.sees_new(QUESTION, ballot.wordings[0].options[0])
        vote = drawn(ballot.rules, self.chance, ballot.options())
        await fills_in(self.bot, person, ballot.rules, vote, ballot.wordings[0].options)
        await person.presses("Cast my vote")
        await person.sees_new("Received")

    async def _report(self, person: Person) -> None:
        slip = self.slips[person.id]
        unpaid = self.unpaid[person.id] = self.chance.choice(UNPAID)
        self.needles.amount(slip.monthly)
        await person.says("/pay")
        for label in ("Kenya", employer(slip.employer).name, "Content moderation", "By the month"):
            await person.presses(label)
        for words, then in ((f"{slip.monthly}", "5 of 6"), ("40", "6 of 6"), (f"{unpaid}", "An hour of this work")):
            await person.says(words)
            await person.sees_new(then)
        await person.presses("Send")
        await person.sees_new("Received")

    async def _reach(self, moment: Moment, people: dict[int, Person]) -> None:
        """Takes the disk at a moment; a crash loses what waits, and those who lost it act again."""
        if moment != "after a crash":
            return await self._search(moment)
        lost = {name: [one for one in acted if self._waits(name, one)] for name, acted in self.acted.items()}
        sealed = {
            name: self._actors(name, [one for one in acted if one not in lost[name]])
            for name, acted in self.acted.items()
        }
        await self.bot.app.kill()
        self._search_files(moment)
        await self.bot.start_again()
        self._listen()
        if isinstance(self.disk, PostgresDisk):
            self.disk.store = self.bot.app.database.box
        await self._attack(moment, sealed)
        await self.bot.app.inlet.backlog_read.wait()
        await self.bot.tick()
        for name, who in lost.items():
            self.acted[name] = [one for one in self.acted[name] if one not in who]
            for telegram_id in who:
                await self._act(name, people[telegram_id])
        return None

    def _waits(self, name: str, telegram_id: int) -> bool:
        box = self.bot.app.box
        return box.is_open(name) and box.waiting(name, telegram_id) is not None

    def _actors(self, name: str, ids: list[int]) -> tuple[Actor, ...]:
        return tuple(Actor(one, self.said[name, one], self.slips[one], self.unpaid.get(one, 0)) for one in ids)

    async def _search(self, moment: Moment) -> None:
        await self.bot.settled()
        sealed = {
            name: self._actors(name, [one for one in acted if not self._waits(name, one)])
            for name, acted in self.acted.items()
        }
        await self._attack(moment, sealed)
        self._search_files(moment)

    async def _attack(self, moment: Moment, sealed: dict[str, tuple[Actor, ...]]) -> None:
        copy = Copy(await self.disk.cells(), self.disk.raw(), read_keys(self.place / "keys"))
        seizure = Seizure(copy, self.disk.past())
        task = Task(self.whole.store, self.whole.size, (), method=self.whole.method)
        for name, actors in sealed.items():
            scene = Scene(moment, name, len(self.acted[name]), actors, (), seizure)
            for comparison, score in attacked(task, scene):
                self.whole.scores.append((comparison, score.linked, score.baseline))

    def _search_files(self, moment: Moment) -> None:
        """Searches every file that is not as it was before anybody had acted."""
        contents = {name: held for name, held in self._contents().items() if self.untouched.get(name) != held}
        public = moment in ("closed", "released")  # the board's codes are there to be read
        found = tuple(found_in(contents, self.needles.forms(public=public)))
        self.whole.searches.append(Searched(moment, len(contents), sum(map(len, contents.values())), found))

    def _contents(self) -> dict[str, bytes]:
        """Reads every file: data, keys, temporary folder, log, and on PostgreSQL the server's own."""
        contents = {"log": self.log.getvalue().encode()}
        for root in (self.place, *((self.home,) if self.home else ())):
            for path in (path for path in root.rglob("*") if path.is_file() and "wheel" not in path.parts):
                with suppress(FileNotFoundError):  # the server removes files of its own accord
                    contents[str(path.relative_to(root))] = path.read_bytes()
        return contents


async def whole_world(store: str, size: int, seed: str, home: Path | None, method: Method = "choice") -> Whole:
    """Plays one whole world on one database."""
    whole, log = Whole(store, size, method), StringIO()
    async with folder() as place, database(home, place) as address, telegram() as (cast, simulator):
        settings = load(make_settings(simulator.url, place, address))
        with own_temp(place / "tmp") as temp, logged(log):
            bot = await run_bot(settings, simulator, cast)
            box = bot.app.database.box
            disk = PostgresDisk(box, home) if home else SqliteDisk(place / "data" / "box.db")
            if isinstance(disk, PostgresDisk):
                await disk.begin()
            await Play(bot, place, log, disk, home, random.Random(seed), whole).run()
            await bot.app.stop()
            whole.left_in_temp = tuple(sorted(path.name for path in temp.rglob("*")))
    return whole


@asynccontextmanager
async def telegram() -> AsyncIterator[tuple[Cast, Simulator]]:
    """Gives a simulated Telegram and the people who write to it."""
    simulator = Simulator(port=0, flood=False)
    await simulator.start()
    async with Cast(simulator.url) as cast:
        await cast.set_clock("2026-11-24T09:00:00Z", frozen=True)
        yield cast, simulator
    await simulator.stop()


@asynccontextmanager
async def database(home: Path | None, place: Path) -> AsyncIterator[str | None]:
    """Gives the address of a fresh database; None is SQLite in the data folder."""
    if home is None:
        yield None
        return
    name = f"whole{place.name[-8:].lower()}"
    await administer(home, f'create database "{name}"')
    yield url(home, name)
    await administer(home, f'drop database "{name}" with (force)')


@contextmanager
def own_temp(place: Path) -> Iterator[Path]:
    """Gives Python and SQLite a temporary folder of their own, so that whatever is left there is seen."""
    place.mkdir()
    names = ("TMPDIR", "SQLITE_TMPDIR")
    before, default = {name: os.environ.get(name) for name in names}, tempfile.tempdir
    os.environ.update({name: str(place) for name in names})
    tempfile.tempdir = None
    yield place
    tempfile.tempdir = default
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value

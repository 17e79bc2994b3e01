"""What an update, a vote, a message and an idle look for due work cost as the union grows, on both databases.

Repeat: `python -m tests.bench.growth` (`--most 100000` for a quicker look, `--only sqlite`, `--output FOLDER`). One
installation grows from 1,000 to 1,000,000 members, everybody with a digest in the outbox; at each size the program's
own parts do the same for people drawn at random: a command and the press of a button that leads to the next question
(sixteen chats at once), a vote in a ballot of the whole union, messages from claim to outcome as the sender makes them
(rendered, not posted), notices added to an outbox of that size, looks for due work. Given are medians of the rounds:
microseconds of the processor for the program with SQLite in it, and of those for the database alone: SQLite's threads,
PostgreSQL's server. A ballot seals one per cent of its electorate at a time: larger ones seal nothing here. The first
look of a day reads everybody: it is given per member, with the longest time in which nothing else could run.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from bot.app import ENDINGS, JOBS
from bot.ballots.rules import Ballot, Wording
from bot.box.pool import Box
from bot.chat.answers import Reply
from bot.chat.conversation import Conversation
from bot.chat.keyboards import Printer
from bot.chat.poster import Poster
from bot.database import migrate, open_database
from bot.database.quick import QuickConnection
from bot.delivery.rules import AT_ONCE, Letter, Notice, to_everybody
from bot.delivery.sender import Sender
from bot.digests.posts import Post
from bot.texts import Catalogues, data_folder
from bot.turn import Office, Union
from bot.vault import Vault
from handlers import COMMANDS
from handlers.letters import write_all
from tests.bench.kit.crowd import CHUNK, enrol
from tests.bench.kit.machine import output, report
from tests.postgres import Postgres, postgres_server

BAR = "flat: what an act costs with 1,000 members it costs with 1,000,000"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
FIRST = 700_000_000
ACTS, ROUNDS, CHATS, RATE, LOOKS = 500, 3, 16, 250, 20
NOON = datetime(2026, 11, 25, 9, tzinfo=UTC)  # in Nairobi: nobody's quiet hours, and nobody's digest is due
EDITION = "bench"
WORDS = "The meeting is on Saturday at ten, in the hall of the teachers. Bring a colleague. " * 6
US = 1e6


@dataclass
class Hand:
    """A clock that is moved by hand."""

    moment: datetime = NOON

    async def now(self) -> datetime:
        """Gives the moment."""
        return self.moment


@dataclass
class Meter:
    """Counts the processor time of this process, and that of the database alone."""

    server: Postgres | None
    threads: float = 0.0  # seconds of SQLite's threads

    def read(self) -> tuple[float, float]:
        """Gives both counts, in seconds."""
        return time.process_time(), self.threads if self.server is None else family_time(self.server.pid)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Counts what SQLite's threads do, as long as the block lasts."""
        ordinary = QuickConnection._execute

        async def counted(connection: QuickConnection, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
            return await ordinary(connection, partial(self._timed, work), *given, **named)  # type: ignore[no-untyped-call]  # aiosqlite's own

        with patch.object(QuickConnection, "_execute", counted):
            yield

    def _timed(self, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        began = time.thread_time()
        try:
            return work(*given, **named)
        finally:
            self.threads += time.thread_time() - began


def family_time(parent: int) -> float:
    """Gives the seconds that a process and its children ran on a processor (Linux, /proc/PID/schedstat)."""
    found = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may end meanwhile
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            if parent in (int(folder.name), int(stat[1])):
                found += int((folder / "schedstat").read_text().split()[0])
    return found / 1e9


@dataclass
class Bench:
    """One installation that grows, with the parts of the program that do the work."""

    office: Office
    clock: Hand
    conversation: Conversation
    poster: Poster
    meter: Meter
    chance: random.Random = field(default_factory=lambda: random.Random(20261125))
    size: int = 0
    updates: int = 0
    sent: list[int] = field(default_factory=list)

    async def grow(self, size: int) -> None:
        """Takes people in until there are so many, a digest for each in the outbox, and opens a ballot for them all."""
        people, name = range(FIRST + self.size, FIRST + size), f"b{size}"
        for at in range(0, len(people), CHUNK):
            chunk = people[at : at + CHUNK]
            async with self.office.writing() as stores:
                await enrol(stores.connection, self.office.vault, chunk, NOON)
                await stores.outbox.add(letters(chunk, EDITION))
            if (at + CHUNK) % 100_000 == 0:
                print(f"  {self.size + at + CHUNK} members written", flush=True)
        self.size = size
        await self.office.box.open(name, range(FIRST, FIRST + size))
        wording = Wording("en", "Shall we?", ("Yes", "No"))
        async with self.office.writing() as stores:
            ballot = Ballot(name, (wording,), None, NOON + timedelta(days=40), "open", electorate=size)
            await stores.ballots.add(ballot)

    def some(self, number: int) -> list[int]:
        """Draws people."""
        return self.chance.sample(range(FIRST, FIRST + self.size), number)

    async def questions(self) -> int:
        """Lets people send a command, press a button, and press another; gives the number of updates."""
        await self.side_by_side(self.some(ACTS), self.conversing)
        return ACTS * 3

    async def conversing(self, person: int) -> None:
        """Lets one person go to a question and back."""
        reply = await self.update(message(person, "/me"))
        reply = await self.update(press(person, f"{reply.revision}.zone"))
        reply = await self.update(press(person, f"{reply.revision}.back"))
        if reply.screen is None or reply.screen.button("zone") is None:
            raise RuntimeError("the conversation went elsewhere")

    async def votes(self) -> int:
        """Lets people vote."""
        await self.side_by_side(self.some(ACTS), self.voting)
        return ACTS

    async def voting(self, person: int) -> None:
        """Lets one person vote, for the first time or anew."""
        await self.update(press(person, f"/cast b{self.size} {self.chance.randrange(2)}"))

    async def update(self, said: dict[str, Any]) -> Reply:
        """Takes one update through its turn."""
        self.updates += 1
        answer: Any = await self.conversation.handle({"update_id": self.updates, **said})
        reply: Reply = answer.args[1]
        return reply

    async def side_by_side(self, people: Sequence[int], act: Callable[[int], Awaitable[None]]) -> None:
        """Lets people act, some at once."""
        waiting = iter(people)

        async def chat() -> None:
            for person in waiting:
                await act(person)

        await asyncio.gather(*(chat() for _ in range(CHATS)))

    async def messages(self) -> int:
        """Sends letters out of the outbox as the program does, save that nobody posts them."""

        async def post(person: int, letter: Letter) -> None:
            self.poster._ready(letter)
            self.sent.append(person)
            if len(self.sent) == ACTS:
                await sender.stop()

        async def write(notices: Sequence[Notice]) -> list[Letter | None | Exception]:
            return await write_all(self.office, notices)

        sender = Sender(self.office, write, post, RATE)
        await sender.drain()
        return len(self.sent)

    async def additions(self) -> int:
        """Adds notices of a new edition for people drawn at random."""
        async with self.office.writing() as stores:
            await stores.outbox.add(letters(self.some(ACTS), f"extra-{self.updates}-{time.monotonic()}"))
        return ACTS

    async def refill(self) -> None:
        """Lets those have a letter again who got one."""
        async with self.office.writing() as stores:
            await stores.outbox.end(EDITION)
            await stores.outbox.add(letters(self.sent, EDITION))
        self.sent.clear()

    async def looks(self) -> int:
        """Looks for due work where there is none."""
        for _ in range(LOOKS):
            await self.look()
        return LOOKS

    async def look(self) -> None:
        """Looks for due work once, as the ticker does."""
        for job in JOBS + ENDINGS:
            await job(self.office)


def letters(people: Sequence[int], edition: str) -> list[Notice]:
    """Makes a digest for each."""
    return to_everybody(edition, people, "digest", {}, "digest", AT_ONCE)


def message(person: int, words: str) -> dict[str, Any]:
    """Makes the update of a private message."""
    who = {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"}
    return {
        "message": {"message_id": 1, "date": 1, "from": who, "chat": {"id": person, "type": "private"}, "text": words}
    }


def press(person: int, data: str) -> dict[str, Any]:
    """Makes the update of a pressed button."""
    made = message(person, "x")["message"]
    return {"callback_query": {"id": "1", "from": made["from"], "message": made, "data": data}}


def main() -> None:
    """Measures every size on both databases."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=SIZES[-1], help="the largest size")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one of the two databases")
    asked = output(parser)
    sizes = [size for size in SIZES if size <= asked.most]
    rows: list[dict[str, Any]] = []
    if asked.only != "postgresql":
        rows += asyncio.run(measured(None, sizes))
    if asked.only != "sqlite":
        with postgres_server() as server:
            rows += asyncio.run(measured(server, sizes))
    report("growth", with_ratios(rows), BAR, asked.output)


async def measured(server: Postgres | None, sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Measures everything at each size on one database."""
    name, rows = "postgresql" if server else "sqlite", []
    async with standing(server) as bench:
        for size in sizes:
            await bench.grow(size)
            if server:
                server.ask("vacuum analyze", "growth")  # its own is switched off in tests/postgres.py
            rows += [{"database": name, "members": size, **row} for row in await acts(bench)]
            print("  " + ", ".join(f"{row['what']} {row['cpu_us']:.0f}" for row in rows if row["members"] == size))
    return rows


@asynccontextmanager
async def standing(server: Postgres | None) -> AsyncIterator[Bench]:
    """Puts the program's parts together on an empty installation."""
    with tempfile.TemporaryDirectory() as name:
        folder, meter = Path(name), Meter(server)
        database = open_database(server.create_database("growth") if server else None, folder)
        with meter.watching():
            await migrate(database)
            vault, clock = Vault.unlock(folder / "keys", fresh=True), Hand()
            box, texts = Box(database.box, vault), Catalogues.load(data_folder("locales"))
            await box.start()
            union = Union("bench_bot", "Africa/Nairobi", "en", texts.locales)
            office, nobody = Office(database, vault, box, clock, union, texts, rate=RATE), Any
            async with office.writing() as stores:
                await stores.posts.add(Post("post", (("en", WORDS), ("sw", WORDS)), NOON + timedelta(days=40)))
            poster = Poster(nobody, Printer(texts), nobody, nobody)  # type: ignore[arg-type]  # posts nothing
            conversation = Conversation(office, COMMANDS, nobody, Answerless())  # type: ignore[arg-type]  # likewise
            yield Bench(office, clock, conversation, poster, meter)
        await database.close()


class Answerless:
    """Stands where answers are given."""

    async def give(self, *given: Any) -> None:
        """Is never called: what a turn answers is thrown away."""


async def acts(bench: Bench) -> list[dict[str, Any]]:
    """Measures every act at the size of now; gives microseconds for each."""
    first = await first_look(bench)
    kinds: Sequence[tuple[str, Callable[[], Awaitable[int]]]] = (
        ("update", bench.questions),
        ("vote", bench.votes),
        ("message", bench.messages),
        ("notice added", bench.additions),
        ("idle look", bench.looks),
    )
    found: defaultdict[str, list[tuple[float, ...]]] = defaultdict(list)
    for number in range(ROUNDS + 1):
        for what, act in kinds:
            costs = await timed(bench.meter, act)
            if number:  # the first round fills caches
                found[what].append(costs)
        await bench.refill()
    return [first, *(row(what, *map(median, zip(*costs, strict=True))) for what, costs in found.items())]


def row(what: str, cpu: float, database: float, wall: float, *stall: float) -> dict[str, Any]:
    """Gives one line of the table."""
    return {"what": what, "cpu_us": cpu * US, "database_us": database * US, "wall_us": wall * US} | (
        {"stall_ms": stall[0] * 1e3} if stall else {}
    )


async def timed(meter: Meter, act: Callable[[], Awaitable[int]]) -> tuple[float, float, float]:
    """Gives the seconds of the processor, of those the database's, and of the clock that each of many acts took."""
    cpu, database, began = *meter.read(), time.monotonic()
    number = await act()
    ended = (*meter.read(), time.monotonic())
    return (ended[0] - cpu) / number, (ended[1] - database) / number, (ended[2] - began) / number


async def first_look(bench: Bench) -> dict[str, Any]:
    """Measures the first look of a day, per member, and the longest time for which it held up everything else."""
    bench.clock.moment += timedelta(days=7)
    longest = [0.0]
    beat = asyncio.create_task(watch(longest))

    async def look() -> int:
        await bench.look()
        return bench.size

    costs = await timed(bench.meter, look)
    beat.cancel()
    return row("first look of a day, per member", *costs, longest[0])


async def watch(longest: list[float]) -> None:
    """Notes the longest time for which nothing else could run."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        longest[0] = max(longest[0], time.monotonic() - began)


def with_ratios(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Says of each figure how many times the one of the smallest union it is, both processor times together."""
    least: dict[tuple[str, str], float] = {}
    for one in rows:
        least.setdefault((one["database"], one["what"]), total(one))
    return [{**one, "times_the_smallest": total(one) / least[one["database"], one["what"]]} for one in rows]


def total(one: dict[str, Any]) -> float:
    """Gives all processor time: SQLite's is in the program's already, a server's is not."""
    cpu: float = one["cpu_us"] + (one["database_us"] if one["database"] == "postgresql" else 0.0)
    return cpu


if __name__ == "__main__":
    main()

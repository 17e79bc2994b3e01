"""The organizer: plays every command and button in worlds that differ only in what one person said, and compares.

A metamorphic test: until the close, nothing that an organizer or another member is shown may depend on whether the
target voted yes, no or not at all, or on what they reported.
"""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal
from unittest.mock import patch

from sqlalchemy import func, select

from bot.ballots.rules import CODE, Ballot, Wording
from bot.database import PEOPLE
from bot.members.roles import WORDS
from bot.pay.rules import period
from bot.settings import load
from bot.texts import Text, text
from bot.turn import Turn
from handlers import COMMANDS, organize
from tests.audit.attackers import middle, said_by
from tests.audit.keepers import folder
from tests.audit.kinds import BALLOT
from tests.audit.through_http import telegram
from tests.cast import Person, labels_of
from tests.conftest import Bot, make_settings, run_bot
from tests.people import enrol, founded
from tests.votes import entries

Choice = Literal["yes", "no", "nothing"]
OTHERS = 11  # ten are sealed and one waits; the target and both who look make four, so that nothing is sealed meanwhile
TARGET, MEMBER, FIRST = 7_900_001, 7_900_002, 7_000_000
DATA = re.compile(r"~?[0-9a-f]{6}\.")
FINGERPRINT = re.compile(r"[0-9a-f]{4}(?: [0-9a-f]{4}){3}")  # of the frozen rules, which hold a random commitment
CHANCE = (
    (re.compile(r"start=[\w-]+"), "start=CODE"),
    (re.compile(r"digest-[0-9a-f]{12}"), "digest-ID"),
    (re.compile(r"[0-9a-f]{24}"), "INCLUSION"),
    (re.compile(r"\b[0-9A-Z]{4}(?: [0-9A-Z]{4}){4}\b"), "LEDGER"),
    (re.compile(rf"\b({'|'.join(WORDS)})\b"), "RIVER"),  # the word an organizer is known by is drawn
)


@dataclass
class Seen:
    """Everything one person was shown, in order, with what is random taken out."""

    lines: list[str] = field(default_factory=list)

    def note(self, where: str, shown: str) -> None:
        """Adds what was shown somewhere."""
        for pattern, instead in CHANCE:
            shown = pattern.sub(instead, shown)
        self.lines.append(f"{where}: {shown}")


@dataclass
class Walk:
    """Walks through every command and, from each, through the buttons to some depth."""

    bot: Bot
    person: Person
    depth: int
    fan: int
    seen: Seen

    async def run(self) -> None:
        """Walks all commands; leaving comes last."""
        for command in sorted(COMMANDS, key=lambda name: (name == "leave", name)):
            paths: deque[tuple[str, ...]] = deque([()])
            while paths:
                path = paths.popleft()
                labels = await self._visit(command, path)
                if len(path) < self.depth:
                    paths.extend((*path, label) for label in labels[: self.fan])
            await self._show(f"/{command} and a word", lambda: self.person.says("7"))

    async def _visit(self, command: str, path: tuple[str, ...]) -> list[str]:
        """Goes one way from its command on, and gives the buttons at its end."""
        await self._show(f"/{command}", lambda: self.person.says(f"/{command}"))
        for length, label in enumerate(path, 1):
            if label not in await self.person.buttons():
                self.seen.note(f"/{command} {path[:length]}", "is not there")
                return []
            await self._show(f"/{command} {path[:length]}", lambda: self.person.presses(label))  # noqa: B023  # at once
        return await self.person.buttons()

    async def _show(self, where: str, act: Callable[[], Any]) -> None:
        """Does one thing and notes everything that is new in the chat afterwards, with what is random left out."""
        chat = await self.person.chat()
        before, toasts = {look(message) for message in chat["messages"]}, len(chat["toasts"])
        await act()
        await self.bot.settled()
        chat = await self.person.chat()
        for shown in (look(message) for message in chat["messages"]):
            if shown not in before:
                self.seen.note(where, shown)
        for toast in chat["toasts"][toasts:]:
            self.seen.note(where, f"toast {toast['text']}")


def look(message: dict[str, Any]) -> str:
    """Gives what a message shows: its words, the labels and the data of its buttons without their revisions."""
    keys = [b["callback_data"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]
    words = FINGERPRINT.sub("", str(message.get("text")))
    return f"{words} {labels_of(message)} {[DATA.sub('', key) for key in keys]}"


async def observed(choice: Choice, *, depth: int, fan: int) -> list[str]:
    """Plays one world in which the target said this, and gives all that others were shown."""
    async with folder() as place, telegram() as (cast, simulator):
        settings = load(make_settings(simulator.url, place, None))
        bot = await run_bot(settings, simulator, cast)
        organizer, member = await peopled(bot)
        await said(bot, choice)
        seen = Seen()
        for person in (organizer, member):
            await Walk(bot, person, depth, fan, seen).run()
        await bot.later(days=6)  # digests go out meanwhile
        for person in (organizer, member):
            for message in (await person.chat())["messages"]:
                seen.note("later", look(message))
        seen.lines += [f"{line}" for line in await totals(bot)]
        seen.lines += calls(simulator.calls)
        await bot.app.stop()
    return seen.lines


async def peopled(bot: Bot) -> tuple[Person, Person]:
    """Gives an organizer and an ordinary member of a union in which a ballot and a pay period are under way."""
    organizer = await founded(bot)
    member = await bot.cast.person("Member", id=MEMBER)
    for telegram_id in (TARGET, MEMBER, *range(FIRST, FIRST + OTHERS)):
        await enrol(bot, telegram_id, "en", "KE", 60)
    closes = await bot.app.clock.now() + timedelta(days=14)
    async with bot.app.office.writing() as stores:
        await stores.ballots.add(Ballot(BALLOT, (Wording("en", "Shall we?", ("Yes", "No")),), None, closes))
    await bot.tick()
    await bot.app.box.open(period(await bot.app.clock.now()))
    for number in range(OTHERS):
        await bot.app.box.put(BALLOT, FIRST + number, entries(number % 2, bytes([number]) * CODE))
        await report(bot, FIRST + number, 30_000 + number)
    return organizer, member


async def said(bot: Bot, choice: Choice) -> None:
    """Lets the target vote and report, as far as this world has it."""
    if choice != "nothing":
        await bot.app.box.put(BALLOT, TARGET, entries(int(choice == "no"), bytes(CODE)))
        await report(bot, TARGET, 20_000 if choice == "yes" else 60_000)


async def report(bot: Bot, telegram_id: int, monthly: int) -> None:
    """Files a report."""
    name = period(await bot.app.clock.now())
    await bot.app.box.put(name, telegram_id, said_by("KE", "sama", monthly, 5, middle), electorate=False)


async def totals(bot: Bot) -> list[str]:
    """Counts the rows of every table of the people store, outbox and editions among them."""
    async with bot.app.database.people.reader.begin() as connection:
        sizes = [await connection.scalar(select(func.count()).select_from(table)) for table in PEOPLE.sorted_tables]
    return [f"rows of {table.name}: {size}" for table, size in zip(PEOPLE.sorted_tables, sizes, strict=True)]


def calls(made: Any) -> list[str]:
    """Counts the bot's calls to Telegram by chat and method; their order depends on the machine."""
    quiet = ("getUpdates", "getMe", "sendChatAction")  # the last shows only that something takes long
    by_chat: defaultdict[str, list[str]] = defaultdict(list)
    for call in (call for call in made if call["method"] not in quiet):
        methods = by_chat[str(call["parameters"].get("chat_id"))]
        if methods[-1:] != ["deleteMessages"] or call["method"] != "deleteMessages":  # as many as there are ids
            methods.append(call["method"])
    return [f"{chat}: {' '.join(sorted(methods))}" for chat, methods in sorted(by_chat.items())]


@contextmanager
def leaking() -> Iterator[None]:
    """The negative control: the organizer's menu shows how many said yes, out of the pool in memory."""
    numbers = organize.numbers

    async def too_much(turn: Turn, *, waiting: bool) -> tuple[Text, ...]:
        pool = turn.box._pools[BALLOT].values()
        yes = sum(entry == entries(0, b"")[0] for said in pool for entry in said)
        return (*await numbers(turn, waiting=waiting), text("value", value=f"{yes}"))

    with patch.object(organize, "numbers", too_much):
        yield


def differences(first: list[str], second: list[str]) -> list[str]:
    """Lists where two transcripts differ."""
    pairs = zip(first, second, strict=False)
    found = [f"{one} | {other}" for one, other in pairs if one != other]
    return found + ([f"{len(first)} lines against {len(second)}"] if len(first) != len(second) else [])

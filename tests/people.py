"""Ready-made people for tests: a founder who walked through /start, and members enrolled past probation."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.members.rules import Member, Role, admit, in_office
from tests.cast import Person
from tests.conftest import ADMIN, Bot


async def founded(bot: Bot) -> Person:
    """Lets the owner join over the chat; she is the administrator."""
    admin = await bot.cast.person("Wanjiru", id=ADMIN)
    await admin.says("/start")
    await admin.presses("English")
    await admin.presses("I agree")
    await admin.sees_new("You are an administrator")
    return admin


async def member(bot: Bot, name: str, language: str = "en", *, country: str | None = None, days: int = 60) -> Person:
    """Enrols somebody who joined some days ago and has written to the bot."""
    person = await bot.cast.person(name, language=language)
    await enrol(bot, person.id, language, country, days)
    await person.says("/help")
    await person.sees_new("/pay")
    return person


async def crowd(bot: Bot, size: int, *, country: str | None = None, start: int = 7_000_000) -> list[Person]:
    """Enrols many at once, without a word to the bot."""
    people = []
    for number in range(size):
        person = await bot.cast.person(f"M{number}", id=start + number)
        people.append(person)
    for person in people:
        await enrol(bot, person.id, "en", country, 60)
    return people


async def enrol(bot: Bot, telegram_id: int, locale: str, country: str | None, days: int) -> None:
    """Writes a member's record as an approval some days ago would have."""
    office = bot.app.office
    now = await office.clock.now()
    record = replace(admit(telegram_id, locale, now - timedelta(days=days), office.union.zone), country=country)
    async with office.writing() as stores:
        await stores.members.put(record)


async def organizer(bot: Bot, name: str, word: str, *, administrator: bool = False) -> Person:
    """Enrols a member who is an organizer already, known by a word."""
    person = await member(bot, name)
    roles = frozenset(Role) if administrator else frozenset({Role.ORGANIZER})
    await change(bot, person, lambda record, now: replace(in_office(record, roles, now), alias=word))
    return person


async def change(bot: Bot, person: Person, changed: Callable[[Member, datetime], Member]) -> None:
    """Changes somebody's record behind the bot's back, as time or an older version would have left it."""
    now = await bot.app.office.clock.now()
    async with bot.app.office.writing() as stores:
        record = await stores.members.hold(person.id)
        assert record is not None
        await stores.members.put(changed(record, now))


async def keeps_a_ledger(person: Person, amount: str, nonsense: str) -> tuple[str, str]:
    """Begins a ledger, enters a payment, opens it and fails to; gives the code, as it is shown and as it is used."""
    await person.says("/ledger")
    await person.presses("Begin a ledger")
    shown = re.search(r"([A-Z2-9]{4} ){4}[A-Z2-9]{4}", (await person.sees_new("shown this once"))["text"])
    assert shown
    await person.says(shown[0][-4:])
    await person.presses("I was paid")
    await person.sees_new("How much did you receive")
    await person.says(amount)
    await person.presses("Somebody else")
    await person.sees_new("only your code opens it")
    await person.says("/ledger")
    await person.presses("Open with my code")
    for words, saying in ((nonsense, "20 letters and figures"), (shown[0], f"Received: {amount} KES")):
        await person.says(words)
        await person.sees_new(saying)
    await person.presses("Close")
    await person.sees_new("Everything else is under /help")
    return shown[0], shown[0].replace(" ", "").lower()

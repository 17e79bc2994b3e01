"""Ready-made people for tests: a founder who walked through /start, and members enrolled past probation."""

from dataclasses import replace
from datetime import timedelta

from bot.members.rules import admit
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

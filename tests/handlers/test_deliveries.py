"""A ballot whose paper does not reach a country is open for a day longer, once and for everybody."""

from datetime import timedelta

from bot.ballots.rules import Ballot, Wording
from tests.cast import Person
from tests.conftest import ONE_STORE, Bot
from tests.handlers.test_newballot import the_ballot
from tests.people import crowd, founded


async def running(bot: Bot, people: list[Person], *, blocked: int, before: int = 0) -> Person:
    """Opens a ballot in a union where so many have blocked the bot: some before, some while it runs."""
    admin = await founded(bot)
    now = await bot.app.office.clock.now()
    for person in people[:before]:
        await person.blocks()
    await bot.settled()
    wordings = (Wording("en", "Shall we meet?", ("Yes", "No")),)
    async with bot.app.office.writing() as stores:
        await stores.ballots.add(Ballot("b1", wordings, None, now + timedelta(days=3)))
    await bot.app.tick()
    for person in people[before:blocked]:
        await person.blocks()
    await bot.tick()
    return admin


async def test_a_country_that_was_not_reached_gives_everybody_a_day_once(bot: Bot) -> None:
    people = await crowd(bot, 20, country="KE")
    await crowd(bot, 3, country="GH", start=7_100_000)
    admin = await running(bot, people, blocked=5)
    planned = (await the_ballot(bot)).closes_at
    await bot.later(days=3, minutes=1)
    longer = await the_ballot(bot)
    assert longer.state == "open" and [note.what for note in longer.notes] == ["prolonged"]
    assert timedelta(days=1) <= longer.closes_at - planned <= timedelta(days=1, hours=1)
    await admin.sees("its paper did not reach enough people in a country", "Nobody decided this")
    await bot.later(days=1, hours=2)
    assert (await the_ballot(bot)).state == "closed"


@ONE_STORE
async def test_few_failures_and_those_of_before_prolong_nothing(bot: Bot) -> None:
    people = await crowd(bot, 20, country="KE")
    await running(bot, people, blocked=12, before=8)  # 4 of 20 failed while it ran
    await bot.later(days=3, minutes=1)
    assert (await the_ballot(bot)).state == "closed"


@ONE_STORE
async def test_what_still_waits_to_be_sent_counts_as_not_reached(bot: Bot) -> None:
    await crowd(bot, 20, country="KE")
    admin = await founded(bot)
    now = await bot.app.office.clock.now()
    async with bot.app.office.writing() as stores:
        wordings = (Wording("en", "Shall we meet?", ("Yes", "No")),)
        await stores.ballots.add(Ballot("b1", wordings, None, now + timedelta(days=3)))
    await bot.app.tick()  # nothing is sent
    await bot.cast.advance(days=3, minutes=1)
    await bot.app.tick()
    assert (await the_ballot(bot)).state == "open"
    await bot.tick()
    await admin.sees("Shall we meet?")

"""A vote and a pay report leave the people store as it was, to the byte on SQLite."""

import random
from typing import Any

from sqlalchemy import select, text

from bot.app import App
from bot.ballots.marks import written
from bot.ballots.rules import Method
from bot.database import PEOPLE
from bot.simulator import Simulator
from tests.cast import Person
from tests.conftest import Bot
from tests.handlers.test_ballots import opened, vote
from tests.handlers.test_pay import answers
from tests.kinds import KINDS, OPTIONS, drawn, put
from tests.people import crowd, enrol, member
from tests.test_leaks import tells_more

RICH: tuple[Method, ...] = ("irv", "stv", "score", "demands", "multiple")


async def test_votes_and_pay_reports_leave_the_people_store_as_it_was(bot: Bot, simulator: Simulator) -> None:
    people = await crowd(bot, 30)
    for person in people:
        simulator.world.people[person.id].started = True
    await opened(bot)
    await people[0].says("/me")  # an open question of an ordinary conversation stays as it is, too
    await people[0].sees_new("Country: not given")
    await bot.settled()
    before = await people_store(bot.app)
    for number, person in enumerate(people):
        await vote(person, ("1. Yes & now", "2. No", "3. Later")[number % 3])
        await person.sees_new("Received")
    for person in people[:12]:
        await answers(person)
        await person.presses("Send")
        await person.sees_new("Received")
    await bot.settled()
    assert await people_store(bot.app) == before


async def test_sixty_votes_of_the_rich_kinds_leave_the_people_store_as_it_was(bot: Bot, simulator: Simulator) -> None:
    people = await crowd(bot, 12)
    for person in people:
        simulator.world.people[person.id].started = True
    for method in RICH:
        await put(bot, f"{method:0>8}", KINDS[method])
    await bot.settled()
    before, chance = await people_store(bot.app), random.Random(60)
    for method in RICH:
        for person in people:
            marks = written(KINDS[method], OPTIONS, drawn(KINDS[method], chance))
            for command in ("choose", "review", "cast"):
                await person.presses_data(await person.last(), f"/{command} {method:0>8} {marks}")
            await person.sees_new("Received")
    await bot.settled()
    assert await people_store(bot.app) == before


async def test_looking_changing_and_refusals_leave_the_people_store_as_it_was(bot: Bot, simulator: Simulator) -> None:
    people = await crowd(bot, 12)
    await opened(bot)
    await enrol(bot, 7_900_000, "en", None, 60)
    late = await bot.cast.person("Late", id=7_900_000)
    await bot.settled()
    before = await people_store(bot.app)
    await people[0].says("/ballots")
    await people[0].presses("Shall we strike")
    await changes_a_vote(people[0])
    await takes_a_report_back(people[0])
    await late.says("/ballots")
    await late.presses("Shall we strike")
    await late.sees_toast("already entitled when it opened")
    await bot.settled()
    assert await people_store(bot.app) == before


async def changes_a_vote(person: Person) -> None:
    """Votes, looks at the code, votes otherwise and looks at what is open."""
    await vote(person, "1. Yes & now")
    await person.presses("My inclusion code")
    await person.sees_new("Your inclusion code")
    await person.presses("Change my vote")
    await vote(person, "2. No")
    await person.sees_new("Changed")
    await person.says("/ballots")
    await person.sees_new("You have voted in it")


async def takes_a_report_back(person: Person) -> None:
    """Tells all kinds of things in a report and takes it back, then begins another, types nonsense and stops."""
    await answers(person)
    await tells_more(person)
    await person.presses("Send")
    await person.presses("Take it back")
    await person.sees_new("Taken back")
    await person.says("/pay")
    await person.presses("Kenya")
    await person.says("not one of the buttons")
    await person.sees_new("Please use one of the buttons")
    await person.presses("Stop, keep nothing")
    await person.sees_new("Nothing half-filled was kept")


async def test_nothing_half_filled_is_ever_written(bot: Bot) -> None:
    await opened(bot)
    ana = await member(bot, "Ana")
    await bot.settled()
    before, opened_before = await people_store(bot.app), bot.app.box.open_names()
    await answers(ana)
    await ana.sees_new("An hour of this work")
    assert await people_store(bot.app) == before
    assert bot.app.box.open_names() == opened_before


async def people_store(app: App, *, published: bool = True) -> dict[str, Any]:
    """Gives every row of the people store with the place it stands at, and on SQLite the very bytes of its file."""
    engine = app.database.people.reader
    found: dict[str, Any] = {}
    async with engine.begin() as connection:
        places = [text("ctid::text"), text("xmin::text")] if connection.dialect.name == "postgresql" else []
        for table in PEOPLE.sorted_tables:
            rows = (await connection.execute(select(*places, *table.columns))).all()
            found[table.name] = sorted(map(repr, rows))
    assert found["member"] and (not published or (found["ballot"] and found["delivered"]))
    found |= {path.name: path.read_bytes() for path in app.settings.data_dir.glob("people.db*")}
    return found

"""/leave erases: rows, what tells of them, and on SQLite the very bytes; what waits in the box is taken back."""

from sqlalchemy import Table, func, select

from bot.database import delivered, member, open_steps, outbox
from tests.cast import Person
from tests.conftest import Bot
from tests.handlers.test_ballots import opened, vote
from tests.people import crowd
from tests.people import member as joined

HEAD = 32  # bytes; a longer value may go on in another page


async def leave(bot: Bot, person: Person) -> None:
    await person.says("/leave")
    await person.presses("Leave and delete")
    await person.sees_new("Your record is deleted")
    await bot.tick()


async def count(bot: Bot, table: Table) -> int:
    async with bot.app.database.people.reader.begin() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


async def values(bot: Bot, table: Table, telegram_id: int) -> list[bytes]:
    """Gives what a table with one row per person holds of somebody."""
    pk = bot.app.vault.lookup(telegram_id)
    async with bot.app.database.people.reader.begin() as connection:
        rows = (await connection.execute(select(table).where(table.c.pk == pk))).all()
        return [pk, *(row[1] for row in rows)]


async def test_nothing_of_a_record_is_left_in_any_table_or_file(bot: Bot) -> None:
    ana = await joined(bot, "Ana")
    await opened(bot)
    await bot.settled()
    sent, people = await count(bot, delivered), await count(bot, member)
    await ana.says("/leave")
    await ana.sees_new("Leave and be forgotten?")
    await bot.settled()
    gone = [*await values(bot, member, ana.id), *await values(bot, open_steps, ana.id)]
    assert len(gone) == 4
    if bot.settings.database_url is None:
        assert all(value[:HEAD] in raw(bot) for value in gone)  # else this test would show nothing
    await ana.presses("Leave and delete")
    await ana.sees_new("Your record is deleted")
    await bot.settled()
    assert (await count(bot, delivered), await count(bot, member)) == (sent - 1, people - 1)
    assert (await values(bot, member, ana.id))[1:] == (await values(bot, open_steps, ana.id))[1:] == []
    if bot.settings.database_url is None:
        assert not [at for value in gone for at in range(0, len(value) - 16, 16) if value[at : at + 16] in raw(bot)]
        assert not [value for value in gone if value[:HEAD] in raw(bot)]


def raw(bot: Bot) -> bytes:
    """Gives the bytes of every file of the people store."""
    return b"".join(path.read_bytes() for path in bot.settings.data_dir.glob("people.db*"))


async def test_letters_that_wait_go_too(bot: Bot) -> None:
    people = [await joined(bot, f"P{number}") for number in range(3)]
    await opened(bot)
    await bot.later(days=3)
    await bot.cast.advance(hours=1)
    await bot.app.tick()  # the letters about the close wait
    waiting = await count(bot, outbox)
    assert waiting == 4
    await people[0].says("/leave")
    await people[0].presses("Leave and delete")
    await people[0].sees_new("Your record is deleted")
    assert await count(bot, outbox) == waiting - 1


async def test_a_vote_that_waits_is_taken_back_and_a_sealed_one_stays_once(bot: Bot) -> None:
    people = [await joined(bot, f"P{number}") for number in range(12)]
    await opened(bot)
    for person in people:
        await vote(person, "1. Yes & now")
        await person.sees_new("Received")
    await bot.settled()
    (name,) = bot.app.box.open_names()
    sealed = [p for p in people if await bot.app.box.standing(name, p.id) == "sealed"]
    pending = [p for p in people if p not in sealed]
    assert len(sealed) == 10 and len(pending) == 2
    await leave(bot, sealed[0])
    await leave(bot, pending[0])
    assert await bot.app.box.standing(name, sealed[0].id) == "sealed"  # joining again gives no second vote
    assert await bot.app.box.standing(name, pending[0].id) == "none"
    assert await bot.app.box.standing(name, pending[1].id) == "pending"
    await bot.later(days=3, hours=1, minutes=1)
    await people[1].sees("Yes & now")
    document = await bot.app.box.board(name)
    assert document and b'"winners":[0]' in document
    assert not bot.app.office.leaving


async def test_a_leave_that_is_undone_costs_no_vote(bot: Bot) -> None:
    await crowd(bot, 3)
    admin = await opened(bot)
    await vote(admin, "1. Yes & now")
    await admin.sees_new("Received")
    await admin.says("/leave")
    await admin.presses("Leave and delete")
    await admin.sees_toast("You are the last administrator")
    await bot.tick()
    (name,) = bot.app.box.open_names()
    assert await bot.app.box.standing(name, admin.id) == "pending"

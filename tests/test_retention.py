"""What is kept how long: each line of the policy, once a day, and shown by the doctor."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Table, func, select

from bot.checks import examine_surroundings, judged, restart, swap
from bot.database import board, invite, open_steps
from bot.jobs.retention import POLICY, RAN
from bot.members.erasures import remember
from bot.members.rules import admit, waited_long
from tests.conftest import Bot
from tests.handlers.test_ballots import opened, vote
from tests.people import founded, member


async def count(bot: Bot, table: Table) -> int:
    store = bot.app.database.box.writer if table is board else bot.app.database.people.reader
    async with store.begin() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


async def test_open_questions_go_after_one_to_two_weeks_and_answered_ones_stay(bot: Bot) -> None:
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma")
    await bot.tick()  # the first look
    for person in (ana, juma):
        await person.says("/me")
        await person.sees_new("What we keep")
    await bot.later(days=7)
    assert await count(bot, open_steps) == 2
    await juma.presses("Time zone")
    await juma.sees_new("Which clock")
    await bot.later(days=7)
    assert await count(bot, open_steps) == 1
    await juma.presses("Back")
    await juma.sees_new("What we keep")


async def test_links_posts_and_requests_to_join_go(bot: Bot) -> None:
    admin, asks = await founded(bot), await bot.cast.person("Asks")
    await asks.says("/join")
    await asks.presses("English")
    await asks.presses("I agree")
    await asks.sees_new("organizer")
    await admin.says("/invite")
    await admin.sees_new("https://t.me/")
    await admin.says("/post")
    await admin.presses("English")
    await admin.says("Come to the meeting")
    await admin.presses("Keep it")
    await admin.sees_new("Kept")
    await bot.later(days=6)
    assert await count(bot, invite) == 1
    await bot.later(days=23)
    assert await count(bot, invite) == 0
    assert await held(bot) == (1, 2)  # Tuesday 23 December: the post and the request are still there
    await bot.later(days=10)
    assert await held(bot) == (0, 1)


async def held(bot: Bot) -> tuple[int, int]:
    """Counts posts, and people with those who wait."""
    async with bot.app.office.reading() as stores:
        return len(await stores.posts.all()), len(await stores.members.all())


def test_a_request_waits_a_month_after_the_month_it_came_in() -> None:
    for joined, gone in (("2026-11", date(2026, 12, 31)), ("2026-12", date(2027, 1, 31))):
        for day in range(1, 29):
            now = date(int(joined[:4]), int(joined[5:]), day)
            asks = admit(1, "en", moment(now), "UTC", "abc")
            assert not waited_long(asks, gone - timedelta(days=1))
            assert waited_long(asks, gone)
            assert not waited_long(admit(1, "en", moment(now), "UTC"), gone)


def moment(day: date) -> datetime:
    """Gives noon of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


async def test_decisions_go_with_their_boards_after_two_years(bot: Bot) -> None:
    await opened(bot)
    await bot.later(days=3, hours=1, minutes=1)
    await bot.later(days=729)
    assert await count(bot, board) == 1
    await bot.later(days=3)
    assert await count(bot, board) == 0
    async with bot.app.office.reading() as stores:
        assert not await stores.ballots.having("closed")


async def test_who_left_is_forgotten_and_the_day_of_the_sweep_is_kept(bot: Bot) -> None:
    await founded(bot)
    now = await bot.app.clock.now()
    left = admit(1, "en", now, "UTC")
    remember(bot.app.vault, left, now.date())
    await bot.tick()
    before = list(bot.app.vault.key_names("erased-"))
    await bot.later(days=45)
    after = list(bot.app.vault.key_names("erased-"))
    assert len(before) == len(after) == 1 and before != after
    async with bot.app.office.reading() as stores:
        assert await stores.instance.get(RAN) == "2027-01-08"


async def test_the_doctor_shows_the_policy_and_never_a_number_of_votes(bot: Bot) -> None:
    people = [await member(bot, f"P{number}") for number in range(3)]
    await opened(bot)
    assert "nothing waits to be sealed: a restart is harmless" in await said(bot)
    for person in people:
        await vote(person, "1. Yes & now")
        await person.sees_new("Received")
    words = await said(bot)
    assert "fewer than 10 entries wait to be sealed" in words
    assert all(f"kept: {rule.what}: {rule.how_long} ({rule.why})" in words for rule in POLICY)
    assert "last let go on: 2026-11-24" in words


async def said(bot: Bot) -> str:
    """Gives what the doctor says of a running bot."""
    return "\n".join([finding.words async for finding in examine_surroundings(bot.settings)])


async def test_the_doctor_names_what_postgresql_would_tell(bot: Bot) -> None:
    words = await said(bot)
    if bot.settings.database_url is None:
        assert "PostgreSQL" not in words
        return
    assert "PostgreSQL logs no values" in words
    async with bot.app.database.people.writer.connect() as connection:
        for name, value in (("log_statement", "all"), ("log_min_error_statement", "error")):
            database = await connection.scalar(select(func.current_database()))
            await connection.exec_driver_sql(f"alter database {database} set {name} = '{value}'")
        await connection.commit()
    words = await said(bot)
    assert "PostgreSQL has log_statement=all: set log_statement=none" in words
    assert "PostgreSQL has log_min_error_statement=error: set log_min_error_statement=panic" in words


def test_what_the_doctor_says_of_slots_of_waiting_and_of_swap() -> None:
    assert "drop them" in judged("logical replication slots", "1").words
    assert [restart(n).split(" ", 3)[:3] for n in (0, 1, 9, 10, 500)] == [
        ["nothing", "waits", "to"],
        *[["fewer", "than", "10"]] * 2,
        *[["10", "or", "more"]] * 2,
    ]
    lines = "Filename Type Size Used Priority\n/dev/dm-1 partition 1 0 -2\n/dev/zram0 partition 1 0 -2\n"
    assert [finding.well for finding in swap(lines, lambda name: True)] == [True]
    (bare,) = swap(lines, lambda name: False)
    assert not bare.well and "/dev/dm-1" in bare.words and "zram" not in bare.words
    assert swap("", lambda name: False) == []

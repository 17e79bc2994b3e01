"""Somebody else takes this bot's updates: voting and reporting pause, and the organizers are told."""

import logging
from pathlib import Path

import pytest

from bot.doctor import webhook
from bot.settings import load
from bot.simulator import Simulator
from tests.cast import Cast, Person
from tests.conftest import Bot, make_settings, start
from tests.handlers.test_ballots import opened, vote
from tests.handlers.test_webhook import SECRET, free_port
from tests.people import crowd, founded, member
from tests.simulator.test_updates import call

FOREIGN = "http://127.0.0.1:9/theirs"
PAUSED = "Voting and reporting are paused for now"
ORGANIZERS = "must revoke the bot's token at @BotFather"
OVER = "Voting and reporting go on"


async def told(person: Person, words: str) -> int:
    """Counts the messages with these words."""
    return sum(words in str(message.get("text")) for message in (await person.chat())["messages"])


async def second_poller(bot: Bot) -> None:
    """Lets somebody else take the bot's updates once, and waits until the bot polls again."""
    await bot.settled()
    seen = bot.app.office.guard.seen
    poll = await call(bot.cast, "getUpdates")
    assert poll["ok"]
    for person in bot.people.values():
        await person.says("/help")
        await person.sees_new("What you can do here")
    assert bot.app.office.guard.seen != seen


async def test_a_second_poller_pauses_voting_and_reporting_but_not_looking(bot: Bot) -> None:
    await crowd(bot, 10)
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma", "sw")
    await opened(bot)
    bot.people = {"Ana": ana}
    await ana.presses("1. Yes & now")
    await ana.button("Cast my vote")
    await second_poller(bot)
    await ana.presses("Cast my vote")
    await ana.sees_toast(PAUSED)
    await juma.presses("2. Hapana")
    await juma.sees_toast("Kupiga kura na kuripoti kumesitishwa")
    await ana.says("/pay")
    await ana.sees_new(PAUSED)
    await ana.says("/ballots")
    await ana.sees_new("Shall we strike")
    await ana.says("/mydata")
    await ana.sees_new("Everything our server holds")
    await ana.does_not_see("Received")
    await bot.later(minutes=11)
    await vote(juma, "2. Hapana", "Piga kura yangu")
    await juma.sees_new("Imepokelewa")


async def test_organizers_are_told_once_of_a_pause_and_once_of_its_end(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    ana, admin = await member(bot, "Ana"), await founded(bot)
    bot.people = {"Ana": ana}
    await second_poller(bot)
    await bot.tick()
    await second_poller(bot)
    await bot.later(minutes=9)
    assert await told(admin, ORGANIZERS) == 1 and await told(admin, OVER) == 0
    await bot.later(minutes=2)
    await bot.tick()
    assert await told(admin, ORGANIZERS) == 1 and await told(admin, OVER) == 1
    assert await told(ana, ORGANIZERS) == 0 and await told(ana, OVER) == 0
    said = [record for record in caplog.records if record.name == "kauli.watch"]
    assert len(said) == 1 and said[0].levelno == logging.ERROR and "@BotFather" in vars(said[0])["reason"]


async def test_a_typed_answer_to_a_sealed_question_is_refused_too(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/pay")
    await ana.sees_new("")
    bot.app.office.guard.saw(await bot.app.office.clock.now())
    await ana.says("12")
    await ana.sees_new(PAUSED)


async def test_a_ballot_does_not_close_during_a_pause_and_gets_time_back(bot: Bot) -> None:
    await crowd(bot, 10)
    ana = await member(bot, "Ana")
    await opened(bot)
    await bot.later(days=3, minutes=58)
    bot.app.office.guard.saw(await bot.app.office.clock.now())
    await bot.later(minutes=5)
    async with bot.app.office.reading() as stores:
        assert await stores.ballots.having("open") and not await stores.ballots.having("closed")
    await bot.later(minutes=6)
    await vote(ana, "1. Yes & now")
    await ana.sees_new("Received")
    await bot.later(days=1, minutes=1)
    await ana.sees("Fewer than 5 votes were cast")


async def test_a_ballot_says_why_it_is_open_for_longer(bot: Bot) -> None:
    await crowd(bot, 10)
    ana = await member(bot, "Ana")
    await opened(bot)
    await ana.says("/digest")
    await ana.sees_new("Shall we strike")
    await ana.does_not_see("longer than planned")
    await bot.later(days=3, minutes=58)
    bot.app.office.guard.saw(await bot.app.office.clock.now())
    await bot.later(minutes=11)
    await ana.says("/digest")
    await ana.sees_new("longer than planned, because nobody could vote for a while")
    await ana.says("/ballots")
    await ana.presses("Shall we strike <b>now</b> {0}?")
    await ana.sees("voting was paused for a while because somebody else")


@pytest.mark.parametrize("kill", [True, False])
async def test_a_pause_outlives_its_process_and_ends_once(bot: Bot, kill: bool) -> None:
    ana, admin = await member(bot, "Ana"), await founded(bot)
    bot.app.office.guard.saw(await bot.app.office.clock.now())
    await bot.tick()
    await bot.restart(kill=kill)
    await ana.says("/pay")
    await ana.sees_new(PAUSED)
    await bot.later(minutes=9)
    assert await told(admin, ORGANIZERS) == 1 and await told(admin, OVER) == 0
    await bot.app.stop()
    await bot.cast.advance(days=2)
    await bot.start_again()
    await bot.tick()
    await bot.restart(kill=kill)
    await bot.tick()
    assert await told(admin, ORGANIZERS) == 1 and await told(admin, OVER) == 1
    assert bot.app.office.guard.seen is None
    await ana.says("/pay")
    await ana.sees_new("1 of 6")


async def test_pay_is_not_released_during_a_pause(bot: Bot) -> None:
    quarter, box = "2026-Q4", bot.app.box
    await box.open(quarter)
    await bot.settled()
    await bot.cast.set_clock("2026-12-31T23:55:00Z")
    bot.app.office.guard.saw(await bot.app.office.clock.now())
    await bot.later(minutes=6)
    assert await box.board(quarter) is None
    await bot.later(minutes=5)
    assert await box.board(quarter)


async def test_a_foreign_webhook_is_noticed_and_removed(bot: Bot, simulator: Simulator) -> None:
    ana = await member(bot, "Ana")
    await bot.settled()
    await call(bot.cast, "setWebhook", url=FOREIGN)
    assert not (await webhook(bot.settings)).well
    await bot.cast.advance(minutes=4)
    await bot.app.tick()
    assert (await call(bot.cast, "getWebhookInfo"))["result"]["url"] == ""
    assert (await webhook(bot.settings)).well
    assert bot.app.office.guard.paused(await bot.app.office.clock.now())
    await ana.says("/pay")
    await ana.sees_new(PAUSED)


async def test_a_webhook_that_stands_at_the_start_is_foreign_where_we_poll(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await bot.app.stop()
    await call(bot.cast, "setWebhook", url=FOREIGN)
    await ana.says("/pay")
    await bot.start_again()
    await ana.sees_new(PAUSED)


async def test_our_own_restart_alarms_nobody(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await bot.app.stop()
    await bot.cast.fault("getUpdates", status=409, description="Conflict: terminated by other getUpdates", times=1)
    await bot.start_again()
    await bot.restart(kill=True)
    await ana.says("/pay")
    await ana.sees_new("")
    await ana.does_not_see(PAUSED)
    assert bot.app.office.guard.seen is None


async def test_a_swapped_webhook_is_noticed_and_ours_set_again(
    simulator: Simulator, cast: Cast, tmp_path: Path
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/hook"
    more = {"KAULI_WEBHOOK_URL": url, "KAULI_WEBHOOK_LISTEN": f"127.0.0.1:{port}", "KAULI_WEBHOOK_SECRET": SECRET}
    settings = load(make_settings(simulator.url, tmp_path, None) | more)
    app = await start(settings)
    ana = await cast.person("Ana")
    await ana.says("/help")
    await ana.sees_new("What you can do here")
    await app.tick()
    assert app.office.guard.seen is None and (await webhook(settings)).well
    await call(cast, "setWebhook", url=FOREIGN)
    assert not (await webhook(settings)).well
    await cast.advance(minutes=4)
    await app.tick()
    assert (await call(cast, "getWebhookInfo"))["result"]["url"] == url
    await ana.says("/pay")
    await ana.sees_new(PAUSED)
    await app.stop()

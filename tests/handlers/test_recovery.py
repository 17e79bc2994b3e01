"""Words that died with a process: their people are told once, and get the time to say them again."""

import pytest

from tests.cast import Person
from tests.conftest import Bot
from tests.handlers.test_ballots import opened, vote
from tests.handlers.test_pay import answers
from tests.people import founded, member

LOST = "Kauli was restarted before your last tap in a ballot was sealed"


async def killed_with_a_vote(bot: Bot) -> tuple[Person, list[Person]]:
    """Lets Ana's vote die with the process; eleven others have not voted."""
    ana, others = await member(bot, "Ana"), [await member(bot, f"P{n}") for n in range(11)]
    await opened(bot)
    await vote(ana, "2. No")
    await ana.sees_new("Received")
    await bot.cast.settled()  # an update that is not confirmed comes again, and the vote with it
    await bot.app.kill()
    return ana, others


async def back(bot: Bot) -> None:
    """Starts the bot again and waits until it has read what came meanwhile."""
    await bot.start_again()
    await bot.app.inlet.backlog_read.wait()


async def test_a_ballot_that_should_have_closed_meanwhile_stays_open_for_a_day(bot: Bot) -> None:
    ana, others = await killed_with_a_vote(bot)
    await bot.cast.advance(days=4)
    await back(bot)
    await bot.tick()
    await ana.sees(LOST, "Open until Sun 29 Nov")
    for person in (ana, *others):
        await person.says("/ballots")
        await person.presses("Shall we strike")
        await vote(person, "2. No" if person is ana else "1. Yes & now")
        await person.sees_new("Received")
    await bot.later(days=1, hours=1)
    await ana.sees("12 of 13 voted", "No: 1")


async def test_nothing_closes_before_the_backlog_is_read(bot: Bot) -> None:
    ana, _ = await killed_with_a_vote(bot)
    await bot.cast.advance(days=4)
    await bot.start_again()
    await bot.app.inlet.backlog_read.wait()
    bot.app.inlet.backlog_read.clear()
    await bot.app.tick()
    assert bot.app.box.open_names()
    bot.app.inlet.backlog_read.set()
    await bot.tick()
    await ana.sees(LOST)


@pytest.mark.parametrize("sent", [False, True])
async def test_a_second_kill_within_recovery_tells_nobody_twice(bot: Bot, sent: bool) -> None:
    ana, _ = await killed_with_a_vote(bot)
    await back(bot)

    async def dies(name: str, lost: object) -> None:
        raise OSError("killed between the two stores")

    bot.app.box.forget = dies  # type: ignore[method-assign]  # as a kill at this moment would
    with pytest.raises(OSError):
        await bot.app.tick()
    if sent:
        await bot.app.sender.drain()
    await bot.restart(kill=True)
    await bot.app.sender.drain()  # before its own recovery
    await bot.cast.advance(minutes=3)
    await bot.app.inlet.backlog_read.wait()
    await bot.tick()
    await ana.sees(LOST)
    told = [message for message in (await ana.chat())["messages"] if LOST in str(message.get("text"))]
    assert len(told) == 1


async def test_a_letter_that_comes_too_late_says_so(bot: Bot) -> None:
    ana, _ = await killed_with_a_vote(bot)
    await back(bot)
    await bot.settled()
    await bot.app.tick()  # tells her, but the letter does not get out for a week
    await bot.later(days=7)
    await ana.sees("the ballot is closed by now: Shall we strike", "your vote is not in the result")


async def test_a_report_whose_period_is_over_meanwhile(bot: Bot) -> None:
    await founded(bot)
    ana = await member(bot, "Ana")
    await answers(ana)
    await ana.presses("Send")
    await ana.sees_new("Received")
    await bot.cast.settled()  # an update that is not confirmed comes again, and the vote with it
    await bot.app.kill()
    await bot.cast.advance(days=60)
    await back(bot)
    await bot.tick()
    await ana.sees("it is not in the figures", "for the new period")


async def test_who_left_meanwhile_is_forgotten(bot: Bot) -> None:
    ana, _ = await killed_with_a_vote(bot)
    await back(bot)
    await ana.says("/leave")
    await ana.presses("Leave and delete my record")
    await bot.tick()
    assert await bot.app.box.lost() == {}
    await ana.does_not_see(LOST)

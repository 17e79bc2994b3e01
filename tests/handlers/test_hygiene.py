"""What stays in a chat: nothing of a choice or an amount, nothing that may not be taken, and after /hide nothing."""

from dataclasses import fields
from typing import Any

import pytest

from bot.members.rules import Member
from handlers.mydata import RECORD
from tests.cast import Person, labels_of
from tests.conftest import Bot
from tests.handlers.test_ballots import opened, vote
from tests.handlers.test_pay import answers
from tests.people import founded, member

TRACES = ("Cast it", "Received", "38,000", "41,000", "Taken back", "Your choice")


async def left(person: Person) -> list[tuple[Any, ...]]:
    """Gives what somebody's chat shows, without the numbers Telegram gives its messages."""
    messages = (await person.chat())["messages"]
    return [(m["from"], m.get("text"), m["kind"], tuple(labels_of(m)), m["edited"]) for m in messages]


async def test_chats_of_people_who_chose_differently_are_equal(bot: Bot) -> None:
    ana, ben = await member(bot, "Ana"), await member(bot, "Ben")
    await opened(bot)
    for person, option, amount in ((ana, "1. Yes & now", "38,000"), (ben, "2. No", "41,000")):
        await vote(person, option)
        await person.sees_new("Received")
        await answers(person, amount=amount)
        await person.presses("Send")
        await person.sees_new("Received")
    await bot.later(minutes=11)
    assert await left(ana) == await left(ben)
    shown = str(await left(ana))
    assert not [trace for trace in TRACES if trace in shown]


async def test_a_paper_that_was_sent_stays_as_it_is(bot: Bot) -> None:
    ana, ben = await member(bot, "Ana"), await member(bot, "Ben")
    await opened(bot)
    await vote(ana, "2. No")
    await ana.sees_new("Received")
    await bot.later(minutes=11)
    papers = [[line for line in await left(who) if "Secret ballot" in str(line[1])] for who in (ana, ben)]
    assert papers[0] == papers[1] and len(papers[0]) == 1


@pytest.mark.parametrize("restart", [False, True])
async def test_hide_takes_away_what_is_young_enough_and_nobody_elses(bot: Bot, restart: bool) -> None:
    ana, ben = await member(bot, "Ana"), await member(bot, "Ben")
    await bot.cast.advance(hours=49)
    await ana.says("/privacy")
    await ana.sees_new("What we do not keep")
    others = await left(ben)
    if restart:
        await bot.restart(kill=True)
    await bot.cast.fault("deleteMessages", status=429, description="Too Many Requests: retry after 1", retry_after=1)
    await ana.says("/hide")
    await ana.sees_new("Hidden", "older than 48 hours")
    await bot.settled()
    shown = [str(line[1]) for line in await left(ana)]
    assert not [text for text in shown if "What we do not keep" in text or text in ("/hide", "/privacy")]
    assert "/help" in shown  # older than 48 hours: Telegram keeps it
    assert await left(ben) == others


@pytest.mark.parametrize("kind", ["video_note", "audio", "venue", "forward_origin", "via_bot"])
@pytest.mark.parametrize("asked", [False, True])
async def test_what_is_no_answer_is_refused_and_deleted(bot: Bot, kind: str, asked: bool) -> None:
    await founded(bot)
    ana = await member(bot, "Ana")
    if asked:
        await ana.says("/pay")
        await ana.sees_new("Whoever takes our server later")
    await ana.sends(kind)
    await ana.sees_new("I cannot take photos, files")
    await bot.settled()
    assert kind not in [line[2] for line in await left(ana)]


def test_every_field_of_the_record_is_said() -> None:
    said = [name for names in RECORD for name in names]
    assert sorted(said) == sorted(field.name for field in fields(Member))


async def test_mydata_is_protected_and_goes(bot: Bot) -> None:
    ana = await member(bot, "Ana", country="KE")
    await ana.says("/mydata")
    message = await ana.sees_new("Everything our server holds about you", str(ana.id), "Kenya")
    assert message["has_protected_content"]
    await bot.later(minutes=11)
    await ana.does_not_see("Everything our server holds about you")

"""Double taps, forged buttons, floods, deleted messages, blocked chats: each has one effect, or none, and an answer."""

import pytest

from bot.simulator import Simulator
from tests.cast import Message, Person
from tests.conftest import Bot
from tests.handlers.test_ballots import opened, vote
from tests.handlers.test_pay import answers
from tests.people import enrol, member


async def test_double_taps_have_one_effect(bot: Bot) -> None:
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma")
    await opened(bot)
    await ana.double_taps("2. No")
    await ana.double_taps("Cast my vote")
    await ana.sees_new("Received")
    await answers(ana)
    await ana.double_taps("Send")
    await ana.sees_new("Received")
    await ana.says("/me")
    await ana.presses("Employers")
    await ana.sees_new("Tick as many")
    await ana.double_taps("Mercor")
    await ana.button("✓ Mercor")
    await juma.says("/leave")
    await juma.double_taps("Leave and delete")
    await juma.sees_new("Thank you for having been with us")
    await bot.settled()
    assert await bot.app.box.standing(bot.app.box.open_names()[0], ana.id) == "pending"
    assert (await ana.buttons()).count("✓ Mercor") == 1
    for person in (ana, juma):
        await person.does_not_see("Something went wrong")


async def test_forged_votes_are_answered_and_count_nothing(bot: Bot) -> None:
    """Every press is answered, so that no phone waits for ever, and none of these is a vote."""
    ana = await member(bot, "Ana")
    await opened(bot)
    message = await ana.sees("Secret ballot")
    ballot = ballot_of(message)
    forged = [f"/cast {ballot}", f"/cast {ballot} 99", f"/cast {ballot} ²", f"/cast {ballot} {'9' * 40}", "/cast x 99"]
    forged += ["/cast", "/vote", f"/vote {ballot} x", "/ballot", "/code", "/code x", "/withdraw", "/nothing", "/ ", "~"]
    forged += [".", "~.", f"~abcdef.{'x' * 56}", "x" * 64, "/" + "x" * 63, "\x00\x01\xff\x80", "é" * 32, "/cast@x y z"]
    before = len(await bot.cast.calls("answerCallbackQuery"))
    for data in forged:
        assert len(data.encode()) <= 64
        await ana.presses_data(message, data)
    await bot.settled()
    assert len(await bot.cast.calls("answerCallbackQuery")) == before + len(forged)
    assert await bot.app.box.standing(ballot, ana.id) == "none"
    await ana.does_not_see("Something went wrong")
    await ana.says("/ballots")
    await ana.presses("Shall we strike")
    await vote(ana, "2. No")
    await ana.sees_new("Received")


def ballot_of(message: Message) -> str:
    """Gives the ballot that a paper's buttons name."""
    return str(message["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split()[1])


@pytest.mark.parametrize(("days", "words"), [(60, "already entitled when it opened"), (1, "a week after joining")])
async def test_a_forged_vote_from_outside_the_electorate_counts_nothing(bot: Bot, days: int, words: str) -> None:
    """Somebody who joined after it opened, or is on probation, gets hold of a ballot's buttons."""
    ana = await member(bot, "Ana")
    await opened(bot)
    message = await ana.sees("Secret ballot")
    late = await member(bot, "Late", days=days)
    await late.presses_data(message, f"/cast {ballot_of(message)} 01")
    await late.sees_toast(words)
    assert await bot.app.box.standing(ballot_of(message), late.id) == "none"


async def test_a_flood_limit_on_an_edited_answer_is_waited_for(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/me")
    for method in ("editMessageText", "answerCallbackQuery", "deleteMessage"):
        await bot.cast.fault(method, status=429, description="Too Many Requests: retry after 1", retry_after=1)
    await ana.presses("Country")
    await ana.sees_new("In which country")
    await ana.says("nowhere")
    await ana.sees_new("Please use one of the buttons", "In which country")


async def test_a_message_that_was_deleted_is_sent_anew(bot: Bot, simulator: Simulator) -> None:
    """In an ordinary conversation and in a sealed one, after a press and after typed words."""
    ana = await member(bot, "Ana")
    await ana.says("/me")
    message, data = await ana.button("Country")
    del simulator.world.chats[ana.id][message["message_id"]]
    await ana.presses_data(message, data)
    await ana.sees("In which country")
    await ana.says("/pay")
    await ana.sees_new("1 of 6")
    for label in ("Kenya", "Sama", "Content moderation", "By the month"):
        await ana.presses(label)
    asked = await ana.sees_new("How much for a month")
    del simulator.world.chats[ana.id][asked["message_id"]]
    await ana.says("35k")
    await ana.sees_new("35,000 KES. 5 of 6")
    await ana.presses("40 h")
    await ana.sees_new("6 of 6")


async def test_who_blocks_the_bot_is_marked_left_alone_and_found_again(bot: Bot) -> None:
    """Whatever is under way: an answer meets the block, a ballot is not even tried, and unblocking heals."""
    ana = await member(bot, "Ana")
    await enrol(bot, ana.id, "en", None, 60)
    await ana.says("/me")
    await ana.sees_new("Country: not given")
    message, data = await ana.button("Country")
    await ana.blocks()
    await bot.settled()
    assert await reach(bot, ana) == "blocked"
    before = len(await sent_to(bot, ana))
    await opened(bot)
    assert len(await sent_to(bot, ana)) == before
    await ana.blocks(blocked=False)
    await bot.settled()
    assert await reach(bot, ana) == "yes"
    await ana.presses_data(message, data)
    await ana.sees("In which country")
    await bot.later(days=4)
    await ana.sees("News from Kauli", "Fewer than 5 votes were cast")


async def test_an_answer_to_somebody_who_blocked_meanwhile_is_dropped(bot: Bot, simulator: Simulator) -> None:
    ana = await member(bot, "Ana")
    simulator.world.people[ana.id].blocked = True  # and Telegram's notice of it is still on its way
    await ana.says("/me")
    await bot.settled()
    refused = [call for call in await sent_to(bot, ana) if call["status"] == 403]
    assert len(refused) == 1
    simulator.world.people[ana.id].blocked = False
    await ana.presses("My settings")
    await ana.sees_new("Country: not given")


async def reach(bot: Bot, person: Person) -> str:
    """Reads whether somebody can be written to."""
    async with bot.app.office.reading() as stores:
        found = await stores.members.get(person.id)
    assert found
    return found.reach


async def sent_to(bot: Bot, person: Person) -> list[Message]:
    """Lists what the bot tried to send to somebody."""
    return [call for call in await bot.cast.calls("sendMessage") if call["parameters"]["chat_id"] == person.id]

"""What stays in a chat: one neutral line, the same whatever was done; and what /hide and /mydata show and leave."""

from collections.abc import Awaitable, Callable
from inspect import getsource

import pytest

from bot.members.rules import Member
from handlers.letters import LETTERS
from handlers.mydata import RECORD
from tests.cast import Person
from tests.conftest import Bot
from tests.handlers.test_ballots import opened, vote
from tests.handlers.test_pay import answers
from tests.people import member

LINE = "Done. Everything else is under /help."
Flow = Callable[[Person], Awaitable[object]]


async def votes_yes(person: Person) -> None:
    await vote(person, "1. Yes & now")
    await person.sees_new("Received")


async def votes_no(person: Person) -> None:
    await vote(person, "2. No")
    await person.sees_new("Received")


async def changes(person: Person) -> None:
    await votes_no(person)
    await person.presses("Change my vote")
    await vote(person, "3. Later")
    await person.sees_new("Changed")


async def asks_the_code(person: Person) -> None:
    await votes_yes(person)
    await person.presses("My inclusion code")
    await person.sees_new("Your inclusion code")


async def reports(person: Person) -> None:
    await answers(person)
    await person.presses("Send")
    await person.sees_new("Received")


async def withdraws(person: Person) -> None:
    await reports(person)
    await person.presses("Take it back")
    await person.sees_new("Taken back")


async def is_refused(person: Person) -> None:
    await person.says("/pay")
    for label in ("Kenya", "Sama", "Content moderation", "By the month"):
        await person.presses(label)
    await person.says("five or six")
    await person.sees_new("I need a number")
    await person.says("/35000")
    await person.sees_new("I do not know this command")


async def stops(person: Person) -> None:
    await person.says("/pay")
    await person.presses("Kenya")
    await person.sees_new("Who pays you")
    await person.says("/cancel")
    await person.sees_new("Nothing half-filled was kept")


async def looks(person: Person) -> None:
    await person.says("/ballots")
    await person.sees_new("Shall we strike")
    await person.says("/mydata")
    await person.sees_new(str(person.id))


async def says_it_is_wrong(person: Person) -> None:
    await person.presses("Rules")
    await person.sees_new("Mark one option")
    await person.presses("Wrong in my language")
    await person.presses("Yes, it is wrong")
    await person.sees_new("Noted")


async def mutes(person: Person) -> None:
    await person.presses("No reminders")
    await person.sees_new("You get no reminders")


async def presses_done(person: Person) -> None:
    await votes_no(person)
    await person.presses("Done")
    await person.sees_new(LINE)


FLOWS: tuple[Flow, ...] = (
    *(votes_yes, votes_no, changes, asks_the_code, reports, withdraws, is_refused, stops, looks, presses_done),
    *(says_it_is_wrong, mutes),
)


async def residue(person: Person) -> list[tuple[str, str]]:
    """Gives what stands in a chat, whoever wrote it, without the order in which numbers were given."""
    messages = (await person.chat())["messages"]
    return [(m["from"], f"{m.get('text', m['kind'])} {m.get('reply_markup')}") for m in messages]


async def test_whatever_was_done_the_same_stays(bot: Bot) -> None:
    people = [await member(bot, f"P{n}") for n in range(len(FLOWS) + 1)]
    await opened(bot)
    for person in people:
        await person.sees("Secret ballot")
    untouched = await residue(people[-1])
    for person, flow in zip(people, FLOWS, strict=False):
        await flow(person)
    await bot.later(minutes=11)
    for person, flow in zip(people, FLOWS, strict=False):
        assert await residue(person) == [*untouched, ("bot", f"{LINE} None")], flow.__name__


async def test_many_acts_leave_one_line(bot: Bot) -> None:
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma")
    await opened(bot)
    await votes_no(juma)
    for flow in (votes_yes, reports, looks):
        await flow(ana)
        await bot.later(minutes=11)
    assert await residue(ana) == await residue(juma)


async def test_a_planned_restart_leaves_no_result_behind(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await answers(ana)
    await bot.restart()
    await ana.sees(LINE)
    await ana.does_not_see("38,000")


async def test_an_answer_typed_after_a_restart_is_deleted_too(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/pay")
    await ana.presses("Kenya")
    await ana.sees_new("Who pays you")
    await bot.restart(kill=True)
    await ana.says("35,000")
    await ana.sees_new("no open question")
    assert "35,000" not in str(await residue(ana))


@pytest.mark.parametrize("kill", [False, True])
async def test_hide_empties_the_chat_also_after_a_restart(bot: Bot, kill: bool) -> None:
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma", "sw")
    await opened(bot)
    await answers(ana)
    other = await residue(juma)
    if kill:
        await bot.restart(kill=True)
    await ana.says("/hide")
    await ana.sees_new("Hidden", "older than 48 hours")
    assert len(await residue(ana)) == 1
    assert await residue(juma) == other
    await bot.later(minutes=11)
    assert await residue(ana) == [("bot", f"{LINE} None")]
    calls = await bot.cast.calls("deleteMessages")
    assert calls and all(len(call["parameters"]["message_ids"]) <= 100 for call in calls)


async def test_a_message_that_telegram_keeps_does_not_spoil_the_rest(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/help")
    await ana.sees_new("/pay")
    refused = "Bad Request: message can't be deleted"
    await bot.cast.fault("deleteMessages", status=400, description=refused, times=1)
    await ana.says("/hide")
    await ana.sees_new("Hidden")
    assert len(await residue(ana)) == 1


async def test_mydata_says_everything_and_leaves_nothing(bot: Bot) -> None:
    ana = await member(bot, "Ana", country="KE")
    await opened(bot)
    await votes_no(ana)
    await ana.says("/mydata")
    shown = await ana.sees_new(str(ana.id), "Kenya", "Shall we strike")
    assert shown["has_protected_content"]
    assert "2. No" not in shown["text"]
    await bot.later(minutes=11)
    await ana.does_not_see(str(ana.id))


def test_every_kind_of_letter_is_headed() -> None:
    for kind, letter in LETTERS.items():
        returned = [line.strip() for line in getsource(letter).splitlines() if line.strip().startswith("return ")]
        assert all(line == "return None" or line.startswith("return headed(") for line in returned), kind
        assert any("headed(" in line for line in returned), kind


def test_mydata_leaves_out_no_field_of_the_record() -> None:
    assert sorted(field for fields in RECORD for field in fields) == sorted(Member.__dataclass_fields__)


async def test_everything_unasked_begins_neutrally_and_cannot_be_forwarded(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await opened(bot)
    await votes_no(ana)
    await bot.restart(kill=True)
    await bot.app.inlet.backlog_read.wait()
    await bot.later(days=8)
    sent = [call["parameters"] for call in await bot.cast.calls("sendMessage")]
    letters = [one for one in sent if one["text"].startswith("News from Kauli")]
    assert len(letters) >= 3 and all(one["protect_content"] for one in letters)


@pytest.mark.parametrize("locale", ["en", "sw"])
async def test_the_label_stands_on_every_paper_and_form_before_the_first_tap(bot: Bot, locale: str) -> None:
    person = await member(bot, "Ana", locale)
    await opened(bot)
    await person.sees("🔒", "Shall we strike" if locale == "en" else "tugome")
    await person.says("/pay")
    await person.sees_new("🔒", "6.")

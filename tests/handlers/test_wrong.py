"""Beside voting: members halt a ballot whose text is wrong, and are reminded alike unless they wish not to be."""

from dataclasses import replace

from bot.ballots.rules import Note, Rules
from tests.cast import Person
from tests.conftest import ONE_STORE, Bot
from tests.handlers.test_voting import in_the_box
from tests.kinds import KINDS, put, tap
from tests.people import founded, member
from tests.test_untouched import people_store

ID = "a0d17b07"


async def flags(bot: Bot, person: Person) -> None:
    """Says that the text is wrong."""
    await tap(bot, person, "Wrong in my language")
    await person.sees_new("says something else than the deciding one")
    await tap(bot, person, "Yes, it is wrong")


async def test_enough_members_halt_a_ballot_once_for_each_text(bot: Bot) -> None:
    admin = await founded(bot)
    people = [await member(bot, f"P{n}") for n in range(4)]
    await put(bot, ID, KINDS["yesno"])
    await bot.settled()
    before = await people_store(bot.app, published=False)
    await flags(bot, people[0])
    await people[0].sees("Noted, once for each person")
    await flags(bot, people[0])
    await people[0].sees_new("You have said so already")
    await flags(bot, people[1])
    assert await people_store(bot.app, published=False) == before  # a flag is as sealed as a vote
    await bot.tick()
    await tap(bot, people[3], "1. Yes")
    await bot.restart(kill=True)  # flags are kept, and nobody says so twice
    await flags(bot, people[0])
    await people[0].sees_new("You have said so already")
    await bot.tick()
    assert bot.app.box.flags(ID, 0) == 2 and f"{ID}-flag0" in bot.app.box.open_names()
    await flags(bot, people[2])
    await bot.tick()
    await admin.sees("Enough members say that the text in English is wrong", "What of yesno?")
    await is_halted_and_goes_on(bot, people[3])
    await people[0].presses("Wrong in my language")
    await people[0].sees_toast("Organizers are looking at this text, or have looked at it")


async def is_halted_and_goes_on(bot: Bot, person: Person) -> None:
    """Sees that nobody votes in a halted ballot, that it does not close, and that one votes when it goes on."""
    await person.presses("Cast my vote")
    await person.sees_toast("This ballot is halted")
    await bot.tick()
    assert bot.app.box.open_names() == [ID] and bot.app.box.flags(ID, 0) == 0
    await bot.later(days=9)
    await person.does_not_see("nothing is published")
    await goes_on(bot, ID)
    await tap(bot, person, "Yes")
    await tap(bot, person, "Cast my vote")
    assert await in_the_box(bot, ID, KINDS["yesno"], person) == (0,)


async def goes_on(bot: Bot, ballot_id: str) -> None:
    """Lets a halted ballot go on with its text as it is, as two organizers would."""
    now = await bot.app.clock.now()
    async with bot.app.office.writing() as stores:
        halted = await stores.ballots.get(ballot_id)
        assert halted and halted.notes[-1].what == "halted"
        closes = now.replace(month=12, day=20)
        notes = (*halted.notes, Note("resumed", now.date(), closes))
        await stores.ballots.change(replace(halted, halted=False, closes_at=closes, notes=notes))


@ONE_STORE
async def test_flags_die_with_their_ballot_and_only_its_electorate_raises_them(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await put(bot, ID, KINDS["yesno"], days=1)
    late = await member(bot, "Late")
    await flags(bot, ana)
    await late.says("/ballots")
    await bot.settled()
    await late.presses_data(await late.last(), f"/flag {ID}")
    await late.sees_toast("already entitled when it opened")
    await bot.later(days=2)
    await ana.sees("nothing is published")
    assert bot.app.box.open_names() == [] and list(bot.app.vault.key_names("part-")) == []
    await ana.presses_data(await ana.last(), f"/flag {ID}")
    await ana.sees_toast("This ballot is closed")


@ONE_STORE
async def test_everybody_is_reminded_alike_twice_whether_or_not_they_voted(bot: Bot) -> None:
    voter, silent = await member(bot, "Voter"), await member(bot, "Silent")
    await put(bot, ID, Rules("yesno"))
    await tap(bot, voter, "1. Yes")
    await tap(bot, voter, "Cast my vote")
    await bot.later(days=4)
    await bot.restart()
    await bot.tick()
    same = [(await one.sees("Still open: What of yesno?"))["text"] for one in (voter, silent)]
    assert same[0] == same[1]
    await bot.later(days=2, hours=8)
    await bot.tick()
    assert [await reminders(one) for one in (voter, silent)] == [2, 2]
    await tap(bot, silent, "Open the ballot paper")
    await silent.sees("1. Yes", "Answer yes or no, or abstain")


@ONE_STORE
async def test_who_mutes_a_ballot_gets_its_result_only_and_nothing_is_kept_of_the_wish(bot: Bot) -> None:
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma")
    await put(bot, ID, Rules("yesno"))
    await juma.presses("No reminders")
    await juma.sees_new("You get no reminders of this ballot")
    await juma.presses("Remind me again")
    await juma.sees_new("You get reminders of this ballot again")
    await ana.presses("No reminders")
    await ana.sees_new("You get no reminders of this ballot")
    await ana.says("/mydata")
    await ana.sees_new("Running ballots of which you want no reminders: 1")
    await bot.later(days=4)
    await bot.later(days=2, hours=8)
    assert [await reminders(one) for one in (ana, juma)] == [0, 2]
    await bot.later(days=1)
    await ana.sees("nothing is published")
    await bot.later(days=1)
    async with bot.app.office.reading() as stores:
        record = await stores.members.get(ana.id)
    assert record and record.muted == ()


async def reminders(person: Person) -> int:
    """Counts the reminders in a chat."""
    return sum("Still open: What of" in m.get("text", "") for m in (await person.chat())["messages"])

"""A ballot that members halted, since a text is wrong: two organizers mend it or let it go on, and time comes back."""

from dataclasses import replace
from datetime import timedelta

from bot.ballots.moments import noted
from bot.ballots.rules import Ballot, Wording
from tests.cast import Person
from tests.conftest import ONE_STORE, Bot
from tests.handlers.test_ballots import opened
from tests.handlers.test_newballot import the_ballot
from tests.people import founded, member, organizer


async def halted(bot: Bot) -> tuple[Person, Person, Ballot]:
    """Gives two organizers and a ballot that is halted for its text in Swahili."""
    ana = await organizer(bot, "Ana", "Tana")
    admin = await opened(bot)
    now = await bot.app.office.clock.now()
    async with bot.app.office.writing() as stores:
        (ballot,) = await stores.ballots.having("open")
        await stores.ballots.change(noted(replace(ballot, halted=True), "halted", now, "sw"))
    return admin, ana, ballot


async def looks(admin: Person) -> None:
    """Goes to the halted ballot."""
    await admin.says("/organize")
    await admin.presses("Running ballots")
    await admin.sees_new("Which ballot?")
    await admin.presses("Shall we strike")
    await admin.sees_new("Members say that the text in Kiswahili is wrong", "Je, tugome sasa?")


async def mends(admin: Person) -> None:
    """Types better words, and asks for them to be read."""
    await looks(admin)
    await admin.presses("Mend the text")
    await admin.sees_new("Type the question in Kiswahili", "Je, tugome sasa?")
    await admin.says("Je, tuanze mgomo sasa?")
    await admin.sees_new("as many and in the same order", "Baadaye")
    await admin.says("Ndiyo\nHapana")
    await admin.sees_new("3 options", "as many and in the same order")
    await admin.says("Ndiyo na sasa\nHapana\nBaadaye")
    await admin.sees_new("Type the explanation in Kiswahili")
    await admin.presses("Leave it as it is")
    await admin.sees_new("The better text", "Je, tuanze mgomo sasa?", "Ndiyo na sasa")
    await admin.presses("Ask another organizer to read it")
    await admin.sees_new("Another organizer has to confirm this")


async def test_a_wrong_text_is_mended_by_two_and_the_time_comes_back(bot: Bot) -> None:
    juma = await member(bot, "Juma", "sw")
    admin, ana, before = await halted(bot)
    await bot.later(days=3, hours=2)  # its hour is over, and nothing closes
    assert (await the_ballot(bot)).state == "open"
    await mends(admin)
    assert (await the_ballot(bot)).wordings == before.wordings
    await mends_again(admin)
    await bot.tick()
    await ana.presses("Look at it")
    await ana.sees_new("Better words wait for you")
    await ana.presses("Read it: Kiswahili")
    await ana.sees_new("Je, tuanze mgomo sasa?")
    await ana.double_taps("I have read it: put it in place")
    await ana.sees_new("Done.")
    await bot.tick()
    await juma.sees("Kura inaendelea ikiwa na maneno bora")
    after = await the_ballot(bot)
    assert after.wordings[0] == before.wordings[0] and after.earlier == before.wordings[1:]
    assert after.wordings[1].options == ("Ndiyo na sasa", "Hapana", "Baadaye") and not after.halted
    assert after.closes_at == before.closes_at + timedelta(days=4) and after.correction is None
    assert [note.what for note in after.notes] == ["halted", "resumed", "wording"]
    await looks_gone(admin)


async def mends_again(admin: Person) -> None:
    """Tries to put another correction beside the one that waits."""
    await looks(admin)
    await admin.presses("Mend the text")
    for label in ("Leave it as it is", "Leave it as it is", "Leave it as it is"):
        await admin.sees_new("Type the")
        await admin.presses(label)
    await admin.sees_new("The better text")
    await admin.presses("Ask another organizer to read it")
    await admin.sees_toast("Nothing of the text was changed")


async def looks_gone(admin: Person) -> None:
    """Finds the ballot running as any other."""
    await admin.says("/organize")
    await admin.presses("Running ballots")
    await admin.presses("Shall we strike")
    await admin.sees_new("Open until")


@ONE_STORE
async def test_a_text_that_is_right_goes_on_unchanged(bot: Bot) -> None:
    admin, ana, before = await halted(bot)
    await looks(admin)
    await admin.presses("Let it go on as it is")
    await admin.sees_new("Another organizer has to confirm this")
    await bot.tick()
    await ana.presses("Look at it")
    await ana.sees_new("shall go on with its words as they are")
    await ana.presses("Confirm")
    await ana.sees_new("Done.")
    await bot.tick()
    await admin.sees("A ballot goes on", "Votes cast before count")
    after = await the_ballot(bot)
    assert after.wordings == before.wordings and after.closes_at == before.closes_at + timedelta(days=1)
    await bot.later(days=3, hours=2)
    assert (await the_ballot(bot)).state == "open"
    await bot.later(days=1)
    assert (await the_ballot(bot)).state == "closed"


@ONE_STORE
async def test_a_halted_ballot_is_not_moved_and_nobody_mends_what_runs(bot: Bot) -> None:
    admin, ana, ballot = await halted(bot)
    await looks(admin)
    message = await admin.sees("Members say")
    async with bot.app.office.writing() as stores:
        await stores.ballots.change(replace(ballot, halted=False))
    await admin.presses_data(message, message["reply_markup"]["inline_keyboard"][1][0]["callback_data"])
    await admin.sees_toast("This ballot is not halted any more")
    await admin.says("/organize")
    await admin.presses("Running ballots")
    await admin.presses("Shall we strike")
    await admin.sees_new("Open until")
    async with bot.app.office.writing() as stores:
        await stores.ballots.change(replace(ballot, halted=True))
    await admin.presses("7 days longer")
    await admin.sees_toast("This ballot is halted")
    assert (await the_ballot(bot)).wordings == ballot.wordings


@ONE_STORE
async def test_one_organizer_alone_cannot_let_it_go_on(bot: Bot) -> None:
    admin = await founded(bot)
    now = await bot.app.office.clock.now()
    wordings = (Wording("en", "Shall we?", ("Yes", "No")),)
    async with bot.app.office.writing() as stores:
        await stores.ballots.add(Ballot("b1", wordings, None, now + timedelta(days=1)))
    await bot.tick()
    async with bot.app.office.writing() as stores:
        (ballot,) = await stores.ballots.having("open")
        await stores.ballots.change(noted(replace(ballot, halted=True), "halted", now, "en"))
    await admin.says("/organize")
    await admin.presses("Running ballots")
    await admin.presses("Shall we?")
    await admin.presses("Let it go on as it is")
    await admin.sees_toast("There is no other organizer who could confirm this")

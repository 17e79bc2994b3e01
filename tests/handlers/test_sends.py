"""Mass sends and moved ballots: two organizers, or ten minutes in which any of them can stop it."""

from datetime import timedelta

from bot.ballots.rules import Ballot, Wording
from tests.cast import Person
from tests.conftest import Bot
from tests.handlers.test_ballots import opened, vote
from tests.handlers.test_organizers import looks, proposals
from tests.people import crowd, founded, member, organizer


async def begins(person: Person, words: str = "Meeting on Saturday") -> None:
    """Writes a post and sends it to everybody."""
    await person.says("/post")
    await person.presses("English")
    await person.says(words)
    await person.sees_new("Preview in English")
    await person.presses("Send the note")
    await person.sees_new("in 10 minutes, or as soon as another organizer confirms it")


async def test_a_second_organizer_lets_it_go_at_once(bot: Bot) -> None:
    admin, ana, juma = await founded(bot), await organizer(bot, "Ana", "Tana"), await member(bot, "Juma")
    await begins(admin)
    await looks(bot, ana)
    await ana.sees_new("shall go to everybody now", "Begun by")
    assert await ana.buttons() == ["Send it now", "Stop it", "How far is the sending?"]
    await juma.does_not_see("Meeting on Saturday")
    (proposal,) = await proposals(bot)
    await admin.presses_data(await admin.last(), f"/confirm {proposal.id}")
    await admin.sees_toast("You proposed this yourself")
    await bot.tick()
    await juma.does_not_see("Meeting on Saturday")
    await ana.double_taps("Send it now")
    await ana.sees_new("Done.")
    await bot.tick()
    await juma.sees("News from Kauli", "Meeting on Saturday")
    await bot.later(minutes=11)
    chat = (await juma.chat())["messages"]
    assert len([m for m in chat if "Meeting on Saturday" in m.get("text", "")]) == 1


async def test_any_organizer_stops_it_in_its_ten_minutes(bot: Bot) -> None:
    admin, ana, juma = await founded(bot), await organizer(bot, "Ana", "Tana"), await member(bot, "Juma")
    await begins(admin)
    await looks(bot, ana)
    await ana.presses("Stop it")
    await ana.sees_new("Stopped")
    await bot.later(minutes=11)
    await juma.does_not_see("Meeting on Saturday")
    await admin.presses("Stop it")
    await admin.sees_new("There was nothing left to stop")
    (proposal,) = await proposals(bot)
    await ana.presses_data(await ana.last(), f"/confirm {proposal.id}")
    await ana.sees_toast("decided already, or is over")
    await juma.presses_data(await juma.last(), f"/stop {proposal.id}")
    await juma.sees_toast("Only organizers can do this")


async def test_nothing_but_a_mass_send_is_stopped(bot: Bot) -> None:
    """A button's data can be made up: notices of a ballot do not fall to it."""
    admin = await opened(bot)
    ballot = bot.app.box.open_names()[0]
    for name in (f"opened-{ballot}", ballot, ""):
        await admin.presses_data(await admin.last(), f"/stop {name}")
        await admin.sees_new("There was nothing left to stop")


async def test_a_post_that_was_replaced_is_not_sent_any_more(bot: Bot) -> None:
    admin, juma = await founded(bot), await member(bot, "Juma")
    await begins(admin, "First words")
    await admin.says("/post")
    await admin.presses("English")
    await admin.says("Second words")
    await admin.sees_new("Preview in English", "Second words")
    await admin.presses("Keep it")
    await admin.sees_new("Kept")
    await bot.later(minutes=11)
    await juma.does_not_see("First words")
    await juma.does_not_see("Second words")


async def test_progress_is_shown_in_percent_and_to_organizers_only(bot: Bot) -> None:
    admin = await founded(bot)
    people = await crowd(bot, 19)  # who never wrote to the bot: it cannot write to them either
    juma = await member(bot, "Juma")
    await begins(admin)
    await admin.presses("How far is the sending?")
    await admin.sees_new("0% is done", "About 1 minute is left")
    await admin.presses("Pause")
    await admin.sees_new("It is paused", "0% is done")
    await bot.later(minutes=11)
    await admin.presses("Go on")
    await admin.sees_new("About 1 minute is left")
    await bot.tick()
    await admin.presses("Look again")
    await admin.sees_new("100% is done", "10 or more never opened the bot")
    await admin.says("/organize")
    await admin.sees_new("Organize")
    assert not {"How far is the sending?", "To be confirmed"} & set(await admin.buttons())
    assert len(people) == 19
    await juma.presses_data(await juma.last(), "/progress")
    await juma.sees_toast("Only organizers can do this")
    await bot.later(days=8)
    assert await proposals(bot) == []


async def test_of_a_small_union_no_figures_are_shown(bot: Bot) -> None:
    admin = await founded(bot)
    await crowd(bot, 5)
    await begins(admin)
    await admin.says("/organize")
    await admin.presses("How far is the sending?")
    await admin.sees_new("Under ten people, no figures are shown")
    await bot.later(minutes=11)
    await admin.presses("Look again")
    await admin.sees_new("It is over. Under ten people, no figures are shown")
    await admin.does_not_see("%")


async def moves(person: Person, what: str) -> None:
    """Proposes that the running ballot closes at another time."""
    await person.says("/organize")
    await person.presses("Running ballots")
    await person.presses("Shall we strike")
    await person.sees_new("Open until")
    await person.presses(what)


async def test_two_organizers_keep_a_ballot_open_and_everybody_entitled_is_told(bot: Bot) -> None:
    people = [await member(bot, f"P{n}") for n in range(11)]
    ana = await organizer(bot, "Ana", "Tana")
    admin = await opened(bot)
    late = await member(bot, "Late", days=1)
    for person in people[:5]:
        await vote(person, "2. No")
        await person.sees_new("Received")
    await moves(admin, "3 days longer")
    await admin.sees_new("Another organizer has to confirm this")
    await moves(admin, "1 day longer")
    await admin.sees_toast("This is proposed already")
    await bot.later(days=1)
    await looks(bot, ana)
    await ana.sees_new("shall stay open for 3 days longer", "Nobody knows how it stands")
    await ana.presses("Confirm")
    await ana.sees_new("Done.")
    await bot.tick()
    for person in people:  # the same words, whether or not they voted
        await person.sees(
            "News from Kauli", "Shall we strike <b>now</b> {0}? is open until Mon 30 Nov", "whether or not they have"
        )
    await late.does_not_see("is open until")
    await bot.later(days=2, hours=1)
    assert bot.app.box.open_names()
    await vote(people[7], "1. Yes & now")
    await people[7].sees_new("Received")
    await bot.later(days=7)
    assert bot.app.box.open_names() == []
    await people[0].sees("Chosen: No")


async def test_closing_early_leaves_a_day_and_needs_two(bot: Bot) -> None:
    ana, juma = await member(bot, "Ana"), await organizer(bot, "Juma", "Volta")
    admin = await opened(bot)
    await moves(admin, "Close at the end of tomorrow")
    await admin.sees_new("Another organizer has to confirm this")
    await bot.later(hours=39)  # 00:00 on Thursday, in Nairobi
    assert bot.app.box.open_names()  # not confirmed: as it was
    await looks(bot, juma)
    await juma.sees_new("shall close early, at the end of tomorrow")
    await juma.presses("Confirm")
    await juma.sees_toast("It closes by the end of tomorrow anyway")
    await juma.presses("Decline")
    await juma.sees_new("Declined")
    await bot.later(hours=30)
    assert bot.app.box.open_names()
    await ana.does_not_see("is open until")


async def test_a_ballot_closes_early(bot: Bot) -> None:
    ana, juma = await member(bot, "Ana"), await organizer(bot, "Juma", "Volta")
    admin = await opened(bot)
    await moves(admin, "Close at the end of tomorrow")
    await looks(bot, juma)
    await juma.double_taps("Confirm")
    await juma.sees_new("Done.")
    await bot.tick()
    await ana.sees("Two organizers moved the closing", "is open until Thu 26 Nov, 00:00 EAT")
    await bot.restart(kill=True)
    await vote(ana, "2. No")
    await ana.sees_new("Received")
    await bot.later(hours=40)
    assert bot.app.box.open_names() == []
    await bot.later(hours=8)  # it closed in the night
    await ana.sees("Fewer than 5 votes were cast")


async def test_a_lone_organizer_moves_nothing(bot: Bot) -> None:
    await member(bot, "Ana")
    admin = await opened(bot)
    await moves(admin, "7 days longer")
    await admin.sees_toast("There is no other organizer who could confirm this")


async def test_the_same_question_waits_and_says_why(bot: Bot) -> None:
    await crowd(bot, 12)
    admin = await opened(bot)
    await bot.later(days=4)
    await admin.says("/newballot")
    await admin.presses("Straw poll")
    await admin.says("shall we STRIKE <b>now</b>; 0")
    await admin.sees_new("Type the options")
    await admin.says("Yes\nNo")
    await admin.presses("Go on")
    await admin.presses("The whole union")
    await admin.presses("1 day")
    await admin.sees_toast("It can be put again from 24 Dec 2026")


async def test_a_country_counts_thirty_days_after_it_was_stated(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/me")
    await ana.presses("Country")
    await ana.presses("Kenya")
    await ana.sees_new("Country: Kenya", "this counts from 24 Dec 2026")


async def test_two_who_put_the_same_question_at_once_put_it_once(bot: Bot) -> None:
    """Both were fit when written; when the second is to open, the first is there, and organizers are told."""
    admin = await founded(bot)
    now = await bot.app.office.clock.now()
    asked = (Wording("en", "Shall we strike?", ("Yes", "No")),)
    async with bot.app.office.writing() as stores:
        for name in ("aaaa", "bbbb"):
            await stores.ballots.add(Ballot(name, asked, None, now + timedelta(days=3)))
    await bot.tick()
    await admin.sees("News from Kauli", "A ballot did not open")
    async with bot.app.office.reading() as stores:
        assert [ballot.id for ballot in await stores.ballots.having("opening", "open")] == ["aaaa"]
    assert bot.app.box.open_names() == ["aaaa"]

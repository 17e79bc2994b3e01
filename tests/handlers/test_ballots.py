"""A ballot from the organizer's draft to everybody's result, on both databases."""

from tests.cast import Person
from tests.conftest import Bot
from tests.people import crowd, founded, member


async def put(admin: Person, *, swahili: bool = True) -> None:
    """Lets an organizer write a ballot and open it for three days."""
    await admin.says("/newballot")
    await admin.presses("Straw poll")
    await admin.says("Shall we strike <b>now</b> {0}?")
    await admin.sees_new("Type the options")
    await admin.says("Yes & now\nNo\nLater")
    await admin.sees_new("another language")
    if swahili:
        await admin.presses("Add a language")
        await admin.presses("Kiswahili")
        await admin.says("Je, tugome sasa?")
        await admin.sees_new("Type the options", "1. Yes & now")
        await admin.says("Ndiyo\nHapana\nBaadaye")
        await admin.sees_new("every language")
    await admin.presses("Go on")
    await admin.presses("The whole union")
    await admin.presses("3 days")
    await admin.sees_new("Preview", "Shall we strike <b>now</b> {0}?", "Open until Fri 27 Nov, 13:00")


async def opened(bot: Bot, *, swahili: bool = True) -> Person:
    """Opens a ballot and sends it out."""
    admin = await founded(bot)
    await put(admin, swahili=swahili)
    await admin.double_taps("Open the ballot")
    await admin.sees_new("The ballot is opening")
    await bot.tick()
    return admin


async def vote(person: Person, option: str, button: str = "Cast my vote") -> None:
    await person.presses(option)
    await person.presses(button)


async def test_everybody_votes_in_their_language_and_gets_the_result(bot: Bot) -> None:
    people = [await member(bot, f"P{n}") for n in range(11)]
    juma = await member(bot, "Juma", "sw")
    admin = await opened(bot)
    await juma.sees("Kura ya siri", "Je, tugome sasa?")
    await vote(juma, "2. Hapana", "Piga kura yangu")
    await juma.sees_new("Imepokelewa")
    await vote(people[0], "1. Yes & now")
    await people[0].sees_new("Received")
    await people[0].presses("Change my vote")
    await vote(people[0], "3. Later")
    await people[0].sees_new("Changed")
    await people[0].says("/ballots")
    await people[0].sees_new("You have voted in it, and can still change")
    for person in people[1:]:
        await person.sees("News from Kauli", "Secret ballot", "Shall we strike <b>now</b> {0}?")
        await vote(person, "1. Yes & now")
        await person.sees_new("Received")
    await bot.later(days=3, hours=1, minutes=1)
    for person in (*people, admin):
        await person.sees("News from Kauli", "Chosen: Yes & now", "Yes & now: 10", "Later: 1", "12 of 13 voted")
    await juma.sees("Ndiyo: 10", "Hapana: 1")
    await people[1].says("/ballots")
    await people[1].presses("Result: Shall we strike")
    await people[1].sees_new("Chosen: Yes & now")


async def test_a_sealed_vote_cannot_be_changed_and_counts_once(bot: Bot) -> None:
    people = [await member(bot, f"P{n}") for n in range(10)]
    admin = await opened(bot)
    for person in people:
        await vote(person, "2. No")
        await person.sees_new("Received")
    await people[3].says("/ballots")
    await people[3].sees_new("is sealed")
    message = await people[3].sees("Received")
    ballot = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split()[1]
    await people[3].presses_data(message, f"/cast {ballot} 0")
    await people[3].sees_toast("already sealed")
    await vote(admin, "1. Yes & now")
    await admin.sees_new("Received")
    await bot.later(days=4)
    await admin.sees("Chosen: No", "No: 10", "Yes & now: 1", "11 of 11 voted")


async def test_few_votes_tell_nothing(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await opened(bot)
    await vote(ana, "2. No")
    await ana.sees_new("Received")
    await bot.later(days=4)
    await ana.sees("Fewer than 5 votes were cast, so nothing is published")
    await ana.does_not_see("No: 1")


async def test_only_the_electorate_votes_and_only_while_open(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    admin = await opened(bot)
    late = await member(bot, "Late")
    fresh = await member(bot, "Fresh", days=1)
    await late.says("/ballots")
    await late.presses("Shall we strike")
    await late.sees_toast("already entitled when it opened")
    await fresh.says("/ballots")
    await fresh.presses("Shall we strike")
    await fresh.sees_toast("a week after joining")
    await ana.presses("1. Yes & now")
    await ana.sees_new("Cast it?")
    await bot.cast.advance(days=3, hours=1, minutes=1)
    await ana.presses("Cast my vote")
    await ana.sees_toast("This ballot is closed")
    await admin.says("/newballot")
    await ana.says("/newballot")
    await ana.sees_new("Only organizers")


async def test_a_restart_in_the_middle_of_writing_and_of_opening(bot: Bot) -> None:
    admin = await founded(bot)
    await admin.says("/newballot")
    await admin.presses("Straw poll")
    await admin.says("Shall we?")
    await admin.sees_new("Type the options")
    await bot.restart(kill=True)
    await admin.says("Yes\nNo")
    await admin.sees_new("another language")
    await bot.restart()
    await admin.presses("Go on")
    await admin.presses("The whole union")
    await admin.presses("1 day")
    await admin.presses("Open the ballot")
    await admin.sees_new("The ballot is opening")
    await bot.restart(kill=True)  # opened in the people store, not yet in the box
    await bot.tick()
    await admin.sees("News from Kauli", "Shall we?")


async def test_a_vote_that_was_not_sealed_is_asked_for_again(bot: Bot) -> None:
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma")
    await opened(bot)
    await vote(ana, "2. No")
    await ana.sees_new("Received")
    await bot.cast.settled()  # an update that is not confirmed comes again, and the vote with it
    await bot.restart(kill=True)
    await bot.app.inlet.backlog_read.wait()
    await bot.tick()
    await ana.sees("Kauli was restarted before your last tap in a ballot was sealed")
    await juma.does_not_see("Kauli was restarted")
    await vote(ana, "2. No")
    await ana.sees_new("Received")


async def test_a_restart_between_choice_and_confirmation(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await opened(bot)
    await ana.presses("2. No")
    await ana.sees_new("Cast it?")
    await bot.restart(kill=True)
    await ana.double_taps("Cast my vote")
    await ana.sees_new("Received")
    await bot.settled()
    ballot = bot.app.box.open_names()[0]
    assert await bot.app.box.standing(ballot, ana.id) == "pending"


async def test_the_inclusion_code_is_shown_for_a_minute(bot: Bot) -> None:
    people = [await member(bot, f"P{n}") for n in range(12)]
    await opened(bot)
    await vote(people[0], "2. No")
    await people[0].presses("My inclusion code")
    code = (await people[0].sees_new("Your inclusion code"))["text"].split("code: ")[1].split()[0]
    await bot.later(minutes=2)
    await people[0].does_not_see(code)
    for person in people[1:]:
        await vote(person, "1. Yes & now")
        await person.sees_new("Received")
    await bot.later(days=4)
    (name,) = await bot.app.box.boards()
    board = await bot.app.box.board(name)
    assert board is not None and code in board.decode()


async def test_a_country_votes_alone_only_when_nobody_is_singled_out(bot: Bot) -> None:
    await crowd(bot, 20, country="KE")
    await crowd(bot, 20, country="GH", start=7_100_000)
    await crowd(bot, 6, country="UG", start=7_200_000)
    await crowd(bot, 3, start=7_300_000)
    admin = await founded(bot)
    await admin.says("/newballot")
    await admin.presses("Straw poll")
    await admin.says("Shall we?")
    await admin.sees_new("Type the options")
    await admin.says("Yes\nNo")
    await admin.presses("Go on")
    await admin.sees_new("Who may vote")
    assert await admin.buttons() == ["The whole union", "Ghana", "Kenya", "All smaller groups together"]
    await admin.presses("Ghana")
    await admin.presses("1 day")
    await admin.sees_new("Who may vote: Ghana.", "its outcome is advice and binds nobody")

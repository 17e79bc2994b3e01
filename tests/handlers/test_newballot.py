"""An organizer plans a ballot: its kind, its words in each language, its rules, whom it asks and when it opens."""

from dataclasses import replace

import pytest

from bot.ballots.rules import Ballot, Group, Rules, Share
from bot.ballots.setting import fitted
from bot.texts import LanguageName, Lines, text
from handlers.newopening import head
from handlers.paper import paper
from tests.cast import Person
from tests.conftest import ONE_STORE, Bot
from tests.handlers.test_paper import CLOSES, MESSAGE, TEXTS, longest_ballot, units
from tests.kinds import KINDS
from tests.people import change, crowd, founded, member, organizer


async def the_ballot(bot: Bot) -> Ballot:
    """Gives the one ballot there is."""
    async with bot.app.office.reading() as stores:
        (found,) = await stores.ballots.having("draft", "opening", "open", "closed")
    return found


async def begins(admin: Person, kind: str, question: str, *options: str) -> None:
    """Chooses a kind of ballot and types its words."""
    await admin.says("/newballot")
    await admin.presses(kind)
    await admin.sees_new("Type the question")
    await admin.says(question)
    if options:
        await admin.sees_new("Type the options")
        await admin.says("\n".join(options))
    await admin.sees_new("another language")


async def sets(admin: Person, *labels: str) -> None:
    """Taps through the screens of rules."""
    for label in labels:
        await admin.presses(label)
        await admin.sees_new("")


async def ratifies(admin: Person) -> None:
    """Writes a ratification in two languages, explained, and asks for it to be read."""
    await begins(admin, "Ratification of an agreement", "Do we accept?")
    await sets(admin, "Add a language", "Kiswahili")
    await admin.says("Tunakubali?")
    await admin.sees_new("every language")
    await admin.presses("Add an explanation")
    await admin.sees_new("Type the explanation in English")
    await admin.says("It runs for two years.")
    await admin.sees_new("Type the explanation in Kiswahili", "It runs for two years.")
    await admin.says("Ni wa miaka miwili.")
    await admin.sees_new("every language")


async def submits(admin: Person) -> None:
    """Goes on to the preview and asks another organizer to read it."""
    await sets(admin, "Go on", "The whole union", "3 days")
    await admin.sees_new("Preview", "Do we accept?", "1. Yes", "2. No")
    await admin.presses("Ask another organizer to read it")


async def attaches(admin: Person) -> None:
    """Attaches the agreement in the deciding language only."""
    await admin.presses("Attach a document")
    await admin.sees_new("Send the document in English")
    await admin.sends_file("agreement.pdf", b"%PDF-1.7 the agreement")
    await admin.sees_new("Send the document in Kiswahili")
    await admin.presses("Go on without")
    await admin.sees_new("every language")


async def sets_a_quorum(admin: Person) -> None:
    """Types a quorum, and taps a threshold of all votes cast."""
    await admin.presses("The rules")
    await admin.sees_new(
        "Quorum: at least 1/2 of the electorate", "Carried if more than 1/2 of those who say yes or no"
    )
    await admin.presses("Quorum")
    await admin.sees_new("Which share of the electorate")
    await admin.says("lots")
    await admin.sees_new("I need a fraction such as 2/3")
    await admin.says("40 %")
    await admin.sees_new("Quorum: at least 40% of the electorate")
    await sets(admin, "Threshold", "at least 2/3", "Threshold of what?", "Go on")


async def reads(ana: Person) -> None:
    """Reads both texts and the rules, and agrees to both texts."""
    await ana.presses("Look at it")
    await ana.sees_new("Do we accept?", "It binds", "In Kiswahili: not reviewed yet")
    assert await ana.buttons() == ["Read it: English", "Read it: Kiswahili", "Decline"]
    await ana.presses("Read it: Kiswahili")
    await ana.sees_new("In Kiswahili:", "Tunakubali?", "Ndiyo")
    await ana.presses("It says the same")
    await ana.sees_new("says the same as the deciding one")
    await sets(ana, "‹ Back", "Read it: English", "The rules")
    await ana.sees("Quorum: at least 40%")
    await sets(ana, "‹ Back", "Read it: English")
    await ana.double_taps("I have read it: open the ballot")
    await ana.sees_new("Done.")


async def test_an_agreement_is_ratified_with_the_word_of_two(bot: Bot) -> None:
    admin, ana = await founded(bot), await organizer(bot, "Ana", "Tana")
    juma = await member(bot, "Juma", "sw")
    await ratifies(admin)
    await attaches(admin)
    await sets_a_quorum(admin)
    await submits(admin)
    await admin.sees_new("opens once another organizer has read its text", "thrown away on 1 Dec 2026")
    draft = await the_ballot(bot)
    assert draft.state == "draft" and draft.rules.quorum == Share(40, 100)
    assert (draft.rules.threshold, draft.rules.base) == (Share(2, 3), "cast")
    await bot.tick()
    await juma.does_not_see("Tunakubali?")
    await reads(ana)
    await bot.tick()
    await juma.sees("Kura ya siri", "Tunakubali?")
    opened = await the_ballot(bot)
    assert opened.state == "open" and opened.by == "" and opened.approvals == ()
    assert [(one.options, one.reviewed, bool(one.document)) for one in opened.wordings] == [
        (("Yes", "No"), True, True),
        (("Ndiyo", "Hapana"), True, False),
    ]
    assert opened.wordings[1].explanation == "Ni wa miaka miwili."
    await admin.sees("Another organizer confirmed what you proposed")


@ONE_STORE
async def test_one_organizer_alone_opens_nothing_that_binds(bot: Bot) -> None:
    admin = await founded(bot)
    await ratifies(admin)
    await submits(admin)
    await admin.sees_toast("Have an administrator appoint one under /organize. Or make it advice")
    await sets(admin, "The rules", "Binding")
    await admin.sees("Advice: one organizer alone may open it")
    await sets(admin, "Go on", "Open the ballot")
    await admin.sees_new("The ballot is opening")
    assert (await the_ballot(bot)).state == "opening"


@ONE_STORE
async def test_everything_can_be_set_by_hand_and_nothing_typed_is_lost(bot: Bot) -> None:
    admin = await founded(bot)
    await admin.says("/newballot")
    await sets(admin, "Set everything myself", "Way of voting", "Several seats: STV", "How many are elected", "3")
    await admin.sees("Elected: 3.", "Ranking, several seats")
    await admin.presses("Go on")
    await admin.sees_new("Type the question")
    await admin.says("Who shall sit on the committee?")
    await admin.sees_new("Type the options")
    for typed in ("x" * 4096, "\n".join(map(str, range(60)))):
        await admin.says(typed)
        await admin.sees_new("Please", "Type the options")
    await admin.says("Ana\nJuma\nZawadi")
    await admin.sees_new("another language")
    await admin.presses("Go on")
    await admin.sees_toast("3 are elected, so there must be more than 3 options")
    await sets(admin, "The rules", "How many are elected", "2", "Order of the options", "Changing a vote", "Go on")
    await sets(admin, "Go on", "The whole union", "1 day")
    await admin.sees("Preview", "Who shall sit on the committee?", "3. Zawadi")
    await admin.presses("Open the ballot")
    await admin.sees_new("The ballot is opening")
    assert (await the_ballot(bot)).rules == Rules("stv", seats=2, tie="drawn", shuffled=True, changeable=False)


@ONE_STORE
async def test_none_of_the_above_is_said_in_each_language(bot: Bot) -> None:
    admin = await founded(bot)
    await begins(admin, "Straw poll", "Which one?", "A", "None of the above")
    await sets(admin, "The rules", "None of the above")
    await admin.presses("Go on")
    await admin.sees_new("another language")
    await admin.presses("Go on")
    await admin.sees_toast("Two options are the same")
    await begins(admin, "Straw poll", "Which one?", "A", "B")
    await sets(admin, "The rules", "None of the above", "Go on", "Add a language", "Kiswahili")
    await admin.says("Lipi?")
    await admin.sees_new("Type the options in Kiswahili", "2. B")
    await admin.says("A\nB")
    await admin.sees_new("every language")
    await sets(admin, "Go on", "The whole union", "1 day", "Open the ballot")
    found = await the_ballot(bot)
    assert [one.options[-1] for one in found.wordings] == ["None of the above", "Hakuna kati ya hayo"]
    assert found.rules.none_option and found.options() == 3


async def state_at(bot: Bot, moment: str) -> str:
    """Lets the bot look for work at a moment, and gives the state of its one ballot."""
    await bot.app.inlet.backlog_read.wait()
    await bot.cast.set_clock(moment, frozen=True)
    await bot.tick()
    return (await the_ballot(bot)).state


async def puts_for_tomorrow(admin: Person) -> None:
    """Puts a straw poll that opens tomorrow at one, for a day."""
    await begins(admin, "Straw poll", "Shall we meet?", "Yes", "No")
    await sets(admin, "Go on", "The whole union", "Open it later", "24 Nov 2026")
    await admin.sees("at which hour? By the clocks of Nairobi")
    await admin.presses("06:00")
    await admin.sees_toast("That hour is over already")
    await sets(admin, "‹ Back", "25 Nov 2026")
    await admin.says("24")
    await admin.sees_new("hour", "25 Nov 2026, at which hour?")
    await admin.says("13")
    await admin.sees_new("It opens on Wed 25 Nov, 13:00 EAT")
    await admin.presses("1 day")
    await admin.sees_new("Opens on Wed 25 Nov, 13:00 EAT, open until Thu 26 Nov, 13:00 EAT")
    await admin.presses("Open the ballot")
    await admin.sees_new("Until it opens, you can take it back")


async def test_a_ballot_opens_at_its_hour_through_a_restart_at_that_very_second(bot: Bot) -> None:
    admin, ana = await founded(bot), await member(bot, "Ana")
    await puts_for_tomorrow(admin)
    await bot.tick()
    assert await state_at(bot, "2026-11-25T09:59:59Z") == "opening" and bot.app.box.open_names() == []
    await bot.restart(kill=True)
    assert await state_at(bot, "2026-11-25T10:00:00Z") == "open"
    await ana.sees("News from Kauli", "Shall we meet?", "Thu 26 Nov, 13:00")
    await bot.restart(kill=True)
    assert await state_at(bot, "2026-11-26T09:59:59Z") == "open"
    papers = [m for m in (await ana.chat())["messages"] if "Secret ballot" in m.get("text", "")]
    assert len(papers) == 1
    await bot.restart(kill=True)
    assert await state_at(bot, "2026-11-26T10:00:00Z") == "closed"
    await bot.restart(kill=True)
    assert await state_at(bot, "2026-11-26T10:00:00Z") == "closed"


@ONE_STORE
async def test_a_ballot_that_waits_for_its_hour_can_be_taken_back_by_whoever_put_it(bot: Bot) -> None:
    admin, ana = await founded(bot), await organizer(bot, "Ana", "Tana")
    await begins(admin, "Straw poll", "Shall we meet?", "Yes", "No")
    await sets(admin, "Go on", "The whole union", "Open it later", "25 Nov 2026", "14:00", "1 day", "Open the ballot")
    for person in (ana, admin):
        await person.says("/organize")
        await sets(person, "Running ballots", "Shall we meet?")
        await person.sees("opens on Wed 25 Nov, 14:00 EAT")
    assert await ana.buttons() == ["‹ Back"]
    await admin.double_taps("Take it back")
    await admin.sees_new("Taken back")
    await bot.later(days=2)
    async with bot.app.office.reading() as stores:
        assert await stores.ballots.having("opening", "open", "closed") == []


async def works(bot: Bot, person: Person, *employers: str) -> None:
    """Lets somebody have stated employers long ago."""
    await change(bot, person, lambda record, now: replace(record, employers=employers))


@ONE_STORE
async def test_an_employers_people_are_asked_alone_and_groups_must_agree_too(bot: Bot) -> None:
    people = await crowd(bot, 45, country="KE")
    for number, person in enumerate(people):
        await works(bot, person, *("sama",) if number < 22 else ("cloudfactory",) if number < 43 else ())
    admin = await founded(bot)
    await begins(admin, "Indicative strike vote", "Shall we walk out?")
    await admin.presses("Go on")
    await admin.sees_new("Who may vote")
    assert len(await admin.buttons()) == 3
    await admin.presses("Who states Sama as employer")
    await sets(admin, "1 day", "The rules", "Double majority")
    await admin.presses("Go on")
    await admin.sees_toast("A double majority needs at least two groups of 20")
    await begins(admin, "Indicative strike vote", "Shall we walk out?")
    await sets(admin, "The rules", "Double majority", "Double majority", "Go on", "Go on", "The whole union", "1 day")
    await admin.presses("Open the ballot")
    await admin.sees_new("The ballot is opening")
    await bot.tick()
    found = await the_ballot(bot)
    assert found.rules.double == "employer"
    assert found.groups == (Group("cloudfactory", 21), Group("sama", 22)) and found.electorate == 46


@ONE_STORE
async def test_the_longest_ballot_fits_one_message_in_every_language(bot: Bot) -> None:
    admin = await founded(bot)
    question, option = "Ŵ" * 300, "Ŵ" * 78
    await begins(admin, "Straw poll", question, *(f"{option}{number:02}" for number in range(20)))
    await sets(admin, "Add a language", "Kiswahili")
    await admin.says(question)
    await admin.sees_new("Type the options")
    await admin.says("\n".join(f"{option}{number:02}" for number in range(20)))
    await admin.sees_new("every language")
    await admin.presses("Add an explanation")
    for _ in range(2):
        await admin.sees_new("Type the explanation")
        await admin.says("Ŵ" * 600)
    await admin.sees_new("every language")
    await sets(admin, "Go on", "The whole union", "Open it later", "25 Nov 2026", "14:00", "1 day")
    await admin.sees("Preview", f"{option}19")
    await admin.presses("See it in Kiswahili")
    await admin.sees_new("Preview", f"{option}19")
    await admin.presses("Open the ballot")
    await admin.sees_new("Until it opens")


@pytest.mark.parametrize("locale", ["en", "sw"])
@pytest.mark.parametrize("method", KINDS)
def test_whatever_stands_above_a_paper_fits_beside_the_longest_one(method: str, locale: str) -> None:
    """An organizer sees more than a voter: whom it asks, when it opens, which text it is, or why it is halted."""
    kind = next(one for name, one in KINDS.items() if name == method)
    strict = fitted(replace(kind, quorum=Share(999, 1000), threshold=Share(667, 1000, strict=True), base="cast"))
    for rules in (strict, fitted(replace(strict, double="employer"))):
        for roomy in (False, True):
            ballot = replace(longest_ballot(rules, roomy=roomy), country=None, employer="sama", opens_at=CLOSES)
            shown, language = paper(ballot, locale).text, LanguageName(locale)
            read = Lines((*head(ballot), text("draft.text.decides", language=language), shown))
            for screen in (read, Lines((text("mend.title", language=language), shown))):
                assert units(TEXTS.plain(screen, locale, "Africa/Nairobi")) <= MESSAGE

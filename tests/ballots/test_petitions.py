"""The open half of a petition: asked of everybody once the secret half has passed, and nobody stands in front alone."""

import secrets
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.ballots.outcome import Outcome
from bot.ballots.papers import entries
from bot.ballots.petitions import KEPT, SIGNING, Signature, ends, name, over, passed, shown, signing
from bot.ballots.rules import CODE, Ballot, Rules, Wording
from bot.jobs.retention import keep_house
from bot.texts import Refusal
from tests.cast import Person
from tests.conftest import Bot
from tests.people import crowd, founded, member

CLOSES = datetime(2026, 11, 25, 9, tzinfo=UTC)
QUESTION = "We demand paid waiting time. Shall we put our names?"


def petition(state: str = "closed", winners: tuple[int, ...] = (0,)) -> Ballot:
    wording = Wording("en", QUESTION, ("Yes", "No"))
    one = Ballot("petition", (wording,), None, CLOSES, rules=Rules("yesno", preset="petition"))
    decided = Outcome("bare", winners, verdict="carried" if winners == (0,) else "not_carried")
    return replace(one, state="closed", outcome=decided) if state == "closed" else one


def test_names_are_asked_only_after_the_secret_half_has_passed_and_for_two_weeks() -> None:
    day = CLOSES.date()
    assert passed(petition()) and signing(petition(), day) and signing(petition(), day + SIGNING)
    assert not signing(petition(), day + SIGNING + timedelta(days=1))
    assert not passed(petition(winners=(1,))) and not passed(petition("opening")) and not passed(petition(winners=()))
    assert not passed(replace(petition(), rules=Rules("yesno")))
    assert over(None, day) and not over(petition(), day + SIGNING + KEPT) and over(petition(), date(2027, 1, 9))


def test_organizers_see_all_names_together_or_none() -> None:
    names = [Signature("petition", f"{letter} Worker") for letter in "jihgfedcba"]
    after = ends(petition()).replace(day=ends(petition()).day + 1)
    assert shown(petition(), names, ends(petition())) == () == shown(petition(), names[:9], after)
    assert shown(petition(), [*names, Signature("other", "Nobody")], after) == tuple(sorted(one.name for one in names))


def test_a_name_is_what_somebody_types_if_it_can_be_one() -> None:
    assert name("  Amina   wa \u200bMombasa ") == "Amina wa Mombasa"
    for words in ("", "A", "12345", "x" * 61, "\u200b"):
        with pytest.raises(Refusal, match="petition.name.unfit"):
            name(words)


async def held(bot: Bot, people: list[Person]) -> None:
    """Holds the secret half: everybody but one says yes."""
    office = bot.app.office
    async with office.writing() as stores:
        await stores.ballots.add(petition("opening"))
    await bot.tick()
    for number, person in enumerate(people):
        said = entries(petition("opening"), (1 if number == 0 else 0,), secrets.token_bytes(CODE))
        await office.box.put("petition", person.id, said)
    await bot.later(days=1)


async def test_everybody_is_asked_the_same_and_only_consents_are_kept(bot: Bot) -> None:
    admin, ana, juma = await founded(bot), await member(bot, "Ana"), await member(bot, "Juma", "sw")
    people = [admin, ana, juma, *await crowd(bot, 9)]
    await held(bot, people)
    await juma.sees("Ombi limepita")
    await puts_her_name(ana)
    await admin.says("/organize")
    await admin.presses("Petitions")
    await admin.presses(QUESTION[:20])
    await admin.sees_new("Names are put until the end of")
    await sign(bot, people[2:12])
    await bot.later(days=15)
    listed = await handed_over(bot, admin)
    assert listed.startswith(QUESTION) and "\nAna <b>Achieng</b>\n" in listed and listed.count("\nWorker ") == 10
    await ana.presses("Look at it again")  # the second tap has left it standing
    await ana.sees_toast("takes no names now")
    await bot.later(days=31)
    await keep_house(bot.app.office)
    assert await kept(bot) == []


async def puts_her_name(ana: Person) -> None:
    """Puts a name under the petition, with a word that is none first and two taps at the end."""
    await ana.sees("The petition has passed", QUESTION)
    await ana.presses("Put my name")
    await ana.sees_new("not secret", "after 9 Dec 2026")
    await ana.says("7")
    await ana.sees_new("2 to 60 signs", "not secret")
    await ana.says("Ana <b>Achieng</b>")
    await ana.sees_new("Ana <b>Achieng</b>")
    await ana.double_taps("Put my name")
    await ana.sees_new("Your name is under the petition")
    await ana.says("/mydata")
    await ana.sees_new("“Ana <b>Achieng</b>”, stands openly")


async def handed_over(bot: Bot, admin: Person) -> str:
    """Gives the list as an organizer gets it."""
    await admin.presses(QUESTION[:20])
    await admin.sees_new("11 people put their names")
    await admin.sees("Names under the petition: 11")
    file = next(message for message in (await admin.chat())["messages"] if "document" in message)["document"]
    async with bot.cast.session.get(bot.cast.url + file["url"]) as answer:
        return await answer.text()


async def sign(bot: Bot, people: list[Person]) -> None:
    """Lets people have put their names."""
    async with bot.app.office.writing() as stores:
        for number, person in enumerate(people):
            await stores.petitions.put(person.id, Signature("petition", f"Worker {number}"))


async def kept(bot: Bot) -> list[Signature]:
    """Gives the names that are kept."""
    async with bot.app.office.reading() as stores:
        return await stores.petitions.all()


async def test_a_name_is_taken_back_by_hand_and_by_leaving_and_a_failed_petition_asks_nobody(bot: Bot) -> None:
    await founded(bot)
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma", "sw")
    await held(bot, [ana, juma, *await crowd(bot, 9)])
    await sign(bot, [ana, juma])
    await ana.presses("Put my name")
    await ana.sees_new("Your name stands under it as “Worker 0”")
    await ana.presses("Take my name back")
    await ana.sees_new("taken back and deleted")
    assert [one.name for one in await kept(bot)] == ["Worker 1"]
    await juma.says("/leave")
    await juma.presses("Ondoka na")
    await juma.sees_new("Rekodi yako imefutwa")
    assert await kept(bot) == []
    await bot.later(days=15)
    await ana.says("/help")
    await ana.sees_new("/pay")

"""Drafts of binding ballots: who opens them, and what ends them without an opening."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.ballots.moments import agreed, closes
from bot.ballots.presets import PRESETS
from bot.ballots.rules import Ballot, Wording
from bot.ballots.store import BallotStore
from bot.database import Database
from bot.members.rules import Member
from bot.proposals.rules import Proposal, ends
from bot.vault import Vault, new_master
from tests.cast import Person
from tests.conftest import ONE_STORE, Bot
from tests.handlers.test_newballot import ratifies, submits, the_ballot
from tests.people import change, crowd, founded, member, organizer


def binding(now: datetime, by: str = "", *, country: str | None = None) -> Ballot:
    """A ratification in two languages, as it waits for approval."""
    wordings = (Wording("en", "Do we accept?", ("Yes", "No")), Wording("sw", "Tunakubali?", ("Ndiyo", "Hapana")))
    ends_at = closes(None, 3, "Africa/Nairobi", now)
    return Ballot("d1", wordings, country, ends_at, "draft", rules=PRESETS["ratification"], by=by, days=3)


async def waits(bot: Bot, author: Person, *, country: str | None = None) -> None:
    """Lets a draft of somebody wait for a second organizer."""
    now = await bot.app.office.clock.now()
    async with bot.app.office.writing() as stores:
        by = bot.app.office.vault.lookup(author.id).hex()
        await stores.ballots.add(binding(now, by, country=country))
        await stores.proposals.put(Proposal("p1", "open", by, ends(now.date()), thing="d1"))


async def confirms(person: Person) -> None:
    """Goes to the deciding text and agrees to it."""
    await person.says("/organize")
    for label in ("To be confirmed", "Open a ballot?", "Read it: English"):
        await person.presses(label)
        await person.sees_new("")
    await person.presses("I have read it")


async def drafts(bot: Bot) -> list[Ballot]:
    """Gives the drafts there are."""
    async with bot.app.office.reading() as stores:
        return await stores.ballots.having("draft")


async def test_two_who_open_a_draft_at_once_open_it_once(bot: Bot) -> None:
    admin, ana = await founded(bot), await member(bot, "Ana")
    seconds = [await organizer(bot, "Tana", "Tana"), await organizer(bot, "Volta", "Volta")]
    await waits(bot, admin)
    for person in seconds:
        await person.presses_data(await person.last(), "/readtext p1 en")
        await person.sees_new("In English, which decides")
    await asyncio.gather(*(person.double_taps("I have read it") for person in seconds))
    await bot.settled()
    await bot.tick()
    assert (await the_ballot(bot)).state == "open" and not (await the_ballot(bot)).wordings[1].reviewed
    assert len([m for m in (await ana.chat())["messages"] if "Do we accept?" in m.get("text", "")]) == 1


@ONE_STORE
async def test_whoever_wrote_a_draft_opens_nothing_and_may_take_it_back(bot: Bot) -> None:
    admin = await founded(bot)
    await organizer(bot, "Ana", "Tana")
    await ratifies(admin)
    await submits(admin)
    await admin.sees_new("opens once another organizer")
    await bot.tick()
    await admin.does_not_see("Something waits for a second organizer")
    await admin.says("/organize")
    for label in ("To be confirmed", "Open a ballot?", "Read it: Kiswahili"):
        await admin.presses(label)
        await admin.sees_new("")
    assert await admin.buttons() == ["The rules", "‹ Back"]
    (draft,) = await drafts(bot)
    async with bot.app.office.reading() as stores:
        (proposal,) = await stores.proposals.all()
    for act, saying in ((f"/confirm {proposal.id}", "yourself"), (f"/agree {proposal.id} sw", "yourself")):
        await admin.presses_data(await admin.last(), act)
        await admin.sees_toast(saying)
    await admin.presses_data(await admin.last(), f"/readtext {proposal.id} fr")
    await admin.sees_toast("decided already, or is over")
    await admin.presses("‹ Back")
    await admin.presses("Take it back")
    await admin.sees_new("Declined")
    assert await drafts(bot) == [] and draft.wordings[1].options == ("Ndiyo", "Hapana")


@ONE_STORE
async def test_a_draft_that_nobody_reads_is_gone_after_a_week(bot: Bot) -> None:
    admin = await founded(bot)
    await organizer(bot, "Ana", "Tana")
    await waits(bot, admin)
    await bot.tick()
    await bot.later(days=6)
    assert len(await drafts(bot)) == 1
    await bot.later(days=1)
    assert await drafts(bot) == []
    await admin.sees("News from Kauli", "The draft of a binding ballot was thrown away", "within its week")


@ONE_STORE
async def test_a_draft_ends_with_the_term_of_its_author(bot: Bot) -> None:
    admin, ana = await founded(bot), await organizer(bot, "Ana", "Tana")
    await bot.tick()
    await waits(bot, ana)
    await change(bot, ana, term_over)
    await confirms(admin)
    await admin.sees_toast("Whoever wrote this ballot is no organizer any more")
    assert len(await drafts(bot)) == 1
    await bot.later(days=1)
    assert await drafts(bot) == []
    await admin.sees("its author is no organizer any more")
    await ana.does_not_see("its author is no organizer any more")


def term_over(record: Member, now: datetime) -> Member:
    """Ends somebody's term today."""
    return replace(record, term_ends=now.date())


@ONE_STORE
async def asked_already(bot: Bot, *, asked: bool) -> None:
    """Lets the same question run already, or not any more."""
    now = await bot.app.office.clock.now()
    async with bot.app.office.writing() as stores:
        if asked:
            await stores.ballots.add(replace(binding(now), id="e1", state="open", opened=now.date()))
        else:
            await stores.ballots.remove("e1")


async def test_a_draft_that_became_unfit_does_not_open(bot: Bot) -> None:
    await crowd(bot, 12)
    admin, ana = await founded(bot), await organizer(bot, "Ana", "Tana")
    await waits(bot, admin)
    await asked_already(bot, asked=True)
    await confirms(ana)
    await ana.sees_toast("This question runs now or was put lately")
    assert len(await drafts(bot)) == 1
    await asked_already(bot, asked=False)
    await confirms(ana)
    await ana.sees_new("Done.")
    await asked_already(bot, asked=True)
    await bot.tick()
    await admin.sees("A ballot did not open")
    async with bot.app.office.reading() as stores:
        assert await stores.ballots.having("opening") == []


@ONE_STORE
async def test_a_ballot_of_one_country_binds_nobody(bot: Bot) -> None:
    await crowd(bot, 20, country="KE")
    await crowd(bot, 12, start=7_100_000)
    admin, ana = await founded(bot), await organizer(bot, "Ana", "Tana")
    await waits(bot, admin, country="KE")
    await confirms(ana)
    await ana.sees_new("cannot be binding")
    assert len(await drafts(bot)) == 1


async def test_a_draft_moves_to_a_new_key_with_the_people_in_it(database: Database, tmp_path: Path) -> None:
    """Organizers stand in a draft by keyed ids, which change with the key; who is gone is forgotten."""
    now = datetime.fromisoformat("2026-11-24T09:00:00+00:00")
    draft = agreed(agreed(binding(now, "aa"), "sw", "bb"), "sw", "cc")
    old, new = (Vault(tmp_path, new_master()) for _ in range(2))
    async with database.people.writer.begin() as connection:
        await BallotStore(connection, old).add(draft)
        await BallotStore(connection, old).carry_over(new, {"aa": "11", "bb": "22"})
        assert await BallotStore(connection, new).get("d1") == replace(draft, by="11", approvals=(("sw", "22"),))
    assert draft.closes_at - now < timedelta(days=4)


@ONE_STORE
async def test_who_leaves_stands_in_no_draft_any_more(bot: Bot) -> None:
    admin, ana = await founded(bot), await organizer(bot, "Ana", "Tana")
    await waits(bot, admin)
    await ana.presses_data(await ana.last(), "/readtext p1 sw")
    await ana.sees_new("In Kiswahili")
    await ana.presses("It says the same")
    await ana.sees_new("says the same")
    assert [len((await the_ballot(bot)).approvals), (await the_ballot(bot)).by != ""] == [1, True]
    await ana.says("/leave")
    await ana.presses("Leave and delete my record")
    await ana.sees_new("Your record is deleted")
    assert (await the_ballot(bot)).approvals == () and (await the_ballot(bot)).by

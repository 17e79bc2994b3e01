"""Organizers come and go by the word of two people, on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.members.rules import Member, Role
from bot.proposals.rules import Proposal
from tests.cast import Person
from tests.conftest import ADMIN, Bot
from tests.people import change, founded, member, organizer


async def link(admin: Person) -> str:
    """Lets an administrator make a link for one organizer and gives its code."""
    await admin.says("/organize")
    await admin.presses("Appoint")
    return str((await admin.sees_new("https://t.me/"))["text"].split("start=")[1].split()[0])


async def accepts(person: Person, code: str) -> None:
    """Takes up an appointment."""
    await person.says(f"/start {code}")
    await person.presses("I accept")


async def roles(bot: Bot, person: Person) -> frozenset[Role]:
    """Gives somebody's roles as they are stored."""
    return (await record(bot, person)).roles


async def record(bot: Bot, person: Person) -> Member:
    async with bot.app.office.reading() as stores:
        found = await stores.members.get(person.id)
    assert found is not None
    return found


async def proposals(bot: Bot) -> list[Proposal]:
    async with bot.app.office.reading() as stores:
        return await stores.proposals.all()


async def looks(bot: Bot, person: Person) -> None:
    """Reads the notice that something waits, and opens it."""
    await bot.tick()
    await person.sees("News from Kauli", "Something waits for a second organizer")
    await person.presses("Look at it")


async def chooses(person: Person, word: str, what: str) -> None:
    """Goes through /organize to an organizer and does something about their role, sure of it."""
    await person.says("/organize")
    await person.presses("Organizers")
    await person.sees_new("by the words they are known by")
    await person.presses(word)
    await person.presses(what)
    await person.sees_new("?")
    await person.presses(what)


async def test_the_first_organizer_comes_at_once_the_second_by_the_word_of_two(bot: Bot) -> None:
    admin, ana, juma = await founded(bot), await member(bot, "Ana"), await member(bot, "Juma")
    await accepts(ana, await link(admin))
    await ana.sees_new("You are an organizer now")
    code = await link(admin)
    await juma.says(f"/start {code}")
    await juma.double_taps("I accept")
    word = (await juma.sees_new("Another organizer has to confirm this"))["text"].split("you are ")[1].split(":")[0]
    assert not await roles(bot, juma)
    await juma.says("/organize")
    await juma.sees_new("Only organizers can do this")
    await bot.restart(kill=True)
    await looks(bot, ana)
    await ana.sees_new(word, "has accepted to be an organizer")
    assert await ana.buttons() == ["Confirm", "Decline"]
    await ana.double_taps("Confirm")
    await ana.sees_new("Done.")
    await bot.tick()
    await juma.sees("News from Kauli", "You are an organizer now", word)
    await admin.sees("Another organizer confirmed what you proposed")
    assert await roles(bot, juma) == {Role.ORGANIZER}
    await juma.says("/organize")
    await juma.sees_new("Members: fewer than 10", f"Among organizers you are {word}")
    assert await proposals(bot) == []


async def test_who_made_the_link_cannot_be_the_second(bot: Bot) -> None:
    admin, juma = await founded(bot), await member(bot, "Juma")
    ana = await organizer(bot, "Ana", "Tana")
    await accepts(juma, await link(admin))
    await juma.sees_new("Another organizer has to confirm this")
    await bot.tick()
    await admin.does_not_see("Something waits for a second organizer")
    (proposal,) = await proposals(bot)
    message = await admin.last()
    await admin.presses_data(message, f"/confirm {proposal.id}")
    await admin.sees_toast("You proposed this yourself")
    await juma.presses_data(await juma.last(), f"/confirm {proposal.id}")
    await juma.sees_toast("Only organizers can do this")
    assert not await roles(bot, juma)
    await looks(bot, ana)
    await ana.presses("Decline")
    await ana.sees_new("Declined")
    await bot.tick()
    await juma.sees("Your appointment was not confirmed")
    await admin.sees("Another organizer declined")
    assert (await record(bot, juma)).alias == ""


async def test_two_who_confirm_at_once_confirm_once(bot: Bot) -> None:
    admin, juma = await founded(bot), await member(bot, "Juma")
    seconds = [await organizer(bot, "Ana", "Tana"), await organizer(bot, "Asha", "Volta")]
    await accepts(juma, await link(admin))
    for person in seconds:
        await looks(bot, person)
    await asyncio.gather(*(person.double_taps("Confirm") for person in seconds))
    await bot.settled()
    await bot.tick()
    chat = (await juma.chat())["messages"]
    assert len([m for m in chat if "You are an organizer now" in m.get("text", "")]) == 1


async def test_a_role_is_taken_away_by_two(bot: Bot) -> None:
    admin = await founded(bot)
    ana, juma = await organizer(bot, "Ana", "Tana"), await organizer(bot, "Juma", "Volta")
    await chooses(juma, "Tana", "Take the role away")
    await juma.sees_new("Another organizer has to confirm this")
    await chooses(juma, "Tana", "Take the role away")
    await juma.sees_toast("This is proposed already")
    await bot.tick()
    await ana.does_not_see("Something waits")
    (proposal,) = await proposals(bot)
    await ana.presses_data(await ana.last(), f"/decline {proposal.id}")
    await ana.sees_toast("not for you to decide")
    assert await roles(bot, ana)
    await looks(bot, admin)
    await admin.sees_new("The role of Tana shall end", "Proposed by Volta")
    await admin.presses("Confirm")
    await admin.sees_new("Done.")
    assert not await roles(bot, ana)
    await bot.tick()
    await ana.sees("Two organizers ended your role")
    for command in ("/organize", "/newballot", "/post", "/invite"):
        await ana.says(command)
        await ana.sees_new("Only organizers can do this")


async def test_two_who_are_to_take_each_other_out_do_not_block_each_other(bot: Bot) -> None:
    """What the one proposed ends with their role, while a second organizer confirms that very proposal."""
    await founded(bot)
    ana, juma = await organizer(bot, "Ana", "Tana"), await organizer(bot, "Juma", "Volta")
    seconds = [await organizer(bot, "Asha", "Nile"), await organizer(bot, "Kofi", "Congo")]
    await chooses(juma, "Tana", "Take the role away")
    await juma.sees_new("Another organizer has to confirm this")
    await chooses(ana, "Volta", "Take the role away")
    await ana.sees_new("Another organizer has to confirm this")
    waiting = await proposals(bot)
    for person, proposal in zip(seconds, waiting, strict=True):
        await person.says("/organize")
        await person.sees_new("Organize")
        await person.presses_data(await person.last(), f"/proposal {proposal.id}")
        await person.sees_new("shall end")
    await asyncio.gather(*(person.presses("Confirm") for person in seconds))
    await bot.settled()
    assert [bool(await roles(bot, person)) for person in (ana, juma)].count(True) <= 1
    assert await proposals(bot) == []
    for person in seconds:
        await person.says("/organize")
        await person.sees_new("Organize")


async def test_what_somebody_proposed_ends_with_their_role(bot: Bot) -> None:
    await founded(bot)
    ana, juma = await organizer(bot, "Ana", "Tana"), await organizer(bot, "Juma", "Volta")
    await chooses(juma, "Tana", "Take the role away")
    await juma.sees_new("Another organizer has to confirm this")
    await chooses(juma, "Volta", "Give up my role")
    await juma.sees_new("You have given up your role")
    assert not await roles(bot, juma) and await proposals(bot) == []
    assert await roles(bot, ana)


async def test_a_proposal_can_be_taken_back_and_is_void_after_a_week(bot: Bot) -> None:
    admin = await founded(bot)
    await organizer(bot, "Ana", "Tana")
    juma = await organizer(bot, "Juma", "Volta")
    await bot.tick()
    await chooses(admin, "Tana", "Take the role away")
    await admin.says("/organize")
    await admin.presses("To be confirmed")
    await admin.presses("Tana: end of the role?")
    await admin.sees_new("The role of Tana shall end")
    assert await admin.buttons() == ["Take it back"]
    await admin.presses("Take it back")
    await admin.sees_new("Declined")
    await chooses(admin, "Tana", "Take the role away")
    await looks(bot, juma)
    await bot.later(days=7)
    await juma.presses("Confirm")
    await juma.sees_toast("decided already, or is over")
    assert await proposals(bot) == []


async def test_a_union_of_two_is_not_stuck(bot: Bot) -> None:
    """Nobody is left to be the second: an administrator alone may part with an organizer, an organizer with nobody."""
    admin = await founded(bot)
    ana = await organizer(bot, "Ana", "Tana")
    await bot.tick()
    own = (await record(bot, admin)).alias
    await chooses(ana, own, "Take the role away")
    await ana.sees_toast("no other organizer who could confirm this")
    await chooses(admin, "Tana", "Make administrator")
    await looks(bot, ana)  # her own word is the second
    await ana.presses("Confirm")
    await ana.sees_new("Done.")
    assert await roles(bot, ana) == set(Role)
    await chooses(admin, "Tana", "Take the role away")
    await admin.sees_toast("no other organizer who could confirm this")
    await chooses(admin, own, "Give up my role")
    await admin.sees_new("You have given up your role")
    await chooses(ana, "Tana", "Give up my role")
    await ana.sees_toast("You are the last administrator")


async def test_an_administrator_alone_parts_with_the_only_other_organizer(bot: Bot) -> None:
    admin, ana = await founded(bot), await organizer(bot, "Ana", "Tana")
    await chooses(admin, "Tana", "Take the role away")
    await admin.sees_new("Done.")
    assert not await roles(bot, ana)


async def test_organize_shows_what_one_may_do_and_nothing_else(bot: Bot) -> None:
    admin, ana = await founded(bot), await organizer(bot, "Ana", "Tana")
    nobody = await member(bot, "Juma")
    usual = ["New ballot", "Post of the week", "Bargaining brief", "Invite link", "Let somebody in"]
    usual += ["Names in the lists", "Organizers"]
    await ana.says("/organize")
    await ana.sees_new("Among organizers you are Tana", "until 24 Nov 2027")
    assert await ana.buttons() == usual
    await admin.says("/organize")
    await admin.sees_new("Organize")
    assert await admin.buttons() == [*usual, "Appoint an organizer"]
    await ana.presses_data(await ana.last(), "/appoint")
    await ana.sees_toast("Only organizers can do this")
    for command in ("organize", "organizers", "decisions", "moves", "turnaway", "progress", "appoint"):
        await nobody.presses_data(await nobody.last(), f"/{command}")
        await nobody.sees_toast("Only organizers can do this")
    await change(bot, ana, lambda record, now: replace(record, term_ends=now.date()))
    await ana.says("/organize")
    await ana.sees_new("Your role ended on 24 Nov 2026")


async def test_a_role_ends_with_its_term_and_is_renewed_by_somebody_else(bot: Bot) -> None:
    admin = await founded(bot)
    ana, juma = await organizer(bot, "Ana", "Tana"), await organizer(bot, "Juma", "Volta")
    await bot.tick()
    await bot.later(days=335)
    await bot.tick()
    for person in (ana, juma, admin):
        await person.sees("News from Kauli", "Your role ends on 24 Nov 2027")
    await ana.says("/organize")
    await ana.presses("Organizers")
    await ana.presses("Tana")
    await ana.sees_new("Tana is an organizer until 24 Nov 2027")
    assert await ana.buttons() == ["Give up my role", "‹ Back"]
    await chooses(juma, "Tana", "Renew for a year")
    await juma.sees_new("Tana goes on for another year")
    await bot.later(days=30)
    await juma.sees("Your role has ended with its term")
    await juma.says("/organize")
    await juma.sees_new("Only organizers can do this")
    assert await roles(bot, ana) == {Role.ORGANIZER}
    await admin.sees("you are the only administrator, so it goes on until 24 Dec 2027")
    await admin.says("/organize")
    await admin.sees_new("Your role runs until 24 Dec 2027")


async def test_an_organizer_of_an_older_version_gets_a_word_and_a_term(bot: Bot) -> None:
    ana = await organizer(bot, "Ana", "")
    await change(bot, ana, lambda record, now: replace(record, term_ends=None))
    await bot.tick()
    found = await record(bot, ana)
    assert found.alias and found.term_ends == (await bot.app.office.clock.now()).date() + timedelta(days=365)


async def test_who_waits_can_be_turned_away(bot: Bot) -> None:
    admin, ana = await founded(bot), await bot.cast.person("Ana")
    await ana.says("/start")
    await ana.presses("English")
    await ana.presses("I agree")
    code = (await ana.sees_new("an organizer has to let you in"))["text"].split()[-1]
    await admin.says("/organize")
    await admin.presses("Turn somebody away")
    await admin.sees_new("whom you do not let in")
    await admin.says("wrong")
    await admin.sees_new("Nobody waits with this code")
    await admin.says(code)
    await admin.sees_new("Turned away, and deleted")
    async with bot.app.office.reading() as stores:
        assert [found.telegram_id for found in await stores.members.all()] == [ADMIN]
    await ana.says("/ballots")
    await ana.sees_new("You are not a member yet")


async def test_the_member_count_moves_once_a_month(bot: Bot) -> None:
    admin = await founded(bot)
    await bot.tick()
    for number in range(13):
        await member(bot, f"P{number}")
    await bot.later(days=2)
    await admin.says("/organize")
    await admin.sees_new("Members: fewer than 10", "last on 24 Nov 2026")
    await bot.later(days=10)
    await admin.says("/organize")
    await admin.sees_new("Members: about 10", "last on 6 Dec 2026")


async def test_a_proposal_shows_nobody_and_no_hour_on_the_disk(bot: Bot) -> None:
    admin = await founded(bot)
    ana = await organizer(bot, "Ana", "Tana")
    await organizer(bot, "Juma", "Volta")
    await chooses(admin, "Tana", "Take the role away")
    await admin.sees_new("Another organizer has to confirm this")
    async with bot.app.office.reading() as stores:
        rows = [tuple(row) for row in await stores.connection.exec_driver_sql("select id, document from proposal")]
        (proposal,) = await stores.proposals.all()
    assert [len(document) for _, document in rows] == [512 + 28]
    assert str(ADMIN) not in repr(proposal) and str(ana.id) not in repr(proposal)
    assert proposal.ends.isoformat() == "2026-12-01"

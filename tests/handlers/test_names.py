"""Names of employers, end clients and kinds of work: proposed openly, shown once a day, decided by organizers.

On both databases.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.database import name_proposal, workplace
from bot.jobs.pay import possible_cells
from bot.workplaces import catalogue
from bot.workplaces.catalogue import Client
from bot.workplaces.rules import NameProposal
from tests.cast import Person
from tests.conftest import Bot
from tests.handlers.test_organizers import looks
from tests.people import founded, member, organizer
from tests.seizure.test_seizure import page_about

SOURCE = "Its own page for workers in Nairobi, March 2026"


@pytest.fixture(autouse=True)
def own_catalogue() -> Iterator[None]:
    """Leaves the program's table behind, for the tests that come after."""
    yield
    catalogue.use(())


async def begins(person: Person, what: str = "An employer or platform") -> None:
    """Says what the name is of."""
    await person.says("/propose")
    await person.presses(what)


async def proposes(person: Person, name: str, what: str = "An employer or platform") -> None:
    """Walks through /propose."""
    await begins(person, what)
    await person.sees_new("This is not anonymous", "Organizers see the name once a day")
    await person.says(name)
    await person.presses("Propose it openly")
    await person.sees_new("Proposed: ", "from tomorrow on")


async def opens(person: Person, name: str) -> None:
    """Goes through /organize to a proposed name."""
    await person.says("/organize")
    await person.presses("Names in the lists")
    await person.presses(name)
    await person.sees_new("Proposed: " + name)


async def lists(person: Person, name: str, *countries: str) -> None:
    """Proposes to a second organizer to list a name."""
    await opens(person, name)
    await person.presses("List it")
    await person.presses("Platform, paid per task")
    for country in countries:
        await person.presses(country)
        await person.button(f"✓ {country}")
    await person.presses("Done")
    await person.sees_new("Where is it known from")
    await person.says(SOURCE)
    await person.sees_new(name, *countries, SOURCE)
    await person.presses("List it")


async def waiting(bot: Bot) -> list[NameProposal]:
    async with bot.app.office.reading() as stores:
        return await stores.workplaces.all()


async def chooses_in_pay(person: Person, country: str) -> None:
    """Goes to the list of employers in a pay report."""
    await person.says("/pay")
    await person.presses(country)
    await person.sees_new("Who pays")


async def test_a_proposed_name_is_seen_once_a_day_and_listed_by_two(bot: Bot) -> None:
    admin, volta = await founded(bot), await organizer(bot, "Vera", "Volta")
    ana, juma = await member(bot, "Ana", country="KE"), await member(bot, "Juma")
    before = set(possible_cells())
    await bot.tick()  # the day's work is done
    await proposes(ana, "Karya   Works")
    await proposes(juma, "karya works")
    await bot.tick()
    await admin.does_not_see("Names that members proposed wait")
    await admin.says("/organize")
    await admin.presses("Names in the lists")
    await admin.sees_new("No name waits")
    await bot.later(days=1)
    await admin.sees("News from Kauli", "Names that members proposed wait")
    await lists(admin, "Karya Works", "Kenya", "India")
    await admin.sees_new("Another organizer has to confirm this")
    await looks(bot, volta)
    await volta.sees_new("Karya Works shall be listed", "Kenya", "India", SOURCE)
    await volta.presses("Confirm")
    await volta.sees_new("Done.")
    await bot.tick()
    for person in (ana, juma):
        await person.sees("News from Kauli", "is listed now as Karya Works")
    added = {f"employer:karya_works:{currency}" for currency in ("INR", "KES", "USD")}
    assert set(possible_cells()) - before == added  # tried from the next release on, whoever reports
    await bot.restart(kill=True)
    await is_offered(ana, "Karya Works")


async def is_offered(person: Person, name: str) -> None:
    """Chooses an employer in a pay report and in the settings."""
    await chooses_in_pay(person, "Kenya")
    await person.presses(name)
    await person.sees_new("What kind of work")
    await person.says("/me")
    await person.presses("Employers")
    await person.presses(name)
    await person.button(f"✓ {name}")


async def test_what_is_kept_of_a_proposal_is_open_to_the_proposer_and_gone_with_them(bot: Bot) -> None:
    admin, ana = await founded(bot), await member(bot, "Ana")
    await proposes(ana, "Karya")
    (kept,) = await waiting(bot)
    assert kept == NameProposal(kept.id, bot.app.vault.lookup(ana.id).hex(), "Karya", "2026-11")
    async with bot.app.database.people.reader.begin() as connection:
        (row,) = await connection.execute(select(name_proposal))
        assert b"Karya" not in row.document
    await ana.says("/mydata")
    await ana.sees_new("proposed openly", "Karya")
    assert "proposed, openly: Karya." in await page_about(bot, ana.id)
    assert "Karya" not in await page_about(bot, admin.id)
    await ana.says("/leave")
    await ana.presses("Leave and delete")
    await ana.sees_new("Your record is deleted")
    assert await waiting(bot) == []
    await bot.later(days=1)
    await admin.does_not_see("Names that members proposed wait")


async def test_a_name_is_merged_or_declined_by_one_and_the_proposer_is_told(bot: Bot) -> None:
    admin, ana = await founded(bot), await member(bot, "Ana")
    await proposes(ana, "Samasource")
    await proposes(ana, "Some Shop")
    await bot.later(days=1)
    await opens(admin, "Samasource")
    await admin.presses("It is listed already")
    await admin.presses("Sama")
    await admin.sees_new("Samasource is now another name of Sama")
    await opens(admin, "Some Shop")
    await admin.double_taps("Decline")
    await admin.sees_new("Declined. Whoever proposed it is told")
    await bot.tick()
    await ana.sees("Samasource, is in the list already, as Sama")
    await ana.sees("Some Shop, was not taken into the list")
    assert await waiting(bot) == []
    await begins(ana)
    await ana.says("SAMA source")
    await ana.sees_new("in the list already, as Sama")


async def opens_listed(person: Person, name: str) -> None:
    """Goes through /organize to a listed employer."""
    await person.says("/organize")
    await person.presses("Names in the lists")
    await person.presses("Listed employers")
    await person.presses(name)


async def test_a_wrong_name_is_corrected_and_a_retired_employer_keeps_its_name_in_figures(bot: Bot) -> None:
    admin, ana = await founded(bot), await member(bot, "Ana", country="KE")
    await ana.says("/me")
    await ana.presses("Employers")
    await ana.presses("Remotasks")
    await opens_listed(admin, "Remotasks")
    await admin.presses("Correct the name")
    await admin.says("Scale-AI")
    await admin.sees_new("Scale AI has this name already")
    await admin.says("Remotask")
    await admin.sees_new("Done.")  # the only organizer, an administrator
    await bot.tick()
    await opens_listed(admin, "Remotask")
    await admin.presses("Offer it no more")
    await admin.sees_new("Done.")
    await bot.tick()
    await chooses_in_pay(ana, "Kenya")
    assert "Remotask" not in await ana.buttons()
    await ana.says("/me")
    await ana.sees_new("Employers: Remotask")
    assert "employer:remotasks:KES" in possible_cells()
    async with bot.app.database.people.reader.begin() as connection:
        (row,) = await connection.execute(select(workplace))
    assert (row.id, row.name, row.retired, row.aliases) == ("remotasks", "Remotask", "yes", "Remotasks")


async def test_names_that_are_none_are_refused_and_few_may_wait(bot: Bot) -> None:
    await founded(bot)
    ana, new = await member(bot, "Ana"), await member(bot, "New", days=1)
    await new.says("/propose")
    await new.sees_new("a week after joining")
    await begins(ana)
    for words, answer in (
        ("https://sama.com", "leave out links"),
        ("x", "between 2 and 60"),
        ("0722 123 456 boss", "does not look like"),
        ("Teleperformance", "already, as Teleperformance (Majorel)"),
    ):
        await ana.says(words)
        await ana.sees_new(answer)
    for name in ("One Works", "Two Works", "Three Works"):
        await proposes(ana, name)
    await begins(ana)
    await ana.says("one WORKS")
    await ana.sees_new("proposed this name already")
    await ana.says("Four Works")
    await ana.sees_new("You have 3 names waiting")
    await bot.later(days=100)
    assert await waiting(bot) == []


@pytest.mark.parametrize(("employer", "offered"), [("Sama", False), ("Somebody else", True)])
async def test_after_a_report_about_somebody_else_the_name_can_be_proposed(
    bot: Bot, employer: str, offered: bool
) -> None:
    """An act of its own, after the report: what was sent says "other" and nothing joins the two."""
    ana = await member(bot, "Ana")
    await ana.says("/pay")
    for label in ("Kenya", employer, "Content moderation", "By the month"):
        await ana.presses(label)
    for words in ("30,000", "40", "5"):
        await ana.says(words)
    await ana.presses("Send")
    await ana.sees_new("Received")
    assert ("Propose a missing employer" in await ana.buttons()) == offered
    if offered:
        await ana.presses("Propose a missing employer")
        await ana.sees_new("This is not anonymous")
        await ana.says("Karya")
        await ana.presses("Propose it openly")
        await ana.sees_new("Proposed: Karya")
        await bot.later(minutes=11)
        await ana.does_not_see("An hour of this work")


async def lists_with(admin: Person, second: Person, bot: Bot, name: str, *answers: str) -> None:
    """Lists a name by the word of two organizers; `answers` are ticked before the source is asked for."""
    await opens(admin, name)
    await admin.presses("List it")
    for label in answers:
        await admin.presses(label)
        await admin.button(f"✓ {label}")
    if answers:
        await admin.presses("Done")
    await admin.sees_new("Where is it known from")
    await admin.says(SOURCE)
    await admin.sees_new(name, SOURCE)
    await admin.presses("List it")
    await admin.sees_new("Another organizer has to confirm this")
    await looks(bot, second)
    await second.sees_new(f"{name} shall be listed", SOURCE)
    await second.presses("Confirm")
    await second.sees_new("Done.")
    await bot.tick()


async def test_a_kind_of_work_that_two_organizers_list_is_chosen_counted_and_retired_again(bot: Bot) -> None:
    admin, volta = await founded(bot), await organizer(bot, "Vera", "Volta")
    ana = await member(bot, "Ana", country="KE")
    before = set(possible_cells())
    await begins(ana, "A kind of work")
    await ana.says("kukagua KAZI za wengine")  # a name of the list in another language
    await ana.sees_new("in the list already, as Checking others' work")
    await ana.presses("Do not propose")
    await proposes(ana, "Face matching", "A kind of work")
    await bot.later(days=1)
    await lists_with(admin, volta, bot, "Face matching")
    await ana.sees("Face matching, is listed now as Face matching", "chosen in /pay")
    new = set(possible_cells()) - before
    assert {"pair:KE:face_matching:KES", "task:face_matching:USD"} <= new
    assert new == {cell for cell in possible_cells() if ":face_matching:" in cell}
    await bot.restart(kill=True)
    await chooses_in_pay(ana, "Kenya")
    await ana.presses("Sama")
    await ana.presses("Face matching")
    await ana.sees_new("How are you paid")
    await retires(admin, volta, bot, "Listed kinds of work", "Own voice, face or home")  # the longest id there is
    await chooses_in_pay(ana, "Kenya")
    await ana.presses("Sama")
    await ana.sees_new("What kind of work")
    assert "Own voice, face or home" not in await ana.buttons() and "Face matching" in await ana.buttons()
    assert new <= set(possible_cells()) and before <= set(possible_cells())


async def retires(admin: Person, second: Person, bot: Bot, where: str, name: str) -> None:
    """Offers a listed name no more."""
    await admin.says("/organize")
    await admin.presses("Names in the lists")
    await admin.presses(where)
    await admin.presses(name)
    await admin.sees_new(name, "cannot be corrected here")
    assert "Correct the name" not in await admin.buttons()
    await admin.presses("Offer it no more")
    await looks(bot, second)
    await second.sees_new(f"{name} shall not be offered")
    await second.presses("Confirm")
    await second.sees_new("Done.")
    await bot.tick()


async def test_an_end_client_is_listed_with_its_vendors_and_corrected(bot: Bot) -> None:
    admin, volta, ana = await founded(bot), await organizer(bot, "Vera", "Volta"), await member(bot, "Ana")
    await begins(ana, "An end client")
    await ana.sees_new("This is not anonymous", "contracts forbid")
    await ana.says("facebook")
    await ana.sees_new("in the list already, as Meta (Facebook)")
    await ana.presses("Do not propose")
    await proposes(ana, "Sama", "An end client")  # the same name in another list is another name
    await bot.later(days=1)
    await lists_with(admin, volta, bot, "Sama", "CloudFactory", "CCI Global")
    await ana.sees("Sama, is listed now as Sama", "briefs of the employers")
    assert [one.name for one in catalogue.clients_of("cloudfactory")] == ["Sama"]
    assert catalogue.employer("sama").countries == ("KE", "UG")
    await admin.says("/organize")
    await admin.presses("Names in the lists")
    await admin.presses("Listed end clients")
    await admin.presses("Sama")
    await admin.presses("Correct the name")
    await admin.says("Sama Group")
    await looks(bot, volta)
    await volta.sees_new("Sama shall be called Sama Group")
    await volta.presses("Confirm")
    await bot.tick()
    await bot.restart(kill=True)
    assert catalogue.CLIENTS["sama"] == Client("sama", "Sama Group", ("cci", "cloudfactory"), ("Sama",))

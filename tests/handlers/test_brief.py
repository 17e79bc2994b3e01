"""/brief and /export over the chat: who may, whom there is a brief of, and the files that come."""

from bot.briefs.export import Everything, read_export
from tests.briefs.history import history, publish
from tests.cast import Person
from tests.conftest import Bot
from tests.people import member, organizer


async def file(bot: Bot, person: Person) -> tuple[str, bytes]:
    """Gives the newest file of a chat: its name and its bytes."""
    await bot.settled()
    sent = [message["document"] for message in (await person.chat())["messages"] if "document" in message][-1]
    async with bot.cast.session.get(bot.cast.url + sent["url"]) as answer:
        return sent["name"], await answer.read()


async def test_an_organizer_gets_the_brief_as_files(bot: Bot) -> None:
    await publish(bot)
    ana = await organizer(bot, "Ana", "Tana")
    await ana.says("/brief")
    await ana.sees_new("For which employer?")
    assert {"Sama", "Scale AI", "Appen (CrowdGen)"} <= set(await ana.buttons())
    await ana.says("samma")
    await ana.sees_new("Sama, 2026-Q4: 165 KES an hour", "about 340 reports")
    name, written = await file(bot, ana)
    assert name == "kauli-sama-2026-Q4.pdf" and written.startswith(b"%PDF")
    for label, ending, begins in (
        ("Web page", "html", b"<!doctype html>"),
        ("Table (CSV)", "csv", b"release,period,cell"),
        ("What the table means", "codebook.csv", b"name,meaning"),
    ):
        await ana.presses(label)
        await ana.sees_new("165 KES an hour")
        name, written = await file(bot, ana)
        assert name == f"kauli-sama-2026-Q4.{ending}" and written.startswith(begins)


async def test_names_that_fit_several_or_nobody(bot: Bot) -> None:
    await publish(bot)
    ana = await organizer(bot, "Ana", "Tana")
    await ana.says("/brief a")
    await ana.sees_new("Several employers fit")
    await ana.presses("Scale AI")
    await ana.sees_new("Scale AI, 2026-Q4: roughly 4 USD")
    await ana.says("/brief zzzz")
    await ana.sees_new("No employer with published figures is called like this")


async def test_every_member_may_have_what_was_published(bot: Bot) -> None:
    juma = await member(bot, "Juma")
    await juma.says("/export")
    await juma.sees_new("Nothing has been published yet")
    await juma.says("/brief sama")
    await juma.sees_new("Only organizers can do this")
    await publish(bot)
    await juma.says("/export")
    await juma.sees_new("Everything that was ever published", "Releases: 4")
    assert (await file(bot, juma))[0] == "kauli-figures-2026-Q4.csv"
    await juma.presses("For programs")
    await juma.sees_new("Releases: 4")
    name, written = await file(bot, juma)
    assert name.endswith(".json") and read_export(written) == Everything(history())

"""Joining, leaving, settings and help, in both languages, on both databases."""

from tests.conftest import ADMIN, Bot
from tests.people import founded, member


async def test_five_taps_make_a_member(bot: Bot) -> None:
    admin = await founded(bot)
    await admin.says("/invite")
    link = await admin.sees_new("https://t.me/")
    code = link["text"].split("start=")[1].split()[0]
    ana = await bot.cast.person("Ana", language="en-GB")
    await ana.says(f"/start {code}")
    await ana.sees_new("In which language")
    await ana.presses("English")
    consent = await ana.sees_new("What we cannot protect against", "Telegram sees", "What we do not keep")
    assert "name" in consent["text"]
    await ana.presses("I agree")
    await ana.sees_new("Welcome", "You can vote and report your pay from 1 Dec 2026")
    await ana.says("/pay")
    await ana.sees_new("You can vote and report your pay from 1 Dec 2026")


async def test_without_an_invite_an_organizer_lets_you_in(bot: Bot) -> None:
    admin = await founded(bot)
    ana = await bot.cast.person("Ana")
    await ana.says("/start")
    await ana.presses("English")
    await ana.presses("I agree")
    waiting = await ana.sees_new("an organizer has to let you in")
    await ana.says("/ballots")
    await ana.sees_new("An organizer still has to let you in")
    code = waiting["text"].split()[-1]
    await admin.says("/organize")
    await admin.sees_new("Somebody waits")
    await admin.presses("Let somebody in")
    await admin.sees_new("Type the code")
    await bot.restart(kill=True)
    await admin.says("nobody")
    await admin.sees_new("Nobody waits with this code", "Type the code")
    await admin.says(f" {code.upper()} ")
    await admin.sees_new("Let in")
    await bot.tick()
    await ana.sees("News from Kauli", "You have been let in")


async def test_the_app_language_is_proposed_and_can_be_changed(bot: Bot) -> None:
    await founded(bot)
    juma = await bot.cast.person("Juma", language="sw")
    await juma.says("/start")
    await juma.sees_new("lugha gani")
    assert (await juma.buttons())[0] == "Kiswahili"
    juma = await member(bot, "Asha", "sw")
    await juma.says("/language")
    await juma.sees_new("lugha gani")
    await bot.restart(kill=True)
    await juma.presses("English")
    await juma.sees_new("From now on we talk in this language")


async def test_refusing_keeps_nothing(bot: Bot) -> None:
    await founded(bot)
    ana = await bot.cast.person("Ana")
    await ana.says("/start")
    await ana.presses("English")
    await ana.presses("No, keep nothing")
    await ana.sees_new("Nothing was kept")
    async with bot.app.office.reading() as stores:
        assert [found.telegram_id for found in await stores.members.all()] == [ADMIN]


async def test_settings_are_optional_and_kept(bot: Bot) -> None:
    await founded(bot)
    ana = await member(bot, "Ana")
    await ana.says("/me")
    await ana.sees_new("Country: not given", "Weekly note: Friday, 18:00")
    await ana.presses("Country")
    await ana.presses("More")
    await ana.presses("United States")
    await ana.sees_new("Which clock")
    await ana.presses("Chicago")
    await ana.sees_new("Country: United States", "Time zone: Chicago")
    await ana.presses("Weekly note")
    await ana.presses("Monday")
    await ana.says("25")
    await ana.sees_new("a number from 0 to 23")
    await ana.says("7:00")
    await ana.sees_new("Weekly note: Monday, 07:00")
    await bot.restart()
    await ana.presses("Done")
    await ana.sees_new("Weekly note: Monday")


async def test_several_employers_can_be_ticked(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/me")
    await ana.presses("Employers")
    for label in ("Mercor", "Outlier", "✓ Mercor"):
        await ana.sees_new("Tick as many")
        await ana.presses(label)
    await ana.sees_new("Tick as many")
    await ana.presses("Done")
    await ana.sees_new("Employers: Outlier")


async def test_leaving_erases(bot: Bot) -> None:
    admin = await founded(bot)
    ana = await member(bot, "Ana")
    await ana.says("/leave")
    await ana.sees_new("Leave and be forgotten?")
    await bot.restart(kill=True)
    await ana.presses("Leave and delete")
    await ana.sees_new("Thank you for having been with us")
    async with bot.app.office.reading() as stores:
        assert [found.telegram_id for found in await stores.members.all()] == [ADMIN]
    await ana.says("/me")
    await ana.sees_new("You are not a member yet")
    await member(bot, "Juma")
    await admin.says("/leave")
    await admin.presses("Leave and delete")
    await admin.sees_toast("You are the last administrator")


async def test_help_privacy_and_cancel_work_from_the_start(bot: Bot) -> None:
    ana = await bot.cast.person("Ana")
    for command, words in (("/help", "What you can do here"), ("/privacy", "What we cannot protect against")):
        await ana.says(command)
        await ana.sees_new(words)
    await ana.says("/start")
    await ana.sees_new("In which language")
    await ana.says("/help")
    await ana.sees_new("What you can do here")
    await ana.presses("English")  # help left the question open
    await ana.says("/cancel")
    await ana.sees_new("Stopped")


async def test_in_a_group_only_a_link_is_answered(bot: Bot) -> None:
    ana = await bot.cast.person("Ana")
    group = await bot.cast.group("Data workers", ana)
    for words in ("/pay", "/ballots@kauli_demo_bot", "hello"):
        await bot.cast.post(f"/groups/{group}/messages", {"from": ana.id, "text": words})
    await ana.says("/help")
    await ana.sees_new("What you can do here")
    await bot.app.lanes.idle()
    said = [m["text"] for m in (await bot.cast.get(f"/groups/{group}/chat"))["messages"] if m["from"] == "bot"]
    assert len(said) == 2 and all("https://t.me/kauli_demo_bot" in text for text in said)


async def test_a_group_is_answered_twenty_times_a_minute(bot: Bot) -> None:
    ana = await bot.cast.person("Ana")
    group = await bot.cast.group("Data workers", ana)
    for _ in range(25):
        await bot.cast.post(f"/groups/{group}/messages", {"from": ana.id, "text": "/pay"})
    await ana.says("/help")
    await ana.sees_new("What you can do here")
    await bot.app.lanes.idle()
    said = (await bot.cast.get(f"/groups/{group}/chat"))["messages"]
    assert sum(one["from"] == "bot" for one in said) == 20


async def test_an_invite_is_limited_rotates_and_ends(bot: Bot) -> None:
    admin = await founded(bot)
    await admin.says("/invite")
    old = (await admin.sees_new("https://t.me/"))["text"].split("start=")[1].split()[0]
    await admin.says("/invite")
    new = (await admin.sees_new("https://t.me/"))["text"].split("start=")[1].split()[0]
    ana = await bot.cast.person("Ana")
    await ana.says(f"/start {old}")
    await ana.sees_new("This invite is over")
    await bot.cast.advance(days=8)
    await ana.says(f"/start {new}")
    await ana.sees_new("This invite is over")


async def test_an_administrator_appoints_an_organizer_by_a_link_that_works_once(bot: Bot) -> None:
    admin = await founded(bot)
    ana = await member(bot, "Ana")
    await ana.says("/claim 0123456789")
    await ana.sees_new("This code does not fit")
    await ana.says("/organize")
    await ana.sees_new("Only organizers can do this")
    await admin.says("/organize")
    await admin.presses("Appoint")
    code = (await admin.sees_new("https://t.me/"))["text"].split("start=")[1].split()[0]
    await ana.says(f"/start {code}")
    await ana.sees_new("You would see no votes")
    await bot.restart(kill=True)
    await ana.double_taps("I accept")
    await ana.sees_new("You are an organizer now")
    await ana.presses("Organize")
    await ana.sees_new("Members: fewer than 10")
    juma = await member(bot, "Juma")
    await juma.says(f"/start {code}")
    await juma.sees_new("over or used up")


async def test_a_restart_in_the_middle_of_joining(bot: Bot) -> None:
    await founded(bot)
    ana = await bot.cast.person("Ana")
    await ana.says("/start")
    await ana.presses("English")
    await ana.sees_new("What we keep about you")
    await bot.restart(kill=True)
    await ana.presses("I agree")
    await ana.sees_new("an organizer has to let you in")

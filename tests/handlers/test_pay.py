"""/pay: six questions, the answer at once, and nothing half-filled is ever written."""

import pytest

from bot.pay.release import Published, Release, to_json
from tests.cast import Person
from tests.conftest import Bot
from tests.people import founded, member


async def answers(person: Person, amount: str = "38,000", paid: str = "40", unpaid: str = "10.5") -> None:
    """Answers the six questions up to the review."""
    await person.says("/pay")
    for label in ("Kenya", "Sama", "Content moderation", "By the month"):
        await person.presses(label)
    await person.sees_new("How much for a month")
    await person.says(amount)
    await person.sees_new("5 of 6")
    await person.says(paid)
    await person.sees_new("6 of 6")
    await person.says(unpaid)


async def test_a_worker_sees_at_once_what_an_hour_brings(bot: Bot) -> None:
    await founded(bot)
    ana = await member(bot, "Ana", country="KE")
    await answers(ana)
    await ana.sees_new("38,000 KES", "really brings 173.65 KES", "219.23 KES an hour", "21% of your working time")
    await ana.presses("Send")
    await ana.sees_new("Received", "This message goes in ten minutes")
    await ana.presses("Done")
    await ana.sees_new("Done. Everything else is under /help.")
    texts = [message.get("text", "") for message in (await ana.chat())["messages"]]
    assert not any(word in text for text in texts for word in ("38,000", "/pay\n", "173"))


async def test_results_leave_the_chat_by_themselves(bot: Bot) -> None:
    await founded(bot)
    ana = await member(bot, "Ana")
    await answers(ana)
    await ana.presses("Send")
    await ana.sees_new("Received")
    await bot.later(minutes=11)
    await ana.sees_new("Done. Everything else is under /help.")
    await ana.does_not_see("An hour of this work")


@pytest.mark.parametrize(
    ("typed", "shown"), [("35k", "35,000 KES"), ("Ksh 35 000", "35,000 KES"), ("35.518,50", "35,518.50 KES")]
)
async def test_amounts_are_read_as_people_type_them(bot: Bot, typed: str, shown: str) -> None:
    ana = await member(bot, "Ana")
    await answers(ana, amount=typed, paid="٤٠", unpaid="7h30")
    await ana.sees_new(shown, "40 hours paid, 7.5 unpaid")


async def test_a_report_can_be_replaced_and_taken_back_until_sealed(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await answers(ana)
    await ana.presses("Send")
    await answers(ana, amount="40k")
    await ana.presses("Send")
    await ana.sees_new("in place of the one before")
    await ana.presses("Take it back")
    await ana.sees_new("Taken back")
    await answers(ana)
    await ana.presses("Send")
    await ana.sees_new("Received.")


async def test_twenty_reports_are_sealed_and_released_when_the_quarter_ends(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.pay.randbelow", lambda _: 0)  # no noise: once in a hundred it lifts twenty to fifty
    people = [await member(bot, f"P{n}") for n in range(20)]
    for person in people:
        await answers(person)
        await person.presses("Send")
        await person.sees_new("Received")
    await people[0].says("/pay")
    await people[0].sees_new("sealed already", "1 Jan 2027")
    await bot.later(days=40)
    await people[0].says("/digest")
    await people[0].sees_new("too few for a figure that singles nobody out")
    assert not bot.app.box.is_open("2026-Q4")


KENYA = Published("country:KE:KES", 520, 174_00, 20, low=120_00, high=240_00)


async def released(bot: Bot, *cells: Published) -> None:
    """Gives the bot the release of the quarter before."""
    await bot.app.box.open("2026-Q3")
    await bot.app.box.close("2026-Q3", lambda _: to_json(Release("2026-Q3", cells)).encode())


async def test_before_sending_one_sees_among_how_many_the_last_release_counted(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await answers(ana)
    await ana.sees_new("really brings")
    await ana.does_not_see("last published figures")
    await released(bot, KENYA)
    await answers(ana)
    await ana.sees_new("Kenya stood with about 520 reports", "Sama was not in the last published figures")


async def test_the_digest_says_quartiles_where_there_are_any(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await released(bot, KENYA, Published("country:UG:UGX", 60, 5_000, 10))
    await ana.says("/digest")
    await ana.sees_new(
        "Kenya: 174 KES, half of all between 120 KES and 240 KES, 20% of the time unpaid (about 520 reports)",
        "Uganda: roughly 5,000 UGX, 10% of the time unpaid (about 60 reports)",
    )


async def test_a_restart_in_the_middle_keeps_nothing_and_says_so(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/pay")
    await ana.presses("Kenya")
    await ana.sees_new("Who pays you")
    await bot.restart(kill=True)
    await ana.presses("Sama")
    await ana.sees_new("Nothing was kept")
    await ana.says("35k")
    await ana.sees_new("no open question")


async def test_a_report_that_was_not_sealed_is_asked_for_again(bot: Bot) -> None:
    await founded(bot)
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma")
    await answers(ana)
    await ana.presses("Send")
    await ana.sees_new("Received")
    await bot.restart(kill=True)
    await bot.app.inlet.backlog_read.wait()
    await bot.tick()
    await ana.sees("News from Kauli", "your last report was sealed, so it was not kept")
    await juma.does_not_see("your last report")
    await answers(ana)
    await ana.presses("Send")
    await ana.sees_new("Received.")


async def test_stopping_and_waiting_too_long_keep_nothing(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/pay")
    await ana.presses("Kenya")
    await ana.presses("Stop, keep nothing")
    await ana.sees_new("Nothing half-filled was kept")
    await ana.says("/pay")
    await ana.presses("Kenya")
    await ana.sees_new("Who pays you")
    await bot.cast.advance(minutes=16)
    await ana.presses("Sama")
    await ana.sees_new("Nothing was kept")


async def test_swahili_speakers_are_asked_in_swahili(bot: Bot) -> None:
    juma = await member(bot, "Juma", "sw")
    await juma.says("/pay")
    await juma.presses("Kenya")
    await juma.presses("Sama")
    await juma.presses("Kuchuja maudhui (moderation)")

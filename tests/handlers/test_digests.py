"""The weekly note: at the hour and weekday of one's choice, in one's own zone and language, once."""

from dataclasses import replace

from bot.delivery.rules import AT_ONCE, to_everybody
from tests.conftest import Bot
from tests.people import founded, member

FRIDAY_MORNING = "2026-11-27T09:00:00Z"
NIGHT = "2026-11-27T20:00:00Z"  # 23:00 in Nairobi
RESTORED = {"ballots": "", "made": "2026-11-20"}


async def notes(bot: Bot, person: int) -> list[str]:
    """Lists the weekly notes somebody got unasked."""
    chat = await bot.cast.get(f"/people/{person}/chat")
    heads = ("News from Kauli\n\nThis ", "Habari kutoka Kauli\n\nBarua")
    return [message["text"] for message in chat["messages"] if message.get("text", "").startswith(heads)]


async def test_the_note_comes_on_friday_at_18_in_ones_own_zone(bot: Bot) -> None:
    await bot.cast.set_clock(FRIDAY_MORNING)
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma", "sw")
    await ana.says("/me")
    await ana.presses("Country")
    await ana.presses("Ghana")  # three hours behind Nairobi
    await ana.sees_new("Time zone: Accra")
    await bot.tick()
    await bot.later(hours=6, minutes=1)  # 18:01 in Nairobi, 15:01 in Accra
    assert len(await notes(bot, juma.id)) == 1
    assert await notes(bot, ana.id) == []
    await bot.later(hours=3)
    assert len(await notes(bot, ana.id)) == 1
    await bot.later(hours=12)
    assert len(await notes(bot, ana.id)) == len(await notes(bot, juma.id)) == 1


async def test_a_day_of_downtime_is_made_up_for_once(bot: Bot) -> None:
    await bot.cast.set_clock(FRIDAY_MORNING)
    ana = await member(bot, "Ana")
    await bot.tick()
    await bot.app.stop()
    await bot.cast.advance(days=1)
    await bot.start_again()
    await bot.tick()
    await bot.restart(kill=True)
    await bot.tick()
    assert len(await notes(bot, ana.id)) == 1
    await bot.later(days=7)
    assert len(await notes(bot, ana.id)) == 2


async def test_never_means_never(bot: Bot) -> None:
    await bot.cast.set_clock(FRIDAY_MORNING)
    ana = await member(bot, "Ana")
    await bot.tick()
    await ana.says("/me")
    await ana.presses("Weekly note")
    await ana.presses("Never")
    await ana.sees_new("Weekly note: never")
    await bot.later(days=8)
    assert await notes(bot, ana.id) == []


async def test_an_organizer_writes_previews_sends_and_can_stop(bot: Bot) -> None:
    admin, ana, juma = await founded(bot), await member(bot, "Ana"), await member(bot, "Juma", "sw")
    await admin.says("/post")
    await admin.presses("English")
    await admin.says("Meeting on <b>Saturday</b> {0} %s")
    await admin.sees_new("Preview in English", "Not written in Kiswahili", "Meeting on <b>Saturday</b> {0} %s")
    await admin.presses("Add a language")
    await admin.sees_new("In which language do you write")
    await admin.presses("Kiswahili")
    await admin.sees_new("Type the post of the week in Kiswahili")
    await bot.restart(kill=True)
    await admin.says("Mkutano Jumamosi")
    await admin.sees_new("Preview in Kiswahili", "Mkutano Jumamosi")
    await admin.presses("See it in English")
    await admin.sees_new("Preview in English", "Meeting on <b>Saturday</b>")
    await admin.presses("Send the note")
    await admin.sees_new("in 10 minutes")
    await bot.later(minutes=5)
    assert await notes(bot, ana.id) == []
    await bot.later(minutes=6)
    await ana.sees("News from Kauli", "Meeting on <b>Saturday</b> {0} %s")
    await juma.sees("Mkutano Jumamosi")
    await admin.presses("Stop it")
    await admin.sees_new("There was nothing left to stop")


async def test_a_send_can_be_stopped_in_its_ten_minutes(bot: Bot) -> None:
    admin, ana = await founded(bot), await member(bot, "Ana")
    await admin.says("/post")
    await admin.presses("English")
    await admin.says("Too early")
    await admin.presses("Send the note")
    await admin.presses("Stop it")
    await admin.sees_new("Stopped")
    await bot.later(minutes=11)
    await ana.does_not_see("Too early")


async def test_who_blocked_the_bot_is_marked_and_not_tried_again(bot: Bot) -> None:
    await bot.cast.set_clock(FRIDAY_MORNING)
    ana = await member(bot, "Ana")
    await bot.tick()
    await ana.blocks()
    await bot.later(days=1)
    await bot.later(days=7)
    sent = [call for call in await bot.cast.calls("sendMessage") if call["parameters"]["chat_id"] == ana.id]
    assert len([call for call in sent if call["status"] == 403]) == 0  # known from the update, not even tried
    await ana.blocks(blocked=False)
    await bot.later(days=7)
    assert len(await notes(bot, ana.id)) == 1


async def test_a_block_that_was_not_announced_is_found_by_sending(bot: Bot) -> None:
    await bot.cast.set_clock(FRIDAY_MORNING)
    ana = await member(bot, "Ana")
    await bot.tick()
    await bot.cast.fault("sendMessage", status=403, description="Forbidden: user is deactivated")
    await bot.later(days=1)
    await bot.later(days=14)
    async with bot.app.office.reading() as stores:
        found = await stores.members.get(ana.id)
    assert found is not None and found.reach == "deactivated"
    assert await notes(bot, ana.id) == []


async def test_several_days_seldom_and_quiet_hours_are_chosen_by_taps(bot: Bot) -> None:
    await bot.cast.set_clock(FRIDAY_MORNING)
    ana = await member(bot, "Ana")
    await bot.tick()
    await ana.says("/me")
    await ana.presses("Weekly note")
    await ana.presses("Several days")
    await ana.sees_new("On which days")
    await ana.presses("Tuesday")
    await ana.button("✓ Tuesday")
    await ana.presses("✓ Friday")
    await bot.settled()
    await ana.presses("Back")
    await ana.sees_new("Weekly note: Tuesday, 18:00", "The next one: Tue 1 Dec, 18:00", "Quiet from 21:00 to 07:00")
    for tap in ("How often", "Every two weeks", "Without pictures", "Quiet hours"):
        await ana.presses(tap)
        await bot.settled()
    await ana.sees_new("When shall nothing come unasked")
    await ana.says("5-5")
    await ana.sees_new("two full hours")
    await ana.says("23-5")
    await ana.sees_new("Note every two weeks: Tuesday, 18:00", "Quiet from 23:00 to 05:00", "Without pictures")
    await ana.presses("Done")
    await ana.sees_new("Note every two weeks: Tuesday")
    await bot.later(days=15)
    await ana.sees_new("This fortnight's note")


async def test_what_comes_unasked_waits_for_the_end_of_the_quiet_hours(bot: Bot) -> None:
    await bot.cast.set_clock(NIGHT)
    ana, juma = await member(bot, "Ana"), await member(bot, "Juma")
    async with bot.app.office.writing() as stores:
        await stores.outbox.add(to_everybody("night", (ana.id, juma.id), "restored", RESTORED, "ballot", AT_ONCE))
        record = await stores.members.hold(juma.id)
        assert record
        await stores.members.put(replace(record, wish=replace(record.wish, quiet=None)))
    await bot.tick()
    await juma.sees("from its backup")
    await ana.does_not_see("from its backup")
    await bot.later(hours=8)
    await ana.sees("from its backup")


async def test_after_ten_days_of_silence_there_is_one_digest(bot: Bot) -> None:
    await bot.cast.set_clock(FRIDAY_MORNING)
    ana = await member(bot, "Ana")
    await bot.tick()
    await bot.app.stop()
    await bot.cast.advance(days=17)
    await bot.start_again()
    await bot.tick()
    await bot.tick()
    assert len(await notes(bot, ana.id)) == 1

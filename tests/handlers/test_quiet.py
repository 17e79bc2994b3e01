"""What waits for the end of a member's quiet hours, and what cannot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.ballots.rules import Ballot, Wording
from bot.delivery.rules import AT_ONCE, Lane, Notice, one, to_everybody
from bot.members.rules import Wish, admit
from handlers.quiet import waits_until
from tests.conftest import ONE_STORE, Bot
from tests.people import member

NIGHT = datetime(2026, 11, 27, 20, tzinfo=UTC)  # 23:00 in Nairobi
MORNING = datetime(2026, 11, 28, 4, tzinfo=UTC)


def notice(kind: str, lane: Lane = "digest", due: datetime = NIGHT, **values: str) -> Notice:
    """Makes a notice to somebody."""
    return Notice("some", 1, kind, values, lane, due)


@ONE_STORE
async def test_only_what_can_wait_does(bot: Bot) -> None:
    ana = admit(1, "en", NIGHT, "Africa/Nairobi")
    late = replace(ana, wish=Wish(hour=22))
    wordings = (Wording("en", "Shall we meet?", ("Yes", "No")),)
    ends = {"soon": MORNING - timedelta(minutes=1), "later": MORNING + timedelta(hours=1)}
    async with bot.app.office.writing() as stores:
        for name, closes in ends.items():
            await stores.ballots.add(Ballot(name, wordings, None, closes, state="open"))
    async with bot.app.office.reading() as stores:
        reminder = notice("ballot.reminder", "ballot", ballot="later")
        assert await waits_until(stores, ana, reminder, NIGHT) == MORNING
        assert await waits_until(stores, ana, notice("ballot.reminder", "ballot", ballot="soon"), NIGHT) is None
        assert await waits_until(stores, ana, one("some", 1, "pay.lost", ballot="later"), NIGHT) is None
        assert await waits_until(stores, ana, notice("digest", post="p"), NIGHT) == MORNING
        assert await waits_until(stores, ana, notice("digest", due=NIGHT - timedelta(hours=5)), NIGHT) == MORNING
        assert await waits_until(stores, late, notice("digest", due=NIGHT - timedelta(hours=1)), NIGHT) is None
        assert await waits_until(stores, ana, reminder, MORNING) is None


@ONE_STORE
async def test_a_send_that_is_paid_for_says_so_and_an_answer_keeps_it_at_a_distance(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    assert ana.id in bot.app.sender.pace._chats  # since it was answered
    bot.app.poster.paid = True
    values = {"ballots": "", "made": "2026-11-20"}
    async with bot.app.office.writing() as stores:
        await stores.outbox.add(to_everybody("paid", (ana.id,), "restored", values, "ballot", AT_ONCE))
    await bot.tick()
    await ana.sees("from its backup")
    calls = [call["parameters"] for call in await bot.cast.calls("sendMessage") if "from its backup" in str(call)]
    assert [call["allow_paid_broadcast"] for call in calls] == [True]
    await ana.says("/help")
    await ana.sees_new("What you can do here")
    answers = [call["parameters"] for call in await bot.cast.calls("sendMessage") if "What you can do" in str(call)]
    assert all("allow_paid_broadcast" not in call for call in answers)

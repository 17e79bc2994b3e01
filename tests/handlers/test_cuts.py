"""Organizers are told once of a fall in the figures and can draft a demand; members read of it in the digest."""

import re
from fractions import Fraction

import pytest

from bot.ballots.rules import LONGEST_QUESTION, Wording
from bot.ballots.rules import question as read_question
from bot.digests.posts import LONGEST_POST
from bot.jobs import cuts as job
from bot.pay.cuts import Cut
from bot.pay.release import Published, Release, to_json
from bot.texts import Catalogues, Lines, Percent, data_folder, text
from bot.workplaces.catalogue import EMPLOYERS
from handlers.cuts import DEMANDS
from handlers.falls import MOST, MOST_IN_DIGEST, fell
from tests.cast import Person
from tests.conftest import Bot
from tests.people import founded, member, organizer

KENYA, SAMA = "country:KE:KES", "employer:sama:KES"
LAST = "2026-Q3"
HEAD = "The pay figures of 2026-Q3 are out"


async def released(bot: Bot, period: str, *cells: Published) -> None:
    """Puts a release on the board, as a period that is over would."""
    await bot.app.box.open(period)
    await bot.app.box.close(period, lambda _: to_json(Release(period, cells)).encode())


async def a_fall(bot: Bot) -> None:
    """Releases three quarters; in the last one Sama's pay falls by a fifth, Kenya's does not."""
    for period, pay in (("2026-Q1", 200_00), ("2026-Q2", 200_00), (LAST, 160_00)):
        await released(bot, period, Published(KENYA, 300, 180_00, 20), Published(SAMA, 100, pay))


async def letters(person: Person, words: str = HEAD) -> list[str]:
    """Lists what somebody was sent with these words."""
    return [str(one.get("text")) for one in (await person.chat())["messages"] if words in str(one.get("text"))]


async def test_organizers_are_told_once_and_members_read_it_in_the_digest(bot: Bot) -> None:
    admin, ana, juma = await founded(bot), await member(bot, "Ana"), await member(bot, "Juma", "sw")
    await a_fall(bot)
    await bot.tick()
    await bot.restart(kill=True)
    await bot.tick()
    (said,) = await letters(admin)
    assert said.startswith("News from Kauli\n\n") and "Sama: the middle of reported pay fell" in said
    assert re.search(r"from about 200\sKES to about 157\sKES an hour", said) and "Kenya" not in said
    assert not await letters(ana)
    message, data = await admin.button("Draft a demand")
    await ana.presses_data(message, data)
    await ana.says("/digest")
    await ana.sees_new("Sama: the middle of reported pay fell", "does not say why")
    await ana.does_not_see("What shall be demanded?")
    await juma.says("/digest")
    await juma.sees_new("Sama: kiwango cha kati cha malipo yaliyoripotiwa kimeshuka")


async def test_many_falls_push_nothing_out_of_the_digest(bot: Bot) -> None:
    admin = await founded(bot)
    names = sorted(EMPLOYERS)[:14]
    for period, pay in (("2026-Q1", 200_00), ("2026-Q2", 200_00), (LAST, 150_00)):
        await released(bot, period, *(Published(f"employer:{name}:KES", 100, pay) for name in names))
    await bot.tick()
    (said,) = await letters(admin)
    assert said.count("the middle of reported pay fell") == MOST
    await admin.says("/digest")
    note = await admin.sees_new("What an hour really brings")
    assert str(note["text"]).count("the middle of reported pay fell") == MOST_IN_DIGEST


async def test_a_release_without_a_fall_writes_no_letter_and_the_next_one_is_looked_at(bot: Bot) -> None:
    admin = await founded(bot)
    for period in ("2025-Q4", "2026-Q1", "2026-Q2"):
        await released(bot, period, Published(SAMA, 100, 200_00))
    await bot.tick()
    assert not await letters(admin, "Draft") and not await letters(admin, "are out")
    await released(bot, LAST, Published(SAMA, 100, 150_00))
    await bot.tick()
    assert len(await letters(admin)) == 1


async def test_a_fall_that_lasts_is_told_as_one_after_the_new_ones(bot: Bot) -> None:
    admin = await founded(bot)
    for period, pay, kenyan in (("2025-Q4", 200, 180), ("2026-Q1", 200, 180), ("2026-Q2", 157, 180), (LAST, 157, 150)):
        await released(bot, period, Published(KENYA, 300, kenyan * 100, 20), Published(SAMA, 100, pay * 100))
    await bot.tick()
    (said,) = await letters(admin)
    fallen, lasting = said.index("Kenya: the middle of reported pay fell from"), said.index("Sama: the middle of")
    assert fallen < lasting and "which fell in 2026-Q2, is still lower: about 157" in said.replace("\xa0", " ")
    assert "150 of a kind of work in one country" in said


async def test_a_crash_between_release_and_letter_loses_nothing(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = await founded(bot)
    await a_fall(bot)

    class PowerCut(Exception):
        pass

    def stop(*_: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr(job, "to_everybody", stop)
        with pytest.raises(PowerCut):
            await bot.tick()
    await bot.restart(kill=True)
    await bot.tick()
    await bot.tick()
    assert len(await letters(admin)) == 1


async def test_a_draft_becomes_a_post_after_its_preview(bot: Bot) -> None:
    admin, juma = await founded(bot), await member(bot, "Juma", "sw")
    await a_fall(bot)
    await bot.tick()
    await admin.presses("Draft a demand")
    await admin.sees_new("What shall be demanded?")
    await admin.presses("The earlier pay back")
    await admin.sees("Nothing is sent yet", "Our demand: the earlier pay is restored", "within 18", "about 100 reports")
    await admin.presses("As a post to everybody")
    await admin.sees("These are the words in English", "Our demand: the earlier pay is restored")
    await admin.says("x" * (LONGEST_POST + 1))
    await admin.sees_new("Please keep the post within", "These are the words")
    await admin.says("We want our 200 shillings back.")
    await admin.sees_new("These are the words in English", "We want our 200 shillings back.")
    await admin.presses("Go on")
    await admin.sees("Preview in English", "We want our 200 shillings back.")
    await admin.does_not_see("Our demand")
    await juma.says("/digest")
    await juma.sees_new("Barua")
    await juma.does_not_see("Madai yetu")
    await admin.presses("Keep it for the weekly notes")
    await admin.sees("Kept.")
    await juma.says("/digest")
    await juma.sees_new("Madai yetu: malipo ya awali yarudishwe")


async def test_which_fall_is_asked_where_there_are_several_and_the_draft_becomes_a_ballot(bot: Bot) -> None:
    akinyi = await organizer(bot, "Akinyi", "maji")
    for period, pay in (("2026-Q1", 200_00), ("2026-Q2", 200_00), (LAST, 150_00)):
        await released(bot, period, Published(KENYA, 300, pay, 20), Published(SAMA, 100, pay))
    await bot.tick()
    await akinyi.presses("Draft a demand")
    await akinyi.presses("Kenya")
    await akinyi.sees("Kenya: the middle of reported pay fell", "What shall be demanded?")
    for label in ("Pay for all working time", "As a ballot", "Go on", "The whole union", "3 days"):
        await akinyi.presses(label)
    await akinyi.sees("Preview", "Shall we demand that all working time is paid?", "Yes, we demand")
    await akinyi.presses("See it in Kiswahili")
    await akinyi.sees_new("Preview", "Je, tudai muda wote")


async def test_a_draft_from_a_sample_carries_its_mark_whatever_is_typed(bot: Bot) -> None:
    admin = await founded(bot)
    await a_fall(bot)
    async with bot.app.office.writing() as stores:
        await stores.instance.put("sample", "1")
    await bot.tick()
    await admin.presses("Draft a demand")
    for label in ("The earlier pay back", "As a ballot"):
        await admin.presses(label)
    await admin.sees("These are the words", "SAMPLE: every figure", "Shall we demand that the earlier pay is restored?")
    await admin.says("Shall we strike?")
    await admin.sees_new("These are the words in English", "is invented. Shall we strike?")


def test_every_draft_fits_a_post_and_a_question_in_every_language() -> None:
    texts = Catalogues.load(data_folder("locales"))
    longest = "data_collection_selfie_voice_home"
    cells = (KENYA, f"pair:KE:{longest}:KES", f"task:{longest}:USD", *(f"employer:{one}:KES" for one in EMPLOYERS))
    for cell in cells:
        said = fell(Cut(cell, LAST, 1_234_567_00, 987_654_00, since="2026-Q2"))
        for tag in texts.locales:
            for demand in DEMANDS:
                asked = Lines((text("cuts.sample"), said, text(f"cuts.question.{demand}")), tight=True)
                words = read_question(texts.plain(asked, tag, "Africa/Nairobi"))
                assert len(words) <= LONGEST_QUESTION
                assert Wording(tag, words, ("a", "b"))
                limits = text("cuts.draft.limits", size=1000, error=Percent(Fraction(42, 100)), period=LAST)
                parts = (
                    text("cuts.sample"),
                    said,
                    limits,
                    text("cuts.caution"),
                    text(f"cuts.demand.{demand}"),
                    text("cuts.ask"),
                )
                assert len(texts.plain(Lines(parts), tag, "Africa/Nairobi")) <= LONGEST_POST

"""The picture of a result: in the letter to everybody, uploaded once, and above the result; the words say the same."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.ballots.board import read_board
from bot.ballots.papers import Vote, entries
from bot.ballots.rules import CODE, Ballot, Rules, Share, Wording
from bot.charts.chart import Chart
from bot.charts.service import NotDrawn
from handlers.tallies import charted, drawn
from tests.cast import Person
from tests.conftest import ONE_STORE, Bot
from tests.people import change, crowd, founded, member

OPTIONS = ("Amina", "Baraka", "Chebet")
WORDS = (Wording("en", "Who speaks for us?", OPTIONS), Wording("sw", "Nani atuzungumzie?", OPTIONS))


async def held(
    bot: Bot, rules: Rules, votes: Sequence[Vote], *, explained: str = "", light: bool = False
) -> list[Person]:
    """Holds a ballot and closes it; gives two of those who get the result."""
    await founded(bot)
    people = [await member(bot, "Ana"), await member(bot, "Juma", "sw"), *await crowd(bot, len(votes) - 2)]
    await change(bot, people[0], lambda one, now: replace(one, wish=replace(one.wish, light=light)))
    now = await bot.app.office.clock.now()
    wordings = tuple(replace(one, question=one.question + explained) for one in WORDS)
    async with bot.app.office.writing() as stores:
        await stores.ballots.add(Ballot("b1", wordings, None, now.replace(hour=12), rules=rules))
    await bot.tick()
    async with bot.app.office.reading() as stores:
        ballot = await stores.ballots.get("b1")
    assert ballot
    for person, vote in zip(people, votes, strict=True):
        await bot.app.office.box.put("b1", person.id, entries(ballot, vote, secrets.token_bytes(CODE)))
    await bot.later(hours=4)
    return people[:2]


@ONE_STORE
async def test_everybody_gets_the_result_as_picture_and_words_in_one_message(bot: Bot) -> None:
    ana, juma = await held(bot, Rules("choice", threshold=Share(1, 2)), [(0,)] * 8 + [(1,)] * 3 + [()])
    letter = await ana.sees("Who speaks for us?", "Amina: 8", "Baraka: 3", "Blank votes: 1")
    assert letter["photo"] and letter["has_protected_content"]
    letter = await juma.sees("Nani atuzungumzie?", "Amina: 8")
    assert letter["photo"]
    uploads = [call["parameters"]["photo"] for call in await bot.cast.calls("sendPhoto")]
    assert sum(isinstance(photo, list) for photo in uploads) == 2 < len(uploads)  # one in each language
    await ana.presses("Look at the result")
    await ana.sees_new("Amina: 8")
    async with bot.app.office.reading() as stores:
        ballot = await stores.ballots.get("b1")
    board = await bot.app.office.box.board("b1")
    assert ballot and board
    chart = charted(bot.app.office, ballot, read_board(board).outcome, "en")
    assert [(bar.label, bar.said, bar.parts[0].tone) for bar in chart.bars] == [
        ("Amina", "8", "own"),
        ("Baraka", "3", "other"),
        ("Chebet", "0", "other"),
    ]
    assert [mark.at for mark in chart.marks] == [6]


@ONE_STORE
async def test_who_wants_no_pictures_gets_the_words_alone(bot: Bot) -> None:
    ana, juma = await held(bot, Rules("choice"), [(0,)] * 8 + [(1,)] * 4, light=True)
    assert "photo" not in await ana.sees("Who speaks for us?", "Amina: 8")
    assert "photo" in await juma.sees("Nani atuzungumzie?", "Amina: 8")


@ONE_STORE
async def test_of_a_ranked_ballot_first_preferences_are_shown_and_said(bot: Bot) -> None:
    votes: list[Vote] = [*[(0, 1)] * 5, *[(1, 2)] * 4, *[(2, 1)] * 3]
    ana, _ = await held(bot, Rules("irv", tie="drawn"), votes)
    letter = await ana.sees("First preferences", "Amina: 5", "Baraka: 4", "Chebet: 3")
    assert letter["photo"]


@ONE_STORE
async def test_words_too_long_for_a_caption_and_results_without_figures_come_alone(bot: Bot) -> None:
    ana, _ = await held(bot, Rules("choice"), [(0,)] * 8 + [(1,)] * 4, explained=" " + "so much to say " * 64)
    letter = await ana.sees("so much to say", "Amina: 8")
    assert "photo" not in letter


@ONE_STORE
async def test_a_result_that_cannot_be_drawn_is_sent_in_words(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(chart: Chart) -> bytes:
        raise NotDrawn("no process")

    monkeypatch.setattr(bot.app.office.charts, "draw", refused)
    ana, _ = await held(bot, Rules("choice"), [*[(0,)] * 8, *[(1,)] * 4])
    letter = await ana.sees("Who speaks for us?", "Amina: 8")
    assert "photo" not in letter and not await bot.cast.calls("sendPhoto")


@ONE_STORE
async def test_a_unanimous_result_has_no_picture(bot: Bot) -> None:
    ana, _ = await held(bot, Rules("choice"), [(0,)] * 12)
    letter = await ana.sees("Who speaks for us?", "figures are not published")
    assert "photo" not in letter
    async with bot.app.office.reading() as stores:
        ballot = await stores.ballots.get("b1")
    assert ballot and drawn(bot.app.office, ballot, await bot.app.office.box.board("b1"), "en") is None
    assert drawn(bot.app.office, ballot, None, "en") is None

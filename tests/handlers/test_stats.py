"""/stats: what is published, by one dimension at a time, in words and as a picture that says the same."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import aiohttp
import pytest

from bot.charts.chart import Chart
from bot.pay.release import Published, Release, to_json
from bot.simulator.files import PNG
from bot.texts import Catalogues, Lines, data_folder
from bot.workplaces.catalogue import EMPLOYERS, TASKS
from handlers.pay.stats import to
from handlers.pay.views import VIEWS, Seen
from tests.cast import Message, Person
from tests.conftest import ONE_STORE, Bot
from tests.people import member

KENYA, SAMA, RANKING = "country:KE:KES", "employer:sama:KES", "task:rlhf_ranking:USD"
TEXTS = Catalogues.load(data_folder("locales"))
TODAY = date(2026, 11, 24)


def cells(pay: int) -> tuple[Published, ...]:
    """Gives what a release says, with Sama's pay."""
    return (
        Published(KENYA, 640, 162_00, 20, 120_00, 213_00),
        Published("country:KE:USD", 60, 3_10, 10),
        Published(SAMA, 310, pay, 25, late=(60, 25, 10, 5), rejected=(50, 25, 15, 10), own=(70, 10, 15, 5)),
        Published("employer:teleperformance:KES", 80, 80_00),
        Published("pair:KE:rlhf_ranking:KES", 320, 150_00),
        Published("pair:PH:rlhf_ranking:PHP", 90, 120_00),
        Published("pair:KE:qa_review:KES", 120, 90_00),
        Published(RANKING, 500, 2_10),
    )


HISTORY = tuple(
    Release(period, cells(pay)) for period, pay in (("2026-Q1", 200_00), ("2026-Q2", 200_00), ("2026-Q3", 158_00))
)


async def published(bot: Bot) -> None:
    """Puts the releases on the board, as periods that are over would."""
    for release in HISTORY:
        await bot.app.box.open(release.period)
        await bot.app.box.close(release.period, partial(written, release))


def written(release: Release, entries: Sequence[bytes]) -> bytes:
    """Writes a release as its board, whatever was filed."""
    return to_json(release).encode()


async def drawing(bot: Bot) -> None:
    """Starts the drawing process, so that a busy machine may take its time and nobody's patience ends."""
    await bot.app.charts.draw(Chart("", ""))


async def bubbles(person: Person) -> list[Message]:
    """Gives the picture and the text that stand in the chat last."""
    messages: list[Message] = (await person.chat())["messages"]
    return messages[-2:]


@ONE_STORE
async def test_a_member_looks_at_a_country_in_words_and_pictures_and_goes_back(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await published(bot)
    await drawing(bot)
    await ana.says("/stats")
    await ana.sees_new("2026-Q3", "By what")
    await ana.presses("By country")
    await ana.presses("Kenya: 162")
    await ana.sees_new("half of all between 120 KES and 213 KES", "92.24 KES an hour: the middle is 1.7 times")
    picture, said = await bubbles(ana)
    assert picture["caption"] == "Kenya: what an hour brings. The text below says the same."
    light = await bytes_of(ana, picture)
    assert light.startswith(PNG)
    await ana.presses("Dark picture")
    await ana.button("Light picture")
    again, same = await bubbles(ana)
    assert [again["message_id"], same["message_id"]] == [picture["message_id"], said["message_id"]]
    assert again["edited"] and await bytes_of(ana, again) != light
    await ana.presses("Hours")
    await ana.sees_new("Kenya: 20%", "Kenya, paid in USD: 10%")
    await ana.presses("Back")
    await ana.sees_new("By country")
    assert not [m for m in (await ana.chat())["messages"] if "photo" in m]  # the picture goes with its page


async def bytes_of(person: Person, message: Message) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(person.cast.url + message["photo"]) as answer:
        return await answer.read()


@ONE_STORE
async def test_an_employer_and_a_kind_of_work_in_swahili_one_picture_drawn_for_all(bot: Bot) -> None:
    ana, juma = await member(bot, "Ana", "sw"), await member(bot, "Juma", "sw")
    await published(bot)
    await drawing(bot)
    for person in (ana, juma):
        await person.says("/stats")
        await person.presses("Kwa mwajiri")
        await person.presses("Sama: 158")
        await person.presses("Kadiri ya muda")
        await person.sees_new("2026-Q3: 158 KES", "kimeshuka")
        assert "photo" in (await bubbles(person))[0]
    uploads = [call["parameters"]["photo"] for call in await bot.cast.calls("sendPhoto")]
    assert [type(one) for one in uploads] == [list, str]  # drawn and uploaded for Ana, sent again to Juma
    await ana.presses("Rudi")
    await ana.sees_new("Kwa mwajiri")
    await ana.presses("Rudi")
    await ana.presses("Kwa aina ya kazi")
    await ana.presses("Kupanga majibu")
    await ana.sees_new("takriban 120 PHP kwa saa, yaani")


async def test_where_nothing_is_published_it_says_why(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    await ana.says("/stats")
    await ana.sees_new("Nothing is published yet", "about 50 reports", "1 Jan 2027")
    await bot.app.box.open("2026-Q3")
    await bot.app.box.close("2026-Q3", lambda _: to_json(Release("2026-Q3")).encode())
    await ana.says("/stats")
    await ana.sees_new("The reports of 2026-Q3 were too few")
    await ana.says("/stats country:KE:KES p")  # an old button, or somebody who types
    await ana.sees_new("were too few")


@ONE_STORE
async def test_the_text_stands_alone_when_nothing_can_be_drawn(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = await member(bot, "Ana")
    await published(bot)
    monkeypatch.setattr(bot.app.charts, "_time_limit", 0)
    await ana.says("/stats country:KE:KES")
    await ana.sees_new("half of all between 120 KES and 213 KES")
    assert not [m for m in (await ana.chat())["messages"] if "photo" in m]


@ONE_STORE
async def test_only_members_read_figures(bot: Bot) -> None:
    stranger = await bot.cast.person("Stranger")
    await published(bot)
    await stranger.says("/stats country:KE:KES")
    await stranger.does_not_see("162")


def view(cell: str, way: str, today: date = TODAY, locale: str = "en") -> tuple[str, Chart]:
    """Gives what a view says and shows."""
    found = VIEWS[way](Seen(cell, HISTORY, today, TEXTS, locale))
    assert found.chart
    return TEXTS.render(Lines(found.lines), locale, "UTC").replace("\xa0", " "), found.chart


@pytest.mark.parametrize(
    ("cell", "way"), [(KENYA, "p"), (SAMA, "p"), (SAMA, "h"), (KENYA, "h"), (SAMA, "t"), (RANKING, "w"), (RANKING, "t")]
)
@pytest.mark.parametrize("locale", TEXTS.locales)
def test_the_text_says_every_figure_of_the_picture(cell: str, way: str, locale: str) -> None:
    said, chart = view(cell, way, locale=locale)
    shown = [*(bar.said for bar in chart.bars), *(column.said for column in chart.columns)]
    figures = {word for line in shown for word in line.replace("\xa0", " ").split() if any(map(str.isdigit, word))}
    assert figures and all(figure in said for figure in figures)
    assert 0 < len(chart.bars) <= 8 or 0 < len(chart.columns) <= 6


def test_benchmarks_stand_in_the_picture_while_they_are_fresh() -> None:
    said, chart = view(KENYA, "p")
    assert [(mark.tone, round(mark.at)) for mark in chart.marks] == [("minimum", 9224)]
    assert "as of 26 Jun 2026" in chart.marks[0].said and "living wage" in said and "too old" in said
    assert [mark.tone for mark in view(KENYA, "p", date(2024, 3, 1))[1].marks] == ["minimum", "living"]
    said, chart = view(KENYA, "p", date(2028, 1, 1))
    assert chart.marks == () and said.count("too old to compare") == 2


def test_rough_figures_are_hatched_and_a_fall_is_marked() -> None:
    _, pay = view(SAMA, "p")
    assert [(bar.label, bar.rough) for bar in pay.bars] == [
        ("Sama", False),
        ("Kenya", False),
        ("Teleperformance (Majorel)", True),
    ]
    assert pay.bars[2].said == "roughly 80 KES".replace("80 ", "80\xa0") and "Hatched" in pay.note
    _, trend = view(SAMA, "t")
    assert [(column.label, column.tone) for column in trend.columns] == [
        ("2026-Q1", "own"),
        ("2026-Q2", "own"),
        ("2026-Q3", "cut"),
    ]
    assert trend.columns[2].remark == "-22%"


def test_every_button_fits_into_what_telegram_carries() -> None:
    cells = [f"employer:{id}:KES" for id in EMPLOYERS] + [f"task:{task}:USD" for task in TASKS]
    assert all(len(to("x", None, cell, "p", "d").to.data().encode()) <= 64 for cell in cells)  # type: ignore[arg-type, union-attr]  # a link

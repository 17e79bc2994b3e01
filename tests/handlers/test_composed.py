"""What is sent to everybody is the same for all who read one language, and made once for them."""

from dataclasses import replace
from typing import Any

from bot.dialogue import Screen
from handlers.lettering import Reader
from handlers.letters import LETTERS
from tests.conftest import ONE_STORE, Bot
from tests.handlers.test_ballots import opened
from tests.people import crowd, member


async def test_a_note_says_how_many_we_are_and_ones_rights_and_shows_moments(bot: Bot) -> None:
    ana, juma = await member(bot, "Ana", country="KE"), await member(bot, "Juma", "sw")
    await crowd(bot, 11)
    await opened(bot)
    await ana.says("/digest")
    running = await ana.sees_new("This week's note", "We are 10 members or more", "Know your rights", "Open until")
    await bot.later(days=3, hours=7)  # Friday, 19:00
    note = await juma.sees("Habari kutoka Kauli\n\nBarua ya wiki hii", "Ilifungwa Ijumaa 27 Nov", "Tuko wanachama 10")
    deadlines = [moments(message) for message in (running, note)]
    assert deadlines[0] == deadlines[1] and deadlines[0]


def moments(message: dict[str, Any]) -> list[tuple[int, str]]:
    """Gives the moments that a phone shows in its own zone."""
    found = [entity for entity in message["entities"] if entity["type"] == "date_time"]
    return [(entity["unix_time"], entity["date_time_format"]) for entity in found]


async def written(bot: Bot, kind: str, *people: int, **values: str) -> list[Screen | None]:
    """Writes a letter to some people in one transaction."""
    office, now = bot.app.office, await bot.app.office.clock.now()
    screens = []
    async with office.reading() as stores:
        for person in people:
            reader = await stores.members.get(person)
            assert reader is not None
            screens.append(await LETTERS[kind](Reader(office, stores, reader, now), values))
    return screens


@ONE_STORE
async def test_letters_are_made_once_for_a_language_and_known_by_what_they_say(bot: Bot) -> None:
    ana, ben, juma = await member(bot, "Ana"), await member(bot, "Ben"), await member(bot, "Juma", "sw")
    await opened(bot)
    async with bot.app.office.reading() as stores:
        ballot = (await stores.ballots.having("open"))[0]
    of: dict[str, Any] = {"ballot": ballot.id}
    for kind, values in (("ballot.opened", of), ("ballot.reminder", of), ("ballot.moved", of), ("digest", {})):
        first, second, other = await written(bot, kind, ana.id, ben.id, juma.id, **values)
        assert first and second and other and first.key and first.key == second.key != other.key
        assert (first is second) or kind == "digest"
        (again,) = await written(bot, kind, ben.id, **values)
        assert again == first  # in a transaction of its own
    async with bot.app.office.writing() as stores:
        await stores.ballots.change(replace(ballot, paused=True))
    for kind, values in (("ballot.opened", of), ("digest", {})):
        (changed,) = await written(bot, kind, ana.id, **values)
        (before,) = await written(bot, kind, juma.id, **values)
        assert changed and before and changed.key != before.key and changed != first


@ONE_STORE
async def test_letters_to_one_person_have_no_key(bot: Bot) -> None:
    ana = await member(bot, "Ana")
    (letter,) = await written(bot, "role", ana.id, what="over")
    assert letter and letter.key == ""

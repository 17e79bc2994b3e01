"""A period is released once: no second draw, no late report in it, however clock and power may go."""

import asyncio
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random

import pytest

from bot.box.pool import Box, Closed
from bot.database import Database
from bot.jobs.pay import draw_release, last_release, releases
from bot.pay.normalise import Report
from bot.pay.release import Published, Release, from_json
from bot.pay.rules import Filing, entries
from bot.texts import Money
from bot.vault import Vault
from tests.cast import Person
from tests.conftest import Bot
from tests.people import founded, member

QUARTER, NEXT = "2026-Q4", "2027-Q1"
REPORT = Report("KE", "sama", "other", "hour", Money(200_00, "KES"), Decimal(40), Decimal(5))
SAID = entries(Filing((REPORT,)), Random(1).randrange)


class PowerCut(Exception):
    """The machine stops here."""


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.unlock(tmp_path / "keys", fresh=True)


async def filled(database: Database, vault: Vault, reports: int = 120, name: str = QUARTER) -> Box:
    """Gives a box in which so many people have reported."""
    box = await booted(database, vault)
    await box.open(name)
    for person in range(reports):
        await box.put(name, person, SAID, electorate=False)
    return box


async def booted(database: Database, vault: Vault) -> Box:
    box = Box(database.box, vault)
    await box.start()
    return box


def draws_then_stops(draws: list[bytes], said: Sequence[bytes]) -> bytes:
    """Draws a release and stops before anything of it is written."""
    draws.append(draw_release(QUARTER, None, said))
    raise PowerCut


async def test_a_draw_that_was_never_committed_is_nowhere_and_the_next_is_the_only_one(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    box, unseen = await filled(database, vault), list[bytes]()
    with pytest.raises(PowerCut):
        await box.close(QUARTER, partial(draws_then_stops, unseen))
    again = await booted(database, vault)
    assert await again.board(QUARTER) is None and again.is_open(QUARTER)
    assert len(unseen) == 1 and not any(unseen[0] in words for words in on_disk(tmp_path))
    released = await again.close(QUARTER, partial(draw_release, QUARTER, None))
    assert from_json(released).cell("country:KE:KES")
    assert await again.close(QUARTER, forbidden) == await again.board(QUARTER) == released


async def test_after_the_commit_a_release_is_read_and_not_drawn_again(
    database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = await filled(database, vault, 60)
    with monkeypatch.context() as patched:
        patched.setattr(vault, "destroy_key", stop)
        with pytest.raises(PowerCut):
            await box.close(QUARTER, partial(draw_release, QUARTER, None))
    again = await booted(database, vault)
    released = await again.board(QUARTER)
    assert released and not again.is_open(QUARTER)
    assert await again.close(QUARTER, forbidden) == released


async def test_who_waits_while_a_period_closes_is_told_and_not_lost(database: Database, vault: Vault) -> None:
    box = await filled(database, vault, 30)
    closing = asyncio.create_task(box.close(QUARTER, partial(draw_release, QUARTER, None)))
    filing = asyncio.create_task(box.put(QUARTER, 777, SAID, electorate=False))
    done = await asyncio.gather(closing, filing, return_exceptions=True)
    assert isinstance(done[1], Closed)
    with pytest.raises(Closed):
        await box.open(QUARTER)


async def test_what_leans_on_the_past_leans_on_the_newest_release(database: Database, vault: Vault) -> None:
    box = await booted(database, vault)
    assert await last_release(box) is None
    for name in ("5e1ec7ed", QUARTER, NEXT):
        await box.open(name)
        await box.close(name, partial(draw_release, name, None))
    found = await last_release(box)
    assert found and found.period == NEXT
    assert [one.period for one in await releases(box)] == [QUARTER, NEXT]


def test_a_release_is_drawn_beside_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 45 reports a newcomer seldom enters, and a cell that stood mostly stays."""
    monkeypatch.setattr("bot.jobs.pay.randbelow", Random(3).randrange)
    stood = Release("2026-Q3", (Published("country:KE:KES", 60, 174_00, 10),))
    new, kept = (
        sum(b"country:KE:KES" in draw_release(QUARTER, last, SAID * 45) for _ in range(40)) for last in (None, stood)
    )
    assert new < 20 < kept


def stop(_: str) -> None:
    raise PowerCut


def forbidden(_: Sequence[bytes]) -> bytes:
    pytest.fail("a second draw")


def on_disk(folder: Path) -> Iterator[bytes]:
    """Gives the bytes of every file."""
    return (path.read_bytes() for path in folder.rglob("*") if path.is_file())


# Over the chat, across the end of a quarter


async def test_a_report_sent_after_the_end_counts_in_the_next_quarter(bot: Bot) -> None:
    ana = await almost_sent(bot, "2026-12-31T23:58:00Z")
    await bot.cast.set_clock("2027-01-01T00:00:00Z")
    await ana.presses("Send")
    await ana.sees_new("Received")
    assert bot.app.box.open_names() == [NEXT]


async def test_a_report_sent_before_the_end_counts_in_its_quarter(bot: Bot) -> None:
    ana = await almost_sent(bot, "2026-12-31T23:58:00Z")
    await bot.cast.set_clock("2026-12-31T23:59:59Z")
    await ana.presses("Send")
    await ana.sees_new("Received")
    assert bot.app.box.open_names() == [QUARTER]


async def test_nothing_is_added_to_a_release_when_the_clock_is_set_back(bot: Bot) -> None:
    box = bot.app.box
    ana = await almost_sent(bot, "2026-12-31T23:40:00Z")
    await ana.presses("Send")
    await ana.sees_new("Received")
    await bot.later(minutes=30)
    released = await box.board(QUARTER)
    assert released and not box.is_open(QUARTER)
    await bot.cast.set_clock("2026-12-31T23:50:00Z")
    await reviews(ana)
    await ana.presses("Send")
    await ana.sees_new("Received.")
    assert box.open_names() == [NEXT]
    await bot.tick()
    assert await box.board(QUARTER) == released and await box.board(NEXT) is None
    await ana.presses("Take it back")
    await ana.sees_new("Taken back")


async def almost_sent(bot: Bot, moment: str) -> Person:
    """Lets somebody fill in a report at a moment, up to the last press."""
    await founded(bot)
    ana = await member(bot, "Ana", country="KE")
    await bot.settled()
    await bot.cast.set_clock(moment)
    await reviews(ana)
    return ana


async def reviews(person: Person) -> None:
    """Answers the six questions up to the review."""
    await person.says("/pay")
    for label in ("Kenya", "Sama", "Content moderation", "By the month"):
        await person.presses(label)
    for answer, question in (("38,000", "How much for a month"), ("40", "5 of 6"), ("10", "6 of 6")):
        await person.sees_new(question)
        await person.says(answer)
    await person.sees_new("really brings")

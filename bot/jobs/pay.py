"""Releases the pay figures of a period that is over, once, and destroys what they were made of."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from itertools import chain, repeat
from secrets import randbelow

from bot.box.pool import Box
from bot.jobs.recover import spare_the_counted
from bot.pay.release import Release, from_json, release, to_json
from bot.pay.rules import Fragment, cells, decode, period_ends
from bot.turn import Office
from bot.workplaces.catalogue import TASKS, country_currencies, employer_currencies

READ = 40  # releases that are kept in memory once read: ten years


async def release_pay(office: Office) -> None:
    """Releases every open period whose end has come, in order; each is drawn once, as its board is written.

    Not during a pause, in which nobody can report or replace a report.
    """
    now = await office.clock.now()
    if office.guard.paused(now):
        return
    for name in sorted(office.box.open_names()):
        if is_period(name) and period_ends(name) <= now:
            await spare_the_counted(office, name)
            await office.box.close(name, partial(draw_release, name, await last_release(office.box)))


async def last_release(box: Box) -> Release | None:
    """Gives the newest release, as everybody read it."""
    periods = [name for name in await box.boards() if is_period(name)]
    document = await box.board(max(periods)) if periods else None
    return read(document) if document else None


async def releases(box: Box) -> tuple[Release, ...]:
    """Gives every release there is, as everybody read it, the oldest first."""
    periods = sorted(name for name in await box.boards() if is_period(name))
    documents = [await box.board(name) for name in periods]
    return tuple(read(document) for document in documents if document)


@lru_cache(maxsize=READ)
def read(document: bytes) -> Release:
    """Reads a release, once per process: releases never change, and everybody asks for the same ones."""
    return from_json(document)


def draw_release(name: str, last: Release | None, entries: Sequence[bytes]) -> bytes:
    """Draws the release of a period from its fragments, over every cell of the catalogue.

    Equal entries are read once: 100,000 filings are 800,000 entries, but far fewer different ones.
    """
    said = chain.from_iterable(map(repeated, Counter(entries).items()))
    return to_json(release(name, possible_cells(), said, randbelow, last)).encode()


def repeated(entry: tuple[bytes, int]) -> Iterable[Fragment]:
    """Reads an entry that stands there so many times; nothing for one that only pads a filing."""
    fragment = decode(entry[0])
    return repeat(fragment, entry[1]) if fragment else ()


def possible_cells() -> tuple[str, ...]:
    """Lists every cell that could be published, from the catalogue alone.

    From the employers and tasks in use at the release: one that organizers listed meanwhile is tried from the next
    release on, with what was reported since. Freezing the lists when a period opens would offer something and then drop
    what is said of it. The promise holds all the same: the lists are public, and they follow from open acts (a proposed
    name, the word of two organizers who see no report), never from what anybody filed in the period. What is retired is
    tried still, since somebody may have reported before. Organizers can add so few cells that noise fills one of them
    about once in ten years (bot/workplaces/rules.py).
    """
    return cells(country_currencies(), employer_currencies(), TASKS)


def is_period(name: str) -> bool:
    """Says whether a box holds a pay period, and not a ballot."""
    try:
        period_ends(name)
    except ValueError:
        return False
    return True

"""A ledger that is open: for a quarter of an hour at most, in memory only.

The private key and the entries stand in the step, which is sealed and ends by itself. Whatever is changed is sealed
anew at once, every place of the book, so that nobody can tell what.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from secrets import randbelow

from bot.dialogue import Step
from bot.ledger.book import Book, rewritten
from bot.ledger.rules import Entry, minute, tidied
from bot.texts import Refusal
from bot.turn import Turn

LIFE = timedelta(minutes=15)


@dataclass(frozen=True)
class Open:
    """What is known while a ledger is open: who could open it again, until when, and what it says, by time."""

    private: bytes = field(repr=False)
    until: datetime
    book: Book = field(repr=False)
    entries: tuple[Entry, ...] = field(repr=False)
    damaged: int = 0


Home = Callable[[Open], Step]  # where a step of an open ledger leads back to


@dataclass(frozen=True)
class Opened(Step, name="ledger.opened", sealed=True, apart=True):
    """Whatever is shown of an open ledger; forgotten when its time is over, whatever is tapped."""

    open: Open

    def ends(self) -> datetime:
        """Gives when the ledger closes by itself."""
        return self.open.until


async def keep(turn: Turn, known: Open, entries: tuple[Entry, ...]) -> Open:
    """Tidies the entries and seals all of them anew; where some do not open, nothing is touched before a correction.

    Raises Refusal when the ledger was changed from elsewhere since it was opened.
    """
    tidy = tuple(tidied(entries, minute(turn.now)))
    if known.damaged and entries == known.entries:
        return replace(known, entries=tidy)
    book = await turn.office.aside(rewritten, known.book, tidy, randbelow)
    async with turn.office.writing() as stores:
        if await stores.ledgers.hold(turn.telegram_id) != known.book:
            raise Refusal("ledger.changed")
        await stores.ledgers.put(turn.telegram_id, book)
    return replace(known, book=book, entries=tidy, damaged=0)


async def add(turn: Turn, known: Open, entry: Entry) -> Open:
    """Keeps something that was chosen while the ledger is open."""
    return await keep(turn, known, (*known.entries, entry))

"""Decides when members halt a ballot because its text is wrong in their language.

So many members must say so: in an electorate under 60 three, else five or one in twenty of those who read the text,
whichever is more. Fewer would let a handful stop a vote they would lose; more would leave a language with few readers
without a way to stop one. Whoever was not offered a text of their own language reads, and judges, the deciding one.

One text is halted once: when two organizers have read it again and left it as it is, voting goes on. A corrected text
can be objected to anew. Flags are counted from nothing after each halt.
"""

from dataclasses import replace
from datetime import date

from bot.ballots.rules import Ballot, Note

SMALL = 60  # an electorate under this is a small one
FEWEST_SMALL, FEWEST = 3, 5
ONE_IN = 20  # of those who read a text, 5 %


def needed(electorate: int, readers: int) -> int:
    """Gives how many members must say that a text is wrong for the ballot to halt."""
    return FEWEST_SMALL if electorate < SMALL else max(FEWEST, -(-readers // ONE_IN))


def read_by(ballot: Ballot, locale: str) -> int:
    """Gives the place of the wording that is shown to readers of a language."""
    return ballot.wordings.index(ballot.wording(locale))


def may_halt(ballot: Ballot, locale: str) -> bool:
    """Says whether the text in this language can (still) halt the ballot: not twice without a correction in between."""
    happened = [note.what for note in ballot.notes if note.locale == locale]
    return ballot.state == "open" and not ballot.halted and happened.count("halted") <= happened.count("wording")


def halted_by(ballot: Ballot, locale: str) -> bool:
    """Says whether it is for the text in this language that a ballot is halted now."""
    halts = [note.locale for note in ballot.notes if note.what == "halted"]
    return ballot.halted and halts[-1:] == [locale]


def halted(ballot: Ballot, locale: str, today: date) -> Ballot:
    """Halts a ballot for its text in one language; its closing is moved when it goes on (moments.py)."""
    note = Note("halted", today, ballot.closes_at, locale)
    return replace(ballot, halted=True, notes=(*ballot.notes, note))

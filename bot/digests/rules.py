"""Decides what a digest holds and what it leaves out: whole items only, in an order that stands in one place.

It is composed for a cohort, never for a member: nothing in it depends on whether somebody voted or reported.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.members.rules import Every
from bot.texts import Lines, Text

LONGEST = 4096  # UTF-16 units of a message after its marks are read (Bot API, sendMessage)
BETWEEN = 2  # units of the empty line between two items
Kind = Literal["post", "open", "fall", "decided", "release", "census", "rights", "log"]

# Where an item stands, from top to bottom.
SHOWN: tuple[Kind, ...] = ("post", "open", "decided", "log", "fall", "release", "census", "rights")
# What goes when a digest does not fit: all of the first kind, the last item first, then the next kind. Posts are kept
# longest, since they stand nowhere else, then what has a deadline still ahead; the rest is under /ballots and /stats.
LEFT_OUT: tuple[Kind, ...] = ("log", "rights", "census", "release", "decided", "fall", "open", "post")

# Decided ballots stay for a reader's own time between two digests and a day, so that none is missed.
DECIDED_WITHIN: Mapping[Every, timedelta] = {
    "week": timedelta(days=8),
    "fortnight": timedelta(days=15),
    "month": timedelta(days=32),
}
LONGEST_WITHIN = max(DECIDED_WITHIN.values())


@dataclass(frozen=True)
class Item:
    """One thing that a digest says, whole or not at all."""

    kind: Kind
    said: Text | Lines


@dataclass(frozen=True)
class Fit:
    """What of a digest fits one message, in the order in which it stands, and whether something was left out."""

    items: tuple[Item, ...]
    short: bool


def fitting(items: Sequence[Item], room: int, more: int, length: Callable[[Item], int]) -> Fit:
    """Gives the items that fit into so many units, each with the empty line before it.

    `more` are the units of the line that says where the rest is; it is only there when something was left out.
    """
    lengths = [length(item) + BETWEEN for item in items]
    left = sum(lengths)
    gone: set[int] = set()
    for place in in_turn(items):
        if left + (more + BETWEEN if gone else 0) <= room:
            break
        gone.add(place)
        left -= lengths[place]
    kept = [item for place, item in enumerate(items) if place not in gone]
    return Fit(tuple(sorted(kept, key=lambda item: SHOWN.index(item.kind))), bool(gone))


def in_turn(items: Sequence[Item]) -> list[int]:
    """Gives the places of items in the order in which they go: by kind, and of a kind the last first."""
    return sorted(range(len(items)), key=lambda place: (LEFT_OUT.index(items[place].kind), -place))


def number(every: Every, day: date) -> int:
    """Numbers the digests of a reader by week, fortnight or month, so that what rotates takes turns for everybody."""
    if every == "month":
        return day.year * 12 + day.month
    return (day.toordinal() - 1) // (7 if every == "week" else 14)  # ordinal 1 was a Monday

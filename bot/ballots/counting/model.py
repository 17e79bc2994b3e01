"""What a count is made of: votes in, stages out. All figures are integers, in units that the method names.

A vote is a tuple of numbers; which, depends on the method (bot/ballots/papers.py). Options are numbers from 0 in the
order of the deciding wording. A blank vote `()` is cast, but not valid: no method counts it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Vote = tuple[int, ...]
Votes = Mapping[Vote, int]  # how many people said it
Lot = Sequence[int]  # an order of all options: whoever stands earlier wins a tie


@dataclass(frozen=True)
class Stage:
    """One step of a count, in numbers; its words are the sentence `count.<did>`.

    `options` are those it is about, `amounts` the figures it names, `totals` those of every option after it (empty
    where it changes none), `rest` what is not transferable, exhausted or lost to rounding so far. Figures are in units
    of `Count.scale`, save where the sentence names a plain number.
    """

    did: str
    options: tuple[int, ...] = ()
    amounts: tuple[int, ...] = ()
    totals: tuple[int, ...] = ()
    rest: int = 0


@dataclass(frozen=True)
class Count:
    """A whole count. `winners` stand in the order of election: more of them than seats only where a tie is declared.

    `totals` are the figures of a table of the result, a vote being `scale` units. `order` has all options from first to
    last where the method ranks them.
    """

    winners: tuple[int, ...]
    stages: tuple[Stage, ...]
    totals: tuple[int, ...]
    scale: int = 1
    order: tuple[int, ...] = ()

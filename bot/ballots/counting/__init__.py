"""Counts ballots: pure and exact, in integers or the fixed point that a rule prescribes, each step recorded.

The exact rules of each method stand in its module, so that whoever reads it can repeat a count to the digit. Nothing
here draws: where a rule wants a lot, an order of all options comes in, and each use of it is a stage of its own.
"""

from collections.abc import Callable, Mapping

from bot.ballots.counting import approval, demands, irv, meek, plurality, schulze, score, scottish
from bot.ballots.counting.model import Count, Lot, Stage, Vote, Votes

__all__ = ["Count", "Lot", "Stage", "Vote", "Votes", "count"]

Counter = Callable[[Votes, int, int, Lot | None], Count]

COUNTERS: Mapping[str, Counter] = {
    "approval": approval.count,
    "choice": plurality.count,
    "demands": demands.count,
    "irv": irv.count,
    "meek": meek.count,
    "multiple": plurality.count,
    "schulze": schulze.count,
    "score": score.count,
    "stv": scottish.count,
    "yesno": plurality.count,
}


def count(method: str, votes: Votes, options: int, seats: int = 1, lot: Lot | None = None) -> Count:
    """Counts votes by a method for a number of seats among options numbered from 0.

    `lot` is an order of all options: whoever stands earlier wins a tie. Without it ties are declared; the methods that
    exclude options one by one (irv, stv, meek) need it. Raises ValueError for votes or a lot that do not fit.
    """
    valid = {vote: people for vote, people in votes.items() if vote}
    return COUNTERS[method](valid, options, seats, lot)

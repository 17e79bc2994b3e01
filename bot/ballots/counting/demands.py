"""Ranking of demands: what most people want first and fewest can do without; the Borda count is shown beside it.

The rule. A vote is (worst or n, best, second, third): the least important of n demands (n: none named), then one to
three most important ones in order. The balance of a demand is how often it is named first minus how often it is named
least important: the count analysis of best-worst scaling, Adam Finn and Jordan J. Louviere, "Determining the
Appropriate Response to Evidence of Public Concern", Journal of Public Policy & Marketing 11 (1992), 12-25. Its Borda
points are 3, 2 and 1 for being named first, second and third. Demands are ordered by balance, then by Borda points;
those equal in both are one level. Options of one level stand in the order of the lot, or of their numbers without one.
Who wins, and ties, `places` says.

The stages, each with options = all in ascending order and amounts = the figure of each:

1. "firsts": how often it is named first.
2. "lasts": how often it is named least important.
3. "borda": its Borda points.

Then:

4. "balance": totals = the balance of each.
5. For each level of several demands, from first to last: "tie", "equal" or "lot", as in `schulze`.
6. "order": options = all of them from first to last.
"""

from bot.ballots.counting.model import Count, Lot, Stage, Votes
from bot.ballots.counting.places import levels_of, ranked

POINTS = (3, 2, 1)


def count(votes: Votes, options: int, seats: int = 1, lot: Lot | None = None) -> Count:
    """Orders demands by best minus worst, then Borda; the first of the order win."""
    every = tuple(range(options))
    firsts, lasts, points = tallied(votes, options)
    balance = tuple(first - last for first, last in zip(firsts, lasts, strict=True))
    levels = levels_of(list(zip(balance, points, strict=True)), every)
    winners, order, ties = ranked(levels, seats, lot)
    shown = (Stage("firsts", every, firsts), Stage("lasts", every, lasts), Stage("borda", every, points))
    stages = (*shown, Stage("balance", totals=balance), *ties, Stage("order", order))
    return Count(winners, stages, balance, order=order)


def tallied(votes: Votes, options: int) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Counts how often each demand is named first and least important, and its Borda points."""
    firsts, lasts, points = [0] * options, [0] * (options + 1), [0] * options
    for (worst, *best), people in votes.items():
        firsts[best[0]] += people
        lasts[worst] += people
        for option, worth in zip(best, POINTS, strict=False):
            points[option] += worth * people
    return tuple(firsts), tuple(lasts[:options]), tuple(points)

"""The Schulze method: options are compared in pairs, and whoever has the stronger path wins.

The rule is that of Markus Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
single-winner election method", Social Choice and Welfare 36 (2011), 267-303, with winning votes as strength:

1. N[a, b] is how many votes put a above b. Options that a vote does not rank are below all that it ranks, and equal
   among themselves.
2. A link leads from a to b where N[a, b] > N[b, a]; its strength is N[a, b]. A path is as strong as its weakest link;
   P[a, b] is the strength of the strongest path from a to b, 0 where there is none.
3. a beats b where P[a, b] > P[b, a]; this is transitive (Schulze, section 4.1).
4. The order: those whom nobody beats are the first level; those whom nobody of the rest beats, once they are taken
   away, are the next, and so on. Options of one level stand in the order of the lot, or of their numbers without one.
   Who wins, and ties, `places` says.

The stages:

1. "pairs" for each option a in turn: options = (a,), amounts = N[a, 0], N[a, 1] ..., with 0 at its own place.
2. "paths" for each option likewise: amounts = P[a, 0], P[a, 1] ...
3. For each level of several options, from first to last: with a lot "lot", options in its order, amounts = (places
   left for them, not under 0,). Without, "tie" with the places left as its amount, where some are left but not for
   all of them; else "equal" without amounts.
4. "order": options = all of them from first to last, level by level.

The total of an option is how many others it beats.
"""

from collections.abc import Sequence

from bot.ballots.counting.model import Count, Lot, Stage, Vote, Votes
from bot.ballots.counting.places import Level, ranked

Matrix = list[list[int]]


def count(votes: Votes, options: int, seats: int = 1, lot: Lot | None = None) -> Count:
    """Orders the options by their strongest paths; the first of the order win."""
    pairs = compared(votes, options)
    paths = strongest(pairs)
    beaten = [frozenset(b for b in range(options) if paths[a][b] > paths[b][a]) for a in range(options)]
    winners, order, ties = ranked(levels(beaten), seats, lot)
    shown = [
        Stage(did, (a,), tuple(row)) for did, rows in (("pairs", pairs), ("paths", paths)) for a, row in enumerate(rows)
    ]
    return Count(winners, (*shown, *ties, Stage("order", order)), tuple(map(len, beaten)), order=order)


def compared(votes: Votes, options: int) -> Matrix:
    """Counts for every pair how many put the first above the second."""
    pairs = [[0] * options for _ in range(options)]
    for vote, people in votes.items():
        for better, worse in preferences(vote, options):
            pairs[better][worse] += people
    return pairs


def preferences(vote: Vote, options: int) -> list[tuple[int, int]]:
    """Gives every pair of which a vote puts the first above the second."""
    unranked = [option for option in range(options) if option not in vote]
    return [(better, worse) for place, better in enumerate(vote) for worse in (*vote[place + 1 :], *unranked)]


def strongest(pairs: Matrix) -> Matrix:
    """Gives the strength of the strongest path of every pair, by the algorithm of Floyd and Warshall."""
    every = range(len(pairs))
    paths = [[pairs[a][b] if pairs[a][b] > pairs[b][a] else 0 for b in every] for a in every]
    for middle in every:
        for a in every:
            if a != middle:
                paths[a] = through(paths, a, middle)
    return paths


def through(paths: Matrix, a: int, middle: int) -> list[int]:
    """Gives the strongest paths of one option, now that they may also lead through `middle`."""
    way = paths[a][middle]
    return [0 if b == a else max(paths[a][b], min(way, paths[middle][b])) for b in range(len(paths))]


def levels(beaten: Sequence[frozenset[int]]) -> list[Level]:
    """Gives the levels of the order: again and again those whom nobody of the rest beats."""
    rest, found = set(range(len(beaten))), []
    while rest:
        below = frozenset[int]().union(*(beaten[option] for option in rest))
        found.append(tuple(sorted(rest - below)))
        rest &= below
    return found

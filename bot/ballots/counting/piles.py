"""Ballot papers in piles: what every count that excludes options one by one does with paper.

A paper is an iterator over the preferences that nobody has looked at yet, and how many voters said the same. Whoever is
elected or excluded never stands again, so an iterator never has to go back, and a whole count reads each preference of
each vote at most once.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from bot.ballots.counting.model import Lot, Votes

Paper = tuple[Iterator[int], int]
Pile = list[Paper]


def papers(votes: Votes) -> Pile:
    """Lays out the valid votes as papers."""
    return [(iter(vote), people) for vote, people in votes.items() if vote]


def sort(papers: Iterable[Paper], standing: Sequence[bool]) -> list[Pile]:
    """Sorts papers by the next preference for an option that stands; those without one make the last pile."""
    piles: list[Pile] = [[] for _ in range(len(standing) + 1)]
    for paper in papers:
        for option in paper[0]:
            if standing[option]:
                piles[option].append(paper)
                break
        else:
            piles[-1].append(paper)
    return piles


def people(pile: Pile) -> int:
    """Counts the voters in a pile."""
    return sum(map(itemgetter(1), pile))


def check(options: int, seats: int, lot: Lot | None) -> Lot:
    """Gives the lot. Raises ValueError when it is no order of all options, or there are no seats."""
    if seats < 1:
        raise ValueError("a count needs at least one seat")
    if lot is None or sorted(lot) != list(range(options)):
        raise ValueError("this method needs a lot: an order of all options")
    return lot

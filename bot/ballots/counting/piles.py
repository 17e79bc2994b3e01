"""Ballot papers in piles: what every count that excludes options one by one does with paper.

A paper is an iterator over the preferences that nobody has looked at yet. Whoever is elected or excluded never stands
again, so an iterator never has to go back, and a whole count reads each preference of each vote at most once. What
several people said alike is one paper, and a pile holds papers of equally many people: it is counted by its length.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bot.ballots.counting.model import Lot, Votes

Pile = list[Iterator[int]]


def papers(votes: Votes) -> Mapping[int, Pile]:
    """Lays out the valid votes as papers, by how many people said the same."""
    piles: dict[int, Pile] = defaultdict(list)
    for vote, people in votes.items():
        if vote:
            piles[people].append(iter(vote))
    return piles


def sort(pile: Pile, standing: Sequence[bool]) -> list[Pile]:
    """Sorts papers by the next preference for an option that stands; those without one make the last pile."""
    piles: list[Pile] = [[] for _ in range(len(standing) + 1)]
    for paper in pile:
        for option in paper:
            if standing[option]:
                piles[option].append(paper)
                break
        else:
            piles[-1].append(paper)
    return piles


def check(options: int, seats: int, lot: Lot | None) -> Lot:
    """Gives the lot. Raises ValueError when it is no order of all options, or there are no seats."""
    if seats < 1:
        raise ValueError("a count needs at least one seat")
    if lot is None or sorted(lot) != list(range(options)):
        raise ValueError("this method needs a lot: an order of all options")
    return lot

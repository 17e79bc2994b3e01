"""Instant runoff: the last option is excluded again and again, until one has more than half of what still counts.

The rule, that of the alternative vote: Robert's Rules of Order Newly Revised (12th ed., 2020), 45:62-69, "preferential
voting". A vote counts for the first option on it that still stands; where none does, it is exhausted.

1. The votes are counted by first preference: this is stage 1.
2. An option with more than half of the votes that are not exhausted is elected.
3. Otherwise the option with the fewest votes is excluded, and its votes go to the next option standing on each. This
   is a stage. Ties are decided as `ties` says. Then again from 2. Should one option stand alone, it is elected whatever
   it has.

"None of the above" is an option like others. Figures are votes.

The stages:

- "irv.first": amounts = (number of valid votes,); totals.
- "irv.earlier.fewest", "irv.lot.last": see `ties`; before the exclusion that they decide.
- "irv.excluded": options = (who,), amounts = (its votes before,); totals after, its own 0; rest = exhausted so far.
- "irv.elected": options = (who,), amounts = (its votes, the votes not exhausted).
"""

from collections import defaultdict
from collections.abc import Mapping

from bot.ballots.counting import ties
from bot.ballots.counting.model import Count, Lot, Stage, Votes
from bot.ballots.counting.piles import Pile, check, papers, sort


def count(votes: Votes, options: int, seats: int = 1, lot: Lot | None = None) -> Count:
    """Elects one option by instant runoff. Raises ValueError without a lot, or for more than one seat."""
    if seats != 1:
        raise ValueError("an instant runoff fills one seat")
    return Runoff(votes, options, check(options, seats, lot)).counted()


class Runoff:
    """An instant runoff as far as it has come; `piles` holds the papers of each option by how many people each is."""

    def __init__(self, votes: Votes, options: int, lot: Lot) -> None:
        self.standing = [True] * options
        self.lot = lot
        self.piles: list[dict[int, Pile]] = [defaultdict(list) for _ in range(options)]
        self.totals, self.rest = [0] * options, 0
        self.hand_out(papers(votes))
        self.history = [tuple(self.totals)]
        self.stages = [Stage("irv.first", (), (sum(self.totals),), self.history[-1])]

    def counted(self) -> Count:
        """Excludes options until one is elected."""
        while (winner := self.winner()) is None:
            self.exclude(self.last())
        self.stages.append(Stage("irv.elected", (winner,), (self.totals[winner], sum(self.totals))))
        return Count((winner,), tuple(self.stages), self.history[-1])

    def winner(self) -> int | None:
        """Gives who has more than half, or stands alone."""
        left = [option for option, stands in enumerate(self.standing) if stands]
        best = max(left, key=self.totals.__getitem__)
        return best if len(left) == 1 or 2 * self.totals[best] > sum(self.totals) else None

    def last(self) -> int:
        """Gives who is excluded, and notes how a tie was decided."""
        left = [option for option, stands in enumerate(self.standing) if stands]
        fewest = min(self.totals[option] for option in left)
        tied = [option for option in left if self.totals[option] == fewest]
        chosen, told = ties.lowest(tied, self.history, self.lot, "irv")
        self.stages += told
        return chosen

    def exclude(self, option: int) -> None:
        """Moves the votes of an option to the next ones standing."""
        before, self.standing[option], self.totals[option] = self.totals[option], False, 0
        self.hand_out(self.piles[option])
        self.history.append(tuple(self.totals))
        self.stages.append(Stage("irv.excluded", (option,), (before,), self.history[-1], self.rest))

    def hand_out(self, piles: Mapping[int, Pile]) -> None:
        """Gives every paper to its next option standing; those without one are exhausted."""
        for people, pile in piles.items():
            *moved, exhausted = sort(pile, self.standing)
            self.rest += len(exhausted) * people
            for option, gained in enumerate(moved):
                self.piles[option][people] += gained
                self.totals[option] += len(gained) * people

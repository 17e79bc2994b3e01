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

from bot.ballots.counting import ties
from bot.ballots.counting.model import Count, Lot, Stage, Votes
from bot.ballots.counting.piles import Pile, check, papers, people, sort


def count(votes: Votes, options: int, seats: int = 1, lot: Lot | None = None) -> Count:
    """Elects one option by instant runoff. Raises ValueError without a lot, or for more than one seat."""
    if seats != 1:
        raise ValueError("an instant runoff fills one seat")
    return Runoff(votes, options, check(options, seats, lot)).counted()


class Runoff:
    """An instant runoff as far as it has come."""

    def __init__(self, votes: Votes, options: int, lot: Lot) -> None:
        self.standing = [True] * options
        self.lot = lot
        *self.piles, _ = sort(papers(votes), self.standing)
        self.totals = [people(pile) for pile in self.piles]
        self.rest = 0
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
        pile, self.piles[option] = self.piles[option], []
        *moved, exhausted = sort(pile, self.standing)
        for other, gained in enumerate(moved):
            self.add(other, gained)
        self.rest += people(exhausted)
        self.history.append(tuple(self.totals))
        self.stages.append(Stage("irv.excluded", (option,), (before,), self.history[-1], self.rest))

    def add(self, option: int, gained: Pile) -> None:
        """Puts papers onto a pile."""
        self.piles[option] += gained
        self.totals[option] += people(gained)

"""STV by the rules of Scotland's councils: weighted inclusive Gregory, in five decimal digits.

The rule is that of the Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1, rules 45 to 52, as
legislation.gov.uk publishes it. All figures are integers of 1/100,000 of a vote, and every division drops its
remainder. An option is continuing until it is elected or excluded.

1. Stage 1: every valid vote counts for its first preference (rule 45). The quota is the number of valid votes divided
   by one more than the seats, the remainder dropped, plus one (rule 46).
2. At the end of a stage every continuing option with the quota or more is elected (rule 47). Those elected at one
   stage stand in the order of votes; equal ones in that of the lot, which decides nothing else.
3. When all seats are taken, the count ends. When no more options continue than seats are left, they are elected too,
   in the same order, and the count ends without a further transfer (rule 52).
4. Otherwise the largest surplus over the quota is transferred, also one that is left from an earlier stage (rules 48,
   49). Each paper goes to its next continuing option at the value

       surplus * value at which the paper came / votes of the option

   (a first preference came at 1). The option keeps the quota. What has no next option, and what rounding loses, is
   the rest. An option with exactly the quota has no surplus, and there is no stage for it.
5. Without a surplus the continuing option with the fewest votes is excluded (rule 50): each of its papers goes to the
   next continuing option at the value at which it came, all in one stage.
6. Each transfer is a stage; then again from 2. Ties in 4 and 5 are decided as `ties` says (rules 49 and 51).

Rule 52 is applied between stages, never within one: the papers of the last option excluded are still transferred, as
the result sheets of the councils show it (Edinburgh, Leith Walk 2022, the twelfth and last count).

The stages:

- "stv.first": amounts = (number of valid votes, seats, quota), the first two plain; totals.
- "stv.elected": options = (who,), amounts = (its votes,).
- "stv.earlier.most", "stv.lot.first", "stv.earlier.fewest", "stv.lot.last": see `ties`; before what they decide.
- "stv.surplus": options = (who,), amounts = (surplus,); totals and rest after.
- "stv.excluded": options = (who,), amounts = (its votes before,); totals and rest after.
- "stv.remaining": options = (who,), amounts = (its votes,): elected without the quota (rule 52).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from bot.ballots.counting import ties
from bot.ballots.counting.model import Count, Lot, Stage, Votes
from bot.ballots.counting.piles import Pile, check, papers, sort

SCALE = 100_000
Worth = tuple[int, int]  # the value of each vote on a paper, and how many people it is


def count(votes: Votes, options: int, seats: int, lot: Lot | None) -> Count:
    """Elects options by Scottish STV. Raises ValueError without a lot or a seat."""
    return Scottish(votes, options, seats, check(options, seats, lot)).counted()


class Scottish:
    """A count as far as it has come.

    `parcels` holds the papers of each option by the value at which they came, and by how many people each is.
    """

    def __init__(self, votes: Votes, options: int, seats: int, lot: Lot) -> None:
        self.seats, self.lot = seats, lot
        self.continuing = [True] * options
        self.elected: list[int] = []
        self.parcels: list[dict[Worth, Pile]] = [defaultdict(list) for _ in range(options)]
        self.totals = [0] * options
        self.rest = 0
        for people, pile in papers(votes).items():
            self.hand_out(pile, (SCALE, people))
        valid = sum(self.totals) // SCALE
        self.quota = (valid // (seats + 1) + 1) * SCALE
        self.history: list[tuple[int, ...]] = [tuple(self.totals)]
        self.stages = [Stage("stv.first", (), (valid, seats, self.quota), self.history[-1])]

    def counted(self) -> Count:
        """Transfers and excludes until every seat is taken."""
        while not self.complete():
            self.transfer()
        return Count(tuple(self.elected), tuple(self.stages), self.history[-1], SCALE)

    def complete(self) -> bool:
        """Elects who can be elected now; says whether the count is over."""
        self.elect("stv.elected", [option for option in self.left() if self.totals[option] >= self.quota])
        if len(self.left()) <= self.seats - len(self.elected):
            self.elect("stv.remaining", self.left())
        return len(self.elected) == self.seats or not self.left()

    def left(self) -> list[int]:
        """Gives the continuing options."""
        return [option for option, continues in enumerate(self.continuing) if continues]

    def elect(self, did: str, options: Sequence[int]) -> None:
        """Elects options, those with more votes first."""
        for option in sorted(options, key=lambda option: (-self.totals[option], self.lot.index(option))):
            self.continuing[option] = False
            self.elected.append(option)
            self.stages.append(Stage(did, (option,), (self.totals[option],)))

    def transfer(self) -> None:
        """Transfers the largest surplus, or else excludes the last option."""
        most = max((self.totals[option] for option in self.elected), default=0)
        if most > self.quota:
            self.surplus(self.decide(ties.highest, self.elected, most))
        else:
            fewest = min(self.totals[option] for option in self.left())
            self.exclude(self.decide(ties.lowest, self.left(), fewest))
        self.history.append(tuple(self.totals))

    def decide(self, rule: Callable[..., tuple[int, list[Stage]]], among: Sequence[int], figure: int) -> int:
        """Gives the option with this figure, and notes how a tie was decided."""
        chosen, told = rule(
            [option for option in among if self.totals[option] == figure], self.history, self.lot, "stv"
        )
        self.stages += told
        return chosen

    def surplus(self, option: int) -> None:
        """Transfers the papers of an elected option at the part of their value that is its surplus."""
        votes, surplus = self.totals[option], self.totals[option] - self.quota
        self.move(option, lambda value: surplus * value // votes, keeping=self.quota)
        self.record("stv.surplus", option, surplus)

    def exclude(self, option: int) -> None:
        """Transfers the papers of the last option at the values at which they came."""
        votes, self.continuing[option] = self.totals[option], False
        self.move(option, lambda value: value, keeping=0)
        self.record("stv.excluded", option, votes)

    def move(self, option: int, worth: Callable[[int], int], keeping: int) -> None:
        """Moves all papers of an option at their new values; what nobody gets is the rest."""
        before, parcels = sum(self.totals), self.parcels[option]
        self.totals[option], self.parcels[option] = keeping, {}
        for (value, people), pile in parcels.items():
            self.hand_out(pile, (worth(value), people))
        self.rest += before - sum(self.totals)

    def hand_out(self, pile: Pile, worth: Worth) -> None:
        """Gives every paper of a pile to its next continuing option."""
        value, people = worth
        *moved, _ = sort(pile, self.continuing)
        for option, gained in enumerate(moved):
            if gained:
                self.parcels[option][worth] += gained
                self.totals[option] += len(gained) * people * value

    def record(self, did: str, option: int, amount: int) -> None:
        """Notes a transfer."""
        self.stages.append(Stage(did, (option,), (amount,), tuple(self.totals), self.rest))

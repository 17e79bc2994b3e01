"""STV by Meek's method: everybody elected keeps just the part of each vote that makes up a quota.

The rule is the Reference Meek Rule of the Proportional Representation Foundation, with its nine decimal digits and its
omega of 1/1,000,000, which made exact what B. L. Meek proposed (1969) and I. D. Hill, B. A. Wichmann and D. R. Woodall
programmed: "Algorithm 123: Single transferable vote by Meek's method", The Computer Journal 30 (1987), 277-281.
Jonathan Lundell's Droop counts by it under the name meek-prf. All figures are integers of 1/1,000,000,000 of a vote.

Every option has a keep factor k: 1 (that is 1,000,000,000) while it is hopeful, 0 once it is excluded.

1. The votes are shared out. Each starts with the weight w = 1. Going down its preferences, every option gets
   ceil(w * k) of it, and w becomes less by that, until w is 0. What is left of w is the rest.
2. The quota is the sum of all options' votes divided by one more than the seats, the remainder dropped, plus
   1/1,000,000,000.
3. Every hopeful option with the quota or more is elected; those elected together stand in the order of votes, equal
   ones in that of the lot. The surplus is the sum of (votes - quota) over all elected ones, at least 0.
4. When 3 elected somebody, the round ends. It ends too when the surplus is under 1/1,000,000, or not smaller than the
   one before in this round. Otherwise every elected option's k becomes ceil(ceil(k * quota) / votes), and again from 1.
5. A round that elected nobody excludes one: of the hopeful options whose votes are at most the fewest plus the surplus,
   which counts as a tie, the one that stands last in the lot.
6. When all seats are taken, or no more options are hopeful than seats are left, the count ends, and those hopeful ones
   are elected, in the order of their votes, then of the lot. Otherwise the next round begins from 1, with the keep
   factors of the last.

Here ceil rounds a product or quotient up to nine digits. A round is a stage.

The stages:

- "meek.first": the first round. amounts = (number of valid votes, seats, quota), the first two plain; totals.
- "meek.round": each further round. amounts = (quota, surplus); totals and rest.
- "meek.elected": options = (who,), amounts = (its votes,).
- "meek.lot.last": options = (the one that the lot names, the others tied ascending ...).
- "meek.excluded": options = (who,), amounts = (its votes,).
- "meek.remaining": options = (who,), amounts = (its votes in the last round,): elected without a quota.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.ballots.counting import ties
from bot.ballots.counting.model import Count, Lot, Stage, Vote, Votes
from bot.ballots.counting.piles import Pile, check, papers, sort

SCALE = 10**9
OMEGA = SCALE // 10**6


def count(votes: Votes, options: int, seats: int, lot: Lot | None) -> Count:
    """Elects options by Meek's method. Raises ValueError without a lot or a seat."""
    return Meek(votes, options, seats, check(options, seats, lot)).counted()


class Meek:
    """A count as far as it has come.

    A chain is what matters of a vote: the elected options that it passes, and the hopeful one at which its weight ends.
    Votes with the same chain share out alike, so each chain is worked out once, for all its `people`. `chains` holds
    the papers of each by how many people each is.
    """

    def __init__(self, votes: Votes, options: int, seats: int, lot: Lot) -> None:
        self.seats, self.lot = seats, lot
        self.present = [True] * options  # not excluded
        self.keep = [SCALE] * options
        self.elected: list[int] = []
        self.chains: dict[Vote, dict[int, Pile]] = defaultdict(lambda: defaultdict(list))
        self.people: dict[Vote, int] = {}
        self.go_on((), papers(votes))
        self.totals, self.rest, self.quota = [0] * options, 0, 0
        self.stages: list[Stage] = []

    def counted(self) -> Count:
        """Holds rounds until every seat is taken."""
        self.settle()
        valid = sum(self.people.values())
        self.stages.append(Stage("meek.first", (), (valid, self.seats, self.quota), tuple(self.totals), self.rest))
        while not self.complete():
            self.decide()
            if not self.complete():
                surplus = self.settle()
                self.stages.append(Stage("meek.round", (), (self.quota, surplus), tuple(self.totals), self.rest))
        return Count(tuple(self.elected), tuple(self.stages), tuple(self.totals), SCALE)

    def complete(self) -> bool:
        """Elects the hopeful when there are no more of them than seats left; says whether the count is over."""
        if len(self.hopeful()) <= self.seats - len(self.elected):
            self.elect("meek.remaining", self.hopeful())
        return len(self.elected) == self.seats or not self.hopeful()

    def hopeful(self) -> list[int]:
        """Gives the options that are neither elected nor excluded."""
        return [option for option, present in enumerate(self.present) if present and option not in self.elected]

    def ready(self) -> list[int]:
        """Gives the hopeful options that have the quota."""
        return [option for option in self.hopeful() if self.totals[option] >= self.quota]

    def settle(self) -> int:
        """Shares the votes out until somebody can be elected or the surplus is small; gives the surplus."""
        self.share_out()
        surplus, before = self.surplus(), None
        while not self.ready() and surplus >= OMEGA and (before is None or surplus < before):
            self.tighten()
            self.share_out()
            surplus, before = self.surplus(), surplus
        return surplus

    def share_out(self) -> None:
        """Gives every option its part of every vote, and sets the quota."""
        self.totals, self.rest = [0] * len(self.keep), 0
        for chain, number in self.people.items():
            weight = SCALE
            for option in chain:
                kept = -(-weight * self.keep[option] // SCALE)
                self.totals[option] += kept * number
                weight -= kept
            self.rest += weight * number
        self.quota = sum(self.totals) // (self.seats + 1) + 1

    def surplus(self) -> int:
        """Gives what all who are elected, or can be now, have over the quota."""
        return max(0, sum(self.totals[option] - self.quota for option in (*self.elected, *self.ready())))

    def tighten(self) -> None:
        """Lets everybody elected keep only what makes up a quota."""
        for option in self.elected:
            wanted = -(-self.keep[option] * self.quota // SCALE)
            self.keep[option] = -(-wanted * SCALE // self.totals[option])

    def decide(self) -> None:
        """Ends a round: elects those with the quota, or excludes one."""
        if ready := self.ready():
            self.elect("meek.elected", ready)
        else:
            self.exclude(self.last())

    def elect(self, did: str, options: Sequence[int]) -> None:
        """Elects options, those with more votes first."""
        for option in sorted(options, key=lambda option: (-self.totals[option], self.lot.index(option))):
            self.elected.append(option)
            self.stages.append(Stage(did, (option,), (self.totals[option],)))
            self.pass_on(option, 0)

    def last(self) -> int:
        """Gives who is excluded, and notes where the lot decided."""
        enough = min(self.totals[option] for option in self.hopeful()) + self.surplus()
        tied = [option for option in self.hopeful() if self.totals[option] <= enough]
        chosen, told = ties.drawn(tied, max(tied, key=self.lot.index), "meek.lot.last", [])
        self.stages += told
        return chosen

    def exclude(self, option: int) -> None:
        """Excludes an option."""
        self.present[option], self.keep[option] = False, 0
        self.stages.append(Stage("meek.excluded", (option,), (self.totals[option],)))
        self.pass_on(option, 1)

    def pass_on(self, option: int, without: int) -> None:
        """Lets the chains that ended at an option go on, without it when it is excluded (1) and else through it (0)."""
        for chain in [chain for chain in self.chains if chain[-1:] == (option,)]:
            del self.people[chain]
            self.go_on(chain[: len(chain) - without], self.chains.pop(chain))

    def go_on(self, chain: Vote, piles: Mapping[int, Pile]) -> None:
        """Lays papers under the chain that goes on to their next hopeful option, or under this one at their end."""
        for people, pile in piles.items():
            *further, ended = sort(pile, self.present)
            self.lay(chain, people, ended)
            for option, more in enumerate(further):
                if more and option in self.elected:
                    self.go_on((*chain, option), {people: more})
                else:
                    self.lay((*chain, option), people, more)

    def lay(self, chain: Vote, people: int, pile: Pile) -> None:
        """Lays papers under a chain."""
        if pile:
            self.chains[chain][people] += pile
            self.people[chain] = self.people.get(chain, 0) + len(pile) * people

"""The counts that exclude options once more, as plainly as the rules read: a ballot at a time, in decimal arithmetic.

Nothing is shared with the program: no piles, no iterators, no integers of small units. Slow, and easy to check.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

Votes = Mapping[tuple[int, ...], int]
Step = tuple[str, tuple[int, ...], tuple[Decimal, ...], tuple[Decimal, ...]]  # did, options, amounts, totals


@dataclass
class Ballot:
    """One person's ballot: where it lies now, and what it is worth there."""

    vote: tuple[int, ...]
    worth: Decimal = Decimal(1)
    lies: int | None = None

    def move(self, among: set[int]) -> None:
        """Goes to the first option on it that is among these."""
        self.lies = next((option for option in self.vote if option in among), None)


@dataclass
class Slow:
    """What the counts have in common: ballots, who is still in, the steps so far."""

    votes: Votes
    options: int
    seats: int
    lot: Sequence[int]
    steps: list[Step] = field(default_factory=list)
    elected: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ballots = [Ballot(vote) for vote, people in self.votes.items() for _ in range(people) if vote]
        self.among = set(range(self.options))
        self.history: list[list[Decimal]] = []
        self.kept: dict[int, Decimal] = {}  # what those elected hold fast, once their ballots have gone on

    def totals(self) -> list[Decimal]:
        """Adds up what lies with everybody."""
        sums = [self.kept.get(option, Decimal(0)) for option in range(self.options)]
        for ballot in self.ballots:
            if ballot.lies is not None and ballot.lies not in self.kept:
                sums[ballot.lies] += ballot.worth
        return sums

    def say(self, did: str, options: Sequence[int] = (), amounts: Sequence[Decimal | int] = ()) -> None:
        """Notes a step that changes no totals."""
        self.steps.append((did, tuple(options), tuple(map(Decimal, amounts)), ()))

    def stage(self, did: str, options: Sequence[int], amounts: Sequence[Decimal | int]) -> None:
        """Notes a step that changes totals."""
        self.history.append(self.totals())
        self.steps.append((did, tuple(options), tuple(map(Decimal, amounts)), tuple(self.history[-1])))

    def untie(self, tied: list[int], prefix: str, *, most: bool) -> int:
        """Looks earlier stages up, and the lot at last."""
        for number in range(len(self.history), 0, -1):
            figures = {option: self.history[number - 1][option] for option in tied}
            best = (max if most else min)(figures.values())
            if set(figures.values()) != {best}:
                tied = [option for option in tied if figures[option] == best]
                self.say(f"{prefix}.earlier.{'most' if most else 'fewest'}", tied, [number])
        if len(tied) == 1:
            return tied[0]
        ranked = [option for option in self.lot if option in tied]
        chosen = ranked[0] if most else ranked[-1]
        self.say(f"{prefix}.lot.{'first' if most else 'last'}", [chosen, *(one for one in tied if one != chosen)])
        return chosen

    def in_order(self, options: Sequence[int]) -> list[int]:
        """Puts options in the order of their votes, then of the lot."""
        totals, lot = self.totals(), list(self.lot)
        return sorted(options, key=lambda option: (-totals[option], lot.index(option)))

    def elect(self, did: str, options: Sequence[int]) -> None:
        """Elects options."""
        for option in self.in_order(options):
            self.say(did, [option], [self.totals()[option]])
            self.elected.append(option)
            self.among.discard(option)


class SlowScottish(Slow):
    """Rules 45 to 52 of the Scottish order."""

    def count(self) -> "SlowScottish":
        """Counts."""
        for ballot in self.ballots:
            ballot.move(self.among)
        self.quota = Decimal(len(self.ballots) // (self.seats + 1) + 1)
        self.stage("stv.first", [], [len(self.ballots), self.seats, self.quota])
        while not self.filled():
            totals = self.totals()
            over = [option for option in self.elected if totals[option] > self.quota]
            if over:
                most = max(totals[option] for option in over)
                tied = sorted(option for option in over if totals[option] == most)
                self.surplus(self.untie(tied, "stv", most=True) if len(tied) > 1 else tied[0])
            else:
                fewest = min(totals[option] for option in self.among)
                tied = sorted(option for option in self.among if totals[option] == fewest)
                self.exclude(self.untie(tied, "stv", most=False) if len(tied) > 1 else tied[0])
        return self

    def filled(self) -> bool:
        """Elects whom the rules elect at the end of a stage."""
        totals = self.totals()
        self.elect("stv.elected", [option for option in self.among if totals[option] >= self.quota])
        if len(self.among) <= self.seats - len(self.elected):
            self.elect("stv.remaining", sorted(self.among))
        return len(self.elected) == self.seats or not self.among

    def surplus(self, option: int) -> None:
        """Sends every ballot on at the part of its worth that is surplus, cut after five digits."""
        total = self.totals()[option]
        for ballot in [ballot for ballot in self.ballots if ballot.lies == option]:
            part = (total - self.quota) * ballot.worth / total
            ballot.worth = part.quantize(Decimal("0.00001"), rounding=ROUND_FLOOR)
            ballot.move(self.among)
        self.kept[option] = self.quota
        self.stage("stv.surplus", [option], [total - self.quota])

    def exclude(self, option: int) -> None:
        """Sends every ballot on as it is."""
        total = self.totals()[option]
        self.among.discard(option)
        for ballot in [ballot for ballot in self.ballots if ballot.lies == option]:
            ballot.move(self.among)
        self.stage("stv.excluded", [option], [total])


class SlowRunoff(Slow):
    """Instant runoff."""

    def count(self) -> "SlowRunoff":
        """Counts."""
        did, options, amounts = "irv.first", list[int](), list[Decimal | int]([len(self.ballots)])
        while True:
            for ballot in self.ballots:
                ballot.move(self.among)
            self.stage(did, options, amounts)
            totals = self.totals()
            most = max(self.among, key=lambda option: totals[option])
            if len(self.among) == 1 or 2 * totals[most] > sum(totals):
                self.elected = [most]
                self.say("irv.elected", [most], [totals[most], sum(totals)])
                return self
            fewest = min(totals[option] for option in self.among)
            tied = sorted(option for option in self.among if totals[option] == fewest)
            last = self.untie(tied, "irv", most=False) if len(tied) > 1 else tied[0]
            self.among.discard(last)
            did, options, amounts = "irv.excluded", [last], [totals[last]]


class SlowMeek(Slow):
    """The Reference Meek Rule, step by step with its own letters."""

    def count(self) -> "SlowMeek":
        """Counts."""
        with localcontext() as context:
            context.prec = 60
            self.factors = dict.fromkeys(range(self.options), Decimal(1))
            self.iterate()
            self.now("meek.first", [len(self.ballots), self.seats, self.quota])
            while not self.filled():
                self.defeat_or_elect()
                if not self.filled():
                    self.now("meek.round", [self.iterated_quota(), self.surplus])
        return self

    def iterated_quota(self) -> Decimal:
        """Iterates, and gives the quota after it."""
        self.iterate()
        return self.quota

    def now(self, did: str, amounts: Sequence[Decimal | int]) -> None:
        """Notes a round."""
        self.steps.append((did, (), tuple(map(Decimal, amounts)), tuple(self.v)))

    def totals(self) -> list[Decimal]:
        """Gives the votes of the last iteration."""
        return self.v

    def filled(self) -> bool:
        """Elects the rest where no more are hopeful than seats are left."""
        if len(self.among) <= self.seats - len(self.elected):
            self.elect("meek.remaining", sorted(self.among))
        return len(self.elected) == self.seats or not self.among

    def iterate(self) -> None:
        """B.2: until somebody reaches the quota, or the surplus is small or no longer falls."""
        last: Decimal | None = None
        while True:
            self.distribute()
            winning = [option for option in self.among if self.v[option] >= self.quota]
            over = [self.v[option] - self.quota for option in (*self.elected, *winning)]
            self.surplus = max(Decimal(0), sum(over, Decimal(0)))
            if winning or self.surplus < Decimal("0.000001") or (last is not None and self.surplus >= last):
                return
            last = self.surplus
            for option in self.elected:
                product = self.up(self.factors[option] * self.quota)
                self.factors[option] = self.up(product / self.v[option])

    def distribute(self) -> None:
        """B.2.a and b: every ballot on its own."""
        self.v = [Decimal(0)] * self.options
        for ballot in self.ballots:
            weight = Decimal(1)
            for option in ballot.vote:
                kept = self.up(weight * self.factors[option])
                self.v[option] += kept
                weight -= kept
        whole = sum(self.v, Decimal(0)) / (self.seats + 1)
        self.quota = whole.quantize(Decimal("1e-9"), rounding=ROUND_FLOOR) + Decimal("1e-9")

    def defeat_or_elect(self) -> None:
        """B.2.c, or else B.3."""
        winning = [option for option in self.among if self.v[option] >= self.quota]
        if winning:
            self.elect("meek.elected", winning)
            return
        enough = min(self.v[option] for option in self.among) + self.surplus
        tied = sorted(option for option in self.among if self.v[option] <= enough)
        last = self.untie(tied, "meek", most=False) if len(tied) > 1 else tied[0]
        self.say("meek.excluded", [last], [self.v[last]])
        self.among.discard(last)
        self.factors[last] = Decimal(0)

    @staticmethod
    def up(number: Decimal) -> Decimal:
        """Rounds up to nine digits."""
        return number.quantize(Decimal("1e-9"), rounding=ROUND_CEILING)

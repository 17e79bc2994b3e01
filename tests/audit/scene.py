"""What is true in a world at one moment, against which an attacker's guesses are scored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tests.audit.seizure import Seizure

Moment = Literal["before the first seal", "after the first seal", "mid-batch", "after a crash", "closed", "released"]
MOMENTS: tuple[Moment, ...] = (
    "before the first seal",
    "after the first seal",
    "mid-batch",
    "after a crash",
    "closed",
    "released",
)
Kind = Literal["code", "choice", "pay", "unpaid"]
VOTES: tuple[Kind, ...] = ("code", "choice")
REPORTS: tuple[Kind, ...] = ("pay", "unpaid")


@dataclass(frozen=True)
class Payslip:
    """What a payroll holds of a person: where they work and, exactly, what they earn for how many hours."""

    country: str
    employer: str
    monthly: int


@dataclass(frozen=True)
class Actor:
    """Somebody who acted: their Telegram id, what they said as entries, and what their payroll says of them.

    `unpaid` are the hours a week that they worked without pay, which no payroll holds.
    """

    telegram_id: int
    entries: tuple[bytes, ...]
    payslip: Payslip
    unpaid: int = 0


@dataclass(frozen=True)
class Scene:
    """One ballot or period at one moment: who acted, in order; whose words are sealed; and what was seized."""

    moment: Moment
    name: str
    acted: int
    sealed: tuple[Actor, ...]
    batch: tuple[Actor, ...]
    seizure: Seizure

    def truths(self, kind: Kind) -> list[bytes]:
        """Gives what everybody said whose words are sealed, in the order in which they acted."""
        return [next((entry for entry in actor.entries if is_kind(entry, kind)), b"") for actor in self.sealed]


def is_kind(entry: bytes, kind: Kind) -> bool:
    """Says whether an entry is of a kind; of a report the employer's pay and the country's unpaid share."""
    if kind == "code":
        return entry[:1] == b"c" and not entry.startswith(b"country:")
    if kind == "choice":
        return entry[:1] == b"v"
    cell, measure = (b"employer:", b" pay ") if kind == "pay" else (b"country:", b" unpaid ")
    return entry.startswith(cell) and measure in entry


@dataclass(frozen=True)
class Score:
    """Which share of those who acted an attacker linked, and which share the same guesses link in a random order."""

    linked: float
    baseline: float

    @property
    def advantage(self) -> float:
        """Gives what the files told beyond the tally."""
        return self.linked - self.baseline


def in_order(scene: Scene, kind: Kind, entries: Sequence[bytes]) -> Score:
    """Scores entries in the order an attacker believes they came in, against those whose words are sealed.

    The baseline is exact: the expected share when the very same entries are matched in a random order. It is never
    above what the best statistician gets from the tally, so that a pass against it is a pass against them.
    """
    guesses, truths = [entry for entry in entries if is_kind(entry, kind)], scene.truths(kind)
    hits = sum(guess == truth for guess, truth in zip(guesses, truths, strict=False))
    return Score(hits / scene.acted, expected(guesses, truths[: len(guesses)]) / scene.acted)


def expected(guesses: Sequence[bytes], truths: Sequence[bytes]) -> float:
    """Gives how many of these truths are met on average by the guesses in a random order."""
    counts = Counter(guesses)
    return sum(counts[truth] for truth in truths) / len(guesses) if guesses else 0.0

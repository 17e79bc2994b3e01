"""What is published of a ballot at its close. How it is found: deciding.py."""

from dataclasses import dataclass
from typing import Literal

from bot.ballots.counting.model import Count

Kind = Literal["figures", "bare", "none"]
Verdict = Literal[
    "elected", "ordered", "carried", "not_carried", "no_quorum", "tied", "none_of_above", "unknown"
]  # fmt: skip
Why = Literal["", "votes", "lot", "threshold", "groups", "group", "few", "quorum", "tie", "withheld"]


@dataclass(frozen=True)
class Tally:
    """The figures of one group, or of all voters, for the option that is measured by a threshold: yes, or the winner.

    `size` is the electorate of it, `cast` counts blank votes too, `part` those that name the option.
    """

    group: str
    size: int
    cast: int
    blank: int
    part: int

    @property
    def valid(self) -> int:
        """Gives how many votes said something."""
        return self.cast - self.blank


@dataclass(frozen=True)
class Outcome:
    """What is published.

    `kind` says how much: "figures", "bare" (the outcome without figures) or "none". `winners` are numbers of options in
    the order of election; of a tie all that are `tied` are among them. `counts`, `count`, `cast`, `blank` and `groups`
    (of a double majority, in the order of the ballot's groups) are there with figures only. `why` names the reason of
    the one sentence; "" is a ballot of the version that knew no rules.
    """

    kind: Kind
    winners: tuple[int, ...] = ()
    counts: tuple[int, ...] = ()  # the total of each option
    verdict: Verdict = "elected"
    why: Why = ""
    tied: tuple[int, ...] = ()
    count: Count | None = None
    electorate: int = 0
    cast: int = 0
    blank: int = 0
    groups: tuple[Tally, ...] = ()

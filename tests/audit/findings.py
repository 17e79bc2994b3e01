"""What the results come to: bounds for every comparison, against bars that stood before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean

from tests.audit.bounds import Estimate, estimate
from tests.audit.controls import CAUGHT_BY
from tests.audit.organizer import differences
from tests.audit.scene import Moment
from tests.audit.through_http import Whole
from tests.audit.trials import Comparison, Scores

ERROR = 0.05  # of every family of comparisons, shared among them (Bonferroni)
BAR = 0.03
BAR_OF_COPIES = 0.02  # above 1/k
PAYROLL = "a payroll"


@dataclass(frozen=True)
class Finding:
    """One comparison: what was linked, what the tally allows, and the bounds of the difference."""

    comparison: Comparison
    linked: float
    baseline: float
    advantage: Estimate


@dataclass
class Results:
    """Everything that was done, as it comes in."""

    trials: Scores = field(default_factory=dict)
    controls: Scores = field(default_factory=dict)
    http: list[Whole] = field(default_factory=list)
    walks: dict[str, list[str]] = field(default_factory=dict)
    leaks: dict[str, list[str]] = field(default_factory=dict)
    lint: dict[str, list[str]] = field(default_factory=dict)
    people: str = ""
    sections: dict[str, list[str]] = field(default_factory=dict)

    def add(self, topic: str, name: str, result: object) -> None:
        """Takes in the result of one job."""
        if isinstance(result, Whole):
            self.http.append(result)
        elif topic in ("trials", "controls") and isinstance(result, dict):
            known = self.trials if topic == "trials" else self.controls
            for comparison, scores in result.items():
                known.setdefault(comparison, []).extend(scores)
        elif isinstance(result, list):
            places = {"organizer": self.walks, "leaking organizer": self.leaks, "lint": self.lint}
            places.get(topic, self.sections)[name] = result
        else:
            self.people = str(result)


def findings(scores: Scores, error: float) -> list[Finding]:
    """Bounds every comparison at its share of the error."""
    return [
        Finding(
            comparison,
            fmean(linked for linked, _ in values),
            fmean(baseline for _, baseline in values),
            estimate([linked - baseline for linked, baseline in values], error),
        )
        for comparison, values in sorted(scores.items())
    ]


@dataclass(frozen=True)
class Linkage:
    """The findings of one seizure, in families of their own."""

    one_moment: tuple[Finding, ...]
    history: tuple[Finding, ...]
    payroll: tuple[Finding, ...]
    copies: tuple[Finding, ...]
    kinds: tuple[Finding, ...]
    comparisons: int


def linkage(scores: Scores) -> Linkage:
    """Splits the comparisons into those with the bar 0.03, of two copies, and of the other ways of voting.

    Each of the three shares an error of its own.
    """
    kinds = {comparison: values for comparison, values in scores.items() if comparison.method != "choice"}
    single = {comparison: values for comparison, values in scores.items() if comparison.method == "choice"}
    twice = {comparison: values for comparison, values in single.items() if comparison.level == "S1 twice"}
    once = {comparison: values for comparison, values in single.items() if comparison.level != "S1 twice"}
    found = findings(once, ERROR / max(1, len(once)))
    return Linkage(
        tuple(f for f in found if f.comparison.level in ("S0", "S1") and f.comparison.attack != PAYROLL),
        tuple(f for f in found if f.comparison.level == "S2"),
        tuple(f for f in found if f.comparison.attack == PAYROLL),
        tuple(findings(twice, ERROR / max(1, len(twice)))),
        tuple(findings(kinds, ERROR / max(1, len(kinds)))),
        len(once),
    )


def worst(found: Iterable[Finding]) -> Finding | None:
    """Gives the finding with the highest bound."""
    return max(found, key=lambda finding: finding.advantage.upper, default=None)


def by_moment(found: Iterable[Finding]) -> dict[tuple[str, int, Moment | str], Finding]:
    """Gives the worst finding of each database, size and moment."""
    groups = defaultdict(list)
    for finding in found:
        at = finding.comparison
        groups[at.store, at.size, at.moment].append(finding)
    return {place: max(group, key=lambda one: one.advantage.upper) for place, group in groups.items()}


def caught(scores: Scores) -> dict[str, Finding]:
    """Gives for each negative control what the attacker made of it who is there to catch it."""
    found = findings(scores, ERROR / len(CAUGHT_BY))
    return {
        f.comparison.store: f
        for f in found
        if CAUGHT_BY[f.comparison.store] == (f.comparison.attack, f.comparison.kind)
    }


def significant(scores: Scores) -> list[Finding]:
    """Gives every comparison in which an attacker surely won: the lower bound lies above 0. For the quick form."""
    once = linkage(scores)
    found = (*once.one_moment, *once.history, *once.payroll, *once.copies, *once.kinds)
    return [finding for finding in found if finding.advantage.lower > 0]


def organizer_sees(walks: dict[str, list[str]]) -> list[str]:
    """Lists what differs between the world in which the target said yes and each of the others."""
    return [said for choice, lines in walks.items() for said in differences(walks["yes"], lines) if choice != "yes"]


def plaintext(http: Iterable[Whole]) -> list[str]:
    """Lists everything that was found in files and should not be there, what was left in temporary folders too."""
    found = [said for whole in http for search in whole.searches for said in search.found]
    return found + [f"{name} was left in the temporary folder" for whole in http for name in whole.left_in_temp]

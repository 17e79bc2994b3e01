"""The audit of what is published: the exact promise on neighbours, reconstruction from releases, errors, controls."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from bot.pay.budget import BUDGET, ENTERS_FROM, EPSILON, EPSILON_A_YEAR, GROWN, GROWN_FROM, STAYS_FROM, Figure
from tests.audit import errors
from tests.audit.errors import Errors
from tests.audit.laws import honest
from tests.audit.neighbours import audit, controls, counted_once, random_neighbours
from tests.audit.streams import CONTROLS, PERIODS, PROGRAM, PROGRAM_GROWN, QUESTIONS, Advantage, Question, attack


@dataclass(frozen=True)
class Size:
    """How much of everything is tried."""

    neighbours: int
    whole_every: int  # every so many neighbours with quartiles and all
    wrong: int  # neighbours for each wrong mechanism
    streams: int  # for each question
    single: int  # streams of one period, for each question
    grown: int  # streams of grown cells, for each question
    control: int  # streams for each publisher who must be caught
    samples: int


QUICK = Size(60, 60, 20, 100, 0, 30, 8, 10)
THOROUGH = Size(3_000, 100, 300, 5_000, 1_000, 1_000, 60, errors.SAMPLES)


@dataclass(frozen=True)
class Publishing:
    """What the audit found. Ratios and evidence are over the budget: at most 1 is what is promised."""

    worst: float
    exact: bool  # the worst ratios themselves, as fractions, stay within the budget
    neighbours: int
    streams: int
    advantages: dict[str, Advantage]
    controls: dict[str, bool]
    errors: tuple[Errors, ...]
    grown_errors: tuple[Errors, ...]

    @property
    def passed(self) -> bool:
        """Says whether everything promised held and every control was caught."""
        kept = self.exact and self.worst <= 1 and all(found.within for found in self.advantages.values())
        return kept and all(self.controls.values())


def examine(seed: int, thorough: bool) -> Publishing:
    """Audits the publishing of pay figures: everything, or a quick form in a few seconds."""
    size = THOROUGH if thorough else QUICK
    found = audit(honest, random_neighbours(seed, size.whole_every), size.neighbours, counted_once)
    advantages = {name: attack(PROGRAM, *trial) for name, trial in trials(seed, size).items()} | grown(seed, size)
    return Publishing(
        max(found.replaced, found.added),
        found.exact,
        size.neighbours,
        sum(advantage.streams for advantage in advantages.values()),
        advantages,
        controls(seed, size.wrong) | reconstructed(seed, size.control),
        errors.rows(seed, errors.SIZES if thorough else (50, 100), size.samples),
        errors.grown_rows(seed, errors.GROWN_SIZES if thorough else (300,), size.samples),
    )


def trials(seed: int, size: Size) -> dict[str, tuple[Question, int, int, int]]:
    """Lists the attacks on the program: each question over a year of releases, and over one release alone."""
    year = {f"{question}, up to four releases": (question, seed, size.streams, PERIODS) for question in QUESTIONS}
    one = {f"{question}, one release": (question, seed, size.single, 1) for question in QUESTIONS if size.single}
    return year | one


def grown(seed: int, size: Size) -> dict[str, Advantage]:
    """Attacks everything that is drawn of a union in which all cells are grown."""
    return {
        f"{question}, all cells grown": attack(PROGRAM_GROWN, question, seed, size.grown, table=GROWN)
        for question in QUESTIONS
    }


def reconstructed(seed: int, streams: int) -> dict[str, bool]:
    """Says of each publisher who breaks a rule whether the same attacker refutes the promise."""
    return {name: attack(publisher, "in or out", seed, streams, 1).broken for name, publisher in CONTROLS.items()}


def lines(result: Publishing) -> list[str]:
    """Writes the section of the audit's report in Markdown."""
    return [
        f"**{'Passed' if result.passed else 'FAILED'}.** The budget: {EPSILON} per person and quarter over everything, "
        f"{EPSILON_A_YEAR} a year.",
        "",
        *budget_lines(),
        "",
        "### The promise, exactly",
        "",
        f"{result.neighbours:,} random data sets with their neighbours (everything one person filed added, taken away, "
        f"or replaced): worst log-ratio of a whole release over the budget **{result.worst:.4f}**, to be at most 1; "
        f"compared as fractions: {'within' if result.exact else 'EXCEEDED'}.",
        "",
        "### Reconstruction from consecutive releases",
        "",
        f"{result.streams:,} streams. The attacker knows every report but the target's and weighs releases by their "
        "exact likelihood. Advantage = right guesses less wrong ones; its 99 % bound must be within what is allowed.",
        "",
        *advantage_lines(result),
        "",
        "### Controls that must be caught",
        "",
        *(f"- {name}: {'caught' if caught else 'MISSED'}" for name, caught in result.controls.items()),
        "",
        "### Errors by the size of a cell",
        "",
        "In %, median/90th percentile: pay and quartiles relative to the truth, unpaid share in percentage points; "
        "newcomers : cells of the last release, whose figure was 20 % off. Published, in 100 releases: from "
        f"{ENTERS_FROM} : from {STAYS_FROM} noisy reports. Planned: the simulation of privacy.md 5.1 for a median that "
        "may cost 0.5 for one person more or less; a country's may cost that for one who is replaced: half as much.",
        "",
        *errors.HEAD.splitlines(),
        *(row.line() for row in result.errors),
        "",
        f"Of countries and employers that are grown, from {GROWN_FROM} in the last release, and of pairs and tasks; a "
        "task has as many reports as all its pairs. Answers in percentage points of a band, by the number of answers.",
        "",
        *errors.GROWN_HEAD.splitlines(),
        *(row.line() for row in result.grown_errors),
    ]


def budget_lines() -> list[str]:
    """Writes the tables of figures and shares: of cells that are not grown, and of those that are."""
    return [*table("cell", BUDGET), "", *table("grown cell", GROWN)]


def table(title: str, figures: Sequence[Figure]) -> list[str]:
    """Writes one table."""
    rows = [f"| {figure.kind} | {figure.measure} | {figure.share} |" for figure in figures]
    total = sum(figure.share for figure in figures)
    return [f"| {title} | figure | share |", "|---|---|---|", *rows, f"| | together | {total} |"]


def advantage_lines(result: Publishing) -> list[str]:
    """Writes the table of attacks."""
    head = "| question | streams | advantage | 99 % bound | allowed | most told by one stream / budget |"
    return [head, "|---|---|---|---|---|---|", *(advantage_line(*item) for item in result.advantages.items())]


def advantage_line(name: str, one: Advantage) -> str:
    """Writes one attack."""
    figures = (f"{figure:.3f}" for figure in (one.gained, one.upper, one.allowed, one.evidence))
    return f"| {name} | {one.streams:,} | {' | '.join(figures)} |"


if __name__ == "__main__":  # the section alone, with the audit's seed: `python -m tests.audit.publishing 20261125`
    sys.stdout.write("\n".join(lines(examine(int(sys.argv[1]), thorough=True))) + "\n")

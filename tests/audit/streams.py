"""Reconstruction: who knows everybody's reports but one reads release after release and tells what the one said.

People come and go over the periods of a stream; two worlds differ in the target alone. A coin picks the world, the
program draws its releases, and the attacker weighs what was published by the exact likelihoods: no test is stronger
(Neyman and Pearson). The advantage, right guesses less wrong ones, can be at most tanh(e/2), where e is the
budget of the figures in which the worlds differ, over all the target's periods.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist, median
from typing import Literal

from bot.pay.budget import BUDGET, GROWN_FROM, Figure
from bot.pay.budget import QUESTIONS as ASKED
from bot.pay.release import Public, Published, Release, bands, figures, noisy_sizes, pool, release
from bot.pay.rules import BANDS, GRID, pay_at, pay_point, share_at
from tests.audit.laws import (
    LOOKED_AT,
    NONE,
    Cell,
    Counts,
    Law,
    Weights,
    cell_of,
    certain,
    count,
    first_size,
    honest,
)
from tests.audit.neighbours import Filing, Stood, counted_once, filing

TASKS = ("translation", "qa_review")
CELLS = ("country:KE:KES", "employer:cci:KES", "employer:sama:KES")
ALL_GROWN = Public.of(
    (*CELLS, *(cell for task in TASKS for cell in (f"pair:KE:{task}:KES", f"task:{task}:USD"))),
    Release("2026-Q3", tuple(Published(cell, GROWN_FROM, pay_at(GRID["pay"] // 2, "KES"), 20) for cell in CELLS)),
)
CONFIDENCE = NormalDist().inv_cdf(0.99)  # one-sided
AGAIN = 150  # draws of one period by the publisher who publishes again
PERIODS = 4  # at most, of one stream: a year

Question = Literal["in or out", "above or below"]
World = tuple[Filing, ...]
Table = tuple[Figure, ...]
Outcome = tuple[object, ...]
QUESTIONS: tuple[Question, ...] = ("in or out", "above or below")


@dataclass(frozen=True)
class Publisher:
    """Somebody who publishes: what comes out of a world's reports, and how likely that would have been (its logarithm).

    Both are given what the last release said of the cells.
    """

    publish: Callable[[World, Stood, random.Random], Outcome]
    likely: Callable[[Outcome, World, Stood], float]


@dataclass(frozen=True)
class Advantage:
    """What an attacker gained over guessing, between one-sided bounds of 99 %, and what the budget allows."""

    streams: int
    gained: float
    lower: float
    upper: float
    allowed: float
    evidence: float  # the most that one stream told, over what its budget allows

    @property
    def within(self) -> bool:
        """Says whether the promise held: in the mean with confidence, and in every single stream."""
        return self.upper <= self.allowed and self.evidence <= 1

    @property
    def broken(self) -> bool:
        """Says whether the promise is refuted: by the mean with confidence, or by one stream that tells too much."""
        return self.lower > self.allowed or self.evidence > 1


@dataclass(frozen=True)
class Stream:
    """The periods of a union, in two worlds, and what the budget lets them differ by."""

    worlds: tuple[tuple[World, ...], tuple[World, ...]]
    budget: float


def attack(
    publisher: Publisher, question: Question, seed: int, streams: int, periods: int = PERIODS, table: Table = BUDGET
) -> Advantage:
    """Lets the attacker guess in many streams of one to so many periods, whose figures are those of a table."""
    chance = random.Random(f"{seed} {question} {periods}")
    right, allowed, evidence = 0, 0.0, 0.0
    for _ in range(streams):
        found, true = stream(question, periods, chance, budget(question, table)), chance.randrange(2)
        told = read(publisher, found, true, chance)
        right += (told > 0) == bool(true) if told else chance.randrange(2)
        allowed += math.tanh(found.budget / 2) / streams
        evidence = max(evidence, abs(told) / found.budget)
    lower, upper = wilson(right, streams)
    return Advantage(streams, 2 * right / streams - 1, 2 * lower - 1, 2 * upper - 1, allowed, evidence)


def read(publisher: Publisher, found: Stream, true: int, chance: random.Random) -> float:
    """Reads one stream of releases; gives the logarithm of how much more it speaks for world 1 than for world 0."""
    told, last = 0.0, Stood()
    for worlds in zip(*found.worlds, strict=True):
        outcome = publisher.publish(worlds[true], last, chance)
        against, pro = (publisher.likely(outcome, world, last) for world in worlds)
        told += pro - against if pro != against else 0.0
        last = {cell.cell: cell for cell in outcome if isinstance(cell, Published)}
    return told


def stream(question: Question, most: int, chance: random.Random, budget: float) -> Stream:
    """Draws a union of three cells around the thresholds over some periods, and a target in some of those.

    `budget` is what the worlds may differ by in one period.
    """
    periods = chance.randint(1, most)
    spread = chance.choice((2, 6, 14))
    union = [person(spread, chance) for _ in range(chance.randint(45, 110))]
    takes_part = [True] + [chance.random() < 0.7 for _ in range(periods - 1)]
    others = [tuple(filed for filed in union if chance.random() < 0.85) for _ in range(periods)]
    middle = GRID["pay"] // 2
    low, high = (filing(0, "sama", point, 4, told=(0, 1, 2)) for point in (middle - 20, middle + 20))
    target: tuple[World, World] = ((), (high,)) if question == "in or out" else ((low,), (high,))
    worlds = [
        tuple((*world, *said) if part else world for world, part in zip(others, takes_part, strict=True))
        for said in target
    ]
    return Stream((worlds[0], worlds[1]), sum(takes_part) * budget)


def person(spread: int, chance: random.Random) -> Filing:
    """Draws one member's report; pay lies around the middle of the grid."""
    pay = min(GRID["pay"] - 1, max(0, round(chance.gauss(GRID["pay"] // 2, spread))))
    employer, task = chance.choice(("sama", "cci")), chance.choice(TASKS)
    return filing(0, employer, pay, chance.randint(0, 8), task, tuple(chance.randrange(BANDS) for _ in ASKED))


def budget(question: Question, table: Table) -> float:
    """Gives the budget of the figures in which the worlds differ in one period; being there at all costs half."""
    if question == "in or out":
        return float(sum(figure.share for figure in table)) / 2
    return float(sum(figure.share for figure in table if figure.measure == "pay"))


def wilson(right: int, tries: int) -> tuple[float, float]:
    """Gives Wilson's bounds of a rate (E. B. Wilson, 1927)."""
    rate, z = right / tries, CONFIDENCE
    middle = (rate + z * z / (2 * tries)) / (1 + z * z / tries)
    half = z * math.sqrt(rate * (1 - rate) / tries + z * z / (4 * tries * tries)) / (1 + z * z / tries)
    return middle - half, middle + half


# The program, and publishers who must be caught


def draw(world: World, last: Stood, chance: random.Random) -> Outcome:
    """Draws a release with the program's own code; chance is seeded here."""
    fragments = [fragment for filed in world for fragment in filed]
    return release("2026-Q4", CELLS, fragments, chance.randrange, Release("2026-Q3", tuple(last.values()))).cells


def likelihood(outcome: Outcome, world: World, last: Stood) -> float:
    """Gives the logarithm of how likely a release was, from its exact law."""
    return likely_again((outcome,), world, last)


def likely_again(outcomes: Outcome, world: World, last: Stood) -> float:
    """Adds up what all draws of a period tell."""
    counts = count(fragment for filed in world for fragment in filed)
    cells = [cell_of(counts, name, last.get(name)) for name in CELLS]
    laws = [(cell, honest(cell)) for cell in cells]
    releases = [Release("", outcome) for outcome in outcomes if isinstance(outcome, tuple)]
    return sum(likely_cell(found.cell(cell.name), cell, law) for found in releases for cell, law in laws)


def likely_cell(said: Published | None, cell: Cell, law: Law) -> float:
    """Gives the logarithm of how likely it was that this was said of a cell."""
    all_sizes = math.log(certain(cell.kept("size")))
    if said is None:
        return math.log(law.sizes["nothing"][0]) - all_sizes
    pay, *unpaid = law.figures["median"]
    told = math.log(law.sizes["median"][(said.size - first_size(cell)) // 10]) - all_sizes
    told += share_of(pay, pay_point(Fraction(said.pay), said.currency))
    return told + (share_of(unpaid[0], (said.unpaid or 0) // share_at(1)) if unpaid else 0)


def draw_all(world: World, last: Stood, chance: random.Random) -> Outcome:
    """Draws everything that the program would of a union that is grown: noisy sizes, medians, answers in each band.

    Whoever reads this reads more than is published, where sizes are floored, bands become percents, and pairs and tasks
    appear from a threshold on.
    """
    counted = pool(counted_once(list(world)), ALL_GROWN)
    sizes = noisy_sizes(ALL_GROWN, counted, chance.randrange)
    return tuple(everything(cell, counted, sizes[cell], chance) for cell in sorted(sizes))


def everything(name: str, counted: Counts, size: int, chance: random.Random) -> tuple[int, ...]:
    """Draws everything of one cell, with the program's own draws: its size, and points in the order of its law."""
    cell = cell_of(counted, name, ALL_GROWN.last.get(name))
    said = figures(name, ALL_GROWN, cell.counts, size, chance.randrange)
    points = [pay_point(Fraction(said.pay), said.currency)]
    points += [] if said.unpaid is None else [said.unpaid // share_at(1)]
    for question in (question for question in ASKED if cell.has(question)):
        noisy = bands(cell.counts.get(question, NONE), cell.kept(question), chance.randrange)
        points += [min(LOOKED_AT, max(0, band + 1)) for band in noisy]  # as `laws.each` has them: below 0 is one
    return (size, *points)


def likely_all(outcome: Outcome, world: World, last: Stood) -> float:
    """Gives the logarithm of how likely everything drawn was, but for what all worlds have in common."""
    counts = pool(counted_once(list(world)), ALL_GROWN)
    names = sorted((*ALL_GROWN.tried, *ALL_GROWN.pooled))
    cells = [cell_of(counts, name, ALL_GROWN.last.get(name)) for name in names]
    return sum(likely_drawn(said, cell) for said, cell in zip(outcome, cells, strict=True) if isinstance(said, tuple))


def likely_drawn(said: tuple[int, ...], cell: Cell) -> float:
    """Gives the logarithm of how likely what was drawn of one cell was; a task's size follows from its pairs'."""
    size, *points = said
    law = zip(honest(cell).figures["median"], points, strict=True)
    told = sum(share_of(weighted, point) for weighted, point in law)
    return told if cell.kind == "task" else told + math.log(cell.kept("size")) * abs(size - cell.pay.total())


def share_of(weighted: Weights, point: int) -> float:
    """Gives the logarithm of a point's probability."""
    return math.log(weighted[point]) - math.log(sum(weighted))


def pays(world: World) -> list[int]:
    """Gives what everybody in a world earns, to the cent: no two the same."""
    return [pay_at(filed[0].value, "KES") + cents for cents, filed in enumerate(world)]


def means(world: World, last: Stood, chance: random.Random) -> Outcome:
    """Publishes the exact mean and the exact count."""
    return len(world), Fraction(sum(pays(world)), max(1, len(world)))


def medians(world: World, last: Stood, chance: random.Random) -> Outcome:
    """Publishes the exact median."""
    return (median(pays(world)),)


def again(world: World, last: Stood, chance: random.Random) -> Outcome:
    """Draws the same period again and again and publishes every draw."""
    return tuple(draw(world, last, chance) for _ in range(AGAIN))


def exactly(publish: Callable[[World, Stood, random.Random], Outcome]) -> Publisher:
    """Makes a publisher without noise: what a world would not have brought rules it out."""
    unused = random.Random(0)
    return Publisher(publish, lambda out, world, last: 0.0 if publish(world, last, unused) == out else -1e9)


PROGRAM = Publisher(draw, likelihood)
PROGRAM_GROWN = Publisher(draw_all, likely_all)
CONTROLS: dict[str, Publisher] = {
    "exact means and counts": exactly(means),
    "exact medians": exactly(medians),
    "the same period drawn again and again": Publisher(again, likely_again),
}

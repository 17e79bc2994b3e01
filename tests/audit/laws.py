"""The exact law of what a release says of one cell, and the most that one person's filing can change it.

A law lists every way a cell can turn out, in parts that cannot both happen: nothing is said, a median is said, or also
quartiles are. Of pairs and tasks more is looked at than is ever said: every noisy size, and a median whether or not
the thresholds are reached; so too of the shares of answers, as the noisy number in each band. What is published follows
from that alone. Within a part sizes and figures are independent, so the worst ratio of a part is the product of the
worst ratios of its factors. All is exact: integer weights from the program's own functions, probabilities as fractions.
The noise is written down here once more, in closed form, so that the sampler and this page check each other.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from bot.pay import budget
from bot.pay.budget import GROWN_FROM, GROWN_QUARTILES_FROM, QUARTILES_FROM
from bot.pay.draws import SIDES, quartile_weights
from bot.pay.release import Published, kind, pay_weights, unpaid_weights
from bot.pay.rules import BANDS, GRID, Fragment, Measure

Part = Literal["nothing", "median", "quartiles"]
Weights = tuple[int, ...]
NEVER = Fraction(10**200)  # stands for a ratio without any bound: one world can bring what the other cannot
NONE: Counter[int] = Counter()
QUARTERED_FROM = {False: QUARTILES_FROM, True: GROWN_QUARTILES_FROM}
BEYOND = 120  # sizes looked at beyond the first with quartiles
MOST = QUARTILES_FROM + BEYOND  # reports in any cell looked at
LOOKED_AT = 160  # of a pair, or of answers in a band: beyond it all counts are one


@dataclass(frozen=True)
class Law:
    """How one cell can turn out.

    `sizes` says of every size that is shown in a part how likely it is, `figures` the integer weights of what is drawn
    beside it, `quartiles` the weights of both quartiles for every median (the first of the figures there).
    """

    sizes: dict[Part, Weights]
    figures: dict[Part, tuple[Weights, ...]] = field(default_factory=dict)
    quartiles: tuple[tuple[Weights, Weights], ...] = ()


@dataclass(frozen=True)
class Cell:
    """Everything that a cell's law depends on: its name, what was filed, what the last release said of it.

    `whole` asks for quartiles too; they take a hundred times as long, so most neighbours are compared without.
    """

    name: str
    counts: Mapping[Measure, Counter[int]] = field(default_factory=dict)
    last: Published | None = None
    whole: bool = False
    undivided: bool = False  # as if it were not grown

    @property
    def kind(self) -> str:
        """Gives the kind of cell."""
        return kind(self.name)

    @property
    def grown(self) -> bool:
        """Says whether the cell's share of the budget is divided into more figures."""
        stood = self.last is not None and self.last.size >= GROWN_FROM
        return not self.undivided and (stood or self.kind in ("pair", "task"))

    @property
    def pay(self) -> Counter[int]:
        """Gives the pay that was filed."""
        return self.counts.get("pay", NONE)

    def has(self, measure: str) -> bool:
        """Says whether the budget has such a figure of this cell."""
        return measure in budget.figures(self.kind, grown=self.grown)

    def kept(self, measure: str) -> Fraction:
        """Gives what the budget says of a figure of this cell."""
        return budget.kept(self.kind, measure, grown=self.grown)


Mechanism = Callable[[Cell], Law]
Counts = Mapping[str, Mapping[Measure, Counter[int]]]


def count(fragments: Iterable[Fragment]) -> Counts:
    """Counts fragments by cell and measure."""
    counted: defaultdict[str, defaultdict[Measure, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for fragment in fragments:
        counted[fragment.cell][fragment.measure][fragment.value] += 1
    return counted


def cell_of(counts: Counts, name: str, last: Published | None, whole: bool = False) -> Cell:
    """Gives a cell with its counts."""
    return Cell(name, counts.get(name, {}), last, whole)


def honest(cell: Cell) -> Law:
    """Gives the law of the program's own mechanism."""
    return law_of(cell, size_law(cell))


def law_of(cell: Cell, sizes: dict[Part, Weights]) -> Law:
    """Puts the program's own weights of figures beside the sizes."""
    further = (*unpaid(cell), *answers(cell))
    figures: dict[Part, tuple[Weights, ...]] = {
        "median": (tuple(pay_weights(cell.pay, cell.kept("pay"), cell.last)), *further)
    }
    if "quartiles" not in sizes:
        return Law(sizes, figures)
    kept, of_quartiles = budget.kept_beside_quartiles(grown=cell.grown)
    figures["quartiles"] = (tuple(pay_weights(cell.pay, kept, cell.last)), *further)
    return Law(sizes, figures, tuple(quartiles(cell.pay, median, of_quartiles) for median in range(GRID["pay"])))


def unpaid(cell: Cell) -> tuple[Weights, ...]:
    """Gives the weights of the unpaid share, where a cell has one."""
    if not cell.has("unpaid"):
        return ()
    return (tuple(unpaid_weights(cell.counts.get("unpaid", NONE), cell.kept("unpaid"), cell.last)),)


def answers(cell: Cell) -> tuple[Weights, ...]:
    """Gives how likely each noisy number of answers is, for every band of every question."""
    return tuple(
        each(cell.kept(question), cell.counts.get(question, NONE)[band])
        for question in budget.QUESTIONS
        if cell.has(question)
        for band in range(BANDS)
    )


@lru_cache(10_000)
def each(kept: Fraction, count: int) -> Weights:
    """Gives how likely every noisy count is, over `certain`; those below 0 are one, and those from LOOKED_AT on."""
    most = max(LOOKED_AT, count)
    edges = (0, *(under(kept, count, edge, most) for edge in range(LOOKED_AT)), certain(kept, most))
    return tuple(after - before for before, after in pairwise(edges))


def quartiles(values: Counter[int], median: int, kept: Fraction) -> tuple[Weights, Weights]:
    """Gives the weights of both quartiles beside a median."""
    low, high = (tuple(quartile_weights(values, median, side, kept)) for side in SIDES)
    return low, high


def size_law(cell: Cell) -> dict[Part, Weights]:
    """Gives how likely every floored size is, by part, over `certain`; sizes beyond any count looked at are one.

    Of a pair every noisy size is looked at; a task has none of its own.
    """
    if cell.kind == "task":
        return {"median": (1,)}
    count, kept = cell.pay.total(), cell.kept("size")
    if cell.kind == "pair":
        return {"median": each(kept, count)}
    first, quartered = first_size(cell), QUARTERED_FROM[cell.grown] if cell.kind == "country" else MOST
    most = quartered + BEYOND if cell.whole else MOST
    ends = min(quartered, most)
    found: dict[Part, Weights] = {
        "nothing": (under(kept, count, first, most),),
        "median": tens(kept, count, (first, ends), most),
    }
    beyond = (*tens(kept, count, (ends, most), most), certain(kept, most) - under(kept, count, most, most))
    if cell.kind == "employer":
        found["median"] += beyond
    elif cell.whole:
        found["quartiles"] = beyond
    return found


def first_size(cell: Cell) -> int:
    """Gives the noisy size from which a country or employer is published."""
    return budget.threshold(stood=cell.last is not None, grown=cell.grown)


@lru_cache(10_000)
def tens(kept: Fraction, count: int, between: tuple[int, int], most: int) -> Weights:
    """Gives how likely each floored size from the first to before the last of two is, over `certain`."""
    edges = [under(kept, count, edge, most) for edge in range(between[0], between[1] + 1, 10)]
    return tuple(after - before for before, after in pairwise(edges))


@lru_cache(100_000)
def under(kept: Fraction, count: int, edge: int, most: int = MOST) -> int:
    """Gives, over `certain`, how likely a count with two-sided geometric noise stays under an edge: in closed form."""
    if edge > count:
        return certain(kept, most) - _tail(kept, edge - count, most)
    return _tail(kept, count - edge + 1, most)


@lru_cache
def certain(kept: Fraction, most: int = MOST) -> int:
    """Gives what stands for certainty: one denominator for every probability of a size, so that all are integers.

    Counts and sizes are up to `most`.
    """
    all_in_all: int = (kept.numerator + kept.denominator) * kept.denominator ** (most + 1)
    return all_in_all


def _tail(kept: Fraction, least: int, most: int) -> int:
    """Gives kept ** least / (1 + kept), how likely noise is `least` or more, over `certain`."""
    likely: int = kept.numerator**least * kept.denominator ** (most + 2 - least)
    return likely


def worst(one: Law, other: Law) -> Fraction:
    """Gives the most by which anything said of a cell is likelier under one law than under the other."""
    return max(_worst_part(part, one, other) for part in one.sizes)


def _worst_part(part: Part, one: Law, other: Law) -> Fraction:
    ratio = highest(one.sizes[part], other.sizes[part])
    pairs = list(zip(one.figures.get(part, ()), other.figures.get(part, ()), strict=True))
    if part == "quartiles":
        (median, with_median), *pairs = pairs
        ratio *= _worst_quartiles(one, other, median, with_median)
    return ratio * math.prod((drawn(*pair) for pair in pairs), start=Fraction(1))


def _worst_quartiles(one: Law, other: Law, median: Weights, with_median: Weights) -> Fraction:
    """Gives the worst ratio over every median and both quartiles beside it."""
    beside = [
        drawn(low, others_low) * drawn(high, others_high)
        for (low, high), (others_low, others_high) in zip(one.quartiles, other.quartiles, strict=True)
    ]
    ratios = (Fraction(a, b) * further for a, b, further in zip(median, with_median, beside, strict=True))
    return max(ratios) * Fraction(sum(with_median), sum(median))


def drawn(weighted: Weights, others: Weights) -> Fraction:
    """Gives the worst ratio of two draws by integer weights."""
    return highest(weighted, others) * Fraction(sum(others), sum(weighted))


def highest(some: Weights, others: Weights) -> Fraction:
    """Gives the highest ratio of two rows place by place; NEVER where only the first can be."""
    best, over = 0, 1
    for a, b in zip(some, others, strict=True):
        if not b and a:
            return NEVER
        if a * over > best * b:
            best, over = a, b
    return Fraction(best, over)

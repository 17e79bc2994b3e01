"""The exact law of what a release says of one cell, and the most that one person's filing can change it.

A law lists every way a cell can turn out, in parts that cannot both happen: nothing is said, a median is said, or also
quartiles are. Within a part sizes and figures are independent, so the worst ratio of a part is the product of the worst
ratios of its factors. All is exact: integer weights from the program's own functions, probabilities as fractions. The
noise is written down here once more, in closed form, so that the sampler and this page check each other.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from bot.pay.release import (
    BUDGET,
    KEPT_BESIDE_QUARTILES,
    QUARTILES_FROM,
    Published,
    pay_weights,
    quartile_weights,
    threshold,
    unpaid_weights,
)
from bot.pay.rules import GRID, Fragment, Measure

Part = Literal["nothing", "median", "quartiles"]
Weights = tuple[int, ...]
NEVER = Fraction(10**200)  # stands for a ratio without any bound: one world can bring what the other cannot
NONE: Counter[int] = Counter()
MOST = QUARTILES_FROM + 120  # reports in any cell looked at


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
    pay: Counter[int] = field(default_factory=Counter)
    unpaid: Counter[int] = field(default_factory=Counter)
    last: Published | None = None
    whole: bool = False

    @property
    def kind(self) -> str:
        """Gives the kind of cell."""
        return self.name.partition(":")[0]

    def kept(self, measure: str) -> Fraction:
        """Gives what the budget says of a figure of this cell."""
        return next(figure.kept for figure in BUDGET if (figure.kind, figure.measure) == (self.kind, measure))


Mechanism = Callable[[Cell], Law]
Counts = dict[str, dict[Measure, Counter[int]]]


def count(fragments: Iterable[Fragment]) -> Counts:
    """Counts fragments by cell and measure."""
    counted: Counts = defaultdict(lambda: defaultdict(Counter))
    for fragment in fragments:
        counted[fragment.cell][fragment.measure][fragment.value] += 1
    return counted


def cell_of(counts: Counts, name: str, last: Published | None, whole: bool = False) -> Cell:
    """Gives a cell with its counts."""
    found = counts.get(name, {})
    return Cell(name, found.get("pay", NONE), found.get("unpaid", NONE), last, whole)


def honest(cell: Cell) -> Law:
    """Gives the law of the program's own mechanism."""
    return law_of(cell, size_law(cell))


def law_of(cell: Cell, sizes: dict[Part, Weights]) -> Law:
    """Puts the program's own weights of figures beside the sizes."""
    further = (tuple(unpaid_weights(cell.unpaid, cell.kept("unpaid"), cell.last)),) if cell.kind == "country" else ()
    figures: dict[Part, tuple[Weights, ...]] = {
        "median": (tuple(pay_weights(cell.pay, cell.kept("pay"), cell.last)), *further)
    }
    if "quartiles" not in sizes:
        return Law(sizes, figures)
    figures["quartiles"] = (tuple(pay_weights(cell.pay, KEPT_BESIDE_QUARTILES, cell.last)), *further)
    return Law(sizes, figures, tuple(quartiles(cell.pay, median) for median in range(GRID["pay"])))


def quartiles(values: Counter[int], median: int) -> tuple[Weights, Weights]:
    """Gives the weights of both quartiles beside a median."""
    return tuple(quartile_weights(values, median, "low")), tuple(quartile_weights(values, median, "high"))


def size_law(cell: Cell) -> dict[Part, Weights]:
    """Gives how likely every floored size is, by part, over `certain`; sizes beyond any count looked at are one."""
    count, kept, first = cell.pay.total(), cell.kept("size"), threshold(cell.last)
    beyond = (*tens(kept, count, QUARTILES_FROM, MOST), certain(kept) - under(kept, count, MOST))
    found: dict[Part, Weights] = {
        "nothing": (under(kept, count, first),),
        "median": tens(kept, count, first, QUARTILES_FROM),
    }
    if cell.kind != "country":
        found["median"] += beyond
    elif cell.whole:
        found["quartiles"] = beyond
    return found


@lru_cache(10_000)
def tens(kept: Fraction, count: int, first: int, last: int) -> Weights:
    """Gives how likely each floored size from `first` to before `last` is, over `certain`."""
    edges = [under(kept, count, edge) for edge in range(first, last + 1, 10)]
    return tuple(after - before for before, after in pairwise(edges))


@lru_cache(100_000)
def under(kept: Fraction, count: int, edge: int) -> int:
    """Gives, over `certain`, how likely a count with two-sided geometric noise stays under an edge: in closed form."""
    if edge > count:
        return certain(kept) - _tail(kept, edge - count)
    return _tail(kept, count - edge + 1)


@lru_cache
def certain(kept: Fraction) -> int:
    """Gives what stands for certainty: one denominator for every probability of a size, so that all are integers."""
    all_in_all: int = (kept.numerator + kept.denominator) * kept.denominator ** (MOST + 1)
    return all_in_all


def _tail(kept: Fraction, least: int) -> int:
    """Gives kept ** least / (1 + kept), how likely noise is `least` or more, over `certain`."""
    likely: int = kept.numerator**least * kept.denominator ** (MOST + 2 - least)
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

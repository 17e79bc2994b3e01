"""Publishes a period's figures with differential privacy; the one module that spends the budget.

The promise. Two data sets are neighbours when everything one person filed in the period is added, taken away, or
replaced by anything else, in whichever cells. Whatever is published is at most e^2 times likelier under one than under
the other (e^1 against someone who only wonders whether she filed). BUDGET lists every figure; what is not in it is not
published, and a test adds it up.

How. `kept` is by how much one person more or less can lower a probability: an exact fraction, so that every weight is
an integer and no float can leak (privacy.md 5.2). Replacing a person is one less and one more: kept ** 2, or a share of
2 ln(1 / kept) of the budget.
- Size: the exact count plus two-sided geometric noise, untruncated: P(z) is proportional to kept ** |z|.
- Median: the exponential mechanism over the fixed grid: P(g) is proportional to kept ** max(below, above), where below
  and above count the values on either side of g. One person more raises that by 0 or 1 at every g and lowers it at
  none, so that no factor of two is lost.

Empty cells. All cells of the catalogue are tried, with noise, whether or not anybody reported: the list of what is
published is covered by the same promise, without any delta. An empty cell is published when its noise alone reaches
PUBLISHED_FROM, with probability kept ** 50 / (1 + kept): 6.0e-5 for a country's cell, 7.9e-6 for an employer's, any at
all in one of 280 releases over the whole catalogue (a test keeps it under 1 in 200). At a threshold of 10 it would be
one cell in ten; and below 50 the errors would mislead anyway.

Errors in %, median / 90th percentile: of the median pay (lognormal, sigma .6) relative to the truth, of the unpaid
share in percentage points; and how many in 100 cells of that size are published. Printed by
`python -m tests.bench.pay_release`.

| reports | sampling alone | country pay | employer pay | country unpaid | published country, employer |
|---|---|---|---|---|---|
| 10 | 15/37 | 86/599 | 82/566 | 19/69 | 0, 0 |
| 20 | 11/27 | 66/475 | 54/373 | 11/61 | 0, 0 |
| 50 | 7/17 | 18/87 | 14/52 | 3/15 | 54, 55 |
| 70 | 6/15 | 10/39 | 10/27 | 2/8 | 99, 99 |
| 100 | 5/12 | 9/22 | 9/21 | 2/6 | 100, 100 |
| 300 | 3/7 | 4/9 | 4/9 | 1/2 | 100, 100 |

The shares were chosen so: equal ones do best when cells are alike, and employers' cells, being smaller, get the better
ones. Dividing them further (by task, by quartile) would spoil them all.
"""

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_UP, Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any, Literal

from bot.pay.rules import GRID, Fragment, Measure, pay_at, share_at

EPSILON = 2  # per person and period, over everything
PUBLISHED_FROM = 50  # noisy reports in a cell; below it nothing at all is said of the cell
ROUGH_UNDER = 100  # below it a figure is to be called rough: see the table above
VERSION = 1

Kind = Literal["country", "employer"]
Randbelow = Callable[[int], int]
Counts = Mapping[Measure, Counter[int]]


@dataclass(frozen=True)
class Figure:
    """A figure that is published for every cell of a kind, and what it may cost."""

    kind: Kind
    measure: Literal["size", "pay", "unpaid"]
    kept: Fraction

    @property
    def share(self) -> Decimal:
        """Gives its share of EPSILON, rounded up: what replacing everything one person filed can change."""
        ln = (Decimal(self.kept.denominator) / Decimal(self.kept.numerator)).ln()
        return (2 * ln).quantize(Decimal("0.0001"), ROUND_UP)


BUDGET = (
    Figure("country", "size", Fraction(5, 6)),  # 0.3647, with the threshold
    Figure("country", "pay", Fraction(5, 6)),  # 0.3647
    Figure("country", "unpaid", Fraction(5, 6)),  # 0.3647
    Figure("employer", "size", Fraction(4, 5)),  # 0.4463, with the threshold
    Figure("employer", "pay", Fraction(4, 5)),  # 0.4463
)


@dataclass(frozen=True)
class Published:
    """What is said of one cell.

    `size` is noisy and floored to 10; `pay` the median real hourly pay, gross, in minor units of the cell's currency;
    `unpaid` the median unpaid share of the hours in percent, None where it is not published.
    """

    cell: str
    size: int
    pay: int
    unpaid: int | None = None

    @property
    def currency(self) -> str:
        """Gives the ISO 4217 code of the cell."""
        return self.cell.rpartition(":")[2]

    @property
    def rough(self) -> bool:
        """Says whether the figures must be shown as rough."""
        return self.size < ROUGH_UNDER


@dataclass(frozen=True)
class Release:
    """A period's release: what is published, sorted by cell. It is drawn once and never again."""

    period: str
    cells: tuple[Published, ...] = ()

    def cell(self, name: str) -> Published | None:
        """Gives what is published of a cell, or None."""
        return next((published for published in self.cells if published.cell == name), None)


def release(period: str, cells: Iterable[str], fragments: Iterable[Fragment], randbelow: Randbelow) -> Release:
    """Draws a period's release. Call it once: a second draw would spend the budget again.

    `cells` are all that could be published (`rules.cells` over the catalogue), never chosen from the reports; fragments
    of other cells are left out. `randbelow(n)` gives each of 0 to n - 1 as likely as any other (secrets.randbelow).
    """
    counted = _count(fragments)
    drawn = (_draw(cell, counted[cell], randbelow) for cell in sorted(set(cells)))
    return Release(period, tuple(published for published in drawn if published))


def to_json(published: Release) -> str:
    """Writes a release as canonical JSON: the same release gives the same bytes."""
    document = {"version": VERSION, "period": published.period, "cells": [asdict(cell) for cell in published.cells]}
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def from_json(document: str | bytes) -> Release:
    """Reads a release. Raises ValueError for what `to_json` never wrote."""
    read = json.loads(document)
    try:
        found = Release(read["period"], tuple(Published(**cell) for cell in read["cells"]))
    except (KeyError, TypeError) as error:
        raise ValueError("not a release") from error
    if json.loads(to_json(found)) != read:
        raise ValueError("not a release")
    return found


def noise(kept: Fraction, randbelow: Randbelow) -> int:
    """Draws two-sided geometric noise, exactly: the difference of two geometric draws."""
    return _geometric(kept, randbelow) - _geometric(kept, randbelow)


def weights(values: Counter[int], points: int, kept: Fraction) -> list[int]:
    """Gives the integer weights of the median over a grid: proportional to kept ** max(below, above) at every point."""
    at = [values[point] for point in range(points)]
    up_to = list(accumulate(at))
    worse = [max(upto - here, up_to[-1] - upto) for here, upto in zip(at, up_to, strict=True)]
    best, worst = min(worse), max(worse)
    return [kept.numerator ** (bad - best) * kept.denominator ** (worst - bad) for bad in worse]


def draw(weighted: Sequence[int], randbelow: Randbelow) -> int:
    """Draws a position with probability proportional to its integer weight, exactly."""
    sums = list(accumulate(weighted))
    return bisect_right(sums, randbelow(sums[-1]))


def _draw(cell: str, counts: Counts, randbelow: Randbelow) -> Published | None:
    figures: dict[str, Any] = {f.measure: f.kept for f in BUDGET if f.kind == cell.partition(":")[0]}
    size = counts["pay"].total() + noise(figures["size"], randbelow)
    if size < PUBLISHED_FROM:
        return None
    points = {m: draw(weights(counts[m], GRID[m], figures[m]), randbelow) for m in GRID if m in figures}
    unpaid = share_at(points["unpaid"]) if "unpaid" in points else None
    return Published(cell, size // 10 * 10, pay_at(points["pay"], cell.rpartition(":")[2]), unpaid)


def _count(fragments: Iterable[Fragment]) -> Mapping[str, Counts]:
    counted: defaultdict[str, defaultdict[Measure, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for fragment in fragments:
        counted[fragment.cell][fragment.measure][fragment.value] += 1
    return counted


def _geometric(kept: Fraction, randbelow: Randbelow) -> int:
    """Counts how often in a row a chance of `kept` comes true."""
    times = 0
    while randbelow(kept.denominator) >= kept.denominator - kept.numerator:
        times += 1
    return times

"""Publishes a period's figures with differential privacy; the one module that spends the budget.

The promise. Two data sets are neighbours when everything one person filed in the period is added, taken away, or
replaced by anything else, in whichever cells. Whatever is published is at most e^2 times likelier under one than under
the other (e^1 against someone who only wonders whether she filed). BUDGET lists every figure; what is not in it is not
published, and a test adds it up. Four periods a year make at most 8. A filing is one report: one that held more would
have to count in one country's cell and one employer's all the same.

How. `kept` is by how much one person more or less can lower a probability: an exact fraction, so that every weight is
an integer and no float can leak (privacy.md 5.2). Replacing a person is one less and one more: kept ** 2, or a share of
2 ln(1 / kept) of the budget.
- Size: the exact count plus two-sided geometric noise, untruncated: P(z) is proportional to kept ** |z|. The same noisy
  size is held against every threshold, and is what is shown, floored to 10.
- Median: the exponential mechanism over the fixed grid: P(g) is proportional to kept ** max(below, above), where below
  and above count the values on either side of g. One person more raises that by 0 or 1 at every g and lowers it at
  none, so that no factor of two is lost.
- Quartiles, of a country from QUARTILES_FROM on: the median's share is divided (QUARTERED). The lower one is drawn
  with max(3 below, above), the upper one with max(below, 3 above), each on its side of the median just drawn.
- A cell published in the release before leans on it: before any report is counted, a point is half as likely for every
  14 points (a factor of 2) from the last median. That depends on public figures only and costs nothing; at 40 reports
  it takes a third off the wild errors, at 100 it no longer shows. A small cell's figure can lag behind a sudden jump;
  even where pay has halved meanwhile, leaning errs no more than not leaning.

Which cells. All cells of the catalogue are tried, with noise, whether or not anybody reported: the list of what is
published is covered by the same promise, without any delta. An empty cell enters when its noise alone reaches
ENTERS_FROM: expected over the 137 cells of the catalogue, 0.023 in a release, or one in eleven years (a test keeps it
under 1 in 40). From 30 it would be 0.6 in every release, from 20 three, each with a figure that is nothing but chance.
In a country of 150 reports at three employers of 50, a threshold of 20 or 30 would show all three at once and about as
many that do not exist; 50 shows the country at once and each employer with probability 0.5 a period, to stay with 0.9:
a cell that stood in the last release stays from STAYS_FROM. There are few of those, so noise hardly invents any, and
leaning on the last figure makes their errors at 40 about those of a newcomer at 50. Which they are is public.

Errors in %, median / 90th percentile: of the median pay (lognormal, sigma .6) relative to the truth, of the unpaid
share in percentage points, of newcomers : cells that stay, whose last figure was 20 % off; of the quartiles; and how
many in 100 cells of that size enter : stay. `python -m tests.bench.pay_release` prints the table.

| reports | sampling alone | country pay | employer pay | country unpaid | quartiles | country shown | employer shown |
|---|---|---|---|---|---|---|---|
| 10 | 15/38 | 80/566 : 40/190 | 78/534 : 40/190 | 21/71 : 11/41 |  | 0 : 1 | 0 : 0 |
| 20 | 11/29 | 45/309 : 22/93 | 40/271 : 22/87 | 14/66 : 9/31 |  | 1 : 2 | 0 : 2 |
| 30 | 9/22 | 22/97 : 15/59 | 21/95 : 15/54 | 9/56 : 6/21 |  | 2 : 12 | 2 : 10 |
| 40 | 8/19 | 15/70 : 14/42 | 15/57 : 10/40 | 6/36 : 6/16 |  | 12 : 54 | 10 : 54 |
| 50 | 7/17 | 10/40 : 10/33 | 10/36 : 10/33 | 4/21 : 4/11 |  | 54 : 90 | 54 : 91 |
| 70 | 6/15 | 9/26 : 9/22 | 9/22 : 9/21 | 4/11 : 4/11 |  | 98 : 100 | 98 : 100 |
| 100 | 5/12 | 5/18 : 5/15 | 5/15 : 5/15 | 1/6 : 1/6 |  | 100 : 100 | 100 : 100 |
| 300 | 3/7 | 4/9 : 4/9 | 4/9 : 4/9 | 1/4 : 1/4 |  | 100 : 100 | 100 : 100 |
| 500 | 2/6 | 4/9 : 4/9 | 4/5 : 4/5 | 1/1 : 1/1 | 8/38 | 100 : 100 | 100 : 100 |
| 1000 | 2/4 | 1/5 : 1/5 | 1/4 : 1/4 | 1/1 : 1/1 | 4/17 | 100 : 100 | 100 : 100 |

From 100 reports the noise hardly shows beside the sampling; below, figures are called rough. With equal shares, one
threshold and no leaning a country of 50 had 18/87 and an employer 14/52, which came and went. Quartiles at 200, where
the design allows them, would be off by 60 % at the 90th percentile: they begin at 500.

What was tried and left. Monthly releases: twelve within 8 a year leave each figure a third of its share, so that 100
reports give the errors of 33; and whether a union has 200 reporters is itself a figure. Hence quarters for everybody. A
fixed leaning towards typical pay: misleads where pay is far from typical. "Most answered the same" in place of a figure
(privacy.md 5.2): it needs a noisy count of its own, and no categories are published; what a unanimous cell tells about
one person is bounded by the shares all the same. Two-way cells: each is another value of the same person, and would
take its share from these. Division by task or language likewise. Cells are one dimension, so complements within a
release give nothing beyond the budget: it is counted over all of a person's cells.

Not in the table because nothing filed in a period goes into it: the outcome of a ballot, which is what members voted
for (bot/ballots/rules.py says what is withheld of small ones); the size of an electorate; the floored member counts and
the progress of a send, which tell of members and messages. What is shown before filing comes from the last release.

Once. A release is drawn inside the transaction that writes it and destroys its fragments (bot/box/pool.py, `close`).
Two draws of one period would spend the budget twice, so the second must not be seen: where a crash comes before the
commit, the first was never shown to anybody (on PostgreSQL its row can lie in the table's file until the next vacuum);
where it comes after, the release is read, not drawn. What is filed after the release goes into the next period
(handlers/pay.py), also when the clock was set back.
"""

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_UP, Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any, Literal

from bot.pay.rules import GRID, Fragment, Measure, Randbelow, pay_at, pay_point, share_at, share_point

EPSILON = 2  # per person and period, over everything
EPSILON_A_YEAR = 8
ENTERS_FROM = 50  # noisy reports in a cell that was not in the last release; below it nothing at all is said of it
STAYS_FROM = 40  # the same for a cell that was
ROUGH_UNDER = 100  # below it a figure is to be called rough: see the table above
QUARTILES_FROM = 500  # noisy reports of a country
HALVES: dict[Measure, int] = {
    "pay": 14,
    "unpaid": 4,
}  # points from the last figure after which a point is half as likely
QUARTILE_HALVES = 7  # the same from the median, for quartiles
VERSION = 2
READ = (1, 2)  # the first had countries and employers only, with size, pay, unpaid share and quartiles

Kind = Literal["country", "employer"]
Shown = Literal["size", "pay", "unpaid", "low", "high"]
Shares = tuple[int, int, int, int]  # percent of each band, multiples of 5
Counts = Mapping[Measure, Counter[int]]


@dataclass(frozen=True)
class Figure:
    """A figure that is published for every cell of a kind, and what it may cost."""

    kind: Kind
    measure: Shown
    kept: Fraction

    @property
    def share(self) -> Decimal:
        """Gives its share of EPSILON, rounded up: what replacing everything one person filed can change."""
        ln = (Decimal(self.kept.denominator) / Decimal(self.kept.numerator)).ln()
        return (2 * ln).quantize(Decimal("0.0001"), ROUND_UP)


BUDGET = (
    Figure("country", "size", Fraction(6, 7)),  # 0.3084, with the thresholds
    Figure("country", "pay", Fraction(7, 9)),  # 0.5027, quartiles included
    Figure("country", "unpaid", Fraction(6, 7)),  # 0.3084
    Figure("employer", "size", Fraction(11, 13)),  # 0.3342, with the thresholds
    Figure("employer", "pay", Fraction(13, 17)),  # 0.5366
)
QUARTILE = Fraction(48, 49)  # per unit of a quartile's score, which one person moves by 3 at most
QUARTERED = (  # what a country's pay is divided into from QUARTILES_FROM on; together no more than its share
    Figure("country", "pay", Fraction(15, 17)),  # 0.2504
    Figure("country", "low", QUARTILE**3),  # 0.1238
    Figure("country", "high", QUARTILE**3),  # 0.1238
)
KEPT_BESIDE_QUARTILES = QUARTERED[0].kept


@dataclass(frozen=True)
class Published:
    """What is said of one cell.

    `size` is noisy and floored to 10; `pay` the median real hourly pay, gross, in minor units of the cell's currency,
    `low` and `high` its quartiles; `unpaid` the median unpaid share of the hours in percent; `late`, `rejected` and
    `own` the shares of the answers in percent, by band (bot/pay/rules.py, Details). None is not published.
    """

    cell: str
    size: int
    pay: int
    unpaid: int | None = None
    low: int | None = None
    high: int | None = None
    late: Shares | None = None
    rejected: Shares | None = None
    own: Shares | None = None

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


def release(
    period: str,
    cells: Iterable[str],
    fragments: Iterable[Fragment],
    randbelow: Randbelow,
    last: Release | None = None,
) -> Release:
    """Draws a period's release. Call it once: a second draw would spend the budget again.

    `cells` are all that could be published (`rules.cells` over the catalogue), never chosen from the reports; fragments
    of other cells are left out. `randbelow(n)` gives each of 0 to n - 1 as likely as any other (secrets.randbelow).
    `last` is the release before, as it was published: nothing else of the past may count.
    """
    counted = _count(fragments)
    stood = {published.cell: published for published in last.cells} if last else {}
    kinds = {figure.kind for figure in BUDGET}
    tried = sorted({cell for cell in cells if cell.partition(":")[0] in kinds})
    drawn = (_draw(cell, counted[cell], stood.get(cell), randbelow) for cell in tried)
    return Release(period, tuple(published for published in drawn if published))


def to_json(published: Release) -> str:
    """Writes a release as canonical JSON: the same release gives the same bytes."""
    document = {"version": VERSION, "period": published.period, "cells": [_said(cell) for cell in published.cells]}
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def from_json(document: str | bytes) -> Release:
    """Reads a release. Raises ValueError for what `to_json` never wrote."""
    read = json.loads(document)
    try:
        found = Release(read["period"], tuple(_read(cell) for cell in read["cells"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("not a release") from error
    if set(read) != {"version", "period", "cells"} or read["version"] not in READ:
        raise ValueError("not a release")
    return found


def threshold(last: Published | None) -> int:
    """Gives the noisy size from which a cell is published; `last` is what the release before said of it."""
    return ENTERS_FROM if last is None else STAYS_FROM


def has_quartiles(kind: str, size: int) -> bool:
    """Says whether a cell of this noisy size gets quartiles, and its median less of the budget."""
    return kind == "country" and size >= QUARTILES_FROM


def noise(kept: Fraction, randbelow: Randbelow) -> int:
    """Draws two-sided geometric noise, exactly: the difference of two geometric draws."""
    return _geometric(kept, randbelow) - _geometric(kept, randbelow)


def pay_weights(counts: Counter[int], kept: Fraction, last: Published | None) -> list[int]:
    """Gives the weights of a cell's median pay over the grid."""
    at = None if last is None else pay_point(Fraction(last.pay), last.currency)
    return weights(counts, kept, leaning("pay", at))


def unpaid_weights(counts: Counter[int], kept: Fraction, last: Published | None) -> list[int]:
    """Gives the weights of a cell's median unpaid share over the grid."""
    said = None if last is None else last.unpaid
    return weights(counts, kept, leaning("unpaid", None if said is None else share_point(Fraction(said, 100))))


def quartile_weights(counts: Counter[int], median: int, side: Literal["low", "high"]) -> list[int]:
    """Gives the weights of a quartile over the grid, none beyond the median that was drawn."""
    lies = range(median + 1) if side == "low" else range(median, GRID["pay"])
    base = [near * (point in lies) for point, near in enumerate(_near(GRID["pay"], median, QUARTILE_HALVES))]
    return weights(counts, QUARTILE, base, *((3, 1) if side == "low" else (1, 3)))


def leaning(measure: Measure, last: int | None) -> list[int]:
    """Gives how likely each point is before any report is counted: all alike, or nearer the last figure more so."""
    points = GRID[measure]
    return [1] * points if last is None else _near(points, last, HALVES[measure])


def weights(values: Counter[int], kept: Fraction, base: Sequence[int], below: int = 1, above: int = 1) -> list[int]:
    """Gives a median's integer weights: proportional to base * kept ** max(below, above) at every point of the grid.

    `below` and `above` are how much each value on that side counts: 3 and 1 give the lower quartile.
    """
    at = [values[point] for point in range(len(base))]
    up_to = list(accumulate(at))
    worse = [max(below * (upto - here), above * (up_to[-1] - upto)) for here, upto in zip(at, up_to, strict=True)]
    best, worst = min(worse), max(worse)
    powers = (kept.numerator ** (bad - best) * kept.denominator ** (worst - bad) for bad in worse)
    return [likely * power for likely, power in zip(base, powers, strict=True)]


def draw(weighted: Sequence[int], randbelow: Randbelow) -> int:
    """Draws a position with probability proportional to its integer weight, exactly."""
    sums = list(accumulate(weighted))
    return bisect_right(sums, randbelow(sums[-1]))


def _draw(cell: str, counts: Counts, last: Published | None, randbelow: Randbelow) -> Published | None:
    kind, _, currency = cell.split(":")
    figures: dict[str, Fraction] = {figure.measure: figure.kept for figure in BUDGET if figure.kind == kind}
    size = counts["pay"].total() + noise(figures["size"], randbelow)
    if size < threshold(last):
        return None
    quartered = has_quartiles(kind, size)
    kept = KEPT_BESIDE_QUARTILES if quartered else figures["pay"]
    median = draw(pay_weights(counts["pay"], kept, last), randbelow)
    further: dict[str, Any] = {}
    if quartered:
        further |= _quartiles(counts["pay"], median, currency, randbelow)
    if "unpaid" in figures:
        further["unpaid"] = share_at(draw(unpaid_weights(counts["unpaid"], figures["unpaid"], last), randbelow))
    return Published(cell, size // 10 * 10, pay_at(median, currency), **further)


def _quartiles(counts: Counter[int], median: int, currency: str, randbelow: Randbelow) -> dict[str, int]:
    sides: tuple[Literal["low", "high"], ...] = ("low", "high")
    return {side: pay_at(draw(quartile_weights(counts, median, side), randbelow), currency) for side in sides}


def _near(points: int, to: int, halves: int) -> list[int]:
    distances = (abs(point - to) + halves // 2 for point in range(points))
    return [1 << points // halves + 1 - distance // halves for distance in distances]


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


def _read(said: Mapping[str, Any]) -> Published:
    """Reads what is said of one cell."""
    bands = {name: _shares(said[name]) for name in ("late", "rejected", "own") if said.get(name) is not None}
    return Published(**{**said, **bands})


def _shares(percents: Iterable[int]) -> Shares:
    none, some, more, most = percents
    return none, some, more, most


def _said(cell: Published) -> dict[str, Any]:
    return {name: value for name, value in asdict(cell).items() if value is not None}

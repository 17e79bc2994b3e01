"""Finds falls of pay in the releases: change detection on published figures alone, which costs nothing of the budget.

The rule. A cell has fallen when the mean of its two newest medians lies as many points of the 5 % grid as FALLS says or
more, under the mean of up to four medians before them; means are of points, so of the logarithm of pay. How many points
depends on the published sizes, which tell how far chance moves a figure. After a fall the cell begins anew with its
newest figure: a fall is named once, and two within three releases are one. That figures of a cell that stood lean on
the last one delays hardly anything from 100 reports on, and is in the simulation.

It says that the middle of what was reported fell, never that anybody cut pay: other people may have reported, a new
employer may have opened, or it was chance. Nothing here knows causes.

Simulated with the program's own releases; `python -m tests.bench.pay_cuts` prints the table. Pay is lognormal (sigma .6
from privacy.md 5.1), all of it falls by 20 % after six releases, and everybody who reports is new in every quarter, the
worst case. Published: the share of releases that show the cell. Flagged: within two releases, of all cells; then, were
each release to show it; with prices that rise by 2 % a quarter; with one release before the cut. Delay: the first or
second release, on average. False: alarms a cell and year without any cut, without drift and with it.

| cell | reports | sigma | published | flagged | if published | with drift | young | delay | false | with drift |
|---|---|---|---|---|---|---|---|---|---|---|
| country | 30 | 0.4 | 0.03 | 0.00 | 0.42 | 0.34 | 0.36 | 1.58 | 0.35 | 0.33 |
| country | 30 | 0.6 | 0.03 | 0.00 | 0.37 | 0.31 | 0.44 | 1.59 | 0.43 | 0.37 |
| country | 50 | 0.4 | 0.76 | 0.60 | 0.71 | 0.52 | 0.61 | 1.61 | 0.34 | 0.17 |
| country | 50 | 0.6 | 0.79 | 0.51 | 0.61 | 0.54 | 0.52 | 1.54 | 0.48 | 0.36 |
| country | 70 | 0.4 | 1.00 | 0.88 | 0.90 | 0.75 | 0.83 | 1.49 | 0.39 | 0.15 |
| country | 70 | 0.6 | 0.99 | 0.77 | 0.79 | 0.67 | 0.77 | 1.54 | 0.58 | 0.34 |
| country | 100 | 0.4 | 1.00 | 0.97 | 0.98 | 0.96 | 0.97 | 1.29 | 0.57 | 0.22 |
| country | 100 | 0.6 | 1.00 | 0.94 | 0.92 | 0.87 | 0.89 | 1.36 | 0.75 | 0.41 |
| country | 200 | 0.4 | 1.00 | 1.00 | 1.00 | 1.00 | 0.99 | 1.19 | 0.18 | 0.01 |
| country | 200 | 0.6 | 1.00 | 0.98 | 0.99 | 0.94 | 0.98 | 1.31 | 0.38 | 0.10 |
| country | 300 | 0.4 | 1.00 | 0.99 | 0.99 | 0.99 | 1.00 | 1.24 | 0.15 | 0.02 |
| country | 300 | 0.6 | 1.00 | 0.98 | 0.98 | 0.94 | 0.98 | 1.32 | 0.37 | 0.10 |
| country | 1000 | 0.4 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | 1.07 | 0.00 | 0.00 |
| country | 1000 | 0.6 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | 1.20 | 0.01 | 0.00 |
| pair | 100 | 0.4 | 0.82 | 0.58 | 0.73 | 0.59 | 0.70 | 1.58 | 0.24 | 0.16 |
| pair | 100 | 0.6 | 0.81 | 0.62 | 0.61 | 0.51 | 0.62 | 1.56 | 0.41 | 0.31 |
| pair | 200 | 0.4 | 1.00 | 1.00 | 0.99 | 0.98 | 0.98 | 1.24 | 0.55 | 0.17 |
| pair | 200 | 0.6 | 1.00 | 0.94 | 0.97 | 0.97 | 0.95 | 1.44 | 0.70 | 0.32 |
| pair | 300 | 0.4 | 1.00 | 1.00 | 1.00 | 0.98 | 1.00 | 1.24 | 0.33 | 0.07 |
| pair | 300 | 0.6 | 1.00 | 1.00 | 1.00 | 0.98 | 0.98 | 1.44 | 0.60 | 0.17 |

So a country or employer of 100 is flagged with a power over 0.9 (300 cells each: give or take 0.03), also at sigma .6;
with the drift it takes sigma .4 or 200 reports. At 50 it is 0.5 to 0.6, at 70 0.8 to 0.9; at 30 a cell is hardly ever
published, and where it is the power is 0.4. Employers have the noise of countries. Pairs are noisier and need 200
reports; tasks, noisier still by their share of the budget, count as a third of their size and were not simulated.

What was tried and left. Fewer false alarms cost power: at 100 reports and sigma .6, 1.5 points give 0.90 and 0.55 a
year, 1.67 points 0.88 and 0.46. The newest figure alone against those before, in place of two or beside them: no
better within two releases. Six figures before: steadier, but behind prices that rise (0.8 with the drift). That the
newest figure must lie low by itself too: 0.03 less power.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.pay.release import Published, Release, kind
from bot.pay.rules import pay_at, pay_point

NEWEST = 2  # figures whose mean is held against those before
EARLIER = 4  # figures before them at most: an older one would lag behind prices
FALLS = (  # mean size from which, and points of 5 %
    (600, Fraction(2)),
    (190, Fraction(3, 2)),
    (90, Fraction(1)),
    (60, Fraction(2)),
    (40, Fraction(3)),
    (0, Fraction(6)),
)
NOISE = {"pair": 2, "task": 3}  # these are as noisy as countries and employers of a half and a third of their size
ERRORS = ((1000, 5), (500, 9), (100, 18), (70, 26), (50, 33), (0, 45))  # 90th percentiles: tables of bot/pay/budget.py
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Cut:
    """A fall of a cell's middle pay, found with the release of `period`.

    `before` and `after` are hourly pay on the grid in minor units of the cell's currency: the middle of the earlier
    figures, and the newest one; when that one is back up already, the middle of the two newest.
    """

    cell: str
    period: str
    before: int
    after: int

    @property
    def currency(self) -> str:
        """Gives the ISO 4217 code of the cell."""
        return self.cell.rpartition(":")[2]


def cuts(releases: Sequence[Release]) -> tuple[Cut, ...]:
    """Finds every fall in a history of releases, the oldest first; sorted by period and cell.

    A longer history changes nothing of what was found in a shorter one, so that a fall once told stays told.
    """
    cells = sorted({published.cell for release in releases for published in release.cells})
    return tuple(sorted((cut for cell in cells for cut in cuts_of(cell, releases)), key=_order))


def cuts_of(cell: str, releases: Sequence[Release]) -> Iterator[Cut]:
    """Finds every fall of one cell. A release without the cell is a gap; figures older than the window never count."""
    begins = 0
    for at, release in enumerate(releases):
        window = releases[max(begins, at + 1 - EARLIER - NEWEST) : at + 1]
        figures = [published for each in window if (published := each.cell(cell))]
        if release.cell(cell) and (fallen := fall(figures)):
            yield Cut(cell, release.period, *fallen)
            begins = at


def fall(figures: Sequence[Published]) -> tuple[int, int] | None:
    """Gives the middle pay before and after, in minor units, when the newest figures fell below those before them."""
    earlier, newest = figures[:-NEWEST], figures[-NEWEST:]
    if not earlier:
        return None
    before, after = _level(earlier), _level(newest)
    size = Fraction(sum(each.size for each in figures), len(figures))
    if before - after < threshold(figures[-1].cell, size):
        return None
    last = figures[-1]
    stays_low = _level([last]) + 1 <= before
    return _pay(before, last.currency), last.pay if stays_low else _pay(after, last.currency)


def threshold(cell: str, size: Fraction) -> Fraction:
    """Gives by how many points of the grid a cell of this mean size must have fallen."""
    return next(points for least, points in FALLS if size >= least * noise(cell))


def error(cell: str, size: int) -> int:
    """Gives how far nine in ten figures of this published size lie from the true middle at most, in percent."""
    return next(percent for least, percent in ERRORS if size >= least * noise(cell))


def noise(cell: str) -> int:
    """Gives how many times the reports of a country or employer a cell needs to be as exact as that."""
    return NOISE.get(kind(cell), 1)


def _level(figures: Sequence[Published]) -> Fraction:
    points = [pay_point(Fraction(each.pay), each.currency) for each in figures]
    return Fraction(sum(points), len(points))


def _pay(level: Fraction, currency: str) -> int:
    """Gives the pay at the nearest point, halves upwards: levels a point apart never come out equal."""
    return pay_at(math.floor(level + HALF), currency)


def _order(cut: Cut) -> tuple[str, str]:
    return cut.period, cut.cell

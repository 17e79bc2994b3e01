"""Finds falls of pay in the releases: change detection on published figures alone, which costs nothing of the budget.

The rule. A cell has fallen when the mean of its two newest medians lies as many points of the 5 % grid as FALLS says or
more, under the mean of up to four medians before them; means are of points, so of the logarithm of pay. How many points
depends on the published sizes, which tell how far chance moves a figure. After a fall the cell begins anew with its
newest figure: a fall is named once, and two within three releases are one. That figures of a cell that stood lean on
the last one delays hardly anything from 100 reports on, and is in the simulation.

It says that the middle of what was reported fell, never that anybody cut pay: other people may have reported, a new
employer may have opened, or it was chance. Nothing here knows causes.

TABLE
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.pay.release import Published, Release, kind
from bot.pay.rules import pay_at, pay_point

NEWEST = 2  # figures whose mean is held against those before
EARLIER = 4  # figures before them at most: an older one would lag behind prices
FALLS = (  # mean size from which, and points of 5 %: chosen by simulation, see above
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

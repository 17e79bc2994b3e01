"""Finds falls of pay in the releases: change detection on published figures alone, which costs nothing of the budget.

The rule. Each of a cell's two newest medians is held against the middle (median) of up to four before it, in points of
the 5 % grid, so in the logarithm of pay. One that lies a whole fall lower (DEEP, five points: 22 %) speaks for a fall
with half of that, one that lies as high as before speaks against it as much, in between in proportion; further off is
not more, so that a wild figure decides nothing. A cell is fallen where the newest figure alone, or both together, speak
for it by at least a half (small cells: SPEAKS). While release after release says so it is one fall, named when it
begins and said to last after that. Where the fall goes on for long, the figures before it have fallen too, and it is
over: lower pay is the pay then.

It says that the middle of what was reported fell, never that anybody cut pay: other people may have reported, a new
employer may have opened, or it was chance. Nothing here knows causes.

Simulated; `python -m tests.bench.pay_cuts` prints the table. Pay is lognormal (sigma .6 from privacy.md 5.1, of whole
countries; among people who do the same work it should be less), all of it falls by 20 % after 18 releases, and who
reports is new in every quarter, the worst case. Published: the share of releases that show the cell. Flagged: said
to be fallen by one of the first two releases after the cut, of all cells; then, were each release to show it; of these,
those not yet said to be fallen, by chance, when the cut came; with prices that rise by 2 % a quarter; with one release
before the cut. False: falls named a cell and year without any cut, without the drift and with it. Fallen: how often a
year a cell is then said to be fallen, those times included that only say it lasts.

| cell | reports | sigma | published | flagged | if shown | anew | with drift | young | false | with drift | fallen |
|---|---|---|---|---|---|---|---|---|---|---|---|
| country | 30 | 0.4 | 0.03 | 0.00 | 0.70 | 0.50 | 0.63 | 0.60 | 0.59 | 0.48 | 1.17 |
| country | 50 | 0.4 | 0.82 | 0.82 | 0.92 | 0.71 | 0.83 | 0.71 | 0.60 | 0.37 | 0.92 |
| country | 70 | 0.4 | 0.99 | 0.92 | 0.95 | 0.82 | 0.80 | 0.78 | 0.42 | 0.23 | 0.61 |
| country | 100 | 0.4 | 1.00 | 0.98 | 0.97 | 0.88 | 0.84 | 0.82 | 0.31 | 0.08 | 0.38 |
| country | 200 | 0.4 | 1.00 | 1.00 | 1.00 | 0.99 | 0.90 | 0.95 | 0.03 | 0.00 | 0.04 |
| country | 300 | 0.4 | 1.00 | 0.99 | 0.99 | 0.95 | 0.86 | 0.92 | 0.11 | 0.03 | 0.13 |
| country | 1000 | 0.4 | 1.00 | 1.00 | 1.00 | 1.00 | 0.98 | 1.00 | 0.00 | 0.00 | 0.00 |
| country | 30 | 0.6 | 0.03 | 0.00 | 0.75 | 0.47 | 0.65 | 0.57 | 0.67 | 0.57 | 1.40 |
| country | 50 | 0.6 | 0.82 | 0.74 | 0.86 | 0.57 | 0.79 | 0.67 | 0.72 | 0.59 | 1.28 |
| country | 70 | 0.6 | 1.00 | 0.95 | 0.90 | 0.67 | 0.83 | 0.75 | 0.66 | 0.44 | 1.05 |
| country | 100 | 0.6 | 1.00 | 0.92 | 0.95 | 0.79 | 0.84 | 0.80 | 0.51 | 0.27 | 0.71 |
| country | 200 | 0.6 | 1.00 | 0.99 | 0.98 | 0.93 | 0.84 | 0.89 | 0.20 | 0.07 | 0.23 |
| country | 300 | 0.6 | 1.00 | 0.94 | 0.96 | 0.86 | 0.84 | 0.84 | 0.32 | 0.13 | 0.41 |
| country | 1000 | 0.6 | 1.00 | 1.00 | 1.00 | 1.00 | 0.97 | 0.99 | 0.01 | 0.00 | 0.01 |
| pair | 100 | 0.4 | 0.85 | 0.85 | 0.90 | 0.74 | 0.83 | 0.76 | 0.59 | 0.40 | 0.88 |
| pair | 150 | 0.4 | 1.00 | 0.99 | 0.96 | 0.86 | 0.87 | 0.82 | 0.38 | 0.16 | 0.50 |
| pair | 200 | 0.4 | 1.00 | 0.98 | 0.98 | 0.94 | 0.87 | 0.90 | 0.18 | 0.07 | 0.22 |
| pair | 300 | 0.4 | 1.00 | 0.99 | 1.00 | 0.98 | 0.90 | 0.94 | 0.06 | 0.01 | 0.06 |
| pair | 100 | 0.6 | 0.86 | 0.77 | 0.91 | 0.68 | 0.81 | 0.72 | 0.72 | 0.52 | 1.26 |
| pair | 150 | 0.6 | 1.00 | 0.93 | 0.93 | 0.79 | 0.79 | 0.80 | 0.58 | 0.35 | 0.85 |
| pair | 200 | 0.6 | 1.00 | 0.97 | 0.94 | 0.81 | 0.84 | 0.81 | 0.43 | 0.21 | 0.56 |
| pair | 300 | 0.6 | 1.00 | 0.98 | 0.97 | 0.93 | 0.86 | 0.87 | 0.21 | 0.07 | 0.25 |
| task | 100 | 0.4 | 0.03 | 0.00 | 0.76 | 0.63 | 0.61 | 0.68 | 0.52 | 0.41 | 0.96 |
| task | 150 | 0.4 | 0.94 | 0.90 | 0.92 | 0.76 | 0.83 | 0.74 | 0.56 | 0.37 | 0.89 |
| task | 200 | 0.4 | 1.00 | 0.96 | 0.95 | 0.84 | 0.84 | 0.84 | 0.40 | 0.23 | 0.56 |
| task | 250 | 0.4 | 1.00 | 0.97 | 0.99 | 0.91 | 0.82 | 0.90 | 0.27 | 0.12 | 0.33 |
| task | 300 | 0.4 | 1.00 | 0.98 | 0.99 | 0.97 | 0.89 | 0.90 | 0.17 | 0.07 | 0.22 |
| task | 500 | 0.4 | 1.00 | 1.00 | 1.00 | 0.99 | 0.94 | 0.96 | 0.04 | 0.01 | 0.04 |
| task | 100 | 0.6 | 0.04 | 0.00 | 0.75 | 0.56 | 0.62 | 0.64 | 0.63 | 0.55 | 1.24 |
| task | 150 | 0.6 | 0.94 | 0.82 | 0.89 | 0.68 | 0.76 | 0.72 | 0.68 | 0.53 | 1.23 |
| task | 200 | 0.6 | 1.00 | 0.92 | 0.91 | 0.72 | 0.76 | 0.77 | 0.61 | 0.40 | 0.96 |
| task | 250 | 0.6 | 1.00 | 0.92 | 0.93 | 0.79 | 0.80 | 0.76 | 0.52 | 0.31 | 0.75 |
| task | 300 | 0.6 | 1.00 | 0.96 | 0.97 | 0.89 | 0.84 | 0.83 | 0.39 | 0.23 | 0.54 |
| task | 500 | 0.6 | 1.00 | 0.99 | 1.00 | 0.95 | 0.86 | 0.86 | 0.14 | 0.04 | 0.17 |

So a fall by a fifth is flagged with a power over 0.9, and less than one false alarm a cell and year in whichever way
they are counted, in countries from 100 reports, pairs from 150 and tasks from 250 (250 cells each: give or take 0.02),
which organizers are told (SURE_FROM). Employers have the noise of countries. At sigma .4 pairs of 100 and tasks of 200
reach it too; at sigma .6 a pair of 100 that is published has 0.87 to 0.91 with 0.7 falls named a year, but is said to
be fallen 1.3 times. Of all pairs of 100, one in seven is not published. At 30 a country is hardly ever published, and
where it is the power is 0.7. Prices that rise hide a part of the fall, as they do from whoever is paid. A cell that is
said to be fallen by chance when the cut comes (the difference to "anew") is not named again, but stands in the letter.

What was tried and left. The mean of the two newest against the mean of four before, beginning anew after each fall: at
100 reports and sigma .6 a country had 0.93 with 0.75 falls a year, a pair 0.83 with 0.93, since every chance fall took
the figures before it away. Medians of six before: 0.01 more, and behind prices that rise. The likelihood of all levels
under the simulated noise: 0.01 to 0.02 more, not to be explained to anybody. Watching a pair together with its country
and task: a fall of one pair is a small part of theirs and hardly moves them, and one of all is flagged there anyhow.
More of the budget for pairs: half the share of a grown country's unpaid hours lifts a pair of 100 (600 cells) from 0.87
with 0.71 falls named a year to 0.91 with 0.65, and gives the unpaid share of a country of 300 the errors of one of 150;
twice the pairs' share gives 0.92 with 0.54 and takes all of that and half of the tasks'. Neither is worth it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from bot.pay.release import Published, Release, kind
from bot.pay.rules import pay_at, pay_point

NEWEST = 2  # figures that are held against those before them
EARLIER = 4  # figures before them at most: an older one would lag behind prices
DEEP = 5  # points of the grid: the fall that a figure speaks for or against, by as many half points at most
SPEAKS = ((40, 1), (0, 4))  # mean size from which, and by how many half points the newest figures must speak for a fall
NOISE = {"pair": 2, "task": 3}  # these are as noisy as countries and employers of a half and a third of their size
SURE_FROM = {"country": 100, "employer": 100, "pair": 150, "task": 250}  # a fall by a fifth is found nine times in ten
ERRORS = ((1000, 5), (500, 9), (100, 18), (70, 26), (50, 33), (0, 45))  # 90th percentiles: tables of bot/pay/budget.py


@dataclass(frozen=True)
class Cut:
    """A fall of a cell's middle pay that the release of `period` shows; `since` is the period of the first to show it.

    `before` and `after` are hourly pay on the grid in minor units of the cell's currency: the middle of the earlier
    figures, and the newest one, or the middle of the two newest where these say it together.
    """

    cell: str
    period: str
    before: int
    after: int
    since: str

    @property
    def currency(self) -> str:
        """Gives the ISO 4217 code of the cell."""
        return self.cell.rpartition(":")[2]

    @property
    def lasts(self) -> bool:
        """Says whether an earlier release showed it first."""
        return self.since != self.period


def falls(releases: Sequence[Release]) -> tuple[Cut, ...]:
    """Finds every fall that some release of a history shows, lasting ones too; sorted by period and cell.

    A longer history changes nothing of what was found in a shorter one, so that a fall once told stays told.
    """
    cells = sorted({published.cell for release in releases for published in release.cells})
    return tuple(sorted((cut for cell in cells for cut in falls_of(cell, releases)), key=_order))


def cuts_of(cell: str, releases: Sequence[Release]) -> Iterator[Cut]:
    """Finds every fall of one cell, each once, with the release that showed it first."""
    return (cut for cut in falls_of(cell, releases) if not cut.lasts)


def falls_of(cell: str, releases: Sequence[Release]) -> Iterator[Cut]:
    """Finds every release that calls a cell fallen. One without the cell is a gap; older figures never count."""
    since = None
    for at, release in enumerate(releases):
        window = releases[max(0, at + 1 - EARLIER - NEWEST) : at + 1]
        figures = [published for each in window if (published := each.cell(cell))]
        if release.cell(cell):
            fallen = fall(figures)
            since = (since or release.period) if fallen else None
            if fallen and since:
                yield Cut(cell, release.period, *fallen, since)


def fall(figures: Sequence[Published]) -> tuple[int, int] | None:
    """Gives the middle pay before and after, in minor units, when the newest figures lie below those before them."""
    if len(figures) <= NEWEST:
        return None
    levels = [_level(each.pay, each.currency) for each in figures]
    spoken, before, after = max(_held(levels, newest) for newest in range(1, NEWEST + 1))
    if spoken < needed(figures):
        return None
    return _pay(before, figures[-1].currency), _pay(after, figures[-1].currency)


def speaks(below: int) -> int:
    """Gives how much a figure speaks for a fall that lies so much below those before it, all in half points."""
    return max(-DEEP, min(DEEP, below - DEEP))


def needed(figures: Sequence[Published]) -> int:
    """Gives by how many half points the newest figures must speak for a fall, by the mean size of all."""
    size = Fraction(sum(each.size for each in figures), len(figures))
    return next(speak for least, speak in SPEAKS if size >= least * noise(figures[-1].cell))


def error(cell: str, size: int) -> int:
    """Gives how far nine in ten figures of this published size lie from the true middle at most, in percent."""
    return next(percent for least, percent in ERRORS if size >= least * noise(cell))


def noise(cell: str) -> int:
    """Gives how many times the reports of a country or employer a cell needs to be as exact as that."""
    return NOISE.get(kind(cell), 1)


def _held(levels: Sequence[int], newest: int) -> tuple[int, int, int]:
    """Holds so many newest figures against those before: how much they speak for a fall, and both levels."""
    before, after = _middle(levels[:-newest]), levels[-newest:]
    return sum(speaks(before - level) for level in after), before, _middle(after)


def _middle(levels: Sequence[int]) -> int:
    """Gives the median; of levels, which are even, a whole number."""
    ordered = sorted(levels)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2


@cache
def _level(pay: int, currency: str) -> int:
    """Gives pay in half points of the grid, so that the middle of two points is a whole number too."""
    return 2 * pay_point(Fraction(pay), currency)


def _pay(level: int, currency: str) -> int:
    """Gives the pay at the nearest point, halves upwards: levels a point apart never come out equal."""
    return pay_at((level + 1) // 2, currency)


def _order(cut: Cut) -> tuple[str, str]:
    return cut.period, cut.cell

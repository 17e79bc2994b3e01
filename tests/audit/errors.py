"""The errors of released figures by the size of a cell, simulated with the program's own weights and a seed.

Samples are drawn, and for each the whole distribution of what would be published is weighed, not drawn from: fewer
samples give steadier percentiles.
"""

import math
import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import NormalDist, median
from typing import Literal

from bot.pay.release import (
    ENTERS_FROM,
    KEPT_BESIDE_QUARTILES,
    QUARTILES_FROM,
    STAYS_FROM,
    Published,
    draw,
    has_quartiles,
    pay_weights,
    quartile_weights,
    unpaid_weights,
)
from bot.pay.rules import GRID, REACH, SHARE_STEPS, STEP, pay_at, share_at
from tests.audit.laws import Cell, certain, under

SIZES = (10, 20, 30, 40, 50, 70, 100, 200, 300, 500, 1000)
SAMPLES = 120
SIGMA = 0.6  # of the logarithm of pay (privacy.md 5.1)
TYPICAL = 1.35  # the true median over the grid's middle, so that the truth is not the centre
LAST_OFF = 1.2  # how far off the last figure of a cell is that leans on it
SHARE = (1.32, 4.68)  # a beta distribution with mean .22
MEAN_SHARE = 19  # its median in percent
COUNTRY, EMPLOYER = "country:KE:KES", "employer:sama:KES"
HEAD = (
    "| reports | sampling alone | country pay | employer pay | country unpaid | quartiles | country published "
    "| employer published |\n|---|---|---|---|---|---|---|---|"
)

Error = tuple[float, float]  # how far off, how likely
Side = Literal["low", "high"]


@dataclass(frozen=True)
class Errors:
    """Errors at one size: median and 90th percentile, of newcomers and of cells that stood in the last release."""

    reports: int
    sampling: str
    country_pay: tuple[str, str]
    employer_pay: tuple[str, str]
    unpaid: tuple[str, str]
    quartiles: str
    country_published: tuple[int, int]
    employer_published: tuple[int, int]

    def line(self) -> str:
        """Writes the row of a Markdown table."""
        published = ("{} : {}".format(*pair) for pair in (self.country_published, self.employer_published))
        errors = ("{} : {}".format(*pair) for pair in (self.country_pay, self.employer_pay, self.unpaid))
        return "| " + " | ".join((str(self.reports), self.sampling, *errors, self.quartiles, *published)) + " |"


def rows(seed: int, sizes: Iterable[int] = SIZES, samples: int = SAMPLES) -> tuple[Errors, ...]:
    """Simulates the errors at every size; the same seed gives the same rows."""
    return tuple(row(size, samples, random.Random(f"{seed} {size}")) for size in sizes)


def row(size: int, samples: int, chance: random.Random) -> Errors:
    """Simulates the errors at one size."""
    pay = [Counter(point(rate) for rate in rates(size, chance)) for _ in range(samples)]
    shares = [Counter(round(chance.betavariate(*SHARE) * SHARE_STEPS) for _ in range(size)) for _ in range(samples)]
    alone = [(off(median(rates(size, chance)), 0), 1.0) for _ in range(samples * 10)]
    quarters = percentiles(quartile_errors(pay, chance)) if size >= QUARTILES_FROM else ""
    return Errors(
        size,
        percentiles(alone),
        both(lambda last: pay_errors(pay, COUNTRY, last)),
        both(lambda last: pay_errors(pay, EMPLOYER, last)),
        both(lambda last: unpaid_errors(shares, last)),
        quarters,
        (published(COUNTRY, size, ENTERS_FROM), published(COUNTRY, size, STAYS_FROM)),
        (published(EMPLOYER, size, ENTERS_FROM), published(EMPLOYER, size, STAYS_FROM)),
    )


def both(errors: Callable[[Published | None], list[Error]]) -> tuple[str, str]:
    """Gives the percentiles for a newcomer, and for a cell whose last figures were off."""
    last = Published(COUNTRY, 50, pay_at(point(TYPICAL * LAST_OFF), "KES"), share_at(round(MEAN_SHARE / 5) + 1))
    return percentiles(errors(None)), percentiles(errors(last))


def rates(size: int, chance: random.Random) -> list[float]:
    """Draws hourly pay over the middle of the grid."""
    return [TYPICAL * math.exp(chance.gauss(0, SIGMA)) for _ in range(size)]


def point(rate: float) -> int:
    """Gives the point of the grid nearest to a rate over its middle."""
    return min(GRID["pay"] - 1, max(0, round(math.log(rate) / math.log(STEP)) + REACH))


def off(rate: float, deviations: float) -> float:
    """Gives how far a rate is from the true quantile at so many standard deviations, in percent."""
    return 100 * abs(rate / (TYPICAL * math.exp(deviations * SIGMA)) - 1)


def pay_errors(samples: Sequence[Counter[int]], cell: str, last: Published | None) -> list[Error]:
    """Gives the errors of a median pay, with their likelihoods; beside quartiles it has less of the budget."""
    quartered = has_quartiles(Cell(cell).kind, samples[0].total())
    kept = KEPT_BESIDE_QUARTILES if quartered else Cell(cell).kept("pay")
    return [error for sample in samples for error in _weighed(pay_weights(sample, kept, last), 0)]


def quartile_errors(samples: Iterable[Counter[int]], chance: random.Random) -> list[Error]:
    """Gives the errors of both quartiles, beside a median that is drawn."""
    sides: tuple[tuple[Side, float], ...] = (("low", 0.25), ("high", 0.75))
    found: list[Error] = []
    for sample in samples:
        middle = draw(pay_weights(sample, KEPT_BESIDE_QUARTILES, None), chance.randrange)
        for side, rank in sides:
            found += _weighed(quartile_weights(sample, middle, side), NormalDist().inv_cdf(rank))
    return found


def unpaid_errors(samples: Iterable[Counter[int]], last: Published | None) -> list[Error]:
    """Gives the errors of a median unpaid share in percentage points, with their likelihoods."""
    kept = Cell(COUNTRY).kept("unpaid")
    return [
        (abs(share_at(at) - MEAN_SHARE), likely)
        for sample in samples
        for at, likely in enumerate(likelihoods(unpaid_weights(sample, kept, last)))
    ]


def published(cell: str, size: int, threshold: int) -> int:
    """Gives in how many of 100 releases a cell of this size is published."""
    kept = Cell(cell).kept("size")
    return round(100 * (1 - under(kept, min(size, QUARTILES_FROM), threshold) / certain(kept)))


def likelihoods(weighted: Sequence[int]) -> list[float]:
    """Gives the probability of every point."""
    total = sum(weighted)
    return [weight / total for weight in weighted]


def percentiles(errors: Iterable[Error]) -> str:
    """Writes the median and the 90th percentile of weighted errors."""
    ordered = sorted(errors)
    sums = list(accumulate(likely for _, likely in ordered))
    middle, far = (ordered[bisect_left(sums, part * sums[-1])][0] for part in (0.5, 0.9))
    return f"{middle:.0f}/{far:.0f}"


def _weighed(weighted: Sequence[int], deviations: float) -> list[Error]:
    return [(off(float(STEP) ** (at - REACH), deviations), likely) for at, likely in enumerate(likelihoods(weighted))]

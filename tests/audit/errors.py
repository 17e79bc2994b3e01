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
from fractions import Fraction
from itertools import accumulate
from statistics import NormalDist, median

from bot.pay.budget import (
    ENTERS_FROM,
    GROWN_FROM,
    PAIR_ENTERS_FROM,
    PAIR_STAYS_FROM,
    QUARTILES_FROM,
    STAYS_FROM,
    has_quartiles,
    kept_beside_quartiles,
)
from bot.pay.draws import SIDES, draw, quartile_weights
from bot.pay.release import Published, bands, pay_weights, shares, unpaid_weights
from bot.pay.rules import (
    BANDS,
    GRID,
    PAY_SHAKE,
    REACH,
    SHARE_STEPS,
    STEP,
    UNPAID_SHAKE,
    pay_at,
    shaken,
    share_at,
)
from tests.audit.laws import Cell, certain, under

SIZES = (10, 20, 30, 40, 50, 70, 100, 200, 300, 500, 1000)
GROWN_SIZES = (100, 150, 200, 300, 500, 1000, 2000)
SAMPLES = 120
SIGMA = 0.6  # of the logarithm of pay (privacy.md 5.1)
TYPICAL = 1.35  # the true median over the grid's middle, so that the truth is not the centre
LAST_OFF = 1.2  # how far off the last figure of a cell is that leans on it
SHARE = (1.32, 4.68)  # a beta distribution with mean .22
MEAN_SHARE = 19  # its median in percent
ANSWERS = (45, 30, 15, 10)  # percent of the true answers in each band
COUNTRY, EMPLOYER, PAIR, TASK = "country:KE:KES", "employer:sama:KES", "pair:KE:qa_review:KES", "task:qa_review:USD"
HEAD = (
    "| reports | sampling alone | planned, at 0.5 | country pay | employer pay | country unpaid | quartiles "
    "| country published | employer published |\n|---|---|---|---|---|---|---|---|---|"
)
GROWN_HEAD = (
    "| reports | sampling alone | country and employer pay | country unpaid | quartiles | pair pay | task pay "
    "| employer unpaid | answers | pair published |\n|---|---|---|---|---|---|---|---|---|---|"
)

PLANNED = {10: "49/551", 20: "17/73", 30: "11/35", 50: "9/23", 100: "6/11", 300: "4/6", 1000: "1/4"}  # privacy.md 5.1

Error = tuple[float, float]  # how far off, how likely
Samples = Sequence[Counter[int]]


@dataclass(frozen=True)
class Errors:
    """Errors at one size: median and 90th percentile, of newcomers and of cells that stood in the last release."""

    reports: int
    figures: tuple[str, ...]

    def line(self) -> str:
        """Writes the row of a Markdown table."""
        return "| " + " | ".join((str(self.reports), *self.figures)) + " |"


@dataclass(frozen=True)
class Drawn:
    """Samples of reports of one size, as they lie in the box: on the grid, rounded at random."""

    size: int
    alone: str  # the error of the sample's own median
    pay: Samples
    shares: Samples

    @classmethod
    def of(cls, size: int, samples: int, chance: random.Random) -> "Drawn":
        """Draws samples."""
        alone = [(off(median(rates(size, chance)), 0), 1.0) for _ in range(samples * 10)]
        pay = [Counter(filed_pay(rate, chance) for rate in rates(size, chance)) for _ in range(samples)]
        shares = [Counter(filed_share(chance) for _ in range(size)) for _ in range(samples)]
        return cls(size, percentiles(alone), pay, shares)


def rows(seed: int, sizes: Iterable[int] = SIZES, samples: int = SAMPLES) -> tuple[Errors, ...]:
    """Simulates the errors at every size in unions that are small; the same seed gives the same rows."""
    return tuple(row(size, samples, random.Random(f"{seed} {size}")) for size in sizes)


def grown_rows(seed: int, sizes: Iterable[int] = GROWN_SIZES, samples: int = SAMPLES) -> tuple[Errors, ...]:
    """Simulates the errors at every size in grown countries and employers."""
    return tuple(grown_row(size, samples, random.Random(f"{seed} {size} grown")) for size in sizes)


def row(size: int, samples: int, chance: random.Random) -> Errors:
    """Simulates the errors at one size."""
    drawn = Drawn.of(size, samples, chance)
    figures = (
        drawn.alone,
        PLANNED.get(size, ""),
        both(lambda last: pay_errors(drawn.pay, Cell(COUNTRY), last)),
        both(lambda last: pay_errors(drawn.pay, Cell(EMPLOYER), last)),
        both(lambda last: unpaid_errors(drawn.shares, Cell(COUNTRY), last)),
        quarters(drawn, Cell(COUNTRY), chance),
        published(COUNTRY, size, (ENTERS_FROM, STAYS_FROM)),
        published(EMPLOYER, size, (ENTERS_FROM, STAYS_FROM)),
    )
    return Errors(size, figures)


def grown_row(size: int, samples: int, chance: random.Random) -> Errors:
    """Simulates the errors at one size; that of a task is the size of all its pairs together."""
    drawn = Drawn.of(size, samples, chance)
    country, employer = (Cell(name, last=Published(name, GROWN_FROM, 1)) for name in (COUNTRY, EMPLOYER))
    figures = (
        drawn.alone,
        both(lambda last: pay_errors(drawn.pay, country, last)),
        both(lambda last: unpaid_errors(drawn.shares, country, last)),
        quarters(drawn, country, chance),
        both(lambda last: pay_errors(drawn.pay, Cell(PAIR), last)),
        both(lambda last: pay_errors(drawn.pay, Cell(TASK), last)),
        both(lambda last: unpaid_errors(drawn.shares, employer, last)),
        answer_errors(size, samples * 5, employer.kept("late"), chance),
        published(PAIR, size, (PAIR_ENTERS_FROM, PAIR_STAYS_FROM)),
    )
    return Errors(size, figures)


def both(errors: Callable[[Published | None], list[Error]]) -> str:
    """Gives the percentiles for a newcomer, and for a cell whose last figures were off."""
    last = Published(COUNTRY, 50, pay_at(point(TYPICAL * LAST_OFF), "KES"), share_at(round(MEAN_SHARE / 5) + 1))
    return f"{percentiles(errors(None))} : {percentiles(errors(last))}"


def filed_pay(rate: float, chance: random.Random) -> int:
    """Gives the point of the grid at which a rate lies in the box."""
    return shaken(point(rate), PAY_SHAKE, GRID["pay"], chance.randrange)


def filed_share(chance: random.Random) -> int:
    """Draws an unpaid share as it lies in the box."""
    exact = round(chance.betavariate(*SHARE) * SHARE_STEPS)
    return exact and shaken(exact, UNPAID_SHAKE, GRID["unpaid"], chance.randrange)


def rates(size: int, chance: random.Random) -> list[float]:
    """Draws hourly pay over the middle of the grid."""
    return [TYPICAL * math.exp(chance.gauss(0, SIGMA)) for _ in range(size)]


def point(rate: float) -> int:
    """Gives the point of the grid nearest to a rate over its middle."""
    return min(GRID["pay"] - 1, max(0, round(math.log(rate) / math.log(STEP)) + REACH))


def off(rate: float, deviations: float) -> float:
    """Gives how far a rate is from the true quantile at so many standard deviations, in percent."""
    return 100 * abs(rate / (TYPICAL * math.exp(deviations * SIGMA)) - 1)


def pay_errors(samples: Samples, cell: Cell, last: Published | None) -> list[Error]:
    """Gives the errors of a median pay, with their likelihoods; beside quartiles it has less of the budget."""
    quartered = has_quartiles(cell.kind, samples[0].total(), grown=cell.grown)
    kept = kept_beside_quartiles(grown=cell.grown)[0] if quartered else cell.kept("pay")
    return [error for sample in samples for error in _weighed(pay_weights(sample, kept, last), 0)]


def quarters(drawn: Drawn, cell: Cell, chance: random.Random) -> str:
    """Gives the percentiles of the errors of both quartiles, beside a median that is drawn; "" where there are none."""
    if not has_quartiles(cell.kind, drawn.size, grown=cell.grown):
        return ""
    kept, of_quartiles = kept_beside_quartiles(grown=cell.grown)
    found: list[Error] = []
    for sample in drawn.pay:
        middle = draw(pay_weights(sample, kept, None), chance.randrange)
        for side, rank in zip(SIDES, (0.25, 0.75), strict=True):
            weighted = quartile_weights(sample, middle, side, of_quartiles)
            found += _weighed(weighted, NormalDist().inv_cdf(rank))
    return percentiles(found)


def unpaid_errors(samples: Samples, cell: Cell, last: Published | None) -> list[Error]:
    """Gives the errors of a median unpaid share in percentage points, with their likelihoods."""
    return [
        (abs(share_at(at) - MEAN_SHARE), likely)
        for sample in samples
        for at, likely in enumerate(likelihoods(unpaid_weights(sample, cell.kept("unpaid"), last)))
    ]


def answer_errors(size: int, samples: int, kept: Fraction, chance: random.Random) -> str:
    """Gives the percentiles of the errors of the shares of so many answers, in percentage points; "" for too few."""
    found: list[Error] = []
    for _ in range(samples):
        counts = Counter(chance.choices(range(BANDS), ANSWERS, k=size))
        said = shares(bands(counts, kept, chance.randrange))
        found += [(abs(one - true), 1.0) for one, true in zip(said or (), ANSWERS, strict=False)]
    return percentiles(found) if len(found) > samples else ""


def published(cell: str, size: int, thresholds: tuple[int, int]) -> str:
    """Gives in how many of 100 releases a cell of this size is published when it is new, and when it stood."""
    kept = Cell(cell).kept("size")
    chances = [1 - under(kept, min(size, QUARTILES_FROM), least) / certain(kept) for least in thresholds]
    return " : ".join(f"{100 * chance:.0f}" for chance in chances)


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

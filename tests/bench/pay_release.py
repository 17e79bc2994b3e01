"""Prints the errors of released figures by the size of a cell: `python -m tests.bench.pay_release`. Asserts nothing."""

import math
import random
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from statistics import median, quantiles

from bot.pay.currencies import CURRENCIES
from bot.pay.release import BUDGET, PUBLISHED_FROM, Figure, draw, noise, weights
from bot.pay.rules import GRID, REACH, STEP, pay_point, share_at, share_point

SIZES = (10, 20, 50, 70, 100, 300)
DRAWS = 4_000
SIGMA = 0.6
TYPICAL = 1.35  # the true median over the grid's middle, so that the truth is not the centre
SHARE = (1.32, 4.68)  # a beta distribution with mean .22


def main() -> None:
    """Prints the table that stands in bot/pay/release.py."""
    chance = random.Random(20261127)
    print("| reports | sampling alone | country pay | employer pay | country unpaid | published country, employer |")
    print("|---|---|---|---|---|---|")
    for size in SIZES:
        pay = [percentiles(pay_error(figure, size, chance) for _ in range(DRAWS)) for figure in by("pay")]
        alone = percentiles(sampling_error(size, chance) for _ in range(DRAWS))
        unpaid = percentiles(share_error(by("unpaid")[0], size, chance) for _ in range(DRAWS))
        shown = ", ".join(f"{published(figure, size, chance):.0f}" for figure in by("size"))
        print(f"| {size} | {alone} | {pay[0]} | {pay[1]} | {unpaid} | {shown} |")


def by(measure: str) -> list[Figure]:
    """Gives the figures of a measure, the country's first."""
    return sorted((figure for figure in BUDGET if figure.measure == measure), key=lambda figure: figure.kind)


def pays(size: int, chance: random.Random) -> list[float]:
    """Draws hourly pay over the middle of the grid."""
    return [TYPICAL * math.exp(chance.gauss(0, SIGMA)) for _ in range(size)]


def pay_error(figure: Figure, size: int, chance: random.Random) -> float:
    """Gives the relative error of one released median, in percent."""
    values = Counter(pay_point(Fraction(pay) * CURRENCIES["USD"].anchor, "USD") for pay in pays(size, chance))
    point = draw(weights(values, GRID["pay"], figure.kept), chance.randrange)
    return 100 * abs(float(STEP ** (point - REACH)) / TYPICAL - 1)


def sampling_error(size: int, chance: random.Random) -> float:
    """Gives the relative error of the exact median of a sample, in percent."""
    return 100 * abs(median(pays(size, chance)) / TYPICAL - 1)


def share_error(figure: Figure, size: int, chance: random.Random) -> float:
    """Gives the error of one released unpaid share, in percentage points from the exact median of the sample."""
    shares = [chance.betavariate(*SHARE) for _ in range(size)]
    values = Counter(share_point(Fraction(share)) for share in shares)
    point = draw(weights(values, GRID["unpaid"], figure.kept), chance.randrange)
    return abs(share_at(point) - 100 * median(shares))


def published(figure: Figure, size: int, chance: random.Random) -> float:
    """Gives how often a cell of this size is published, in percent."""
    return 100 * sum(size + noise(figure.kept, chance.randrange) >= PUBLISHED_FROM for _ in range(DRAWS)) / DRAWS


def percentiles(errors: Iterable[float]) -> str:
    """Writes the median and the 90th percentile."""
    found = quantiles(errors, n=10)
    return f"{found[4]:.0f}/{found[8]:.0f}"


if __name__ == "__main__":
    main()

"""Exact draws: two-sided geometric noise and the exponential mechanism, in integers and fractions only.

No float decides anything, since floats leak (privacy.md 5.2). What the draws may cost is said in bot/pay/budget.py.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Literal

from bot.pay.rules import GRID, Measure, Randbelow

HALVES: dict[Measure, int] = {
    "pay": 14,
    "unpaid": 4,
}  # points from the last figure after which a point is half as likely
QUARTILE_HALVES = 7  # the same from the median, for quartiles

Side = Literal["low", "high"]
SIDES: tuple[Side, ...] = ("low", "high")


def noise(kept: Fraction, randbelow: Randbelow) -> int:
    """Draws two-sided geometric noise, exactly: the difference of two geometric draws."""
    return _geometric(kept, randbelow) - _geometric(kept, randbelow)


def quartile_weights(counts: Counter[int], median: int, side: Side, kept: Fraction) -> list[int]:
    """Gives the weights of a quartile over the grid, none beyond the median that was drawn.

    `kept` is per unit of its score, which one person moves by 3 at most.
    """
    lies = range(median + 1) if side == "low" else range(median, GRID["pay"])
    base = [near * (point in lies) for point, near in enumerate(_near(GRID["pay"], median, QUARTILE_HALVES))]
    return weights(counts, kept, base, *((3, 1) if side == "low" else (1, 3)))


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


def _near(points: int, to: int, halves: int) -> list[int]:
    distances = (abs(point - to) + halves // 2 for point in range(points))
    return [1 << points // halves + 1 - distance // halves for distance in distances]


def _geometric(kept: Fraction, randbelow: Randbelow) -> int:
    """Counts how often in a row a chance of `kept` comes true."""
    times = 0
    while randbelow(kept.denominator) >= kept.denominator - kept.numerator:
        times += 1
    return times

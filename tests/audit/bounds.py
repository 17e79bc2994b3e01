"""Bounds for the mean of independent trials, in plain Python: what a score may honestly be said to be at most."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean, stdev

MIDDLE = 0.5


@dataclass(frozen=True)
class Estimate:
    """The mean of independent worlds, and one-sided bounds of it at a level of error."""

    mean: float
    lower: float
    upper: float
    worlds: int


def estimate(values: Sequence[float], error: float) -> Estimate:
    """Bounds the mean of values, each of one independent world and within [-1, 1], below and above at `error` each.

    Student's t where they vary. Where all are the same, as when an attacker never finds anything to read, t would
    claim certainty; then the exact binomial bound on how often a world could differ at all takes its place.
    """
    mean, worlds = fmean(values), len(values)
    if worlds < 2:
        return Estimate(mean, -1.0, 1.0, worlds)
    spread = stdev(values)
    reach = quantile(1 - error, worlds - 1) * spread / math.sqrt(worlds) if spread > 1e-12 else never(worlds, error)
    return Estimate(mean, mean - reach, mean + reach, worlds)


def never(trials: int, error: float) -> float:
    """Gives the highest chance of an event that still goes unseen in so many trials with probability `error`."""
    return float(1 - error ** (1 / trials))


@cache
def quantile(level: float, freedom: int) -> float:
    """Gives the quantile of Student's t, for levels of a half and above."""
    return halved(lambda t: cumulative(t, freedom) < level, 0.0, 1e6)


def cumulative(t: float, freedom: int) -> float:
    """Gives the distribution function of Student's t at t >= 0."""
    return 1 - MIDDLE * incomplete_beta(freedom / 2, MIDDLE, freedom / (freedom + t * t))


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Gives the regularised incomplete beta function (DLMF 8.17.22: the continued fraction and its symmetry)."""
    if x <= 0 or x >= 1:
        return min(1.0, max(0.0, x))
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / a / continued(a, b, x)


def continued(a: float, b: float, x: float) -> float:
    """Gives the denominator of the continued fraction, from its end; 200 terms are far more than it needs here."""
    value = 1.0
    for n in range(200, 0, -1):
        m = n // 2
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        value = 1 + (odd if n % 2 else even) / value
    return value


def halved(below: Callable[[float], bool], low: float, high: float) -> float:
    """Finds by halving where `below` turns from true to false."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return (low + high) / 2

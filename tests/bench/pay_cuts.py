"""Prints how surely and how soon a pay cut is flagged, and how often one is where there was none. Asserts nothing.

Repeat: `make bench BENCH=tests/bench/pay_cuts.py`, a minute of one core. The table stands in bot/pay/cuts.py.

Pay is lognormal (privacy.md 5.1 has sigma .6). Everybody who reports is new in every quarter, the worst case: where
the same people report again, chance moves the figures less. What would be released is drawn here for hundreds of cells
at once, in floats, from the shares, thresholds and leaning of the program; tests/pay/test_cuts.py holds the weights
against the program's own. Falls are found by the program.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from statistics import NormalDist, mean

import numpy as np
from numpy.typing import NDArray

from bot.pay import budget
from bot.pay.cuts import falls_of
from bot.pay.draws import leaning
from bot.pay.release import Published, Release
from bot.pay.rules import GRID, PAY_SHAKE, REACH, STEP, following, pay_at
from tests.audit.errors import SIGMA, TYPICAL

SEED = 20261124
CELLS = {"country": "country:KE:KES", "pair": "pair:KE:qa_review:KES", "task": "task:qa_review:USD"}
SIZES = {
    "country": (30, 50, 70, 100, 200, 300, 1000),
    "pair": (100, 150, 200, 300),
    "task": (100, 150, 200, 250, 300, 500),
}
SIGMAS = (0.4, SIGMA)
POOLED = 2  # pairs that a task is drawn from, at least: with one country there are no pairs
BEFORE = 18  # releases before the cut
WITHIN = 2  # releases in which it must be flagged
CUT = 0.2
DRIFT = 0.02  # more a quarter, as prices rise
POINTS = GRID["pay"]
COLUMNS = ("cell", "reports", "sigma", "published", "flagged", "if shown", "anew", "with drift", "young", "false")
HEAD = f"| {' | '.join((*COLUMNS, 'with drift', 'fallen'))} |\n{'|---' * (len(COLUMNS) + 2)}|"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """What is simulated: so many cells of a kind with so many reports a quarter, their spread, and the drift."""

    kind: str
    reports: int
    sigma: float = SIGMA
    drift: float = 0.0
    cells: int = 250
    shown: bool = True  # whatever the thresholds say

    @property
    def grown(self) -> bool:
        """Says whether its cells have their shares divided into more figures."""
        return self.kind != "country" or self.reports >= budget.GROWN_FROM

    def kept(self, measure: str) -> float:
        """Gives how far a figure may fall with one person."""
        kind = "pair" if self.kind == "task" and measure == "size" else self.kind
        return float(budget.kept(kind, measure, grown=self.grown))

    def level(self, quarter: int) -> float:
        """Gives the median pay of a quarter over that of the first."""
        return float((1 + self.drift) ** quarter * (1 - CUT * (quarter >= BEFORE)))


@dataclass(frozen=True)
class Found:
    """What came of a world: the share of its cells that were published, and flagged; of a year, falls and releases."""

    published: float
    flagged: float
    anew: float
    young: float
    named: float
    fallen: float


def main() -> None:
    """Prints the table, a line for each kind, size and spread."""
    print(HEAD)
    for kind, sigma in product(SIZES, SIGMAS):
        for reports in SIZES[kind]:
            print(line(World(kind, reports, sigma)), flush=True)


def line(world: World) -> str:
    """Writes the row of a Markdown table."""
    chance = np.random.default_rng((SEED, world.reports))
    plain, drifting, as_published = (
        run(each, chance) for each in (world, replace(world, drift=DRIFT), replace(world, shown=False))
    )
    shares = (as_published.published, as_published.flagged, plain.flagged, plain.anew, drifting.flagged, plain.young)
    rates = (plain.named, drifting.named, plain.fallen)
    said = (world.kind, str(world.reports), str(world.sigma), *map("{:.2f}".format, (*shares, *rates)))
    return f"| {' | '.join(said)} |"


def run(world: World, chance: np.random.Generator) -> Found:
    """Simulates a world and looks at its releases with the program's own rule."""
    histories = list(releases(world, chance))
    periods = [release.period for release in histories[0]]
    newest, a_year = set(periods[BEFORE:]), 4 / (BEFORE - WITHIN)
    found = [list(falls_of(CELLS[world.kind], history)) for history in histories]
    early = [[cut for cut in cuts if cut.period not in newest] for cuts in found]
    return Found(
        mean(mean(bool(release.cells) for release in history) for history in histories),
        mean(any(cut.period in newest for cut in cuts) for cuts in found),
        mean(any(cut.period in newest and not cut.lasts for cut in cuts) for cuts in found),
        mean(any(falls_of(CELLS[world.kind], history[BEFORE - 1 :])) for history in histories),
        a_year * mean(sum(not cut.lasts for cut in cuts) for cuts in early),
        a_year * mean(map(len, early)),
    )


def releases(world: World, chance: np.random.Generator) -> Iterator[list[Release]]:
    """Draws the releases of every cell of a world, each leaning on the one before."""
    last = np.full(world.cells, -1)  # the point that was last published, -1 for none
    histories: list[list[Release]] = [[] for _ in range(world.cells)]
    period = "2020-Q1"
    for quarter in range(BEFORE + WITHIN):
        sizes, counts = noisy(world, chance), reported(world, quarter, chance)
        drawn = (weights(counts, world.kept("pay"), last) + chance.gumbel(size=counts.shape)).argmax(1)
        last = np.where(sizes >= thresholds(world, last), drawn, -1)
        for history, size, point in zip(histories, sizes.tolist(), last.tolist(), strict=True):
            history.append(Release(period, said(world, size, point)))
        period = following(period)
    return iter(histories)


def reported(world: World, quarter: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """Invents how many reports of each cell lie on each point of the grid, rounded at random as in the box."""
    return chance.multinomial(world.reports, likely(world.level(quarter), world.sigma), world.cells)


@cache
def likely(level: float, sigma: float) -> tuple[float, ...]:
    """Gives how likely a report lies on each point of the grid."""
    spread = NormalDist(float(np.log(TYPICAL * level)), sigma)
    upto = [spread.cdf((point - REACH + 0.5) * float(np.log(float(STEP)))) for point in range(POINTS - 1)]
    exact = np.diff([0.0, *upto, 1.0])
    wide = np.convolve(exact, np.full(2 * PAY_SHAKE + 1, 1 / (2 * PAY_SHAKE + 1)))
    inner = wide[PAY_SHAKE:-PAY_SHAKE]
    inner[0], inner[-1] = inner[0] + wide[:PAY_SHAKE].sum(), inner[-1] + wide[-PAY_SHAKE:].sum()
    return tuple(inner.tolist())


def noisy(world: World, chance: np.random.Generator) -> NDArray[np.int64]:
    """Draws the noisy size of every cell; a task's has the noise of all its pairs."""
    draws = (POOLED if world.kind == "task" else 1, world.cells)
    noise = chance.geometric(1 - world.kept("size"), draws) - chance.geometric(1 - world.kept("size"), draws)
    sizes: NDArray[np.int64] = world.reports + noise.sum(0)
    return sizes


def thresholds(world: World, last: NDArray[np.int64]) -> NDArray[np.int64]:
    """Gives the noisy size from which each cell is published."""
    if world.shown:
        return np.full(world.cells, -sys.maxsize)
    if world.kind == "country":
        enters, stays = (budget.threshold(stood=stood, grown=world.grown) for stood in (False, True))
    else:
        pooled = POOLED if world.kind == "task" else 1
        enters, stays = (budget.pair_threshold(stood=stood, pooled=pooled) for stood in (False, True))
    return np.where(last >= 0, stays, enters)


def weights(counts: NDArray[np.int64], kept: float, last: NDArray[np.int64]) -> Floats:
    """Gives the logarithms of the weights of every cell's median pay over the grid, as `pay_weights` weighs it."""
    upto = counts.cumsum(1)
    worse = np.maximum(upto - counts, upto[:, -1:] - upto)
    found: Floats = np.log(kept) * worse + leanings()[last]
    return found


@cache
def leanings() -> Floats:
    """Gives how likely each point is before any report is counted, for every point last published; none comes last."""
    weighed = np.array([leaning("pay", last) for last in (*range(POINTS), None)], float)
    found: Floats = np.log(weighed)
    return found


def said(world: World, size: int, point: int) -> tuple[Published, ...]:
    """Gives what is published of a cell."""
    if point < 0:
        return ()
    cell = CELLS[world.kind]
    return (Published(cell, max(0, size) // 10 * 10, pay_at(point, cell[-3:])),)


if __name__ == "__main__":
    main()

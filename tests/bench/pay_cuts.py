"""Prints how surely and how soon a pay cut is flagged, and how often one is where there was none. Asserts nothing.

Repeat: `make bench BENCH=tests/bench/pay_cuts.py`. The table stands in bot/pay/cuts.py.

Releases are drawn by the program itself (`release`, leaning and noisy sizes included), a few hundred cells at a time.
Pay is lognormal (privacy.md 5.1 has sigma .6). Everybody who reports is new in every quarter, the worst case: where
the same people report again, chance moves the figures less.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import islice, product
from statistics import mean
from unittest.mock import patch

from bot.pay.budget import GROWN_FROM
from bot.pay.cuts import cuts
from bot.pay.release import Public, Published, Release, release
from bot.pay.rules import REACH, Fragment, country_cell, pairs_of, task_cell
from tests.audit.errors import SIGMA, TYPICAL, point

SEED = 20261124
SIZES = (30, 50, 70, 100, 200, 300, 1000)
SIGMAS = (0.4, SIGMA)
PAIRS = (100, 200, 300)
TASKS = ("rlhf_ranking", "translation")
CROWD = 1000
BEFORE = 6  # releases before the cut, the newcomer's own included
WITHIN = 2  # releases in which it must be flagged
CUT = 0.2
DRIFT = 0.02  # more a quarter, as prices rise
QUIET = 24  # quarters without a cut, for false alarms
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HEAD = (
    "| cell | reports | sigma | published | flagged | if published | with drift | young | delay | false | with drift |"
    "\n|---|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class World:
    """What is simulated: so many cells with so many reports a quarter each, the spread, the cut and the drift."""

    reports: int
    sigma: float = SIGMA
    before: int = BEFORE
    drift: float = 0.0
    cut: float = CUT
    after: int = WITHIN
    cells: int = 300
    shown: bool = True  # whatever the thresholds say
    tasks: tuple[str, ...] = ()  # with two, the cells are pairs of grown countries that have both

    def level(self, quarter: int) -> float:
        """Gives the median pay of a quarter over that of the first."""
        return float((1 + self.drift) ** quarter * (1 - self.cut * (quarter >= self.before)))


@dataclass(frozen=True)
class Found:
    """What came of a world: the share of its cells that were published and flagged, when, and false alarms a year."""

    published: float
    flagged: float
    delay: float
    false_alarms: float


def main() -> None:
    """Prints the table, a line for each size and spread."""
    print(HEAD)
    for reports, sigma in product(SIZES, SIGMAS):
        print(line("country", World(reports, sigma, cells=60_000 // max(reports, 200))), flush=True)
    for reports, sigma in product(PAIRS, SIGMAS):
        print(line("pair", World(reports, sigma, cells=20_000 // reports, tasks=TASKS)), flush=True)


def line(kind: str, world: World) -> str:
    """Writes the row of a Markdown table."""
    chance = random.Random(f"{SEED} {kind} {world.reports} {world.sigma}")
    quiet = replace(world, before=QUIET, after=0, cells=world.cells // 3)
    plain, as_published = (run(each, chance) for each in (world, replace(world, shown=False)))
    drifting, young = (run(each, chance).flagged for each in (replace(world, drift=DRIFT), replace(world, before=1)))
    still, rising = (run(each, chance).false_alarms for each in (quiet, replace(quiet, drift=DRIFT)))
    shares = (as_published.published, as_published.flagged, plain.flagged, drifting, young)
    said = (kind, str(world.reports), str(world.sigma), *map("{:.2f}".format, (*shares, plain.delay, still, rising)))
    return f"| {' | '.join(said)} |"


def run(world: World, chance: random.Random) -> Found:
    """Simulates a world and looks at its releases with the program's own rule."""
    history = list(releases(world, chance))
    at = {each.period: quarter for quarter, each in enumerate(history)}
    found = [(cut.cell, at[cut.period]) for cut in cuts(history)]
    flagged = {cell: quarter - world.before + 1 for cell, quarter in found if quarter >= world.before}
    early = sum(quarter < world.before for _, quarter in found)
    return Found(
        mean(len(each.cells) for each in history) / world.cells,
        len(flagged) / world.cells,
        mean(flagged.values() or [0]),
        early / world.cells * 4 / max(1, world.before - 1),
    )


def releases(world: World, chance: random.Random) -> Iterator[Release]:
    """Draws the releases of a world, each leaning on the one before; what is not looked at is left out."""
    countries = [country_cell("".join(name), "KES") for name in islice(product(LETTERS, LETTERS), places(world))]
    pairs = [pair for country in countries for pair in pairs_of(country, world.tasks)]
    cells, last = [*countries, *pairs, *map(task_cell, world.tasks)], grown(countries) if pairs else None
    for quarter in range(world.before + world.after):
        said = [fragment for cell in pairs or countries for fragment in reported(world, cell, quarter, chance)]
        with patch.object(Public, "threshold", lambda *_: 0) if world.shown else nullcontext():
            last = release(
                name_of(quarter), cells, [*said, *crowds(countries if pairs else ())], chance.randrange, last
            )
        yield Release(last.period, tuple(found for found in last.cells if found.cell in {*(pairs or countries)}))


def places(world: World) -> int:
    """Counts the countries of a world."""
    return world.cells // max(1, len(world.tasks))


def grown(countries: Sequence[str]) -> Release:
    """Gives a release in which every country had grown, so that its pairs are tried."""
    return Release("2019-Q4", tuple(Published(country, GROWN_FROM, 200_00, 20) for country in countries))


def crowds(countries: Iterable[str]) -> Iterator[Fragment]:
    """Invents what keeps countries grown: far more reports than their pairs hold, all alike."""
    return (Fragment(country, "pay", REACH) for country in countries for _ in range(CROWD))


def name_of(quarter: int) -> str:
    """Names a quarter by its number."""
    return f"{2020 + quarter // 4}-Q{quarter % 4 + 1}"


def reported(world: World, cell: str, quarter: int, chance: random.Random) -> Iterator[Fragment]:
    """Invents what is reported of a cell in one quarter."""
    rates = (TYPICAL * world.level(quarter) * chance.lognormvariate(0, world.sigma) for _ in range(world.reports))
    return (Fragment(cell, "pay", at) for at, times in Counter(map(point, rates)).items() for _ in range(times))


if __name__ == "__main__":
    main()

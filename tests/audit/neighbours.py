"""The exact audit: random data sets and their neighbours, the worst ratio of a whole release, and wrong mechanisms."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from bot.pay.release import ENTERS_FROM, EPSILON, STAYS_FROM, Published, leaning, threshold, weights
from bot.pay.rules import GRID, Fragment, pay_at, share_at
from tests.audit.laws import (
    Cell,
    Counts,
    Law,
    Mechanism,
    Part,
    Weights,
    cell_of,
    certain,
    count,
    honest,
    law_of,
    size_law,
    worst,
)

LIMIT = Decimal(EPSILON).exp()
COUNTRIES = (("KE", "KES"), ("UG", "UGX"), ("KE", "USD"))
EMPLOYERS = ("sama", "cci", "other")

Filing = tuple[Fragment, ...]
Stood = dict[str, Published]


@dataclass(frozen=True)
class Neighbours:
    """A data set without somebody, what that person may have filed, and what the last release said."""

    others: tuple[Filing, ...]
    one: Filing
    other: Filing
    last: Stood
    whole: bool = False


@dataclass(frozen=True)
class Found:
    """The worst that a release tells about anybody: logarithms of ratios, over what the budget allows."""

    replaced: float
    added: float
    exact: bool  # whether the ratios themselves, as fractions, stay within the limit


def filing(country: int, employer: str, pay: int, unpaid: int) -> Filing:
    """Gives one person's fragments, as `rules.fragments` splits a report."""
    code, currency = COUNTRIES[country]
    cell = f"country:{code}:{currency}"
    filed = (Fragment(cell, "pay", pay), Fragment(cell, "unpaid", unpaid))
    return filed if employer == "other" else (*filed, Fragment(f"employer:{employer}:{currency}", "pay", pay))


def random_neighbours(seed: int, whole_every: int) -> Iterator[Neighbours]:
    """Gives neighbours without end: few people and many, scattered and of one mind, new cells and such that stood.

    Those at the very edge of being published come first.
    """
    chance, number = random.Random(f"{seed} neighbours"), 0
    yield from (edge(ENTERS_FROM, {}), edge(STAYS_FROM, {"country:KE:KES": said("country:KE:KES", chance)}))
    while True:
        number += 1
        yield neighbours(chance, number % whole_every == 0)


def edge(first: int, last: Stood) -> Neighbours:
    """Gives a cell that one person more would lift to a threshold."""
    return Neighbours(
        (filing(0, "sama", 60, 4),) * (first - 1), filing(0, "sama", 120, 20), filing(1, "cci", 0, 0), last
    )


def neighbours(chance: random.Random, whole: bool) -> Neighbours:
    """Draws one data set and what somebody may file beside it."""
    width = chance.choice((0, 3, 20, 60))
    size = chance.choice((0, 1, 5, 12, 30, 39, 49, 60, 120)) if not whole else chance.choice((3, 40, 490, 505))
    tops = chance.choice((1, 1, 2, 3))  # how many countries and employers there are
    middle = chance.randint(0, 120)

    def person() -> Filing:
        pay = min(120, max(0, middle + chance.randint(-width, width)))
        return filing(chance.randrange(tops), EMPLOYERS[chance.randrange(tops)], pay, chance.randint(0, 20))

    def anybody() -> Filing:
        pay = chance.choice((0, 120, chance.randint(0, 120)))
        return filing(chance.randrange(3), chance.choice(EMPLOYERS), pay, chance.choice((0, 20)))

    others, one, other = tuple(person() for _ in range(size)), anybody(), anybody()
    cells = sorted({fragment.cell for fragment in (*one, *other)})
    return Neighbours(others, one, other, {cell: said(cell, chance) for cell in cells if chance.random() < 0.5}, whole)


def said(cell: str, chance: random.Random) -> Published:
    """Gives what a last release may have said of a cell."""
    unpaid = share_at(chance.randint(0, 20)) if cell.startswith("country") else None
    return Published(cell, 10 * chance.randint(4, 30), pay_at(chance.randint(0, 120), cell.rpartition(":")[2]), unpaid)


def audit(
    mechanism: Mechanism, found: Iterator[Neighbours], number: int, counted: Callable[[list[Filing]], Counts]
) -> Found:
    """Compares whole releases on many neighbours, exactly: replaced against EPSILON, added against half of it."""
    replaced, added = Fraction(1), Fraction(1)
    for pair in islice(found, number):
        without, with_one, with_other = (counted([*pair.others, *more]) for more in ((), (pair.one,), (pair.other,)))
        cells = sorted({fragment.cell for fragment in (*pair.one, *pair.other)})
        replaced = max(replaced, of_all(mechanism, with_one, with_other, pair, cells))
        added = max(added, of_all(mechanism, without, with_one, pair, cells))
    exact = all(ratio.numerator <= LIMIT * ratio.denominator for ratio in (replaced, added**2))
    return Found(logarithm(replaced) / EPSILON, logarithm(added) / (EPSILON / 2), exact)


def of_all(mechanism: Mechanism, one: Counts, other: Counts, pair: Neighbours, cells: list[str]) -> Fraction:
    """Multiplies the worst ratios over every cell that the two filings touch: no outcome of a release tells more."""
    there = back = Fraction(1)
    for name in cells:
        laws = [mechanism(cell_of(counts, name, pair.last.get(name), pair.whole)) for counts in (one, other)]
        there, back = there * worst(*laws), back * worst(*laws[::-1])
    return max(there, back)


def logarithm(ratio: Fraction) -> float:
    """Gives the natural logarithm of a fraction of any size."""
    return math.log(ratio.numerator) - math.log(ratio.denominator)


def counted_once(filings: list[Filing]) -> Counts:
    """Counts filings as the program does: one value of a person in a cell."""
    return count(fragment for filed in filings for fragment in filed)


# Wrong mechanisms, each of which the audit must catch


def exact_threshold(cell: Cell) -> Law:
    """Holds the exact count against the threshold, and then noises what is shown."""
    over = cell.pay.total() >= threshold(cell.last)
    parts: dict[Part, Weights] = {
        "nothing": (certain(cell.kept("size")) * (not over),),
        "median": tuple(chance * over for chance in size_law(cell)["median"]),
    }
    return law_of(cell, parts)


def half_the_noise(cell: Cell) -> Law:
    """Draws medians as if one person counted for half: every probability falls twice as fast."""
    law = honest(cell)
    return replace(law, figures={"median": tuple(map(_squared, law.figures["median"]))}, quartiles=())


def leaning_on_itself(cell: Cell) -> Law:
    """Leans on the median of this period in place of the last one's: as good as publishing it."""
    law = honest(cell)
    values = sorted(cell.pay.elements()) or [GRID["pay"] // 2]
    pay = weights(cell.pay, cell.kept("pay"), leaning("pay", values[len(values) // 2]))
    return replace(law, figures={"median": (tuple(pay), *law.figures["median"][1:])}, quartiles=())


def counted_thrice(filings: list[Filing]) -> Counts:
    """Lets three jobs of one person count in the same cell."""
    return counted_once([filed for filed in filings for _ in range(3)])


def _squared(weighted: Weights) -> Weights:
    return tuple(weight * weight for weight in weighted)


def controls(seed: int, number: int) -> dict[str, bool]:
    """Says of each wrong mechanism whether the audit that passes the program catches it."""
    wrong: dict[str, tuple[Mechanism, Callable[[list[Filing]], Counts]]] = {
        "threshold on the exact count": (exact_threshold, counted_once),
        "medians with half the noise": (half_the_noise, counted_once),
        "leaning on this period's own median": (leaning_on_itself, counted_once),
        "three values of one person in a cell": (honest, counted_thrice),
    }
    return {
        name: not audit(mechanism, random_neighbours(seed, number + 1), number, counted).exact
        for name, (mechanism, counted) in wrong.items()
    }

"""The exact audit: random data sets and their neighbours, the worst ratio of a whole release, and wrong mechanisms."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from bot.pay.budget import ENTERS_FROM, EPSILON, GROWN_FROM, GROWN_STAYS_FROM, QUESTIONS, STAYS_FROM
from bot.pay.draws import leaning, weights
from bot.pay.release import Public, Published, Release, pool
from bot.pay.rules import BANDS, GRID, Fragment, cells, country_cell, employer_cell, pair_cell, pay_at, share_at
from tests.audit.laws import (
    LOOKED_AT,
    NONE,
    Cell,
    Counts,
    Law,
    Mechanism,
    Part,
    Weights,
    answers,
    cell_of,
    certain,
    count,
    first_size,
    honest,
    law_of,
    size_law,
    worst,
)

LIMIT = Decimal(EPSILON).exp()
COUNTRIES = (("KE", "KES"), ("UG", "UGX"), ("KE", "USD"))
EMPLOYERS = ("sama", "cci", "other")
TASKS = ("translation", "qa_review", "other")
CURRENCIES = {code: ("KES", "UGX", "USD") for code in ("KE", "UG")}
CELLS = cells(CURRENCIES, {employer: CURRENCIES["KE"] for employer in EMPLOYERS[:2]}, TASKS)

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

    @property
    def public(self) -> Public:
        """Gives what everybody knows before anything is counted."""
        return Public.of(CELLS, Release("", tuple(self.last.values())))


@dataclass(frozen=True)
class Found:
    """The worst that a release tells about anybody: logarithms of ratios, over what the budget allows."""

    replaced: float
    added: float
    exact: bool  # whether the ratios themselves, as fractions, stay within the limit


def filing(
    country: int, employer: str, pay: int, unpaid: int, task: str = "translation", told: tuple[int, ...] = ()
) -> Filing:
    """Gives one person's fragments, as `rules.fragments` splits what somebody filed; `told` are answers as bands."""
    code, currency = COUNTRIES[country]
    cell, workplace = country_cell(code, currency), employer_cell(employer, currency)
    filed = [Fragment(cell, "pay", pay), Fragment(cell, "unpaid", unpaid)]
    if task != "other":
        filed.append(Fragment(pair_cell(code, task, currency), "pay", pay))
    if employer != "other":
        filed += [Fragment(workplace, "pay", pay), Fragment(workplace, "unpaid", unpaid)]
        filed += [Fragment(workplace, question, band) for question, band in zip(QUESTIONS, told, strict=False)]
    return tuple(filed)


def random_neighbours(seed: int, whole_every: int) -> Iterator[Neighbours]:
    """Gives neighbours without end: few people and many, scattered and of one mind, new cells and such that stood.

    Those at the very edge of being published come first.
    """
    chance, number = random.Random(f"{seed} neighbours"), 0
    kenya, sama = "country:KE:KES", "employer:sama:KES"
    yield edge(ENTERS_FROM, {})
    yield edge(STAYS_FROM, {kenya: said(kenya, chance)})
    yield edge(GROWN_STAYS_FROM, {cell: replace(said(cell, chance), size=GROWN_FROM) for cell in (kenya, sama)})
    while True:
        number += 1
        yield neighbours(chance, number % whole_every == 0)


def edge(first: int, last: Stood) -> Neighbours:
    """Gives cells that one person more would lift to a threshold, half of them low and half of them high."""
    low, high = (filing(0, "sama", pay, unpaid, told=(0, 1, 2)) for pay, unpaid in ((0, 0), (120, 20)))
    others = (low,) * (first // 2) + (high,) * (first - 1 - first // 2)
    return Neighbours(others, high, filing(1, "cci", 0, 0, "qa_review", (3, 3, 3)), last)


def neighbours(chance: random.Random, whole: bool) -> Neighbours:
    """Draws one data set and what somebody may file beside it."""
    width = chance.choice((0, 3, 20, 60))
    size = chance.choice((0, 1, 5, 12, 30, 39, 49, 60, 120)) if not whole else chance.choice((3, 40, 490, 505))
    tops = chance.choice((1, 1, 2, 3))  # how many countries, employers and tasks there are
    middle = chance.randint(0, 120)

    def told() -> tuple[int, ...]:
        return tuple(chance.randrange(4) for _ in range(chance.choice((0, 3))))

    def person() -> Filing:
        pay = min(120, max(0, middle + chance.randint(-width, width)))
        employer, task = EMPLOYERS[chance.randrange(tops)], TASKS[chance.randrange(tops)]
        return filing(chance.randrange(tops), employer, pay, chance.randint(0, 20), task, told())

    def anybody() -> Filing:
        pay = chance.choice((0, 120, chance.randint(0, 120)))
        where, employer, task = chance.randrange(3), chance.choice(EMPLOYERS), chance.choice(TASKS)
        return filing(where, employer, pay, chance.choice((0, 20)), task, told())

    others, one, other = tuple(person() for _ in range(size)), anybody(), anybody()
    touched = sorted({fragment.cell for fragment in (*one, *other)})
    stood = {cell: said(cell, chance) for cell in touched if chance.random() < 0.6}
    return Neighbours(others, one, other, stood, whole)


def said(cell: str, chance: random.Random) -> Published:
    """Gives what a last release may have said of a cell; a third of them are grown."""
    unpaid = share_at(chance.randint(0, 20)) if cell.startswith("country") else None
    size = 10 * (chance.randint(4, 29) if chance.random() < 2 / 3 else chance.randint(30, 60))
    return Published(cell, size, pay_at(chance.randint(0, 120), cell.rpartition(":")[2]), unpaid)


def touched(pair: Neighbours) -> list[str]:
    """Lists the cells that the two filings touch, of those that are tried: pairs and tasks of grown countries only."""
    filed = {fragment.cell for fragment in (*pair.one, *pair.other)} & set(pair.public.tried)
    return sorted(filed | {task for task, pairs in pair.public.pooled.items() if filed & set(pairs)})


def audit(
    mechanism: Mechanism,
    found: Iterator[Neighbours],
    number: int,
    counted: Callable[[list[Filing]], Counts],
    tried: Callable[[Neighbours], list[str]] = touched,
) -> Found:
    """Compares whole releases on many neighbours, exactly: replaced against EPSILON, added against half of it."""
    replaced, added = Fraction(1), Fraction(1)
    for pair in islice(found, number):
        without, with_one, with_other = (
            pool(counted([*pair.others, *more]), pair.public) for more in ((), (pair.one,), (pair.other,))
        )
        replaced = max(replaced, of_all(mechanism, with_one, with_other, pair, tried(pair)))
        added = max(added, of_all(mechanism, without, with_one, pair, tried(pair)))
    exact = all(ratio.numerator <= LIMIT * ratio.denominator for ratio in (replaced, added**2))
    return Found(logarithm(replaced) / EPSILON, logarithm(added) / (EPSILON / 2), exact)


def of_all(mechanism: Mechanism, one: Counts, other: Counts, pair: Neighbours, tried: list[str]) -> Fraction:
    """Multiplies the worst ratios over every cell that the two filings touch: no outcome of a release tells more."""
    there = back = Fraction(1)
    for name in tried:
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
    if cell.kind in ("pair", "task"):
        return honest(cell)
    over = cell.pay.total() >= first_size(cell)
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


def undivided(cell: Cell) -> Law:
    """Publishes a grown country as if it had nothing beside it."""
    return honest(replace(cell, undivided=cell.kind == "country"))


def exact_answers(cell: Cell) -> Law:
    """Publishes the shares of the answers as they are."""
    law = honest(cell)
    noisy, none = len(answers(cell)), [1] + [0] * LOOKED_AT
    exact = tuple(tuple(none[-at:] + none[:-at]) for at in told(cell)) if noisy else ()
    figures: dict[Part, tuple[Weights, ...]] = {
        part: (*drawn[: len(drawn) - noisy], *exact) for part, drawn in law.figures.items()
    }
    return replace(law, figures=figures)


def told(cell: Cell) -> list[int]:
    """Gives how many gave each answer to each question."""
    return [cell.counts.get(question, NONE)[band] for question in QUESTIONS for band in range(BANDS)]


def pairs_everywhere(pair: Neighbours) -> list[str]:
    """Tries pairs in every country, and not in grown ones alone."""
    return sorted({fragment.cell for fragment in (*pair.one, *pair.other)} | set(touched(pair)))


def counted_thrice(filings: list[Filing]) -> Counts:
    """Lets three jobs of one person count in the same cell."""
    return counted_once([filed for filed in filings for _ in range(3)])


def _squared(weighted: Weights) -> Weights:
    return tuple(weight * weight for weight in weighted)


def controls(seed: int, number: int) -> dict[str, bool]:
    """Says of each wrong mechanism whether the audit that passes the program catches it."""
    wrong: dict[str, tuple[Mechanism, Callable[[list[Filing]], Counts], Callable[[Neighbours], list[str]]]] = {
        "threshold on the exact count": (exact_threshold, counted_once, touched),
        "medians with half the noise": (half_the_noise, counted_once, touched),
        "leaning on this period's own median": (leaning_on_itself, counted_once, touched),
        "three values of one person in a cell": (honest, counted_thrice, touched),
        "a grown country that divides nothing": (undivided, counted_once, touched),
        "pairs in countries that are not grown": (honest, counted_once, pairs_everywhere),
        "shares of answers without noise": (exact_answers, counted_once, touched),
    }
    return {
        name: not audit(mechanism, random_neighbours(seed, number + 1), number, counted, tried).exact
        for name, (mechanism, counted, tried) in wrong.items()
    }

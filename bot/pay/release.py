"""Publishes a period's figures with differential privacy; the one module that spends the budget (bot/pay/budget.py).

What is known before any report is counted (`Public`: the cells of the catalogue, the last release) says which figures
there are and what each may cost. Then every cell that is tried gets its noisy size, and whoever reaches the thresholds
gets its figures. A release is the same for the same reports and the same chance, in whatever order they come.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from bot.pay import budget
from bot.pay.budget import COMPLEMENT_FROM, GROWN_FROM, QUESTIONS, ROUGH_UNDER
from bot.pay.draws import SIDES, draw, leaning, noise, quartile_weights, weights
from bot.pay.fx import in_dollars
from bot.pay.rules import (
    BANDS,
    GRID,
    Fragment,
    Measure,
    Randbelow,
    country_cell,
    pairs_of,
    pay_at,
    pay_point,
    share_at,
    share_point,
)

VERSION = 2
READ = (1, 2)  # the first had countries and employers only, with size, pay, unpaid share and quartiles
ROUNDED = 5  # shares of answers are multiples of so many percent

Shares = tuple[int, int, int, int]  # percent of each band, multiples of 5
Counts = Mapping[Measure, Counter[int]]


@dataclass(frozen=True)
class Published:
    """What is said of one cell.

    `size` is noisy and floored to 10; `pay` the median real hourly pay, gross, in minor units of the cell's currency,
    `low` and `high` its quartiles; `unpaid` the median unpaid share of the hours in percent; `late`, `rejected` and
    `own` the shares of the answers in percent, by band (bot/pay/rules.py, Details). None is not published.
    """

    cell: str
    size: int
    pay: int
    unpaid: int | None = None
    low: int | None = None
    high: int | None = None
    late: Shares | None = None
    rejected: Shares | None = None
    own: Shares | None = None

    @property
    def currency(self) -> str:
        """Gives the ISO 4217 code of the cell."""
        return currency_of(self.cell)

    @property
    def rough(self) -> bool:
        """Says whether the figures must be shown as rough."""
        return self.size < ROUGH_UNDER


@dataclass(frozen=True)
class Release:
    """A period's release: what is published, sorted by cell. It is drawn once and never again."""

    period: str
    cells: tuple[Published, ...] = ()

    def cell(self, name: str) -> Published | None:
        """Gives what is published of a cell, or None."""
        return next((published for published in self.cells if published.cell == name), None)


@dataclass(frozen=True)
class Public:
    """What everybody knows before a period's reports are counted: the catalogue's cells, and the last release.

    Everything that decides which figures are tried and what they may cost depends on this alone.
    """

    cells: frozenset[str]
    last: Mapping[str, Published]

    @classmethod
    def of(cls, cells: Iterable[str], last: Release | None) -> "Public":
        """Gives what is known from a list of cells and the last release."""
        return cls(frozenset(cells), {published.cell: published for published in last.cells} if last else {})

    def grown(self, cell: str) -> bool:
        """Says whether a cell has its share of the budget divided into more figures; pairs and tasks always have."""
        said = self.last.get(cell)
        return kind(cell) in ("pair", "task") or (said is not None and said.size >= GROWN_FROM)

    def kept(self, cell: str, measure: str) -> Fraction:
        """Gives how far a figure of a cell may fall with one person."""
        return budget.kept(kind(cell), measure, grown=self.grown(cell))

    def has(self, cell: str, measure: str) -> bool:
        """Says whether there is such a figure of a cell."""
        return measure in budget.figures(kind(cell), grown=self.grown(cell))

    def threshold(self, cell: str) -> int:
        """Gives the noisy size from which a cell is published."""
        stood = cell in self.last
        if kind(cell) in ("pair", "task"):
            return budget.pair_threshold(stood=stood, pooled=max(1, len(self.pooled.get(cell, ()))))
        return budget.threshold(stood=stood, grown=self.grown(cell))

    @cached_property
    def tried(self) -> tuple[str, ...]:
        """Lists the cells that get a noisy size: countries, employers, and the pairs of grown countries."""
        plain = (cell for cell in self.cells if kind(cell) in ("country", "employer"))
        return tuple(sorted((*plain, *self.countries)))

    @cached_property
    def countries(self) -> dict[str, str]:
        """Gives the country's cell of every pair that is tried."""
        tasks = sorted(task_of(cell) for cell in self.cells if kind(cell) == "task")
        grown = (cell for cell in sorted(self.cells) if kind(cell) == "country" and self.grown(cell))
        return {pair: country for country in grown for pair in pairs_of(country, tasks) if pair in self.cells}

    @cached_property
    def pooled(self) -> dict[str, tuple[str, ...]]:
        """Gives the pairs that each task is drawn from: those of grown countries whose currency has a dated rate."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for pair in self.countries:
            if in_dollars(Fraction(1), currency_of(pair)) is not None:
                found[f"task:{task_of(pair)}:USD"].append(pair)
        return {task: tuple(pairs) for task, pairs in found.items()}


def wanted(last: Release | None) -> Callable[[Fragment], bool]:
    """Gives what says of a fragment whether it can be released beside the last release.

    Answers, and the pair, of somebody whose employer or country is not grown would lie in the box until the release and
    be used for nothing. Where a period is filed into before the one before it is released, for some minutes at its
    start, a cell that is just growing lacks these few.
    """
    public = Public.of((), last)

    def is_wanted(fragment: Fragment) -> bool:
        if kind(fragment.cell) == "pair":
            return public.grown(country_of(fragment.cell))
        return public.has(fragment.cell, fragment.measure)

    return is_wanted


def release(
    period: str,
    cells: Iterable[str],
    fragments: Iterable[Fragment],
    randbelow: Randbelow,
    last: Release | None = None,
) -> Release:
    """Draws a period's release. Call it once: a second draw would spend the budget again.

    `cells` are all that could be published (`rules.cells` over the catalogue), never chosen from the reports; fragments
    of other cells are left out. `randbelow(n)` gives each of 0 to n - 1 as likely as any other (secrets.randbelow).
    `last` is the release before, as it was published: nothing else of the past may count. Fragments are counted as they
    come and never held together.
    """
    public = Public.of(cells, last)
    counted = pool(count(fragments), public)
    sizes = noisy_sizes(public, counted, randbelow)
    drawn = (figures(cell, public, counted[cell], sizes[cell], randbelow) for cell in shown(public, sizes))
    return Release(period, tuple(drawn))


def to_json(published: Release) -> str:
    """Writes a release as canonical JSON: the same release gives the same bytes."""
    document = {"version": VERSION, "period": published.period, "cells": [_said(cell) for cell in published.cells]}
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def release_id(published: Release) -> str:
    """Names a release by what it says: the first 16 hex digits of the SHA-256 of its canonical JSON."""
    return hashlib.sha256(to_json(published).encode()).hexdigest()[:16]


def from_json(document: str | bytes) -> Release:
    """Reads a release. Raises ValueError for what `to_json` never wrote."""
    read = json.loads(document)
    try:
        found = Release(read["period"], tuple(_read(cell) for cell in read["cells"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("not a release") from error
    if set(read) != {"version", "period", "cells"} or read["version"] not in READ:
        raise ValueError("not a release")
    return found


def count(fragments: Iterable[Fragment]) -> dict[str, Counts]:
    """Counts fragments by cell, measure and value."""
    counted: defaultdict[str, Counts] = defaultdict(_no_counts)
    for fragment in fragments:
        counted[fragment.cell][fragment.measure][fragment.value] += 1
    return counted


def pool(counted: Mapping[str, Counts], public: Public) -> Mapping[str, Counts]:
    """Adds the counts of every task: its pairs' pay in US dollars. A person is in one pair, and so in one task."""
    for task, pairs in public.pooled.items():
        for pair in pairs:
            for point, people in counted[pair]["pay"].items():
                counted[task]["pay"][dollar_point(point, currency_of(pair))] += people
    return counted


def dollar_point(point: int, currency: str) -> int:
    """Gives the point of the US dollar's grid nearest to a point of another currency's. KeyError without a rate."""
    dollars = in_dollars(Fraction(pay_at(point, currency)), currency)
    if dollars is None:
        raise KeyError(currency)
    return pay_point(dollars, "USD")


def noisy_sizes(public: Public, counted: Mapping[str, Counts], randbelow: Randbelow) -> dict[str, int]:
    """Draws the noisy size of every cell that is tried; a task's is the sum of its pairs' and costs nothing."""
    drawn = {cell: counted[cell]["pay"].total() + noise(public.kept(cell, "size"), randbelow) for cell in public.tried}
    return drawn | {task: sum(drawn[pair] for pair in pairs) for task, pairs in public.pooled.items()}


def shown(public: Public, sizes: Mapping[str, int]) -> Iterator[str]:
    """Lists the cells whose noisy sizes reach every threshold, sorted. A pair must leave enough beside it."""
    for cell, size in sorted(sizes.items()):
        beside = _beside(cell, public, sizes) if kind(cell) == "pair" else ()
        if size >= public.threshold(cell) and all(rest - size >= COMPLEMENT_FROM for rest in beside):
            yield cell


def figures(cell: str, public: Public, counts: Counts, size: int, randbelow: Randbelow) -> Published:
    """Draws all figures of a cell that is published."""
    grown, last, further = public.grown(cell), public.last.get(cell), dict[str, Any]()
    quartered = budget.has_quartiles(kind(cell), size, grown=grown)
    kept = budget.kept_beside_quartiles(grown=grown)[0] if quartered else public.kept(cell, "pay")
    median = draw(pay_weights(counts["pay"], kept, last), randbelow)
    if quartered:
        further |= _quartiles(cell, public, counts["pay"], median, randbelow)
    if public.has(cell, "unpaid"):
        weighted = unpaid_weights(counts["unpaid"], public.kept(cell, "unpaid"), last)
        further["unpaid"] = share_at(draw(weighted, randbelow))
    for question in (question for question in QUESTIONS if public.has(cell, question)):
        further[question] = shares(bands(counts[question], public.kept(cell, question), randbelow))
    return Published(cell, size // 10 * 10, pay_at(median, currency_of(cell)), **further)


def pay_weights(counts: Counter[int], kept: Fraction, last: Published | None) -> list[int]:
    """Gives the weights of a cell's median pay over the grid."""
    at = None if last is None else pay_point(Fraction(last.pay), last.currency)
    return weights(counts, kept, leaning("pay", at))


def unpaid_weights(counts: Counter[int], kept: Fraction, last: Published | None) -> list[int]:
    """Gives the weights of a cell's median unpaid share over the grid."""
    said = None if last is None else last.unpaid
    return weights(counts, kept, leaning("unpaid", None if said is None else share_point(Fraction(said, 100))))


def bands(counts: Counter[int], kept: Fraction, randbelow: Randbelow) -> tuple[int, ...]:
    """Draws the noisy number of answers in each band: one person is in one band and changes its count by one."""
    return tuple(counts[band] + noise(kept, randbelow) for band in range(BANDS))


def shares(noisy: tuple[int, ...]) -> Shares | None:
    """Gives the bands in percent of all noisy answers, in steps of ROUNDED that make 100; None for too few answers.

    What is left over by rounding down goes to the largest remainders, the first of equals.
    """
    people = [max(0, band) for band in noisy]
    if sum(noisy) < budget.ANSWERS_FROM:
        return None
    steps = [band * (100 // ROUNDED) for band in people]
    whole = [step // sum(people) for step in steps]
    by_rest = sorted(range(BANDS), key=lambda band: -(steps[band] % sum(people)))
    for band in by_rest[: 100 // ROUNDED - sum(whole)]:
        whole[band] += 1
    return _shares(step * ROUNDED for step in whole)


def kind(cell: str) -> str:
    """Gives the kind of a cell."""
    return cell.partition(":")[0]


def currency_of(cell: str) -> str:
    """Gives the ISO 4217 code of a cell."""
    return cell.rpartition(":")[2]


def task_of(cell: str) -> str:
    """Gives the task of a pair or a task's cell."""
    return cell.split(":")[-2]


def country_of(pair: str) -> str:
    """Gives the country's cell that a pair belongs to."""
    _, country, _, currency = pair.split(":")
    return country_cell(country, currency)


def _beside(pair: str, public: Public, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Gives the noisy sizes of a pair's country and of its task, which is 0 where it counts in none."""
    task = f"task:{task_of(pair)}:USD"
    return sizes[public.countries[pair]], sizes[task] if pair in public.pooled.get(task, ()) else 0


def _quartiles(cell: str, public: Public, counts: Counter[int], median: int, randbelow: Randbelow) -> dict[str, int]:
    _, kept = budget.kept_beside_quartiles(grown=public.grown(cell))
    drawn = {side: draw(quartile_weights(counts, median, side, kept), randbelow) for side in SIDES}
    return {side: pay_at(point, currency_of(cell)) for side, point in drawn.items()}


def _no_counts() -> Counts:
    return {measure: Counter() for measure in GRID}


def _read(said: Mapping[str, Any]) -> Published:
    """Reads what is said of one cell."""
    bands = {name: _shares(said[name]) for name in ("late", "rejected", "own") if said.get(name) is not None}
    return Published(**{**said, **bands})


def _shares(percents: Iterable[int]) -> Shares:
    none, some, more, most = percents
    return none, some, more, most


def _said(cell: Published) -> dict[str, Any]:
    return {name: value for name, value in asdict(cell).items() if value is not None}

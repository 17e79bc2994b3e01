"""Coarse values, and how a filing falls apart into fragments that nothing joins (anonymity.md, "A pay report")."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Literal, get_args

from bot.pay.currencies import CURRENCIES
from bot.pay.normalise import OTHER, Report, effective
from bot.texts import Money

STEP = Fraction(21, 20)  # neighbouring points of the money grid are 5 % apart
REACH = 60  # points of the pay grid on either side of the currency's typical pay: a factor of 18.7
AMOUNT_REACH = 210  # the same grid, wide enough for every amount that `amounts` accepts
SHARE_STEPS = 20  # the unpaid share lies on a grid of 5 percentage points
ENTRY = 64  # bytes of every entry in the box
ENTRIES = 3  # entries of every filing

Measure = Literal["pay", "unpaid"]
MEASURES: dict[str, Measure] = {name: name for name in get_args(Measure)}
GRID: dict[Measure, int] = {"pay": 2 * REACH + 1, "unpaid": SHARE_STEPS + 1}
CELL = re.compile(r"(?:country:[A-Z]{2}|employer:[a-z0-9_]{1,32}):[A-Z]{3}")
QUARTER = re.compile(r"(\d{4})-Q([1-4])")


@dataclass(frozen=True, order=True)
class Fragment:
    """One value for one figure: the cell it counts in, what it measures, and its point on that measure's fixed grid.

    Raises ValueError for a cell that is not written as one, an unknown measure or a point off the grid.
    """

    cell: str
    measure: Measure
    value: int

    def __post_init__(self) -> None:
        if not CELL.fullmatch(self.cell):
            raise ValueError("no such cell")
        if self.measure not in MEASURES or not 0 <= self.value < GRID[self.measure]:
            raise ValueError("no such value")


def pay_point(rate: Fraction, currency: str) -> int:
    """Gives the point of the pay grid nearest by ratio to a rate in minor units per hour; beyond its ends, the end."""
    return _step(rate / CURRENCIES[currency].anchor, REACH) + REACH


def pay_at(point: int, currency: str) -> int:
    """Gives a point of the pay grid in minor units per hour, to three significant digits."""
    return _at(point - REACH, currency)


def share_point(share: Fraction) -> int:
    """Gives the point of the unpaid share's grid: steps of 5 percentage points, rounded half to even."""
    return round(share * SHARE_STEPS)


def share_at(point: int) -> int:
    """Gives a point of the unpaid share's grid in percent."""
    return point * 100 // SHARE_STEPS


def amount_on_grid(amount: Money) -> Money:
    """Coarsens an amount to the fixed grid (5 % steps, three significant digits) before it leaves the conversation.

    An exact payslip figure is a key into the payroll; it must exist nowhere on disk. Repeating changes nothing.
    """
    step = _step(Fraction(amount.minor, CURRENCIES[amount.currency].anchor), AMOUNT_REACH)
    return Money(_at(step, amount.currency), amount.currency)


def fragments(report: Report) -> tuple[Fragment, ...]:
    """Splits a report into one fragment for each figure that can be released (bot/pay/release.py, BUDGET), no more.

    At most one value per person and cell. A cell's size is counted from its pay fragments. An "other" employer gives no
    employer fragment. Raises Refusal `pay.report.*` when the hours cannot be.
    """
    figures = effective(report)
    country = country_cell(report.country, figures.currency)
    pay = pay_point(figures.real, figures.currency)
    of_country = (Fragment(country, "pay", pay), Fragment(country, "unpaid", share_point(figures.unpaid_share)))
    if report.employer == OTHER:
        return of_country
    return (*of_country, Fragment(employer_cell(report.employer, figures.currency), "pay", pay))


def entries(report: Report) -> tuple[bytes, ...]:
    """Writes a filing for the box: always the same number of entries of one size, so that neither tells anything."""
    real = tuple(encode(fragment) for fragment in fragments(report))
    return real + (bytes(ENTRY),) * (ENTRIES - len(real))


def encode(fragment: Fragment) -> bytes:
    """Writes a fragment as an entry of ENTRY bytes."""
    written = f"{fragment.cell} {fragment.measure} {fragment.value}".encode()
    if len(written) > ENTRY:
        raise ValueError("a fragment must fit its entry")
    return written.ljust(ENTRY, b"\0")


def decode(entry: bytes) -> Fragment | None:
    """Reads an entry; None for one that only pads a filing. Raises ValueError for anything `encode` never wrote."""
    if len(entry) != ENTRY:
        raise ValueError("no such entry")
    if not any(entry):
        return None
    cell, measure, value = entry.rstrip(b"\0").decode().split(" ")
    if measure not in MEASURES:
        raise ValueError("no such measure")
    return Fragment(cell, MEASURES[measure], int(value))


def country_cell(country: str, currency: str) -> str:
    """Names the cell of a country (ISO 3166-1) and currency."""
    return f"country:{country}:{currency}"


def employer_cell(employer: str, currency: str) -> str:
    """Names the cell of an employer (id of the catalogue) and currency."""
    return f"employer:{employer}:{currency}"


def pair_cell(country: str, task: str, currency: str) -> str:
    """Names the cell of a country, a task (id of the catalogue) and a currency."""
    return f"pair:{country}:{task}:{currency}"


def task_cell(task: str) -> str:
    """Names the cell of a task in all countries, in US dollars."""
    return f"task:{task}:USD"


def cells(countries: Mapping[str, Iterable[str]], employers: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Lists every cell that can be published, from the currencies of countries and employers, sorted.

    The list comes from the catalogue, never from reports: which cells are tried must not tell who reported.
    """
    of_countries = {country_cell(country, code) for country, codes in countries.items() for code in codes}
    of_employers = {employer_cell(employer, code) for employer, codes in employers.items() for code in codes}
    return tuple(sorted(of_countries | of_employers))


def period(now: datetime) -> str:
    """Names the period that a moment belongs to: the quarter in UTC, "2026-Q4". Raises ValueError without a zone."""
    if now.tzinfo is None:
        raise ValueError("a moment needs its zone")
    now = now.astimezone(UTC)
    return f"{now:%Y}-Q{(now.month + 2) // 3}"


def period_ends(name: str) -> datetime:
    """Gives the first moment after a period, in UTC. Raises ValueError for what is not the name of one."""
    found = QUARTER.fullmatch(name)
    if found is None:
        raise ValueError("no such period")
    year, quarter = int(found[1]), int(found[2])
    return datetime(year + quarter // 4, quarter % 4 * 3 + 1, 1, tzinfo=UTC)


def following(name: str) -> str:
    """Names the period after a period. Raises ValueError for what is not the name of one."""
    return period(period_ends(name))


# Squares of the boundaries between neighbouring points: x lies beyond STEP ** (k - 1/2) when x * x > STEP ** (2k - 1).
BOUNDARIES = {reach: tuple(STEP ** (2 * k - 1) for k in range(1 - reach, reach + 1)) for reach in (REACH, AMOUNT_REACH)}


def _step(ratio: Fraction, reach: int) -> int:
    """Gives the k in -reach..reach for which STEP ** k is nearest to a ratio, compared exactly."""
    return bisect_right(BOUNDARIES[reach], ratio * ratio) - reach


def _at(step: int, currency: str) -> int:
    exact = CURRENCIES[currency].anchor * STEP**step
    power: int = 10 ** max(0, len(str(int(exact))) - 3)
    return max(1, round(exact / power) * power)

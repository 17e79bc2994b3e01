"""Coarse values, and how a filing falls apart into fragments that nothing joins (anonymity.md, "A pay report")."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from fractions import Fraction
from typing import Literal, get_args

from bot.pay.currencies import CURRENCIES
from bot.pay.normalise import OTHER, Report, hours_a_week, together
from bot.texts import Money

STEP = Fraction(21, 20)  # neighbouring points of the money grid are 5 % apart
REACH = 60  # points of the pay grid on either side of the currency's typical pay: a factor of 18.7
AMOUNT_REACH = 210  # the same grid, wide enough for every amount that `amounts` accepts
SHARE_STEPS = 20  # the unpaid share lies on a grid of 5 percentage points
ENTRY = 64  # bytes of every entry in the box
ENTRIES = 8  # entries of every filing
MOST_REPORTS = 3  # jobs or months that one filing may hold
PAY_SHAKE = 3  # points by which pay is rounded at random, either way, in each of its fragments
UNPAID_SHAKE = 1  # the same for the unpaid share
BANDS = 4  # answers to each question of "tell more"

Measure = Literal["pay", "unpaid", "late", "rejected", "own"]
Randbelow = Callable[[int], int]
MEASURES: dict[str, Measure] = {name: name for name in get_args(Measure)}
GRID: dict[Measure, int] = {
    "pay": 2 * REACH + 1,
    "unpaid": SHARE_STEPS + 1,
    "late": BANDS,
    "rejected": BANDS,
    "own": BANDS,
}
CELL = re.compile(r"(?:country:[A-Z]{2}|employer:[a-z0-9_]{1,32}|pair:[A-Z]{2}:[a-z0-9_]{1,40}):[A-Z]{3}")
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


@dataclass(frozen=True)
class Details:
    """Answers of "tell more" that feed a published figure, as bands 0 to 3; None is not answered.

    `late`, how late the pay came: on time, up to 7 days, up to 30 days, longer or never. `rejected`, how much of the
    pay or of the items: none, under 5 %, 5 to 20 %, over 20 %. `own`, own data given to train AI (voice, face, home,
    documents, language): none, paid and consent explained, unpaid but consent explained, without explained consent.
    Raises ValueError for a band that is not there.
    """

    late: int | None = None
    rejected: int | None = None
    own: int | None = None

    def __post_init__(self) -> None:
        if any(band not in (None, *range(BANDS)) for band in astuple(self)):
            raise ValueError("no such band")


@dataclass(frozen=True)
class Filing:
    """Everything that one person files in a period: one to three jobs or months, and what they told beside the pay.

    Raises ValueError for another number of reports.
    """

    reports: tuple[Report, ...]
    details: Details = Details()

    def __post_init__(self) -> None:
        if not 1 <= len(self.reports) <= MOST_REPORTS:
            raise ValueError("a filing holds one to three reports")

    @property
    def main(self) -> Report:
        """Gives the report with the most hours a week, the first of equals: its cells are the ones that are counted."""
        return max(self.reports, key=hours_a_week)


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


def fragments(filing: Filing, randbelow: Randbelow) -> tuple[Fragment, ...]:
    """Splits a filing into one fragment for each figure that can be released (bot/pay/budget.py), no more.

    At most one value per person and cell: the cells are those of the main report, and other reports of the same cell
    are taken together with it, their pay over all their hours. A cell's size is counted from its pay fragments. An
    employer or task that is not listed gives no fragment.

    Pay and unpaid share are rounded at random, independently in each fragment. Otherwise a rare wage stands at the same
    point in the country's, the employer's and the pair's cell, and joins them for whoever holds the keys and the tally
    of an open period (tests/audit, "a payroll"). A median of many hardly moves. No unpaid time stays none: it is the
    commonest answer and joins nothing. Raises Refusal `pay.report.*` when the hours cannot be.
    """
    main = filing.main
    code = main.amount.currency
    same = [report for report in filing.reports if report.amount.currency == code]
    country = [report for report in same if report.country == main.country]
    found = _figures(country_cell(main.country, code), country, randbelow)
    if main.task != OTHER:
        pair = [report for report in country if report.task == main.task]
        found += _figures(pair_cell(main.country, main.task, code), pair, randbelow)[:1]
    if main.employer != OTHER:
        employer, cell = [report for report in same if report.employer == main.employer], employer_cell
        found += _figures(cell(main.employer, code), employer, randbelow)
        found += _told(cell(main.employer, code), filing.details)
    return tuple(found)


def entries(
    filing: Filing, randbelow: Randbelow, wanted: Callable[[Fragment], bool] | None = None
) -> tuple[bytes, ...]:
    """Writes a filing for the box: always the same number of entries of one size, so that neither tells anything.

    `wanted` says which fragments can be released (bot/pay/release.py, `wanted`); the others are left out, so that no
    more lies in the box than a figure needs.
    """
    found = fragments(filing, randbelow)
    real = tuple(encode(fragment) for fragment in found if wanted is None or wanted(fragment))
    return real + (bytes(ENTRY),) * (ENTRIES - len(real))


def _figures(cell: str, reports: Sequence[Report], randbelow: Randbelow) -> list[Fragment]:
    figures = together(reports)
    pay = shaken(pay_point(figures.real, figures.currency), PAY_SHAKE, GRID["pay"], randbelow)
    unpaid = share_point(figures.unpaid_share)
    if unpaid:
        unpaid = shaken(unpaid, UNPAID_SHAKE, GRID["unpaid"], randbelow)
    return [Fragment(cell, "pay", pay), Fragment(cell, "unpaid", unpaid)]


def _told(cell: str, details: Details) -> list[Fragment]:
    answers = ((MEASURES[field.name], getattr(details, field.name)) for field in fields(details))
    return [Fragment(cell, measure, band) for measure, band in answers if band is not None]


def shaken(point: int, most: int, points: int, randbelow: Randbelow) -> int:
    """Rounds a point at random by up to `most` points either way, each as likely; beyond the grid's ends, the end."""
    return min(points - 1, max(0, point + randbelow(2 * most + 1) - most))


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
    """Names the cell of a task over all countries, in US dollars; nobody files it, it is drawn from pairs."""
    return f"task:{task}:USD"


def pairs_of(country: str, tasks: Iterable[str]) -> tuple[str, ...]:
    """Names the pair cells of a country's cell, one for each listed task."""
    _, code, currency = country.split(":")
    return tuple(pair_cell(code, task, currency) for task in tasks if task != OTHER)


def cells(
    countries: Mapping[str, Iterable[str]], employers: Mapping[str, Iterable[str]], tasks: Iterable[str] = ()
) -> tuple[str, ...]:
    """Lists every cell that can be published, from the currencies of countries and employers and the tasks, sorted.

    The list comes from the catalogue, never from reports: which cells are tried must not tell who reported.
    """
    listed = tuple(tasks)
    of_countries = {country_cell(country, code) for country, codes in countries.items() for code in codes}
    of_employers = {employer_cell(employer, code) for employer, codes in employers.items() for code in codes}
    of_pairs = {pair for country in of_countries for pair in pairs_of(country, listed)}
    of_tasks = {task_cell(task) for task in listed if task != OTHER}
    return tuple(sorted(of_countries | of_employers | of_pairs | of_tasks))


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

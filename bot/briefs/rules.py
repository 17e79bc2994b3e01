"""Gathers what the releases say of one employer, what it is set beside, and what is not said. The same releases give
the same brief: the day that decides whether a benchmark is too old is the first one after the period, not today.

Nothing is worked out from anything but releases and the dated tables. What is published is a gross median, so it is
divided by gross benchmarks only (domain.md 2.4). Of a living wage that is net, or of which nobody says what it is, this
can be said: where even the gross median lies below it, what is left of the median does too.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from bot.pay.benchmarks import MINIMA, Minimum
from bot.pay.cuts import Cut, cuts_of
from bot.pay.fx import in_dollars
from bot.pay.living import Living, living
from bot.pay.normalise import in_minor_units
from bot.pay.release import Published, Release
from bot.pay.rules import country_cell, employer_cell, period_ends
from bot.pay.takehome import international
from bot.tables import is_stale
from bot.texts import Money
from bot.workplaces.catalogue import COUNTRIES, Employer, employer_currencies

PERIODS = 8  # two years of quarters in the trend
TASKS = 3  # tasks that are set side by side across countries, those with most reports first
Benchmark = Literal["minimum", "living_wage", "living_tariff"]


@dataclass(frozen=True)
class Hour:
    """An hour's pay in its own money, in US dollars and in international dollars; None where no dated row tells."""

    own: Money
    dollars: Money | None = None
    international: Money | None = None


@dataclass(frozen=True)
class Beside:
    """A country's benchmark beside a median: money an hour, since when, by whom.

    `ratio` is the median in units of it, None where the row is more than 18 months older than the end of the period or
    where the two may not be divided (gross by net).
    """

    benchmark: Benchmark
    country: str
    place: str | None
    hourly: Money
    as_of: date
    source: str
    old: bool
    ratio: Fraction | None


@dataclass(frozen=True)
class Line:
    """One published cell with the country it is spoken of for (None: several, or all), and its hour."""

    published: Published
    country: str | None
    hour: Hour


@dataclass(frozen=True)
class Task:
    """One task in several countries, whatever the employer, the best paid first; `all` is the cell of all countries."""

    id: str
    lines: tuple[Line, ...]
    all: Line | None


@dataclass(frozen=True)
class Point:
    """A period in the history of a cell: what was published (None: nothing) and the pay cut found in it, if any."""

    period: str
    published: Published | None
    cut: Cut | None


@dataclass(frozen=True)
class History:
    """A cell over the last periods, oldest first."""

    cell: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Brief:
    """Everything a brief says of an employer. `silent` are the currencies in which nothing is published of it."""

    employer: Employer
    release: Release
    lines: tuple[Line, ...]
    silent: tuple[str, ...]
    countries: tuple[Line, ...]
    beside: tuple[tuple[str, tuple[Beside, ...]], ...]
    tasks: tuple[Task, ...]
    history: tuple[History, ...]
    used: tuple[Release, ...] = field(default=())

    @property
    def main(self) -> Line | None:
        """Gives the line with most reports, or None when nothing is published of this employer."""
        return max(self.lines, key=lambda line: (line.published.size, line.published.cell), default=None)

    def beside_of(self, cell: str) -> tuple[Beside, ...]:
        """Gives the benchmarks that stand beside a cell."""
        return dict(self.beside).get(cell, ())


def brief(employer: Employer, releases: Sequence[Release]) -> Brief:
    """Makes the brief of an employer from the newest of these releases, oldest first; the earlier ones give the trend.

    Falls are looked for in all of them, but in this employer's cells alone: all cells would take a second.

    Raises ValueError without a release.
    """
    if not releases:
        raise ValueError("a brief needs a release")
    release, used = releases[-1], tuple(releases[-PERIODS:])
    lines = tuple(line(cell, of_employer(employer, cell.currency)) for cell in own_cells(employer, release))
    day = period_ends(release.period).date()
    return Brief(
        employer,
        release,
        lines,
        tuple(code for code in currencies(employer) if release.cell(employer_cell(employer.id, code)) is None),
        of_countries(employer, release),
        tuple((one.published.cell, beside(employer, one.published, day)) for one in lines),
        tasks(employer, release),
        tuple(history(one.published.cell, used, tuple(cuts_of(one.published.cell, releases))) for one in lines),
        used,
    )


def published_employers(release: Release) -> tuple[str, ...]:
    """Lists the ids of the employers a release speaks of."""
    return tuple(sorted({name for kind, name, *_ in map(parts, release.cells) if kind == "employer"}))


def currencies(employer: Employer) -> tuple[str, ...]:
    """Lists the currencies in which figures of an employer could be published."""
    return employer_currencies().get(employer.id, ())


def own_cells(employer: Employer, release: Release) -> list[Published]:
    """Gives what a release says of an employer, most reports first."""
    found = [cell for cell in release.cells if parts(cell)[:2] == ["employer", employer.id]]
    return sorted(found, key=lambda cell: (-cell.size, cell.cell))


def of_countries(employer: Employer, release: Release) -> tuple[Line, ...]:
    """Gives what a release says of the countries of an employer, all employers together, in the local currency."""
    cells = ((code, release.cell(country_cell(code, COUNTRIES[code].currency))) for code in employer.countries)
    return tuple(line(cell, code) for code, cell in cells if cell)


def tasks(employer: Employer, release: Release) -> tuple[Task, ...]:
    """Gives the tasks that are published of a country of this employer and of another one as well."""
    pairs = [cell for cell in release.cells if parts(cell)[0] == "pair"]
    here = {parts(cell)[2] for cell in pairs if parts(cell)[1] in employer.countries}
    found = [one for name in here if len(places((one := task(name, pairs, release)).lines)) > 1]
    return tuple(sorted(found, key=lambda one: (-sum(line.published.size for line in one.lines), one.id))[:TASKS])


def task(name: str, pairs: Iterable[Published], release: Release) -> Task:
    """Gives one task, the best paid country first, by what an hour buys and otherwise by US dollars."""
    lines = [line(cell, parts(cell)[1]) for cell in pairs if parts(cell)[2] == name]
    everywhere = next((cell for cell in release.cells if parts(cell)[:2] == ["task", name]), None)
    ranked = sorted(lines, key=lambda one: (-worth(one.hour), one.published.cell))
    return Task(name, tuple(ranked), line(everywhere, None) if everywhere else None)


def places(lines: Iterable[Line]) -> set[str | None]:
    """Gives the countries of some lines."""
    return {line.country for line in lines}


def worth(hour: Hour) -> int:
    """Gives what an hour is worth across countries, in cents; 0 where nobody can say."""
    known = hour.international or hour.dollars
    return known.minor if known else 0


def gap(lines: Collection[Line]) -> Fraction | None:
    """Gives how many times more an hour buys at the top than at the bottom; None unless two can be compared."""
    known = [line.hour.international.minor for line in lines if line.hour.international]
    return Fraction(max(known), min(known)) if len(known) > 1 and min(known) else None


def line(published: Published, country: str | None) -> Line:
    """Sets a published median in US and, where it is one country's own money, in international dollars."""
    pay = Fraction(published.pay)
    dollars, parity = in_dollars(pay, published.currency), None
    if country:
        parity = international(pay, country, published.currency)
    return Line(published, country, Hour(Money(published.pay, published.currency), cents(dollars), hundred(parity)))


def cents(amount: Fraction | None) -> Money | None:
    """Rounds US cents once."""
    return None if amount is None else Money(in_minor_units(amount), "USD")


def hundred(amount: Fraction | None) -> Money | None:
    """Turns dollars into cents."""
    return None if amount is None else cents(amount * 100)


def of_employer(employer: Employer, currency: str) -> str | None:
    """Gives the only country in which an employer pays in this local money, or None where there are several or none."""
    found = paid_locally(employer, currency)
    return found[0] if len(found) == 1 else None


def paid_locally(employer: Employer, currency: str) -> list[str]:
    """Lists the countries of an employer whose own money this is."""
    return [code for code in employer.countries if COUNTRIES[code].currency == currency]


def beside(employer: Employer, published: Published, day: date) -> tuple[Beside, ...]:
    """Gives the benchmarks of the countries whose own money a cell is in."""
    places = paid_locally(employer, published.currency)
    contractor = employer.kind == "platform"
    rows = (row for code in places for row in (MINIMA.get(code), living(code, contractor)))
    return tuple(compared(row, published, day) for row in rows if row and row.currency == published.currency)


def compared(row: Minimum | Living, published: Published, day: date) -> Beside:
    """Sets a gross median beside a benchmark; divided only by one that is gross and fresh at the end of the period."""
    gross = isinstance(row, Minimum) or row.basis == "gross"
    old = is_stale(row.as_of, day)
    return Beside(
        benchmark="minimum" if isinstance(row, Minimum) else row.kind,
        country=row.country,
        place=row.place,
        hourly=Money(in_minor_units(row.hourly), row.currency),
        as_of=row.as_of,
        source=row.source,
        old=old,
        ratio=published.pay / row.hourly if gross and not old else None,
    )


def history(cell: str, releases: Iterable[Release], cuts: Collection[Cut]) -> History:
    """Gives a cell over some releases, with the cuts that were found in it."""
    found = {cut.period: cut for cut in cuts}
    return History(cell, tuple(Point(one.period, one.cell(cell), found.get(one.period)) for one in releases))


def parts(published: Published) -> list[str]:
    """Gives the parts of a cell's name: its kind first, its currency last."""
    return published.cell.split(":")

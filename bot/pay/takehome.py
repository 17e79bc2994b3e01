"""What is left of an hour: pay less what is taken off and what the work costs, over all hours.

R_net and R_ppp of domain.md 2.4. These answers are the worker's own: they are shown back and forgotten, never filed.
Parities are of the year that their row names. Countries where prices have since risen by half or more have no row
(Nigeria, Turkey): what pay buys there would look much more than it is.
Arithmetic is exact; whoever shows a figure rounds once, with `in_minor_units`.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from bot.pay.currencies import CURRENCIES
from bot.pay.fx import in_dollars
from bot.pay.normalise import WEEKS_PER_MONTH, Basis, Report, effective, span
from bot.tables import Row, Table, positive, read_table, require
from bot.texts import Refusal

COLUMNS = ("country", "currency", "rate", "year", "source")
Period = Literal["shift", "week", "month"]


@dataclass(frozen=True)
class Costs:
    """What a worker says of one period, in minor units of the report's currency.

    `off` is what was taken off the pay (tax, contributions, fees), `own` what the work cost (internet, power, rent of
    a device).
    """

    off: int = 0
    own: int = 0


@dataclass(frozen=True)
class TakeHome:
    """What is left of an hour, in minor units and, where it can be said, in international dollars."""

    currency: str
    net: Fraction
    international: Fraction | None


@dataclass(frozen=True)
class Parity:
    """How many units of a currency buy what one US dollar buys in the USA, and of which year that is."""

    country: str
    currency: str
    rate: Fraction
    year: int
    source: str = ""


def take_home(report: Report, costs: Costs) -> TakeHome:
    """Gives what is left of an hour (R_net, R_ppp of domain.md 2.4); below zero where the work costs more than it pays.

    Raises Refusal when more is taken off than was paid, and `pay.report.*` when the hours cannot be.
    """
    result = effective(report)
    paid = result.real * Fraction(result.hours)
    off, own = (per_span(amount, report.basis) for amount in (costs.off, costs.own))
    if off > paid:
        raise Refusal("pay.takehome.too_much_off")
    net = (paid - off - own) / Fraction(result.hours)
    return TakeHome(result.currency, net, international(net, report.country, result.currency))


def period_of(basis: Basis) -> Period:
    """Gives the period that amounts beside the pay are asked for: the one the pay itself was said for."""
    return "month" if basis == "month" else span(basis)


def per_span(amount: int, basis: Basis) -> Fraction:
    """Turns an amount of the period into one of the span that hours are counted in; a month is 52/12 weeks."""
    return amount / WEEKS_PER_MONTH if period_of(basis) == "month" else Fraction(amount)


def international(rate: Fraction, country: str, currency: str) -> Fraction | None:
    """Turns minor units per hour into international dollars per hour: what the pay buys where it is spent.

    Pay in another currency is exchanged into the country's first, at the rates of fx.csv. Gives None without a parity
    for the country or a rate for a currency.
    """
    parity = PARITIES.get(country)
    if parity is None:
        return None
    if parity.currency == currency:
        return rate / CURRENCIES[currency].minor / parity.rate
    ours, theirs = in_dollars(rate, currency), in_dollars(Fraction(CURRENCIES[parity.currency].minor), parity.currency)
    return ours / theirs / parity.rate if ours is not None and theirs is not None else None


def read_parities(path: Path) -> dict[str, Parity]:
    """Reads the table of purchasing power parities. Raises BadTable with file and line."""
    return read_table(path, COLUMNS, parity, lambda row: row.country)


def parity(row: Row) -> Parity:
    """Reads one row. Raises ValueError with what is wrong."""
    require(re.fullmatch("[A-Z]{2}", row["country"]), "the country must be two capitals")
    require(row["currency"] in CURRENCIES, "the currency is not one that pay is reported in")
    require(re.fullmatch(r"20\d\d", row["year"]), "the year must be a year")
    return Parity(row["country"], row["currency"], positive(row["rate"], "rate"), int(row["year"]), row["source"])


PARITIES = Table(lambda: read_parities(Path(__file__).parent / "ppp.csv"))

"""What pay is in US dollars: dated and sourced exchange rates, read from a table and never fetched for a report.

One list of one day (29 September 2026), so that two currencies are compared by the same market. It was held against an
independent one, ExchangeRate-API's of 24 July 2026: all rows lie within 6 %. The bolivar has no row on purpose: it lost
16 % between those two lists, and a rate that is wrong before it is read is worse than none. Who has no row is spoken of
in the local money alone.

A row is a fact of its day, so a release may use it without asking how old it is (and must: two draws of one release
give the same). What a person is shown says "as of", and nothing from rows older than 18 months (`fx` and `is_old`).
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from bot.pay.currencies import CURRENCIES
from bot.tables import Row, Table, day, is_stale, positive, read_table, require

COLUMNS = ("currency", "per_dollar", "as_of", "source")
CENTS = 100


@dataclass(frozen=True)
class Rate:
    """How many units of a currency (ISO 4217) one US dollar cost on a day, and who says so."""

    currency: str
    per_dollar: Fraction
    as_of: date
    source: str

    def is_old(self, today: date) -> bool:
        """Says whether the rate is more than 18 months old: too old to show anything by."""
        return is_stale(self.as_of, today)


def in_dollars(rate: Fraction, currency: str) -> Fraction | None:
    """Turns minor units (per hour) of a currency into US cents (per hour), exactly; None without a rate for it."""
    found = fx(currency)
    if found is None:
        return None
    return rate / CURRENCIES[currency].minor / found.per_dollar * CENTS


def exchanged(rate: Fraction, currency: str, into: str, today: date) -> Fraction | None:
    """Turns minor units (per hour) of one currency into those of another, exactly.

    Gives None where a rate is unknown or more than 18 months old; into the same currency none is needed.
    """
    if currency == into:
        return rate
    ours, theirs = fx(currency), fx(into)
    if ours is None or theirs is None or ours.is_old(today) or theirs.is_old(today):
        return None
    return rate / CURRENCIES[currency].minor / ours.per_dollar * theirs.per_dollar * CURRENCIES[into].minor


def fx(currency: str) -> Rate | None:
    """Gives the rate of a currency with its day and source, or None."""
    return RATES.get(currency)


def read_rates(path: Path) -> dict[str, Rate]:
    """Reads the table of exchange rates, one row a currency. Raises BadTable with file and line."""
    return read_table(path, COLUMNS, rate, lambda row: row.currency)


def rate(row: Row) -> Rate:
    """Reads one row. Raises ValueError with what is wrong."""
    require(row["currency"] in CURRENCIES, "the currency is not one that pay is reported in")
    per_dollar = positive(row["per_dollar"], "per_dollar")
    require(row["currency"] != "USD" or per_dollar == 1, "one US dollar is one US dollar")
    return Rate(row["currency"], per_dollar, day(row["as_of"]), row["source"])


RATES = Table(lambda: read_rates(Path(__file__).parent / "fx.csv"))

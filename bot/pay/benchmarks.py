"""The legal minimum of a country beside what an hour really brings: gross with gross, from dated and sourced rows.

A row says when our source last found it in force (`as_of`). Older than 18 months it is shown, but nothing is compared
with it (domain.md 2.5): in a country with high inflation such a ratio would flatter the employer.
"""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from bot.pay.currencies import CURRENCIES
from bot.pay.normalise import Effective
from bot.tables import Row, read_table, require

STALE_AFTER = 18  # months
COLUMNS = ("country", "place", "currency", "amount", "per", "hours", "as_of", "source")
SPANS = ("hour", "day", "month")
EVERYWHERE = "-"
PLAIN = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")


@dataclass(frozen=True)
class Minimum:
    """A legal minimum wage: gross minor units of `currency` an hour, where (None: in the whole country), since when."""

    country: str
    place: str | None
    currency: str
    hourly: Fraction
    as_of: date


@dataclass(frozen=True)
class Comparison:
    """An hour beside the legal minimum; `ratio` is None where the row is too old for one."""

    minimum: Minimum
    ratio: Fraction | None


def compare(result: Effective, country: str, today: date) -> Comparison | None:
    """Sets the real gross hour beside the country's minimum (vs_min of domain.md 2.4).

    Gives None where no minimum is known, or where it is in another currency.
    """
    minimum = MINIMA.get(country)
    if minimum is None or minimum.currency != result.currency:
        return None
    return Comparison(minimum, None if is_stale(minimum.as_of, today) else result.real / minimum.hourly)


def is_stale(as_of: date, today: date) -> bool:
    """Says whether more than 18 months have passed."""
    months = (today.year - as_of.year) * 12 + today.month - as_of.month
    return (months, today.day) > (STALE_AFTER, as_of.day)


def read_minima(path: Path) -> dict[str, Minimum]:
    """Reads the table of minima, one row a country. Raises BadTable with file and line."""
    return read_table(path, COLUMNS, minimum, lambda row: row.country)


def minimum(row: Row) -> Minimum:
    """Reads one row. Raises ValueError with what is wrong."""
    require(re.fullmatch("[A-Z]{2}", row["country"]), "the country must be two capitals")
    require(row["currency"] in CURRENCIES, "the currency is not one that pay is reported in")
    require(row["per"] in SPANS, f"per must be one of {', '.join(SPANS)}")
    minor = positive(row["amount"], "amount") * CURRENCIES[row["currency"]].minor
    place = None if row["place"] == EVERYWHERE else row["place"]
    return Minimum(row["country"], place, row["currency"], minor / positive(row["hours"], "hours"), day(row["as_of"]))


def positive(words: str, what: str) -> Fraction:
    """Reads a positive decimal number, written plainly, exactly. Raises ValueError."""
    number = Fraction(words) if PLAIN.fullmatch(words) else Fraction(0)
    require(number > 0, f"{what} must be a positive number")
    return number


def day(words: str) -> date:
    """Reads a day. Raises ValueError."""
    require(re.fullmatch(r"\d{4}-\d\d-\d\d", words), "as_of must be a day such as 2026-01-31")
    return date.fromisoformat(words)


MINIMA = read_minima(Path(__file__).parent / "benchmarks.csv")

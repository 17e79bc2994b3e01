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
from bot.pay.fx import exchanged
from bot.pay.normalise import Effective
from bot.tables import Row, Table, day, is_stale, positive, read_table, require

COLUMNS = ("country", "place", "currency", "amount", "per", "hours", "as_of", "source")
SPANS = ("hour", "day", "month")
EVERYWHERE = "-"


@dataclass(frozen=True)
class Minimum:
    """A legal minimum wage: gross minor units of `currency` an hour, where (None: everywhere), since when, by whom."""

    country: str
    place: str | None
    currency: str
    hourly: Fraction
    as_of: date
    source: str = ""


@dataclass(frozen=True)
class Comparison:
    """An hour beside the legal minimum; `ratio` is None where the row is too old for one."""

    minimum: Minimum
    ratio: Fraction | None


def compare(result: Effective, country: str, today: date) -> Comparison | None:
    """Sets the real gross hour beside the country's minimum (vs_min of domain.md 2.4).

    An hour paid in another currency is exchanged at the dated rates of fx.csv. Gives None where no minimum or no rate
    that is fresh enough is known.
    """
    minimum = MINIMA.get(country)
    hour = exchanged(result.real, result.currency, minimum.currency, today) if minimum else None
    if minimum is None or hour is None:
        return None
    return Comparison(minimum, None if is_stale(minimum.as_of, today) else hour / minimum.hourly)


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
    hourly = minor / positive(row["hours"], "hours")
    return Minimum(row["country"], place, row["currency"], hourly, day(row["as_of"]), row["source"])


MINIMA = Table(lambda: read_minima(Path(__file__).parent / "benchmarks.csv"))

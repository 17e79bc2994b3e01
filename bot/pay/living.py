"""What a decent life costs, beside what is left of an hour: living wages and living tariffs, dated and sourced.

Net is compared with net and gross with gross, never across (domain.md 2.4). An employee's hour stands beside a living
wage. Who works for a platform as a contractor needs more: WageIndicator's Living Tariff is A the living wage, B what
the work costs, C time that nobody pays (waiting, training, administration) and D social security. It is gross, and
compared with the gross hour; C is counted there already, since all hours count (bot/pay/normalise.py). Where only a
living wage is known, it stands in for the tariff as the least of it.

Living wages are published by the year or the month. Where a source names only the year, the row is dated its first day,
so that it grows old too early rather than too late. Older than 18 months it is shown, and nothing is compared with it.
"""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Literal, get_args

from bot.pay.currencies import CURRENCIES
from bot.pay.fx import exchanged
from bot.tables import Row, Table, day, is_stale, positive, read_table, require

Basis = Literal["net", "gross", "unstated"]
Kind = Literal["living_wage", "living_tariff"]
Household = Literal["worker", "family", "one"]
Missing = Literal["old", "unstated", "net", "rate"]
BASES: dict[str, Basis] = {basis: basis for basis in get_args(Basis)}
KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
HOUSEHOLDS: dict[str, Household] = {household: household for household in get_args(Household)}
COLUMNS = ("country", "place", "household", "currency", "amount", "hours", "basis", "kind", "as_of", "source")
EVERYWHERE = "-"


@dataclass(frozen=True)
class Living:
    """A living wage or tariff: minor units of `currency` a month and an hour, net or gross, where, for whom, of when.

    `place` is None for the whole country; `basis` "unstated" where the source does not say. `household` is who lives on
    it: a worker of a family with more than one earner (Anker), a whole family, or one person.
    """

    country: str
    place: str | None
    household: Household
    currency: str
    monthly: int
    hourly: Fraction
    basis: Basis
    kind: Kind
    as_of: date
    source: str = ""


@dataclass(frozen=True)
class LivingComparison:
    """An hour beside a living wage or tariff; without a `ratio`, `missing` says why.

    "old": the row is older than 18 months. "unstated": nobody knows whether it is net or gross. "net": the worker has
    not said what is taken off the pay. "rate": it is in another currency, and no fresh rate is known.
    """

    living: Living
    ratio: Fraction | None = None
    missing: Missing | None = None


@dataclass(frozen=True)
class Hour:
    """What an hour brings, in minor units: before anything is taken off and, where the worker said so, what is left."""

    currency: str
    gross: Fraction
    net: Fraction | None = None


def beside_living(hour: Hour, country: str, contractor: bool, today: date) -> LivingComparison | None:
    """Sets an hour beside the living tariff (contractors, where there is one) or living wage of a country (vs_living).

    Gives None where neither is known.
    """
    found = living(country, contractor)
    if found is None:
        return None
    if is_stale(found.as_of, today):
        return LivingComparison(found, missing="old")
    if found.basis == "unstated":
        return LivingComparison(found, missing="unstated")
    return _compared(hour, found, today)


def living(country: str, contractor: bool = False) -> Living | None:
    """Gives the living wage of a country, for contractors its living tariff where there is one; or None."""
    tariff = LIVING.get(key_of(country, "living_tariff")) if contractor else None
    return tariff or LIVING.get(key_of(country, "living_wage"))


def key_of(country: str, kind: Kind) -> str:
    """Names a row of the table."""
    return f"{country} {kind}"


def read_living(path: Path) -> dict[str, Living]:
    """Reads the table, one row a country and kind. Raises BadTable with file and line."""
    return read_table(path, COLUMNS, _living, lambda row: key_of(row.country, row.kind))


def _compared(hour: Hour, found: Living, today: date) -> LivingComparison:
    ours = hour.net if found.basis == "net" else hour.gross
    if ours is None:
        return LivingComparison(found, missing="net")
    paid = exchanged(ours, hour.currency, found.currency, today)
    return LivingComparison(found, missing="rate") if paid is None else LivingComparison(found, paid / found.hourly)


def _living(row: Row) -> Living:
    require(re.fullmatch("[A-Z]{2}", row["country"]), "the country must be two capitals")
    require(row["currency"] in CURRENCIES, "the currency is not one that pay is reported in")
    require(row["basis"] in BASES, f"basis must be one of {', '.join(BASES)}")
    require(row["kind"] in KINDS, f"kind must be one of {', '.join(KINDS)}")
    require(row["household"] in HOUSEHOLDS, f"household must be one of {', '.join(HOUSEHOLDS)}")
    require(row["kind"] != "living_tariff" or row["basis"] == "gross", "a living tariff is gross: it covers the costs")
    monthly = positive(row["amount"], "amount") * CURRENCIES[row["currency"]].minor
    return Living(
        country=row["country"],
        place=None if row["place"] == EVERYWHERE else row["place"],
        household=HOUSEHOLDS[row["household"]],
        currency=row["currency"],
        monthly=round(monthly),
        hourly=monthly / positive(row["hours"], "hours"),
        basis=BASES[row["basis"]],
        kind=KINDS[row["kind"]],
        as_of=day(row["as_of"]),
        source=row["source"],
    )


LIVING = Table(lambda: read_living(Path(__file__).parent / "living.csv"))

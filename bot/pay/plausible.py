"""Finds a report that can hardly be meant as it was written, and what was probably meant (domain.md 2.4, sanity gates).

Pay between 0.05 and 150 international dollars an hour is taken as it is; anything else is asked for once more. Whoever
says that it is right is believed: the report counts, at the end of the pay grid (bot/pay/rules.py), and says so.
"""

from dataclasses import replace
from fractions import Fraction

from bot.pay.currencies import CURRENCIES
from bot.pay.fx import in_dollars
from bot.pay.normalise import Basis, Report, effective
from bot.pay.takehome import international
from bot.texts import Money

LEAST, MOST = Fraction(5, 100), Fraction(150)  # international dollars an hour
WEEKLY: tuple[Basis, ...] = ("hour", "week", "month", "task")  # ways of being paid whose hours are those of a week
GUESSES = 3


def worth(report: Report) -> Fraction | None:
    """Gives the real hour in international dollars; in US dollars where no parity is known, None where neither is."""
    result = effective(report)
    found = international(result.real, report.country, result.currency)
    if found is not None:
        return found
    cents = in_dollars(result.real, result.currency)
    return None if cents is None else cents / 100


def is_doubtful(report: Report) -> bool:
    """Says whether the hourly pay lies outside what anybody earns."""
    found = worth(report)
    return found is not None and not LEAST <= found <= MOST


def likely(report: Report, currencies: tuple[str, ...]) -> tuple[Report, ...]:
    """Gives what may have been meant, the likeliest first: another time, thousands, another currency of the country.

    None of them is doubtful itself. The likeliest is the one nearest to the typical pay of its currency.
    """
    slips = (*other_times(report), *thousands(report), *other_currencies(report, currencies))
    return tuple(sorted((slip for slip in slips if not is_doubtful(slip)), key=distance)[:GUESSES])


def other_times(report: Report) -> list[Report]:
    """Gives the same amount for another time: a month's pay said to be a week's, and the like."""
    others = WEEKLY[:-1] if report.basis in WEEKLY else ()
    return [replace(report, basis=basis) for basis in others if basis != report.basis]


def thousands(report: Report) -> list[Report]:
    """Gives a thousand times the amount ("35" for 35,000) and, where it is whole, a thousandth."""
    many = [Money(report.amount.minor * 1000, report.amount.currency)]
    few = [Money(report.amount.minor // 1000, report.amount.currency)] if report.amount.minor % 1000 == 0 else []
    return [replace(report, amount=amount) for amount in (*many, *few)]


def other_currencies(report: Report, currencies: tuple[str, ...]) -> list[Report]:
    """Gives the same number in the other currencies people are paid in there."""
    others = (in_currency(report.amount, code) for code in currencies if code != report.amount.currency)
    return [replace(report, amount=amount) for amount in others if amount.minor]


def in_currency(amount: Money, currency: str) -> Money:
    """Gives the same number in another currency, to its minor unit: 300 USD for 300 KES."""
    number = Fraction(amount.minor, CURRENCIES[amount.currency].minor)
    return Money(round(number * CURRENCIES[currency].minor), currency)


def distance(report: Report) -> Fraction:
    """Gives how many times a report's hour lies above or below what is typical of its currency."""
    result = effective(report)
    ratio = result.real / CURRENCIES[result.currency].anchor
    return max(ratio, 1 / ratio)

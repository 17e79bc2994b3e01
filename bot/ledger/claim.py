"""What a member can lay before an employer, an inspector or a court: days, hours, payments, and what is open.

The fingerprint is SHA-256 over the record in one fixed form, so that two copies can be told to be the same.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import sha256

from bot.ledger.rules import Days, Entry, Sort, Sums, by_day, chosen, local_day, month, sums


@dataclass(frozen=True)
class Day:
    """What was worked on a day: paid and unpaid minutes."""

    date: date
    paid: int
    unpaid: int


@dataclass(frozen=True)
class Payment:
    """What arrived on a day, in minor units."""

    date: date
    amount: int
    currency: str


@dataclass(frozen=True)
class Owed:
    """What an agreed hour makes of the hours, in its minor units: what is short of the paid hours; the unpaid ones."""

    short: int
    unpaid: int


@dataclass(frozen=True)
class Claim:
    """The record of one employer, by the days of one zone; `rate` is the agreed hour, where the member named one."""

    employer: str
    zone: str
    days: tuple[Day, ...]
    payments: tuple[Payment, ...]
    total: Sums
    rate: Entry | None

    def months(self) -> list[Days]:
        """Lists the months in which anything stands, the newest first."""
        dates = {day.date for day in self.days} | {payment.date for payment in self.payments}
        firsts = {day.replace(day=1) for day in dates}
        return [month(first, 0) for first in sorted(firsts, reverse=True)]

    def owed(self) -> Owed | None:
        """Gives what is owed by the agreed hour, None where none was named; other currencies are left out."""
        if self.rate is None:
            return None
        hour = Fraction(self.rate.amount, 60)
        earned, received = round(hour * self.total.paid), self.total.received.get(self.rate.currency, 0)
        return Owed(max(0, earned - received), round(hour * self.total.unpaid))

    def fingerprint(self) -> str:
        """Gives the SHA-256 of the record, in hexadecimal."""
        return sha256("\n".join(self.lines()).encode()).hexdigest()

    def lines(self) -> list[str]:
        """Writes the record in its fixed form: comma-separated, minutes and minor units."""
        head = [f"employer,{self.employer}", f"zone,{self.zone}"]
        agreed = [f"agreed hour,{self.rate.amount},{self.rate.currency}"] if self.rate else []
        days = [f"day,{day.date},{day.paid},{day.unpaid}" for day in self.days]
        return head + agreed + days + [f"payment,{p.date},{p.amount},{p.currency}" for p in self.payments]


def claim(entries: Iterable[Entry], employer: str, zone: str) -> Claim:
    """Puts together what stands about one employer."""
    own = [entry for entry in entries if entry.thing == employer]
    payments = [Payment(local_day(e.at, zone), e.amount, e.currency) for e in own if e.kind == "pay"]
    return Claim(
        employer,
        zone,
        tuple(days_of(own, zone)),
        tuple(sorted(payments, key=lambda payment: (payment.date, payment.currency, payment.amount))),
        sums(own, zone, Days(date.min, date.max)),
        chosen(own, "rate"),
    )


PAGE = """\
<!doctype html>
<html lang="{language}" dir="{direction}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<style>
body {{ font: 12pt/1.4 sans-serif; margin: 2em auto; max-width: 45em }}
section {{ white-space: pre-line; break-inside: avoid; margin-bottom: 2em; overflow-wrap: anywhere }}
</style>
{sections}
</html>
"""


def as_page(sections: Iterable[str], language: str, direction: str) -> str:
    """Writes a record as a page to print, that asks nothing of any network; `sections` are HTML with line breaks."""
    marked = "\n".join(f"<section>{section}</section>" for section in sections)
    return PAGE.format(language=language, direction=direction, sections=marked)


def days_of(entries: Iterable[Entry], zone: str) -> list[Day]:
    """Gives what was worked on each day, the first in front."""
    minutes: Counter[tuple[date, bool]] = Counter()
    for entry in entries:
        if entry.kind == "work":
            for day, part in by_day(entry, zone):
                minutes[day, is_paid(entry.sort)] += part
    return [Day(day, minutes[day, True], minutes[day, False]) for day in sorted({day for day, _ in minutes})]


def is_paid(sort: Sort) -> bool:
    """Says whether work of a sort is paid."""
    return sort == "paid"

"""What an hour really brings: a report's amount over all hours worked for it, paid or not.

The formulas are those of domain.md 2.4 in thin form. Overhead time (waiting, training, administration) counts as work,
as in WageIndicator's Living Tariff for gig workers. All figures are gross: before tax, contributions, fees and costs.
They may be compared with gross minimum wages, never with net living wages.

Arithmetic is exact (integers and fractions); whoever shows a figure rounds once, half to even, with `in_minor_units`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

from bot.texts import Money, Refusal

Basis = Literal["hour", "shift", "week", "month", "task"]
Span = Literal["shift", "week"]
BASES: tuple[Basis, ...] = get_args(Basis)
WEEKS_PER_MONTH = Fraction(52, 12)
LONGEST_WEEK = 110  # hours, paid and unpaid together (domain.md 2.4, sanity gates)
LONGEST_SHIFT = 24
SHIFTS_PER_WEEK = 5  # only to weigh a job that is paid by the shift against another one
OTHER = "other"


@dataclass(frozen=True)
class Report:
    """The six core answers about one job.

    `country` is ISO 3166-1, `employer` an id of the catalogue or "other", `task` an id of the catalogue. `amount` is
    what the basis says: the rate of an hour, the pay of a shift, a week or a month, or, for "task", what a typical week
    of tasks brought in. Hours are per shift for "shift", otherwise per week.
    """

    country: str
    employer: str
    task: str
    basis: Basis
    amount: Money
    hours_paid: Decimal
    hours_unpaid: Decimal


@dataclass(frozen=True)
class Effective:
    """What a report comes to: gross rates in minor units of `currency` per hour; `hours` is the total of the `span`."""

    currency: str
    headline: Fraction
    real: Fraction
    unpaid_share: Fraction
    hours: Decimal
    span: Span


def effective(report: Report) -> Effective:
    """Normalises a report to an hour (R_nominal, R_gross and U of domain.md 2.4; WageIndicator Living Tariff, part C).

    `headline` is what the advertisement says: the amount over the paid hours. `real` is the same amount over all hours,
    and `unpaid_share` the part of them that was not paid. Raises Refusal `pay.report.*` when the hours cannot be.
    """
    _check(report)
    paid, total = Fraction(report.hours_paid), Fraction(report.hours_paid + report.hours_unpaid)
    earned = _earned(report)
    return Effective(
        currency=report.amount.currency,
        headline=earned / paid,
        real=earned / total,
        unpaid_share=1 - paid / total,
        hours=report.hours_paid + report.hours_unpaid,
        span=span(report.basis),
    )


def together(reports: Sequence[Report]) -> Effective:
    """Takes several reports as one week's work: all that they earned over all their hours; their order is the same.

    A job that is paid by the shift counts with five shifts. Raises Refusal as `effective`, and ValueError for none or
    for reports in several currencies.
    """
    if len({report.amount.currency for report in reports}) != 1:
        raise ValueError("reports in one currency are needed")
    for report in reports:
        _check(report)
    earned = sum((_earned(report) * _spans_a_week(report.basis) for report in reports), start=Fraction(0))
    paid = sum((report.hours_paid * _spans_a_week(report.basis) for report in reports), start=Decimal(0))
    hours = sum(map(hours_a_week, reports), start=Decimal(0))
    share = 1 - Fraction(paid) / Fraction(hours)
    return Effective(
        reports[0].amount.currency, earned / Fraction(paid), earned / Fraction(hours), share, hours, "week"
    )


def hours_a_week(report: Report) -> Decimal:
    """Gives all hours of a week, paid and unpaid; of a job that is paid by the shift those of five shifts."""
    return (report.hours_paid + report.hours_unpaid) * _spans_a_week(report.basis)


def span(basis: Basis) -> Span:
    """Gives the time that the hours of a report with this basis are counted in."""
    return "shift" if basis == "shift" else "week"


def longest(basis: Basis) -> int:
    """Gives the most hours, paid and unpaid together, that a report with this basis may hold."""
    return LONGEST_SHIFT if span(basis) == "shift" else LONGEST_WEEK


def in_minor_units(rate: Fraction) -> int:
    """Rounds a rate to whole minor units, half to even."""
    return round(rate)


def _spans_a_week(basis: Basis) -> int:
    return SHIFTS_PER_WEEK if span(basis) == "shift" else 1


def _earned(report: Report) -> Fraction:
    """Gives what the span brought in, in minor units; a month is 52/12 weeks."""
    said = Fraction(report.amount.minor)
    if report.basis == "hour":
        return said * Fraction(report.hours_paid)
    return said / WEEKS_PER_MONTH if report.basis == "month" else said


def _check(report: Report) -> None:
    if report.hours_paid <= 0:
        raise Refusal("pay.report.no_paid_hours")
    if report.hours_unpaid < 0:
        raise Refusal("pay.hours.negative")
    if report.hours_paid + report.hours_unpaid > longest(report.basis):
        raise Refusal(f"pay.report.too_many_hours.{span(report.basis)}", longest=longest(report.basis))

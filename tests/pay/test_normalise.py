"""What an hour really brings: the worked examples of domain.md 2.4 and the gates."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pay.currencies import CURRENCIES
from bot.pay.normalise import BASES, Basis, Report, effective, in_minor_units, longest, span, together
from bot.texts import Money, Refusal


def report(basis: Basis, minor: int, paid: str, unpaid: str, currency: str = "KES") -> Report:
    return Report("KE", "sama", "qa_review", basis, Money(minor, currency), Decimal(paid), Decimal(unpaid))


def test_worked_example_a_a_nairobi_moderator() -> None:
    figures = effective(report("month", 38_000_00, "40", "10.5"))
    assert round(figures.headline / 100) == 219
    assert round(figures.real / 100) == 174
    assert round(figures.unpaid_share * 100) == 21
    assert (figures.hours, figures.span, figures.currency) == (Decimal("50.5"), "week", "KES")


def test_worked_example_b_a_gig_annotator() -> None:
    figures = effective(report("task", 40_80, "22", "8", "USD"))
    assert in_minor_units(figures.headline) == 185
    assert in_minor_units(figures.real) == 136
    assert round(figures.unpaid_share * 100) == 27


@pytest.mark.parametrize(
    ("basis", "minor", "headline", "real"),
    [
        ("hour", 200_00, 200_00, 160_00),
        ("shift", 1_600_00, 200_00, 160_00),
        ("week", 1_600_00, 200_00, 160_00),
        ("task", 1_600_00, 200_00, 160_00),
        ("month", 5_200_00, 150_00, 120_00),
    ],
)
def test_every_basis_comes_to_an_hour(basis: Basis, minor: int, headline: int, real: int) -> None:
    figures = effective(report(basis, minor, "8", "2"))
    assert (figures.headline, figures.real, figures.unpaid_share) == (
        Fraction(headline),
        Fraction(real),
        Fraction(1, 5),
    )


def test_rates_are_rounded_half_to_even() -> None:
    assert [in_minor_units(Fraction(n, 2)) for n in (1, 3, 5)] == [0, 2, 2]


@pytest.mark.parametrize(
    ("basis", "paid", "unpaid", "key"),
    [
        ("week", "0", "10", "pay.report.no_paid_hours"),
        ("week", "0", "0", "pay.report.no_paid_hours"),
        ("week", "-1", "10", "pay.report.no_paid_hours"),
        ("week", "40", "-1", "pay.hours.negative"),
        ("week", "100", "10.5", "pay.report.too_many_hours.week"),
        ("month", "100", "10.5", "pay.report.too_many_hours.week"),
        ("shift", "20", "4.5", "pay.report.too_many_hours.shift"),
    ],
)
def test_hours_that_cannot_be_are_refused(basis: Basis, paid: str, unpaid: str, key: str) -> None:
    with pytest.raises(Refusal) as refusal:
        effective(report(basis, 1, paid, unpaid))
    assert refusal.value.key == key


def test_the_longest_week_and_shift_are_taken() -> None:
    assert effective(report("week", 1, "100", "10")).hours == longest("week") == 110
    assert effective(report("shift", 1, "20", "4")).hours == longest("shift") == 24
    assert {span(basis) for basis in BASES} == {"week", "shift"}


HALVES = st.integers(1, 48).map(lambda halves: Decimal(halves) / 4)


@given(basis=st.sampled_from(BASES), minor=st.integers(1, 10**9), paid=HALVES, unpaid=HALVES)
@settings(deadline=None)
def test_headline_and_real_differ_by_the_unpaid_share(basis: Basis, minor: int, paid: Decimal, unpaid: Decimal) -> None:
    figures = effective(report(basis, minor, str(paid), str(unpaid)))
    assert figures.real == figures.headline * (1 - figures.unpaid_share)
    assert 0 < figures.unpaid_share < 1


@given(
    basis=st.sampled_from(BASES), minor=st.integers(1, 10**9), more=st.integers(1, 10**6), paid=HALVES, unpaid=HALVES
)
@settings(deadline=None)
def test_more_pay_is_more_an_hour_and_more_unpaid_hours_are_less(
    basis: Basis, minor: int, more: int, paid: Decimal, unpaid: Decimal
) -> None:
    real = effective(report(basis, minor, str(paid), str(unpaid))).real
    assert effective(report(basis, minor + more, str(paid), str(unpaid))).real > real
    assert effective(report(basis, minor, str(paid), str(unpaid / 2))).real > real
    assert effective(report(basis, minor * 3, str(paid), str(unpaid))).real == 3 * real


@given(minor=st.integers(1, 10**9), paid=HALVES, unpaid=HALVES, currency=st.sampled_from(sorted(CURRENCIES)))
@settings(deadline=None)
def test_units_agree_in_every_currency(minor: int, paid: Decimal, unpaid: Decimal, currency: str) -> None:
    """The same job said by the hour, the week, the month (52/12 weeks whatever its length) or its tasks is one hour."""
    weekly = effective(report("week", 12 * minor, str(paid), str(unpaid), currency))
    monthly = effective(report("month", 52 * minor, str(paid), str(unpaid), currency))
    tasks = effective(report("task", 12 * minor, str(paid), str(unpaid), currency))
    assert weekly == monthly == tasks
    hourly = effective(report("hour", minor, str(paid), str(unpaid), currency))
    assert hourly.headline == minor and hourly.real == minor * (1 - hourly.unpaid_share)
    assert hourly.currency == currency


@given(basis=st.sampled_from(BASES), minor=st.integers(1, 10**9), unpaid=HALVES)
def test_no_hour_is_made_of_no_hours(basis: Basis, minor: int, unpaid: Decimal) -> None:
    with pytest.raises(Refusal, match="no_paid_hours"):
        effective(report(basis, minor, "0", str(unpaid)))


def jobs(said: list[tuple[Basis, int, Decimal, Decimal]]) -> list[Report]:
    return [report(basis, minor, str(paid), str(unpaid)) for basis, minor, paid, unpaid in said]


SEVERAL = st.lists(
    st.tuples(st.sampled_from(BASES), st.integers(1, 10**9), HALVES, HALVES), min_size=1, max_size=3
).flatmap(lambda said: st.tuples(st.just(said), st.permutations(said)))


@given(SEVERAL)
@settings(deadline=None)
def test_several_jobs_come_to_the_same_in_any_order_and_lie_between_the_best_and_the_worst(
    orders: tuple[list[tuple[Basis, int, Decimal, Decimal]], list[tuple[Basis, int, Decimal, Decimal]]],
) -> None:
    said, other = orders
    found = together(jobs(said))
    assert found == together(jobs(other))
    single = [effective(job).real for job in jobs(said)]
    assert min(single) <= found.real <= max(single)

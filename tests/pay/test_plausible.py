"""Pay that can hardly be meant: what is asked for once more, and what may have been meant instead."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pay.currencies import CURRENCIES
from bot.pay.normalise import BASES, Basis, Report, effective
from bot.pay.plausible import LEAST, MOST, distance, in_currency, is_doubtful, likely, worth
from bot.pay.rules import GRID, pay_point
from bot.texts import Money
from bot.workplaces.catalogue import COUNTRIES

MODERATOR = Report("KE", "sama", "other", "month", Money(3_800_000, "KES"), Decimal(40), Decimal("10.5"))
REPORTS = st.builds(
    lambda country, currency, basis, minor, paid, unpaid: Report(
        country, "other", "other", basis, Money(minor, currency), Decimal(paid), Decimal(unpaid)
    ),
    st.sampled_from(sorted(COUNTRIES)),
    st.sampled_from(sorted(CURRENCIES)),
    st.sampled_from(BASES),
    st.integers(1, 10**10),
    st.integers(1, 12),
    st.integers(0, 12),
)


def test_a_common_wage_is_taken_as_it_is() -> None:
    assert not is_doubtful(MODERATOR)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (replace(MODERATOR, basis="hour"), MODERATOR),
        (replace(MODERATOR, amount=Money(38_00, "KES")), MODERATOR),
        (replace(MODERATOR, amount=Money(3_800_000, "USD")), MODERATOR),
        (replace(MODERATOR, amount=Money(3_800_000_000, "KES")), MODERATOR),
    ],
)
def test_the_usual_slips_are_found_first(said: Report, meant: Report) -> None:
    assert is_doubtful(said) and likely(said, ("KES", "USD"))[0] == meant


@given(REPORTS)
def test_what_may_have_been_meant_is_believable_and_the_rest_is_not(report: Report) -> None:
    guesses = likely(report, COUNTRIES[report.country].currencies)
    assert not any(is_doubtful(guess) for guess in guesses) and report not in guesses
    assert [distance(guess) for guess in guesses] == sorted(map(distance, guesses)) and len(guesses) <= 3
    found = worth(report)
    assert is_doubtful(report) == (found is not None and not LEAST <= found <= MOST)


@pytest.mark.parametrize("basis", ["hour", "task"])
def test_what_is_doubtful_lies_near_the_end_of_the_grid_of_its_currency(basis: Basis) -> None:
    """Whoever insists moves no median further than the grid reaches."""
    for minor, end in ((1, 0), (10**12, GRID["pay"] - 1)):
        far = replace(MODERATOR, basis=basis, amount=Money(minor, "KES"))
        assert is_doubtful(far) and pay_point(effective(far).real, "KES") == end


def test_the_same_number_is_kept_in_another_currency() -> None:
    assert in_currency(Money(300_00, "KES"), "TND") == Money(300_000, "TND")
    assert in_currency(Money(300_00, "KES"), "UGX") == Money(300, "UGX")

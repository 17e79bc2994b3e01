"""What is left of an hour: the worked examples of domain.md 2.4 to the shilling, and what can never be."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pay.normalise import BASES, Basis, Report, effective, in_minor_units
from bot.pay.takehome import COLUMNS, PARITIES, Costs, international, read_parities, take_home
from bot.tables import BadTable
from bot.texts import Money, Refusal
from bot.workplaces.catalogue import COUNTRIES

# Gross 38,000; NSSF 2,280, SHIF 1,045, housing levy 570, PAYE 2,615; 40 paid and 10.5 unpaid hours a week.
MODERATOR = Report(
    "KE", "sama", "content_moderation_live", "month", Money(3_800_000, "KES"), Decimal(40), Decimal("10.5")
)
DEDUCTIONS = Costs(off=228_000 + 104_500 + 57_000 + 261_500)

# 34 accepted at 1.20 USD, 22 + 8 hours, a payout fee of 3 %, 124.3 KES a dollar got, internet and power 700 KES.
RECEIVED = Fraction(34 * 120) * Fraction(97, 100) * Fraction("124.3")  # in cents of a shilling
ANNOTATOR = Report("KE", "remotasks", "bbox_polygon", "task", Money(round(RECEIVED), "KES"), Decimal(22), Decimal(8))


def test_worked_example_a_a_moderator_in_nairobi() -> None:
    result, left = effective(MODERATOR), take_home(MODERATOR, DEDUCTIONS)
    assert [in_minor_units(rate / 100) for rate in (result.headline, result.real, left.net)] == [219, 174, 144]
    assert left.international and round(float(left.international), 2) == 3.24
    assert round(float(result.unpaid_share), 2) == 0.21


def test_worked_example_b_a_gig_annotator() -> None:
    left = take_home(ANNOTATOR, Costs(own=70_000))
    assert in_minor_units(left.net / 100) == 141
    assert left.international and round(float(left.international), 2) == 3.17
    assert round(float(left.net / 100 / Fraction("129.5")), 2) == 1.09
    assert round(float(effective(ANNOTATOR).unpaid_share), 2) == 0.27


@given(
    st.sampled_from(BASES),
    st.integers(1, 10**9),
    st.integers(1, 40),
    st.integers(0, 8),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
)
def test_less_is_left_the_more_is_taken(basis: Basis, pay: int, paid: int, unpaid: int, off: int, own: int) -> None:
    halves = Decimal(1) / 2
    said = Report("KE", "other", "other", basis, Money(pay, "KES"), paid * halves, unpaid * halves)
    gross = effective(said).real
    assert take_home(said, Costs()).net == gross
    try:
        left = take_home(said, Costs(off, own))
    except Refusal as refusal:
        assert refusal.key == "pay.takehome.too_much_off"
        return
    assert left.net <= gross and (left.net < gross) == (off + own > 0)
    more = replace(said, amount=Money(pay + 1, "KES"))
    assert take_home(more, Costs(off, own)).net > left.net


def test_costs_may_exceed_the_pay_and_deductions_may_not() -> None:
    assert take_home(MODERATOR, Costs(own=4_000_000)).net < 0
    with pytest.raises(Refusal, match="too_much_off"):
        take_home(MODERATOR, Costs(off=3_800_001))


def test_pay_in_dollars_buys_what_it_buys_where_it_is_spent() -> None:
    """A dollar is 129.67 KES and 44.39 KES buy what a dollar buys in the USA: it is worth 2.92 at home."""
    bought = international(Fraction(100), "KE", "USD")
    assert bought and round(float(bought), 2) == 2.92
    assert international(Fraction(100), "US", "USD") == 1


def test_no_international_dollars_without_a_parity_or_a_rate() -> None:
    assert international(Fraction(100), "ET", "ETB") is None
    assert international(Fraction(100), "KE", "VES") is None
    assert all(row.currency == COUNTRIES[code].currency for code, row in PARITIES.items())


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("KEN,KES,44,2024,s", "the country must be two capitals"),
        ("KE,XXX,44,2024,s", "the currency is not one that pay is reported in"),
        ("KE,KES,-1,2024,s", "rate must be a positive number"),
        ("KE,KES,44,24,s", "the year must be a year"),
    ],
)
def test_a_wrong_table_names_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "ppp.csv"
    path.write_text(",".join(COLUMNS) + f"\n{row}\n")
    with pytest.raises(BadTable, match=f"^ppp.csv, line 2: {message}$"):
        read_parities(path)

"""Amounts and hours as people type them, and everything else that people type."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.pay.amounts import LONGEST, amount, hours, plain
from bot.pay.currencies import CURRENCIES, meant
from bot.texts import Money, Refusal

KES = [
    ("35518", 35_518_00),
    ("35k", 35_000_00),
    ("35K", 35_000_00),
    ("35 k", 35_000_00),
    ("35.5k", 35_500_00),
    ("35,5k", 35_500_00),
    ("35.518k", None),
    ("1.2m", 1_200_000_00),
    ("1.250m", None),
    ("Ksh 35 000", 35_000_00),
    ("ksh.35,000", 35_000_00),
    ("Kshs. 35,000/=", 35_000_00),
    ("KES 35,000/=", 35_000_00),
    ("35,000/-", 35_000_00),
    ("KES35k", 35_000_00),
    ("KES: 35000", 35_000_00),
    ("35k kes", 35_000_00),
    ("35000 bob", 35_000_00),
    ("35000 sh", 35_000_00),
    ("Kenya shillings 35,000", 35_000_00),
    ("KES 35,000 KES", 35_000_00),
    ("35,518.50", 35_518_50),
    ("35.518,50", 35_518_50),
    ("35 518,50", 35_518_50),
    ("35 518", 35_518_00),
    ("35\u202f518", 35_518_00),
    ("35\u00a0518,5", 35_518_50),
    ("35\u2009518", 35_518_00),
    ("35  518", 35_518_00),
    ("35'518", 35_518_00),
    ("35’518.50", 35_518_50),
    ("35.000", 35_000_00),
    ("35,000", 35_000_00),
    ("0.50", 50),
    ("35,5", 35_50),
    ("35518.5", 35_518_50),
    ("1,234,567.5", 1_234_567_50),
    ("1.234.567,5", 1_234_567_50),
    ("12,34,567.5", 12_34_567_50),
    ("٣٥٥١٨", 35_518_00),
    ("٣٥٬٥١٨٫٥", 35_518_50),
    ("۳۵۵۱۸", 35_518_00),
    ("३५५१८", 35_518_00),
    ("৩৫৫১৮", 35_518_00),
    ("３５，０００", 35_000_00),
    ("\u200e35\u200b518\u200f", 35_518_00),
    ("\u2068KES\u2069 \u206835,518\u2069", 35_518_00),
    ("\ufeff35518", 35_518_00),
    ("  35518\n", 35_518_00),
]


@pytest.mark.parametrize(("words", "minor"), KES)
def test_reads_an_amount(words: str, minor: int | None) -> None:
    if minor is None:
        assert refused(words) == "pay.amount.unclear"
    else:
        assert amount(words, "KES") == Money(minor, "KES")


@pytest.mark.parametrize(
    ("words", "expected", "minor", "currency"),
    [
        ("$300", "KES", 300_00, "USD"),
        ("300 USD", "KES", 300_00, "USD"),
        ("US$ 300", "KES", 300_00, "USD"),
        ("U.S.$300", "KES", 300_00, "USD"),
        ("$ 1.200.000", "COP", 1_200_000_00, "COP"),
        ("35 000 Ar", "MGA", 35_000, "MGA"),
        ("₹12,34,567.5", "INR", 1_234_567_50, "INR"),
        ("Rs. 40,000", "PKR", 40_000_00, "PKR"),
        ("40,000 rupees", "INR", 40_000_00, "INR"),
        ("R$ 1.400,00", "BRL", 1_400_00, "BRL"),
        ("R 30.23", "ZAR", 30_23, "ZAR"),
        ("19.000 TL", "TRY", 19_000_00, "TRY"),
        ("GH₵1,300", "GHS", 1_300_00, "GHS"),
        ("300 000 sh", "UGX", 300_000, "UGX"),
        ("300,000.00", "UGX", 300_000, "UGX"),
        ("1 200,500", "TND", 1_200_500, "TND"),
        ("1200.500", "TND", 1_200_500, "TND"),
        ("0.750 dt", "TND", 750, "TND"),
        ("€ 2.343", "EUR", 2_343_00, "EUR"),
        ("ETB 7,500", None, 7_500_00, "ETB"),
        ("৳12500", None, 12_500_00, "BDT"),
    ],
)
def test_reads_the_currency(words: str, expected: str | None, minor: int, currency: str) -> None:
    assert amount(words, expected) == Money(minor, currency)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("\u200b\u200e", "empty"),
        ("35000 40000", "several"),
        ("35 40", "several"),
        ("35000-40000", "several"),
        ("35000 to 40000", "several"),
        ("35000\n40000", "several"),
        ("KES 35000, USD 300", "several"),
        ("-3", "negative"),
        ("- 35000", "negative"),
        ("−35000", "negative"),
        ("KES -35,000", "negative"),
        ("(35000)", "negative"),
        ("0", "zero"),
        ("0.00", "zero"),
        ("٠", "zero"),
        ("999999999999", "too_large"),
        ("5m", "too_large"),
        ("35.5185", "decimals"),
        ("35,518.501", "decimals"),
        ("0.001", "decimals"),
        ("0.001k", "zero_or_one"),
        ("thirty five thousand", "words"),
        ("NaN", "words"),
        ("inf", "words"),
        ("about 35000", "words"),
        ("35000 per month", "words"),
        ("35000 😀", "words"),
        ("3️⃣5️⃣", "unclear"),
        ("35000²", "words"),
        ("£300", "words"),
        ("1e9", "unclear"),
        ("0x10", "unclear"),
        ("1_000", "unclear"),
        ("=1+1", "unclear"),
        ("35*1000", "unclear"),
        ("+254 700 000000", "unclear"),
        ("{0}", "unclear"),
        ("{0.__class__}", "unclear"),
        ("%s", "words"),
        ("%s%n35", "unclear"),
        ("<b>35</b>", "unclear"),
        ("'; DROP TABLE pay; --", "words"),
        ("35\x00000", "several"),
        ("\ud800", "words"),
        ("1,23,4567", "unclear"),
        ("1.234,567.890", "unclear"),
        ("35,5,18", "unclear"),
        ("USD 300 KES", "unclear"),
        ("9" * 4096, "unclear"),
    ],
)
def test_refuses_the_rest(words: str, key: str) -> None:
    if key == "zero_or_one":
        assert amount(words, "KES") == Money(1_00, "KES")
    else:
        assert refused(words) == f"pay.amount.{key}"


def test_refuses_what_only_the_currency_makes_wrong() -> None:
    assert refused("35,50", "UGX") == "pay.amount.whole"
    assert refused("35.000", "TND") == "pay.amount.unclear"
    assert refused("35000", None) == "pay.amount.currency"
    assert refused("35000 sh", "USD") == "pay.amount.words"


def test_a_refusal_holds_an_example_and_never_what_was_typed() -> None:
    with pytest.raises(Refusal) as refusal:
        amount("secret 38417", "KES")
    assert refusal.value.values == {"example": Money(35_000_00, "KES")}


def test_a_bound_names_the_most() -> None:
    assert amount("4m", "KES") == Money(4_000_000_00, "KES")
    with pytest.raises(Refusal) as refusal:
        amount("4,000,001", "KES")
    assert refusal.value.values == {"most": Money(4_000_000_00, "KES")}


def test_an_unknown_currency_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError):
        amount("1", "XXX")


@given(minor=st.integers(1, 4_000_000_00), style=st.sampled_from(["{:,.2f}", "{:.2f}"]), swap=st.booleans())
@settings(deadline=None)
def test_any_amount_survives_western_and_continental_writing(minor: int, style: str, swap: bool) -> None:
    written = style.format(Decimal(minor) / 100)
    written = written.translate(str.maketrans(",.", ".,")) if swap else written
    assert amount(written, "KES") == Money(minor, "KES")


@given(words=st.text(max_size=80), currency=st.sampled_from([None, *CURRENCIES]))
@settings(deadline=None)
@example("1" + "," * 59, "KES")
@example("a " * 30, "KES")
def test_anything_typed_is_read_or_refused(words: str, currency: str | None) -> None:
    with suppress_refusal("pay.amount."):
        said = amount(words, currency)
        assert said.minor > 0
        assert said.currency in CURRENCIES


@given(words=st.text(alphabet="0123456789 ,.'٫٬kmKES$/=-()٣३h:", max_size=LONGEST))
@settings(deadline=None)
def test_anything_like_a_number_is_read_or_refused(words: str) -> None:
    with suppress_refusal("pay.amount."):
        amount(words, "KES")
    with suppress_refusal("pay.hours."):
        assert 0 <= hours(words, 110) <= 110


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("40", "40"),
        ("7.5", "7.5"),
        ("7,5", "7.5"),
        ("7٫5", "7.5"),
        ("7.50", "7.5"),
        ("7.0", "7"),
        ("7h30", "7.5"),
        ("7 h 30 min", "7.5"),
        ("7:30", "7.5"),
        ("7H", "7"),
        ("40 hours", "40"),
        ("0", "0"),
        ("٤٠", "40"),
        ("४०", "40"),
        ("\u200f٧:٣٠", "7.5"),
    ],
)
def test_reads_hours(words: str, said: str) -> None:
    assert hours(words, 110) == Decimal(said)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("", "empty"),
        ("-3", "negative"),
        ("7.25", "step"),
        ("7h20", "step"),
        ("7:15", "step"),
        ("110.5", "too_many"),
        ("9999", "too_many"),
        ("7:60", "unclear"),
        ("40 50", "unclear"),
        ("40-50", "unclear"),
        ("forty", "unclear"),
        ("1e9", "unclear"),
        ("NaN", "unclear"),
        ("=1+1", "unclear"),
        ("{0}", "unclear"),
        ("99999", "unclear"),
    ],
)
def test_refuses_other_hours(words: str, key: str) -> None:
    with pytest.raises(Refusal) as refusal:
        hours(words, 110)
    assert refusal.value.key == f"pay.hours.{key}"


def test_hours_may_have_to_be_some() -> None:
    assert hours("0.5", 24, least=Decimal("0.5")) == Decimal("0.5")
    with pytest.raises(Refusal) as refusal:
        hours("0", 24, least=Decimal("0.5"))
    assert (refusal.value.key, refusal.value.values) == ("pay.hours.too_few", {"least": Decimal("0.5")})


@given(halves=st.integers(0, 220))
@settings(deadline=None)
def test_every_half_hour_can_be_written_in_every_way(halves: int) -> None:
    said = Decimal(halves) / 2
    whole, minutes = halves // 2, "30" if halves % 2 else "00"
    assert {hours(written, 110) for written in (str(said), f"{whole}h{minutes}", f"{whole}:{minutes}")} == {said}


def test_shared_words_mean_the_expected_currency() -> None:
    assert [meant("sh", code) for code in ("KES", "UGX", "USD", None)] == ["KES", "UGX", None, None]
    assert [meant("$", code) for code in ("KES", "COP", None)] == ["USD", "COP", "USD"]
    assert meant("Ksh.", None) == "KES"


def test_minor_units_are_those_of_iso_4217() -> None:
    assert [CURRENCIES[code].digits for code in ("KES", "UGX", "TND")] == [2, 0, 3]
    assert [CURRENCIES[code].anchor for code in ("KES", "UGX", "TND")] == [200_00, 5_000, 8_000]


def test_every_known_currency_can_be_named_by_its_code() -> None:
    for code in CURRENCIES:
        assert amount(f"{code} 5", None).currency == code


def test_plain_is_exact() -> None:
    assert plain("\u2068 Ksh\u00a035٬518٫5 \u2069") == "ksh 35'518٫5"
    assert Fraction(amount("35,518.50", "KES").minor, 100) == Fraction("35518.5")


@contextmanager
def suppress_refusal(prefix: str) -> Iterator[None]:
    """Lets a refusal pass when its key begins so; any other exception is a failure."""
    try:
        yield
    except Refusal as refusal:
        if not refusal.key.startswith(prefix):
            raise


def refused(words: str, currency: str | None = "KES") -> str:
    with pytest.raises(Refusal) as refusal:
        amount(words, currency)
    return refusal.value.key

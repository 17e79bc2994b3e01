"""Exchange rates: exact, dated, one list for all, and a broken row named."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pay.currencies import CURRENCIES
from bot.pay.fx import COLUMNS, RATES, fx, in_dollars, read_rates
from bot.tables import BadTable

HEAD = ",".join(COLUMNS) + "\n"


def test_a_dollar_in_shillings_is_a_hundred_cents() -> None:
    kenya = fx("KES")
    assert kenya and in_dollars(kenya.per_dollar * 100, "KES") == 100
    assert in_dollars(Fraction(250), "USD") == 250
    assert in_dollars(RATES["UGX"].per_dollar, "UGX") == 100, "a shilling of Uganda has no minor unit"
    assert in_dollars(RATES["TND"].per_dollar * 1000, "TND") == 100, "a dinar of Tunisia has a thousand"


def test_every_rate_is_of_one_day_and_only_the_bolivar_has_none() -> None:
    assert set(CURRENCIES) - set(RATES) == {"VES"}
    assert len({rate.as_of for rate in RATES.values()}) == 1
    assert fx("VES") is None
    assert in_dollars(Fraction(100), "VES") is None


def test_typical_pay_is_a_plausible_hour_in_dollars() -> None:
    """Names a slipped decimal: the grid's middle, fixed by hand, is between half a dollar and fifteen everywhere."""
    hours = {code: in_dollars(Fraction(CURRENCIES[code].anchor), code) for code in RATES}
    assert {code: cents for code, cents in hours.items() if cents is None or not 50 <= cents <= 1500} == {}


@given(st.sampled_from(sorted(RATES)), st.fractions(0, 10**9), st.fractions(0, 10**9))
def test_dollars_keep_order_and_add_up(currency: str, one: Fraction, other: Fraction) -> None:
    first, second, both = (in_dollars(rate, currency) for rate in (one, other, one + other))
    assert first is not None and second is not None and both == first + second
    assert (one < other) == (first < second)


def test_a_rate_is_too_old_after_eighteen_months() -> None:
    rate = RATES["KES"]
    assert [rate.is_old(day) for day in (date(2028, 3, 29), date(2028, 3, 30))] == [False, True]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("XXX,1,2026-01-01,s", "the currency is not one that pay is reported in"),
        ("KES,0,2026-01-01,s", "per_dollar must be a positive number"),
        ("KES,1e999999999,2026-01-01,s", "per_dollar must be a positive number"),
        ("USD,2,2026-01-01,s", "one US dollar is one US dollar"),
        ("KES,129,29 September,s", "as_of must be a day such as 2026-01-31"),
        ("KES,129,2026-01-01,", "4 filled columns are needed"),
    ],
)
def test_a_wrong_table_names_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "fx.csv"
    path.write_text(f"{HEAD}{row}\n")
    with pytest.raises(BadTable, match=f"^fx.csv, line 2: {message}$"):
        read_rates(path)

"""The legal minimum beside a report: exact, gross with gross, and no ratio with a row that is too old."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pay.benchmarks import COLUMNS, MINIMA, Comparison, compare, read_minima
from bot.pay.normalise import Report, effective
from bot.tables import BadTable, is_stale
from bot.texts import Money
from bot.workplaces.catalogue import COUNTRIES
from tests.conftest import Bot
from tests.handlers.test_pay import answers
from tests.people import member

HEAD = ",".join(COLUMNS) + "\n"
TODAY = date(2026, 11, 25)


def compared(amount: int, currency: str, country: str, today: date = TODAY) -> Comparison | None:
    said = Report(country, "other", "other", "month", Money(amount, currency), Decimal(40), Decimal(10))
    return compare(effective(said), country, today)


def test_a_nairobi_month_beside_the_minimum() -> None:
    """38,000 KES for 40 paid and 10 unpaid hours a week: 175.4 an hour beside 92.24 (225 hours, housing included)."""
    found = compared(3_800_000, "KES", "KE")
    assert found and round(found.minimum.hourly) == 9224
    assert found.ratio and round(float(found.ratio), 2) == 1.90


def test_pay_in_dollars_is_exchanged_to_stand_beside_the_minimum() -> None:
    """300 USD a month at 129.67 KES is 38,902 KES: what a Kenyan gets from a platform is compared as well."""
    found, same = compared(30_000, "USD", "KE"), compared(3_890_241, "KES", "KE")
    assert found and found.ratio and same and same.ratio and abs(found.ratio / same.ratio - 1) < Fraction(1, 10**6)


def test_no_ratio_with_a_row_older_than_eighteen_months() -> None:
    assert [is_stale(date(2025, 5, 1), day) for day in (date(2026, 11, 1), date(2026, 11, 2))] == [False, True]
    found = compared(3_800_000, "KES", "KE", date(2027, 12, 27))
    assert found and found.ratio is None


def test_no_comparison_without_a_row_or_a_fresh_rate() -> None:
    assert compared(3_800_000, "ETB", "ET") is None
    assert compared(30_000, "VES", "KE") is None
    assert compared(30_000, "USD", "KE", date(2028, 3, 30)) is None, "the rate is older than eighteen months"


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 3000))
def test_a_row_once_stale_stays_stale(as_of: date, days: int) -> None:
    later = date.fromordinal(as_of.toordinal() + days)
    assert is_stale(as_of, later) <= is_stale(as_of, date.fromordinal(later.toordinal() + 1))
    assert is_stale(as_of, later) == (days > 546) or 540 <= days <= 550


def test_every_row_is_of_a_country_that_reports_and_in_its_currency() -> None:
    assert all(row.currency == COUNTRIES[code].currency for code, row in MINIMA.items())
    assert all(row.hourly > Fraction(1) for row in MINIMA.values())


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Kenya,-,KES,1,hour,1,2026-01-01,s", "the country must be two capitals"),
        ("KE,-,XXX,1,hour,1,2026-01-01,s", "the currency is not one that pay is reported in"),
        ("KE,-,KES,one,hour,1,2026-01-01,s", "amount must be a positive number"),
        ("KE,-,KES,NaN,hour,1,2026-01-01,s", "amount must be a positive number"),
        ("KE,-,KES,1,year,1,2026-01-01,s", "per must be one of hour, day, month"),
        ("KE,-,KES,1,hour,0,2026-01-01,s", "hours must be a positive number"),
        ("KE,-,KES,1,hour,1,January,s", "as_of must be a day such as 2026-01-31"),
        ("KE,-,KES,1,hour,1,2026-01-01,", "8 filled columns are needed"),
    ],
)
def test_a_wrong_table_names_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "benchmarks.csv"
    path.write_text(f"{HEAD}{row}\n")
    with pytest.raises(BadTable, match=f"^benchmarks.csv, line 2: {message}$"):
        read_minima(path)


@pytest.mark.parametrize(
    ("now", "amount", "words"),
    [
        ("2026-11-24T09:00:00Z", "38000", "Eldoret, as of 26 Jun 2026) is 92.24 KES an hour: yours is 1.8 times that"),
        ("2026-11-24T09:00:00Z", "9000", "below the legal minimum"),
        ("2027-12-28T09:00:00Z", "38000", "That is too old to compare with"),
    ],
)
async def test_a_worker_sees_it_at_once(bot: Bot, now: str, amount: str, words: str) -> None:
    await bot.cast.set_clock(now)
    ana = await member(bot, "Ana", days=5000)
    await answers(ana, amount=amount)
    message = await ana.sees_new("An hour of this work really brings")
    assert words in message["text"].replace("\xa0", " ")

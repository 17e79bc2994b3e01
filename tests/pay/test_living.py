"""Living wages and tariffs: net beside net, gross beside gross, and a reason wherever no ratio is given."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from bot.pay.living import COLUMNS, LIVING, Hour, Living, LivingComparison, beside_living, read_living
from bot.tables import BadTable
from bot.workplaces.catalogue import COUNTRIES

HEAD = ",".join(COLUMNS) + "\n"
TODAY = date(2026, 11, 25)
NET = Fraction(6000)


def beside(hour: Hour, country: str, today: date = TODAY, contractor: bool = False) -> LivingComparison:
    found = beside_living(hour, country, contractor, today)
    assert found is not None
    return found


def test_what_is_left_of_an_hour_stands_beside_a_net_living_wage() -> None:
    """20,000 rand for a week of 40 hours are 115.39 an hour; 60 of them left after tax are 52 %."""
    found = beside(Hour("ZAR", Fraction(9000), NET), "ZA")
    assert found.ratio and round(float(found.ratio), 2) == 0.52
    assert found.ratio == NET / found.living.hourly


def test_gross_stands_beside_gross_whatever_is_left() -> None:
    found = beside(Hour("BRL", Fraction(900), Fraction(100)), "BR")
    assert found.living.basis == "gross" and found.ratio == 900 / found.living.hourly


@pytest.mark.parametrize(
    ("hour", "country", "today", "missing"),
    [
        (Hour("ZAR", Fraction(9000)), "ZA", TODAY, "net"),
        (Hour("KES", Fraction(17400), Fraction(14400)), "KE", TODAY, "old"),
        (Hour("KES", Fraction(17400), Fraction(14400)), "KE", date(2024, 6, 1), "unstated"),
        (Hour("VES", Fraction(9000), NET), "ZA", TODAY, "rate"),
        (Hour("ZAR", Fraction(9000), NET), "ZA", date(2027, 7, 2), "old"),
    ],
)
def test_without_a_ratio_it_says_why(hour: Hour, country: str, today: date, missing: str) -> None:
    found = beside(hour, country, today)
    assert (found.ratio, found.missing) == (None, missing)


def test_dollars_are_exchanged_and_a_country_without_a_row_says_nothing() -> None:
    found = beside(Hour("USD", Fraction(500), Fraction(400)), "ZA")
    assert found.ratio and round(float(found.ratio), 2) == round(4 * 16.4401 / 115.39, 2)
    assert beside_living(Hour("ETB", Fraction(9000)), "ET", False, TODAY) is None


def test_a_contractor_stands_beside_the_tariff_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    hour = Hour("ZAR", Fraction(9000), NET)
    assert beside(hour, "ZA", contractor=True).living.kind == "living_wage"
    tariff = Living("ZA", None, "worker", "ZAR", 3_000_000, Fraction(18000), "gross", "living_tariff", TODAY)
    monkeypatch.setitem(LIVING.rows, "ZA living_tariff", tariff)
    assert beside(hour, "ZA", contractor=True).ratio == Fraction(1, 2)
    assert beside(hour, "ZA").living.kind == "living_wage"


def test_every_row_is_of_a_country_that_reports_and_above_its_minimum_in_reason() -> None:
    assert all(row.currency == COUNTRIES[row.country].currency for row in LIVING.values())
    assert all(row.monthly / 250 < row.hourly < row.monthly / 150 for row in LIVING.values())


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Kenya,-,worker,KES,1,208,net,living_wage,2026-01-01,s", "the country must be two capitals"),
        ("KE,-,worker,XXX,1,208,net,living_wage,2026-01-01,s", "the currency is not one that pay is reported in"),
        ("KE,-,worker,KES,1,208,after tax,living_wage,2026-01-01,s", "basis must be one of net, gross, unstated"),
        ("KE,-,worker,KES,1,208,net,wage,2026-01-01,s", "kind must be one of living_wage, living_tariff"),
        ("KE,-,six,KES,1,208,net,living_wage,2026-01-01,s", "household must be one of worker, family, one"),
        ("KE,-,worker,KES,1,208,net,living_tariff,2026-01-01,s", "a living tariff is gross: it covers the costs"),
        ("KE,-,worker,KES,-1,208,net,living_wage,2026-01-01,s", "amount must be a positive number"),
        ("KE,-,worker,KES,1,none,net,living_wage,2026-01-01,s", "hours must be a positive number"),
        ("KE,-,worker,KES,1,208,net,living_wage,2026,s", "as_of must be a day such as 2026-01-31"),
    ],
)
def test_a_wrong_table_names_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "living.csv"
    path.write_text(f"{HEAD}{row}\n")
    with pytest.raises(BadTable, match=f"^living.csv, line 2: {message}$"):
        read_living(path)

"""Coarse values, fragments, entries and periods."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pay import rules
from bot.pay.currencies import CURRENCIES
from bot.pay.normalise import OTHER, Report
from bot.pay.rules import ENTRIES, ENTRY, GRID, Fragment, amount_on_grid, decode, encode, entries, fragments
from bot.texts import Money

CODES = st.sampled_from(sorted(CURRENCIES))


def report(employer: str = "sama", minor: int = 38_417_00, currency: str = "KES") -> Report:
    return Report("KE", employer, "qa_review", "month", Money(minor, currency), Decimal(40), Decimal("10.5"))


def test_the_grid_is_small_and_its_steps_are_five_percent_but_for_rounding() -> None:
    assert GRID == {"pay": 121, "unpaid": 21}
    for code in CURRENCIES:
        points = [rules.pay_at(point, code) for point in range(GRID["pay"])]
        assert all(1.02 < after / before < 1.1 for before, after in pairwise(points)), code


def test_the_middle_of_the_grid_is_typical_pay() -> None:
    assert rules.pay_at(60, "KES") == 200_00
    assert rules.pay_point(Fraction(200_00), "KES") == 60
    assert rules.pay_point(Fraction(210_00), "KES") == 61


@pytest.mark.parametrize("code", CURRENCIES)
def test_a_point_of_the_grid_is_its_own_nearest(code: str) -> None:
    points = range(GRID["pay"])
    assert [rules.pay_point(Fraction(rules.pay_at(point, code)), code) for point in points] == list(points)


@given(code=CODES, rate=st.fractions(0, 10**9))
@settings(deadline=None)
def test_a_rate_goes_to_the_nearest_point_or_an_end(code: str, rate: Fraction) -> None:
    point = rules.pay_point(rate, code)
    ratio: Fraction = rate / (CURRENCIES[code].anchor * rules.STEP ** (point - 60))
    assert 0 <= point <= 120
    assert point == 0 or ratio**2 >= 1 / rules.STEP
    assert point == 120 or ratio**2 <= rules.STEP


def test_shares_lie_on_five_points() -> None:
    assert rules.share_at(rules.share_point(Fraction(105, 505))) == 20
    assert [rules.share_at(point) for point in (0, 1, 20)] == [0, 5, 100]


def test_an_exact_amount_leaves_no_trace() -> None:
    coarse = amount_on_grid(Money(38_417_00, "KES"))
    assert coarse == Money(38_900_00, "KES")
    assert not any(b"38417" in entry or b"38,417" in entry for entry in entries(report()))


@given(code=CODES, share=st.fractions(Fraction(1, 20_000), 20_000))
@settings(deadline=None)
def test_coarsening_is_near_and_repeating_it_changes_nothing(code: str, share: Fraction) -> None:
    money = Money(max(1, int(share * CURRENCIES[code].anchor)), code)
    coarse = amount_on_grid(money)
    assert amount_on_grid(coarse) == coarse
    assert 25 * abs(coarse.minor - money.minor) <= max(25, money.minor)
    assert len(str(coarse.minor).rstrip("0")) <= 3


def test_a_report_falls_apart_into_a_fragment_for_each_figure() -> None:
    pay = rules.pay_point(Fraction(38_417_00 * 12, 52) / Fraction("50.5"), "KES")
    assert fragments(report()) == (
        Fragment("country:KE:KES", "pay", pay),
        Fragment("country:KE:KES", "unpaid", 4),
        Fragment("employer:sama:KES", "pay", pay),
    )


def test_an_employer_that_is_not_listed_gives_no_fragment() -> None:
    assert {fragment.cell for fragment in fragments(report(OTHER))} == {"country:KE:KES"}


@pytest.mark.parametrize("employer", ["sama", OTHER, "a" * 32])
def test_every_filing_has_the_same_size(employer: str) -> None:
    assert [len(entry) for entry in entries(report(employer))] == [ENTRY] * ENTRIES


@pytest.mark.parametrize("employer", ["sama", OTHER])
def test_entries_give_back_the_fragments(employer: str) -> None:
    read = [decode(entry) for entry in entries(report(employer))]
    assert tuple(fragment for fragment in read if fragment) == fragments(report(employer))


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"x" * ENTRY,
        bytes(ENTRY + 1),
        b"country:KE:KES pay".ljust(ENTRY, b"\0"),
        b"country:KE:KES size 3".ljust(ENTRY, b"\0"),
        b"country:KE:KES pay 121".ljust(ENTRY, b"\0"),
        b"country:KE:KES pay -1".ljust(ENTRY, b"\0"),
        b"client:meta:KES pay 3".ljust(ENTRY, b"\0"),
        b"country:KE:KES pay 3".ljust(ENTRY, b"\xff"),
    ],
)
def test_what_no_filing_wrote_is_no_entry(entry: bytes) -> None:
    with pytest.raises(ValueError):
        decode(entry)


CELLS = st.sampled_from(["country:KE:KES", "employer:a_1:USD"])


@given(fragment=st.builds(Fragment, CELLS, st.just("pay"), st.integers(0, 120)))
@settings(deadline=None)
def test_an_entry_gives_back_its_fragment(fragment: Fragment) -> None:
    assert decode(encode(fragment)) == fragment


def test_cells_are_listed_from_the_catalogue_alone() -> None:
    assert rules.cells({"KE": ["KES", "USD"]}, {"sama": ["KES"]}) == (
        "country:KE:KES",
        "country:KE:USD",
        "employer:sama:KES",
    )


@pytest.mark.parametrize(
    ("now", "name", "ends"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-Q1", datetime(2026, 4, 1, tzinfo=UTC)),
        (datetime(2026, 11, 27, 15, tzinfo=UTC), "2026-Q4", datetime(2027, 1, 1, tzinfo=UTC)),
        (datetime(2027, 1, 1, 2, tzinfo=timezone(timedelta(hours=3))), "2026-Q4", datetime(2027, 1, 1, tzinfo=UTC)),
        (datetime(2026, 9, 30, 23, 59, tzinfo=UTC), "2026-Q3", datetime(2026, 10, 1, tzinfo=UTC)),
    ],
)
def test_a_period_is_a_quarter_in_utc(now: datetime, name: str, ends: datetime) -> None:
    assert rules.period(now) == name
    assert rules.period_ends(name) == ends


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2999, 1, 1), timezones=st.just(UTC)))
@settings(deadline=None)
def test_a_moment_lies_before_the_end_of_its_period(now: datetime) -> None:
    ends = rules.period_ends(rules.period(now))
    assert now < ends
    assert rules.period(ends - timedelta(microseconds=1)) == rules.period(now) != rules.period(ends)


@pytest.mark.parametrize("name", ["", "2026-Q5", "2026-Q0", "2026-11", "x2026-Q1"])
def test_what_is_no_period_has_no_end(name: str) -> None:
    with pytest.raises(ValueError):
        rules.period_ends(name)


def test_a_moment_without_a_zone_has_no_period() -> None:
    with pytest.raises(ValueError):
        rules.period(datetime(2026, 11, 27))

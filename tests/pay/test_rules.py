"""Coarse values, fragments, entries and periods."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pay import rules
from bot.pay.currencies import CURRENCIES
from bot.pay.normalise import BASES, OTHER, Report
from bot.pay.rules import (
    ENTRIES,
    ENTRY,
    GRID,
    PAY_SHAKE,
    UNPAID_SHAKE,
    Details,
    Filing,
    Fragment,
    amount_on_grid,
    decode,
    encode,
    entries,
    fragments,
)
from bot.texts import Money

CODES = st.sampled_from(sorted(CURRENCIES))


def report(employer: str = "sama", minor: int = 38_417_00, currency: str = "KES") -> Report:
    return Report("KE", employer, "qa_review", "month", Money(minor, currency), Decimal(40), Decimal("10.5"))


def of(*reports: Report, late: int | None = None) -> Filing:
    return Filing(reports or (report(),), Details(late=late))


def middle(numbers: int) -> int:
    """Stands for a source of chance: rounds nothing at random."""
    return numbers // 2


def test_the_grid_is_small_and_its_steps_are_five_percent_but_for_rounding() -> None:
    assert GRID == {"pay": 121, "unpaid": 21, "late": 4, "rejected": 4, "own": 4}
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
    assert not any(b"38417" in entry or b"38,417" in entry for entry in entries(of(), middle))


@given(code=CODES, share=st.fractions(Fraction(1, 20_000), 20_000))
@settings(deadline=None)
def test_coarsening_is_near_and_repeating_it_changes_nothing(code: str, share: Fraction) -> None:
    money = Money(max(1, int(share * CURRENCIES[code].anchor)), code)
    coarse = amount_on_grid(money)
    assert amount_on_grid(coarse) == coarse
    assert 25 * abs(coarse.minor - money.minor) <= max(25, money.minor)
    assert len(str(coarse.minor).rstrip("0")) <= 3


def test_a_filing_falls_apart_into_a_fragment_for_each_figure() -> None:
    pay = rules.pay_point(Fraction(38_417_00 * 12, 52) / Fraction("50.5"), "KES")
    assert fragments(of(late=2), middle) == (
        Fragment("country:KE:KES", "pay", pay),
        Fragment("country:KE:KES", "unpaid", 4),
        Fragment("pair:KE:qa_review:KES", "pay", pay),
        Fragment("employer:sama:KES", "pay", pay),
        Fragment("employer:sama:KES", "unpaid", 4),
        Fragment("employer:sama:KES", "late", 2),
    )


def test_an_employer_or_task_that_is_not_listed_gives_no_fragment() -> None:
    unlisted = replace(report(OTHER), task=OTHER)
    assert {fragment.cell for fragment in fragments(of(unlisted, late=1), middle)} == {"country:KE:KES"}


JOBS = st.builds(
    Report,
    st.sampled_from(["KE", "UG"]),
    st.sampled_from(["sama", "cci", OTHER]),
    st.sampled_from(["qa_review", "translation", OTHER]),
    st.sampled_from(BASES),
    st.builds(Money, st.integers(1_00, 50_000_00), st.sampled_from(["KES", "USD"])),
    st.decimals(1, 12, places=1),
    st.decimals(0, 12, places=1),
)


@given(jobs=st.lists(JOBS, min_size=1, max_size=3), seed=st.integers(0, 99))
@settings(deadline=None)
def test_a_person_has_one_value_in_a_cell_and_one_cell_of_a_kind(jobs: list[Report], seed: int) -> None:
    filing = Filing(tuple(jobs), Details(0, 1, 2))
    found = fragments(filing, Random(seed).randrange)
    assert len({(fragment.cell, fragment.measure) for fragment in found}) == len(found) <= ENTRIES
    assert len({fragment.cell for fragment in found}) == len({fragment.cell.split(":")[0] for fragment in found})
    assert [len(entry) for entry in entries(filing, Random(seed).randrange)] == [ENTRY] * ENTRIES


def test_jobs_in_the_same_cell_are_taken_together_and_others_are_left_out() -> None:
    short = Report("KE", "sama", "qa_review", "week", Money(4_000_00, "KES"), Decimal(10), Decimal(0))
    long = replace(
        short, employer="cci", amount=Money(6_000_00, "KES"), hours_paid=Decimal(30), hours_unpaid=Decimal(10)
    )
    abroad = replace(short, country="UG")
    filed = {(one.cell, one.measure): one.value for one in fragments(of(short, long, abroad), middle)}
    assert filed["country:KE:KES", "pay"] == rules.pay_point(Fraction(10_000_00, 50), "KES")
    assert filed["country:KE:KES", "unpaid"] == rules.share_point(Fraction(10, 50))
    assert filed["employer:cci:KES", "pay"] == rules.pay_point(Fraction(6_000_00, 40), "KES")
    assert {cell for cell, _ in filed} == {"country:KE:KES", "pair:KE:qa_review:KES", "employer:cci:KES"}


def test_pay_is_rounded_at_random_in_every_fragment_by_itself() -> None:
    seen = [fragments(of(), Random(seed).randrange) for seed in range(300)]
    exact = fragments(of(), middle)
    for at, width in ((0, PAY_SHAKE), (1, UNPAID_SHAKE), (2, PAY_SHAKE), (3, PAY_SHAKE), (4, UNPAID_SHAKE)):
        assert {found[at].value - exact[at].value for found in seen} == set(range(-width, width + 1))
    assert sum(found[0].value == found[3].value for found in seen) < 100
    none = replace(report(), hours_unpaid=Decimal(0))
    assert all(fragments(of(none), Random(seed).randrange)[1].value == 0 for seed in range(50))


@pytest.mark.parametrize("reports", [0, 4])
def test_a_filing_holds_one_to_three_reports(reports: int) -> None:
    with pytest.raises(ValueError):
        Filing((report(),) * reports)


@pytest.mark.parametrize("band", [-1, 4])
def test_an_answer_is_one_of_four_bands(band: int) -> None:
    with pytest.raises(ValueError):
        Details(own=band)


@pytest.mark.parametrize("employer", ["sama", OTHER, "a" * 32])
def test_entries_give_back_the_fragments(employer: str) -> None:
    filing = of(replace(report(employer), task="data_collection_selfie_voice_home"), late=3)
    read = [decode(entry) for entry in entries(filing, middle)]
    assert tuple(fragment for fragment in read if fragment) == fragments(filing, middle)
    assert len(read) == ENTRIES


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"x" * ENTRY,
        bytes(ENTRY + 1),
        b"country:KE:KES pay".ljust(ENTRY, b"\0"),
        b"country:KE:KES size 3".ljust(ENTRY, b"\0"),
        b"country:KE:KES late 4".ljust(ENTRY, b"\0"),
        b"task:qa_review:USD pay 3".ljust(ENTRY, b"\0"),
        b"country:KE:KES pay 121".ljust(ENTRY, b"\0"),
        b"country:KE:KES pay -1".ljust(ENTRY, b"\0"),
        b"client:meta:KES pay 3".ljust(ENTRY, b"\0"),
        b"country:KE:KES pay 3".ljust(ENTRY, b"\xff"),
    ],
)
def test_what_no_filing_wrote_is_no_entry(entry: bytes) -> None:
    with pytest.raises(ValueError):
        decode(entry)


CELLS = st.sampled_from(["country:KE:KES", "employer:a_1:USD", "pair:KE:qa_review:KES"])


@given(fragment=st.builds(Fragment, CELLS, st.just("pay"), st.integers(0, 120)))
@settings(deadline=None)
def test_an_entry_gives_back_its_fragment(fragment: Fragment) -> None:
    assert decode(encode(fragment)) == fragment


def test_cells_are_listed_from_the_catalogue_alone() -> None:
    assert rules.cells({"KE": ["KES", "USD"]}, {"sama": ["KES"]}, ["qa_review", OTHER]) == (
        "country:KE:KES",
        "country:KE:USD",
        "employer:sama:KES",
        "pair:KE:qa_review:KES",
        "pair:KE:qa_review:USD",
        "task:qa_review:USD",
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

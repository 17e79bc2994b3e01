"""The budget adds up, the mechanisms keep their shares exactly, and draws follow their weights."""

import inspect
from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod
from pathlib import Path
from random import Random
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pay.budget import (
    BUDGET,
    ENTERS_FROM,
    EPSILON,
    EPSILON_A_YEAR,
    GROWN,
    GROWN_QUARTERED,
    GROWN_STAYS_FROM,
    PAIR_ENTERS_FROM,
    QUARTERED,
    QUARTILE,
    Figure,
    kept,
    pair_threshold,
)
from bot.pay.draws import draw, leaning, noise, quartile_weights, weights
from bot.pay.normalise import Report
from bot.pay.rules import (
    GRID,
    MEASURES,
    Details,
    Filing,
    Measure,
    Randbelow,
    cells,
    fragments,
    period,
    period_ends,
)
from bot.texts import Money
from bot.workplaces import catalogue
from bot.workplaces.rules import MOST_CELLS, MOST_TASKS

CELLS = cells(catalogue.country_currencies(), catalogue.employer_currencies(), catalogue.TASKS)
TRIED = [cell for cell in CELLS if cell.startswith(("country:", "employer:"))]
SIDES: tuple[Literal["low", "high"], ...] = ("low", "high")
MEDIANS = [figure for figure in (*BUDGET, *GROWN) if figure.measure in ("pay", "unpaid")]
NOISY = [figure for figure in (*BUDGET, *GROWN) if figure.measure not in ("pay", "unpaid")]
PARTS = (("country", "pair", "task"), ("employer",))  # one person is in one cell of each kind
LIMIT = Decimal(EPSILON).exp()


def ratio_of_sums(before: list[int], after: list[int]) -> Fraction:
    """Gives the worst ratio of two distributions given by integer weights, exactly."""
    a, b = sum(before), sum(after)
    ratios = [Fraction(x * b, y * a) for x, y in zip(before, after, strict=True)]
    return max(*ratios, 1 / min(ratios))


def size_ratio(figure: Figure, before: int, after: int) -> Fraction:
    """Gives the worst ratio of two noisy sizes over every outcome that differs in ratio."""
    kept, span = figure.kept, range(min(before, after) - 1, max(before, after) + 2)
    ratios = [kept ** abs(z - before) / kept ** abs(z - after) for z in span]
    return max(*ratios, 1 / min(ratios))


def of(measure: str) -> Measure:
    return MEASURES[measure]


# The budget


def total(table: Iterable[Figure], kinds: Iterable[str]) -> Fraction:
    """Gives the most that one person more or less can do to all figures of these kinds together."""
    return prod((1 / figure.kept for figure in table if figure.kind in kinds), start=Fraction(1))


def test_everything_one_person_can_touch_adds_up_to_at_most_two_whichever_cells_are_grown() -> None:
    """Replacing takes a person out of one cell of each part and puts them into another; each may be grown or not."""
    for tables in product((BUDGET, GROWN), repeat=4):
        exact = prod(total(table, part) for table, part in zip(tables, PARTS * 2, strict=True))
        assert exact.numerator <= LIMIT * exact.denominator
    assert sum(figure.share for figure in BUDGET) <= EPSILON
    assert all(total(GROWN, part) <= total(BUDGET, part) for part in PARTS)


def test_each_figure_is_listed_once_and_its_share_is_not_understated() -> None:
    for table in (BUDGET, GROWN):
        assert len({(figure.kind, figure.measure) for figure in table}) == len(table)
    for figure in (*BUDGET, *GROWN):
        exact = 1 / figure.kept**2
        assert exact.numerator <= figure.share.exp() * exact.denominator


def test_a_filing_touches_no_figure_that_is_not_in_the_budget() -> None:
    report = Report("KE", "sama", "qa_review", "hour", Money(200_00, "KES"), Decimal(40), Decimal(5))
    filed = fragments(Filing((report,), Details(0, 1, 2)), Random(1).randrange)
    touched = {(fragment.cell.partition(":")[0], fragment.measure) for fragment in filed}
    assert touched == {(kind, figure) for kind, figure, _ in map(astuple, GROWN) if figure != "size" and kind != "task"}
    assert len({(fragment.cell, fragment.measure) for fragment in filed}) == len(filed)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)))
@settings(deadline=None)
def test_no_year_holds_more_than_four_periods_and_so_no_more_than_eight(start: datetime) -> None:
    year_on = start.replace(year=start.year + 1, day=min(start.day, 28))
    ends, end = [], period_ends(period(start))
    while end < year_on:
        ends.append(end)
        end = period_ends(period(end))
    assert len(ends) * EPSILON <= EPSILON_A_YEAR


@pytest.mark.parametrize(("table", "divided"), [(BUDGET, QUARTERED), (GROWN, GROWN_QUARTERED)])
def test_quartiles_cost_no_more_than_the_median_they_stand_beside(
    table: tuple[Figure, ...], divided: tuple[Figure, ...]
) -> None:
    whole = next(figure for figure in table if (figure.kind, figure.measure) == ("country", "pay"))
    assert {figure.kind for figure in divided} == {"country"}
    assert prod((figure.kept for figure in divided), start=Fraction(1)) >= whole.kept
    assert sum(figure.share for figure in divided) <= whole.share


def test_the_table_of_the_docstring_shows_the_shares() -> None:
    words = Path(inspect.getfile(kept)).read_text(encoding="utf-8")
    shown = [line.split("# ")[1].split(",")[0] for line in words.splitlines() if line.startswith("    Figure(")]
    assert [Decimal(share.strip()) for share in shown] == [
        figure.share for figure in (*BUDGET, *QUARTERED, *GROWN, *GROWN_QUARTERED)
    ]


def test_an_empty_cell_is_published_in_less_than_one_release_of_forty() -> None:
    sizes = {figure.kind: figure.kept for figure in BUDGET if figure.measure == "size"}
    chances = [at_least(ENTERS_FROM, k) for cell in TRIED for kind, k in sizes.items() if cell.startswith(kind)]
    assert len(chances) == len(TRIED)
    assert sum(chances) < Fraction(1, 40)


def test_an_empty_pair_or_task_of_thirty_grown_countries_is_published_in_less_than_one_release_of_forty() -> None:
    pairs = 30 * (len(catalogue.TASKS) - 1)
    assert pairs >= 500
    assert pairs * at_least(PAIR_ENTERS_FROM, kept("pair", "size", grown=True)) < Fraction(1, 40)


def test_what_organizers_may_add_brings_less_than_one_invented_figure_in_forty_releases() -> None:
    """Even where every country is grown: a kind of work is a pair in each of their currencies, and a task."""
    employers = MOST_CELLS * at_least(ENTERS_FROM, kept("employer", "size"))
    pairs = MOST_TASKS * (sum(map(len, catalogue.country_currencies().values())) + 1)
    assert employers + pairs * at_least(PAIR_ENTERS_FROM, kept("pair", "size", grown=True)) < Fraction(1, 40)


def test_a_grown_cell_that_emptied_is_published_in_less_than_one_release_of_two_hundred() -> None:
    for kind in ("country", "employer"):
        assert at_least(GROWN_STAYS_FROM, kept(kind, "size", grown=True)) < Fraction(1, 200)


def test_the_threshold_of_a_task_grows_with_the_noise_of_its_pairs() -> None:
    assert [pair_threshold(stood=False, pooled=n) for n in (1, 4, 9)] == [100, 200, 300]
    assert pair_threshold(stood=True, pooled=4) == 160


def at_least(size: int, k: Fraction) -> Fraction:
    """Gives how likely noise alone reaches a size."""
    return k**size / (1 + k)


# The audit: worst ratios from integer weights, as fractions, against e to the share

VALUES = st.lists(st.integers(0, 20), max_size=60)


@pytest.mark.parametrize("figure", MEDIANS)
@given(values=VALUES, one=st.integers(0, 20), other=st.integers(0, 20))
@settings(max_examples=300, deadline=None)
def test_the_median_keeps_its_share_when_one_person_changes(
    figure: Figure, values: list[int], one: int, other: int
) -> None:
    points, many = GRID[of(figure.measure)], GRID[of(figure.measure)] // 20
    without, with_one, with_other = (
        weights(Counter(value * many for value in said), figure.kept, [1] * points)
        for said in (values, [*values, one], [*values, other])
    )
    assert ratio_of_sums(without, with_one) <= 1 / figure.kept
    assert ratio_of_sums(with_one, with_other) <= 1 / figure.kept**2


def test_the_median_comes_close_to_its_share_so_that_none_is_wasted() -> None:
    figure = MEDIANS[0]
    low, high = Counter({0: 100, 120: 99}), Counter({0: 99, 120: 100})
    worst = ratio_of_sums(*(weights(values, figure.kept, [1] * 121) for values in (low, high)))
    assert worst > Fraction(9, 10) / figure.kept


@pytest.mark.parametrize("figure", NOISY)
@given(size=st.integers(0, 500))
@settings(deadline=None)
def test_the_size_keeps_its_share_when_one_person_changes(figure: Figure, size: int) -> None:
    assert size_ratio(figure, size, size + 1) == 1 / figure.kept


PEOPLE = st.builds(
    Report,
    st.sampled_from(["KE", "UG"]),
    st.sampled_from(["sama", "cci", "other"]),
    st.just("other"),
    st.just("hour"),
    st.builds(Money, st.integers(1_00, 5_000_00), st.sampled_from(["KES", "USD"])),
    st.sampled_from([Decimal(20), Decimal(40)]),
    st.sampled_from([Decimal(0), Decimal(15)]),
)


def middle(numbers: int) -> int:
    """Stands for a source of chance: rounds nothing at random."""
    return numbers // 2


def count(people: Iterable[Report]) -> dict[tuple[str, Measure], Counter[int]]:
    counted: dict[tuple[str, Measure], Counter[int]] = {}
    for fragment in (fragment for person in people for fragment in fragments(Filing((person,)), middle)):
        counted.setdefault((fragment.cell, fragment.measure), Counter())[fragment.value] += 1
    return counted


def worst_of_all(before: list[Report], after: list[Report]) -> Fraction:
    """Multiplies the worst ratios of every figure of every cell: no outcome of a whole release can tell more."""
    a, b = count(before), count(after)
    none: Counter[int] = Counter()
    worst = Fraction(1)
    for cell in {cell for cell, _ in (*a, *b)}:
        for figure in (figure for figure in BUDGET if cell.startswith(figure.kind)):
            name: Measure = "pay" if figure.measure == "size" else of(figure.measure)
            one, other = a.get((cell, name), none), b.get((cell, name), none)
            if figure.measure == "size":
                worst *= size_ratio(figure, one.total(), other.total())
            else:
                worst *= ratio_of_sums(*(weights(x, figure.kept, [1] * GRID[name]) for x in (one, other)))
    return worst


@given(people=st.lists(PEOPLE, max_size=25), one=PEOPLE, other=PEOPLE)
@settings(max_examples=60, deadline=None)
def test_a_whole_release_tells_at_most_e_squared_about_anybody(
    people: list[Report], one: Report, other: Report
) -> None:
    replaced = worst_of_all([*people, one], [*people, other])
    added = worst_of_all(people, [*people, one])
    assert replaced.numerator <= LIMIT * replaced.denominator
    assert (added**2).numerator <= LIMIT * (added**2).denominator


# The draws follow their weights


def fixed(number: int) -> Randbelow:
    """Gives a source of chance that always says the same."""
    return lambda _: number


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30).filter(any))
@settings(deadline=None)
def test_every_position_is_drawn_exactly_as_often_as_its_weight(weighted: list[int]) -> None:
    drawn = Counter(draw(weighted, fixed(at)) for at in range(sum(weighted)))
    assert [drawn[position] for position in range(len(weighted))] == weighted


def test_weights_are_powers_of_an_exact_fraction() -> None:
    flat = [1] * 5
    assert weights(Counter({1: 2, 3: 1}), Fraction(4, 5), flat) == [4 * 4, 5 * 5, 4 * 5, 4 * 5, 4 * 4]  # 3, 1, 2, 2, 3
    assert set(weights(Counter(), Fraction(4, 5), flat)) == {1}


def test_a_quartile_lies_on_its_side_of_the_median_and_near_a_quarter_of_the_values() -> None:
    values = Counter({point: 40 for point in range(20, 100)})
    low, high = (quartile_weights(values, 59, side, QUARTILE) for side in SIDES)
    assert not any(low[60:]) and not any(high[:59])
    assert 38 <= low.index(max(low)) <= 41 and 78 <= high.index(max(high)) <= 81


@given(values=VALUES, one=st.integers(0, 20), median=st.integers(0, 120), side=st.sampled_from(SIDES))
@settings(max_examples=100, deadline=None)
def test_a_quartile_keeps_its_share_when_one_person_comes(
    values: list[int], one: int, median: int, side: Literal["low", "high"]
) -> None:
    without, with_one = (Counter(value * 6 for value in said) for said in (values, [*values, one]))
    before, after = (quartile_weights(counts, median, side, QUARTILE) for counts in (without, with_one))
    assert [bool(weight) for weight in before] == [bool(weight) for weight in after]
    some = [(b, a) for b, a in zip(before, after, strict=True) if b]
    assert ratio_of_sums([b for b, _ in some], [a for _, a in some]) <= 1 / QUARTERED[1].kept


def test_leaning_halves_with_a_factor_of_two_and_forgets_nothing_else() -> None:
    assert leaning("pay", None) == [1] * 121
    near = leaning("pay", 60)
    assert near == near[::-1] and near[60] == max(near)
    assert near[46] * 2 == near[60] and near[32] * 4 == near[60]
    assert all(min(leaning("pay", last)) >= 1 for last in range(121))


def test_weights_stay_exact_for_thousands_of_reports() -> None:
    found = weights(Counter({60: 4_000, 61: 4_001}), Fraction(5, 6), [1] * 121)
    assert found.index(max(found)) == 61


def test_noise_is_two_sided_geometric() -> None:
    chance, kept = Random(1), Fraction(4, 5)
    drawn = Counter(noise(kept, chance.randrange) for _ in range(20_000))
    for z in range(-6, 7):
        expected = float(20_000 * (1 - kept) / (1 + kept) * kept ** abs(z))
        assert abs(drawn[z] - expected) < 5 * expected**0.5

"""The budget adds up, the mechanisms keep their shares exactly, and nothing else is published."""

import inspect
import json
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
from statistics import fmean
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pay.budget import (
    ANSWERS_FROM,
    BUDGET,
    COMPLEMENT_FROM,
    ENTERS_FROM,
    EPSILON,
    EPSILON_A_YEAR,
    GROWN,
    GROWN_FROM,
    GROWN_QUARTERED,
    GROWN_QUARTILES_FROM,
    GROWN_STAYS_FROM,
    PAIR_ENTERS_FROM,
    QUARTERED,
    QUARTILE,
    QUARTILES_FROM,
    STAYS_FROM,
    Figure,
    kept,
    pair_threshold,
)
from bot.pay.draws import draw, leaning, noise, quartile_weights, weights
from bot.pay.fx import in_dollars
from bot.pay.normalise import Report
from bot.pay.release import Published, Release, from_json, release, shares, to_json
from bot.pay.rules import (
    GRID,
    MEASURES,
    Details,
    Filing,
    Fragment,
    Measure,
    Randbelow,
    cells,
    fragments,
    pay_at,
    period,
    period_ends,
)
from bot.texts import Money
from bot.workplaces import catalogue

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


# The release


def people(n: int, cell: str = "country:KE:KES", point: int = 55) -> list[Fragment]:
    return [Fragment(cell, "pay", point), Fragment(cell, "unpaid", 4)] * n


def test_a_large_cell_is_published_and_all_others_are_not() -> None:
    found = release("2026-Q4", CELLS, people(400), Random(7).randrange)
    assert [published.cell for published in found.cells] == ["country:KE:KES"]
    published = found.cells[0]
    assert (published.pay, published.unpaid, published.currency) == (157_00, 20, "KES")
    assert published.size % 10 == 0
    assert 350 <= published.size <= 450
    assert not published.rough


def test_an_employers_cell_that_is_not_grown_has_no_unpaid_share() -> None:
    filed = [Fragment("employer:sama:KES", measure, 3) for measure in MEASURES.values()] * 400
    (published,) = release("2026-Q4", CELLS, filed, Random(7).randrange).cells
    assert (published.cell, published.unpaid) == ("employer:sama:KES", None)


@given(n=st.integers(0, 120), seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_nothing_is_said_under_the_threshold_and_sizes_are_floored(n: int, seed: int) -> None:
    for published in release("2026-Q4", ["country:KE:KES"], people(n), Random(seed).randrange).cells:
        assert published.size >= ENTERS_FROM
        assert published.size % 10 == 0
        assert published.rough == (published.size < 100)


KENYA = Published("country:KE:KES", 60, 157_00, 20)


def test_a_cell_that_stood_in_the_last_release_stays_from_a_lower_size() -> None:
    assert STAYS_FROM < ENTERS_FROM
    new, stood = (
        sum(
            bool(release("2026-Q4", ["country:KE:KES"], people(45), Random(n).randrange, last).cells)
            for n in range(300)
        )
        for last in (None, Release("2026-Q3", (KENYA,)))
    )
    assert new < 120 and stood > 200


def test_a_cell_leans_on_its_last_figure_and_on_no_other_cell() -> None:
    filed = [Fragment("country:KE:KES", "pay", point) for point in range(25, 86)]

    def drawn(*last: Published) -> list[int]:
        stood = Release("2026-Q3", last)
        draws = (release("2026-Q4", ["country:KE:KES"], filed, Random(n).randrange, stood) for n in range(300))
        return [cell.pay for found in draws for cell in found.cells]

    high, low = (fmean(drawn(Published("country:KE:KES", 60, pay, 20))) for pay in (600_00, 40_00))
    assert low < fmean(drawn()) < high
    assert drawn(Published("country:UG:UGX", 60, 5_000_00)) == drawn()


def test_quartiles_come_with_large_countries_only() -> None:
    filed = [Fragment("country:KE:KES", "pay", 40 + n % 31) for n in range(2 * QUARTILES_FROM)]
    filed += [Fragment("country:KE:KES", "unpaid", 4)] * (2 * QUARTILES_FROM)
    filed += [Fragment("employer:sama:KES", "pay", 50)] * (2 * QUARTILES_FROM) + people(300, "country:UG:UGX")
    kenya, uganda, sama = release("2026-Q4", CELLS, filed, Random(5).randrange).cells
    assert kenya.low and kenya.high and kenya.low < kenya.pay < kenya.high
    assert (uganda.low, uganda.high, sama.low, sama.high) == (None,) * 4


STOOD = Release("2026-Q3", (*(Published(f"country:{code}", 900, 157_00, 20) for code in ("GH:GHS", "KE:KES")),))


def pairs(**people: int) -> list[Fragment]:
    """Gives people of two grown countries and one that is not, by country and task, all with the same pay."""
    where = {"KE": "KES", "GH": "GHS", "UG": "UGX"}
    filed: list[Fragment] = []
    for name, number in people.items():
        country, _, task = name.partition("_")
        cell, pair = f"country:{country}:{where[country]}", f"pair:{country}:{task}:{where[country]}"
        filed += [Fragment(cell, "pay", 60), Fragment(cell, "unpaid", 4), Fragment(pair, "pay", 60)] * number
    return filed


def names(found: Release) -> list[str]:
    return [published.cell.rpartition(":")[0] for published in found.cells]


def test_a_grown_country_has_pairs_and_tasks_over_all_grown_countries_in_dollars() -> None:
    filed = pairs(KE_qa_review=600, KE_translation=700, GH_qa_review=500, GH_translation=400, UG_qa_review=900)
    found = release("2026-Q4", CELLS, filed, Random(4).randrange, STOOD)
    assert names(found) == [
        "country:GH",
        "country:KE",
        "country:UG",
        *(f"pair:{code}:{task}" for code in ("GH", "KE") for task in ("qa_review", "translation")),
        *(f"task:{task}" for task in ("qa_review", "translation")),
    ]
    task, pair = found.cell("task:qa_review:USD"), found.cell("pair:GH:qa_review:GHS")
    assert task and pair and 1_000 <= task.size <= 1_200
    assert (pair.unpaid, task.unpaid) == (None, None)
    shillings, cedis = (in_dollars(Fraction(pay_at(60, code)), code) for code in ("KES", "GHS"))
    assert shillings and cedis and shillings * 19 / 20 <= task.pay <= cedis * 21 / 20


def test_a_pair_is_not_published_when_too_few_are_left_beside_it() -> None:
    alone = pairs(KE_qa_review=600, GH_translation=600)
    assert names(release("2026-Q4", CELLS, alone, Random(4).randrange, STOOD)) == [
        "country:GH",
        "country:KE",
        "task:qa_review",
        "task:translation",
    ]
    in_country = pairs(KE_qa_review=600, GH_qa_review=600, GH_translation=600)
    assert "pair:KE:qa_review" not in names(release("2026-Q4", CELLS, in_country, Random(4).randrange, STOOD))
    assert COMPLEMENT_FROM >= 20  # anonymity.md, "Publishing"


def test_pairs_without_a_dated_rate_count_in_no_task() -> None:
    filed = [Fragment("country:VE:VES", "pay", 60), Fragment("pair:VE:qa_review:VES", "pay", 60)] * 600
    stood = Release("2026-Q3", (Published("country:VE:VES", 900, 157_00, 20),))
    assert names(release("2026-Q4", CELLS, filed, Random(4).randrange, stood)) == ["country:VE"]


def test_a_grown_employer_has_more_figures() -> None:
    answers: list[tuple[Measure, int]] = [("pay", 60), ("unpaid", 4), ("late", 1), ("rejected", 0)]
    filed = [Fragment("employer:sama:KES", measure, value) for measure, value in answers] * 1_000
    filed += [Fragment("employer:sama:KES", "own", 2)] * (ANSWERS_FROM // 3)
    filed += [Fragment("employer:sama:KES", "rejected", 3)] * 1_000
    stood = Release("2026-Q3", (Published("employer:sama:KES", GROWN_FROM, 200_00),))
    (found,) = release("2026-Q4", CELLS, filed, Random(2).randrange, stood).cells
    assert (found.unpaid, found.late, found.own) == (20, (0, 100, 0, 0), None)
    assert found.rejected and {found.rejected[0], found.rejected[3]} <= {45, 50, 55}
    smaller = Release("2026-Q3", (Published("employer:sama:KES", GROWN_FROM - 10, 200_00),))
    (plain,) = release("2026-Q4", CELLS, filed, Random(2).randrange, smaller).cells
    assert (plain.unpaid, plain.late) == (None, None)


@given(noisy=st.tuples(*[st.integers(-50, 400)] * 4))
@settings(deadline=None)
def test_shares_of_answers_are_steps_of_five_that_make_a_hundred(noisy: tuple[int, ...]) -> None:
    found = shares(noisy)
    assert (found is None) == (sum(noisy) < ANSWERS_FROM)
    if found:
        assert sum(found) == 100 and all(share % 5 == 0 for share in found)
        people = [max(0, band) for band in noisy]
        assert all(abs(share - 100 * band / sum(people)) < 5 for share, band in zip(found, people, strict=True))


def test_a_grown_country_has_quartiles_only_when_it_is_large() -> None:
    for number, there in ((GROWN_QUARTILES_FROM - 200, False), (GROWN_QUARTILES_FROM + 200, True)):
        filed = [Fragment("country:KE:KES", "pay", 40 + n % 31) for n in range(number)]
        (found,) = release("2026-Q4", CELLS, filed, Random(3).randrange, STOOD).cells
        assert (found.low is not None and found.high is not None) == there


def test_a_release_with_all_kinds_of_cells_survives_json_and_order() -> None:
    filed = pairs(KE_qa_review=600, KE_translation=700, GH_qa_review=500, GH_translation=400)
    filed += [Fragment("employer:sama:KES", "late", band) for band in (0, 1, 1, 3)] * 100
    filed += [Fragment("employer:sama:KES", "pay", 60)] * 400
    stood = Release("2026-Q3", (*STOOD.cells, Published("employer:sama:KES", GROWN_FROM, 200_00)))
    one, other = (
        release("2026-Q4", listed, said, Random(9).randrange, stood)
        for listed, said in ((CELLS, filed), (CELLS[::-1], filed[::-1]))
    )
    assert one == other == from_json(to_json(one))
    assert any(cell.late for cell in one.cells)


def test_a_cell_that_is_not_in_the_catalogue_is_never_published() -> None:
    assert release("2026-Q4", CELLS, people(900, "country:KE:BRL"), Random(1).randrange) == Release("2026-Q4")


def test_the_order_of_filings_and_cells_changes_nothing() -> None:
    filed = [*people(200), *people(150, "country:UG:UGX", 70), *[Fragment("employer:sama:KES", "pay", 50)] * 150]
    one = release("2026-Q4", CELLS, filed, Random(3).randrange)
    other = release("2026-Q4", CELLS[::-1], filed[::-1], Random(3).randrange)
    assert to_json(one) == to_json(other)
    assert [published.cell for published in one.cells] == sorted(published.cell for published in one.cells)


def test_as_much_chance_is_used_for_an_empty_union_as_the_noise_of_every_cell() -> None:
    asked: list[int] = []

    def lowest(n: int) -> int:
        asked.append(n)
        return 0

    assert release("2026-Q4", CELLS, [], lowest).cells == ()
    assert len(asked) == 2 * len(TRIED)


def test_a_release_survives_json() -> None:
    found = Release(
        "2026-Q4", (Published("country:KE:KES", 120, 174_00, 20), Published("employer:sama:KES", 60, 150_00))
    )
    assert from_json(to_json(found)) == found
    assert from_json(to_json(found).encode()) == found
    assert found.cell("employer:sama:KES") == found.cells[1]
    assert found.cell("employer:cci:KES") is None


def test_a_release_written_before_quartiles_is_read() -> None:
    cell = '{"cell":"employer:sama:KES","pay":15000,"size":60,"unpaid":null}'
    found = from_json(f'{{"cells":[{cell}],"period":"2026-Q3","version":1}}')
    assert found.cells == (Published("employer:sama:KES", 60, 150_00),)


@pytest.mark.parametrize("document", ["", "[]", "null", "{}", '{"version":3,"period":"2026-Q4","cells":[]}'])
def test_what_is_no_release_is_not_read(document: str) -> None:
    with pytest.raises(ValueError):
        from_json(document)


def test_a_release_holds_nothing_but_what_is_listed() -> None:
    document = json.loads(to_json(release("2026-Q4", CELLS, people(400), Random(7).randrange)))
    assert set(document) == {"version", "period", "cells"}
    assert [set(cell) for cell in document["cells"]] == [{"cell", "size", "pay", "unpaid"}]

"""What a release says, of which cells, and that nothing else is published."""

import json
from decimal import Decimal
from fractions import Fraction
from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pay.budget import (
    ANSWERS_FROM,
    COMPLEMENT_FROM,
    ENTERS_FROM,
    GROWN_FROM,
    GROWN_QUARTILES_FROM,
    QUARTILES_FROM,
    STAYS_FROM,
)
from bot.pay.fx import in_dollars
from bot.pay.normalise import Report
from bot.pay.release import Published, Release, from_json, release, shares, to_json, wanted
from bot.pay.rules import ENTRIES, MEASURES, Details, Filing, Fragment, Measure, cells, decode, entries, pay_at
from bot.texts import Money
from bot.workplaces import catalogue

CELLS = cells(catalogue.country_currencies(), catalogue.employer_currencies(), catalogue.TASKS)
TRIED = [cell for cell in CELLS if cell.startswith(("country:", "employer:"))]


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


DETAILS = ("employer late", "employer rejected", "employer own")
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


@pytest.mark.parametrize("size", [GROWN_FROM - 10, GROWN_FROM])
def test_only_what_can_be_released_is_filed(size: int) -> None:
    report = Report("KE", "sama", "qa_review", "hour", Money(200_00, "KES"), Decimal(40), Decimal(5))
    filing = Filing((report,), Details(0, 1, 2))
    for cell, more in (("country:KE:KES", {"pair pay"}), ("employer:sama:KES", {"employer unpaid", *DETAILS})):
        stood = wanted(Release("2026-Q3", (Published(cell, size, 200_00),)))
        said = entries(filing, Random(1).randrange, stood)
        filed = {f"{one.cell.split(':')[0]} {one.measure}" for entry in said if (one := decode(entry))}
        assert filed == {"country pay", "country unpaid", "employer pay"} | (more if size == GROWN_FROM else set())
        assert len(said) == ENTRIES
    new = entries(filing, Random(1).randrange, wanted(None))
    assert sum(map(any, new)) == 3

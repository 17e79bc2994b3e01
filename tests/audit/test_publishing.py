"""The quick form of the audit of publishing: what is promised holds, and what breaks it is caught."""

import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random
from statistics import fmean

import pytest

from bot.pay.budget import BUDGET, GROWN, Figure
from bot.pay.draws import noise
from bot.pay.release import pool, release
from bot.pay.rules import Randbelow
from tests.audit.findings import Results
from tests.audit.laws import NEVER, Cell, cell_of, certain, highest, honest, under
from tests.audit.neighbours import counted_once, filing
from tests.audit.publishing import examine, lines
from tests.audit.report import met, sections_passed
from tests.audit.streams import ALL_GROWN, everything, likely_cell, likely_drawn, wilson

SEED = 20261124
NOISY = [figure for figure in (*BUDGET, *GROWN) if figure.measure not in ("pay", "unpaid")]


def test_the_quick_audit_passes_and_says_so() -> None:
    found = examine(SEED, thorough=False)
    assert found.exact and 0.8 < found.worst <= 1
    assert {name: advantage.within for name, advantage in found.advantages.items()} == dict.fromkeys(
        found.advantages, True
    )
    assert found.controls == dict.fromkeys(found.controls, True) and len(found.controls) == 10
    assert found.streams == 260 and [row.reports for row in found.errors] == [50, 100]
    assert found.passed
    assert lines(found)[0].startswith("**Passed.**")
    missed = replace(found, controls={**found.controls, "exact medians": False})
    assert lines(missed)[0].startswith("**FAILED.**")


def test_a_section_that_failed_fails_the_whole_audit() -> None:
    results = Results(sections={"publishing": ["**FAILED.**"], "faults": ["fine"]})
    assert [row[-1] for row in sections_passed(results)] == [met(False)]


@pytest.mark.parametrize("n", [36, 52, 75])
def test_the_program_draws_by_the_law_that_is_audited(n: int) -> None:
    chance, filings = Random(n), [filing(0, "sama", 50 + person % 9, 3 + person % 4) for person in range(n)]
    cell = cell_of(counted_once(filings), "country:KE:KES", None)
    law, fragments = honest(cell), [fragment for filed in filings for fragment in filed]
    told = 0.0
    drawn: Counter[bool] = Counter()
    for _ in range(600):
        found = release("2026-Q4", [cell.name], fragments, chance.randrange).cell(cell.name)
        drawn[found is None] += 1
        told -= likely_cell(found, cell, law) / 600
    nothing = law.sizes["nothing"][0] / certain(cell.kept("size"))
    assert abs(drawn[True] / 600 - nothing) < 4 * math.sqrt(nothing * (1 - nothing) / 600) + 0.005
    assert abs(told - entropy(cell)) < 0.35


def test_what_is_drawn_of_a_grown_union_follows_the_law_that_is_audited() -> None:
    """Were the program's draws wider or narrower than their law, their mean surprise would not be its entropy."""
    chance = Random(3)
    world = tuple(
        filing(0, "sama", 50 + person % 9, 3 + person % 4, "qa_review", (person % 2, 0, 3)) for person in range(60)
    )
    counted = pool(counted_once(list(world)), ALL_GROWN)
    for name in ("country:KE:KES", "employer:sama:KES", "pair:KE:qa_review:KES", "task:qa_review:USD"):
        cell = cell_of(counted, name, ALL_GROWN.last.get(name))
        size = cell.pay.total()
        told = fmean(-likely_drawn(everything(name, counted, size, chance), cell) for _ in range(150))
        expected = sum(-p * math.log(p) for weighted in honest(cell).figures["median"] for p in shares(weighted) if p)
        assert abs(told - expected) < 0.1 * expected, name


def entropy(cell: Cell) -> float:
    """Gives the mean surprise of a draw that follows a cell's law."""
    law, whole = honest(cell), certain(cell.kept("size"))
    figures = sum(-p * math.log(p) for weighted in law.figures["median"] for p in shares(weighted) if p)
    sizes = [size / whole for part in law.sizes.values() for size in part]
    nothing = law.sizes["nothing"][0] / whole
    return sum(-p * math.log(p) for p in sizes if p) + (1 - nothing) * figures


def shares(weighted: tuple[int, ...]) -> list[float]:
    """Gives the probability of each weight."""
    return [weight / sum(weighted) for weight in weighted]


@pytest.mark.parametrize("figure", NOISY)
def test_the_sampler_of_the_noise_goes_on_exactly_as_often_as_it_should(figure: Figure) -> None:
    kept = figure.kept
    goes_on = [side for side in range(kept.denominator) if noise(kept, saying(side, 0, 0)) == 1]
    assert len(goes_on) == kept.numerator
    for up, down in product(range(4), repeat=2):
        assert noise(kept, saying(*goes_on[:1] * up, 0, *goes_on[:1] * down, 0)) == up - down


@pytest.mark.parametrize("figure", NOISY)
def test_the_closed_form_of_the_noise_is_its_sum(figure: Figure) -> None:
    kept = figure.kept
    for z in range(-20, 20):
        likely = Fraction(under(kept, 30, 31 + z) - under(kept, 30, 30 + z), certain(kept))
        assert likely == kept ** abs(z) * (1 - kept) / (1 + kept)


def saying(*numbers: int) -> Randbelow:
    """Gives a source of chance that says what is written."""
    said = iter(numbers)
    return lambda _: next(said)


def test_what_only_one_world_can_bring_has_no_bound() -> None:
    assert highest((1, 1), (1, 0)) == NEVER
    assert highest((1, 0), (2, 1)) == Fraction(1, 2)


def test_a_bound_of_confidence_lies_on_both_sides() -> None:
    lower, upper = wilson(60, 100)
    assert 0.45 < lower < 0.6 < upper < 0.75

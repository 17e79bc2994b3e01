"""Falls of pay are found in released figures: surely enough, seldom where there are none, each once."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pay.budget import kept
from bot.pay.cuts import EARLIER, NEWEST, SURE_FROM, Cut, cuts_of, error, falls, falls_of
from bot.pay.release import Published, Release, pay_weights
from bot.pay.rules import GRID, REACH, following, pay_at
from tests.bench.pay_cuts import World, run, weights

SAMA = "employer:sama:KES"
POINTS = st.none() | st.integers(REACH - 20, REACH + 20)
CELLS = st.lists(st.tuples(POINTS, st.sampled_from((40, 90, 100, 300))), max_size=14)


def history(points: Sequence[tuple[int | None, int]], cell: str = SAMA) -> list[Release]:
    """Gives a release for each point of the grid at which a cell was published, and how large."""
    period, found = "2020-Q1", list[Release]()
    for point, size in points:
        shown = () if point is None else (Published(cell, size, pay_at(point, "KES")),)
        found.append(Release(period, shown))
        period = following(period)
    return found


def at(*points: int | None, size: int = 100) -> list[Release]:
    """Gives the history of a cell of one size."""
    return history([(point, size) for point in points])


def cuts(releases: Sequence[Release]) -> list[Cut]:
    """Finds the falls of the one cell, each once."""
    return list(cuts_of(SAMA, releases))


@given(CELLS, st.integers(0, 14))
def test_what_was_found_stays_found_and_is_a_fall(points: list[tuple[int | None, int]], until: int) -> None:
    releases = history(points)
    found = falls(releases)
    assert tuple(cut for cut in found if cut.period in {each.period for each in releases[:until]}) == falls(
        releases[:until]
    )
    assert all(cut.after < cut.before for cut in found)


@given(CELLS, CELLS)
def test_a_cell_is_judged_by_its_own_figures(
    mine: list[tuple[int | None, int]], theirs: list[tuple[int | None, int]]
) -> None:
    alone, others = history(mine), history(theirs, "country:KE:KES")
    both = [Release(one.period, one.cells + other.cells) for one, other in zip(alone, others, strict=False)]
    assert list(falls_of(SAMA, both)) == list(falls_of(SAMA, alone[: len(both)]))


@given(st.lists(st.integers(0, 2 * REACH), min_size=2, max_size=12))
def test_pay_that_never_falls_is_never_flagged(points: list[int]) -> None:
    assert not cuts(at(*sorted(points)))


@pytest.mark.parametrize("cut_at", range(1, 8))
def test_a_clean_cut_is_named_once_with_the_figures_of_both_sides(cut_at: int) -> None:
    before, after = REACH + 4, REACH
    releases = at(*[before] * cut_at, *[after] * 6)
    (found,) = cuts(releases)
    first = cut_at if cut_at > 1 else cut_at + 1
    assert found.period == releases[first].period
    assert (found.cell, found.before) == (SAMA, pay_at(before, "KES"))
    assert found.after == pay_at(after, "KES")


def test_a_fall_lasts_until_the_figures_before_it_have_fallen_too() -> None:
    releases = at(*[60] * 6, *[56] * 6)
    assert [(cut.period, cut.since) for cut in falls(releases)] == [
        (releases[quarter].period, releases[6].period) for quarter in (6, 7, 8)
    ]


def test_small_cells_need_a_deeper_fall_and_two_figures() -> None:
    assert cuts(at(60, 60, 57)) and not cuts(at(60, 60, 57, size=30))
    assert cuts(at(60, 60, 55, size=30))
    assert not cuts(at(60, 50))


def test_a_gap_is_bridged_but_not_a_long_one() -> None:
    assert cuts(at(60, 60, None, 54, 54))
    assert not cuts(at(60, *[None] * (EARLIER + NEWEST - 1), 54, 54))
    releases = at(60, 60, 54, None, 54)
    assert [cut.period for cut in cuts(releases)] == [releases[2].period]


def test_a_wild_figure_counts_no_more_than_a_low_one_and_one_that_is_back_up_ends_the_fall() -> None:
    assert not cuts(at(60, 60, 60, 40, 60)[:3]) and not cuts(at(60, 40, 60))
    assert [cut.lasts for cut in falls(at(60, 60, 40, 60))] == [False]


def test_a_second_cut_is_found_too() -> None:
    releases = at(*[60] * 5, *[56] * 5, *[52] * 5)
    assert [cut.period for cut in cuts(releases)] == [releases[5].period, releases[10].period]
    period = releases[10].period
    assert cuts(releases)[1] == Cut(SAMA, period, pay_at(56, "KES"), pay_at(52, "KES"), since=period)


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_larger_cells_err_less(one: int, other: int) -> None:
    assert error(SAMA, min(one, other)) >= error(SAMA, max(one, other))


@pytest.mark.parametrize("kind", ["country", "pair", "task"])
def test_a_cut_of_a_fifth_is_flagged_within_two_releases_and_no_cut_seldom(kind: str) -> None:
    """From the size that organizers are told, in the simulation of tests/bench/pay_cuts.py."""
    found = run(World(kind, SURE_FROM[kind], cells=150), np.random.default_rng(3))
    assert found.flagged >= 0.9
    assert 0 < found.named <= found.fallen < 1


@given(st.lists(st.integers(0, GRID["pay"] - 1), max_size=60), st.none() | st.integers(0, GRID["pay"] - 1))
def test_the_simulation_weighs_as_the_program_does(points: list[int], last: int | None) -> None:
    ours = Counter(points)
    stood = None if last is None else Published(SAMA, 100, pay_at(last, "KES"))
    exact = pay_weights(ours, kept("country", "pay"), stood)
    counts = np.array([[ours[point] for point in range(GRID["pay"])]])
    drawn = weights(counts, float(kept("country", "pay")), np.array([-1 if last is None else last]))[0]
    assert np.allclose(np.exp(drawn - drawn.max()), [float(Fraction(one, max(exact))) for one in exact])

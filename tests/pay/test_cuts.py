"""Falls of pay are found in released figures: surely enough, seldom where there are none, each once."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pay.cuts import EARLIER, NEWEST, Cut, cuts, error
from bot.pay.release import Published, Release
from bot.pay.rules import REACH, following, pay_at
from tests.bench.pay_cuts import QUIET, World, run

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


@given(CELLS, st.integers(0, 14))
def test_what_was_found_stays_found_and_is_a_fall(points: list[tuple[int | None, int]], until: int) -> None:
    releases = history(points)
    found = cuts(releases)
    assert tuple(cut for cut in found if cut.period in {each.period for each in releases[:until]}) == cuts(
        releases[:until]
    )
    assert all(cut.after < cut.before for cut in found)
    assert all(
        cut.period == following(following(before.period)) or cut.period > following(before.period)
        for before, cut in zip(found, found[1:], strict=False)
    )


@given(CELLS, CELLS)
def test_a_cell_is_judged_by_its_own_figures(
    mine: list[tuple[int | None, int]], theirs: list[tuple[int | None, int]]
) -> None:
    alone, others = history(mine), history(theirs, "country:KE:KES")
    both = [Release(one.period, one.cells + other.cells) for one, other in zip(alone, others, strict=False)]
    assert [cut for cut in cuts(both) if cut.cell == SAMA] == list(cuts(alone[: len(both)]))


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


def test_small_cells_need_a_deeper_fall_and_two_figures() -> None:
    assert cuts(at(60, 60, 58, 58)) and not cuts(at(60, 60, 58, 58, size=40))
    assert cuts(at(60, 60, 54, 54, size=40))
    assert not cuts(at(60, 50))


def test_a_gap_is_bridged_but_not_a_long_one() -> None:
    assert cuts(at(60, 60, None, 54, 54))
    assert not cuts(at(60, *[None] * (EARLIER + NEWEST - 1), 54, 54))
    releases = at(60, 60, 54, None)
    assert [cut.period for cut in cuts(releases)] == [releases[2].period]


def test_a_figure_that_is_back_up_is_not_called_the_fall() -> None:
    assert cuts(at(60, 50, 60))[0].after == pay_at(55, "KES")


def test_a_second_cut_is_found_too() -> None:
    releases = at(*[60] * 5, *[56] * 5, *[52] * 5)
    assert [cut.period for cut in cuts(releases)] == [releases[5].period, releases[10].period]
    assert cuts(releases)[1] == Cut(SAMA, releases[10].period, pay_at(56, "KES"), pay_at(52, "KES"))


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_larger_cells_err_less(one: int, other: int) -> None:
    assert error(SAMA, min(one, other)) >= error(SAMA, max(one, other))


def test_a_cut_of_a_fifth_is_flagged_within_two_releases() -> None:
    """At 100 reports, by drawn releases; the simulation of tests/bench/pay_cuts.py with fewer cells."""
    assert run(World(100, before=4, cells=120), random.Random("cut")).flagged >= 0.9


def test_a_quiet_cell_is_flagged_less_than_once_a_year() -> None:
    quiet = World(100, before=QUIET, after=0, cells=24)
    assert 0 < run(quiet, random.Random("quiet")).false_alarms < 1

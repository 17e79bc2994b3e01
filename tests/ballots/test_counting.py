"""Counts: published elections with known results, ties, and what every method promises, as properties."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.ballots.counting import Count, Stage, Vote, Votes, count
from tests.examples import EXAMPLES

MANY = settings(max_examples=EXAMPLES, deadline=None)
ENOUGH = ("choice", "multiple", "approval", "score", "schulze", "demands")
MEMPHIS, NASHVILLE, CHATTANOOGA, KNOXVILLE = range(4)

# Four cities want to be the capital of Tennessee; voters by home, as on Wikipedia's pages of the methods.
TENNESSEE: dict[Vote, int] = {(0, 1, 2, 3): 42, (1, 2, 3, 0): 26, (2, 3, 1, 0): 15, (3, 2, 1, 0): 17}

# Schulze, "A new monotonic ... election method" (2011), example 1: 45 voters, 5 candidates, and his matrices.
FORTY_FIVE = {"ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8}
HIS_PAIRS = ((0, 20, 26, 30, 22), (25, 0, 16, 33, 18), (19, 29, 0, 17, 24), (15, 12, 28, 0, 14), (23, 27, 21, 31, 0))
HIS_PATHS = ((0, 28, 28, 30, 24), (25, 0, 28, 33, 24), (25, 29, 0, 29, 24), (25, 28, 28, 0, 24), (25, 28, 28, 31, 0))


def lettered(orders: dict[str, int]) -> dict[Vote, int]:
    """Reads rankings written as letters."""
    return {tuple("ABCDE".index(letter) for letter in order): people for order, people in orders.items()}


def told(counted: Count, did: str) -> list[Stage]:
    """Gives the stages of one kind."""
    return [stage for stage in counted.stages if stage.did == did]


def test_schulzes_own_example() -> None:
    counted = count("schulze", lettered(FORTY_FIVE), 5)
    assert tuple(stage.amounts for stage in told(counted, "pairs")) == HIS_PAIRS
    assert tuple(stage.amounts for stage in told(counted, "paths")) == HIS_PATHS
    assert "".join("ABCDE"[option] for option in counted.order) == "EACBD"
    assert counted.winners == (4,) and counted.totals == (3, 1, 2, 0, 4)
    assert [stage.did for stage in counted.stages] == ["pairs"] * 5 + ["paths"] * 5 + ["order"]


def test_tennessee_by_every_method() -> None:
    firsts = {vote[:1]: people for vote, people in TENNESSEE.items()}
    assert count("choice", firsts, 4) == Count(
        (MEMPHIS,), (Stage("votes", (), (100,), (42, 26, 15, 17)), Stage("elected", (0,), (42,))), (42, 26, 15, 17)
    )
    nearest_two = {tuple(sorted(vote[:2])): people for vote, people in TENNESSEE.items()}
    for method in ("approval", "multiple"):
        counted = count(method, {(0, 1): 42, (1, 2): 26, (2, 3): 32}, 4)
        assert nearest_two.keys() == {(0, 1), (1, 2), (2, 3)} and counted.totals == (42, 68, 58, 32)
        assert counted.winners == (NASHVILLE,)
    schulze = count("schulze", TENNESSEE, 4)
    assert schulze.order == (NASHVILLE, CHATTANOOGA, KNOXVILLE, MEMPHIS)
    demands = count("demands", {(vote[-1], *vote[:3]): people for vote, people in TENNESSEE.items()}, 4)
    assert told(demands, "borda")[0].amounts == (126, 194, 173, 107)  # Wikipedia, "Borda count"
    assert demands.totals == (42 - 58, 26, 15, 17 - 42) and demands.order == (1, 2, 0, 3)


def test_scores_are_added() -> None:
    """Tennessee with scores of ours, 0 to 10 by distance."""
    counted = count("score", {(10, 4, 2, 0): 42, (0, 10, 4, 2): 26, (0, 6, 10, 6): 15, (0, 5, 7, 10): 17}, 4)
    assert counted.totals == (420, 603, 457, 312) and counted.winners == (NASHVILLE,)


@pytest.mark.parametrize("method", ["choice", "multiple", "approval"])
def test_a_tie_for_the_last_place_is_declared_or_drawn(method: str) -> None:
    votes = {(0,): 5, (1,): 3, (2,): 3, (): 9}
    declared = count(method, votes, 4, seats=2)
    assert declared.winners == (0, 1, 2) and declared.stages[1] == Stage("tie", (1, 2), (1,))
    assert declared.stages[0].amounts == (11,)
    drawn = count(method, votes, 4, seats=2, lot=(3, 2, 1, 0))
    assert drawn.winners == (0, 2) and drawn.stages[1] == Stage("lot", (2, 1), (1,))
    assert count(method, votes, 4, seats=3).winners == (0, 1, 2)
    assert len(count(method, votes, 4, seats=3).stages) == 2
    assert count(method, votes, 4, seats=4).winners == (0, 1, 2), "nobody is elected without a vote"
    assert count(method, {(): 3}, 4) == Count(
        (), (Stage("votes" if method != "approval" else "approvals", (), (0,), (0,) * 4),), (0,) * 4
    )


@pytest.mark.parametrize("method", ["schulze", "demands"])
def test_equals_in_an_order_are_told(method: str) -> None:
    votes: Votes = {(0, 1, 2): 1, (1, 0, 2): 1} if method == "schulze" else {(2, 0): 1, (2, 1): 1}
    assert told(count(method, votes, 3), "tie") == [Stage("tie", (0, 1), (1,))]
    assert count(method, votes, 3).winners == (0, 1)
    assert told(count(method, votes, 3, seats=2), "equal") == [Stage("equal", (0, 1))]
    drawn = count(method, votes, 3, lot=(2, 1, 0))
    assert drawn.winners == (1,) and drawn.order == (1, 0, 2) and told(drawn, "lot") == [Stage("lot", (1, 0), (1,))]


def test_who_is_not_ranked_stands_below_and_equal() -> None:
    pairs = [stage.amounts for stage in told(count("schulze", {(2,): 1, (1, 2): 2}, 4), "pairs")]
    assert pairs == [(0, 0, 0, 0), (2, 0, 2, 2), (3, 1, 0, 3), (0, 0, 0, 0)]


@st.composite
def said(draw: st.DrawFn, method: str, options: int) -> Vote:
    """A vote of a method."""
    order = draw(st.permutations(range(options)))
    if method == "score":
        return tuple(draw(st.lists(st.integers(0, 5), min_size=options, max_size=options)))
    if method == "demands":
        return (draw(st.sampled_from((order[0], options))), *order[1 : draw(st.integers(2, min(4, options)))])
    length = draw(st.integers(1, 1 if method == "choice" else options))
    return tuple(order[:length]) if method == "schulze" else tuple(sorted(order[:length]))


Election = tuple[str, int, list[Vote]]


@st.composite
def elections(draw: st.DrawFn, methods: Sequence[str] = ENOUGH) -> Election:
    """An election: the method, the number of options, and what everybody said; few people, so that ties are common."""
    method, options = draw(st.sampled_from(methods)), draw(st.integers(2, 5))
    return method, options, draw(st.lists(said(method, options), min_size=1, max_size=9))


def renamed(method: str, vote: Vote, names: Sequence[int]) -> Vote:
    """Says the same of options that have other numbers: option n is now `names[n]`."""
    if method == "score":
        return tuple(vote[names.index(option)] for option in range(len(vote)))
    if method == "demands":
        return tuple((*names, len(names))[option] for option in vote)
    now = [names[option] for option in vote]
    return tuple(now if method == "schulze" else sorted(now))


def tallied(method: str, voters: list[Vote], options: int, seats: int = 1, lot: Sequence[int] | None = None) -> Count:
    """Counts what everybody said."""
    return count(method, Counter(voters), options, seats, lot)


@MANY
@given(elections(), st.data(), st.integers(1, 3), st.booleans())
def test_neither_the_order_of_voters_nor_the_names_matter(
    case: Election, data: st.DataObject, seats: int, drawn: bool
) -> None:
    method, options, voters = case
    lot = data.draw(st.permutations(range(options))) if drawn else None
    before = tallied(method, voters, options, seats, lot)
    assert tallied(method, data.draw(st.permutations(voters)), options, seats, lot) == before
    names = data.draw(st.permutations(range(options)))
    after = tallied(
        method, [renamed(method, vote, names) for vote in voters], options, seats, lot and [names[n] for n in lot]
    )
    assert {names[winner] for winner in before.winners} == set(after.winners)
    assert [before.totals[option] for option in range(options)] == [after.totals[name] for name in names]
    assert [(stage.did, sorted(stage.amounts)) for stage in before.stages if stage.did in ("tie", "lot", "equal")] == [
        (stage.did, sorted(stage.amounts)) for stage in after.stages if stage.did in ("tie", "lot", "equal")
    ]


def raised(method: str, vote: Vote, option: int, options: int) -> Vote:
    """Says the same, save that one option is put higher."""
    if method == "choice":
        return (option,)
    if method == "score":
        return (*vote[:option], vote[option] + 1, *vote[option + 1 :])
    if method == "demands":
        worst, *best = vote
        return (options if worst == option else worst, *stepped(tuple(best), option)[:3])
    return stepped(vote, option) if method == "schulze" else tuple(sorted({*vote, option}))


def stepped(vote: Vote, option: int) -> Vote:
    """Puts an option a place higher, or at the end where it was not ranked."""
    if option not in vote:
        return (*vote, option)
    rest, at = [other for other in vote if other != option], max(vote.index(option) - 1, 0)
    return (*rest[:at], option, *rest[at:])


@MANY
@given(elections(), st.data())
def test_who_is_put_higher_does_not_lose_by_it(case: Election, data: st.DataObject) -> None:
    method, options, voters = case
    lot = data.draw(st.permutations(range(options)))
    winners = tallied(method, voters, options, 1, lot).winners
    assume(winners)
    at = data.draw(st.integers(0, len(voters) - 1))
    voters[at] = raised(method, voters[at], winners[0], options)
    assert tallied(method, voters, options, 1, lot).winners == winners

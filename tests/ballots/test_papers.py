"""What a voter may say by method, and how it lies in the box."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ballots.papers import Vote, codes_in, entries, fits, longest, read_vote, votes_in
from bot.ballots.rules import CODE, Ballot, Method, Rules, Share, Wording

CLOSES = datetime(2026, 11, 27, 15, tzinfo=UTC)
METHODS: tuple[Method, ...] = (
    *("yesno", "choice", "multiple", "approval", "score"),
    *("irv", "schulze", "stv", "meek", "demands"),
)


def ballot(method: Method, options: int, double: bool = False) -> Ballot:
    """A ballot with this many options."""
    rules = Rules(method, most=2, double="country" if double else "")
    return Ballot("b", (Wording("en", "?", tuple(map(str, range(options)))),), None, CLOSES, rules=rules)


@st.composite
def said(draw: st.DrawFn) -> tuple[Ballot, Vote, int]:
    """A ballot of any method, a vote that fits it, and a group."""
    method, options = draw(st.sampled_from(METHODS)), draw(st.integers(2, 20))
    one = ballot(method, options, draw(st.booleans()))
    order = draw(st.permutations(range(options)))
    length = draw(st.integers(0, longest(one.rules, options)))
    return one, written(method, order, length, draw), draw(st.integers(0, 5))


def written(method: Method, order: list[int], length: int, draw: st.DrawFn) -> Vote:
    """A vote of a method out of an order of the options."""
    if method == "score":
        return tuple(draw(st.lists(st.integers(0, 5), min_size=len(order), max_size=len(order)))) if length else ()
    if method == "demands":
        best = tuple(order[1 : max(2, length)])
        return (draw(st.sampled_from((order[0], len(order)))), *best) if length else ()
    return tuple(order[:length]) if method in ("irv", "schulze", "stv", "meek") else tuple(sorted(order[:length]))


@given(said())
def test_every_vote_comes_out_of_the_box_as_it_went_in(case: tuple[Ballot, Vote, int]) -> None:
    one, vote, group = case
    box = list(entries(one, vote, b"c" * CODE, group))
    assert len({len(entry) for entry in (*box, *entries(one, (), b"d" * CODE, 0))}) == 1
    assert votes_in(one.rules, box) == [(group if one.rules.double else 0, vote)]
    assert codes_in(box) == [(b"c" * CODE).hex()]


@pytest.mark.parametrize(
    ("method", "vote"),
    [("yesno", (2,)), ("choice", (0, 1)), ("multiple", (0, 1, 2)), ("approval", (1, 0)), ("score", (1, 2))]
    + [("score", (0, 6, 0)), ("stv", (1, 1)), ("meek", (3,)), ("demands", (0, 0)), ("demands", (1,)), ("irv", (-1,))],
)
def test_a_vote_that_the_method_does_not_take_is_refused(method: Method, vote: Vote) -> None:
    one = ballot(method, 2 if method == "yesno" else 3)
    assert not fits(one.rules, one.options(), vote)
    with pytest.raises(ValueError, match="does not fit"):
        entries(one, vote, b"c" * CODE)


def test_a_choice_lies_in_the_box_as_it_always_did() -> None:
    one = ballot("choice", 3)
    assert entries(one, (2,), b"c" * CODE) == (b"v\2".ljust(16, b"\0"), (b"c" * (1 + CODE)).ljust(16, b"\0"))
    assert read_vote(one.rules, b"v\1".ljust(16, b"\0")) == (0, (1,))


@given(st.integers(1, 10), st.integers(1, 10), st.booleans(), st.integers(0, 1000))
def test_the_number_that_is_needed_is_the_smallest_that_is_enough(over: int, of: int, strict: bool, whole: int) -> None:
    share = Share(min(over, of), of, strict)
    needed = share.needed(whole)
    assert share.reached(needed, whole) and not share.reached(needed - 1, whole)

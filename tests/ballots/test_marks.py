"""Marks in the data of buttons: what was marked comes back, in one length, within Telegram's 64 bytes."""

from string import printable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ballots.marks import (
    EMPTY,
    UNSCORED,
    Marks,
    demanded,
    demands_taken_back,
    full,
    least,
    read,
    scored,
    toggled,
    vote_of,
    written,
)
from bot.ballots.papers import fits, longest
from bot.ballots.rules import Rules
from bot.dialogue import Link
from bot.texts import Refusal
from handlers import COMMANDS
from tests.kinds import KINDS

DATA = 64  # bytes of callback data (Bot API, InlineKeyboardButton)
MOST = 20
CARRYING = ("vote", "choose", "review", "cast", "scores", "least")


@st.composite
def marked(draw: st.DrawFn) -> tuple[Rules, int, Marks]:
    """Draws rules, a number of options, and marks as they are at any moment of filling in the paper."""
    rules = draw(st.sampled_from(list(KINDS.values())))
    size = 2 if rules.method == "yesno" else draw(st.integers(2, MOST))
    some = draw(st.lists(st.integers(0, size - 1), unique=True, max_size=longest(rules, size)))
    if rules.method == "score":
        scores = draw(st.lists(st.integers(UNSCORED, rules.top), min_size=size, max_size=size))
        return rules, size, () if all(one == UNSCORED for one in scores) else tuple(scores)
    if rules.method == "demands":
        best = some[:3] if size > 3 else some[: size - 1]
        worst = draw(st.sampled_from([one for one in range(size + 1) if one not in best]))
        return rules, size, (worst, *best) if best else ()
    return rules, size, tuple(sorted(some) if rules.method in ("multiple", "approval") else some)


@given(marked())
def test_marks_come_back_from_a_button_in_one_length(case: tuple[Rules, int, Marks]) -> None:
    rules, size, marks = case
    words = written(rules, size, marks)
    assert read(rules, size, words) == marks
    assert fits(rules, size, vote_of(marks))
    assert len(words) == len(written(rules, size, ()))
    assert " " not in words


@given(st.sampled_from(list(KINDS.values())), st.integers(2, MOST), st.text(printable, max_size=MOST + 2))
def test_data_that_no_button_carries_is_refused_or_means_what_the_method_takes(
    rules: Rules, size: int, words: str
) -> None:
    try:
        marks = read(rules, size, words)
    except Refusal as refusal:
        assert refusal.key == "ballot.unknown"
    else:
        assert fits(rules, size, vote_of(marks))


@pytest.mark.parametrize("method", KINDS)
def test_twenty_options_fit_the_data_of_a_button(method: str) -> None:
    rules = next(one for name, one in KINDS.items() if name == method)
    words = written(rules, MOST, tuple(range(longest(rules, MOST))))
    for command in CARRYING:
        assert command in COMMANDS
        assert len(Link(command, ("a0d17b07", words, "19")).data().encode()) <= DATA


def test_the_marks_of_each_method_move_as_they_are_tapped() -> None:
    assert toggled(toggled((2,), 0), 2) == (0,)
    assert full(Rules("multiple", most=2), 5, (0, 1)) and not full(Rules("approval"), 5, (0, 1))
    assert scored(3, (), 1, 4) == (UNSCORED, 4, UNSCORED)
    assert vote_of(scored(3, (), 1, 4)) == (0, 4, 0)
    assert demanded(4, (), 2) == (4, 2) and full(Rules("demands"), 4, (4, 2, 1, 0))
    assert demands_taken_back((4, 2, 1)) == (4, 2) and demands_taken_back((4, 2)) == ()
    assert least((4, 2, 1), 0) == (0, 2, 1)
    assert written(Rules("demands"), 4, (4, 2)) == EMPTY + "2" + EMPTY * 2

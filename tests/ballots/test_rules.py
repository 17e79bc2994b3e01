"""What may be asked, of whom, and what is published of the outcome."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ballots.rules import DURATIONS, closing, decide, options, question, read_outcome, write_board
from bot.ballots.rules import entries as said
from bot.texts import Refusal


@given(st.lists(st.integers(0, 3), max_size=60))
def test_figures_are_published_only_where_they_tell_of_nobody(votes: list[int]) -> None:
    outcome = decide(votes, 4)
    if len(votes) < 5:
        assert outcome.kind == "none" and not outcome.winners
    elif len(votes) < 10 or len(set(votes)) == 1:
        assert outcome.kind == "bare" and not outcome.counts
    else:
        assert outcome.counts == tuple(votes.count(option) for option in range(4))
    if outcome.winners:
        assert all(votes.count(winner) == max(map(votes.count, range(4))) for winner in outcome.winners)


@given(st.lists(st.integers(0, 2), max_size=40))
def test_the_board_holds_codes_and_ballots_apart_or_neither(votes: list[int]) -> None:
    box = [entry for n, option in enumerate(votes) for entry in said(option, n.to_bytes(12, "big"))]
    board = write_board(box, 3)
    assert read_outcome(board) == decide(sorted(votes), 3)
    assert write_board(sorted(box), 3) == board
    assert len({len(entry) for entry in box}) <= 1


def test_questions_and_options_are_read_as_typed() -> None:
    assert question("  Shall  we?\n") == "Shall we?"
    assert options("<b>Yes</b>\n\n {0} \n%s") == ("<b>Yes</b>", "{0}", "%s")
    for words, wanted in (
        ("Yes", None),
        ("a\nA", None),
        ("x\n" * 21, None),
        ("y" * 81 + "\nb", None),
        ("🙂" * 41 + "\nb", None),
        ("a\nb\nc", 2),
    ):
        with pytest.raises(Refusal, match="newballot.options"):
            options(words, wanted)
    with pytest.raises(Refusal, match="newballot.question.too_long"):
        question("x" * 301)


@given(st.datetimes(max_value=datetime(9000, 1, 1), timezones=st.just(UTC)), st.sampled_from(list(DURATIONS.values())))
def test_a_ballot_closes_at_a_full_hour_and_never_too_early(now: datetime, open_for: timedelta) -> None:
    closes = closing(now, open_for)
    assert (closes.minute, closes.second, closes.microsecond) == (0, 0, 0)
    assert timedelta(0) <= closes - (now + open_for) < timedelta(hours=1)

"""What may be asked, and until when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ballots.rules import DURATIONS, closing, options, question
from bot.texts import Refusal


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

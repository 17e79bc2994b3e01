"""When an electorate is reminded: at most twice, never backwards, never of what is over or halted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ballots.reminders import due
from bot.ballots.rules import Ballot, Wording

OPENED = date(2026, 11, 1)
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)


def ballot(days: float) -> Ballot:
    """Gives a ballot that is open for so many days."""
    wording = Wording("en", "?", ("Yes", "No"))
    return Ballot("a", (wording,), None, BEGAN + timedelta(days=days), "open", opened=OPENED)


@pytest.mark.parametrize(
    ("days", "hours", "reminders"),
    [(1, 11, 0), (1, 12, 1), (1, 23, 1), (3, 35, 0), (3, 36, 1), (3, 71, 1), (7, 84, 1), (7, 143, 1), (7, 144, 2)],
)
def test_at_half_time_and_on_the_last_day(days: int, hours: int, reminders: int) -> None:
    assert due(ballot(days), BEGAN + timedelta(hours=hours)) == reminders


@given(st.floats(0.5, 60), st.lists(st.floats(0, 70), min_size=2, max_size=12))
def test_reminders_only_grow_to_two_and_stop_at_the_close(days: float, moments: list[float]) -> None:
    put = ballot(days)
    seen = [due(put, BEGAN + timedelta(days=moment)) for moment in sorted(moments) if moment < days]
    assert seen == sorted(seen) and set(seen) <= {0, 1, 2}
    assert due(put, put.closes_at) == 0


def test_nobody_is_reminded_of_what_is_halted_or_not_open() -> None:
    late = BEGAN + timedelta(days=6, hours=12)
    assert due(ballot(7), late) == 2
    for other in (replace(ballot(7), halted=True), replace(ballot(7), state="closed"), replace(ballot(7), opened=None)):
        assert due(other, late) == 0

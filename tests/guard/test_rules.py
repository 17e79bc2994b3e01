"""When voting pauses: from a sighting until ten minutes after the last one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.guard import PAUSE, Guard, foreign

START = datetime(2026, 11, 24, tzinfo=UTC)
SECONDS = st.integers(0, 3600)


@given(st.lists(SECONDS, min_size=1), SECONDS)
def test_a_pause_lasts_until_ten_minutes_after_the_last_sighting(sightings: list[int], then: int) -> None:
    guard = Guard()
    begun = [guard.saw(START + timedelta(seconds=second)) for second in sightings]
    assert begun == [True] + [False] * (len(sightings) - 1)
    assert guard.paused(START + timedelta(seconds=then)) == (then < max(sightings) + PAUSE.total_seconds())


@given(SECONDS, st.integers(1, 3600))
def test_a_sighting_while_a_pause_is_being_ended_begins_another(first: int, more: int) -> None:
    guard, seen = Guard(), START + timedelta(seconds=first)
    guard.saw(seen)
    guard.saw(seen + timedelta(seconds=more))
    guard.end(seen)
    assert guard.paused(seen + timedelta(seconds=more)) and not guard.told
    guard.end(seen + timedelta(seconds=more))
    assert not guard.paused(seen + timedelta(seconds=more))


def test_without_a_sighting_nothing_pauses() -> None:
    assert not Guard().paused(START)


@given(st.text(min_size=1), st.text(min_size=1))
def test_whose_webhook_it_is(url: str, ours: str) -> None:
    assert not foreign("", None) and foreign(url, None)
    assert not foreign(ours, ours) and foreign("", ours)
    assert foreign(url, ours) == (url != ours)

"""The bulk lane's pace: strict, filled, obedient."""

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pace import Pace


@given(st.integers(1, 1000), st.lists(st.floats(0, 0.5), max_size=300))
def test_no_second_holds_more_than_the_rate(rate: int, gaps: list[float]) -> None:
    pace, now, moments = Pace(rate), 100.0, []
    for gap in gaps:
        now += gap
        moments.append(pace.slot(now))
    for at, first in enumerate(moments):
        assert sum(first <= moment < first + 0.999 for moment in moments[at:]) <= rate + 1


@given(st.integers(5, 1000))
def test_a_full_outbox_fills_the_rate(rate: int) -> None:
    pace = Pace(rate)
    moments = [pace.slot(0.0) for _ in range(rate * 3 + 1)]
    assert abs((moments[-1] - moments[0]) - 3) < 0.02 * 3


def test_one_person_gets_one_message_a_second() -> None:
    pace = Pace(30)
    assert [pace.chat_slot(1, 10.0), pace.chat_slot(1, 10.0), pace.chat_slot(2, 10.0)] == [10.0, 11.0, 10.0]


def test_a_429_stops_its_chat_and_several_stop_the_lane_for_exactly_as_long() -> None:
    pace = Pace(30)
    pace.refused(1, 50.0, 7)
    assert pace.chat_slot(1, 50.0) == 57.0
    assert pace.slot(50.0) == 50.0
    pace.refused(2, 50.5, 9)
    assert pace.slot(50.6) == 59.5
    slow = pace.slot(59.5) - 59.5
    assert slow > 1 / 30  # slower after the stop
    for second in range(60, 200):
        pace.slot(float(second))
    assert pace.slot(300.0) == 300.0 and abs(pace.slot(300.0) - 300.0 - 1 / 30) < 1e-6  # recovered

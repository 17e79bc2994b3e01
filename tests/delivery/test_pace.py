"""The bulk lane's pace: strict, filled, obedient."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pace import Pace


def most_in_a_second(moments: list[float]) -> int:
    """Counts the messages of the fullest second, wherever it begins."""
    first, most = 0, 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - 0.9999999:
            first += 1
        most = max(most, last - first + 1)
    return most


@given(st.integers(1, 1000), st.lists(st.floats(0, 0.5), max_size=300), st.integers(0, 2**32))
def test_no_second_holds_more_than_the_rate(rate: int, gaps: list[float], seed: int) -> None:
    pace, now, moments, chance = Pace(rate), 100.0, [], random.Random(seed)
    for gap in gaps:
        now += gap
        for _ in range(chance.randrange(1, 60)):  # whoever sends takes the next only when this one is out
            now = max(now, pace.slot(now))
            moments.append(now)
    assert not moments or most_in_a_second(moments) <= rate * 1.02 + 1


@given(st.integers(0, 2**32), st.floats(0, 0.03))
@settings(max_examples=25)
def test_ten_thousand_at_thirty_take_333_seconds_however_late_a_loop_wakes(seed: int, lateness: float) -> None:
    pace, now, moments, chance = Pace(30), 0.0, [], random.Random(seed)
    for _ in range(10_000):
        now = max(now, pace.slot(now)) + chance.random() * lateness
        moments.append(now)
    assert abs(moments[-1] - 10_000 / 30) < 0.02 * 10_000 / 30
    assert most_in_a_second(moments) <= 31
    for at in range(0, 10_000 - 300, 100):
        assert abs(moments[at + 300] - moments[at] - 10) < 0.2


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
    one, two, three = (pace.slot(300.0) for _ in range(3))
    assert one == 300.0 and abs(three - two - 1 / 30) < 1e-6  # recovered


def test_what_goes_unasked_keeps_its_distance_to_an_answer() -> None:
    pace = Pace(30)
    pace.answered(1, 10.0)
    assert pace.chat_slot(1, 10.4) == 11.0 and pace.chat_slot(2, 10.4) == 10.4


def test_a_group_gets_twenty_messages_in_any_minute() -> None:
    pace = Pace(30)
    given_ = [second for second in range(0, 200, 2) if pace.group_slot(-7, float(second))]
    assert given_[:20] == list(range(0, 40, 2)) and given_[20] == 60
    assert all(sum(at <= one < at + 60 for one in given_) <= 20 for at in given_)

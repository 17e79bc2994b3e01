"""What counts as well, and what only a new start mends."""

from dataclasses import replace
from typing import Any

import pytest

from bot.monitoring.figures import FIGURES, page, tens, whole
from bot.monitoring.rules import STUCK, Signs, is_stuck, judge

WELL = Signs("active", heard=31.0, tried=31.0, looked=4.9, turned=4.9)
ILL: dict[str, tuple[dict[str, Any], tuple[str, ...], bool]] = {
    "Telegram is out of reach": ({"heard": 121.0}, ("updates",), False),
    "for a day": ({"heard": 86_400.0}, ("updates",), False),
    "the poller waits for ever": ({"heard": 1000.0, "tried": 1000.0}, ("updates",), True),
    "a disk is full": ({"storage": False, "looked": 5000.0}, ("storage", "ticker"), False),
    "a look for due work never ends": ({"looked": 901.0, "turned": 901.0}, ("ticker",), True),
    "the sender ended": ({"sending": False}, ("sender",), True),
    "the webhook is asked every three minutes": ({"webhook": True, "heard": 599.0, "tried": 180.0}, (), False),
    "nobody tells of the webhook": ({"webhook": True, "heard": 601.0, "tried": 180.0}, ("updates",), False),
}


@pytest.mark.parametrize("name", ILL)
def test_each_fault_has_its_word_and_only_what_hangs_is_started_anew(name: str) -> None:
    signs, words, stuck = ILL[name]
    found = replace(WELL, **signs)
    assert (judge(found).reasons, is_stuck(found)) == (words, stuck)


def test_what_starts_or_ends_is_not_well_and_a_standby_is() -> None:
    assert judge(WELL).well
    assert judge(Signs("standby", heard=STUCK * 9, turned=STUCK * 9)).well
    for state in ("starting", "stopping"):
        found = Signs(state, turned=STUCK * 9)
        assert judge(found).reasons == (state,) and not is_stuck(found)


def test_an_age_is_told_in_whole_minutes() -> None:
    """To the second it would show when somebody wrote: Telegram ends a long poll then."""
    assert [judge(replace(WELL, heard=age)).minutes for age in (0.2, 24.9, 59.9, 61.0, 125.0)] == [0, 0, 0, 1, 2]


def test_counts_are_floored_and_the_page_is_closed() -> None:
    assert [tens(count) for count in (0, 9, 10, 19, 20)] == [0, 0, 10, 10, 20]
    assert whole(61.9, 60) == 60
    assert page({"kauli_paused": 0, "kauli_outbox_waiting": {"ballot": 10, "digest": 0}}) == (
        "# HELP kauli_paused 1 while voting pauses because somebody else may read along.\n"
        "# TYPE kauli_paused gauge\nkauli_paused 0\n"
        "# HELP kauli_outbox_waiting Letters of mass sends that wait, in tens.\n"
        '# TYPE kauli_outbox_waiting gauge\nkauli_outbox_waiting{lane="ballot"} 10\n'
        'kauli_outbox_waiting{lane="digest"} 0\n'
    )
    with pytest.raises(KeyError):
        page({"kauli_votes": 3})
    assert {figure.label for figure in FIGURES} <= {"", "version", "reason", "lane", "outcome", "place"}

"""Decides what a digest holds. It is the same for everybody who reads one language: nothing in it depends on an act."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.texts import Lines, Text

LONGEST_BODY = 3600  # characters; Telegram takes 4096 with title and marks
DECIDED_WITHIN = timedelta(days=8)


def fitting(items: Sequence[Text | Lines], length: Callable[[Text | Lines], int]) -> list[Text | Lines]:
    """Gives the items that fit one message together: whole items only, the earlier ones first."""
    kept: list[Text | Lines] = []
    room = LONGEST_BODY
    for item in items:
        room -= length(item) + 2
        if room >= 0:
            kept.append(item)
    return kept

"""Decides what a digest holds. It is the same for everybody who reads one language: nothing in it depends on an act."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.texts import Lines, Refusal, Text, legible

LONGEST_POST = 1500
LONGEST_BODY = 3600  # characters; Telegram takes 4096 with title and marks
POST_LIFE = timedelta(days=7)  # "the organizers' post of the week"
DECIDED_WITHIN = timedelta(days=8)
SEND_WAIT = timedelta(minutes=10)  # a single organizer's mass send can be cancelled (anonymity.md, "Who may take part")


@dataclass(frozen=True)
class Post:
    """The organizers' post of the week, by language; the first is the one it was written in."""

    id: str
    wordings: tuple[tuple[str, str], ...]
    ends: datetime

    def wording(self, locale: str) -> tuple[str, str]:
        """Gives (language, words) in this language, or in the one it was written in."""
        return next((wording for wording in self.wordings if wording[0] == locale), self.wordings[0])


def post_words(words: str) -> str:
    """Reads a typed post. Raises Refusal when it is empty or too long."""
    said = legible(words).strip()
    if not said:
        raise Refusal("post.empty")
    if len(said) > LONGEST_POST:
        raise Refusal("post.too_long", n=LONGEST_POST)
    return said


def current(posts: Sequence[Post], now: datetime) -> Post | None:
    """Gives the newest post that still runs."""
    running = [post for post in posts if post.ends > now]
    return max(running, key=lambda post: post.ends) if running else None


def fitting(items: Sequence[Text | Lines], length: Callable[[Text | Lines], int]) -> list[Text | Lines]:
    """Gives the items that fit one message together: whole items only, the earlier ones first."""
    kept: list[Text | Lines] = []
    room = LONGEST_BODY
    for item in items:
        room -= length(item) + 2
        if room >= 0:
            kept.append(item)
    return kept

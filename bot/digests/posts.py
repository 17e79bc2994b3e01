"""Decides about posts, which organizers write for everybody: their words, their languages, how long they run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.texts import Refusal, legible

LONGEST_POST = 1500
POST_LIFE = timedelta(days=7)  # "the organizers' post of the week"
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


def running(posts: Sequence[Post], now: datetime) -> tuple[Post, ...]:
    """Gives the posts that still run, the newest first."""
    return tuple(sorted((post for post in posts if post.ends > now), key=lambda post: post.ends, reverse=True))

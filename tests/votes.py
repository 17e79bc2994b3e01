"""Votes in a ballot of one choice, for tests to which the kind of ballot does not matter."""

from datetime import UTC, datetime

from bot.ballots.papers import entries as written
from bot.ballots.rules import MOST_OPTIONS, Ballot, Wording

CHOICE = Ballot(
    "choice", (Wording("en", "?", tuple(map(str, range(MOST_OPTIONS)))),), None, datetime(2026, 1, 1, tzinfo=UTC)
)


def entries(option: int, code: bytes) -> tuple[bytes, bytes]:
    """Gives the two entries of a vote for an option."""
    return written(CHOICE, (option,), code)

"""Placeholder until the next commit."""

from bot.ballots.counting.model import Count, Lot, Votes


def count(votes: Votes, options: int, seats: int, lot: Lot | None) -> Count:
    """Counts."""
    raise NotImplementedError

"""Decides when an electorate is reminded of a ballot: at most twice, everybody alike, whether or not they voted.

At half-time, and once more a day before the closing where at least a day lies between the two. A closing that was moved
moves what is still to come; what has gone out is never said again.
"""

from datetime import UTC, datetime, time, timedelta

from bot.ballots.rules import Ballot

LAST = timedelta(days=1)  # before the closing


def due(ballot: Ballot, now: datetime) -> int:
    """Gives how many reminders should have gone out by now: 0, 1 or 2."""
    if ballot.state != "open" or ballot.halted or ballot.opened is None or ballot.closes_at <= now:
        return 0
    began = datetime.combine(ballot.opened, time(), UTC)  # no finer: the hour of opening is kept nowhere
    half, last = began + (ballot.closes_at - began) / 2, ballot.closes_at - LAST
    return 2 if last >= half + LAST and last <= now else int(half <= now)

"""The ballots that are audited: one of each way of voting, with ten options where there can be as many."""

from datetime import UTC, datetime
from functools import cache

from bot.ballots.rules import Ballot, Method, Wording
from tests.kinds import KINDS, names

BALLOT = "a0d17b07"
AUDITED = 10  # options
CLOSES = datetime(2026, 12, 1, tzinfo=UTC)
OTHER_KINDS = tuple(method for method in KINDS if method != "choice")


@cache
def ballot_of(method: Method) -> Ballot:
    """Gives the audited ballot of a way of voting."""
    wording = Wording("en", "Which?", names(method, AUDITED))
    return Ballot(BALLOT, (wording,), None, CLOSES, "open", rules=KINDS[method])

"""Approval voting: everybody marks as many options as they can agree with, and the most approved wins.

The rule is that of Steven J. Brams and Peter C. Fishburn, "Approval Voting", American Political Science Review 72
(1978), 831-847: every mark counts one, whatever else the vote marks; with several seats the most approved are elected.
Places, ties and stages are those of `plurality`, with the first stage "approvals": amounts = (number of valid votes,),
totals = how many approve of each option.
"""

from bot.ballots.counting.model import Count, Lot, Stage, Votes
from bot.ballots.counting.plurality import elected, named


def count(votes: Votes, options: int, seats: int = 1, lot: Lot | None = None) -> Count:
    """Counts who approves of each option, and elects the most approved."""
    totals = named(votes, options)
    return elected(Stage("approvals", (), (sum(votes.values()),), totals), totals, seats, lot)

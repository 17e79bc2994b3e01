"""Score voting: everybody gives every option a score, and the highest sum wins.

The rule. A valid vote gives each option a whole number from 0 to the ballot's highest score. The scores of an option
are added up; since every valid vote scores all options, the highest sum is the highest mean too. Warren D. Smith,
"Range voting" (2000), describes it for one seat; with several seats the highest sums are elected.
Places, ties and stages are those of `plurality` (nobody with a sum of nought is elected), with the first stage
"scores": amounts = (number of valid votes,), totals = the sum of every option.
"""

from bot.ballots.counting.model import Count, Lot, Stage, Votes
from bot.ballots.counting.plurality import elected


def count(votes: Votes, options: int, seats: int = 1, lot: Lot | None = None) -> Count:
    """Adds up the scores of every option, and elects the highest sums."""
    totals = [0] * options
    for vote, people in votes.items():
        for option, given in enumerate(vote):
            totals[option] += given * people
    sums = tuple(totals)
    return elected(Stage("scores", (), (sum(votes.values()),), sums), sums, seats, lot)

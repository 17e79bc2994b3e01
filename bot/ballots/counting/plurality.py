"""Yes or no, single choice, multiple choice: whoever is named most often wins.

The rule. Every valid vote gives one vote to each option that it names. The `seats` options with the most votes are
elected, in the order of their votes; equal ones that all get a place, in the order of their numbers. Nobody without a
vote is elected, so that places may stay empty. A tie for the last places is declared or drawn as `places` says.
Of yes or no this says only which is more; whether that is enough is decided by the threshold.

The stages:

1. "votes": amounts = (number of valid votes,), totals = the votes of every option.
2. "tie" or "lot", where there is one.
3. "elected", where anybody is: options = winners, amounts = their votes.
"""

from bot.ballots.counting.model import Count, Lot, Stage, Votes
from bot.ballots.counting.places import fill, levels_of


def count(votes: Votes, options: int, seats: int = 1, lot: Lot | None = None) -> Count:
    """Counts how often each option is named, and elects those that are named most."""
    totals = named(votes, options)
    first = Stage("votes", (), (sum(votes.values()),), totals)
    return elected(first, totals, seats, lot)


def named(votes: Votes, options: int) -> tuple[int, ...]:
    """Gives how many votes name each option."""
    totals = [0] * options
    for vote, people in votes.items():
        for option in vote:
            totals[option] += people
    return tuple(totals)


def elected(first: Stage, totals: tuple[int, ...], seats: int, lot: Lot | None) -> Count:
    """Elects the highest totals above nought; `first` is the stage that tells them."""
    levels = levels_of([(total,) for total in totals], [option for option, total in enumerate(totals) if total])
    winners, ties = fill(levels, seats, lot)
    last = (Stage("elected", winners, tuple(totals[winner] for winner in winners)),) if winners else ()
    return Count(winners, (first, *ties, *last), totals)

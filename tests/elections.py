"""Real elections kept as fixtures, and how a count of one is read."""

from collections.abc import Sequence

from bot.ballots.counting import Count, count
from bot.ballots.counting.blt import Election, read
from tests.sources import ROOT

FOLDER = ROOT / "tests" / "ballots" / "elections"


def election(name: str) -> Election:
    """Reads one of the kept elections."""
    return read((FOLDER / f"{name}.blt").read_text(encoding="utf-8"))


def counted(election: Election, method: str, lot: Sequence[int] | None = None) -> Count:
    """Counts an election; without another lot, ties go by the order of the file."""
    options = len(election.names)
    return count(method, election.votes, options, election.seats, lot or range(options))


def elected_at(election: Election, count: Count) -> dict[str, int]:
    """Gives at which stage each was elected, by last names; the stage of first preferences is 1."""
    number, found = 0, {}
    for stage in count.stages:
        number += bool(stage.totals)
        if stage.did.endswith((".elected", ".remaining")):
            found[election.names[stage.options[0]].split(" (")[0].split()[-1]] = number
    return found


def rows(count: Count) -> list[tuple[int, ...]]:
    """Gives the totals after every stage that changes them."""
    return [stage.totals for stage in count.stages if stage.totals]

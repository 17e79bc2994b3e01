"""Decides about the open half of a petition: who may sign, how long, and when organizers see the names.

The secret half is a ballot with a threshold. Only when that is met is everybody asked, separately, whether to put their
name; only those consents are kept (anonymity.md, "A vote"). A name can be taken back until the signing ends. Organizers
see none before that, and none at all under ten: nobody stands in front alone, and a list that is taken back to nothing
was never seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.ballots.rules import Ballot
from bot.texts import Refusal, legible

SIGNING = timedelta(days=14)  # after the close
KEPT = timedelta(days=30)  # after the signing, for the hand-over
FEWEST = 10  # names that organizers see together or not at all
SHORTEST, LONGEST = 2, 60


@dataclass(frozen=True)
class Signature:
    """A name that somebody put under a petition, as they wish to be named."""

    ballot: str
    name: str


def passed(ballot: Ballot) -> bool:
    """Says whether a ballot was a petition whose threshold is met."""
    outcome = ballot.outcome
    asked = ballot.rules.preset == "petition" and ballot.state == "closed"
    return asked and outcome is not None and outcome.verdict == "carried"


def ends(ballot: Ballot) -> date:
    """Gives the last day on which names are put or taken back."""
    return ballot.closes_at.date() + SIGNING


def signing(ballot: Ballot, today: date) -> bool:
    """Says whether names are put under this petition today."""
    return passed(ballot) and today <= ends(ballot)


def shown(ballot: Ballot, signatures: Iterable[Signature], today: date) -> tuple[str, ...]:
    """Gives the names that organizers see, by the alphabet; none before the signing is over, or under ten."""
    names = sorted((one.name for one in signatures if one.ballot == ballot.id), key=str.casefold)
    return tuple(names) if today > ends(ballot) and len(names) >= FEWEST else ()


def over(ballot: Ballot | None, today: date) -> bool:
    """Says whether the names under a petition go: it was handed over long enough ago, or is not kept any more."""
    return ballot is None or today > ends(ballot) + KEPT


def name(words: str) -> str:
    """Reads the name that somebody wishes to stand with. Raises Refusal when it is too short, too long, or no name."""
    said = " ".join(legible(words).split())
    if not SHORTEST <= len(said) <= LONGEST or not any(sign.isalpha() for sign in said):
        raise Refusal("petition.name.unfit", shortest=SHORTEST, longest=LONGEST)
    return said

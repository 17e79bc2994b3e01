"""Decides about proposals: who may confirm one, and what takes effect without a second organizer.

People stand in a proposal as keyed ids only (the pseudonym of their record); its end is a day, never an hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

LIFE = timedelta(days=7)

Kind = Literal[
    "appoint",
    "raise",
    "revoke",
    "send",
    "open",
    "close",
    "extend",
    "mend",
    "resume",
    "list",
    "rename",
    "retire",
    "offer",
]
BALLOTS = ("open", "close", "extend", "mend", "resume")
NAMES = ("list", "rename", "retire", "offer")  # of employers, end clients and task families


@dataclass(frozen=True)
class Proposal:
    """Something that one organizer wants and a second one has to confirm.

    `person` is whom it is about; `thing` the ballot, the edition of a mass send, a proposed name or what is
    listed (its key in bot/workplaces/catalogue.py), and `words` its new name. A send that is settled stays until its
    end, since its totals are shown.
    """

    id: str
    kind: Kind
    by: str
    ends: date
    person: str = ""
    thing: str = ""
    days: int = 0
    settled: bool = False
    words: str = ""


@dataclass(frozen=True)
class Officer:
    """An organizer whose term runs, by keyed id."""

    id: str
    administrator: bool


def ends(today: date) -> date:
    """Gives the day from which a proposal made today is void."""
    return today + LIFE


def pending(proposal: Proposal, today: date) -> bool:
    """Says whether a proposal can still be decided."""
    return not proposal.settled and proposal.ends > today


def may_confirm(proposal: Proposal, officers: Iterable[Officer]) -> frozenset[str]:
    """Gives who may confirm: every organizer but the one who proposed and the one it is about.

    Where nobody is left, a new administrator's own word is the second.
    """
    others = {officer.id for officer in officers} - {proposal.by}
    seconds = others - {proposal.person}
    return frozenset(others if proposal.kind == "raise" and not seconds else seconds)


def may_decline(proposal: Proposal, officers: Iterable[Officer]) -> frozenset[str]:
    """Gives who may decline: who may confirm, and whoever proposed, who takes it back; a send stops for anybody."""
    return may_confirm(proposal, officers) | {officer.id for officer in officers if officer.id == proposal.by}


def alone(proposal: Proposal, officers: Iterable[Officer]) -> bool:
    """Says whether it takes effect at once, since there is no second organizer yet.

    So only an administrator appoints the first organizer, may take the role from the only other one, and lists
    names; everything else waits until there are more, and an administrator is never taken out by one other alone.
    """
    known = {officer.id: officer.administrator for officer in officers}
    if may_confirm(proposal, officers) or not known.get(proposal.by):
        return False
    return proposal.kind in ("appoint", *NAMES) or (proposal.kind == "revoke" and not known.get(proposal.person))

"""Who may do what: the one place that answers."""

from datetime import datetime
from typing import Literal

from bot.members.roles import in_term
from bot.members.rules import Member, Role, belongs, past_probation
from bot.texts import Refusal

Act = Literal[
    "read",
    "vote",
    "report",
    "propose name",
    "organize",
    "open ballot",
    "move ballot",
    "write post",
    "send digest",
    "invite",
    "approve",
    "turn away",
    "see organizers",
    "revoke",
    "renew",
    "decide",
    "list names",
    "appoint",
    "raise",
]
PAST_PROBATION: frozenset[Act] = frozenset({"vote", "report", "propose name"})
ADMINISTRATORS: frozenset[Act] = frozenset({"appoint", "raise"})
ORGANIZERS: frozenset[Act] = frozenset(
    {
        "organize",
        "open ballot",
        "move ballot",
        "write post",
        "send digest",
        "invite",
        "approve",
        "turn away",
        "see organizers",
        "revoke",
        "renew",
        "decide",
        "list names",
    }
)


def may(member: Member | None, act: Act, now: datetime) -> bool:
    """Says whether this person may do this now; a role whose term is over gives nothing any more."""
    if member is None or not belongs(member):
        return False
    if act in PAST_PROBATION:
        return past_probation(member, now)
    roles = member.roles if in_term(member, now.date()) else frozenset[Role]()
    if act in ADMINISTRATORS:
        return Role.ADMINISTRATOR in roles
    return act not in ORGANIZERS or bool(roles)


def require(member: Member | None, act: Act, now: datetime) -> Member:
    """Gives the member back when they may do this. Raises Refusal with the reason otherwise."""
    if member is None:
        raise Refusal("not.member")
    if not belongs(member):
        raise Refusal("not.approved", code=member.code)
    if act in PAST_PROBATION and not past_probation(member, now):
        raise Refusal("not.past_probation", date=member.probation_ends)
    if not may(member, act, now):
        raise refusal(member, now)
    return member


def refusal(member: Member, now: datetime) -> Refusal:
    """Says why an act of organizers is not open to a member: no role, or one whose term is over."""
    over = bool(member.roles) and not in_term(member, now.date())
    return Refusal("not.in_term", date=member.term_ends or now.date()) if over else Refusal("not.allowed")

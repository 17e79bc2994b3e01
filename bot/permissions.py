"""Who may do what: the one place that answers."""

from datetime import datetime
from typing import Literal

from bot.members.rules import Member, Role, belongs, past_probation
from bot.texts import Refusal

Act = Literal[
    "read", "vote", "report", "organize", "open ballot", "write post", "send digest", "invite", "approve", "appoint"
]
ORGANIZERS: frozenset[Act] = frozenset({"organize", "open ballot", "write post", "send digest", "invite", "approve"})


def may(member: Member | None, act: Act, now: datetime) -> bool:
    """Says whether this person may do this now."""
    if member is None or not belongs(member):
        return False
    if act in ("vote", "report"):
        return past_probation(member, now)
    if act == "appoint":
        return Role.ADMINISTRATOR in member.roles
    return act not in ORGANIZERS or bool(member.roles)


def require(member: Member | None, act: Act, now: datetime) -> Member:
    """Gives the member back when they may do this. Raises Refusal with the reason otherwise."""
    if member is None:
        raise Refusal("not.member")
    if not belongs(member):
        raise Refusal("not.approved", code=member.code)
    if act in ("vote", "report") and not past_probation(member, now):
        raise Refusal("not.past_probation", date=member.probation_ends)
    if not may(member, act, now):
        raise Refusal("not.allowed")
    return member

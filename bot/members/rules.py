"""Decides about membership: who belongs, who may vote and report, what a member wishes."""

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from bot.texts import Refusal

PROBATION = timedelta(days=7)  # anonymity.md, "Who may take part"
CONSENT_VERSION = 1  # raise it when the sentences of `join.consent` change their meaning
INVITE_USES = 50
INVITE_LIFE = timedelta(days=7)
APPOINTMENT_LIFE = timedelta(days=1)
MOST_EMPLOYERS = 8
CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread aloud


class Role(StrEnum):
    """What a member may do beside what every member may."""

    ORGANIZER = "organizer"
    ADMINISTRATOR = "administrator"


Status = Literal["waiting", "member"]
Reach = Literal["yes", "blocked", "deactivated", "never_started"]


@dataclass(frozen=True)
class Wish:
    """When a member wants the digest: weekday (Monday is 0) and hour in their own zone; `on` is False for none."""

    on: bool = True
    weekday: int = 4
    hour: int = 18


@dataclass(frozen=True)
class Member:
    """Everything a member is, and nothing a member said."""

    telegram_id: int
    locale: str
    consent: int
    joined: str  # month, "2026-11"
    probation_ends: date
    status: Status = "member"
    code: str = ""  # of one who waits: told to an organizer by word of mouth
    roles: frozenset[Role] = frozenset()
    country: str | None = None
    employers: tuple[str, ...] = ()
    zone: str = "Africa/Nairobi"
    zone_chosen: bool = False
    wish: Wish = Wish()
    reach: Reach = "yes"
    sample: bool = False


@dataclass(frozen=True)
class Invite:
    """A link that lets people in: how often still and how long. Who made it is not kept."""

    purpose: Literal["join", "organizer"]
    left: int
    ends: datetime


def admit(telegram_id: int, locale: str, now: datetime, zone: str, code: str = "") -> Member:
    """Makes the record of a newcomer who consented; one with a `code` has no invite and waits for an organizer."""
    ends, month = now.date() + PROBATION, f"{now:%Y-%m}"
    newcomer = Member(telegram_id, locale, CONSENT_VERSION, month, ends, zone=zone)
    return replace(newcomer, status="waiting", code=code) if code else newcomer


def approve(member: Member, now: datetime) -> Member:
    """Turns one who waits into a member on probation."""
    return replace(member, status="member", code="", probation_ends=now.date() + PROBATION)


def found(member: Member, now: datetime) -> Member:
    """Makes the first administrator: organizer too, and past probation, since nobody is there to watch it."""
    roles = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER})
    return replace(member, status="member", code="", roles=member.roles | roles, probation_ends=now.date())


def appoint(member: Member) -> Member:
    """Makes a member an organizer."""
    return replace(member, roles=member.roles | {Role.ORGANIZER})


def belongs(member: Member | None) -> bool:
    """Says whether this is a member (someone who waits for approval is not yet)."""
    return member is not None and member.status == "member"


def past_probation(member: Member, now: datetime) -> bool:
    """Says whether a member may vote, report and count towards a threshold."""
    return belongs(member) and member.probation_ends <= now.date()


def reachable(member: Member) -> bool:
    """Says whether anything unasked should be sent to this member."""
    return belongs(member) and member.reach == "yes"


def unreachable(member: Member, reason: str) -> Member:
    """Marks a member who cannot be written to, so that nobody keeps trying."""
    reasons: dict[str, Reach] = {"deactivated": "deactivated", "never_started": "never_started"}
    return replace(member, reach=reasons.get(reason, "blocked"))


def with_country(member: Member, country: str | None, zone: str | None) -> Member:
    """Sets the country, and its zone where the member has not chosen one."""
    if zone is None or member.zone_chosen:
        return replace(member, country=country)
    return replace(member, country=country, zone=zone)


def toggle_employer(member: Member, employer: str) -> Member:
    """Adds or removes an employer. Raises Refusal above the most a record holds."""
    if employer in member.employers:
        return replace(member, employers=tuple(e for e in member.employers if e != employer))
    if len(member.employers) >= MOST_EMPLOYERS:
        raise Refusal("me.employers.too_many", n=MOST_EMPLOYERS)
    return replace(member, employers=(*member.employers, employer))


def new_invite(purpose: Literal["join", "organizer"], now: datetime) -> Invite:
    """Makes an invite: a group's lets many in for a week, an appointment one person for a day."""
    if purpose == "join":
        return Invite(purpose, INVITE_USES, now + INVITE_LIFE)
    return Invite(purpose, 1, now + APPOINTMENT_LIFE)


def use(invite: Invite | None, now: datetime) -> Invite:
    """Takes one use of an invite. Raises Refusal when it is unknown, used up or over."""
    if invite is None or invite.left < 1 or invite.ends <= now:
        raise Refusal("join.invite.over")
    return replace(invite, left=invite.left - 1)


def floored(size: int) -> int:
    """Floors a head count to tens, as every size that is shown (anonymity.md, "Publishing")."""
    return size // 10 * 10


def spoken_code(choice: Callable[[str], str], length: int = 6) -> str:
    """Makes a short code that can be told by word of mouth."""
    return "".join(choice(CODE_ALPHABET) for _ in range(length))


def waiting_with(members: Iterable[Member], code: str) -> Member:
    """Finds who waits with this code. Raises Refusal when nobody does."""
    said = "".join(letter for letter in code.lower() if letter in CODE_ALPHABET)
    for member in members:
        if member.status == "waiting" and said and hmac.compare_digest(member.code, said):
            return member
    raise Refusal("organize.approve.unknown")

"""Decides about membership: who belongs, who may vote and report, what a member wishes."""

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from bot.texts import Refusal

PROBATION = timedelta(days=7)  # anonymity.md, "Who may take part"
CONSENT_VERSION = 1  # raise it when the sentences of `join.consent` change their meaning
# No limit of joins a day: a meeting of 150 would only fill a queue that somebody empties without looking. A link's few
# uses and short life, its rotation, and the week of probation do the work.
INVITE_USES = 50
INVITE_LIFE = timedelta(days=7)
TERM = timedelta(days=365)  # of an organizer or administrator; renewed by somebody else
APPOINTMENT_LIFE = timedelta(days=1)
# until a stated country, or employer, counts for electorates (anonymity.md, "Who may take part")
COUNTRY_WAIT = timedelta(days=30)
HYSTERESIS = 3  # heads: so that no single coming or going moves a count that is shown
MOST_EMPLOYERS = 8
MOST_MUTED = 10  # ballots at once
WAITING_LIFE = timedelta(days=30)  # of a request to join that nobody approves
CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread aloud


class Role(StrEnum):
    """What a member may do beside what every member may."""

    ORGANIZER = "organizer"
    ADMINISTRATOR = "administrator"


Status = Literal["waiting", "member"]
Reach = Literal["yes", "blocked", "deactivated", "never_started"]


Every = Literal["week", "fortnight", "month"]
EVERY: tuple[Every, ...] = ("week", "fortnight", "month")
Quiet = tuple[int, int]  # from one full hour to another, in the member's own time, over midnight too


@dataclass(frozen=True)
class Wish:
    """When a member wants the digest: weekdays (Monday is 0) and hour in their own zone; `on` is False for none.

    In quiet hours nothing unasked comes but what cannot wait; `light` leaves pictures out.
    """

    on: bool = True
    weekdays: tuple[int, ...] = (4,)
    hour: int = 18
    every: Every = "week"
    quiet: Quiet | None = (21, 7)
    light: bool = False
    weekday: int | None = None  # the one day, in records written before there could be several

    def __post_init__(self) -> None:
        if self.weekday is not None:
            object.__setattr__(self, "weekdays", (self.weekday,))
            object.__setattr__(self, "weekday", None)


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
    term_ends: date | None = None  # of the roles; None: not set yet
    alias: str = ""  # what organizers know each other by; nobody else sees it
    country: str | None = None
    country_before: str | None = None  # counts until `country_from`
    country_from: date | None = None  # None: `country` counts
    employers: tuple[str, ...] = ()
    employers_gone: tuple[str, ...] = ()  # taken away, but counting until `employers_from`
    employers_before: tuple[int, ...] = ()  # which count until then: places in `employers` and, behind, those gone
    employers_from: date | None = None  # None: `employers` count
    zone: str = "Africa/Nairobi"
    zone_chosen: bool = False
    wish: Wish = Wish()
    reach: Reach = "yes"
    sample: bool = False
    mark: str = ""  # random, of this membership: who leaves and joins again is another one (bot/members/erasures.py)
    muted: tuple[str, ...] = ()  # running ballots of which the member wants no reminders, whether or not they voted


@dataclass(frozen=True)
class Invite:
    """A link that lets people in: how often still and how long.

    Who made it is not kept; only an appointment's knows its maker, as a keyed id, who may not be the second to agree.
    """

    purpose: Literal["join", "organizer"]
    left: int
    ends: datetime
    by: str = ""


@dataclass(frozen=True)
class Census:
    """How many members are shown, and on which day they were counted."""

    counted: date
    shown: int


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
    founder = replace(member, status="member", code="", probation_ends=now.date())
    return in_office(founder, frozenset({Role.ADMINISTRATOR, Role.ORGANIZER}), now)


def in_office(member: Member, roles: frozenset[Role], now: datetime) -> Member:
    """Gives a member roles for a new term, in addition to those they have; none comes back whose term was over."""
    over = member.term_ends is not None and member.term_ends <= now.date()
    held = frozenset[Role]() if over else member.roles
    return replace(member, roles=held | roles, term_ends=now.date() + TERM)


def belongs(member: Member | None) -> bool:
    """Says whether this is a member (someone who waits for approval is not yet)."""
    return member is not None and member.status == "member"


def waited_long(member: Member, today: date) -> bool:
    """Says whether somebody has waited for approval for 30 days since the end of the month they came in.

    Of their coming the month is kept alone.
    """
    year, month = map(int, member.joined.split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    return member.status == "waiting" and following + WAITING_LIFE <= today


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


def with_country(member: Member, country: str | None, zone: str | None, now: datetime) -> Member:
    """Sets the country, which counts for electorates in 30 days, and its zone where the member has not chosen one."""
    moved = member if zone is None or member.zone_chosen else replace(member, zone=zone)
    if country == member.country:
        return moved
    counting = counted_country(member, now.date())
    if country == counting:
        return replace(moved, country=country, country_before=None, country_from=None)
    return replace(moved, country=country, country_before=counting, country_from=now.date() + COUNTRY_WAIT)


def counted_country(member: Member, day: date) -> str | None:
    """Gives the country that counts for electorates on a day: a change waits, so that none is made for a vote."""
    return member.country if member.country_from is None or member.country_from <= day else member.country_before


def settled_country(member: Member, day: date) -> Member:
    """Forgets the country before once no ballot of the last 30 days can have been put to it."""
    if member.country_from is None or member.country_from + COUNTRY_WAIT > day:
        return member
    return replace(member, country_before=None, country_from=None)


def toggle_employer(member: Member, employer: str, now: datetime) -> Member:
    """Adds or removes an employer, which counts for electorates in 30 days. Raises Refusal above the most there can be.

    Who changes several soon after one another waits for the last of them.
    """
    if employer in member.employers:
        return with_employers(member, tuple(one for one in member.employers if one != employer), now)
    if len(member.employers) >= MOST_EMPLOYERS:
        raise Refusal("me.employers.too_many", n=MOST_EMPLOYERS)
    return with_employers(member, (*member.employers, employer), now)


def with_employers(member: Member, stated: tuple[str, ...], now: datetime) -> Member:
    """Sets the employers; what counted until now does so for 30 days more. Raises Refusal when a record is full."""
    counting = counted_employers(member, now.date())
    if stated == counting:
        return replace(member, employers=stated, employers_gone=(), employers_before=(), employers_from=None)
    gone = tuple(one for one in counting if one not in stated)
    known = (*stated, *gone)
    if len(known) > MOST_EMPLOYERS:
        raise Refusal("me.employers.too_many.counting", n=MOST_EMPLOYERS)
    before, since = tuple(known.index(one) for one in counting), now.date() + COUNTRY_WAIT
    return replace(member, employers=stated, employers_gone=gone, employers_before=before, employers_from=since)


def counted_employers(member: Member, day: date) -> tuple[str, ...]:
    """Gives the employers that count for electorates on a day, in the order in which they were stated."""
    if member.employers_from is None or member.employers_from <= day:
        return member.employers
    known = (*member.employers, *member.employers_gone)
    return tuple(known[place] for place in member.employers_before)


def settled(member: Member, day: date) -> Member:
    """Forgets the country and employers before once no ballot of the last 30 days can have been put to them."""
    after = settled_country(member, day)
    if after.employers_from is None or after.employers_from + COUNTRY_WAIT > day:
        return after
    return replace(after, employers_gone=(), employers_before=(), employers_from=None)


def muting(member: Member, ballot: str, *, mute: bool) -> Member:
    """Lets a member hear no reminders of a ballot, or hear them again. Raises Refusal above the most a record holds."""
    others = tuple(one for one in member.muted if one != ballot)
    if mute and len(others) >= MOST_MUTED:
        raise Refusal("mute.too_many", n=MOST_MUTED)
    return replace(member, muted=(*others, ballot) if mute else others)


def still_muting(member: Member, running: frozenset[str]) -> Member:
    """Forgets wishes about ballots that are over."""
    kept = tuple(one for one in member.muted if one in running)
    return member if kept == member.muted else replace(member, muted=kept)


def new_invite(purpose: Literal["join", "organizer"], now: datetime, by: str = "") -> Invite:
    """Makes an invite: a group's lets many in for a week, an appointment one person for a day.

    It ends with a day (UTC), so that the hour at which somebody made it stands nowhere.
    """
    if purpose == "join":
        return Invite(purpose, INVITE_USES, end_of_day(now + INVITE_LIFE))
    return Invite(purpose, 1, end_of_day(now + APPOINTMENT_LIFE), by)


def end_of_day(moment: datetime) -> datetime:
    """Gives the end of a moment's day, in UTC."""
    return datetime.combine(moment.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def use(invite: Invite | None, now: datetime) -> Invite:
    """Takes one use of an invite. Raises Refusal when it is unknown, used up or over."""
    if invite is None or invite.left < 1 or invite.ends <= now:
        raise Refusal("join.invite.over")
    return replace(invite, left=invite.left - 1)


def floored(size: int) -> int:
    """Floors a head count to tens, as every size that is shown (anonymity.md, "Publishing")."""
    return size // 10 * 10


def recount(before: Census | None, size: int, today: date) -> Census:
    """Counts anew once a month, in tens, moving only when the new ten is passed by more than a few people."""
    if before is None:
        return Census(today, floored(size))
    if (before.counted.year, before.counted.month) == (today.year, today.month):
        return before
    up, down = floored(size - HYSTERESIS), floored(size + HYSTERESIS)
    shown = up if up > before.shown else down if down < before.shown else before.shown
    return Census(today, max(0, shown))


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

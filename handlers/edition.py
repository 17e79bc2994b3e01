"""What the digests of a moment are made of, read once for everybody, and which part of it a reader's cohort sees.

A cohort is who reads the same: a language and a zone, how often they read, and which of what is going on concerns them
by the country and employers they stated. A ballot of a part of the union is shown to that part; one of all small groups
together to everybody, since who they are shows in a count of everybody only. /ballots shows every ballot to all.
Whether somebody voted or reported is known nowhere here.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from bot.ballots.electorates import OTHERS
from bot.ballots.rules import Ballot
from bot.digests.posts import Post, running
from bot.digests.rights import known
from bot.digests.rules import DECIDED_WITHIN, LONGEST_WITHIN, number
from bot.jobs.cuts import falls
from bot.jobs.pay import last_release
from bot.members.rules import Census, Every, Member, counted_country, counted_employers
from bot.pay.cuts import Cut
from bot.pay.release import Release
from bot.texts import Text
from bot.turn import Office, Stores
from handlers.results import log_line
from handlers.sampled import sample_mark

KEPT = "edition"


@dataclass(frozen=True)
class Edition:
    """Everything a digest may speak of at a moment: what closes first and what is newest stand in front."""

    running: tuple[Ballot, ...]
    decided: tuple[Ballot, ...]
    posts: tuple[Post, ...]
    log: tuple[Text, ...]
    release: Release | None
    falls: tuple[Cut, ...]
    census: Census | None
    mark: tuple[Text, ...]

    @cached_property
    def name(self) -> str:
        """Names its content: two editions of one name say the same (a release never changes)."""
        period = self.release.period if self.release else ""
        said = (self.running, self.decided, self.posts, self.log, period, self.falls, self.census, self.mark)
        return sha256(repr(said).encode()).hexdigest()


@dataclass(frozen=True)
class Cohort:
    """Who reads one and the same digest, and what of an edition stands in it (ballots and posts by their ids)."""

    locale: str
    zone: str
    every: Every
    country: str | None  # of which there are paragraphs on rights
    number: int  # of the digest, for what takes turns
    running: tuple[str, ...]
    decided: tuple[str, ...]
    posts: tuple[str, ...]


async def edition_of(stores: Stores, office: Office, now: datetime) -> Edition:
    """Reads the edition of a moment, once in each transaction."""
    if KEPT not in stores.kept:
        stores.kept[KEPT] = await read(stores, office, now)
    found: Edition = stores.kept[KEPT]
    return found


async def read(stores: Stores, office: Office, now: datetime) -> Edition:
    """Reads everything that is going on."""
    open_now = [ballot for ballot in await stores.ballots.having("open") if ballot.closes_at > now]
    decided = (await stores.ballots.closed_since(now - LONGEST_WITHIN))[::-1]
    release = await last_release(office.box)
    return Edition(
        tuple(open_now),
        tuple(decided),
        running(await stores.posts.all(), now),
        await log_line(office, stores) if decided else (),
        release,
        await falls(office, release.period) if release else (),
        await stores.instance.census(),
        await sample_mark(stores),
    )


def cohort_of(edition: Edition, member: Member, now: datetime) -> Cohort:
    """Gives the cohort of a reader: by language, zone, wish, and the country and employers they stated."""
    within = DECIDED_WITHIN[member.wish.every]
    return Cohort(
        member.locale,
        member.zone,
        member.wish.every,
        known(member.country),
        number(member.wish.every, now.date()),
        tuple(ballot.id for ballot in edition.running if concerns(ballot, member)),
        tuple(one.id for one in edition.decided if one.closes_at + within > now and concerns(one, member)),
        tuple(post.id for post in edition.posts),
    )


def everybody(edition: Edition, locale: str, zone: str, now: datetime) -> Cohort:
    """Gives the cohort of a preview: the readers of a week whom every ballot concerns, of no country."""
    within, every = DECIDED_WITHIN["week"], number("week", now.date())
    running = tuple(ballot.id for ballot in edition.running)
    decided = tuple(ballot.id for ballot in edition.decided if ballot.closes_at + within > now)
    return Cohort(locale, zone, "week", None, every, running, decided, tuple(post.id for post in edition.posts))


def concerns(ballot: Ballot, member: Member) -> bool:
    """Says whether a ballot is put to the part of the union that a member stated, by what counted when it opened."""
    day = ballot.opened or ballot.closes_at.date()
    if ballot.employer is not None:
        return ballot.employer in counted_employers(member, day)
    return ballot.country in (None, OTHERS, counted_country(member, day))

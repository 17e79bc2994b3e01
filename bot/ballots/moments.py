"""Decides when a ballot opens and closes, and what gives it more time.

Nobody who opens, moves or resumes a ballot leaves the minute of doing so anywhere: what is decided at once falls on a
full hour, and what is decided for later on an hour of the union's clocks that was chosen.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.ballots.rules import SECOND_CHANCE, Ballot, Note, Share, Wording, closing
from bot.texts import Refusal
from bot.wallclock import instant_of

AHEAD = timedelta(days=30)  # how far ahead an opening can be set
LATE = timedelta(hours=2)  # an opening so much behind its time gets its whole duration from then on
REPAIRED = timedelta(days=1)  # what a ballot gets whose paper did not reach a country

Happened = Literal["moved", "prolonged", "halted", "resumed", "wording"]


@dataclass(frozen=True)
class Delivered:
    """When a paper was not delivered to a country: more than a share of an electorate of so many was not reached."""

    smallest: int
    share: Share

    def failed(self, missed: int, size: int) -> bool:
        """Says whether so many who were not reached, of so many, are too many."""
        return size >= self.smallest and self.share.reached(missed, size)


DELIVERED = Delivered(20, Share(1, 5, strict=True))


def opening(day: date, hour: int, zone: str, now: datetime) -> datetime:
    """Gives the instant of an hour of the union's clocks.

    An hour that does not exist that day begins when the clocks have been put on; of one that comes twice the first one
    counts. Raises Refusal for what is over, or more than thirty days ahead.
    """
    opens = instant_of(day, hour, zone)
    if not now < opens <= now + AHEAD:
        raise Refusal("newballot.opens.past")
    return opens


def closes(opens: datetime | None, days: int, zone: str, now: datetime) -> datetime:
    """Gives when a ballot closes: so many days on at the same hour of the union's clocks; opened at once, in hours."""
    if opens is None:
        return closing(now, timedelta(days=days))
    local = opens.astimezone(ZoneInfo(zone))
    return instant_of(local.date() + timedelta(days=days), local.hour, zone)


def approved(draft: Ballot, now: datetime) -> Ballot:
    """Gives a draft as it opens: who wrote and read it is forgotten, and which texts somebody else has read is kept.

    One whose hour of opening has passed meanwhile opens at once, for as long as was said.
    """
    read = {draft.wordings[0].locale, *(locale for locale, _ in draft.approvals)}
    wordings = tuple(replace(one, reviewed=one.locale in read) for one in draft.wordings)
    waiting = replace(draft, state="opening", wordings=wordings, approvals=())
    if draft.opens_at and draft.opens_at > now:
        return waiting
    return replace(waiting, opens_at=None, closes_at=closing(now, timedelta(days=draft.days)))


def agreed(draft: Ballot, locale: str, officer: str) -> Ballot:
    """Notes that an organizer found that a text says the same as the deciding one. Raises Refusal for one's own."""
    if officer == draft.by:
        raise Refusal("proposal.own")
    if locale not in {one.locale for one in draft.wordings}:
        raise Refusal("proposal.gone")
    return replace(draft, approvals=tuple(sorted({*draft.approvals, (locale, officer)})))


def due(ballot: Ballot, now: datetime) -> bool:
    """Says whether a ballot that waits for its hour opens now."""
    return ballot.opens_at is None or ballot.opens_at <= now


def on_time(ballot: Ballot, now: datetime) -> Ballot:
    """Gives a ballot with its closing as it opens: one that opens late is open for as long as was said all the same."""
    planned = ballot.closes_at - timedelta(days=ballot.days)
    if not ballot.days or now < planned + LATE:
        return ballot
    return replace(ballot, closes_at=closing(now, timedelta(days=ballot.days)))


def noted(ballot: Ballot, what: Happened, now: datetime, locale: str = "") -> Ballot:
    """Notes what was changed while a ballot ran: the day and the closing it has now, never the hour of the change."""
    return replace(ballot, notes=(*ballot.notes, Note(what, now.date(), ballot.closes_at, locale)))


def resumed(ballot: Ballot, now: datetime) -> Ballot:
    """Lets a halted ballot go on, for as much longer as it was halted, in whole days, and for one day at least.

    So it never closes sooner after than it would have when it was halted. Raises Refusal when it is not halted.
    """
    since = halted_on(ballot)
    if since is None:
        raise Refusal("mend.not_halted")
    longer = ballot.closes_at + (now.date() - since) + SECOND_CHANCE
    after = replace(ballot, halted=False, correction=None, closes_at=longer, moves=ballot.moves + 1)
    return noted(after, "resumed", now)


def halted_on(ballot: Ballot) -> date | None:
    """Gives the day on which a ballot was halted; None where it is not."""
    days = [note.day for note in ballot.notes if note.what == "halted"]
    return days[-1] if ballot.halted and days else None


def disputed(ballot: Ballot) -> str:
    """Gives the language whose text members say is wrong, for which a ballot was halted."""
    found = [note.locale for note in ballot.notes if note.what == "halted" and note.locale]
    return found[-1] if found else ballot.wordings[0].locale


def corrected(ballot: Ballot, better: Wording) -> Ballot:
    """Puts better words in the place of a text; the old ones stay on record, and options keep their number and order.

    Raises Refusal when the ballot has no such text, or another number of options.
    """
    old = next((one for one in ballot.wordings if one.locale == better.locale), None)
    if old is None or len(better.options) != len(old.options):
        raise Refusal("newballot.options.other_number", n=ballot.options())
    wordings = tuple(better if one.locale == better.locale else one for one in ballot.wordings)
    return replace(ballot, wordings=wordings, earlier=(*ballot.earlier, old))


def repaired(ballot: Ballot, now: datetime) -> Ballot:
    """Gives everybody a day more, since the paper did not reach a country; once only, by the rule said at opening."""
    longer = max(ballot.closes_at + REPAIRED, closing(now, REPAIRED))
    return noted(replace(ballot, closes_at=longer, moves=ballot.moves + 1), "prolonged", now)


def may_be_repaired(ballot: Ballot) -> bool:
    """Says whether a ballot was not prolonged for its deliveries yet."""
    return all(note.what != "prolonged" for note in ballot.notes)

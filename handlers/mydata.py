"""/mydata: everything the server holds about the person who asks, in plain words, and what nobody can show.

A sealed turn: that somebody looked is written nowhere. The screen goes after ten minutes, since it says of open ballots
and of the pay period that one took part; to the person alone, and never how.
"""

from collections.abc import Callable

from bot.dialogue import Button, Link, Outcome, Screen, rows
from bot.members.rules import Member
from bot.pay.rules import period
from bot.texts import Country, LanguageName, Lines, Refusal, Text, Zone, text
from bot.turn import Turn
from bot.workplaces.catalogue import employer
from handlers.petitions import own_signatures
from handlers.wishes import wish

Said = Callable[[Member], Text | Lines]
NOTHING = text("me.unknown")


async def mydata(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/mydata: the record field by field, what is open, what waits to be sent, and what leaving changes."""
    if turn.member is None:
        raise Refusal("mydata.nothing")
    record = Lines((text("mydata.title"), *(said(turn.member) for said in RECORD.values())), tight=True)
    names = await proposed_names(turn)
    letters = text("mydata.letters", count=await turn.stores.outbox.waiting_for(turn.telegram_id))
    kept = await turn.stores.ledgers.kept(turn.telegram_id)
    own = text("mydata.ledger" if kept else "mydata.ledger.none")
    parts = Lines((text("mydata.parts"), *await taken_part(turn), text("mydata.flags")), tight=True)
    ends = (text("mydata.not"), text("mydata.leave"))
    signed = await own_signatures(turn)
    said = Lines((record, *names, *signed, letters, own, parts, *ends))
    return Screen(said, rows(Button("done", text("button.done"), Link("done"))))


async def proposed_names(turn: Turn) -> list[Text]:
    """Says which names the sender proposed, as long as they wait for organizers."""
    own = sorted(one.name for one in await turn.stores.workplaces.of(turn.own_id()))
    return [text("mydata.names", names=", ".join(own))] if own else []


async def taken_part(turn: Turn) -> list[Text]:
    """Says, to this person alone, in which open ballots and in which pay period they took part."""
    running = await turn.stores.ballots.having("open")
    names = [(ballot.id, text("value", value=ballot.wording(turn.locale).question)) for ballot in running]
    names.append((period(turn.now), text("mydata.period", period=period(turn.now))))
    found = [(what, await standing(turn, name)) for name, what in names]
    lines = [text(f"mydata.part.{stands}", what=what) for what, stands in found if stands != "none"]
    return lines or [text("mydata.part.none")]


async def standing(turn: Turn, name: str) -> str:
    """Gives none, pending or sealed."""
    return await turn.box.standing(name, turn.telegram_id) if turn.box.is_open(name) else "none"


def belonging(member: Member) -> Text:
    """Says whether somebody is a member, or waits, and with which code."""
    return text("mydata.status.waiting", code=member.code) if member.status == "waiting" else text("mydata.status")


def roles(member: Member) -> Text:
    """Says which roles somebody has, until when, and by which word organizers know them."""
    if not member.roles:
        return text("mydata.roles.none")
    named = ", ".join(sorted(role.value for role in member.roles))
    return text("mydata.roles", roles=named, alias=member.alias or NOTHING, date=member.term_ends or NOTHING)


def country(member: Member) -> Text:
    """Says the country, and the one that counts for ballots until the new one does."""
    stated = Country(member.country) if member.country else NOTHING
    if member.country_from is None:
        return text("mydata.country", country=stated)
    before = Country(member.country_before) if member.country_before else NOTHING
    return text("mydata.country.changed", country=stated, before=before, date=member.country_from)


def employers(member: Member) -> Text:
    """Says the employers, and those that count for ballots until the new ones do."""
    stated = names_of(member.employers)
    if member.employers_from is None:
        return text("me.employers", employers=stated)
    known = (*member.employers, *member.employers_gone)
    before = names_of(tuple(known[place] for place in member.employers_before))
    return text("mydata.employers.changed", employers=stated, before=before, date=member.employers_from)


def names_of(keys: tuple[str, ...]) -> str | Text:
    """Names employers in a row."""
    return ", ".join(employer(key).name for key in keys) or NOTHING


def muted(member: Member) -> Text:
    """Says of how many running ballots no reminders are wanted."""
    return text("mydata.muted", count=len(member.muted)) if member.muted else text("mydata.muted.none")


def zone(member: Member) -> Text:
    """Says the time zone, and whether it was chosen or follows from the country."""
    return text("mydata.zone.chosen" if member.zone_chosen else "mydata.zone", zone=Zone(member.zone))


# Which fields of the record each line says; a test holds it against the record, so that no field goes unsaid.
RECORD: dict[tuple[str, ...], Said] = {
    ("telegram_id",): lambda member: text("mydata.telegram", number=str(member.telegram_id)),
    ("locale",): lambda member: text("mydata.locale", language=LanguageName(member.locale)),
    ("consent", "joined"): lambda member: text("mydata.joined", month=member.joined, version=str(member.consent)),
    ("mark",): lambda member: text("mydata.mark"),
    ("status", "code"): belonging,
    ("probation_ends",): lambda member: text("mydata.probation", date=member.probation_ends),
    ("roles", "term_ends", "alias"): roles,
    ("country", "country_before", "country_from"): country,
    ("employers", "employers_gone", "employers_before", "employers_from"): employers,
    ("zone", "zone_chosen"): zone,
    ("wish",): lambda member: Lines(wish(member.wish), tight=True),
    ("muted",): muted,
    ("reach",): lambda member: text(f"mydata.reach.{member.reach}"),
    ("sample",): lambda member: text("mydata.sample" if member.sample else "mydata.real"),
}

"""What is sent unasked, by kind: rendered for one reader at the moment of sending, or dropped when no longer wanted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.ballots.petitions import signing
from bot.delivery.rules import Letter, Notice, NotYet
from bot.dialogue import Button, Link, Screen, rows
from bot.jobs.cuts import falls
from bot.members.rules import Member, belongs, reachable
from bot.pay.rules import period_ends
from bot.permissions import may
from bot.texts import LanguageName, Lines, Text, text
from bot.turn import Office, Stores
from bot.workplaces.catalogue import keyed, name_of
from bot.workplaces.rules import shown
from handlers.ballots import paper
from handlers.digests import composed
from handlers.edition import cohort_of, edition_of
from handlers.falls import letter as fall_letter
from handlers.lettering import Reader, Writing, headed, shared
from handlers.petitions import letter as asks_for_a_name
from handlers.proposals import described, waits
from handlers.quiet import waits_until
from handlers.results import board_of, first_preferences, outcome
from handlers.sampled import sample_mark
from handlers.tallies import drawn


@shared
async def ballot_opened(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Sends the ballot paper; not any more when the ballot is closed meanwhile."""
    ballot = await reader.stores.ballots.get(values["ballot"])
    if ballot is None or ballot.state != "open" or ballot.closes_at <= reader.now:
        return None
    screen = paper(ballot, reader.member.locale)
    return headed(screen.text, screen)


@shared
async def ballot_closed(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Sends the outcome."""
    ballot = await reader.stores.ballots.get(values["ballot"])
    if ballot is None:
        return None
    locale, board = reader.member.locale, await board_of(reader.office, ballot)
    said = Lines((outcome(ballot, locale), *first_preferences(ballot, board, locale)))
    look = Button("result", text("result.look.button"), Link("resultof", (ballot.id,)))
    return headed(said, Screen(said, rows(look), picture=drawn(reader.office, ballot, board, locale)))


async def ballot_lost(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Asks somebody whose vote died with a process to vote again, unless they have already; says so if it is over."""
    ballot = await reader.stores.ballots.get(values["ballot"])
    if ballot is None:
        return None
    if ballot.state != "open" or ballot.closes_at <= reader.now or not reader.office.box.is_open(ballot.id):
        return headed(text("letter.ballot.lost.late", question=ballot.wording(reader.member.locale).question))
    if await reader.office.box.standing(ballot.id, reader.member.telegram_id) != "none":
        return None
    screen = paper(ballot, reader.member.locale)
    return headed(Lines((text("letter.ballot.lost"), screen.text)), screen)


async def pay_lost(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Asks somebody whose report died with a process to report again, unless they have already."""
    period, box = values["ballot"], reader.office.box
    over = period_ends(period) <= reader.now or not box.is_open(period)
    if not over and await box.standing(period, reader.member.telegram_id) != "none":
        return None
    said = text("letter.pay.lost.late" if over else "letter.pay.lost")
    return headed(said, Screen(text("neutral"), rows(button("pay"))))


async def approved(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells somebody that an organizer let them in."""
    return headed(text("letter.approved"), Screen(text("neutral"), rows(button("start"))))


@shared
async def ballot_moved(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells the electorate that two organizers moved the closing of a ballot."""
    said = await closing_told(reader, values, "letter.ballot.moved")
    return headed(said, Screen(text("neutral"), rows(button("ballots")))) if said else None


@shared
async def ballot_resumed(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells the electorate that a halted ballot goes on with its words as they are."""
    said = await closing_told(reader, values, "letter.ballot.resumed")
    return headed(said, Screen(text("neutral"), rows(button("ballots")))) if said else None


@shared
async def ballot_mended(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells the electorate that a halted ballot goes on, with better words in one language."""
    said = await closing_told(reader, values, "letter.ballot.mended")
    return headed(said, Screen(text("neutral"), rows(button("ballots")))) if said else None


@shared
async def ballot_prolonged(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells the electorate that a ballot is open for a day longer, since its paper did not reach a country."""
    said = await closing_told(reader, values, "letter.ballot.prolonged")
    return headed(said, Screen(text("neutral"), rows(button("ballots")))) if said else None


async def closing_told(reader: Reader, values: Mapping[str, str], key: str) -> Text | None:
    """Says what became of a running ballot, and until when it is open now."""
    ballot = await reader.stores.ballots.get(values["ballot"])
    if ballot is None or ballot.state != "open" or ballot.closes_at <= reader.now:
        return None
    question = ballot.wording(reader.member.locale).question
    return text(key, question=question, closes=ballot.closes_at)


@shared
async def ballot_reminder(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Reminds the electorate of a ballot, whether or not they voted; who wishes no reminders gets none: see `muted`."""
    ballot = await reader.stores.ballots.get(values["ballot"])
    if ballot is None or ballot.state != "open" or ballot.halted or ballot.closes_at <= reader.now:
        return None
    question = ballot.wording(reader.member.locale).question
    said = text("letter.ballot.reminder", question=question, closes=ballot.closes_at)
    look = Button("paper", text("letter.paper.button"), Link("paper", (ballot.id,)), "primary")
    mute = Button("mute", text("paper.mute.button"), Link("mute", (ballot.id,)))
    return headed(said, Screen(text("neutral"), rows(look, mute)))


async def ballot_halted(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells organizers that a ballot is halted, since enough members say that a text is wrong."""
    ballot = await reader.stores.ballots.get(values["ballot"])
    if ballot is None or not ballot.halted or not may(reader.member, "move ballot", reader.now):
        return None
    question, language = ballot.wording(reader.member.locale).question, LanguageName(values["locale"])
    said = text("letter.ballot.halted", question=question, language=language)
    return headed(said, Screen(text("neutral"), rows(button("moves"))))


async def ballot_refused(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells organizers that a ballot did not open, since its electorate would have singled people out by then."""
    return headed(text("letter.ballot.refused")) if may(reader.member, "open ballot", reader.now) else None


async def draft_dropped(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells organizers that a draft of a ballot is gone."""
    return headed(text("letter.draft.dropped")) if may(reader.member, "open ballot", reader.now) else None


async def alarm_paused(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells organizers that voting and reporting pause, and what must be done."""
    return headed(text("letter.alarm.paused")) if may(reader.member, "organize", reader.now) else None


async def alarm_over(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells organizers that voting and reporting go on."""
    return headed(text("letter.alarm.over")) if may(reader.member, "organize", reader.now) else None


async def cuts(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells organizers where the pay that was reported fell, and offers to draft a demand."""
    if not may(reader.member, "organize", reader.now):
        return None
    screen = fall_letter(values["period"], await falls(reader.office, values["period"]))
    return headed(Lines((*await sample_mark(reader.stores), screen.text)), screen)


async def proposal(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells an organizer that something waits for a second one; not any more once it is decided."""
    found = await reader.stores.proposals.get(values["proposal"])
    if found is None or not may(reader.member, "decide", reader.now):
        return None
    if not await waits(reader.stores, found, reader.now.date()):
        return None
    said = await described(reader.stores, found, reader.member.locale)
    look = Button("look", text("proposal.look.button"), Link("proposal", (found.id,)), "primary")
    return headed(Lines((text("letter.proposal"), said)), Screen(text("neutral"), rows(look)))


async def names(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells an organizer, once a day, that names wait; not any more once they are decided."""
    waiting = shown(await reader.stores.workplaces.all())
    if not waiting or not may(reader.member, "list names", reader.now):
        return None
    return headed(text("letter.names"), Screen(text("neutral"), rows(button("names"))))


async def name(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells who proposed a name what became of it."""
    outcome, of = values["what"], values.get("of", "employer")
    if outcome == "declined":
        return headed(text(f"letter.name.declined.{of}", name=values["name"]))
    listed = name_of(keyed(values["thing"])) if "thing" in values else text("value", value=values["employer"])
    key = "letter.name.same" if outcome == "same" else f"letter.name.listed.{of}"
    return headed(text(key, name=values["name"], listed=listed))


async def decided(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells who proposed something what another organizer said to it."""
    return headed(text(f"letter.decided.{values['what']}"))


async def role(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells somebody what became of their role, or that it is about to end."""
    ends = reader.member.term_ends or reader.now.date()
    said = text(f"letter.role.{values['what']}", date=ends, word=reader.member.alias)
    buttons = rows(button("organize")) if may(reader.member, "organize", reader.now) else ()
    return headed(said, Screen(text("neutral"), buttons))


@shared
async def restored(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Tells everybody, in one letter, that a backup was restored: what is void, and that all may report again.

    The same for all: nobody knows who had voted or reported.
    """
    found = [await reader.stores.ballots.get(key) for key in values["ballots"].split()]
    void = [
        text("letter.restored.void", question=ballot.wording(reader.member.locale).question)
        for ballot in found
        if ballot
    ]
    day = date.fromisoformat(values["made"])
    said = (text("letter.restored", date=day), *void, text("letter.restored.period"))
    return headed(Lines(said), Screen(text("neutral"), rows(button("me"), button("pay"))))


async def digest(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Sends the digest: composed at sending, so that it is never older than its reader.

    A mass send carries the post that a second organizer may have seen: once that is replaced, it is not sent any more.
    """
    edition = await edition_of(reader.stores, reader.office, reader.now)
    if "post" in values and values["post"] not in {post.id for post in edition.posts}:
        return None
    screen = composed(reader.office, edition, cohort_of(edition, reader.member, reader.now))
    return headed(screen.text, screen)


def button(command: str) -> Button:
    """Gives a button that opens a command."""
    return Button(command, text(f"menu.{command}.button"), Link(command))


@shared
async def petition(reader: Reader, values: Mapping[str, str]) -> Screen | None:
    """Asks for a name under a petition that has passed; not any more once the signing is over."""
    ballot = await reader.stores.ballots.get(values["ballot"])
    if ballot is None or not signing(ballot, reader.now.date()):
        return None
    screen = asks_for_a_name(ballot, reader.member.locale)
    return headed(screen.text, screen)


LETTERS: Mapping[str, Writing] = {
    "ballot.opened": ballot_opened,
    "ballot.closed": ballot_closed,
    "ballot.lost": ballot_lost,
    "pay.lost": pay_lost,
    "approved": approved,
    "ballot.moved": ballot_moved,
    "ballot.resumed": ballot_resumed,
    "ballot.mended": ballot_mended,
    "ballot.prolonged": ballot_prolonged,
    "ballot.reminder": ballot_reminder,
    "ballot.halted": ballot_halted,
    "ballot.refused": ballot_refused,
    "draft.dropped": draft_dropped,
    "alarm.paused": alarm_paused,
    "alarm.over": alarm_over,
    "cuts": cuts,
    "proposal": proposal,
    "names": names,
    "name": name,
    "decided": decided,
    "role": role,
    "restored": restored,
    "petition": petition,
    "digest": digest,
}


async def write_all(office: Office, notices: Sequence[Notice]) -> list[Letter | None | Exception]:
    """Writes letters for many people, each in their language; None where one is no longer wanted, or why it failed.

    In one transaction, so that what is the same for many is read and composed once for all of them (lettering.py).
    """
    now = await office.clock.now()
    async with office.reading() as stores:
        members = await stores.members.several({notice.telegram_id for notice in notices})
        return [await written(office, stores, members.get(one.telegram_id), one, now) for one in notices]


async def written(
    office: Office, stores: Stores, member: Member | None, notice: Notice, now: datetime
) -> Letter | None | Exception:
    """Writes one letter; what breaks one holds up no other."""
    if member is None or not belongs(member) or not reachable(member) or muted(member, notice):
        return None
    if until := await waits_until(stores, member, notice, now):
        return NotYet(until)
    try:
        screen = await LETTERS[notice.kind](Reader(office, stores, member, now), notice.values)
    except Exception as error:
        return error
    return Letter(screen, member) if screen else None


def muted(member: Member, notice: Notice) -> bool:
    """Says whether a member wishes no reminders of this ballot."""
    return notice.kind == "ballot.reminder" and notice.values["ballot"] in member.muted

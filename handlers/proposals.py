"""What waits for a second organizer: proposing it, telling the others, looking at it, confirming or declining it."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date

from bot.ballots.rules import Ballot, Wording
from bot.delivery.rules import AT_ONCE, one, to_everybody
from bot.dialogue import Button, Link, Outcome, Screen, rows
from bot.members.roles import administers
from bot.permissions import require
from bot.proposals.rules import BALLOTS, NAMES, Kind, Officer, Proposal, alone, ends, may_confirm, may_decline, pending
from bot.texts import Country, LanguageName, Lines, Refusal, Text, Value, text
from bot.turn import Stores, Turn
from bot.workplaces.catalogue import Client, Employer, Listing, employer, keyed, name_of
from bot.workplaces.rules import Draft
from handlers.effects import decline_effect, name_organizers, take_effect

READ: tuple[Kind, ...] = ("open", "mend")  # what nobody agrees to before they have the text before them


def draft(
    turn: Turn, kind: Kind, *, by: str = "", person: str = "", thing: str = "", days: int = 0, words: str = ""
) -> Proposal:
    """Makes a proposal under a random name; the sender's own unless somebody else made the link to it."""
    by, until = by or turn.own_id(), ends(turn.now.date())
    return Proposal(secrets.token_hex(8), kind, by, until, person, thing, days, words=words)


async def propose(turn: Turn, proposal: Proposal) -> bool:
    """Keeps a proposal and tells who may confirm it; True when it took effect at once, for want of a second organizer.

    Raises Refusal when the same is proposed already, or when nobody could ever confirm it.
    """
    await name_organizers(turn)
    known = await officers(turn)
    if any(same(proposal, other) for other in await open_proposals(turn)):
        raise Refusal("proposal.already")
    if alone(proposal, known):
        await take_effect(turn, proposal)
        return True
    seconds = may_confirm(proposal, known)
    if not seconds and proposal.kind != "send":
        raise Refusal("proposal.nobody")
    await turn.stores.proposals.put(proposal)
    await tell(turn, proposal, seconds)
    return False


async def propose_screen(turn: Turn, proposal: Proposal) -> Screen:
    """Proposes and says what happens now."""
    done = await propose(turn, proposal)
    return Screen(text("proposal.done" if done else "proposal.waits"))


def same(one: Proposal, other: Proposal) -> bool:
    """Says whether two proposals want the same, whoever made them."""
    return (one.kind, one.person, one.thing) == (other.kind, other.person, other.thing)


async def officers(turn: Turn) -> list[Officer]:
    """Gives the organizers whose term runs, as proposals know them."""
    members, today = turn.stores.members, turn.now.date()
    return [Officer(members.keyed_id(one), administers(one, today)) for one in await members.organizers(today)]


async def open_proposals(turn: Turn) -> list[Proposal]:
    """Gives everything that waits for a second organizer."""
    return [one for one in await turn.stores.proposals.all() if await waits(turn.stores, one, turn.now.date())]


async def waits(stores: Stores, proposal: Proposal, today: date) -> bool:
    """Says whether there is still something to decide: not of a mass send that is through, or a thing that is gone."""
    if not pending(proposal, today):
        return False
    if proposal.kind == "list":
        return await stores.workplaces.get(proposal.thing) is not None
    if proposal.kind in READ or proposal.kind == "resume":
        return to_be_decided(proposal, await stores.ballots.get(proposal.thing))
    return proposal.kind != "send" or bool(await stores.outbox.waiting(proposal.thing))


def to_be_decided(proposal: Proposal, ballot: Ballot | None) -> bool:
    """Says whether the ballot that a proposal is about still waits for it: as a draft, or halted."""
    if ballot is None:
        return False
    return ballot.state == "draft" if proposal.kind == "open" else ballot.state == "open" and ballot.halted


async def tell(turn: Turn, proposal: Proposal, people: Iterable[str]) -> None:
    """Tells organizers, by the outbox, that something waits for them."""
    members, wanted = turn.stores.members, frozenset(people)
    found = [m.telegram_id for m in await members.organizers(turn.now.date()) if members.keyed_id(m) in wanted]
    values = {"proposal": proposal.id}
    edition = f"proposal-{proposal.id}"
    await turn.stores.outbox.add(to_everybody(edition, found, "proposal", values, "notice", AT_ONCE))
    turn.wake()


async def mine(turn: Turn) -> list[Proposal]:
    """Gives what the sender may decide: what others propose, and what they themselves may take back."""
    waiting, own = await open_proposals(turn), turn.own_id()
    known = await officers(turn) if waiting else []
    return [one for one in waiting if own in may_decline(one, known)]


async def decisions(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Lists what waits for a second organizer."""
    require(turn.member, "decide", turn.now)
    waiting = await mine(turn)
    if not waiting:
        return Screen(text("decisions.none"))
    words = await words_of(turn.stores)
    buttons = [
        Button(one.id, text(f"decisions.{one.kind}.button", word=words.get(one.person, "")), look(one))
        for one in waiting
    ]
    return Screen(text("decisions.title"), rows(*buttons))


def look(proposal: Proposal) -> Link:
    """Leads to one proposal."""
    return Link("proposal", (proposal.id,))


async def words_of(stores: Stores) -> Mapping[str, str]:
    """Gives the word of everybody who has one, by keyed id."""
    return {stores.members.keyed_id(one): one.alias for one in await stores.members.all() if one.alias}


async def show(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Shows one proposal, with what this organizer may do about it."""
    require(turn.member, "decide", turn.now)
    proposal = await find(turn, args)
    if turn.own_id() not in may_decline(proposal, await officers(turn)):
        raise Refusal("proposal.about_you")
    return Screen(await described(turn.stores, proposal, turn.locale), await choices(turn, proposal))


async def find(turn: Turn, args: tuple[str, ...]) -> Proposal:
    """Gives the proposal that a button names, kept for this turn. Raises Refusal when it is decided or void."""
    proposal = await turn.stores.proposals.hold(args[0]) if args else None
    if proposal is None or not await waits(turn.stores, proposal, turn.now.date()):
        raise Refusal("proposal.gone")
    return proposal


async def described(stores: Stores, proposal: Proposal, locale: str) -> Lines:
    """Says what is proposed, by whom, and until when it can be decided."""
    words = await words_of(stores)
    ballot = await stores.ballots.get(proposal.thing) if proposal.kind in BALLOTS else None
    question = ballot.wording(locale).question if ballot else ""
    word = words.get(proposal.person, "?")
    name = await name_in(stores, proposal)
    said = text(f"proposal.{proposal.kind}", word=word, question=question, n=proposal.days, **name)
    key = "proposal.by.send" if proposal.kind == "send" else "proposal.by"
    by = text(key, word=words.get(proposal.by, "?"), date=proposal.ends)
    return Lines((said, *texts_of(proposal, ballot), by))


def texts_of(proposal: Proposal, ballot: Ballot | None) -> tuple[Lines, ...]:
    """Says of a draft which language decides, and which others somebody has read beside its author."""
    if proposal.kind != "open" or ballot is None:
        return ()
    deciding, *others = (one.locale for one in ballot.wordings)
    read = {locale for locale, _ in ballot.approvals}
    lines = [text(f"draft.{'read' if one in read else 'unread'}", language=LanguageName(one)) for one in others]
    return (Lines((text("draft.decides", language=LanguageName(deciding)), *lines), tight=True),)


def texts_to_read(proposal: Proposal, ballot: Ballot) -> tuple[Wording, ...]:
    """Gives the texts that must be seen before one can agree: all of a draft, or the corrected one."""
    if proposal.kind == "mend":
        return (ballot.correction,) if ballot.correction else ()
    return ballot.wordings


async def name_in(stores: Stores, proposal: Proposal) -> dict[str, Value]:
    """Gives what a proposal about a name says of it."""
    if proposal.kind == "list":
        found = await stores.workplaces.get(proposal.thing)
        return drafted(found.draft) if found and found.draft else {}
    return {"name": name_of(keyed(proposal.thing)), "words": proposal.words} if proposal.kind in NAMES else {}


def drafted(draft: Draft) -> dict[str, Value]:
    """Gives what is said of something that is to be listed: what it is, and its countries or vendors, a line each."""
    listed = draft.listed
    about = Lines((text(f"names.kind.{listed.kind}"), *seen_in(listed)), tight=True)
    return {"name": listed.name, "about": about, "source": draft.source}


def seen_in(listed: Listing) -> tuple[Text, ...]:
    """Names the countries of an employer, or the employers that work for an end client."""
    if isinstance(listed, Employer):
        return tuple(text("value", value=Country(code)) for code in listed.countries)
    return tuple(name_of(employer(id)) for id in listed.vendors) if isinstance(listed, Client) else ()


async def choices(turn: Turn, proposal: Proposal) -> tuple[tuple[Button, ...], ...]:
    """Gives the buttons of one proposal: nobody confirms their own."""
    known, own, args = await officers(turn), turn.own_id(), (proposal.id,)
    buttons = await reading(turn, proposal)
    if own in may_confirm(proposal, known) and proposal.kind not in READ:
        label = "proposal.send_now.button" if proposal.kind == "send" else "proposal.confirm.button"
        buttons.append(Button("confirm", text(label), Link("confirm", args), "success"))
    if proposal.kind == "send":
        buttons.append(Button("stop", text("post.stop.button"), Link("stop", args), "danger"))
        buttons.append(Button("progress", text("menu.progress.button"), Link("progress", args)))
    elif own in may_decline(proposal, known):
        label = "proposal.withdraw.button" if own == proposal.by else "proposal.decline.button"
        buttons.append(Button("decline", text(label), Link("decline", args), "danger"))
    return rows(*buttons)


async def reading(turn: Turn, proposal: Proposal) -> list[Button]:
    """Leads to the texts of a proposal: whoever agrees to one does so on the screen that shows it."""
    ballot = await turn.stores.ballots.get(proposal.thing) if proposal.kind in READ else None
    return [
        Button(
            f"read.{one.locale}",
            text("draft.read.button", language=LanguageName(one.locale)),
            Link("readtext", (proposal.id, one.locale)),
            "primary",
        )
        for one in (texts_to_read(proposal, ballot) if ballot else ())
    ]


async def confirm(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Confirms a proposal: it takes effect now. A second tap finds it decided."""
    require(turn.member, "decide", turn.now)
    proposal = await find(turn, args)
    if turn.own_id() not in may_confirm(proposal, await officers(turn)):
        raise Refusal("proposal.own" if turn.own_id() == proposal.by else "proposal.about_you")
    if proposal.kind != "send":
        await turn.stores.proposals.remove(proposal.id)
    await take_effect(turn, proposal)
    await answer(turn, proposal, "confirmed")
    return Screen(text("proposal.done"), send_buttons(proposal))


def send_buttons(proposal: Proposal) -> tuple[tuple[Button, ...], ...]:
    """Leads from a confirmed mass send to how far it is."""
    progress = Button("progress", text("menu.progress.button"), Link("progress", (proposal.id,)))
    return rows(progress) if proposal.kind == "send" else ()


async def decline(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Declines a proposal, or takes one's own back."""
    require(turn.member, "decide", turn.now)
    proposal = await find(turn, args)
    if proposal.kind == "send" or turn.own_id() not in may_decline(proposal, await officers(turn)):
        raise Refusal("proposal.about_you")
    await turn.stores.proposals.remove(proposal.id)
    await decline_effect(turn, proposal)
    await answer(turn, proposal, "declined")
    return Screen(text("proposal.declined"))


async def answer(turn: Turn, proposal: Proposal, what: str) -> None:
    """Tells whoever proposed what became of it, unless they did it themselves."""
    if proposal.by == turn.own_id():
        return
    proposer = await turn.stores.members.hold_by_id(proposal.by)
    if proposer:
        await turn.stores.outbox.add([one(f"decided-{proposal.id}", proposer.telegram_id, "decided", what=what)])
        turn.wake()

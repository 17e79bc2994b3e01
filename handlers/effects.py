"""What a proposal does once a second organizer has confirmed it; it refuses where that is not possible any more."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.delivery.rules import one
from bot.members.roles import draw_word, keep_an_administrator, without_roles
from bot.members.rules import Member, Role, belongs, in_office
from bot.proposals.rules import BALLOTS, Kind, Proposal
from bot.texts import Refusal
from bot.turn import Turn
from bot.workplaces.catalogue import IN_USE, Listing, keyed, what_of
from bot.workplaces.rules import NameProposal, alike, new_id, refuse_full, renamed
from handlers import ballotmoves

Effect = Callable[[Turn, Proposal], Awaitable[None]]


async def take_effect(turn: Turn, proposal: Proposal) -> None:
    """Does what was proposed. Raises Refusal when that is not possible any more."""
    await EFFECTS[proposal.kind](turn, proposal)


async def decline_effect(turn: Turn, proposal: Proposal) -> None:
    """Tells somebody whose appointment was declined; their word is free again. A draft of a ballot goes."""
    if proposal.kind in BALLOTS:
        await ballotmoves.decline(turn, proposal)
    candidate = await turn.stores.members.hold_by_id(proposal.person) if proposal.kind == "appoint" else None
    if candidate and not candidate.roles:
        await write(turn, replace(candidate, alias=""))
        await tell(turn, candidate, "declined", proposal)


async def appoint(turn: Turn, proposal: Proposal) -> None:
    """Makes a member an organizer."""
    await promote(turn, proposal, frozenset({Role.ORGANIZER}))


async def raise_(turn: Turn, proposal: Proposal) -> None:
    """Makes an organizer an administrator."""
    await promote(turn, proposal, frozenset({Role.ORGANIZER, Role.ADMINISTRATOR}))


async def promote(turn: Turn, proposal: Proposal, roles: frozenset[Role]) -> None:
    """Gives somebody roles for a new term."""
    member = await person(turn, proposal)
    if Role.ADMINISTRATOR in roles and not member.roles:
        raise Refusal("proposal.gone")
    await write(turn, in_office(await with_word(turn, member), roles, turn.now))
    if member.telegram_id != turn.telegram_id:
        await tell(turn, member, "administrator" if Role.ADMINISTRATOR in roles else "organizer", proposal)


async def with_word(turn: Turn, member: Member) -> Member:
    """Gives a member the word by which organizers will know them."""
    if member.alias:
        return member
    taken = {other.alias for other in await turn.stores.members.all()}
    return replace(member, alias=draw_word(taken, secrets.choice))


async def name_organizers(turn: Turn) -> None:
    """Gives a word to every organizer who has none yet, such as the founder: without it nobody could be told apart."""
    for organizer in await turn.stores.members.organizers(turn.now.date()):
        if not organizer.alias:
            held = await turn.stores.members.hold(organizer.telegram_id)
            await write(turn, await with_word(turn, held or organizer))


async def revoke(turn: Turn, proposal: Proposal) -> None:
    """Ends somebody's roles."""
    member = await person(turn, proposal)
    await end_roles(turn, member)
    await tell(turn, member, "revoked", proposal)


async def end_roles(turn: Turn, member: Member) -> None:
    """Ends somebody's roles, with what they proposed and the link they may have made. Raises Refusal for the last."""
    keep_an_administrator(member, await turn.stores.members.all(), turn.now.date())
    await write(turn, without_roles(member))
    await turn.stores.proposals.withdraw_of(turn.stores.members.keyed_id(member))
    await turn.stores.invites.withdraw("organizer")


async def person(turn: Turn, proposal: Proposal) -> Member:
    """Gives whom a proposal is about. Raises Refusal when they left."""
    member = await turn.stores.members.hold_by_id(proposal.person)
    if member is None or not belongs(member):
        raise Refusal("proposal.gone")
    return member


async def write(turn: Turn, member: Member) -> None:
    """Writes somebody's record; the sender's own counts for this turn at once."""
    await (turn.keep(member) if member.telegram_id == turn.telegram_id else turn.stores.members.put(member))


async def tell(turn: Turn, member: Member, what: str, proposal: Proposal) -> None:
    """Tells somebody what became of their role."""
    await turn.stores.outbox.add([one(f"role-{proposal.id}", member.telegram_id, "role", what=what)])
    turn.wake()


async def send(turn: Turn, proposal: Proposal) -> None:
    """Lets a mass send go at once instead of in its ten minutes."""
    await turn.stores.outbox.hasten(proposal.thing)
    await turn.stores.proposals.put(replace(proposal, settled=True))
    turn.wake()


async def list_name(turn: Turn, proposal: Proposal) -> None:
    """Lists what members proposed the name of. Raises Refusal when the name is gone, or the list is full."""
    stores = turn.stores.workplaces
    found, added = await stores.hold(proposal.thing), await stores.added()
    if found is None or found.draft is None:
        raise Refusal("proposal.gone")
    listed = found.draft.listed
    refuse_full(listed, added)
    taken = {*IN_USE[found.what], *(known.id for known in added if what_of(known) == found.what)}
    if listed.id in taken:
        listed = replace(listed, id=new_id(listed.name, taken, listed.id))
    await stores.put_listing(listed, found.draft.source)
    await decide_name(turn, found, "listed", employer=listed.name)


async def decide_name(turn: Turn, name: NameProposal, outcome: str, **more: str) -> None:
    """Ends a proposed name, with all of the same name, and tells whoever proposed it what became of it.

    Raises Refusal when another organizer was faster.
    """
    if await turn.stores.workplaces.hold(name.id) is None:
        raise Refusal("proposal.gone")
    for same in alike(await turn.stores.workplaces.all(), name):
        await turn.stores.workplaces.remove(same.id)
        proposer = await turn.stores.members.hold_by_id(same.by)
        if proposer:
            values = {"what": outcome, "of": name.what, "name": same.name, **more}
            await turn.stores.outbox.add([one(f"name-{same.id}", proposer.telegram_id, "name", **values)])
    turn.wake()


async def rename(turn: Turn, proposal: Proposal) -> None:
    """Gives something that is listed another name; it stays known by the old one too."""
    await change_listing(turn, renamed(keyed(proposal.thing), proposal.words))


async def retire(turn: Turn, proposal: Proposal) -> None:
    """Offers something that is listed no more."""
    await change_listing(turn, replace(keyed(proposal.thing), retired=True))


async def offer(turn: Turn, proposal: Proposal) -> None:
    """Offers again what was retired."""
    await change_listing(turn, replace(keyed(proposal.thing), retired=False))


async def change_listing(turn: Turn, changed: Listing) -> None:
    """Writes what was changed; it is in use once this turn is committed (bot/jobs/names.py)."""
    await turn.stores.workplaces.put_listing(changed)
    turn.wake()


EFFECTS: Mapping[Kind, Effect] = {
    "appoint": appoint,
    "raise": raise_,
    "revoke": revoke,
    "send": send,
    "open": ballotmoves.open_,
    "close": ballotmoves.close,
    "extend": ballotmoves.extend,
    "mend": ballotmoves.mend,
    "resume": ballotmoves.resume,
    "list": list_name,
    "rename": rename,
    "retire": retire,
    "offer": offer,
}

"""What a second organizer's word does to a ballot: it opens, closes sooner or later, or goes on after a halt."""

from bot.ballots.moments import approved, corrected, noted, resumed
from bot.ballots.rules import Ballot, closing_early, extended
from bot.delivery.rules import AT_ONCE, to_everybody
from bot.members.roles import in_role
from bot.members.rules import reachable
from bot.proposals.rules import Proposal
from bot.texts import Refusal
from bot.turn import Turn
from handlers.planned import keep_safe


async def open_(turn: Turn, proposal: Proposal) -> None:
    """Opens a draft whose deciding text a second organizer has read.

    Raises Refusal when it is gone, its author is no organizer any more, or its electorate would single people out now.
    """
    draft = await drafted(turn, proposal)
    author = await turn.stores.members.hold_by_id(draft.by) if draft.by else None
    if author is None or not in_role(author, turn.now.date()):
        raise Refusal("draft.author_gone")
    await keep_safe(turn, draft)
    await turn.stores.ballots.change(approved(draft, turn.now))
    turn.wake()


async def drafted(turn: Turn, proposal: Proposal) -> Ballot:
    """Gives the draft of a proposal, kept for this turn. Raises Refusal when it is gone."""
    draft = await turn.stores.ballots.hold(proposal.thing)
    if draft is None or draft.state != "draft":
        raise Refusal("proposal.gone")
    return draft


async def decline(turn: Turn, proposal: Proposal) -> None:
    """Throws a draft away that was declined or taken back."""
    if proposal.kind == "open":
        await turn.stores.ballots.remove((await drafted(turn, proposal)).id)


async def close(turn: Turn, proposal: Proposal) -> None:
    """Lets a ballot close early."""
    await moved(turn, closing_early(await running(turn, proposal), turn.now, turn.office.union.zone))


async def extend(turn: Turn, proposal: Proposal) -> None:
    """Keeps a ballot open for longer."""
    await moved(turn, extended(await running(turn, proposal), proposal.days))


async def mend(turn: Turn, proposal: Proposal) -> None:
    """Puts better words in the place of those that members say are wrong, and lets the ballot go on."""
    ballot = await halted(turn, proposal)
    if ballot.correction is None:
        raise Refusal("proposal.gone")
    better = resumed(corrected(ballot, ballot.correction), turn.now)
    await tell(turn, noted(better, "wording", turn.now, ballot.correction.locale), "ballot.mended")


async def resume(turn: Turn, proposal: Proposal) -> None:
    """Lets a halted ballot go on with its words as they are."""
    await tell(turn, resumed(await halted(turn, proposal), turn.now), "ballot.resumed")


async def halted(turn: Turn, proposal: Proposal) -> Ballot:
    """Gives a halted ballot, kept for this turn. Raises Refusal when it goes on already."""
    ballot = await turn.stores.ballots.hold(proposal.thing)
    if ballot is None or ballot.state != "open" or not ballot.halted:
        raise Refusal("mend.not_halted")
    return ballot


async def running(turn: Turn, proposal: Proposal) -> Ballot:
    """Gives the ballot that is to be moved, kept for this turn. Raises Refusal when it is closed, or halted."""
    ballot = await turn.stores.ballots.hold(proposal.thing)
    if ballot is None or ballot.state != "open" or ballot.closes_at <= turn.now or not turn.box.is_open(ballot.id):
        raise Refusal("ballot.closed")
    if ballot.halted:
        raise Refusal("moves.halted")
    return ballot


async def moved(turn: Turn, ballot: Ballot) -> None:
    """Writes a ballot's new closing."""
    await tell(turn, noted(ballot, "moved", turn.now), "ballot.moved")


async def tell(turn: Turn, ballot: Ballot, kind: str) -> None:
    """Writes a changed ballot and tells its whole electorate, whether or not somebody voted."""
    await turn.stores.ballots.change(ballot)
    people = [member.telegram_id for member in await turn.stores.members.all() if reachable(member)]
    voters = await turn.box.taking_part(ballot.id, people)
    edition, values = f"moved-{ballot.id}-{ballot.moves}", {"ballot": ballot.id}
    await turn.stores.outbox.add(to_everybody(edition, voters, kind, values, "ballot", AT_ONCE))
    turn.wake()

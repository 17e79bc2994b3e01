"""No reminders of one ballot: an open wish like any other in the member's record, which tells nothing of a vote."""

from bot.dialogue import Button, Link, Outcome, Screen, rows
from bot.members.rules import muting
from bot.permissions import require
from bot.texts import Refusal, text
from bot.turn import Turn

SECONDS = 600  # that the answer stays in the chat


async def mute(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Keeps the wish to hear no reminders of a ballot; its result comes all the same."""
    return await wish(turn, args, mute=True)


async def unmute(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Takes the wish back."""
    return await wish(turn, args, mute=False)


async def wish(turn: Turn, args: tuple[str, ...], *, mute: bool) -> Screen:
    """Changes the wish about one running ballot."""
    member = require(turn.member, "read", turn.now)
    ballot = await turn.stores.ballots.get(args[0]) if args else None
    if ballot is None:
        raise Refusal("ballot.unknown")
    if ballot.state not in ("opening", "open"):
        raise Refusal("ballot.closed")
    await turn.keep(muting(member, ballot.id, mute=mute))
    other = "unmute" if mute else "mute"
    button = Button("other", text("mute.back.button" if mute else "paper.mute.button"), Link(other, (ballot.id,)))
    said = text("mute.done" if mute else "mute.undone", question=ballot.wording(turn.locale).question)
    return Screen(said, rows(button), fleeting=SECONDS)

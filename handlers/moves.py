"""Running ballots, for organizers: closing one early or keeping it open longer. Two of them decide, without counts."""

from dataclasses import dataclass
from functools import partial

from bot.ballots.rules import DURATIONS, Ballot, closing_early
from bot.dialogue import Button, Outcome, Screen, Step, rows
from bot.permissions import require
from bot.texts import Refusal, text
from bot.turn import Turn
from handlers.ballots import open_line
from handlers.proposals import draft, propose_screen


async def moves(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Lists the ballots that run."""
    require(turn.member, "move ballot", turn.now)
    return Running()


@dataclass(frozen=True)
class Running(Step, name="moves"):
    """The ballots that run, a button each."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows the questions."""
        running = await turn.stores.ballots.having("open")
        buttons = [
            Button(one.id, text("value", value=one.wording(turn.locale).question), Move(one.id)) for one in running
        ]
        return Screen(text("moves.title" if running else "moves.none"), rows(*buttons))


@dataclass(frozen=True)
class Move(Step, name="moves.one"):
    """One ballot, and where its closing may be moved."""

    ballot: str

    async def screen(self, turn: Turn) -> Screen:
        """Says when it closes, and offers what a second organizer would have to confirm."""
        ballot = await running(turn, self.ballot)
        early = Button("close", text("moves.close.button"), partial(close, ballot_id=ballot.id), "danger")
        later = [
            Button(
                f"x{days}", text("moves.extend.button", n=int(days)), partial(extend, ballot_id=ballot.id, days=days)
            )
            for days in DURATIONS
            if int(days) <= LONGEST_EXTENSION
        ]
        return Screen(open_line(ballot, turn.locale), rows(*later, early, Button("b", text("button.back"), Running())))


LONGEST_EXTENSION = 7  # days at a time


async def running(turn: Turn, ballot_id: str) -> Ballot:
    """Gives a ballot that runs. Raises Refusal when it closed meanwhile."""
    ballot = await turn.stores.ballots.get(ballot_id)
    if ballot is None or ballot.state != "open" or ballot.closes_at <= turn.now:
        raise Refusal("ballot.closed")
    return ballot


async def close(turn: Turn, ballot_id: str) -> Screen:
    """Proposes that a ballot closes at the end of tomorrow."""
    require(turn.member, "move ballot", turn.now)
    ballot = await running(turn, ballot_id)
    closing_early(ballot, turn.now, turn.office.union.zone)  # still worth it
    return await propose_screen(turn, draft(turn, "close", thing=ballot.id))


async def extend(turn: Turn, ballot_id: str, days: str) -> Screen:
    """Proposes that a ballot stays open for longer."""
    require(turn.member, "move ballot", turn.now)
    ballot = await running(turn, ballot_id)
    return await propose_screen(turn, draft(turn, "extend", thing=ballot.id, days=int(days)))

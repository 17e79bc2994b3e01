"""Running ballots, for organizers: closing one early or keeping it open longer. Two of them decide, without counts."""

from dataclasses import dataclass
from functools import partial

from bot.ballots.rules import DURATIONS, Ballot, closing_early
from bot.dialogue import Button, Outcome, Screen, Step, back, rows
from bot.permissions import require
from bot.texts import Refusal, text
from bot.turn import Turn
from handlers.ballots import open_line
from handlers.mending import Halted
from handlers.proposals import draft, propose_screen


async def moves(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Lists the ballots that run."""
    require(turn.member, "move ballot", turn.now)
    return Running()


@dataclass(frozen=True)
class Running(Step, name="moves"):
    """The ballots that run, or wait for their hour, a button each."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows the questions."""
        found = await listed(turn)
        buttons = [Button(one.id, text("value", value=one.wording(turn.locale).question), look(one)) for one in found]
        return Screen(text("moves.title" if found else "moves.none"), rows(*buttons))


async def listed(turn: Turn) -> list[Ballot]:
    """Gives the ballots about which something can be done: those that run, and those that open later."""
    return [one for one in await turn.stores.ballots.having("open", "opening") if one.state == "open" or one.opens_at]


def look(ballot: Ballot) -> Step:
    """Gives what shows one ballot: as it runs, as it is halted, or as it waits."""
    if ballot.state == "opening":
        return Coming(ballot.id)
    return Halted(ballot.id) if ballot.halted else Move(ballot.id)


@dataclass(frozen=True)
class Coming(Step, name="moves.coming"):
    """One ballot that waits for its hour; whoever put it may take it back until then."""

    ballot: str

    async def screen(self, turn: Turn) -> Screen:
        """Says when it opens."""
        ballot = await coming(turn, self.ballot)
        question = ballot.wording(turn.locale).question
        said = text("moves.coming", question=question, opens=ballot.opens_at or ballot.closes_at)
        own = (
            (Button("drop", text("proposal.withdraw.button"), self.drop, "danger"),) if self._own(turn, ballot) else ()
        )
        return Screen(said, rows(*own, back(Running())))

    async def drop(self, turn: Turn) -> Screen:
        """Takes the ballot back. Raises Refusal when it opened meanwhile, or somebody else put it."""
        ballot = await coming(turn, self.ballot)
        if not self._own(turn, ballot):
            raise Refusal("moves.coming.not_own")
        await turn.stores.ballots.remove(ballot.id)
        return Screen(text("moves.coming.dropped"))

    def _own(self, turn: Turn, ballot: Ballot) -> bool:
        return ballot.by == turn.own_id()


async def coming(turn: Turn, ballot_id: str) -> Ballot:
    """Gives a ballot that waits for its hour. Raises Refusal when it opened meanwhile, or is gone."""
    require(turn.member, "move ballot", turn.now)
    ballot = await turn.stores.ballots.hold(ballot_id)
    if ballot is None or ballot.state != "opening" or ballot.opens_at is None or ballot.opens_at <= turn.now:
        raise Refusal("moves.coming.open")
    return ballot


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
        return Screen(open_line(ballot, turn.locale), rows(*later, early, back(Running())))


LONGEST_EXTENSION = 7  # days at a time


async def running(turn: Turn, ballot_id: str) -> Ballot:
    """Gives a ballot that runs. Raises Refusal when it closed meanwhile."""
    ballot = await turn.stores.ballots.get(ballot_id)
    if ballot is None or ballot.state != "open" or ballot.closes_at <= turn.now:
        raise Refusal("ballot.closed")
    if ballot.halted:
        raise Refusal("moves.halted")
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

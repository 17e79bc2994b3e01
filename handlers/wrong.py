"""Saying that a ballot's text is wrong in one's language: enough members who say so halt it (bot/ballots/flags.py).

A sealed conversation: what is kept is a row in the box that stands beside no vote, and dies with the ballot.
"""

from bot.ballots.flags import may_halt, read_by
from bot.box.pool import Closed, NotInElectorate
from bot.dialogue import Button, Link, Outcome, Screen, rows
from bot.texts import LanguageName, Refusal, text
from bot.turn import Turn
from handlers.voting import done, find


async def ask(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Says what a flag is for and does, before it is raised."""
    ballot = await find(turn, args)
    wording = ballot.wording(turn.locale)
    if not may_halt(ballot, wording.locale):
        raise Refusal("wrong.decided")
    yes = Button("yes", text("wrong.yes.button"), Link("flag", (ballot.id,)), "danger")
    asked = text("wrong.ask", question=wording.question, language=LanguageName(wording.locale))
    return Screen(asked, rows(yes, done()))


async def flag(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Keeps the flag, once for each person; the jobs see whether there are enough."""
    ballot = await find(turn, args)
    if not may_halt(ballot, ballot.wording(turn.locale).locale):
        raise Refusal("wrong.decided")
    try:
        new = await turn.box.flag(ballot.id, read_by(ballot, turn.locale), turn.telegram_id)
    except Closed:
        raise Refusal("ballot.closed") from None
    except NotInElectorate:
        raise Refusal("ballot.not_in_electorate") from None
    turn.wake()
    return Screen(text("wrong.noted" if new else "wrong.noted.before"), rows(done()))

"""/ballots: what is put to the vote, how one stands in it oneself, and what was decided.

Every turn here is sealed: nothing about who looked and when is written to the people store. Voting is in voting.py, the
paper in paper.py.
"""

from bot.ballots.rules import Ballot
from bot.dialogue import Button, Link, Outcome, Pages, Screen, rows
from bot.permissions import require
from bot.texts import Lines, Refusal, Text, text
from bot.turn import Turn
from handlers.paper import paper, rules_of
from handlers.voting import done

__all__ = ["ballots", "open_line", "paper", "rules"]

SHOWN = 6  # at a time: as many as fit one message with the longest questions


async def ballots(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/ballots: open ones, then those decided lately, a line and a button each; more on further pages."""
    require(turn.member, "read", turn.now)
    running = await turn.stores.ballots.having("open", "opening")
    listed = [*running, *(await turn.stores.ballots.having("closed", "void"))[::-1]]
    page = int(args[0]) if args and args[0].isdecimal() else 0
    here = listed[page * SHOWN : (page + 1) * SHOWN]
    lines: list[Text | Lines] = [text("ballots.title") if here else text("ballots.none")]
    lines += [await own_line(turn, ballot) for ballot in here]
    pages = Pages([button(turn, one) for one in listed], page, lambda to: Link("list", (str(to),)), size=SHOWN)
    return Screen(Lines(tuple(lines)), (*pages.rows(), (done(),)))


async def own_line(turn: Turn, ballot: Ballot) -> Lines:
    """Says what is asked and, to this person alone, whether they voted and can still change it."""
    asked = line(ballot, turn.locale)
    if ballot.state != "open" or not turn.box.is_open(ballot.id):
        return Lines((asked,))
    standing: str = await turn.box.standing(ballot.id, turn.telegram_id)
    if standing == "pending" and not ballot.rules.changeable:
        standing = "final"
    return Lines((asked,) if standing == "none" else (asked, text(f"ballots.yours.{standing}")), tight=True)


def open_line(ballot: Ballot, locale: str) -> Text:
    """Says what is asked and until when; of one that waits for its hour, from when."""
    question = ballot.wording(locale).question
    if ballot.state == "opening" and ballot.opens_at:
        return text("ballots.opens", question=question, opens=ballot.opens_at, closes=ballot.closes_at)
    key = "ballots.open.halted" if ballot.halted else "ballots.open.prolonged" if ballot.paused else "ballots.open"
    return text(key, question=question, closes=ballot.closes_at)


def line(ballot: Ballot, locale: str) -> Text:
    """Says what is asked and until when, or that it is decided, or void."""
    if ballot.state in ("open", "opening"):
        return open_line(ballot, locale)
    key = "ballots.void" if ballot.state == "void" else "ballots.decided"
    return text(key, question=ballot.wording(locale).question)


def button(turn: Turn, ballot: Ballot) -> Button:
    """Leads to the paper of one ballot, or to its result."""
    question = ballot.wording(turn.locale).question
    if ballot.state in ("open", "opening"):
        return Button(ballot.id, text("value", value=question), Link("ballot", (ballot.id,)))
    return Button(ballot.id, text("ballots.result.button", question=question), Link("result", (ballot.id,)))


async def rules(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Shows by which rules a ballot is decided, and its explanation, in a message of its own."""
    require(turn.member, "read", turn.now)
    ballot = await turn.stores.ballots.get(args[0]) if args else None
    if ballot is None:
        raise Refusal("ballot.unknown")
    return Screen(rules_of(ballot, turn.locale), rows(done()))

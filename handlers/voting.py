"""Voting: from the paper to the box. Every turn is sealed, and what is marked travels in the buttons alone.

Nothing of a vote is in memory before it is cast, so a restart in between costs nothing, old buttons work as they say,
and tapping one twice shows the same twice.
"""

import secrets

from bot.ballots.electorates import group_of
from bot.ballots.marks import Marks, read, vote_of
from bot.ballots.papers import SINGLE, entries, ranks
from bot.ballots.rules import CODE, Ballot
from bot.box.pool import Closed, NotInElectorate
from bot.dialogue import Button, Link, Outcome, Screen, rows
from bot.permissions import require
from bot.texts import Lines, Refusal, Text, text
from bot.turn import Turn
from handlers.marking import Sheet, demands, given, leasting, marking, ranked, scores
from handlers.paper import in_order, link, paper

CODE_SECONDS = 60  # the inclusion code leaves the chat after a minute (anonymity.md, "A vote", 5)


async def find(turn: Turn, args: tuple[str, ...]) -> Ballot:
    """Gives the ballot a button names, when the sender may vote in it now. Raises Refusal with the reason if not."""
    require(turn.member, "vote", turn.now)
    ballot = await turn.stores.ballots.get(args[0]) if args else None
    if ballot is None:
        raise Refusal("ballot.unknown")
    if ballot.state in ("draft", "opening"):
        raise Refusal("ballot.not_open_yet")
    if ballot.state != "open" or ballot.closes_at <= turn.now or not turn.box.is_open(ballot.id):
        raise Refusal("ballot.closed")
    if not await turn.box.may_take_part(ballot.id, turn.telegram_id):
        raise Refusal("ballot.not_in_electorate")
    return ballot


async def votable(turn: Turn, args: tuple[str, ...]) -> Ballot:
    """Gives a ballot like `find`, unless it is halted."""
    ballot = await find(turn, args)
    if ballot.halted:
        raise Refusal("vote.halted")
    return ballot


async def sheet(turn: Turn, args: tuple[str, ...]) -> Sheet:
    """Gives the sender's paper as the button's data says it is filled in."""
    ballot = await votable(turn, args)
    marks = read(ballot.rules, ballot.options(), args[1] if len(args) > 1 else "")
    return Sheet(ballot, ballot.wording(turn.locale), order(turn, ballot), marks)


def order(turn: Turn, ballot: Ballot) -> tuple[int, ...]:
    """Gives the order in which the sender sees the options; "none of the above" is the last one for everybody."""
    if not ballot.rules.shuffled:
        return in_order(ballot)
    last = (ballot.options() - 1,) if ballot.rules.none_option else ()
    return (*turn.box.order(ballot.id, turn.telegram_id, ballot.options() - len(last)), *last)


async def cannot_change(turn: Turn, ballot: Ballot) -> Screen | None:
    """Gives what is said instead of the paper to who cannot vote any more: it is sealed, or the first word counts."""
    standing = await turn.box.standing(ballot.id, turn.telegram_id)
    if standing == "none" or (standing == "pending" and ballot.rules.changeable):
        return None
    key = "ballot.sealed" if standing == "sealed" else "ballot.final"
    return Screen(text(key, question=ballot.wording(turn.locale).question), protected=True)


async def show(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Shows one ballot's paper in the sender's own order of options, or that one's vote cannot be changed."""
    ballot = await find(turn, args)
    own = order(turn, ballot) if ballot.rules.shuffled else ()
    return await cannot_change(turn, ballot) or paper(ballot, turn.locale, "choose", own)


async def fill(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Opens a paper of one's own: to be filled in, or where one tap is a vote, with the options in one's own order."""
    ballot = await votable(turn, args)
    if refused := await cannot_change(turn, ballot):
        return refused
    if ballot.rules.method in SINGLE:
        return paper(ballot, turn.locale, "choose", order(turn, ballot))
    return marking(Sheet(ballot, ballot.wording(turn.locale), order(turn, ballot), ()))


async def vote(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Shows the paper with the marks of a button, or where one tap is a whole vote, asks to confirm it."""
    own = await sheet(turn, args)
    single = own.ballot.rules.method in SINGLE
    begins = single or not own.marks  # the box is asked once, not at every tap
    if begins and (refused := await cannot_change(turn, own.ballot)):
        return refused
    return review_of(own) if single else marking(own)


async def score(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Asks for the score of one option."""
    own, option = await sheet(turn, args), args[2] if len(args) > 2 else ""
    if own.ballot.rules.method != "score" or not option.isdecimal() or int(option) >= own.ballot.options():
        raise Refusal("ballot.unknown")
    return scores(own, int(option))


async def least(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Asks for the least important option."""
    own = await sheet(turn, args)
    if own.ballot.rules.method != "demands" or not own.marks:
        raise Refusal("ballot.unknown")
    return leasting(own)


async def review(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Says in words what is about to be cast."""
    return review_of(await sheet(turn, args))


def review_of(own: Sheet) -> Screen:
    """Asks to confirm what is marked; casting is the one button that counts."""
    ballot = own.ballot
    ask = text("vote.ask" if ballot.rules.changeable else "vote.ask.final")
    single = ballot.rules.method in SINGLE
    change = Link("ballot", (ballot.id,)) if single else link(ballot, "choose", own.marks)
    cast_it = Button("cast", text("vote.cast.button"), link(ballot, "cast", own.marks), "success")
    back = Button("back", text("button.back" if single else "marking.change.button"), change)
    said = own.says(Lines(tuple(in_words(own)), tight=True), ask)
    return Screen(said, rows(cast_it, back), protected=True)


def in_words(own: Sheet) -> list[Text]:
    """Says what is marked, whole options by their words."""
    rules, names = own.ballot.rules, own.wording.options
    if not own.marks:
        return [text("vote.abstains" if rules.method == "yesno" else "vote.blank")]
    if rules.method in SINGLE:
        return [text("vote.choice", option=names[own.marks[0]])]
    if ranks(rules):
        return [text("vote.order"), *ranked(own), *unranked(own)]
    if rules.method == "score":
        full = Sheet(own.ballot, own.wording, own.order, vote_of(own.marks))
        return [text("vote.scores"), *(given(full, option) for option in own.order)]
    return (
        demands(own)
        if rules.method == "demands"
        else [text("vote.marks"), *(own.name(option) for option in own.order if option in own.marks)]
    )


def unranked(own: Sheet) -> list[Text]:
    """Says that what was not put in order gets nothing from this vote."""
    return [text("vote.unranked")] if own.left() else []


async def cast(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Takes a vote into the box; until it is sealed a second one replaces it, where the rules allow that."""
    own = await sheet(turn, args)
    ballot, changeable = own.ballot, own.ballot.rules.changeable
    said = written_entries(ballot, own.marks, group_of(ballot, require(turn.member, "vote", turn.now)))
    try:
        receipt = await turn.box.put(ballot.id, turn.telegram_id, said, changeable=changeable)
    except Closed:
        raise Refusal("ballot.closed") from None
    except NotInElectorate:
        raise Refusal("ballot.not_in_electorate") from None
    if receipt in ("sealed", "final"):
        raise Refusal(f"vote.already_{receipt}")
    change = [Button("change", text("vote.change.button"), Link("ballot", (ballot.id,)))] if changeable else []
    code = Button("code", text("vote.code.button"), Link("code", (ballot.id,)))
    got = text(f"vote.{receipt}" if changeable else "vote.received.final")
    return Screen(got, rows(*change, code, done()), protected=True)


def written_entries(ballot: Ballot, marks: Marks, group: int) -> tuple[bytes, bytes]:
    """Writes a vote for the box with a new inclusion code, and the voter's group where groups must agree too."""
    return entries(ballot, vote_of(marks), secrets.token_bytes(CODE), group)


def done() -> Button:
    """Leaves the one neutral line at once instead of after ten minutes."""
    return Button("done", text("button.done"), Link("done"), "primary")


async def inclusion_code(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Shows for a minute the code that proves one was counted in, not how; once sealed, nobody knows it any more."""
    ballot = await find(turn, args)
    waiting = turn.box.waiting(ballot.id, turn.telegram_id)
    if waiting is None:
        raise Refusal("vote.code.gone")
    code = next(entry[1 : 1 + CODE].hex() for entry in waiting if entry[:1] == b"c")
    return Screen(text("vote.code", code=code), fleeting=CODE_SECONDS, protected=True)

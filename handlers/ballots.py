"""/ballots: what is put to the vote, voting by one tap and a confirmation, and what was decided.

Every turn here is sealed: nothing about who looked, when, or what they chose is written to the people store. Buttons
carry the ballot and the option; who may vote is asked of the box, from the sender.
"""

import secrets

from bot.ballots.rules import CODE, Ballot, entries
from bot.box.pool import Closed, NotInElectorate
from bot.dialogue import Button, Link, Outcome, Rows, Screen, rows
from bot.permissions import require
from bot.texts import LanguageName, Lines, Refusal, Text, text
from bot.turn import Turn

SHOWN_OPEN, SHOWN_DECIDED = 6, 3  # as many as fit one message with the longest texts
CODE_SECONDS = 60  # the inclusion code leaves the chat after a minute (anonymity.md, "A vote", 5)


async def ballots(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/ballots: open ones with a button each, and what was decided lately."""
    require(turn.member, "read", turn.now)
    running = (await turn.stores.ballots.having("open", "opening"))[:SHOWN_OPEN]
    decided = (await turn.stores.ballots.having("closed"))[::-1][:SHOWN_DECIDED]
    void = (await turn.stores.ballots.having("void"))[::-1][:SHOWN_DECIDED]
    lines: list[Text | Lines] = [text("ballots.title") if running or decided or void else text("ballots.none")]
    lines += [await own_line(turn, ballot) for ballot in running]
    lines += [outcome(ballot, turn.locale) for ballot in decided]
    lines += [text("ballots.void", question=ballot.wording(turn.locale).question) for ballot in void]
    return Screen(Lines(tuple(lines)), rows(*(open_button(turn, ballot) for ballot in running), done()))


async def own_line(turn: Turn, ballot: Ballot) -> Lines:
    """Says what is asked and, to this person alone, whether they voted and can still change it."""
    asked = open_line(ballot, turn.locale)
    if not turn.box.is_open(ballot.id):
        return Lines((asked,))
    standing = await turn.box.standing(ballot.id, turn.telegram_id)
    return Lines((asked,) if standing == "none" else (asked, text(f"ballots.yours.{standing}")), tight=True)


def open_line(ballot: Ballot, locale: str) -> Text:
    """Says what is asked and until when."""
    key = "ballots.open.prolonged" if ballot.paused else "ballots.open"
    return text(key, question=ballot.wording(locale).question, closes=ballot.closes_at)


def open_button(turn: Turn, ballot: Ballot) -> Button:
    """Leads to one ballot."""
    return Button(ballot.id, text("value", value=ballot.wording(turn.locale).question), Link("ballot", (ballot.id,)))


def outcome(ballot: Ballot, locale: str) -> Lines:
    """Says in one language what was decided: with figures, without, or that nothing may be published."""
    wording = ballot.wording(locale)
    decided = ballot.outcome
    if decided is None or decided.kind == "none":
        return Lines((text("result.none", question=wording.question),))
    winners = [wording.options[winner] for winner in decided.winners]
    key = "result.winner" if len(winners) == 1 else "result.tie"
    said = text(key, question=wording.question, winner=" / ".join(winners))
    if decided.kind == "bare":
        return Lines((said, text("result.bare")), tight=True)
    counts = zip(wording.options, decided.counts, strict=True)
    shown = [text("result.count", option=option, count=count) for option, count in counts]
    turnout = text("result.cast", cast=sum(decided.counts), size=ballot.electorate)
    return Lines((said, *shown, turnout), tight=True)


async def find(turn: Turn, args: tuple[str, ...]) -> Ballot:
    """Gives the open ballot a button names. Raises Refusal when it is not there or closed."""
    require(turn.member, "vote", turn.now)
    ballot = await turn.stores.ballots.get(args[0]) if args else None
    if ballot is None:
        raise Refusal("ballot.unknown")
    if ballot.state != "open" or ballot.closes_at <= turn.now or not turn.box.is_open(ballot.id):
        raise Refusal("ballot.closed")
    if not await turn.box.may_take_part(ballot.id, turn.telegram_id):
        raise Refusal("ballot.not_in_electorate")
    return ballot


async def show(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Shows one ballot with a button for each option, or that one's vote is sealed."""
    ballot = await find(turn, args)
    if await turn.box.standing(ballot.id, turn.telegram_id) == "sealed":
        return Screen(text("ballot.sealed", question=ballot.wording(turn.locale).question), protected=True)
    return paper(ballot, turn.locale, "choose")


def paper(ballot: Ballot, locale: str, by: str = "vote") -> Screen:
    """Gives the ballot paper: what is asked, what is promised and what is not, and the options.

    `by` is the command of the options: on a paper that was sent to everybody a choice opens a message of its own, so
    that the paper stays as it is on every phone, whether or not one voted.
    """
    wording = ballot.wording(locale)
    lines: list[Text | Lines] = [Lines((text("ballot.secret"), text("guarantee")), tight=True)]
    lines += [text("ballot.advice")] if ballot.country else []
    if wording.locale != locale:
        lines.append(text("ballot.other_language", language=LanguageName(wording.locale)))
    listed = [text("ballot.option", number=n, option=option) for n, option in enumerate(wording.options, 1)]
    asked = text("ballot.question", question=wording.question, closes=ballot.closes_at)
    lines.append(Lines((asked, *listed), tight=True))
    lines += [text("ballot.prolonged")] if ballot.paused else []
    return Screen(Lines(tuple(lines)), options(ballot, wording.options, by), protected=True)


def options(ballot: Ballot, names: tuple[str, ...], by: str) -> Rows:
    """Gives a button for each option; the data of all has one length."""
    return rows(
        *(
            Button(f"o{n}", text("ballot.option", number=n + 1, option=name), Link(by, (ballot.id, f"{n:02}")))
            for n, name in enumerate(names)
        )
    )


def chosen(ballot: Ballot, args: tuple[str, ...]) -> int:
    """Reads the option a button names. Raises Refusal when the ballot has no such option."""
    said = args[1] if len(args) > 1 else ""
    if not said.isdecimal() or int(said) >= ballot.options():
        raise Refusal("ballot.unknown")
    return int(said)


async def vote(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Asks to confirm a choice before it is cast."""
    ballot = await find(turn, args)
    option = chosen(ballot, args)
    name = ballot.wording(turn.locale).options[option]
    cast_it = Button("cast", text("vote.cast.button"), Link("cast", (ballot.id, f"{option:02}")), "success")
    back = Button("back", text("button.back"), Link("ballot", (ballot.id,)))
    return Screen(text("vote.confirm", option=name), rows(cast_it, back), protected=True)


async def cast(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Takes a vote into the box; until it is sealed a second one replaces it."""
    ballot = await find(turn, args)
    said = entries(chosen(ballot, args), secrets.token_bytes(CODE))
    try:
        receipt = await turn.box.put(ballot.id, turn.telegram_id, said)
    except Closed:
        raise Refusal("ballot.closed") from None
    except NotInElectorate:
        raise Refusal("ballot.not_in_electorate") from None
    if receipt == "sealed":
        raise Refusal("vote.already_sealed")
    change = Button("change", text("vote.change.button"), Link("ballot", (ballot.id,)))
    code = Button("code", text("vote.code.button"), Link("code", (ballot.id,)))
    return Screen(text(f"vote.{receipt}"), rows(change, code, done()), protected=True)


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

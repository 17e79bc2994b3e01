"""Reading the texts of a draft, or a corrected one, before agreeing: each language on a screen of its own."""

from dataclasses import replace

from bot.ballots.moments import agreed
from bot.ballots.rules import Ballot, Wording
from bot.dialogue import Button, Link, Outcome, Screen, rows
from bot.permissions import require
from bot.proposals.rules import Proposal, may_confirm
from bot.texts import LanguageName, Lines, Refusal, Text, text
from bot.turn import Turn
from handlers.ballotmoves import drafted
from handlers.ballots import paper
from handlers.newopening import head
from handlers.proposals import find, officers, texts_to_read
from handlers.rulewords import in_words


async def show_text(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Shows one text as members will see it, with what this organizer may do about it."""
    require(turn.member, "decide", turn.now)
    proposal = await find(turn, args)
    ballot = await ballot_of(turn, proposal)
    wording = text_in(proposal, ballot, args)
    texts = tuple(wording if one.locale == wording.locale else one for one in ballot.wordings)  # a better one, perhaps
    shown = paper(replace(ballot, wordings=texts), wording.locale)
    lines = Lines((*head(ballot), about(ballot, wording), shown.text))
    return Screen(lines, rows(*await choices(turn, proposal, ballot, wording.locale)), protected=True)


async def show_rules(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Shows the rules of a draft in words."""
    require(turn.member, "decide", turn.now)
    proposal = await find(turn, args)
    rules = (*in_words((await ballot_of(turn, proposal)).rules), text("rules.extension"))
    return Screen(Lines((text("rules.title"), Lines(rules, tight=True))), rows(to_proposal(proposal)))


async def ballot_of(turn: Turn, proposal: Proposal) -> Ballot:
    """Gives the ballot that a proposal is about. Raises Refusal when it is gone."""
    ballot = await turn.stores.ballots.get(proposal.thing)
    if ballot is None:
        raise Refusal("proposal.gone")
    return ballot


def text_in(proposal: Proposal, ballot: Ballot, args: tuple[str, ...]) -> Wording:
    """Gives the text that a button names. Raises Refusal for none."""
    found = [one for one in texts_to_read(proposal, ballot) if one.locale in args[1:2]]
    if not found:
        raise Refusal("proposal.gone")
    return found[0]


def about(ballot: Ballot, wording: Wording) -> Text:
    """Says which language it is, and whether it decides."""
    deciding = wording.locale == ballot.wordings[0].locale
    key = "draft.text.decides" if deciding else "draft.text"
    return text(key, language=LanguageName(wording.locale))


async def choices(turn: Turn, proposal: Proposal, ballot: Ballot, locale: str) -> list[Button]:
    """Gives the buttons of one text: the deciding one opens the ballot, the others are found to say the same."""
    rules = Button("rules", text("newballot.rules.button"), Link("readrules", (proposal.id,)))
    last = [rules, to_proposal(proposal)]
    own = turn.own_id()
    if own not in may_confirm(proposal, await officers(turn)) or (locale, own) in ballot.approvals:
        return last
    if proposal.kind == "open" and locale != ballot.wordings[0].locale:
        return [Button("agree", text("draft.agree.button"), Link("agree", (proposal.id, locale)), "success"), *last]
    key = "draft.open.button" if proposal.kind == "open" else "mend.confirm.button"
    return [Button("confirm", text(key), Link("confirm", (proposal.id,)), "success"), *last]


def to_proposal(proposal: Proposal) -> Button:
    """Leads back to the proposal."""
    return Button("back", text("button.back"), Link("proposal", (proposal.id,)))


async def agree(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Keeps that an organizer who did not write a text found that it says the same as the deciding one."""
    require(turn.member, "decide", turn.now)
    proposal = await find(turn, args)
    if turn.own_id() not in may_confirm(proposal, await officers(turn)):
        raise Refusal("proposal.own")
    draft = await drafted(turn, proposal)
    wording = text_in(proposal, draft, args)
    await turn.stores.ballots.change(agreed(draft, wording.locale, turn.own_id()))
    said = text("draft.agreed", language=LanguageName(wording.locale))
    return Screen(said, rows(to_proposal(proposal)))

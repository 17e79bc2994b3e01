"""Halted ballots, for organizers: members say that a text is wrong. Two organizers mend it, or let the ballot go on."""

from dataclasses import dataclass, replace
from functools import partial

from bot.ballots.moments import disputed
from bot.ballots.rules import Ballot, Wording, explanation, options, question
from bot.ballots.setting import typed_options
from bot.dialogue import Button, Screen, Step, back, rows
from bot.permissions import require
from bot.texts import LanguageName, Lines, Refusal, Text, text
from bot.turn import Turn
from handlers.ballots import paper
from handlers.planned import needs_options
from handlers.proposals import draft, propose_screen


async def halted(turn: Turn, ballot_id: str) -> Ballot:
    """Gives a ballot that is halted. Raises Refusal when it goes on already."""
    require(turn.member, "move ballot", turn.now)
    ballot = await turn.stores.ballots.get(ballot_id)
    if ballot is None or ballot.state != "open" or not ballot.halted:
        raise Refusal("mend.not_halted")
    return ballot


@dataclass(frozen=True)
class Halted(Step, name="mend"):
    """One halted ballot: the language that members say is wrong, and what can be done."""

    ballot: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows the text as members read it."""
        ballot = await halted(turn, self.ballot)
        wording = ballot.wording(disputed(ballot))
        said = text("mend.title", language=LanguageName(wording.locale))
        better = Button("mend", text("mend.button"), BetterQuestion(ballot.id, wording), "primary")
        go_on = Button("resume", text("mend.resume.button"), partial(resume, ballot_id=ballot.id))
        return Screen(Lines((said, paper(ballot, wording.locale).text)), rows(better, go_on))


async def resume(turn: Turn, ballot_id: str) -> Screen:
    """Proposes that a halted ballot goes on with its words as they are."""
    return await propose_screen(turn, draft(turn, "resume", thing=(await halted(turn, ballot_id)).id))


@dataclass(frozen=True)
class BetterQuestion(Step, name="mend.question"):
    """Asks for the question in better words."""

    ballot: str
    wording: Wording

    async def screen(self, turn: Turn) -> Screen:
        """Shows the question as it is."""
        keep = Button(
            "keep", text("mend.keep.button"), partial(after_question, ballot_id=self.ballot, now=self.wording)
        )
        return asked("mend.question.ask", self.wording, self.wording.question, keep, back(Halted(self.ballot)))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the question."""
        return await after_question(turn, self.ballot, replace(self.wording, question=question(words)))


def asked(key: str, wording: Wording, standing: str, *buttons: Button) -> Screen:
    """Asks for a part of a text, and shows how it stands."""
    ask = text(key, language=LanguageName(wording.locale))
    return Screen(Lines((ask, text("value", value=standing))), rows(*buttons))


async def after_question(turn: Turn, ballot_id: str, now: Wording) -> Step:
    """Asks for the options next, where they were typed."""
    rules = (await halted(turn, ballot_id)).rules
    return BetterOptions(ballot_id, now) if needs_options(rules) else BetterExplanation(ballot_id, now)


@dataclass(frozen=True)
class BetterOptions(Step, name="mend.options"):
    """Asks for the options in better words: as many, in the same order."""

    ballot: str
    wording: Wording

    async def screen(self, turn: Turn) -> Screen:
        """Shows the options as they are."""
        ballot = await halted(turn, self.ballot)
        standing = "\n".join(typed_options(ballot.rules, self.wording.options))
        keep = Button("keep", text("mend.keep.button"), BetterExplanation(self.ballot, self.wording))
        return asked("mend.options.ask", self.wording, standing, keep)

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the options; the bot's own words behind them stay."""
        ballot = await halted(turn, self.ballot)
        typed = len(typed_options(ballot.rules, self.wording.options))
        better = (*options(words, typed), *self.wording.options[typed:])
        return BetterExplanation(self.ballot, replace(self.wording, options=better))


@dataclass(frozen=True)
class BetterExplanation(Step, name="mend.explanation"):
    """Asks for the explanation in better words."""

    ballot: str
    wording: Wording

    async def screen(self, turn: Turn) -> Screen:
        """Shows the explanation as it is."""
        keep = Button("keep", text("mend.keep.button"), Better(self.ballot, self.wording))
        return asked("mend.explanation.ask", self.wording, self.wording.explanation or "–", keep)

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the explanation."""
        return Better(self.ballot, replace(self.wording, explanation=explanation(words)))


@dataclass(frozen=True)
class Better(Step, name="mend.preview"):
    """Shows the better text as members will see it, and proposes it."""

    ballot: str
    wording: Wording

    async def screen(self, turn: Turn) -> Screen:
        """Shows the paper."""
        ballot = replace(await halted(turn, self.ballot), wordings=(self.wording,))
        put = Button("put", text("mend.propose.button"), self.put, "success")
        lines: tuple[Text | Lines, ...] = (text("mend.preview"), paper(ballot, self.wording.locale).text)
        return Screen(Lines(lines), rows(put, back(BetterQuestion(self.ballot, self.wording))))

    async def put(self, turn: Turn) -> Screen:
        """Asks a second organizer to read it. Raises Refusal when another correction waits already."""
        await halted(turn, self.ballot)
        ballot = await turn.stores.ballots.hold(self.ballot)
        if ballot is None or self.wording == ballot.wording(self.wording.locale):
            raise Refusal("mend.unchanged")
        await turn.stores.ballots.change(replace(ballot, correction=replace(self.wording, reviewed=True)))
        return await propose_screen(turn, draft(turn, "mend", thing=ballot.id))

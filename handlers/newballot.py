"""/newballot: an organizer puts a question to the vote: the kind of ballot, its words in each language, its rules.

Whom it asks and when it opens is asked in handlers/newopening.py; single rules are set in handlers/newrules.py.
"""

from dataclasses import dataclass, replace
from typing import Any

from bot.ballots.presets import PRESETS, about, name
from bot.ballots.rules import MOST_OPTIONS, Rules, Wording, explanation, options, question
from bot.dialogue import Button, Outcome, Screen, Step, rows
from bot.permissions import require
from bot.texts import LanguageName, Lines, Text, text
from bot.turn import Turn
from handlers.attachments import MOST, keep
from handlers.newopening import AskElectorate
from handlers.newrules import SetRules
from handlers.planned import Plan, needs_options, texts_of, written


async def newballot(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/newballot: begins with the kind of ballot."""
    require(turn.member, "open ballot", turn.now)
    return AskKind()


@dataclass(frozen=True)
class AskKind(Step, name="newballot.kind"):
    """Asks for the kind of ballot: its usual rules, which can be changed, or every rule by hand."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows the kinds."""
        kinds = [
            Button(preset, name(preset), AskQuestion(turn.locale, Plan(rules))) for preset, rules in PRESETS.items()
        ]
        words = [text("newballot.kind.about", kind=name(preset), about=about(preset)) for preset in PRESETS]
        own = Button("own", text("newballot.kind.own.button"), SetRules(Plan(Rules())))
        return Screen(Lines((text("newballot.kind.ask"), *words)), rows(*kinds, own))


@dataclass(frozen=True)
class AskLanguage(Step, name="newballot.language"):
    """Asks in which language the next wording is written; the first one decides."""

    plan: Plan

    async def screen(self, turn: Turn) -> Screen:
        """Shows the languages that are not written yet."""
        left = [locale for locale in turn.office.union.locales if locale not in written(self.plan.wordings)]
        buttons = [Button(tag, text("value", value=LanguageName(tag)), AskQuestion(tag, self.plan)) for tag in left]
        key = "newballot.language.more" if self.plan.wordings else "newballot.language.first"
        return Screen(text(key), rows(*buttons))


@dataclass(frozen=True)
class AskQuestion(Step, name="newballot.question"):
    """Asks for the question in one language, first in the organizer's own, unless another shall decide."""

    locale: str
    plan: Plan

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the question."""
        ask = text("newballot.question.ask", language=LanguageName(self.locale))
        if self.plan.wordings or len(turn.office.union.locales) == 1:
            return Screen(ask)
        other = Button("other", text("newballot.language.other.button"), AskLanguage(self.plan))
        return Screen(Lines((ask, text("newballot.question.decides"))), rows(other))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the question; yes and no need no options."""
        asked = question(words)
        if needs_options(self.plan.rules):
            return AskOptions(self.locale, asked, self.plan)
        return after_words(self.plan.worded(Wording(self.locale, asked, ())))


@dataclass(frozen=True)
class AskOptions(Step, name="newballot.options"):
    """Asks for the options in one language, one per line."""

    locale: str
    question: str
    plan: Plan

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the options; a further language gets the deciding one's options to translate."""
        ask = text("newballot.options.ask", language=LanguageName(self.locale), most=MOST_OPTIONS)
        if not self.plan.wordings:
            return Screen(ask)
        first = self.plan.wordings[0].options
        said = [text("ballot.option", number=number, option=option) for number, option in enumerate(first, 1)]
        return Screen(Lines((ask, Lines(tuple(said), tight=True))))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the options; a further language needs as many as the first."""
        wanted = len(self.plan.wordings[0].options) if self.plan.wordings else None
        wording = Wording(self.locale, self.question, options(words, wanted))
        return after_words(self.plan.worded(wording))


def after_words(plan: Plan) -> Step:
    """Gives what is asked once a language is written: its explanation where the deciding one has one."""
    explained = bool(plan.wordings[0].explanation)
    return AskExplanation(plan.wordings[-1].locale, plan) if explained else AskMore(plan)


@dataclass(frozen=True)
class AskMore(Step, name="newballot.more"):
    """Asks whether to write the ballot in another language too, explain it, or change its rules."""

    plan: Plan

    async def screen(self, turn: Turn) -> Screen:
        """Names what is still possible."""
        go_on = Button("on", text("newballot.go_on.button"), self.go_on, "primary")
        complete = len(self.plan.wordings) == len(turn.office.union.locales)
        more = () if complete else (Button("more", text("newballot.more.button"), AskLanguage(self.plan)),)
        ask = text("newballot.more.all" if complete else "newballot.more.ask")
        return Screen(ask, rows(*more, *self._additions(), go_on))

    def _additions(self) -> list[Button]:
        """Offers what a text may have beside its question, as long as a language lacks it, and the rules."""
        plan, found = self.plan, []
        if locale := lacking("explanation", plan):
            found.append(Button("explain", text("newballot.explain.button"), AskExplanation(locale, plan)))
        if locale := lacking("document", plan):
            found.append(Button("attach", text("newballot.attach.button"), AskDocument(locale, plan)))
        return [*found, Button("rules", text("newballot.rules.button"), SetRules(plan))]

    async def go_on(self, turn: Turn) -> Step:
        """Asks who may vote. Raises Refusal while the rules do not fit the options: both can be changed from here."""
        texts_of(turn, self.plan)
        return AskElectorate(self.plan)


@dataclass(frozen=True)
class AskExplanation(Step, name="newballot.explanation"):
    """Asks for an explanation in one language, then in the next one that has none."""

    locale: str
    plan: Plan

    async def screen(self, turn: Turn) -> Screen:
        """Asks for it, or to go on without; a further language gets the deciding one's to translate."""
        skip = Button("skip", text("newballot.explanation.skip.button"), AskMore(self.plan))
        ask: Text | Lines = text("newballot.explanation.ask", language=LanguageName(self.locale))
        first = self.plan.wordings[0].explanation
        return Screen(Lines((ask, text("value", value=first))) if first else ask, rows(skip))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the explanation and goes on with the next language."""
        plan = with_part(self.plan, self.locale, "explanation", explanation(words))
        left = lacking("explanation", plan)
        return AskExplanation(left, plan) if left else AskMore(plan)


@dataclass(frozen=True)
class AskDocument(Step, name="newballot.document", receives=MOST):
    """Asks for a longer text that is voted on, such as an agreement, as a file; then for the next language's."""

    locale: str
    plan: Plan

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the file, or to go on without."""
        skip = Button("skip", text("newballot.document.skip.button"), AskMore(self.plan))
        ask = text("newballot.document.ask", language=LanguageName(self.locale), most=MOST >> 20)
        return Screen(ask, rows(skip))

    async def receive(self, turn: Turn, content: bytes) -> Step:
        """Keeps the file; the text names it by its hash."""
        plan = with_part(self.plan, self.locale, "document", await keep(turn, content))
        left = lacking("document", plan)
        return AskDocument(left, plan) if left else AskMore(plan)


def lacking(part: str, plan: Plan) -> str | None:
    """Gives the first language whose text lacks a part; None where none does."""
    return next((one.locale for one in plan.wordings if not getattr(one, part)), None)


def with_part(plan: Plan, locale: str, part: str, value: str) -> Plan:
    """Gives a plan whose text in one language has a part more."""
    wording = next(one for one in plan.wordings if one.locale == locale)
    changed: dict[str, Any] = {part: value}
    return plan.worded(replace(wording, **changed))

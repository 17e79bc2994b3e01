"""/draft: the demand that organizers are offered to draft from a fall of pay, as a post or as a ballot."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from bot.ballots.presets import PRESETS
from bot.ballots.rules import Wording, question
from bot.dialogue import Button, Outcome, Screen, Step, back, rows
from bot.digests.posts import post_words
from bot.jobs.cuts import falls
from bot.jobs.pay import releases
from bot.pay.cuts import Cut, error
from bot.permissions import require
from bot.texts import LanguageName, Lines, Percent, Refusal, Text, text
from bot.turn import Turn
from handlers import posts
from handlers.falls import MOST, fallen, fell, named
from handlers.newopening import AskElectorate
from handlers.planned import Plan
from handlers.sampled import sample_mark

DEMANDS = (
    "pay_rate",
    "paid_unproductive_time",
    "rejection_appeal",
)  # of domain.md 1.5, those a fall of pay can ask for
Form = Literal["post", "ballot"]


async def draft(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Begins a demand from a fall of the release a button names; which one is asked where there are several."""
    require(turn.member, "write post", turn.now)
    found = await falls(turn.office, args[0]) if args else ()
    if not found:
        return Screen(text("cuts.none"))
    return AskFall(args[0]) if len(found) > 1 else AskDemand(args[0], found[0].cell)


async def find(turn: Turn, period: str, cell: str) -> Cut:
    """Gives the fall that a conversation is about. Raises Refusal when there is none such."""
    for cut in await falls(turn.office, period):
        if cut.cell == cell:
            return cut
    raise Refusal("cuts.none")


@dataclass(frozen=True)
class AskFall(Step, name="cuts.fall"):
    """Asks which fall the demand is about."""

    period: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows the falls of the release."""
        found = (await falls(turn.office, self.period))[:MOST]
        buttons = [
            Button(cut.cell, text("value", value=named(cut.cell)), AskDemand(self.period, cut.cell)) for cut in found
        ]
        mark = await sample_mark(turn.stores)
        return Screen(Lines((*mark, text("cuts.fall.ask"), *fallen(found))), rows(*buttons))


@dataclass(frozen=True)
class AskDemand(Step, name="cuts.demand"):
    """Asks what is demanded."""

    period: str
    cell: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows the demands that a fall of pay can ask for."""
        cut = await find(turn, self.period, self.cell)
        buttons = [
            Button(name, text(f"cuts.demand.{name}.button"), Draft(self.period, self.cell, name)) for name in DEMANDS
        ]
        return Screen(Lines((*await sample_mark(turn.stores), fell(cut), text("cuts.demand.ask"))), rows(*buttons))


@dataclass(frozen=True)
class Draft(Step, name="cuts.draft"):
    """Shows the draft, and opens the conversation in which it becomes a post or a ballot; nothing is sent from here."""

    period: str
    cell: str
    demand: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows the draft in the organizer's language; it is written in all of them."""
        buttons = (
            Button("post", text("cuts.draft.post.button"), self._words(turn, "post"), "primary"),
            Button("ballot", text("cuts.draft.ballot.button"), self._words(turn, "ballot")),
            back(AskDemand(self.period, self.cell)),
        )
        mark = await sample_mark(turn.stores)
        return Screen(Lines((*mark, text("cuts.draft.here"), await drafted_post(turn, self))), rows(*buttons))

    def _words(self, turn: Turn, form: Form) -> "Words":
        return Words(self.period, self.cell, self.demand, form, turn.locale)


@dataclass(frozen=True)
class Words(Step, name="cuts.words"):
    """Shows the words of the post or question in one language, to be typed anew; its own preview follows."""

    period: str
    cell: str
    demand: str
    form: Form
    locale: str
    typed: tuple[tuple[str, str], ...] = ()  # by language, in the place of the draft's

    async def screen(self, turn: Turn) -> Screen:
        """Shows them as they will stand."""
        others = [tag for tag in languages(turn) if tag != self.locale]
        label = "post.preview.button"
        see = [Button(f"see.{t}", text(label, language=LanguageName(t)), replace(self, locale=t)) for t in others]
        on = Button("on", text("newballot.go_on.button"), self.go_on, "primary")
        before = back(Draft(self.period, self.cell, self.demand))
        ask = text("cuts.words.ask", language=LanguageName(self.locale))
        words = text("value", value=await self._words(turn, self.locale))
        return Screen(Lines((ask, words)), (*rows(*see, width=2), (before, on)))

    async def read(self, turn: Turn, words: str) -> Step:
        """Takes what is typed in the place of the draft in this language. Raises Refusal where it is too long."""
        others = (one for one in self.typed if one[0] != self.locale)
        changed = replace(self, typed=(*others, (self.locale, words)))
        await changed._words(turn, self.locale)
        return changed

    async def go_on(self, turn: Turn) -> Step:
        """Goes to the preview of the digest with this post, or to the question who may vote on it."""
        require(turn.member, "write post" if self.form == "post" else "open ballot", turn.now)
        said = [(tag, await self._words(turn, tag)) for tag in languages(turn)]
        if self.form == "post":
            return posts.Preview(tuple(said), turn.locale)
        options = (text("cuts.ballot.yes"), text("cuts.ballot.no"))
        wordings = (Wording(tag, words, tuple(plain(turn, option, tag) for option in options)) for tag, words in said)
        return AskElectorate(Plan(PRESETS["straw"], tuple(wordings)))

    async def _words(self, turn: Turn, tag: str) -> str:
        """Gives the words in one language; those of a sample union carry its mark, whatever is typed."""
        drafted = await (drafted_post if self.form == "post" else drafted_question)(turn, self)
        typed = dict(self.typed).get(tag) or plain(turn, drafted, tag)
        mark = [plain(turn, text("cuts.sample"), tag)] if await sample_mark(turn.stores) else []
        return (post_words if self.form == "post" else question)("\n\n".join((*mark, typed)))


async def drafted_post(turn: Turn, about: Draft | Words) -> Lines:
    """Drafts the post: what fell, how sure that is, and what is demanded."""
    cut, size = await find(turn, about.period, about.cell), await size_of(turn, about)
    off = Percent(Fraction(error(about.cell, size), 100))
    limits = text("cuts.draft.limits", size=size, error=off, period=about.period)
    return Lines((fell(cut), limits, text("cuts.caution"), text(f"cuts.demand.{about.demand}"), text("cuts.ask")))


async def drafted_question(turn: Turn, about: Draft | Words) -> Lines:
    """Drafts the question of a ballot."""
    cut = await find(turn, about.period, about.cell)
    return Lines((fell(cut), text(f"cuts.question.{about.demand}")), tight=True)


async def size_of(turn: Turn, about: Draft | Words) -> int:
    """Gives how many reports the figure was of."""
    found = [release.cell(about.cell) for release in await releases(turn.box) if release.period == about.period]
    return next((published.size for published in found if published), 0)


def languages(turn: Turn) -> tuple[str, ...]:
    """Lists the languages that are offered, the organizer's own, which decides, first."""
    return tuple(sorted(turn.office.union.locales, key=lambda tag: (tag != turn.locale, tag)))


def plain(turn: Turn, said: Text | Lines, locale: str) -> str:
    """Writes the draft in one language, as if it had been typed."""
    return turn.office.texts.plain(said, locale, turn.office.union.zone)

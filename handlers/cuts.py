"""/draft: the demand that organizers are offered to draft from a fall of pay, as a post or as a ballot."""

from dataclasses import dataclass
from fractions import Fraction

from bot.ballots.presets import PRESETS
from bot.ballots.rules import Wording, question
from bot.dialogue import Button, Outcome, Screen, Step, back, rows
from bot.digests.rules import post_words
from bot.jobs.cuts import falls
from bot.jobs.pay import releases
from bot.pay.cuts import Cut, error
from bot.permissions import require
from bot.texts import Lines, Percent, Refusal, Text, text
from bot.turn import Turn
from handlers import digests
from handlers.falls import MOST, fallen, fell, named
from handlers.newopening import AskElectorate
from handlers.planned import Plan
from handlers.sampled import sample_mark

DEMANDS = (
    "pay_rate",
    "paid_unproductive_time",
    "rejection_appeal",
)  # of domain.md 1.5, those a fall of pay can ask for


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
            Button("post", text("cuts.draft.post.button"), self.as_post, "primary"),
            Button("ballot", text("cuts.draft.ballot.button"), self.as_ballot),
            back(AskDemand(self.period, self.cell)),
        )
        mark = await sample_mark(turn.stores)
        return Screen(Lines((*mark, text("cuts.draft.here"), await self._post(turn))), rows(*buttons))

    async def as_post(self, turn: Turn) -> Step:
        """Goes to the preview of the digest with this post."""
        require(turn.member, "write post", turn.now)
        said = await self._post(turn)
        wordings = ((tag, post_words(plain(turn, said, tag))) for tag in languages(turn))
        return digests.Preview(tuple(wordings), turn.locale)

    async def as_ballot(self, turn: Turn) -> Step:
        """Goes to the question who may vote on it; the ballot's own preview follows."""
        require(turn.member, "open ballot", turn.now)
        asked = await self._question(turn)
        options = (text("cuts.ballot.yes"), text("cuts.ballot.no"))
        wordings = (
            Wording(tag, question(plain(turn, asked, tag)), tuple(plain(turn, option, tag) for option in options))
            for tag in languages(turn)
        )
        return AskElectorate(Plan(PRESETS["straw"], tuple(wordings)))

    async def _post(self, turn: Turn) -> Lines:
        cut = await find(turn, self.period, self.cell)
        size = await self._size(turn)
        off = Percent(Fraction(error(self.cell, size), 100))
        limits = text("cuts.draft.limits", size=size, error=off, period=self.period)
        return Lines((fell(cut), limits, text("cuts.caution"), text(f"cuts.demand.{self.demand}"), text("cuts.ask")))

    async def _question(self, turn: Turn) -> Lines:
        cut = await find(turn, self.period, self.cell)
        return Lines((fell(cut), text(f"cuts.question.{self.demand}")), tight=True)

    async def _size(self, turn: Turn) -> int:
        found = [release.cell(self.cell) for release in await releases(turn.box) if release.period == self.period]
        return next((published.size for published in found if published), 0)


def languages(turn: Turn) -> tuple[str, ...]:
    """Lists the languages that are offered, the organizer's own, which decides, first."""
    return tuple(sorted(turn.office.union.locales, key=lambda tag: (tag != turn.locale, tag)))


def plain(turn: Turn, said: Text | Lines, locale: str) -> str:
    """Writes the draft in one language, as if it had been typed."""
    return turn.office.texts.plain(said, locale, turn.office.union.zone)

"""/newballot, its second half: whom a ballot asks, when it opens and closes, and how members will see it."""

import secrets
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.ballots.electorates import EVERYBODY, Whom, choices
from bot.ballots.moments import AHEAD, opening
from bot.ballots.rules import DURATIONS, Ballot
from bot.dialogue import Action, Button, Pages, Rows, Screen, Step, back, rows
from bot.permissions import require
from bot.texts import LanguageName, Lines, Refusal, Text, Zone, text
from bot.turn import Turn
from handlers.ballots import paper
from handlers.newrules import SetRules
from handlers.planned import Plan, ballot_of, keep_safe, named
from handlers.proposals import draft, officers, propose

HOURS = (6, 8, 9, 10, 12, 14, 16, 18, 20)


@dataclass(frozen=True)
class AskElectorate(Step, name="newballot.electorate"):
    """Asks who may vote: the whole union, or a country or employer that is large enough with a rest that is too."""

    plan: Plan
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows the electorates that single nobody out."""
        parts = () if self.plan.rules.binding else choices(await turn.stores.members.all(), turn.now)
        possible = (EVERYBODY, *parts)
        buttons = [
            Button(f"{one.country or ''}.{one.employer or ''}", named(one), AskClose(replace(self.plan, whom=one)))
            for one in possible
        ]
        pages = Pages(buttons, self.page, lambda page: AskElectorate(self.plan, page))
        key = "newballot.electorate.binding" if self.plan.rules.binding else "newballot.electorate.ask"
        return Screen(text(key), pages.rows())


@dataclass(frozen=True)
class AskClose(Step, name="newballot.close"):
    """Asks how long the ballot is open, and lets it open later."""

    plan: Plan

    async def screen(self, turn: Turn) -> Screen:
        """Shows the durations."""
        days = [
            Button(days, text("newballot.days", n=int(days)), Preview(replace(self.plan, days=int(days))))
            for days in DURATIONS
        ]
        later = Button("later", text("newballot.later.button"), AskDay(self.plan))
        opens = self.plan.opens
        ask = text("newballot.close.ask.later", opens=opens) if opens else text("newballot.close.ask")
        return Screen(ask, (*rows(*days, width=2), (later,)))


@dataclass(frozen=True)
class AskDay(Step, name="newballot.day"):
    """Asks on which day the ballot opens."""

    plan: Plan
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows the days, from today on, by the calendar of the union's zone."""
        today = turn.now.astimezone(ZoneInfo(turn.office.union.zone)).date()
        days = [today + timedelta(days=ahead) for ahead in range(AHEAD.days)]
        buttons = [Button(day.isoformat(), text("value", value=day), AskHour(self.plan, day)) for day in days]
        pages = Pages(buttons, self.page, lambda page: AskDay(self.plan, page), width=2, size=14)
        at_once = Button("now", text("newballot.at_once.button"), AskClose(replace(self.plan, opens=None)))
        return Screen(text("newballot.day.ask"), (*pages.rows(), (at_once,)))


@dataclass(frozen=True)
class AskHour(Step, name="newballot.hour"):
    """Asks at which hour of that day, by the clocks of the union's zone."""

    plan: Plan
    day: date

    async def screen(self, turn: Turn) -> Screen:
        """Shows hours that people are awake at."""
        buttons = [Button(str(hour), text("value", value=f"{hour:02}:00"), self.at(hour)) for hour in HOURS]
        ask = text("newballot.hour.ask", date=self.day, zone=Zone(turn.office.union.zone))
        return Screen(ask, (*rows(*buttons, width=3), (back(AskDay(self.plan)),)))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads any other hour, typed as a number from 0 to 23."""
        said = words.strip().split(":")[0]
        if not said.isdecimal() or int(said) > 23:
            raise Refusal("me.hour.unclear")
        return await self.opens(turn, int(said))

    def at(self, hour: int) -> Action:
        """Gives what a tap on an hour does."""
        return partial(self.opens, hour=hour)

    async def opens(self, turn: Turn, hour: int) -> Step:
        """Keeps the hour. Raises Refusal when it is over."""
        opens = opening(self.day, hour, turn.office.union.zone, turn.now)
        return AskClose(replace(self.plan, opens=opens))


@dataclass(frozen=True)
class Preview(Step, name="newballot.preview"):
    """Shows the ballot as members will see it, in one language after the other, and opens it."""

    plan: Plan
    locale: str = ""

    async def screen(self, turn: Turn) -> Screen:
        """Shows one wording, who may vote, and when it opens and closes."""
        ballot = ballot_of(turn, self.plan, "preview")
        await keep_safe(turn, ballot)
        wording = ballot.wording(self.locale)
        lines = (*head(ballot), text("newballot.preview.language", language=LanguageName(wording.locale)))
        shown = paper(ballot, wording.locale)
        return Screen(Lines((*lines, shown.text)), (*self._languages(wording.locale), *self._ends(ballot)))

    def _languages(self, shown: str) -> Rows:
        others = [one.locale for one in self.plan.wordings if one.locale != shown]
        label = "post.preview.button"
        see = [Button(f"see.{t}", text(label, language=LanguageName(t)), Preview(self.plan, t)) for t in others]
        return rows(*see, width=2)

    def _ends(self, ballot: Ballot) -> Rows:
        key = "newballot.submit.button" if ballot.rules.binding else "newballot.open.button"
        rules = Button("rules", text("newballot.rules.button"), SetRules(self.plan))
        opened = Button("open", text(key), self.open, "success")
        return rows(rules, opened, Button("drop", text("newballot.drop.button"), drop))

    async def open(self, turn: Turn) -> Screen:
        """Lets the ballot open: its electorate is frozen then, and everybody in it is told.

        A binding one waits for a second organizer. Raises Refusal where there is none.
        """
        require(turn.member, "open ballot", turn.now)
        ballot = ballot_of(turn, self.plan, secrets.token_hex(4))
        await keep_safe(turn, ballot)
        await keep_whole(turn, ballot)
        return await submit(turn, ballot) if ballot.rules.binding else await put(turn, ballot)


async def keep_whole(turn: Turn, ballot: Ballot) -> None:
    """Refuses a ballot whose document is kept no longer, since its organizer took more than a week. Raises Refusal."""
    kept = await turn.stores.ballots.attachments() if any(one.document for one in ballot.wordings) else ()
    if any(one.document and one.document not in kept for one in ballot.wordings):
        raise Refusal("attachment.gone")


def head(ballot: Ballot) -> tuple[Text, ...]:
    """Says who may vote and when, above a preview."""
    who = named(Whom.of(ballot))
    if ballot.opens_at:
        return (text("newballot.preview.later", who=who, opens=ballot.opens_at, closes=ballot.closes_at),)
    return (text("newballot.preview", who=who, closes=ballot.closes_at),)


async def put(turn: Turn, ballot: Ballot) -> Screen:
    """Writes a ballot that opens now, or at its hour."""
    await turn.stores.ballots.add(ballot)
    turn.wake()
    if ballot.opens_at:
        return Screen(text("newballot.opens_later", opens=ballot.opens_at, closes=ballot.closes_at))
    return Screen(text("newballot.opened", closes=ballot.closes_at))


async def submit(turn: Turn, ballot: Ballot) -> Screen:
    """Writes a binding ballot as a draft and asks the other organizers to read it."""
    if len(await officers(turn)) < 2:
        raise Refusal("newballot.alone")
    await turn.stores.ballots.add(ballot)
    proposal = draft(turn, "open", thing=ballot.id)
    await propose(turn, proposal)
    return Screen(text("newballot.submitted", date=proposal.ends))


async def drop(turn: Turn) -> Screen:
    """Throws the draft away."""
    return Screen(text("cancelled"))

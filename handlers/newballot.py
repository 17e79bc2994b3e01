"""/newballot: an organizer puts a question to the vote, in one or more languages, previews it and opens it."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from bot.ballots.electorates import OTHERS, choices, electorate, keep_apart
from bot.ballots.rules import DURATIONS, Ballot, Wording, closing, options, question
from bot.dialogue import Button, Outcome, Screen, Step, rows
from bot.permissions import require
from bot.texts import Country, LanguageName, Lines, Text, text
from bot.turn import Turn
from handlers.ballots import paper


async def newballot(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/newballot: begins with the language that decides."""
    require(turn.member, "open ballot", turn.now)
    return AskLanguage()


@dataclass(frozen=True)
class AskLanguage(Step, name="newballot.language"):
    """Asks in which language the next wording is written; the first one decides."""

    wordings: tuple[Wording, ...] = ()

    async def screen(self, turn: Turn) -> Screen:
        """Shows the languages that are not written yet."""
        written = {wording.locale for wording in self.wordings}
        left = [locale for locale in turn.office.union.locales if locale not in written]
        buttons = [Button(tag, text("value", value=LanguageName(tag)), AskQuestion(tag, self.wordings)) for tag in left]
        key = "newballot.language.more" if self.wordings else "newballot.language.first"
        return Screen(text(key), rows(*buttons))


@dataclass(frozen=True)
class AskQuestion(Step, name="newballot.question"):
    """Asks for the question in one language."""

    locale: str
    wordings: tuple[Wording, ...]

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the question."""
        return Screen(text("newballot.question.ask", language=LanguageName(self.locale)))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the question."""
        return AskOptions(self.locale, question(words), self.wordings)


@dataclass(frozen=True)
class AskOptions(Step, name="newballot.options"):
    """Asks for the options in one language, one per line."""

    locale: str
    question: str
    wordings: tuple[Wording, ...]

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the options; a further language gets the deciding one's options to translate."""
        ask = text("newballot.options.ask", language=LanguageName(self.locale))
        if not self.wordings:
            return Screen(ask)
        said = [text("ballot.option", number=n, option=o) for n, o in enumerate(self.wordings[0].options, 1)]
        return Screen(Lines((ask, Lines(tuple(said), tight=True))))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the options; a further language needs as many as the first."""
        wanted = len(self.wordings[0].options) if self.wordings else None
        wording = Wording(self.locale, self.question, options(words, wanted))
        return AskMore((*self.wordings, wording))


@dataclass(frozen=True)
class AskMore(Step, name="newballot.more"):
    """Asks whether to write the ballot in another language too."""

    wordings: tuple[Wording, ...]

    async def screen(self, turn: Turn) -> Screen:
        """Names the languages that are still missing."""
        go_on = Button("on", text("newballot.go_on.button"), AskElectorate(self.wordings), "primary")
        if len(self.wordings) == len(turn.office.union.locales):
            return Screen(text("newballot.more.all"), rows(go_on))
        more = Button("more", text("newballot.more.button"), AskLanguage(self.wordings))
        return Screen(text("newballot.more.ask"), rows(more, go_on))


@dataclass(frozen=True)
class AskElectorate(Step, name="newballot.electorate"):
    """Asks who may vote: the whole union, or a country that is large enough with a rest that is large enough."""

    wordings: tuple[Wording, ...]

    async def screen(self, turn: Turn) -> Screen:
        """Shows the electorates that single nobody out."""
        everybody = Button("all", text("newballot.electorate.all.button"), AskClose(self.wordings, None))
        possible = choices(await turn.stores.members.all(), turn.now)
        some = [Button(code, named(code), AskClose(self.wordings, code)) for code in possible]
        return Screen(text("newballot.electorate.ask"), rows(everybody, *some))


def named(country: str | None) -> Text:
    """Says who may vote."""
    if country is None:
        return text("newballot.electorate.all.button")
    return text("newballot.electorate.others.button") if country == OTHERS else text("value", value=Country(country))


@dataclass(frozen=True)
class AskClose(Step, name="newballot.close"):
    """Asks how long the ballot is open."""

    wordings: tuple[Wording, ...]
    country: str | None

    async def screen(self, turn: Turn) -> Screen:
        """Shows the durations."""
        buttons = [
            Button(days, text("newballot.days", n=int(days)), Preview(self.wordings, self.country, days))
            for days in DURATIONS
        ]
        return Screen(text("newballot.close.ask"), rows(*buttons, width=2))


@dataclass(frozen=True)
class Preview(Step, name="newballot.preview"):
    """Shows the ballot as members will see it, in each language, and opens it."""

    wordings: tuple[Wording, ...]
    country: str | None
    days: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows every wording, who may vote and when it closes."""
        ballot = self._ballot("preview", turn.now)
        await self._check(turn)
        lines: list[Text | Lines] = [text("newballot.preview", who=named(self.country), closes=ballot.closes_at)]
        for wording in self.wordings:
            lines += [text("newballot.preview.language", language=LanguageName(wording.locale))]
            lines += [paper(replace(ballot, wordings=(wording,)), wording.locale).text]
        opened = Button("open", text("newballot.open.button"), self.open, "success")
        return Screen(Lines(tuple(lines)), rows(opened, Button("drop", text("newballot.drop.button"), drop)))

    async def open(self, turn: Turn) -> Screen:
        """Opens the ballot: its electorate is frozen and everybody in it is told."""
        require(turn.member, "open ballot", turn.now)
        await self._check(turn)
        ballot = self._ballot(secrets.token_hex(4), turn.now)
        await turn.stores.ballots.add(ballot)
        turn.wake()
        return Screen(text("newballot.opened", closes=ballot.closes_at))

    async def _check(self, turn: Turn) -> None:
        """Refuses an electorate that would single people out, by itself or beside an earlier ballot."""
        members = await turn.stores.members.all()
        electorate(members, self.country, turn.now)
        put = await turn.stores.ballots.having("opening", "open", "closed")
        keep_apart(self.wordings, self.country, members, put, turn.now)

    def _ballot(self, ballot_id: str, now: datetime) -> Ballot:
        return Ballot(ballot_id, self.wordings, self.country, closing(now, DURATIONS[self.days]))


async def drop(turn: Turn) -> Screen:
    """Throws the draft away."""
    return Screen(text("cancelled"))

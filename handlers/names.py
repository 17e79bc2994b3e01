"""Employers' names, for organizers: those that members proposed, and those that are listed wrongly.

Two organizers list, rename and retire; one alone may say that a name is listed already, or decline it.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from bot.dialogue import Action, Button, Outcome, Pages, Screen, Step, back, rows
from bot.permissions import require
from bot.proposals.rules import Kind
from bot.texts import Country, Refusal, text
from bot.turn import Turn
from bot.workplaces.catalogue import COUNTRIES, EMPLOYERS, KINDS, Employer, employer
from bot.workplaces.rules import (
    MOST_COUNTRIES,
    Draft,
    NameProposal,
    clean_name,
    clean_source,
    known_as,
    new_id,
    recognised,
    shown,
)
from handlers.effects import decide_name
from handlers.proposals import draft, drafted, open_proposals, propose_screen

EmployerKind = Literal["bpo", "platform"]


async def names(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Lists the proposed names, and leads to the listed ones."""
    require(turn.member, "list names", turn.now)
    return Names()


async def to_decide(turn: Turn) -> list[NameProposal]:
    """Gives the names that wait for a first organizer; those that wait for a second stand under "to be confirmed"."""
    taken = {one.thing for one in await open_proposals(turn) if one.kind == "list"}
    return [one for one in shown(await turn.stores.workplaces.all()) if one.id not in taken]


@dataclass(frozen=True)
class Names(Step, name="names"):
    """Every proposed name, a button each; who proposed it is shown to nobody."""

    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows a page of names."""
        waiting = await to_decide(turn)
        pages = Pages(
            [Button(one.id, text("value", value=one.name), Name(one.id)) for one in waiting], self.page, Names
        )
        listed = Button("listed", text("names.listed.button"), Listed())
        return Screen(text("names.title" if waiting else "names.none"), (*pages.rows(), (listed,)))


async def waiting_name(turn: Turn, id: str) -> NameProposal:
    """Gives a name that still waits. Raises Refusal otherwise."""
    require(turn.member, "list names", turn.now)
    found = await turn.stores.workplaces.get(id)
    if found is None or not found.told:
        raise Refusal("proposal.gone")
    return found


@dataclass(frozen=True)
class Name(Step, name="names.one"):
    """One proposed name: list it, say that it is listed already, or decline it."""

    id: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows what can be done."""
        found = await waiting_name(turn, self.id)
        buttons = (
            Button("list", text("names.list.button"), AskKind(self.id), "primary"),
            Button("same", text("names.same.button"), ChooseSame(self.id)),
            Button("decline", text("names.decline.button"), self.decline, "danger"),
            back(Names()),
        )
        return Screen(text("names.one", name=found.name), rows(*buttons))

    async def decline(self, turn: Turn) -> Screen:
        """Declines the name; whoever proposed it is told."""
        await decide_name(turn, await waiting_name(turn, self.id), "declined")
        return Screen(text("names.declined"), rows(back(Names())))


@dataclass(frozen=True)
class ChooseSame(Step, name="names.same"):
    """Asks which listed employer the name means."""

    id: str
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows the listed employers."""
        found = await waiting_name(turn, self.id)
        pages = listed_pages(self.page, self.means, lambda page: ChooseSame(self.id, page))
        return Screen(text("names.same.ask", name=found.name), (*pages.rows(), (back(Name(self.id)),)))

    def means(self, one: Employer) -> Action:
        """Gives what a tap on an employer does."""
        return partial(merge, id=self.id, key=one.id)


async def merge(turn: Turn, id: str, key: str) -> Screen:
    """Keeps a proposed name as another name of a listed employer; whoever proposed it is told."""
    found, same = await waiting_name(turn, id), employer(key)
    await turn.stores.workplaces.put_employer(known_as(same, found.name))
    await decide_name(turn, found, "same", same.name)
    return Screen(text("names.merged", name=found.name, employer=same.name), rows(back(Names())))


@dataclass(frozen=True)
class AskKind(Step, name="names.kind"):
    """Asks what kind of employer it is."""

    id: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows the two kinds."""
        found = await waiting_name(turn, self.id)
        kinds = [Button(kind, text(f"names.kind.{kind}"), AskCountries(self.id, KINDS[kind])) for kind in KINDS]
        return Screen(text("names.kind.ask", name=found.name), rows(*kinds, back(Name(self.id))))


@dataclass(frozen=True)
class AskCountries(Step, name="names.countries"):
    """Asks in which countries it employs: several may be ticked."""

    id: str
    kind: EmployerKind
    chosen: tuple[str, ...] = ()
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows a page of countries, the chosen ones ticked."""
        found = await waiting_name(turn, self.id)
        pages = Pages([self._button(code) for code in COUNTRIES], self.page, self._turn_to, width=2, size=12)
        done = Button("done", text("button.done"), AskSource(self.id, self.kind, self.chosen), "primary")
        last = (back(AskKind(self.id)), *((done,) if self.chosen else ()))
        return Screen(text("names.countries.ask", name=found.name, most=MOST_COUNTRIES), (*pages.rows(), last))

    def _button(self, code: str) -> Button:
        left = tuple(other for other in self.chosen if other != code)
        after = left if code in self.chosen else (*self.chosen, code)[:MOST_COUNTRIES]
        label = text("chosen" if code in self.chosen else "value", value=Country(code))
        return Button(code, label, replace(self, chosen=after))

    def _turn_to(self, page: int) -> "AskCountries":
        return replace(self, page=page)


@dataclass(frozen=True)
class AskSource(Step, name="names.source"):
    """Asks for a sentence that says where this employer is known from."""

    id: str
    kind: EmployerKind
    countries: tuple[str, ...]

    async def screen(self, turn: Turn) -> Screen:
        """Says what a source is, and that it is public."""
        found = await waiting_name(turn, self.id)
        before = back(AskCountries(self.id, self.kind, self.countries))
        return Screen(text("names.source.ask", name=found.name), rows(before))

    async def read(self, turn: Turn, words: str) -> Outcome:
        """Reads the sentence."""
        return ReviewName(self.id, self.kind, self.countries, clean_source(words))


@dataclass(frozen=True)
class ReviewName(Step, name="names.review"):
    """Shows how the employer would be listed."""

    id: str
    kind: EmployerKind
    countries: tuple[str, ...]
    source: str

    async def screen(self, turn: Turn) -> Screen:
        """Asks whether this is right."""
        drawn = self._draft(await waiting_name(turn, self.id))
        put = Button("list", text("names.list.button"), self.put, "primary")
        return Screen(text("names.review", **drafted(drawn)), rows(put, back(AskKind(self.id))))

    def _draft(self, found: NameProposal) -> Draft:
        id = new_id(found.name, EMPLOYERS, f"e{secrets.token_hex(4)}")
        return Draft(Employer(id, found.name, tuple(sorted(self.countries)), self.kind), self.source)

    async def put(self, turn: Turn) -> Screen:
        """Proposes it to a second organizer."""
        found = await waiting_name(turn, self.id)
        await turn.stores.workplaces.put(replace(found, draft=self._draft(found)))
        return await propose_screen(turn, draft(turn, "list", thing=found.id))


@dataclass(frozen=True)
class Listed(Step, name="names.listed"):
    """Every listed employer, to mend what is wrong."""

    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows a page of employers."""
        require(turn.member, "list names", turn.now)
        pages = listed_pages(self.page, lambda one: ListedName(one.id), Listed)
        return Screen(text("names.listed.ask"), (*pages.rows(), (back(Names()),)))


def listed_pages(page: int, leads: Callable[[Employer], Step | Action], turn_to: Callable[[int], Step]) -> Pages:
    """Gives a page of all employers, retired ones too, sorted by name."""
    listed = sorted(EMPLOYERS.values(), key=lambda one: one.name.casefold())
    buttons = [Button(one.id, text("value", value=one.name), leads(one)) for one in listed]
    return Pages(buttons, page, turn_to, width=2, size=12)


@dataclass(frozen=True)
class ListedName(Step, name="names.listed.one"):
    """One listed employer: give it another name, offer it no more, or again."""

    id: str

    async def screen(self, turn: Turn) -> Screen:
        """Says what it is and what can be changed."""
        require(turn.member, "list names", turn.now)
        one = employer(self.id)
        other: Kind = "offer" if one.retired else "retire"
        buttons = (
            Button("rename", text("names.rename.button"), AskNewName(self.id)),
            Button(other, text(f"names.{other}.button"), partial(change, kind=other, id=self.id)),
            back(Listed()),
        )
        return Screen(text("names.retired" if one.retired else "names.offered", name=one.name), rows(*buttons))


@dataclass(frozen=True)
class AskNewName(Step, name="names.rename"):
    """Asks for the right name."""

    id: str

    async def screen(self, turn: Turn) -> Screen:
        """Says what becomes of the old one."""
        return Screen(text("names.rename.ask", name=employer(self.id).name), rows(back(ListedName(self.id))))

    async def read(self, turn: Turn, words: str) -> Outcome:
        """Proposes the new name to a second organizer. Raises Refusal when another employer has it."""
        name = clean_name(words)
        known = recognised(name, EMPLOYERS.values())
        if known and known.id != self.id:
            raise Refusal("names.rename.taken", employer=known.name)
        return await change(turn, "rename", self.id, name)


async def change(turn: Turn, kind: Kind, id: str, words: str = "") -> Screen:
    """Proposes a change of a listed employer."""
    require(turn.member, "list names", turn.now)
    return await propose_screen(turn, draft(turn, kind, thing=id, words=words))

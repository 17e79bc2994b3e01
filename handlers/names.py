"""Names, for organizers: those that members proposed, and those that are listed wrongly.

Two organizers list, rename and retire; one alone may say that a name is listed already, or decline it.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from bot.dialogue import Action, Button, Outcome, Pages, Screen, Step, back, rows
from bot.permissions import require
from bot.proposals.rules import Kind
from bot.texts import Country, Lines, Refusal, text
from bot.turn import Turn
from bot.workplaces.catalogue import (
    COUNTRIES,
    IN_USE,
    KINDS,
    WHATS,
    Client,
    Employer,
    Listing,
    Task,
    What,
    employers,
    key_of,
    keyed,
    name_of,
    what_of,
)
from bot.workplaces.rules import (
    MOST_COUNTRIES,
    MOST_VENDORS,
    Draft,
    NameProposal,
    clean_name,
    clean_source,
    known_as,
    new_id,
    recognised,
    refuse_full,
    shown,
)
from handlers.effects import decide_name
from handlers.listings import known, listed_pages
from handlers.proposals import draft, drafted, open_proposals, propose_screen

ListedKind = Literal["bpo", "platform", "client", "task"]


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
            [Button(one.id, text(f"names.waiting.{one.what}", name=one.name), Name(one.id)) for one in waiting],
            self.page,
            Names,
        )
        listed = [Button(what, text(f"names.listed.{what}.button"), Listed(WHATS[what])) for what in WHATS]
        return Screen(text("names.title" if waiting else "names.none"), (*pages.rows(), *rows(*listed)))


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
            Button("list", text("names.list.button"), first_question(found), "primary"),
            Button("same", text("names.same.button"), ChooseSame(self.id)),
            Button("decline", text("names.decline.button"), self.decline, "danger"),
            back(Names()),
        )
        return Screen(text(f"names.one.{found.what}", name=found.name), rows(*buttons))

    async def decline(self, turn: Turn) -> Screen:
        """Declines the name; whoever proposed it is told."""
        await decide_name(turn, await waiting_name(turn, self.id), "declined")
        return Screen(text("names.declined"), rows(back(Names())))


def first_question(found: NameProposal) -> Step:
    """Gives what is asked first of a name that is to be listed."""
    if found.what == "employer":
        return AskKind(found.id)
    return AskAbout(found.id, "client") if found.what == "client" else AskSource(found.id, "task", ())


@dataclass(frozen=True)
class ChooseSame(Step, name="names.same"):
    """Asks what in the list the name means."""

    id: str
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows the list."""
        found = await waiting_name(turn, self.id)
        pages = listed_pages(turn, found.what, self.page, self.means, lambda page: ChooseSame(self.id, page))
        return Screen(text("names.same.ask", name=found.name), (*pages.rows(), (back(Name(self.id)),)))

    def means(self, one: Listing) -> Action:
        """Gives what a tap on a name does."""
        return partial(merge, id=self.id, key=key_of(one))


async def merge(turn: Turn, id: str, key: str) -> Screen:
    """Keeps a proposed name as another name of what is listed; whoever proposed it is told."""
    found, same = await waiting_name(turn, id), keyed(key)
    await turn.stores.workplaces.put_listing(known_as(same, found.name))
    await decide_name(turn, found, "same", thing=key)
    return Screen(text("names.merged", name=found.name, listed=name_of(same)), rows(back(Names())))


@dataclass(frozen=True)
class AskKind(Step, name="names.kind"):
    """Asks what kind of employer it is."""

    id: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows the two kinds."""
        found = await waiting_name(turn, self.id)
        kinds = [Button(kind, text(f"names.kind.{kind}"), AskAbout(self.id, KINDS[kind])) for kind in KINDS]
        return Screen(text("names.kind.ask", name=found.name), rows(*kinds, back(Name(self.id))))


@dataclass(frozen=True)
class AskAbout(Step, name="names.about"):
    """Asks in which countries an employer employs, or which employers work for an end client: several can be ticked."""

    id: str
    kind: ListedKind
    chosen: tuple[str, ...] = ()
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows a page of what can be ticked, the chosen ones ticked."""
        found = await waiting_name(turn, self.id)
        pages = Pages([self._button(*option) for option in self._options()], self.page, self._turn_to, 2, 12)
        done = Button("done", text("button.done"), AskSource(self.id, self.kind, self.chosen), "primary")
        last = (back(before_about(found)), *((done,) if self.chosen else ()))
        ask = "names.vendors.ask" if self.kind == "client" else "names.countries.ask"
        return Screen(text(ask, name=found.name, most=self._most), (*pages.rows(), last))

    @property
    def _most(self) -> int:
        return MOST_VENDORS if self.kind == "client" else MOST_COUNTRIES

    def _options(self) -> Iterable[tuple[str, Country | str]]:
        if self.kind == "client":
            return ((one.id, one.name) for one in employers())
        return ((code, Country(code)) for code in COUNTRIES)

    def _button(self, one: str, name: Country | str) -> Button:
        left = tuple(other for other in self.chosen if other != one)
        after = left if one in self.chosen else (*self.chosen, one)[: self._most]
        return Button(one, text("chosen" if one in self.chosen else "value", value=name), replace(self, chosen=after))

    def _turn_to(self, page: int) -> "AskAbout":
        return replace(self, page=page)


def before_about(found: NameProposal) -> Step:
    """Gives the step before the countries or vendors."""
    return AskKind(found.id) if found.what == "employer" else Name(found.id)


@dataclass(frozen=True)
class AskSource(Step, name="names.source"):
    """Asks for a sentence that says where this is known from."""

    id: str
    kind: ListedKind
    about: tuple[str, ...]

    async def screen(self, turn: Turn) -> Screen:
        """Says what a source is, and that it is public."""
        found = await waiting_name(turn, self.id)
        before = Name(self.id) if self.kind == "task" else AskAbout(self.id, self.kind, self.about)
        return Screen(text(f"names.source.ask.{found.what}", name=found.name), rows(back(before)))

    async def read(self, turn: Turn, words: str) -> Outcome:
        """Reads the sentence."""
        return ReviewName(self.id, self.kind, self.about, clean_source(words))


@dataclass(frozen=True)
class ReviewName(Step, name="names.review"):
    """Shows how the name would be listed."""

    id: str
    kind: ListedKind
    about: tuple[str, ...]
    source: str

    async def screen(self, turn: Turn) -> Screen:
        """Asks whether this is right."""
        found = await waiting_name(turn, self.id)
        put = Button("list", text("names.list.button"), self.put, "primary")
        return Screen(text("names.review", **drafted(self._draft(found))), rows(put, back(first_question(found))))

    def _draft(self, found: NameProposal) -> Draft:
        id = new_id(found.name, IN_USE[found.what], f"e{secrets.token_hex(4)}")
        return Draft(listing(self.kind, id, found.name, tuple(sorted(self.about))), self.source)

    async def put(self, turn: Turn) -> Screen:
        """Proposes it to a second organizer. Raises Refusal when the list is full."""
        found = await waiting_name(turn, self.id)
        drawn = self._draft(found)
        refuse_full(drawn.listed, await turn.stores.workplaces.added())
        await turn.stores.workplaces.put(replace(found, draft=drawn))
        return await propose_screen(turn, draft(turn, "list", thing=found.id))


def listing(kind: ListedKind, id: str, name: str, about: tuple[str, ...]) -> Listing:
    """Gives what is to be listed; `about` is an employer's countries or a client's vendors."""
    if kind == "task":
        return Task(id, name)
    return Client(id, name, about) if kind == "client" else Employer(id, name, about, kind)


@dataclass(frozen=True)
class Listed(Step, name="names.listed"):
    """All that stands in a list, to mend what is wrong."""

    what: What
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows a page of the list."""
        require(turn.member, "list names", turn.now)
        pages = listed_pages(
            turn, self.what, self.page, lambda one: ListedName(key_of(one)), partial(Listed, self.what)
        )
        return Screen(text("names.listed.ask"), (*pages.rows(), (back(Names()),)))


@dataclass(frozen=True)
class ListedName(Step, name="names.listed.one"):
    """One listed name: correct it, offer it no more, or again."""

    key: str

    async def screen(self, turn: Turn) -> Screen:
        """Says what it is and what can be changed."""
        require(turn.member, "list names", turn.now)
        one = keyed(self.key)
        other: Kind = "offer" if one.retired else "retire"
        rename = Button("rename", text("names.rename.button"), AskNewName(self.key))
        buttons = (
            *((rename,) if one.name else ()),
            Button(other, text(f"names.{other}.button"), partial(change, kind=other, key=self.key)),
            back(Listed(what_of(one))),
        )
        return Screen(stands(one), rows(*buttons))


def stands(one: Listing) -> Lines:
    """Says what a listed name is used for, and that one in the locales cannot be corrected here."""
    state = "retired" if one.retired else "offered"
    said = text(f"names.{state}.{what_of(one)}", name=name_of(one))
    return Lines((said, *(() if one.name else (text("names.translated"),)), text("names.second")))


@dataclass(frozen=True)
class AskNewName(Step, name="names.rename"):
    """Asks for the right name."""

    key: str

    async def screen(self, turn: Turn) -> Screen:
        """Says what becomes of the old one."""
        return Screen(text("names.rename.ask", name=name_of(keyed(self.key))), rows(back(ListedName(self.key))))

    async def read(self, turn: Turn, words: str) -> Outcome:
        """Proposes the new name to a second organizer. Raises Refusal when another one has it."""
        name, one = clean_name(words), keyed(self.key)
        found = recognised(name, known(turn, what_of(one)))
        if found and found.id != one.id:
            raise Refusal("names.rename.taken", name=name_of(found))
        return await change(turn, "rename", self.key, name)


async def change(turn: Turn, kind: Kind, key: str, words: str = "") -> Screen:
    """Proposes a change of what is listed."""
    require(turn.member, "list names", turn.now)
    return await propose_screen(turn, draft(turn, kind, thing=key, words=words))

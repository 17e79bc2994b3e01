"""Decides about names that members propose, of employers, end clients and kinds of work: when two are one, and more.

Proposing is an open act apart from any report (anonymity.md, "A pay report"): it is kept with the proposer's keyed id,
who is told the outcome, and organizers see the name alone, once a day and not in the order in which names came. Of the
day nothing is kept but the month, since many propose right after reporting. A name that is decided leaves no record.

What organizers add is kept few, since a release tries every cell of it, and noise alone can fill one ("Which cells" in
bot/pay/budget.py): 120 cells of employers bring 0.015 invented ones a release, and eight kinds of work, a pair in each
country and currency, 0.008; together less than one in forty releases, ten years (a test adds them up).
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.texts import JOINERS, Refusal, legible
from bot.workplaces.catalogue import IN_USE, OTHER, Employer, L, Listing, What, paid_in, what_of

SHORTEST, LONGEST = 2, 60  # characters of a name
SOURCE = 200  # characters of the sentence that says where something is known from
MOST_WAITING = 3  # names of one member that wait
MOST_CELLS = 120  # of all employers that organizers added, an employer and currency each
MOST_TASKS = 8  # that organizers added
MOST_CLIENTS = 60  # that organizers added; they have no cells
MOST_COUNTRIES = 8
MOST_VENDORS = 3  # of an end client; with ids of 32 they fit their column
MOST_ALIASES = 20
WAITS = timedelta(days=60)  # after the month in which it was proposed
ID = 25  # characters of a new id; with its kind in front it fits its column
MOST: Mapping[What, int] = {"client": MOST_CLIENTS, "task": MOST_TASKS}
DIGITS = 5  # more would rather be a telephone number
LINK = re.compile(r"//|@|www\.|\.\w", re.IGNORECASE)  # what Telegram or a reader would take for an address
SIGNS = frozenset("&.,'\u2019()+-! ")


@dataclass(frozen=True)
class Draft:
    """How an organizer wants to list a proposed name, and where it is known from."""

    listed: Listing
    source: str


@dataclass(frozen=True)
class NameProposal:
    """A name that a member proposed: by whom (keyed id), in which month, and whether organizers know yet.

    `draft` is what an organizer made of it and a second one has to confirm; `what` says for which list it is.
    """

    id: str
    by: str
    name: str
    month: str
    told: bool = False
    draft: Draft | None = None
    what: What = "employer"


def clean_name(words: str) -> str:
    """Gives a typed name as it would be listed. Raises Refusal for what cannot be one."""
    name = " ".join(unicodedata.normalize("NFC", legible(words)).split())
    if LINK.search(name):
        raise Refusal("propose.name.link")
    if not SHORTEST <= len(name) <= LONGEST:
        raise Refusal("propose.name.length", shortest=SHORTEST, longest=LONGEST)
    if not name[0].isalnum():  # a sheet would take a sign in front for a formula
        raise Refusal("propose.name.unclear")
    letters = sum(unicodedata.category(sign)[0] == "L" for sign in name)
    if letters < SHORTEST or not all(map(_fits, name)) or sum(map(str.isdigit, name)) > DIGITS:
        raise Refusal("propose.name.unclear")
    return name


def clean_source(words: str) -> str:
    """Gives the sentence that says where something is known from. Raises Refusal for one too short or too long."""
    source = " ".join(legible(words).split())
    if not 10 <= len(source) <= SOURCE:
        raise Refusal("names.source.length", shortest=10, longest=SOURCE)
    return source


def folded(name: str) -> str:
    """Gives what tells names apart: letters and digits, without case or accents."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN") or name.casefold()


def recognised(name: str, known: Iterable[Listing]) -> Listing | None:
    """Finds what a name means: whole or by a part, its name or another one that it is known by."""
    wanted = set(map(folded, parts(name)))
    return next((one for one in known if wanted & set(map(folded, names_of(one)))), None)


def names_of(one: Listing) -> tuple[str, ...]:
    """Lists every name that something goes by, save those of a task family that stand in the locales."""
    return (*parts(one.name), *one.aliases)


def parts(name: str) -> tuple[str, ...]:
    """Gives a name with what it says outside and inside of brackets: "Appen (CrowdGen)" is two more."""
    found = (part.strip() for part in (name, *re.split(r"[()]", name)))
    return tuple(dict.fromkeys(part for part in found if part))


def renamed(one: L, name: str) -> L:
    """Gives something another name; whoever proposes the old one is told that it is listed."""
    return known_as(replace(one, name=name), one.name)


def known_as(one: L, name: str) -> L:
    """Gives something one more name by which it is recognised."""
    if folded(name) in map(folded, names_of(one)):
        return one
    return replace(one, aliases=(*one.aliases, name)[-MOST_ALIASES:])


def new_id(name: str, taken: Container[str], spare: str) -> str:
    """Gives something new an id that is not taken: from its name where that has Latin letters, else `spare`."""
    latin = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub("[^a-z0-9]+", "_", latin).strip("_")[: ID - 3].strip("_") or spare
    tries = (base, *(f"{base}_{number}" for number in range(2, 100)))
    return next(id for id in tries if id not in taken and id != OTHER)


def refuse_full(new: Listing, added: Iterable[Listing]) -> None:
    """Raises Refusal when the list of what organizers added cannot take one more; `added` is all that they wrote."""
    what = what_of(new)
    own = [one for one in added if what_of(one) == what and one.id not in IN_USE[what].listed]
    if isinstance(new, Employer):
        used = sum(len(paid_in(one)) for one in own if isinstance(one, Employer))
        if used + len(paid_in(new)) > MOST_CELLS:
            raise Refusal("names.full.employer", used=used, more=len(paid_in(new)), most=MOST_CELLS)
    elif len(own) >= MOST[what]:
        raise Refusal(f"names.full.{what}", most=MOST[what])


def refuse_more(own: Iterable[NameProposal], name: str, what: What = "employer") -> None:
    """Raises Refusal when a member has proposed this name already, or as many as may wait."""
    waiting = list(own)
    if any((one.what, folded(one.name)) == (what, folded(name)) for one in waiting):
        raise Refusal("propose.already")
    if len(waiting) >= MOST_WAITING:
        raise Refusal("propose.too_many", n=MOST_WAITING)


def shown(proposals: Iterable[NameProposal]) -> list[NameProposal]:
    """Gives the names that organizers see, each once, sorted by name: not in the order in which they came.

    Of several spellings one with capitals comes first, of several proposals the one that waits for a second organizer.
    """
    first: dict[tuple[What, str], NameProposal] = {}
    for one in sorted(proposals, key=lambda one: (one.draft is None, one.name, one.id)):
        if one.told:
            first.setdefault((one.what, folded(one.name)), one)
    return sorted(first.values(), key=lambda one: one.name.casefold())


def alike(proposals: Iterable[NameProposal], one: NameProposal) -> list[NameProposal]:
    """Gives every proposal of the same name, whoever made it: they are decided together."""
    return [other for other in proposals if (other.what, folded(other.name)) == (one.what, folded(one.name))]


def expired(proposal: NameProposal, today: date) -> bool:
    """Says whether a name has waited for 60 days since the end of the month it was proposed in."""
    year, month = map(int, proposal.month.split("-"))
    return date(year + month // 12, month % 12 + 1, 1) + WAITS <= today


def _fits(sign: str) -> bool:
    return sign in SIGNS or sign in JOINERS or unicodedata.category(sign)[0] in "LM" or sign.isdecimal()

"""How a ledger lies in storage, and what that gives away.

A book is one value of fixed size per member: the public key, the private half wrapped by the member's code, and a ring
of places of one size. Each place is sealed to the public key, those with nothing in them too, and bound to its number.
The program adds entries and can read none. The ring is begun at a place drawn by chance that is noted nowhere, so that
the place written next tells nothing of how many entries there are. Whoever takes data and keys at one moment learns
who keeps a ledger, and neither what stands in it, nor how much, nor when it was entered: no time stands beside it.

What it cannot hide: two copies of data and keys, taken at two moments, show how many entries came between them, unless
the ledger was opened meanwhile, since opening seals all places anew from another place drawn by chance. The program can
add and withhold entries: they are the member's own word, no proof against whoever runs the server. While a ledger is
open, it stands in memory.

A full ring drops its oldest entry for the newest. A thousand places hold about ten months of two stretches of work a
day; opening folds each start and stop into one entry, and drops what is older than two years.
"""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from bot.ledger.rules import KINDS, SORTS, Entry
from bot.sealedbox import KEY, OVERHEAD, WRAPPED, new_pair, open_sealed, seal_to, unlock
from bot.vault import Unreadable

PLACES = 1024
THING = 40  # bytes of an id: 32 of an employer (catalogue.py), 40 of a task (bot/pay/rules.py) at most
ENTRY = struct.Struct(f">BBI{THING}sQ3s")
PLACE = ENTRY.size + OVERHEAD
HEAD = struct.Struct(f">{KEY}s{WRAPPED}sH")
BLANK = Entry("blank", 0)
Chance = Callable[[int], int]


@dataclass(frozen=True)
class Book:
    """A ledger as it is stored; `next` is the place that the next entry takes, where the oldest one stands."""

    public: bytes
    wrapped: bytes
    next: int
    places: tuple[bytes, ...]


@dataclass(frozen=True)
class Read:
    """What a book says to who has its private key, oldest first, and how many places do not open."""

    entries: tuple[Entry, ...]
    damaged: int


def new_book(public: bytes, wrapped: bytes, randbelow: Chance, places: int = PLACES) -> Book:
    """Makes an empty book; its blank places are sealed as entries are. Takes 0.1 ms a place."""
    return rewritten(Book(public, wrapped, 0, (b"",) * places), (), randbelow)


def made(code: str, randbelow: Chance) -> Book:
    """Makes an empty book that a code opens. Takes 150 ms: call it beside the loop."""
    return new_book(*new_pair(code), randbelow)


def opened(book: Book, code: str) -> tuple[bytes, Read]:
    """Gives the private key and what the book says. Raises Unreadable for a wrong code. Takes 100 ms."""
    private = unlock(book.public, book.wrapped, code)
    return private, read(book, private)


def rewritten(book: Book, entries: Iterable[Entry], randbelow: Chance) -> Book:
    """Seals every place anew, with these entries in their order, from a place drawn by chance on."""
    number = len(book.places)
    kept = list(entries)[-number:]
    start = randbelow(number)
    filled = {(start + at) % number: entry for at, entry in enumerate(kept)}
    places = tuple(sealed(book, at, filled.get(at, BLANK)) for at in range(number))
    return replace(book, next=(start + len(kept)) % number, places=places)


def with_entry(book: Book, entry: Entry) -> Book:
    """Adds an entry, in the place of the oldest."""
    number = len(book.places)
    places = (*book.places[: book.next], sealed(book, book.next, entry), *book.places[book.next + 1 :])
    return replace(book, next=(book.next + 1) % number, places=places)


def sealed(book: Book, place: int, entry: Entry) -> bytes:
    """Seals an entry to the book's owner, bound to its place."""
    return seal_to(book.public, packed(entry), bound(place))


def read(book: Book, private: bytes) -> Read:
    """Opens every place. Takes 0.07 ms a place."""
    entries, damaged = [], 0
    for place in (*range(book.next, len(book.places)), *range(book.next)):
        try:
            entries.append(unpacked(open_sealed(private, book.places[place], bound(place))))
        except Unreadable:
            damaged += 1
    return Read(tuple(entry for entry in entries if entry.kind != "blank"), damaged)


def bound(place: int) -> bytes:
    """Binds a place to its number, so that nobody changes the order."""
    return b"/ledger/" + place.to_bytes(2, "big")


def packed(entry: Entry) -> bytes:
    """Writes an entry, in the size that all have. Raises ValueError for an id that does not fit: it would be cut."""
    thing = entry.thing.encode()
    if len(thing) > THING:
        raise ValueError("an id must fit its entry")
    return ENTRY.pack(
        KINDS.index(entry.kind),
        SORTS.index(entry.sort),
        entry.at,
        thing,
        entry.amount,
        entry.currency.encode(),
    )


def unpacked(packed: bytes) -> Entry:
    """Reads an entry. Raises Unreadable for one that this program did not write."""
    try:
        kind, sort, at, thing, amount, currency = ENTRY.unpack(packed)
        words = (part.rstrip(b"\0").decode() for part in (thing, currency))
        return Entry(KINDS[kind], at, next(words), SORTS[sort], amount, next(words))
    except (struct.error, IndexError, UnicodeDecodeError):
        raise Unreadable("an entry of a ledger is of another version") from None


def to_bytes(book: Book) -> bytes:
    """Writes a book."""
    return HEAD.pack(book.public, book.wrapped, book.next) + b"".join(book.places)


def from_bytes(written: bytes) -> Book:
    """Reads a book."""
    public, wrapped, following = HEAD.unpack_from(written)
    places = range(HEAD.size, len(written), PLACE)
    return Book(public, wrapped, following, tuple(written[at : at + PLACE] for at in places))

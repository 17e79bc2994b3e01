"""How a ledger lies in storage: only its code opens it, order and changes show, and its look tells nothing."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ledger import book as books
from bot.ledger.book import (
    PLACE,
    THING,
    Book,
    from_bytes,
    new_book,
    opened,
    packed,
    read,
    rewritten,
    to_bytes,
    unpacked,
    with_entry,
)
from bot.ledger.codes import draw_code
from bot.ledger.rules import KINDS, SORTS, Entry
from bot.ledger.store import SIZE
from bot.sealedbox import new_pair, open_sealed, seal_to, unlock
from bot.vault import Unreadable
from bot.workplaces.catalogue import EMPLOYERS, TASKS

CODE, OTHER = (draw_code(random.Random(seed).randrange) for seed in (1, 2))
PAIR = new_pair(CODE)
PRIVATE = unlock(*PAIR, CODE)
PLACES = 8
ENTRIES = st.builds(
    Entry,
    st.sampled_from(KINDS[1:]),
    st.integers(0, 2**32 - 1),
    st.sampled_from(("sama", "other", "x" * THING)),
    st.sampled_from(SORTS),
    st.integers(0, 2**63),
    st.sampled_from(("", "KES", "USD")),
)


def small(seed: int = 0, places: int = PLACES) -> Book:
    return new_book(*PAIR, random.Random(seed).randrange, places)


@given(st.lists(ENTRIES, max_size=2 * PLACES), st.integers(0, 99))
@settings(max_examples=40)
def test_what_is_entered_is_read_in_its_order_and_the_oldest_makes_room(entries: list[Entry], seed: int) -> None:
    book = small(seed)
    for entry in entries:
        book = with_entry(book, entry)
    again = from_bytes(to_bytes(book))
    assert again == book
    said = read(again, PRIVATE)
    assert said.entries == tuple(entries[-PLACES:]) and not said.damaged


@given(st.lists(ENTRIES, max_size=PLACES), st.integers(0, 99))
@settings(max_examples=20)
def test_a_book_that_is_rewritten_says_the_same_and_looks_otherwise(entries: list[Entry], seed: int) -> None:
    before = rewritten(small(), entries, random.Random(seed).randrange)
    after = rewritten(before, entries, random.Random(seed + 1).randrange)
    assert read(before, PRIVATE) == read(after, PRIVATE)
    assert not set(before.places) & set(after.places)


def test_every_kind_of_work_and_employer_is_read_as_it_was_entered_and_nothing_is_cut() -> None:
    for thing in (*TASKS, *EMPLOYERS):
        assert unpacked(packed(Entry("task", 1, thing))).thing == thing
    with pytest.raises(ValueError, match="must fit"):
        packed(Entry("task", 1, "x" * (THING + 1)))


def test_another_code_and_another_key_open_nothing() -> None:
    book = with_entry(small(), Entry("start", 1, "sama"))
    with pytest.raises(Unreadable):
        opened(book, OTHER)
    stranger = unlock(*new_pair(OTHER), OTHER)
    assert read(book, stranger) == books.Read((), PLACES)
    assert opened(book, CODE)[1].entries == (Entry("start", 1, "sama"),)


def test_a_public_key_that_was_exchanged_does_not_open_either() -> None:
    """Else whoever runs the server could give a member a key of their own, and read what comes."""
    with pytest.raises(Unreadable):
        opened(replace(small(), public=new_pair(OTHER)[0]), CODE)


@given(st.integers(0, PLACES - 1), st.integers(0, PLACE - 1), st.integers(1, 255))
@settings(max_examples=40)
def test_a_place_that_was_altered_is_noticed_and_the_others_are_read(place: int, at: int, by: int) -> None:
    entries = [Entry("start", number, "sama") for number in range(PLACES)]
    book = rewritten(small(), entries, lambda n: 0)
    altered = bytearray(book.places[place])
    altered[at] ^= by
    said = read(replaced(book, {place: bytes(altered)}), PRIVATE)
    assert said.damaged == 1 and said.entries == tuple(entries[:place] + entries[place + 1 :])


def test_places_that_changed_their_order_are_noticed() -> None:
    book = rewritten(small(), [Entry("start", number) for number in range(PLACES)], lambda n: 0)
    swapped = replaced(book, {2: book.places[3], 3: book.places[2]})
    assert read(swapped, PRIVATE).damaged == 2


def replaced(book: Book, places: dict[int, bytes]) -> Book:
    return replace(book, places=tuple(places.get(at, sealed) for at, sealed in enumerate(book.places)))


def test_nothing_of_a_book_tells_how_full_it_is() -> None:
    """Same size, the next place equally likely anywhere, each place of one size whether or not it holds anything."""
    empty, full = small(), rewritten(small(), [Entry("start", n, "x" * THING) for n in range(PLACES)], lambda n: 3)
    assert len(to_bytes(empty)) == len(to_bytes(full))
    assert {len(place) for place in (*empty.places, *full.places)} == {PLACE}
    for number in (0, 1, PLACES):
        starts = (rewritten(full, [Entry("start", 1)] * number, lambda n, at=at: at) for at in range(PLACES))  # type: ignore[misc]  # a chance of each kind
        assert sorted(book.next for book in starts) == list(range(PLACES))
    assert len(set(empty.places)) == PLACES  # no two blanks look alike


def test_a_whole_book_fits_its_size() -> None:
    book = books.made(CODE, random.Random(3).randrange)
    assert 4 + len(to_bytes(book)) == SIZE < 110_000
    assert opened(book, CODE)[1] == books.Read((), 0)


@given(st.binary(max_size=60), st.binary(max_size=8))
@settings(max_examples=30)
def test_whatever_is_sealed_opens_in_its_place_only(plain: bytes, place: bytes) -> None:
    sealed = seal_to(PAIR[0], plain, place)
    assert open_sealed(PRIVATE, sealed, place) == plain
    for changed, bound in ((sealed, place + b"x"), (sealed[:-1], place), (b"", place), (bytes(len(sealed)), place)):
        with pytest.raises(Unreadable):
            open_sealed(PRIVATE, changed, bound)

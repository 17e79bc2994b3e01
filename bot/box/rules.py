"""Decides when what waits in memory is sealed, and how entries are laid out so that no order or size tells anything."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ID = 16  # bytes of a keyed id
SMALL_ELECTORATE = 50


@dataclass(frozen=True)
class Electorate:
    """Sorted keyed ids in one value: 1.6 MB for 100,000 people, where a set of them takes six times as much."""

    merged: bytes = b""

    def __len__(self) -> int:
        return len(self.merged) // ID

    def __iter__(self) -> Iterator[bytes]:
        return (self._at(place) for place in range(len(self)))

    def __contains__(self, nullifier: bytes) -> bool:
        place = bisect_left(range(len(self)), nullifier, key=self._at)
        return place < len(self) and self._at(place) == nullifier

    def _at(self, place: int) -> bytes:
        return self.merged[place * ID : place * ID + ID]


def batch(electorate: int | None) -> int:
    """Gives k, the number of people sealed together: 10, or 5 in an electorate under 50 (anonymity.md, "A vote")."""
    return 5 if electorate is not None and electorate < SMALL_ELECTORATE else 10


def ready(waiting: int, sealed: int, electorate: int | None) -> bool:
    """Says whether to seal now: k wait (2k the first time) and they are at least 1 % of the electorate.

    A pay period has none; there it is 1 % of those who are sealed, since each seal writes everybody's entries anew:
    ten at a time, 100,000 reports would be written 10,000 times.
    """
    k = batch(electorate)
    needed = k if sealed else 2 * k
    return waiting >= needed and waiting * 100 >= (sealed if electorate is None else electorate)


def merge(entries: Iterable[bytes]) -> bytes:
    """Writes entries of one size as one sorted value. Raises ValueError when sizes differ."""
    ordered = sorted(entries)
    if len({len(entry) for entry in ordered}) > 1:
        raise ValueError("entries of one box must have one size")
    size = len(ordered[0]) if ordered else 0
    return size.to_bytes(2, "big") + b"".join(ordered)


def split(merged: bytes) -> list[bytes]:
    """Gives back what `merge` was given, sorted."""
    size, body = int.from_bytes(merged[:2], "big"), merged[2:]
    return [body[at : at + size] for at in range(0, len(body), size)] if size else []

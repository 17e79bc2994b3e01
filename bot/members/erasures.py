"""Remembers for a month who left, so that a restored backup does not bring them back; by keyed ids, without times.

The list lives in the keys folder: a restore has lost the data, and must still know it. It is kept in generations of 15
days, each one a sealed file of one size under a random key of its own, which no rotation of the master touches. The
last three are kept, so that an entry outlives every backup it must act on (30 days); then its key is destroyed.

An id is of a person and of one membership (`Member.mark`): who joins again is not erased by the entry of their earlier
time, and a backup from before does not bring that earlier record back either.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.files import replace_file
from bot.members.rules import Member
from bot.vault import Unreadable, Vault, keyed_hash, open_with, pad, seal_with, tier, unpad

DAYS = 15  # of a generation
KEPT = 3  # generations; an entry stays 30 to 45 days
PREFIX = "erased-"


@dataclass(frozen=True)
class Erasures:
    """The list as a restore reads it: the last day it was looked after, and the ids of each generation."""

    through: date
    generations: tuple[tuple[bytes, frozenset[str]], ...]

    def has(self, member: Member) -> bool:
        """Says whether this very membership was ended by its owner."""
        return any(entry(key, member) in ids for key, ids in self.generations)


def remember(vault: Vault, member: Member, today: date) -> None:
    """Enters somebody who leaves. Harmless when repeated."""
    number = current(today)
    _, ids = read(vault, number)
    key = ensure_key(vault, number)
    write(vault, number, today, {*ids, entry(key, member)})


def look_after(vault: Vault, today: date) -> None:
    """Once a day: drops generations that are over, and writes the current one anew, whether or not anybody left."""
    for number in generations(vault):
        if number <= current(today) - KEPT:
            (vault.folder / file_name(number)).unlink(missing_ok=True)
            vault.destroy_key(key_name(number))
    _, ids = read(vault, current(today))
    ensure_key(vault, current(today))
    write(vault, current(today), today, ids)


def load(vault: Vault) -> Erasures | None:
    """Gives the list, or None when the keys folder has none. Raises Unreadable when one is damaged."""
    found = [number for number in generations(vault) if (vault.folder / file_name(number)).exists()]
    if not found:
        return None
    lists = [(vault.key(key_name(number)), *read(vault, number)) for number in found]
    return Erasures(max(through for _, through, _ in lists), tuple((key, frozenset(ids)) for key, _, ids in lists))


def entry(key: bytes, member: Member) -> str:
    """Gives the keyed id of one membership."""
    return keyed_hash(key, str(member.telegram_id).encode(), member.mark.encode()).hex()


def current(today: date) -> int:
    """Gives the number of the generation a day belongs to."""
    return today.toordinal() // DAYS


def generations(vault: Vault) -> list[int]:
    """Lists the generations whose key is there."""
    return [int(name.removeprefix(PREFIX)) for name in vault.key_names(PREFIX)]


def key_name(number: int) -> str:
    """Names the key file of a generation."""
    return f"{PREFIX}{number}"


def file_name(number: int) -> str:
    """Names the sealed list of a generation."""
    return f"{PREFIX}{number}.list"


def ensure_key(vault: Vault, number: int) -> bytes:
    """Gives the key of a generation, made when it begins."""
    return vault.key(key_name(number)) if vault.has_key(key_name(number)) else vault.make_key(key_name(number))


def read(vault: Vault, number: int) -> tuple[date, set[str]]:
    """Gives a generation's last day and ids; nothing for one that has not begun."""
    path = vault.folder / file_name(number)
    if not path.exists() or not vault.has_key(key_name(number)):
        return date.min, set()
    plain = unpad(open_with(vault.key(key_name(number)), path.read_bytes(), bound(path)))
    try:
        said = json.loads(plain)
    except ValueError:
        raise Unreadable("the erasure list does not open") from None
    return date.fromisoformat(said["through"]), set(said["ids"])


def write(vault: Vault, number: int, today: date, ids: Iterable[str]) -> None:
    """Seals and writes a generation, sorted and padded: 4 KiB up to a hundred people."""
    path = vault.folder / file_name(number)
    plain = json.dumps({"through": today.isoformat(), "ids": sorted(ids)}).encode()
    replace_file(path, seal_with(vault.key(key_name(number)), pad(plain, tier(len(plain))), bound(path)))


def bound(path: Path) -> bytes:
    """Binds a list to its file's name."""
    return path.name.encode()

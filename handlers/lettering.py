"""How letters are made: for one reader, under a neutral first line, and once for all to whom they say the same.

Within one transaction everybody of a language is written the same letter of a ballot, so it is made once; its key names
all that it says, so that it is rendered once for each language and zone, however many transactions a send takes.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from hashlib import sha256

from bot.dialogue import Screen
from bot.members.rules import Member
from bot.texts import Lines, Text, text
from bot.turn import Office, Stores


@dataclass(frozen=True)
class Reader:
    """Who a letter goes to, and the moment."""

    office: Office
    stores: Stores
    member: Member
    now: datetime


Writing = Callable[[Reader, Mapping[str, str]], Awaitable[Screen | None]]


def headed(body: Text | Lines, screen: Screen | None = None) -> Screen:
    """Puts the neutral first line, which is all a lock screen shows, above what is sent unasked."""
    lines = Lines((text("letter.head"), body))
    return replace(screen, text=lines) if screen else Screen(lines)


def shared(letter: Writing) -> Writing:
    """Makes a letter once per transaction for everybody of a language; nothing in it may depend on its reader else."""

    @wraps(letter)
    async def written(reader: Reader, values: Mapping[str, str]) -> Screen | None:
        name = (letter.__name__, tuple(sorted(values.items())), reader.member.locale)
        if name not in reader.stores.kept:
            screen = await letter(reader, values)
            reader.stores.kept[name] = replace(screen, key=key_of(screen)) if screen else None
        found: Screen | None = reader.stores.kept[name]
        return found

    return written


def key_of(screen: Screen) -> str:
    """Names everything a screen says before it is rendered: two with one key are the same in a language and a zone."""
    picture = screen.picture and (screen.picture.key, screen.picture.caption)
    said = (screen.text, screen.rows, screen.protected, screen.fleeting, picture)
    return sha256(repr(said).encode()).hexdigest()

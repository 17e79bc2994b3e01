"""What an attacker holds: copies of the disk at one moment or at all of them, and what can be read from their bytes."""

import json
import sqlite3
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.ballots.papers import marks
from bot.ballots.rules import Rules
from bot.box.pool import KEY_ID
from bot.box.rules import split
from bot.vault import Unreadable, open_with

ENTRY_SIZES = (16, 64)  # of a vote or a code, and of a fragment of a report
MOST_MARKED = 20  # the highest number in a vote
STARTS = (b"country:", b"employer:")
PAGE = 4096


@dataclass(frozen=True)
class KeyFile:
    """A key file as it lay on the disk: what stands in it, when it was written, which inode it has."""

    key: bytes
    changed: int
    inode: int


Keys = Mapping[str, KeyFile]


@dataclass(frozen=True)
class Cell:
    """One stored value with every place that could betray an order. Places that were not looked at are 0."""

    blob: bytes
    table: str
    row: int = 0
    page: int = 0
    offset: int = 0
    transaction: int = 0
    version: int = 0


@dataclass(frozen=True)
class Trace:
    """One readable entry: where its cell stands, and its own place within the value it was read from."""

    entry: bytes
    cell: Cell
    inner: int
    changed: int = 0


@dataclass(frozen=True)
class Copy:
    """A copy of everything on disk at one moment: values in their places, raw bytes by file, keys."""

    cells: tuple[Cell, ...]
    raw: Mapping[str, bytes]
    keys: Keys


@dataclass(frozen=True)
class Seizure:
    """A copy with what came before it: earlier versions (oldest first), and an earlier copy that includes its keys."""

    now: Copy
    history: tuple[tuple[Cell, ...], ...] = ()
    before: Copy | None = None


@dataclass
class Reader:
    """Reads values with the keys at hand; each value only once, since most versions repeat the one before."""

    keys: Keys
    _read: dict[bytes, tuple[list[bytes], int]] = field(default_factory=dict)

    def traces(self, cells: Iterable[Cell]) -> list[Trace]:
        """Reads every cell that opens or is plain."""
        return [
            Trace(entry, cell, inner, changed)
            for cell in cells
            for entries, changed in [self.read(cell.blob)]
            for inner, entry in enumerate(entries)
        ]

    def read(self, blob: bytes) -> tuple[list[bytes], int]:
        """Gives a value's entries, and when the key that opens it was written (0: it needed none)."""
        if blob not in self._read:
            self._read[blob] = self._open(blob)
        return self._read[blob]

    def _open(self, blob: bytes) -> tuple[list[bytes], int]:
        if is_entry(blob):
            return [blob], 0
        if blob[:1] == b"{":
            return from_board(blob), 0
        for name, file in self.keys.items():
            if name.endswith(blob[:KEY_ID].hex()) and len(blob) > KEY_ID:
                with suppress(Unreadable, ValueError):
                    return split(open_with(file.key, blob[KEY_ID:], bound_name(name).encode())), file.changed
        return [], 0


def bound_name(key_name: str) -> str:
    """Gives the ballot or period that a content key's file is named for."""
    return key_name.removeprefix("content-").rsplit("-", 1)[0]


def is_entry(blob: bytes) -> bool:
    """Says whether a value is an entry in the clear: a vote, a code or a fragment of a report."""
    if len(blob) == ENTRY_SIZES[0]:
        return (blob[:1] == b"v" and is_vote(blob)) or (blob[:1] == b"c" and not any(blob[13:]))
    return len(blob) == ENTRY_SIZES[1] and blob.startswith(STARTS)


def from_board(document: bytes) -> list[bytes]:
    """Reads a public board as entries, in the order in which it lists them."""
    with suppress(ValueError, KeyError, TypeError):
        board = json.loads(document)
        codes = [(b"c" + bytes.fromhex(code)).ljust(16, b"\0") for code in board["codes"]]
        rules = Rules(board["frozen"]["rules"]["method"])
        return codes + [(b"v" + marks(rules, tuple(vote))).ljust(16, b"\0") for vote in board["ballots"]]
    return []


def is_vote(entry: bytes) -> bool:
    """Says whether numbers of options and nothing else stand in an entry: one, or as many as its second byte says."""
    many = entry[2 : 2 + entry[1]]
    return not any(entry[2:]) or (not any(entry[2 + entry[1] :]) and max(many) <= MOST_MARKED)


def sqlite_cells(content: bytes, version: int = 0) -> Iterator[Cell]:
    """Lists every value of bytes in a SQLite file: by row number or key, with its place among the raw pages."""
    with closing(sqlite3.connect(":memory:")) as opened:
        opened.deserialize(content)
        for (table,) in opened.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row, values in enumerate(opened.execute(f'select * from "{table}"')):
                for blob in (value for value in values if isinstance(value, bytes) and len(value) >= ENTRY_SIZES[0]):
                    page, offset = divmod(max(0, content.find(blob[:64])), PAGE)
                    yield Cell(blob, table, row, page, offset, 0, version)


def read_keys(folder: Path) -> dict[str, KeyFile]:
    """Reads every key file with its times."""
    return {path.stem: key_file(path) for path in sorted(folder.glob("*.key"))}


def key_file(path: Path) -> KeyFile:
    """Reads one key file."""
    state = path.stat()
    return KeyFile(path.read_bytes(), state.st_mtime_ns, state.st_ino)


def carved(raw: bytes, keys: Keys, table: str) -> Iterator[Cell]:
    """Finds values by the id of a key that is at hand, wherever they lie in PostgreSQL's files: dead rows, old log.

    The server writes a value's length in front of it, in one byte or four. A value spread over several pieces of
    TOAST is not put together again; the row that is valid is read by SQL in any case.
    """
    for name in keys:
        if not name.startswith("content-"):
            continue
        at, wanted = -1, bytes.fromhex(name.rsplit("-", 1)[1])
        while (at := raw.find(wanted, at + 1)) >= 0:
            for size in lengths(raw, at):
                page, offset = divmod(at, PAGE)
                yield Cell(raw[at : at + size], table, 0, page, offset)


def lengths(raw: bytes, at: int) -> set[int]:
    """Gives how long a value at a place of PostgreSQL's files may be, by the length that stands before it."""
    if at < 4:
        return set()
    short, (long,) = raw[at - 1] >> 1, struct.unpack("<I", raw[at - 4 : at])
    found = {short - 1} if raw[at - 1] & 1 else set()
    return found | ({(long >> 2) - 4} if not long & 3 and 4 < long >> 2 < 1 << 20 else set())

"""Tries on a whole installation what a thief would: open every value with every key, look everywhere for one person.

Nothing here knows which column holds what. Every cell is tried under every key, bound to every other value of its row;
every pseudonym that the keys can make of the person is looked for in every cell, opened or not, and in every file.
What the trial does not find, it did not find by looking, not by being told that it is not there.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from bot.ballots.log import KEY as LOG
from bot.ledger.book import from_bytes, read
from bot.seizure.store import Row
from bot.vault import Unreadable, Vault, keyed_hash, open_with

# Every purpose the program derives a key for; a test holds this list against the code.
PURPOSES = (
    *("lookup", "member", "step", "update", "invite", "instance", "fingerprint"),
    *("ballot", "attachment", "post", "proposal", "ledger", "outbox", "edition", "name_proposal", "signature"),
)
KEY_ID = 8
EDITION_KINDS = ("opened", "closed", "refused", "proposal", "moved", "signing")
DIGEST_DAYS = 60


@dataclass(frozen=True)
class Opened:
    """A cell that gave way to a key."""

    row: Row
    column: str
    key: str
    plain: bytes


@dataclass(frozen=True)
class Hit:
    """A place where the person was found: in which table and column, by which trace, and the row."""

    row: Row
    column: str
    trace: str


@dataclass
class Trial:
    """What was taken, what opened, and where the person was found."""

    rows: Sequence[Row]
    keys: list[str]
    opened: list[Opened] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    in_files: list[str] = field(default_factory=list)
    ledgers: list[tuple[int, int]] = field(default_factory=list)  # of the person: places, and how many opened

    def opened_of(self, table: str) -> list[Opened]:
        """Gives what opened in one table."""
        return [one for one in self.opened if one.row.table == table]

    def rows_of(self, table: str) -> list[Row]:
        """Gives the rows of one table."""
        return [row for row in self.rows if row.table == table]

    def hits_in(self, table: str) -> list[Hit]:
        """Gives where the person was found in one table."""
        return [hit for hit in self.hits if hit.row.table == table]


def with_keys(vault: Vault, rows: Sequence[Row], telegram_id: int, today: date) -> Trial:
    """Tries everything with the keys, as whoever took data and keys would."""
    files = {name: vault.key(name) for name in (*vault.key_names("part-"), *vault.key_names("content-"))}
    trial = Trial(rows, ["master", *files, *vault.key_names(LOG)])
    trial.opened = [opened for row in rows for opened in openings(vault, files, row)]
    traces = {**plain_traces(telegram_id), **keyed_traces(vault, files, rows, telegram_id, today)}
    trial.hits = list(found(rows, trial.opened, traces))
    own = {id(hit.row) for hit in trial.hits_in("ledger")}
    books = [one.plain for one in trial.opened_of("ledger") if id(one.row) in own]
    trial.ledgers = [places(book, [vault.master(), *files.values()]) for book in books]
    return trial


def places(written: bytes, keys: Iterable[bytes]) -> tuple[int, int]:
    """Takes every key for the private half of a ledger; says how many places it has, and how many opened."""
    book = from_bytes(written)
    number = len(book.places)
    return number, sum(number - read(book, key).damaged for key in keys)


def without_keys(rows: Sequence[Row], folder: Path, telegram_id: int) -> Trial:
    """Tries everything that needs no key, in the rows and in the bytes of every file."""
    trial, traces = Trial(rows, []), plain_traces(telegram_id)
    trial.hits = list(found(rows, [], traces))
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        trial.in_files += [f"{path.name}: {trace}" for trace, wanted in traces.items() if wanted in content]
    return trial


def openings(vault: Vault, files: dict[str, bytes], row: Row) -> Iterator[Opened]:
    """Tries each cell of a row under every key, bound to each other value of the row."""
    bound = [*(as_bytes(value) for value in row.values.values()), b"electorate"]
    for column, value in row.values.items():
        if isinstance(value, bytes):
            for key, plain in attempts(vault, files, value, [b for b in bound if b != value]):
                yield Opened(row, column, key, plain)


def attempts(vault: Vault, files: dict[str, bytes], value: bytes, bound: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """Gives every key that opens a value, and what it then says."""
    for tied in bound:
        for purpose in PURPOSES:
            try:
                yield f"master/{purpose}", vault.open(purpose, value, tied)
            except (Unreadable, ValueError):
                continue
        for name, key in files.items():
            for start in (0, KEY_ID):
                try:
                    yield name, open_with(key, value[start:], tied)
                except (Unreadable, ValueError):
                    continue


def plain_traces(telegram_id: int) -> dict[str, bytes]:
    """Gives what anybody can make of a Telegram id without a key."""
    said = str(telegram_id)
    words = said.encode()
    traces = {
        "the id in figures": words,
        "in UTF-16": said.encode("utf-16-le"),
        "in base64": base64.b64encode(words)[:-2],
    }
    for order in ("big", "little"):
        traces[f"as a number, {order} end first"] = telegram_id.to_bytes(8, "big" if order == "big" else "little")
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, words, usedforsecurity=False)
        traces[name] = digest.digest()[:16]
        traces[f"{name} in hexadecimal"] = digest.hexdigest()[:32].encode()
    return traces


def keyed_traces(
    vault: Vault, files: dict[str, bytes], rows: Sequence[Row], telegram_id: int, today: date
) -> dict[str, bytes]:
    """Gives every pseudonym that the keys make of a person: by purpose, by ballot, by edition of sends."""
    said = str(telegram_id).encode()
    traces = {f"pseudonym of {purpose}": vault.keyed(purpose, said) for purpose in PURPOSES}
    traces |= {f"{name} in hexadecimal": value.hex().encode() for name, value in list(traces.items())}
    traces |= {f"pseudonym under {name}": keyed_hash(key, said) for name, key in files.items()}
    for edition in editions(rows, today):
        traces[f"edition {edition}"] = vault.keyed("outbox", vault.keyed("edition", edition.encode()), said)
    return traces


def editions(rows: Sequence[Row], today: date) -> Iterator[str]:
    """Gives the names that sends can have had, guessed from what lies open: ballots, proposals, days."""
    names = [str(row.values["id"]) for row in rows if row.table in ("ballot", "proposal")]
    for name in names:
        yield from (f"{kind}-{name}" for kind in EDITION_KINDS)
        yield from (f"moved-{name}-{number}" for number in range(1, 6))
        yield from (f"reminder-{name}-{number}" for number in (1, 2))
    for day in range(-1, DIGEST_DAYS):
        yield from (f"{kind}-{(today - timedelta(days=day)).isoformat()}" for kind in ("digest", "names"))


def found(rows: Sequence[Row], opened: Iterable[Opened], traces: dict[str, bytes]) -> Iterator[Hit]:
    """Looks for each trace in each cell as it lies there, and in what was opened."""
    cells = [(row, column, as_bytes(value)) for row in rows for column, value in row.values.items()]
    cells += [(one.row, f"{one.column} (opened)", one.plain) for one in opened]
    for row, column, content in cells:
        yield from (Hit(row, column, trace) for trace, wanted in traces.items() if wanted in content)


def as_bytes(value: object) -> bytes:
    """Gives a cell as bytes."""
    return value if isinstance(value, bytes) else str(value).encode()

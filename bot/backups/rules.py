"""Decides what a backup holds, how it is written and how long it is good. One format for both databases.

A JSON line for the header, one per row, then spaces up to a size that tells little about their number.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

FORMAT = "kauli backup"
VERSION = 1
LIFE = timedelta(days=30)  # anonymity.md, "Keys, backups, erasure"
# No open steps, outbox, delivered sets, invites or proposals, of names neither: they would bring back what was ended
# meanwhile. Of the box no participation, content or electorate: two copies of those tell more than one. Ledgers are
# held, since they are their owners' evidence: of two copies, both opened with every key, the number of entries between
# them can be told.
HELD: Mapping[str, tuple[str, ...]] = {
    "people": ("member", "instance", "ballot", "attachment", "log", "post", "workplace", "ledger"),
    "box": ("board",),
}
FACTS_LEFT_OUT = frozenset({"claim", "digests.through"})  # the claim code; up to when digests went out
NAME = re.compile(r"kauli-backup-(\d{4}-\d{2}-\d{2})\.age")
SMALLEST = 64 * 1024
Value = bytes | str | int | datetime | None


class BackupError(Exception):
    """A backup cannot be made or restored; the text is one line with the mend."""


@dataclass(frozen=True)
class Row:
    """One row of one table of one store."""

    store: str
    table: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Backup:
    """Everything a backup holds: the day it was made, the version of its tables, its rows."""

    made: date
    schema: str
    rows: Sequence[Row]

    def of(self, store: str, table: str) -> list[Row]:
        """Gives the rows of one table."""
        return [row for row in self.rows if (row.store, row.table) == (store, table)]


def held(row: Row) -> bool:
    """Says whether a row belongs in a backup."""
    return row.table in HELD[row.store] and not (row.table == "instance" and row.values["name"] in FACTS_LEFT_OUT)


def write(backup: Backup) -> bytes:
    """Writes a backup, padded so that the size of its file tells the number of members to about a tenth only."""
    rows = [row for row in backup.rows if held(row)]
    header = [FORMAT, VERSION, backup.made.isoformat(), backup.schema, len(rows)]
    lines = [header, *([row.store, row.table, {k: packed(v) for k, v in row.values.items()}] for row in rows)]
    plain = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode()
    return plain.ljust(padded(len(plain)))


def padded(size: int) -> int:
    """Gives the size to pad to: a multiple of an eighth of the power of two below, or 64 KiB."""
    step = max(SMALLEST, 1 << max(0, size.bit_length() - 4))
    return -(-size // step) * step


def read(plain: bytes) -> Backup:
    """Reads what `write` wrote. Raises BackupError for anything else and for a later format."""
    try:
        header, *lines = map(json.loads, plain.decode().rstrip(" ").splitlines())
        name, version, made, schema, number = header
        if (name, version) == (FORMAT, VERSION) and number == len(lines):
            return Backup(date.fromisoformat(made), str(schema), [read_row(*line) for line in lines])
    except (ValueError, TypeError, AttributeError, KeyError):
        raise BackupError("the backup is damaged or not one of ours: take another one") from None
    if name == FORMAT and version != VERSION:
        raise BackupError("the backup was written by a newer version of Kauli: install that version")
    raise BackupError("the backup is damaged or not one of ours: take another one")


def read_row(store: str, table: str, values: Mapping[str, object]) -> Row:
    """Reads one row. Raises ValueError for one that no backup holds."""
    row = Row(store, table, {name: unpacked(value) for name, value in values.items()})
    if not held(row):
        raise ValueError("no backup holds such a row")
    return row


def packed(value: Value) -> object:
    """Writes a value for JSON: bytes and moments with their kind in front."""
    if isinstance(value, bytes):
        return {"bytes": b64encode(value).decode()}
    return {"moment": value.isoformat()} if isinstance(value, datetime) else value


def unpacked(said: object) -> Value:
    """Reads a value. Raises ValueError for one of no known kind."""
    if said is None or isinstance(said, str | int):
        return said
    if isinstance(said, dict) and len(said) == 1:
        ((kind, value),) = said.items()
        if kind == "bytes":
            return b64decode(value, validate=True)
        if kind == "moment":
            return datetime.fromisoformat(value)
    raise ValueError("no such value")


def check_age(made: date, today: date) -> None:
    """Raises BackupError for a backup that is too old, or made on a day that is still to come."""
    if made + LIFE < today:
        raise BackupError(
            f"the backup of {made} is older than {LIFE.days} days: people who left since would come back. "
            "Take a newer one"
        )
    if made > today + timedelta(days=1):
        raise BackupError(f"the backup is of {made}, a day to come: set this machine's clock")


def name_of(made: date) -> str:
    """Names the backup of a day in a folder; the name tells the day only, for expiry."""
    return f"kauli-backup-{made}.age"


def expired(names: Iterable[str], today: date) -> list[str]:
    """Gives the names of backups that are too old to be restored; files that are not ours are left alone."""
    found = [(name, match[1]) for name in names if (match := NAME.fullmatch(name))]
    return [name for name, made in found if is_day(made) and date.fromisoformat(made) + LIFE < today]


def is_day(said: str) -> bool:
    """Says whether this is a day of the calendar."""
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True

"""Reads the tables that lie beside the code (countries, employers, benchmarks) and names the line that is wrong.

A table is read when it is first looked into, and `read_all` looks into every one: the program calls it before anything
else, so that a broken line ends it with that line's name, and not an import with a traceback.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

Row = dict[str, str]
T = TypeVar("T")
STALE_AFTER = 18  # months
PLAIN = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadTable(Exception):
    """A table does not say what it should; the message names its file and line."""


class Table(Mapping[str, T]):
    """The rows of a table by their key, read at the first look."""

    def __init__(self, read: Callable[[], dict[str, T]]) -> None:
        """Remembers how it is read, and that it is there."""
        self._read = read
        TABLES.append(self)

    @cached_property
    def rows(self) -> dict[str, T]:
        """Gives the rows. Raises BadTable with file and line."""
        return self._read()

    def __getitem__(self, key: str) -> T:
        return self.rows[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


TABLES: list[Table[Any]] = []


def read_all() -> None:
    """Reads every table there is. Raises BadTable with file, line and mend."""
    for table in TABLES:
        try:
            len(table)
        except BadTable as error:
            raise BadTable(f"{error}. Mend that line, or take the file as it came with this version") from error


def read_table(
    path: Path, columns: tuple[str, ...], build: Callable[[Row], T], key: Callable[[T], str]
) -> dict[str, T]:
    """Reads a table with these columns, none empty and no key twice; `build` raises ValueError for a wrong row.

    Raises BadTable with file and line.
    """
    found: dict[str, T] = {}
    for line, row in rows(path, columns):
        try:
            built = build(row)
            require(key(built) not in found, "appears twice")
        except ValueError as error:
            raise BadTable(f"{path.name}, line {line}: {error}") from error
        found[key(built)] = built
    return found


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    """Gives each row with its line. Raises BadTable for other columns and for empty fields."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != columns:
            raise BadTable(f"{path.name}, line 1: the columns must be {', '.join(columns)}")
        for row in reader:
            if None in row or not all(row.values()):
                raise BadTable(f"{path.name}, line {reader.line_num}: {len(columns)} filled columns are needed")
            yield reader.line_num, row


def require(holds: object, otherwise: str) -> None:
    """Raises ValueError with these words unless something holds."""
    if not holds:
        raise ValueError(otherwise)


def positive(words: str, what: str) -> Fraction:
    """Reads a positive decimal number, written plainly, exactly. Raises ValueError."""
    number = Fraction(words) if PLAIN.fullmatch(words) else Fraction(0)
    require(number > 0, f"{what} must be a positive number")
    return number


def day(words: str) -> date:
    """Reads a day. Raises ValueError."""
    require(DAY.fullmatch(words), "as_of must be a day such as 2026-01-31")
    return date.fromisoformat(words)


def is_stale(as_of: date, today: date) -> bool:
    """Says whether more than 18 months have passed: no ratio with a row that old (domain.md 2.5)."""
    months = (today.year - as_of.year) * 12 + today.month - as_of.month
    return (months, today.day) > (STALE_AFTER, as_of.day)

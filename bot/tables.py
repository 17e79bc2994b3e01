"""Reads the tables that lie beside the code (countries, employers, benchmarks) and names the line that is wrong."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

Row = dict[str, str]
T = TypeVar("T")


class BadTable(Exception):
    """A table does not say what it should; the message names its file and line."""


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

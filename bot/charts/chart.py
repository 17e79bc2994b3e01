"""A chart as plain data: words already in the reader's language, figures already formatted, lengths as numbers.

The drawing process knows no language and no catalogue; it puts these words where they belong.
"""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Literal

MOST_BARS = 8  # that stay readable on a small phone
MOST_COLUMNS = 6
Tone = Literal["own", "other", "unpaid", "minimum", "living", "cut", "range"]


@dataclass(frozen=True)
class Part:
    """A stretch of a bar: how long it is, and what it stands for."""

    length: float
    tone: Tone


@dataclass(frozen=True)
class Bar:
    """One bar, lying: what it is, its figure in words, its parts end to end, and perhaps a range over it (quartiles).

    `rough` bars are hatched: their figure can be far off. A remark points something out.
    """

    label: str
    said: str
    parts: tuple[Part, ...]
    low: float | None = None
    high: float | None = None
    rough: bool = False
    remark: str = ""


@dataclass(frozen=True)
class Column:
    """One column, standing, in a row of periods: its height, its figure in words, and what is to be pointed out."""

    label: str
    said: str
    height: float
    tone: Tone = "own"
    remark: str = ""
    rough: bool = False


@dataclass(frozen=True)
class Mark:
    """A value that all bars or columns are held against, as a line, explained below."""

    at: float
    tone: Tone
    said: str


@dataclass(frozen=True)
class Chart:
    """A whole picture: bars or columns, marks, the meaning of colours, and a note at the foot."""

    title: str
    about: str
    bars: tuple[Bar, ...] = ()
    columns: tuple[Column, ...] = ()
    marks: tuple[Mark, ...] = ()
    legend: tuple[tuple[Tone, str], ...] = ()
    note: str = ""
    rtl: bool = False
    dark: bool = False

    @property
    def key(self) -> str:
        """Names the picture by all that is on it: release, figures, language, light or dark."""
        return sha256(to_json(self)).hexdigest()[:32]


def to_json(chart: Chart) -> bytes:
    """Writes a chart for the drawing process; the same chart gives the same bytes."""
    return json.dumps(asdict(chart), ensure_ascii=False, sort_keys=True).encode()


def from_json(document: bytes) -> Chart:
    """Reads a chart. Raises ValueError or TypeError for what is none."""
    read: dict[str, Any] = json.loads(document)
    read["bars"] = tuple(bar(said) for said in read["bars"])
    read["columns"] = tuple(Column(**said) for said in read["columns"])
    read["marks"] = tuple(Mark(**said) for said in read["marks"])
    read["legend"] = tuple((tone, said) for tone, said in read["legend"])
    return Chart(**read)


def bar(said: dict[str, Any]) -> Bar:
    """Reads a bar."""
    return Bar(**{**said, "parts": tuple(Part(**part) for part in said["parts"])})

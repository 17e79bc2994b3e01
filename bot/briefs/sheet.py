"""What a page is made of, whatever it is written on: sentences by key in a handful of blocks. The page for browsers
(page.py) and the one for paper (typesetting.py) draw the same sheet."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from bot.texts import Text

Tone = Literal["own", "other", "law", "living", "cut"]


@dataclass(frozen=True)
class Tile:
    """A figure that is seen from across the table, with what it is of and how far it can be trusted."""

    label: Text
    value: Text
    note: Text


@dataclass(frozen=True)
class Bar:
    """One bar: what it is, its value in words, its length as a part of the longest, and whose it is."""

    label: Text
    value: Text
    length: Fraction
    tone: Tone


@dataclass(frozen=True)
class Bars:
    """Bars of one scale, one below the other."""

    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Band:
    """One of the answers that a bar is divided into: what was answered, by how many in per cent."""

    label: Text
    percent: int


@dataclass(frozen=True)
class Bands:
    """How the answers to one question are divided, the best one first."""

    label: Text
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Table:
    """A table; the first column is words, the others are figures."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; `strong` for what must not be overlooked."""

    text: Text
    strong: bool = False


@dataclass(frozen=True)
class Points:
    """A list of short statements."""

    items: tuple[Text, ...]


Block: TypeAlias = Bars | Bands | Table | Paragraph | Points


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; `small` print for method and sources."""

    title: Text
    blocks: tuple[Block, ...]
    small: bool = False


@dataclass(frozen=True)
class Sheet:
    """A whole document. `day` dates it: the first one after the period, never that of its making. `mark` says that
    everything in it is invented, where that is so."""

    day: date
    title: Text
    subtitle: Text
    mark: Text | None
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    foot: Text

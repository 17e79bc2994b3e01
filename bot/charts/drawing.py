"""Draws a chart as a PNG of 1,080 pixels' width, as tall as it needs: big type, bars from edge to edge, no axes.

On a phone the width is that of a hand, so type is at least 34 pixels tall, and every value is written beside its bar.
Labels stand above their bars: names are as long as they are, in whichever script, and break where they are longer than
the sheet. Columns whose words would not fit beside each other are laid down as bars. Right to left all is mirrored.
matplotlib 3.11 shapes Arabic and Devanagari (libraqm) where the font has the script; the fonts come with us
(bot/fonts), so that a picture is the same on every machine. Imported by the drawing process alone.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal
from unicodedata import bidirectional, category

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from bot.charts.chart import Bar, Chart, Column, Mark, Part, Tone

WIDTH, EDGE, DPI = 1080, 56, 100
ROOM = WIDTH - 2 * EDGE
TITLE, WORDS, SMALL = 50, 38, 34  # pixels of type
BAR, GAP, TALL = 46, 34, 460  # pixels: a bar's thickness, between bars, the tallest column
LABEL_PART = 0.6  # of the width that a bar's label may take beside its figure
SPACE = 12  # pixels between the words of neighbouring columns, at least
OVER = 9  # pixels by which a mark sticks out of a bar
HATCHES: dict[Tone, str] = {"unpaid": "\\\\"}  # beside "//", so that two parts of a rough bar are told apart
LINES: dict[Tone, Literal["-", ":"]] = {"minimum": "-", "living": ":", "range": "-"}  # told apart without colours too
FONTS = Path(__file__).resolve().parent.parent / "fonts"
FAMILIES = ["Noto Sans", "Noto Sans Arabic", "Noto Sans Ethiopic", "Noto Sans Devanagari"]
LIGHT: dict[str, str] = {
    "ground": "#ffffff",
    "ink": "#17212b",
    "soft": "#52626e",
    "line": "#d5dde3",
    "own": "#1f77b4",
    "other": "#a9c3d6",
    "unpaid": "#e08a1e",
    "minimum": "#c4302b",
    "living": "#2e7d32",
    "cut": "#c4302b",
    "range": "#17212b",
}
DARK: dict[str, str] = LIGHT | {
    "ground": "#17212b",
    "ink": "#eef2f5",
    "soft": "#a5b4c0",
    "line": "#33434f",
    "own": "#5aaee6",
    "other": "#6b8aa5",
    "unpaid": "#f0a64a",
    "minimum": "#ff7d73",
    "living": "#7bd07f",
    "cut": "#ff7d73",
    "range": "#eef2f5",
}


def draw(chart: Chart) -> bytes:
    """Draws a chart and gives the PNG."""
    sheet = Sheet(chart)
    sheet.words(chart.title, TITLE, "ink", bold=True)
    sheet.down(8)
    sheet.words(chart.about, SMALL, "soft")
    sheet.down(GAP)
    if chart.columns and fits(sheet, chart.columns):
        draw_columns(sheet, chart)
    else:
        draw_bars(sheet, chart, (*chart.bars, *map(laid_down, chart.columns)))
    rough = rough_tones(chart)
    for tone, said in chart.legend:
        sheet.key(tone, said, rough=tone in rough)
    for mark in chart.marks:
        sheet.key(mark.tone, mark.said)
    sheet.down(GAP // 2)
    sheet.words(chart.note, SMALL, "soft")
    return sheet.png()


def rough_tones(chart: Chart) -> set[Tone]:
    """Gives the colours that stand for something rough too, and so are explained hatched."""
    parts = {part.tone for bar in chart.bars if bar.rough for part in bar.parts}
    return parts | {column.tone for column in chart.columns if column.rough}


def fits(sheet: "Sheet", columns: Sequence[Column]) -> bool:
    """Says whether the words of all columns fit beside each other in type that can be read."""
    words = [said for column in columns for said in (column.said, column.remark, column.label)]
    return max(sheet.width(said, SMALL, bold=True) for said in words) <= ROOM / len(columns) - SPACE


def laid_down(column: Column) -> Bar:
    """Gives a column as a bar."""
    part = Part(column.height, column.tone)
    return Bar(column.label, column.said, (part,), rough=column.rough, remark=column.remark)


def draw_bars(sheet: "Sheet", chart: Chart, bars: Sequence[Bar]) -> None:
    """Draws bars and, across each of them, the marks."""
    ends = [max(sum(part.length for part in bar.parts), bar.high or 0) for bar in bars]
    scale = ROOM / max([*ends, *(mark.at for mark in chart.marks), 1e-9])
    for bar in bars:
        draw_bar(sheet, bar, scale)
    sheet.down(GAP // 2)


def draw_bar(sheet: "Sheet", bar: Bar, scale: float) -> None:
    """Draws a bar under its label and its figure, which stand side by side where the figure leaves room for that."""
    figure, start = sheet.width(bar.said, WORDS, bold=True), sheet.y
    if figure < ROOM * LABEL_PART:
        sheet.words(bar.said, WORDS, "ink", bold=True, end=True)
        under, sheet.y = sheet.y, start
        sheet.words(bar.label, WORDS, "ink", room=ROOM - figure - GAP)
        sheet.y = max(sheet.y, under)
    else:
        sheet.words(bar.label, WORDS, "ink")
        sheet.words(bar.said, WORDS, "ink", bold=True, end=True)
    sheet.words(bar.remark, SMALL, bar.parts[0].tone, bold=True)
    sheet.down(6)
    at = 0.0
    for part in bar.parts:
        sheet.block(at, part.length * scale, BAR, part.tone, rough=bar.rough)
        at += part.length * scale
    if bar.low is not None and bar.high is not None:
        sheet.span(bar.low * scale, bar.high * scale, BAR)
    for mark in sheet.chart.marks:
        sheet.upright(mark, mark.at * scale)
    sheet.down(BAR + GAP)


def draw_columns(sheet: "Sheet", chart: Chart) -> None:
    """Draws columns over a common ground line, their figures above and their periods below."""
    highest = max([*(column.height for column in chart.columns), *(mark.at for mark in chart.marks), 1e-9])
    head = sheet.height("0", WORDS) * 2 + GAP  # room for a figure and a remark above the tallest
    ground = sheet.y + head + TALL
    each = ROOM / len(chart.columns)
    for number, column in enumerate(chart.columns):
        draw_column(sheet, column, (number * each, each), (ground, TALL / highest))
    for mark in chart.marks:
        sheet.level(mark, ground - mark.at * TALL / highest)
    sheet.y = ground
    sheet.rule()
    sheet.down(SMALL * 2 + GAP)


def draw_column(sheet: "Sheet", column: Column, place: tuple[float, float], up: tuple[float, float]) -> None:
    """Draws one column: `place` is where it begins and its room, `up` the ground line and the pixels of a unit."""
    (at, room), (ground, scale) = place, up
    tall, wide = column.height * scale, min(room * 0.62, 150.0)
    middle = at + room / 2
    sheet.y = ground - tall
    sheet.block(middle - wide / 2, wide, tall, column.tone, rough=column.rough)
    sheet.centred(column.said, WORDS, "ink", middle, room, ground - tall - 12, bold=True)
    if column.remark:
        above = ground - tall - 12 - sheet.height(column.said, WORDS)
        sheet.centred(column.remark, SMALL, column.tone, middle, room, above, bold=True)
    sheet.centred(column.label, SMALL, "soft", middle, room, ground + SMALL * 1.7)


@dataclass
class Sheet:
    """A picture in the making, filled from the top; `y` is how far it has come, in pixels."""

    chart: Chart
    y: float = EDGE
    _artists: list[Text | Rectangle | Line2D] = field(default_factory=list)
    _places: list[float] = field(default_factory=list)

    @property
    def colours(self) -> dict[str, str]:
        """Gives the colours of the light or the dark sheet."""
        return DARK if self.chart.dark else LIGHT

    def down(self, pixels: float) -> None:
        """Leaves room."""
        self.y += pixels

    def across(self, at: float) -> float:
        """Gives where a distance from the beginning of the line lies, on whichever side that is."""
        return WIDTH - EDGE - at if self.chart.rtl else EDGE + at

    def words(
        self, said: str, size: int, colour: str, *, bold: bool = False, end: bool = False, room: float = ROOM
    ) -> None:
        """Writes words from the beginning of the line, or to its end, in as many lines as they need."""
        for line in self.lines(said, size, bold, room):
            self.write(line, size, colour, self.across(ROOM if end else 0), side(self.chart.rtl != end), bold=bold)
            self.down(self.height(line, size))

    def centred(
        self, said: str, size: int, colour: str, middle: float, room: float, foot: float, *, bold: bool = False
    ) -> None:
        """Writes words around a middle, with their foot at a height; where they are too wide, in small type."""
        fitting = size if self.width(said, size, bold=bold) <= room - SPACE else SMALL
        self.y = foot - self.height(said, fitting)
        self.write(said, fitting, colour, self.across(middle), "center", bold=bold)

    def write(self, said: str, size: int, colour: str, x: float, align: str, *, bold: bool = False) -> None:
        """Writes one line with its top at `y`."""
        baseline = self.y + size * 1.05
        self._add(Text(x, 0, self.turned(said), color=self.colours[colour], ha=align, va="baseline"), baseline)
        self._artists[-1].set(fontsize=points(size), fontweight="bold" if bold else "normal")

    def turned(self, said: str) -> str:
        """Lets a line of a right-to-left text run so even where it begins with a figure or a foreign name.

        A figure or name that stands by itself keeps its own direction: the library does not heed isolates.
        """
        if not self.chart.rtl:
            return said
        return f"\u200f{said}" if any(bidirectional(sign) in ("R", "AL") for sign in said) else f"\u200e{said}"

    def block(self, at: float, wide: float, tall: float, tone: Tone, *, rough: bool = False) -> None:
        """Draws a stretch of a bar or a column with its top at `y`."""
        left = self.across(at + wide) if self.chart.rtl else self.across(at)
        colour = self.colours[tone]
        face = "none" if rough else colour
        hatch = HATCHES.get(tone, "//") if rough else None
        shape = Rectangle((left, 0), wide, tall, facecolor=face, edgecolor=colour, linewidth=2, hatch=hatch)
        self._add(shape, self.y + tall)

    def span(self, low: float, high: float, tall: float) -> None:
        """Draws a range over a bar, with an upright at either end."""
        ends, colour = (self.across(low), self.across(high)), self.colours["range"]
        self._add(Line2D(ends, (0, 0), color=colour, linewidth=4), self.y + tall / 2)
        for end in ends:
            self._add(Line2D((end, end), (-tall * 0.3, tall * 0.3), color=colour, linewidth=4), self.y + tall / 2)

    def upright(self, mark: Mark, at: float) -> None:
        """Draws a mark across the bar that begins at `y`, never through words."""
        x, style = self.across(at), LINES[mark.tone]
        line = Line2D((x, x), (-OVER, BAR + OVER), color=self.colours[mark.tone], linewidth=5, linestyle=style)
        self._add(line, self.y + BAR)

    def level(self, mark: Mark, y: float) -> None:
        """Draws a mark as a dashed line through the columns."""
        ends, colour = (EDGE, WIDTH - EDGE), self.colours[mark.tone]
        self._add(Line2D(ends, (0, 0), color=colour, linewidth=5, linestyle=LINES[mark.tone]), y)

    def rule(self) -> None:
        """Draws the ground line."""
        self._add(Line2D((EDGE, WIDTH - EDGE), (0, 0), color=self.colours["line"], linewidth=3), self.y)

    def key(self, tone: Tone, said: str, *, rough: bool = False) -> None:
        """Explains a colour or a line; a colour that stands for something rough too, filled and hatched."""
        start, sample, x = self.y, 54, self.across(0)
        if tone in LINES:
            ends, colour = (x, self.across(sample)), self.colours[tone]
            self._add(Line2D(ends, (0, 0), color=colour, linewidth=5, linestyle=LINES[tone]), start + SMALL * 0.75)
        else:
            self.y += SMALL * 0.35
            filled = sample / 2 if rough else sample
            self.block(0, filled, SMALL * 0.8, tone)
            if rough:
                self.block(filled, sample - filled, SMALL * 0.8, tone, rough=True)
            self.y = start
        for line in self.lines(said, SMALL, False, ROOM - sample - 20):
            self.write(line, SMALL, "ink", self.across(sample + 20), side(self.chart.rtl))
            self.down(self.height(line, SMALL))

    def lines(self, said: str, size: int, bold: bool, room: float) -> list[str]:
        """Breaks words into lines that fit, and a word that is wider than a line within itself."""
        found: list[str] = []
        for word in (piece for whole in said.split(" ") for piece in self.pieces(whole, size, bold, room)):
            longer = f"{found[-1]} {word}" if found else word
            if found and self.width(longer, size, bold=bold) <= room:
                found[-1] = longer
            else:
                found.append(word)
        return found

    def pieces(self, word: str, size: int, bold: bool, room: float) -> list[str]:
        """Breaks one word into pieces that fit; signs that belong together (accents, vowel signs) stay together."""
        if self.width(word, size, bold=bold) <= room:
            return [word] if word else []
        found: list[str] = []
        for sign in word:
            kept = found and (category(sign)[0] == "M" or category(sign) == "Cf")
            if found and (kept or self.width(found[-1] + sign, size, bold=bold) <= room):
                found[-1] += sign
            else:
                found.append(sign)
        return found

    def width(self, said: str, size: int, *, bold: bool = False) -> float:
        """Measures a line in pixels."""
        return measured(self.turned(said), size, bold)[0]

    def height(self, said: str, size: int) -> float:
        """Gives the height of a line, the same for all scripts: Ethiopic and Devanagari need more than Latin."""
        return size * 1.5

    def _add(self, artist: Text | Rectangle | Line2D, foot: float) -> None:
        self._artists.append(artist)
        self._places.append(foot)

    def png(self) -> bytes:
        """Gives the picture, as tall as it has become."""
        tall = round(self.y + EDGE)
        figure = Figure(figsize=(WIDTH / DPI, tall / DPI), dpi=DPI, facecolor=self.colours["ground"])
        FigureCanvasAgg(figure)
        for artist, foot in zip(self._artists, self._places, strict=True):
            artist.set_transform(Affine2D().translate(0, tall - foot))
            figure.add_artist(artist)
        written = io.BytesIO()
        figure.savefig(written, format="png", dpi=DPI, metadata={"Software": None})
        return written.getvalue()


def side(from_the_right: bool) -> str:
    """Gives the alignment of words that begin on one side."""
    return "right" if from_the_right else "left"


def points(pixels: float) -> float:
    """Gives a size of type in points."""
    return pixels * 72 / DPI


@cache
def measurer() -> tuple[Figure, FigureCanvasAgg]:
    """Gives a sheet on which words are measured."""
    figure = Figure(dpi=DPI)
    return figure, FigureCanvasAgg(figure)


def measured(said: str, size: int, bold: bool) -> tuple[float, float]:
    """Measures a line of words in pixels."""
    figure, canvas = measurer()
    text = Text(0, 0, said, fontsize=points(size), fontweight="bold" if bold else "normal")
    text.set_figure(figure)
    box = text.get_window_extent(canvas.get_renderer())  # type: ignore[no-untyped-call]  # published without types
    return float(box.width), float(box.height)


def prepare() -> None:
    """Makes our fonts known, and only them used. Raises FileNotFoundError where the package lacks them."""
    files = sorted(FONTS.glob("*.ttf"))
    if not files:
        raise FileNotFoundError("the fonts are missing from the package (bot/fonts): install it again")
    for file in files:
        font_manager.fontManager.addfont(file)
    mpl.rcParams["font.family"] = FAMILIES
    mpl.rcParams["text.parse_math"] = False  # a $ is a dollar

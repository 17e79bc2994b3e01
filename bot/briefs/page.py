"""Writes a sheet as one HTML file that needs nothing else: readable on a phone, and printed on A4 as it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import singledispatchmethod
from html import escape
from pathlib import Path

from bot.briefs.sheet import Band, Bands, Bar, Bars, Block, Paragraph, Points, Section, Sheet, Table, Tile
from bot.texts import Catalogues, Text

CSS = Path(__file__).with_name("page.css")
ZONE = "UTC"  # no moment stands on a page, only days
PAGE = """<!doctype html>
<html lang="{locale}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{css}</style>
</head>
<body>
{body}
</body>
</html>
"""


def html(sheet: Sheet, texts: Catalogues, locale: str) -> str:
    """Gives the page in one language. The same sheet gives the same bytes."""
    writer = Writer(texts, locale)
    return PAGE.format(
        locale=locale,
        direction=texts.direction(locale),
        title=escape(texts.plain(sheet.title, locale, ZONE)),
        css=CSS.read_text(encoding="utf-8"),
        body="\n".join(writer.sheet(sheet)),
    )


@dataclass(frozen=True)
class Writer:
    """Writes one page in one language. Every word goes through `say`, which escapes what it is given."""

    texts: Catalogues
    locale: str

    def say(self, text: Text) -> str:
        """Gives a sentence as HTML."""
        return self.texts.render(text, self.locale, ZONE)

    def sheet(self, sheet: Sheet) -> Iterable[str]:
        """Writes the parts of the body in order."""
        mark = f'<p class="mark">{self.say(sheet.mark)}</p>' if sheet.mark else ""
        yield f"<header>{mark}<h1>{self.say(sheet.title)}</h1><p>{self.say(sheet.subtitle)}</p></header>"
        yield f'<div class="tiles">{"".join(map(self.tile, sheet.tiles))}</div>' if sheet.tiles else ""
        yield from map(self.section, sheet.sections)
        yield f"<footer>{self.say(sheet.foot)}</footer>"

    def tile(self, tile: Tile) -> str:
        """Writes one figure."""
        said = (self.say(tile.label), self.say(tile.value), self.say(tile.note))
        return '<div class="tile"><span>{}</span><strong>{}</strong><small>{}</small></div>'.format(*said)

    def section(self, section: Section) -> str:
        """Writes a heading and its blocks."""
        small = ' class="small"' if section.small else ""
        return f"<section{small}><h2>{self.say(section.title)}</h2>{''.join(map(self.block, section.blocks))}</section>"

    @singledispatchmethod
    def block(self, block: Block) -> str:
        """Writes one block."""
        raise TypeError(f"no page shows a {type(block).__name__}")

    @block.register
    def _(self, block: Paragraph) -> str:
        strong = ' class="strong"' if block.strong else ""
        return f"<p{strong}>{self.say(block.text)}</p>"

    @block.register
    def _(self, block: Points) -> str:
        return f"<ul>{''.join(f'<li>{self.say(item)}</li>' for item in block.items)}</ul>"

    @block.register
    def _(self, block: Bars) -> str:
        return f'<div class="bars">{"".join(map(self.bar, block.bars))}</div>'

    @block.register
    def _(self, block: Bands) -> str:
        spans = "".join(f'<i class="b{at}" style="width:{band.percent}%"></i>' for at, band in enumerate(block.bands))
        legend = "".join(self.band(at, band) for at, band in enumerate(block.bands))
        return (
            f'<div class="bands"><p>{self.say(block.label)}</p><div>{spans}</div><p class="legend">{legend}</p></div>'
        )

    @block.register
    def _(self, block: Table) -> str:
        head = "".join(f'<th scope="col">{self.say(cell)}</th>' for cell in block.head)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(map(self.row, block.rows))}</tbody></table>"

    def row(self, cells: tuple[Text, ...]) -> str:
        """Writes one row of a table."""
        first, *others = map(self.say, cells)
        return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>'

    def bar(self, bar: Bar) -> str:
        """Writes one bar with its words beside it."""
        drawn = f'<span class="track"><i class="{bar.tone}" style="width:{percent(bar.length)}%"></i></span>'
        return f'<div class="bar"><span>{self.say(bar.label)}</span>{drawn}<b>{self.say(bar.value)}</b></div>'

    def band(self, at: int, band: Band) -> str:
        """Writes what one colour of a divided bar means."""
        return f'<span><i class="b{at}"></i>{self.say(band.label)}</span> '


def percent(length: Fraction) -> str:
    """Gives a length in per cent with one decimal."""
    return f"{float(length * 100):.1f}"

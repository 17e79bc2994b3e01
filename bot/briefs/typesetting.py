"""Gives a sheet to the typesetter, which runs as a process of its own (typesetter.py), and takes the PDF back."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Any

from bot.briefs.faults import BriefError
from bot.briefs.sheet import Bands, Bars, Block, Paragraph, Points, Section, Sheet, Table
from bot.texts import Catalogues, Text

TYPESETTER = Path(__file__).with_name("typesetter.py")
PATIENCE = 60  # seconds; it takes a third of one
ZONE = "UTC"  # no moment stands on a page, only days
KINDS: dict[type, str] = {Bars: "bars", Bands: "bands", Table: "table", Points: "points", Paragraph: "paragraph"}
AT_ONCE = asyncio.Semaphore(1)


class NotTypeset(BriefError):
    """The typesetter failed; the message says how to mend it."""


async def pdf(sheet: Sheet, texts: Catalogues, locale: str) -> bytes:
    """Typesets a sheet, one at a time. The process gets no environment: it needs no token and no key.

    Raises NotTypeset.
    """
    async with AT_ONCE:
        command = (sys.executable, "-I", str(TYPESETTER))
        running = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={})
        try:
            said = json.dumps(plain(sheet, texts, locale), ensure_ascii=False).encode()
            made, _ = await asyncio.wait_for(running.communicate(said), PATIENCE)
        finally:
            if running.returncode is None:
                running.kill()
                await running.wait()
    if running.returncode or not made.startswith(b"%PDF"):
        raise NotTypeset("the PDF could not be typeset: install the package anew, with its library typst and its fonts")
    return made


def plain(sheet: Sheet, texts: Catalogues, locale: str) -> dict[str, Any]:
    """Gives a sheet as data with every sentence in one language, without tags."""
    data: dict[str, Any] = said(sheet, texts, locale)
    data["sections"] = [section(part, texts, locale) for part in sheet.sections]
    data["mark"] = data["mark"] or ""
    data["day"] = [sheet.day.year, sheet.day.month, sheet.day.day]
    return data | {"lang": locale.split("-")[0], "direction": texts.direction(locale)}


def section(part: Section, texts: Catalogues, locale: str) -> dict[str, Any]:
    """Gives a section as data."""
    data: dict[str, Any] = said(part, texts, locale)
    return data | {"blocks": [block(one, texts, locale) for one in part.blocks]}


def block(one: Block, texts: Catalogues, locale: str) -> dict[str, Any]:
    """Gives a block as data, with its kind."""
    data: dict[str, Any] = said(one, texts, locale) | {"kind": KINDS[type(one)]}
    for bar in data.get("bars", ()):
        bar["length"] = float(bar["length"] * 100)
    return data


def said(part: Any, texts: Catalogues, locale: str) -> Any:
    """Says every sentence within dataclasses and tuples; other values stay."""
    if isinstance(part, Text):
        return texts.plain(part, locale, ZONE)
    if isinstance(part, tuple):
        return [said(one, texts, locale) for one in part]
    if hasattr(part, "__dataclass_fields__"):
        return {name: said(getattr(part, name), texts, locale) for name in part.__dataclass_fields__}
    return part

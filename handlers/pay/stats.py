"""/stats: the published figures, one dimension at a time: by country, by employer, by kind of work.

Members and organizers read the same (anonymity.md, "Publishing"): nothing but releases is looked at, never the open
period. Every button is a link (/figures, which is /stats in place), so that an old one works for ever, and nothing of
what somebody looks at is written down.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from bot.charts.chart import Chart
from bot.dialogue import Button, Link, Outcome, Pages, Picture, Rows, Screen, rows
from bot.jobs.pay import last_release, releases
from bot.pay.budget import ENTERS_FROM, ROUGH_UNDER
from bot.pay.release import Release
from bot.pay.rules import period, period_ends, task_cell
from bot.permissions import require
from bot.texts import Lines, Text, Value, text
from bot.turn import Turn
from handlers.falls import named
from handlers.pay.views import VIEWS, Seen, View, amount, name_of
from handlers.sampled import sample_mark

KINDS = ("country", "employer", "task")
DARK = "d"
HERE = "figures"
WAYS = {"country": "pht", "employer": "pht", "task": "wt"}  # how cells of each kind can be looked at


async def stats(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/stats [what [how [dark]]]: the dimensions, the cells of one, or a cell in words and as a picture."""
    require(turn.member, "read", turn.now)
    shown, mark = await looked_at(turn, args), await sample_mark(turn.stores)
    return replace(shown, text=Lines((*mark, shown.text)))


async def looked_at(turn: Turn, args: tuple[str, ...]) -> Screen:
    """Gives what is looked at; anything unknown leads to the dimensions."""
    last = await last_release(turn.box)
    if last is None or not last.cells:
        return Screen(Lines((text("stats.title"), nothing(turn, last))), rows(to("pay", text("menu.pay.button"))))
    what, *how = args or ("",)
    if what in KINDS:
        return listed(last, what, page_of(how))
    if what in cells_of(last, what.split(":")[0]) and what.split(":")[0] in KINDS:
        return await page(turn, what, *how)
    return menu(last)


def nothing(turn: Turn, last: Release | None) -> Text:
    """Says that nothing is published and why, and when the next figures can come."""
    values: dict[str, Value] = {"n": ENTERS_FROM, "date": period_ends(period(turn.now)).date()}
    return text("stats.nothing", **values) if last is None else text("stats.too_few", period=last.period, **values)


def menu(last: Release) -> Screen:
    """Offers the dimensions of which something is published."""
    kinds = [kind for kind in KINDS if cells_of(last, kind)]
    buttons = [to(kind, text(f"stats.by.{kind}.button"), kind) for kind in kinds]
    buttons.append(Button("export", text("export.button"), Link("export")))
    return Screen(Lines((text("stats.title"), text("stats.choose", period=last.period))), rows(*buttons))


def listed(last: Release, kind: str, at: int) -> Screen:
    """Lists the cells of one dimension, a button each."""
    buttons = [to(cell, label(last, cell), cell) for cell in cells_of(last, kind)]
    pages = Pages(buttons, at, lambda page: Link(HERE, (kind, str(page))))
    said = Lines((text(f"stats.by.{kind}", period=last.period), text("stats.choose.cell")))
    return Screen(said, (*pages.rows(), (to("menu", text("button.back")),)))


def label(last: Release, cell: str) -> Text:
    """Names a cell with its figure; a kind of work that is published by country only has none of its own."""
    published = last.cell(cell)
    if published is None:
        return text("value", value=named(cell))
    return text("stats.cell.button", name=name_of(published), value=amount(published))


def cells_of(last: Release, kind: str) -> list[str]:
    """Lists the cells of a dimension that something is published of, the largest first."""
    found = sorted(last.cells, key=lambda cell: (-cell.size, cell.cell))
    cells = [cell.cell for cell in found if cell.cell.split(":")[0] == kind]
    if kind == "task":  # also where only countries tell of one
        cells += [task_cell(cell.cell.split(":")[2]) for cell in found if cell.cell.split(":")[0] == "pair"]
    return list(dict.fromkeys(cells))


async def page(turn: Turn, cell: str, way: str = "", shade: str = "") -> Screen:
    """Shows a cell: its figures in words, and as a picture of the very same."""
    ways = WAYS[cell.split(":")[0]]
    way, dark = way if way in VIEWS and way in ways else ways[0], shade == DARK
    seen = Seen(cell, await releases(turn.box), turn.now.date(), turn.office.texts, turn.locale, dark)
    view = VIEWS[way](seen)
    if view.chart and await sample_mark(turn.stores):
        view = replace(view, chart=invented(seen, view.chart))
    head = text("stats.page", name=named(cell), period=seen.release.period)
    return Screen(
        Lines((head, *view.lines, text("stats.limits", n=ROUGH_UNDER))),
        buttons(cell, way, dark, ways, drawn=view.chart is not None),
        picture=picture(turn, view),
    )


def invented(seen: Seen, chart: Chart) -> Chart:
    """Marks a picture of a sample union, since pictures are passed on alone."""
    return replace(chart, title=seen.plain(text("sample.chart", title=chart.title)))


def picture(turn: Turn, view: View) -> Picture | None:
    """Gives the picture of a view; it is drawn once the turn is over, and only when nobody saw it before."""
    if view.chart is None:
        return None
    caption = text("stats.caption", title=view.chart.title)
    return Picture(view.chart.key, caption, partial(turn.office.charts.draw, view.chart))


def buttons(cell: str, way: str, dark: bool, ways: str, *, drawn: bool) -> Rows:
    """Offers the other ways to look at a cell, the other shade, and the way back."""
    shade = (DARK,) if dark else ()
    others = [to(f"way.{one}", text(f"stats.way.{one}.button"), cell, one, *shade) for one in ways if one != way]
    turned = to(
        "shade", text("stats.light.button" if dark else "stats.dark.button"), cell, way, *(() if dark else (DARK,))
    )
    back = to("back", text("button.back"), cell.split(":")[0])
    return (*rows(*others, width=2), *(((turned,),) if drawn else ()), (back,))


def to(name: str, said: Text, *args: str) -> Button:
    """Gives a button that leads further within /stats; `pay` leads to a report."""
    return Button(name, said, Link("pay") if name == "pay" else Link(HERE, args))


def page_of(how: Iterable[str]) -> int:
    """Reads the number of a page; anything else is the first."""
    said = next(iter(how), "0")
    return int(said) if said.isdecimal() and len(said) < 4 else 0

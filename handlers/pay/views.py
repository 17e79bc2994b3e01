"""How figures of the releases are looked at, in words and as a picture that says the same: pay beside what the law asks
and what a decent life costs, paid and unpaid hours, the same work in different countries, and pay over the periods.

Everything comes from releases and dated tables. A benchmark that is older than 18 months is not drawn (domain.md 2.5).
What is published is a gross median, so that only gross benchmarks get a ratio; of a net living wage only this can be
said: where even the gross median lies below it, what is left of it does too.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from bot.charts.chart import MOST_BARS, MOST_COLUMNS, Bar, Chart, Column, Mark, Part, Tone
from bot.pay.benchmarks import MINIMA, Comparison, Minimum
from bot.pay.budget import ROUGH_UNDER
from bot.pay.currencies import CURRENCIES
from bot.pay.cuts import Cut, cuts_of
from bot.pay.fx import fx
from bot.pay.living import Living, living
from bot.pay.normalise import in_minor_units
from bot.pay.release import Published, Release
from bot.pay.rules import period_ends
from bot.tables import is_stale
from bot.texts import Catalogues, Country, Lines, Money, Percent, Text, Value, text
from bot.workplaces.catalogue import COUNTRIES, employer, task_name
from handlers.falls import fell, named
from handlers.pay.evidence import beside_minimum, figure, values_of_minimum
from handlers.pay.standing import abroad, dollars_of, times

Legend = tuple[tuple[Tone, str], ...]


@dataclass(frozen=True)
class View:
    """What is seen of a cell: lines of text and the chart of the very same figures, None where nothing can be drawn."""

    lines: tuple[Text | Lines, ...]
    chart: Chart | None = None


@dataclass(frozen=True)
class Seen:
    """What is looked at and by whom: a cell, the releases, the day, the reader's language and light or dark."""

    cell: str
    history: Sequence[Release]
    today: date
    texts: Catalogues
    locale: str
    dark: bool = False

    @property
    def release(self) -> Release:
        """Gives the newest release."""
        return self.history[-1]

    @property
    def currency(self) -> str:
        """Gives the currency of the cell."""
        return self.cell.rpartition(":")[2]

    @cached_property
    def country(self) -> str | None:
        """Gives the country of the cell, of an employer's the one where its currency is at home, where it is one."""
        kind, name, *_ = self.cell.split(":")
        if kind == "country":
            return name
        seen = employer(name).countries if kind == "employer" else ()
        homes = [code for code in seen if COUNTRIES[code].currency == self.currency]
        return homes[0] if len(homes) == 1 else None

    def said(self, key: str, /, **values: Value) -> str:
        """Says a sentence for a picture, in the reader's language."""
        return self.plain(text(key, **values))

    def plain(self, said: Text) -> str:
        """Says a text without tags; no moment stands in a picture, only days."""
        return self.texts.plain(said, self.locale, "UTC")

    def chart(self, title: Text, about: Text, **parts: Sequence[Bar | Column | Mark] | Legend | str) -> Chart:
        """Puts a chart together."""
        chart = Chart(self.plain(title), self.plain(about), dark=self.dark)
        return replace(chart, rtl=self.texts.direction(self.locale) == "rtl", **parts)  # type: ignore[arg-type]  # fields of Chart


def pay(seen: Seen) -> View:
    """Shows where pay lies, beside others in the same money, the legal minimum and a living wage."""
    cells = alike(seen)
    least, decent = minimum_of(seen), living_of(seen)
    lines = (*map(figure, cells), *beside(seen, least, decent))
    marks = tuple(mark for mark in (mark_of_minimum(seen, least), mark_of_living(seen, decent)) if mark)
    has_range = any(cell.low is not None for cell in cells)
    legend: Legend = (("range", seen.said("stats.chart.range")),) if has_range else ()
    about = text("stats.chart.pay.about", currency=seen.currency, period=seen.release.period)
    title = text("stats.chart.pay", name=named(seen.cell))
    bars = tuple(pay_bar(seen, cell) for cell in cells)
    chart = seen.chart(title, about, bars=bars, marks=marks, legend=legend, note=note(seen, cells))
    return View((Lines(lines, tight=True),), chart if bars else None)


def hours(seen: Seen) -> View:
    """Shows which part of the hours is not paid, beside others of the same kind."""
    cells = [cell for cell in same_kind(seen) if cell.unpaid is not None][:MOST_BARS]
    if not cells:
        return View((text("stats.hours.none"),))
    lines = [text("stats.hours.line", name=name_of(cell), share=unpaid(cell)) for cell in cells]
    bars = tuple(hours_bar(seen, cell) for cell in cells)
    legend: Legend = (("own", seen.said("stats.chart.paid")), ("unpaid", seen.said("stats.chart.unpaid")))
    title = text("stats.chart.hours", name=named(seen.cell))
    about = text("stats.chart.hours.about", period=seen.release.period)
    chart = seen.chart(title, about, bars=bars, legend=legend, note=note(seen, cells))
    return View((Lines((text("stats.hours.title"), *lines), tight=True), *told(seen)), chart)


def work(seen: Seen) -> View:
    """Shows what the same work brings in different countries, in US dollars by rates that were fresh at the time."""
    task, when = seen.cell.split(":")[1], period_ends(seen.release.period).date()
    pairs = [cell for cell in seen.release.cells if cell.cell.split(":")[0::2] == ["pair", task]]
    found = [(cell, dollars_of(Fraction(cell.pay), cell.currency, when)) for cell in pairs]
    ranked = sorted(found, key=lambda one: (-(one[1].minor if one[1] else 0), one[0].cell))[:MOST_BARS]
    whole = seen.release.cell(seen.cell)
    lines = [*([figure(whole)] if whole else []), *(abroad(cell, place(cell), dollars) for cell, dollars in ranked)]
    bars = tuple(work_bar(seen, cell, dollars) for cell, dollars in ranked if dollars)
    about = text("stats.chart.work.about", period=seen.release.period, date=day_of_rates(pairs, when))
    chart = seen.chart(text("stats.chart.work", task=task_name(task)), about, bars=bars, note=note(seen, pairs))
    return View((Lines(tuple(lines), tight=True),), chart if bars else None)


def trend(seen: Seen) -> View:
    """Shows a cell's pay over the newest releases; where it fell, that is pointed out, and no cause is named."""
    shown = since_first(seen)[-MOST_COLUMNS:]
    found = {cut.period: cut for cut in cuts_of(seen.cell, seen.history)}
    falls = [found[release.period] for release in shown if release.period in found]
    lines = [text("stats.trend.line", period=one.period, money=said_pay(one.cell(seen.cell))) for one in shown]
    about = text("stats.chart.trend.about", currency=seen.currency)
    legend: Legend = (("cut", seen.said("stats.chart.fell")),) if falls else ()
    columns = tuple(column(seen, release, found.get(release.period)) for release in shown)
    cells = [cell for release in shown if (cell := release.cell(seen.cell))]
    title = text("stats.chart.trend", name=named(seen.cell))
    chart = seen.chart(title, about, columns=columns, legend=legend, note=note(seen, cells))
    why = (*map(fell, falls), text("cuts.no_cause")) if falls else ()
    body = (Lines((text("stats.trend.title"), *lines), tight=True), *([Lines(why, tight=True)] if why else []))
    return View(body, chart)


VIEWS: dict[str, Callable[[Seen], View]] = {"p": pay, "h": hours, "w": work, "t": trend}


def alike(seen: Seen) -> list[Published]:
    """Lists the cell and those beside it whose pay is in the same money: countries first, then employers."""
    own = [cell for cell in seen.release.cells if cell.cell == seen.cell]
    kinds = ("country", "employer")
    others = [
        cell
        for cell in seen.release.cells
        if cell.cell != seen.cell and cell.currency == seen.currency and cell.cell.split(":")[0] in kinds
    ]
    return [*own, *sorted(others, key=lambda cell: (kinds.index(cell.cell.split(":")[0]), -cell.pay))][:MOST_BARS]


def same_kind(seen: Seen) -> list[Published]:
    """Lists the cell and all others of its kind, the largest first."""
    kind = seen.cell.split(":")[0]
    cells = [cell for cell in seen.release.cells if cell.cell.split(":")[0] == kind]
    return sorted(cells, key=lambda cell: (cell.cell != seen.cell, -cell.size, cell.cell))


def since_first(seen: Seen) -> list[Release]:
    """Lists the releases from the first one that spoke of the cell on."""
    spoke = [at for at, release in enumerate(seen.history) if release.cell(seen.cell)]
    return list(seen.history[spoke[0] :]) if spoke else []


def pay_bar(seen: Seen, cell: Published) -> Bar:
    """Gives the bar of a cell's median pay, with its quartiles."""
    tone: Tone = "own" if cell.cell == seen.cell else "other"
    label, parts = seen.said("value", value=name_of(cell)), (Part(cell.pay, tone),)
    return Bar(label, seen.plain(amount(cell)), parts, low=cell.low, high=cell.high, rough=cell.rough)


def hours_bar(seen: Seen, cell: Published) -> Bar:
    """Gives the bar of a cell's hours, divided into paid and unpaid."""
    lost = cell.unpaid or 0
    said = seen.said("stats.chart.hours.said", share=unpaid(cell))
    label = seen.said("value", value=name_of(cell))
    return Bar(label, said, (Part(100 - lost, "own"), Part(lost, "unpaid")), rough=cell.rough)


def work_bar(seen: Seen, cell: Published, dollars: Money) -> Bar:
    """Gives the bar of a task in one country, in US dollars."""
    said = amount(replace(cell, cell=f"{cell.cell.rpartition(':')[0]}:USD", pay=dollars.minor))
    label, parts = seen.said("value", value=Country(place(cell))), (Part(dollars.minor, "own"),)
    return Bar(label, seen.plain(said), parts, rough=cell.rough)


def column(seen: Seen, release: Release, cut: Cut | None) -> Column:
    """Gives the column of a period; a period that says nothing of the cell leaves a gap."""
    cell, period = release.cell(seen.cell), seen.said("value", value=release.period)
    if cell is None:
        return Column(period, seen.said("stats.chart.nothing"), 0)
    said = seen.said("value", value=number(cell))
    if cut is None:
        return Column(period, said, cell.pay, rough=cell.rough)
    remark = seen.said("value", value=Percent(Fraction(cut.after, cut.before) - 1))
    return Column(period, said, cell.pay, "cut", remark, rough=cell.rough)


def number(cell: Published) -> Decimal:
    """Gives an amount without its currency, which the chart names once."""
    return Decimal(cell.pay).scaleb(-CURRENCIES[cell.currency].digits).normalize() + 0


def note(seen: Seen, cells: Iterable[Published]) -> str:
    """Says what hatching means, where there is any."""
    return seen.said("stats.chart.rough", n=ROUGH_UNDER) if any(cell.rough for cell in cells) else ""


def amount(cell: Published) -> Text:
    """Says an amount, a rough one as such."""
    return text("stats.roughly" if cell.rough else "value", value=Money(cell.pay, cell.currency))


def said_pay(cell: Published | None) -> Text:
    """Says the pay of a period, or that nothing was published of it."""
    return amount(cell) if cell else text("stats.chart.nothing")


def unpaid(cell: Published) -> Percent:
    """Gives the unpaid share of a cell's hours."""
    return Percent(Fraction(cell.unpaid or 0, 100))


def place(cell: Published) -> str:
    """Gives the country of a pair."""
    return cell.cell.split(":")[1]


def name_of(cell: Published) -> Value:
    """Names a cell among others; a country paid in foreign money with that money."""
    kind, name, *_ = cell.cell.split(":")
    if kind == "country" and COUNTRIES[name].currency != cell.currency:
        return text("stats.foreign", name=Country(name), currency=cell.currency)
    return named(cell.cell)


def day_of_rates(pairs: Iterable[Published], when: date) -> date:
    """Gives the day of the oldest exchange rate that some cells are compared by."""
    return min((rate.as_of for cell in pairs if (rate := fx(cell.currency))), default=when)


def told(seen: Seen) -> list[Lines]:
    """Says what is published of an employer beside pay and hours: late pay, rejected work, own data given to AI."""
    cell = seen.release.cell(seen.cell)
    measures = (("late", cell.late), ("rejected", cell.rejected), ("own", cell.own)) if cell else ()
    lines = [text(f"stats.{name}", **bands(shares)) for name, shares in measures if shares]
    return [Lines(tuple(lines), tight=True)] if lines else []


def bands(shares: Sequence[int]) -> dict[str, Value]:
    """Names the shares of the four answers."""
    return {name: Percent(Fraction(share, 100)) for name, share in zip("abcd", shares, strict=True)}


def minimum_of(seen: Seen) -> Minimum | None:
    """Gives the legal minimum that a cell's pay can be held against as it stands: of its country, in its money."""
    found = MINIMA.get(seen.country) if seen.country else None
    return found if found and found.currency == seen.currency else None


def living_of(seen: Seen) -> Living | None:
    """Gives the living wage that a cell's pay can be held against: of its country, in its money."""
    found = living(seen.country) if seen.country else None
    return found if found and found.currency == seen.currency else None


def beside(seen: Seen, least: Minimum | None, decent: Living | None) -> Iterable[Text]:
    """Says how a cell's median stands beside the legal minimum and a living wage."""
    cell = seen.release.cell(seen.cell)
    if cell and least:
        ratio = None if is_stale(least.as_of, seen.today) else Fraction(cell.pay) / least.hourly
        yield from beside_minimum(Comparison(least, ratio), "stats")
    if cell and decent:
        yield from beside_living(seen, cell, decent)


def beside_living(seen: Seen, cell: Published, decent: Living) -> Iterable[Text]:
    """Says a living wage, and what can be said of a gross median beside it."""
    values = values_of_living(decent)
    if is_stale(decent.as_of, seen.today):
        yield text("stats.living.old", **values)
    elif cell.pay < decent.hourly and decent.basis != "unstated":
        yield text("stats.living.below", **values)
    elif decent.basis == "gross":
        yield text("stats.living.above", times=times(Fraction(cell.pay) / decent.hourly), **values)
    else:
        yield text("stats.living.unlike", **values)


def values_of_living(decent: Living) -> dict[str, Value]:
    """Gives what is said of a living wage in every sentence about it."""
    kind = text(f"{decent.kind.replace('_', '.')}.{decent.basis}")
    hourly = Money(in_minor_units(decent.hourly), decent.currency)
    return {"kind": kind, "where": decent.place or Country(decent.country), "hourly": hourly, "date": decent.as_of}


def mark_of_minimum(seen: Seen, least: Minimum | None) -> Mark | None:
    """Gives the line of the legal minimum, while its row is fresh."""
    if least is None or is_stale(least.as_of, seen.today):
        return None
    return Mark(float(least.hourly), "minimum", seen.said("stats.chart.minimum", **values_of_minimum(least)))


def mark_of_living(seen: Seen, decent: Living | None) -> Mark | None:
    """Gives the line of a living wage, while its row is fresh."""
    if decent is None or is_stale(decent.as_of, seen.today):
        return None
    return Mark(float(decent.hourly), "living", seen.said("stats.chart.living", **values_of_living(decent)))

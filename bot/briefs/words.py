"""Says a brief: which sentences, bars and tables it has, by key. The wording stands in locales/."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from bot.briefs.errors import off_by
from bot.briefs.rules import Beside, Brief, Hour, Line, gap
from bot.briefs.sheet import Band, Bands, Bar, Bars, Block, Paragraph, Points, Section, Sheet, Table, Tile, Tone
from bot.pay.budget import ENTERS_FROM, GROWN_FROM, QUESTIONS, ROUGH_UNDER
from bot.pay.cuts import Cut
from bot.pay.fx import fx
from bot.pay.release import release_id
from bot.pay.rules import period_ends
from bot.pay.takehome import PARITIES
from bot.texts import Country, Money, Percent, Text, Value, text
from bot.workplaces.catalogue import clients_of, task_name

BANDS = range(4)
SHOWN_GAP = Fraction(11, 10)  # between countries, below which there is none to speak of
SPOKEN = 3  # currencies of an employer that are set beside the law, those with most reports first
NONE = text("brief.none.figure")
Amounts = tuple[tuple[Text, Money, Tone], ...]


def sheet(brief: Brief, *, sample: bool = False) -> Sheet:
    """Makes the sheet of a brief; `sample` marks it as invented."""
    named = release_id(brief.release)
    sections = (pay, conditions, across, trend, silence, method, sources)
    return Sheet(
        period_ends(brief.release.period).date(),
        text("brief.title", employer=brief.employer.name),
        text("brief.subtitle", period=brief.release.period, release=named),
        text("brief.sample") if sample else None,
        tiles(brief),
        tuple(section for make in sections for section in make(brief)),
        text("brief.foot", employer=brief.employer.id, release=named),
    )


def tiles(brief: Brief) -> tuple[Tile, ...]:
    """Gives the main figures: those of the cell with most reports."""
    if brief.main is None:
        return ()
    said = brief.main.published
    note = text("brief.about", size=said.size) if not said.rough else text("brief.about.rough", size=said.size)
    first = Tile(text("brief.tile.pay"), value(Money(said.pay, said.currency)), note)
    unpaid = () if said.unpaid is None else (Tile(text("brief.tile.unpaid"), percent(said.unpaid), note),)
    bands = ((question, getattr(said, question)) for question in QUESTIONS)
    others = (Tile(text(f"brief.tile.{question}"), percent(found[0]), note) for question, found in bands if found)
    return (first, *unpaid, *others)


def pay(brief: Brief) -> Iterator[Section]:
    """Sets every median beside the medians of the country, the legal minimum and what a living costs."""
    blocks: list[Block] = [Paragraph(text("brief.pay.what"))]
    for line in brief.lines[:SPOKEN]:
        besides = brief.beside_of(line.published.cell)
        blocks.append(bars(tuple(amounts(brief, line, besides))))
        blocks += [paragraph(line, beside) for beside in besides]
    yield Section(text("brief.pay.title"), tuple(blocks))


def amounts(brief: Brief, line: Line, besides: Iterable[Beside]) -> Iterator[tuple[Text, Money, Tone]]:
    """Gives the amounts that stand in one set of bars: all of one currency."""
    yield text("brief.bar.employer", employer=brief.employer.name), line.hour.own, "own"
    for other in brief.countries:
        if other.country and other.hour.own.currency == line.hour.own.currency:
            yield text("brief.bar.country", country=Country(other.country)), other.hour.own, "other"
    for beside in besides:
        tone: Tone = "law" if beside.benchmark == "minimum" else "living"
        yield text(f"brief.bar.{beside.benchmark}", where=where(beside)), beside.hourly, tone


def bars(amounts: Amounts) -> Bars:
    """Draws amounts of one currency on one scale."""
    longest = max(money.minor for _, money, _ in amounts)
    return Bars(tuple(Bar(label, value(money), Fraction(money.minor, longest), tone) for label, money, tone in amounts))


def paragraph(line: Line, beside: Beside) -> Paragraph:
    """Says how a median stands to one benchmark."""
    values: dict[str, Value] = {"where": where(beside), "date": beside.as_of, "money": beside.hourly}
    under = line.published.pay < beside.hourly.minor
    if beside.old:
        return Paragraph(text(f"brief.beside.{beside.benchmark}.old", **values))
    if beside.ratio is not None:
        share = Percent(beside.ratio)
        return Paragraph(text(f"brief.beside.{beside.benchmark}.share", share=share, **values), strong=under)
    how = "under" if under else "over"
    return Paragraph(text(f"brief.beside.living_wage.net.{how}", **values), strong=under)


def conditions(brief: Brief) -> Iterator[Section]:
    """Says what is published of unpaid time, lateness, rejection and people's own data; else of the country alone."""
    blocks: list[Block] = []
    for line in brief.lines[:SPOKEN]:
        said = line.published
        if said.unpaid is not None:
            blocks.append(Paragraph(text("brief.unpaid", share=share(said.unpaid), currency=said.currency)))
        blocks += [bands(question, found) for question in QUESTIONS if (found := getattr(said, question))]
    for other in brief.countries:
        if other.country and other.published.unpaid is not None:
            country = Country(other.country)
            blocks.append(Paragraph(text("brief.unpaid.country", country=country, share=share(other.published.unpaid))))
    if blocks:
        yield Section(text("brief.conditions.title"), tuple(blocks))


def bands(question: str, found: tuple[int, ...]) -> Bands:
    """Draws how the answers to a question are divided."""
    labels = (text(f"brief.band.{question}.{at}", share=share(found[at])) for at in BANDS)
    return Bands(
        text(f"brief.band.{question}"),
        tuple(Band(label, part) for label, part in zip(labels, found, strict=True)),
    )


def across(brief: Brief) -> Iterator[Section]:
    """Sets the same employer, and the same tasks, side by side across countries and currencies."""
    blocks: list[Block] = []
    if brief.lines:
        blocks += [Paragraph(text("brief.across.employer", employer=brief.employer.name)), table(brief.lines)]
    for task in brief.tasks:
        blocks += [Paragraph(text("brief.across.task", task=task_name(task.id))), table(task.lines)]
        if task.all:
            blocks.append(Paragraph(text("brief.across.all", money=task.all.hour.own, size=task.all.published.size)))
        if (times := gap(task.lines)) is not None and times >= SHOWN_GAP:
            blocks.append(Paragraph(text("brief.across.gap", times=tenths(times)), strong=True))
    if blocks:
        yield Section(text("brief.across.title"), (*blocks, Paragraph(text("brief.across.how"))))


def table(lines: Iterable[Line]) -> Table:
    """Lays lines out: where, in own money, in US dollars, in international dollars, from how many reports."""
    head = tuple(text(f"brief.column.{name}") for name in ("where", "own", "dollars", "international", "reports"))
    return Table(head, tuple((place(line), *hour(line.hour), about(line.published.size)) for line in lines))


def hour(found: Hour) -> tuple[Text, ...]:
    """Gives an hour in three moneys. An international dollar is no currency, so it is said without one, in tenths."""
    buys = found.international
    return (
        value(found.own),
        value(found.dollars) if found.dollars else NONE,
        value(tenths(Fraction(buys.minor, 100))) if buys else NONE,
    )


def trend(brief: Brief) -> Iterator[Section]:
    """Shows the main cell over the last periods, each fall marked; falls of the other cells are told."""
    shown = {history.cell: history for history in brief.history}
    if brief.main is None or len(brief.used) < 2:
        return
    points = shown[brief.main.published.cell].points
    most = max(point.published.pay for point in points if point.published)
    drawn = (
        Bar(
            text("value", value=point.period),
            value(Money(point.published.pay, point.published.currency)) if point.published else NONE,
            Fraction(point.published.pay, most) if point.published else Fraction(0),
            "cut" if point.cut else "own",
        )
        for point in points
    )
    cuts = [point.cut for history in brief.history for point in history.points if point.cut]
    told = [Paragraph(fallen(cut), strong=True) for cut in cuts] or [Paragraph(text("brief.trend.steady"))]
    yield Section(text("brief.trend.title"), (Bars(tuple(drawn)), *told, Paragraph(text("brief.trend.how"))))


def fallen(cut: Cut) -> Text:
    """Says what fell, from where to where."""
    before, after = Money(cut.before, cut.currency), Money(cut.after, cut.currency)
    lost = Percent(Fraction(cut.before - cut.after, cut.before))
    return text("brief.trend.cut", period=cut.period, before=before, after=after, share=lost)


def silence(brief: Brief) -> Iterator[Section]:
    """Says what is not published, and why."""
    items = [text("brief.silent.currency", currency=code, number=ENTERS_FROM) for code in brief.silent]
    for line in brief.lines:
        said = line.published
        if None in (said.unpaid, said.late, said.rejected, said.own):
            items.append(text("brief.silent.grown", currency=said.currency, number=GROWN_FROM))
    if not brief.tasks:
        items.append(text("brief.silent.tasks"))
    yield Section(text("brief.silent.title"), (Points((*items, text("brief.silent.never"))),))


def method(brief: Brief) -> Iterator[Section]:
    """Says how the figures came about, how far they can be trusted, and what they cannot say."""
    items = [text(f"brief.method.{name}") for name in ("who", "hours", "median", "privacy", "sizes")]
    if brief.main is not None:
        said = brief.main.published
        middle, wide = off_by(said.size, grown=said.unpaid is not None)  # grown employers have it, others never
        values: dict[str, Value] = {"middle": percent(middle), "wide": percent(wide)}
        items.append(text("brief.method.error", size=said.size, **values))
    items += [text("brief.method.rough", number=ROUGH_UNDER), text("brief.method.limits")]
    yield Section(text("brief.method.title"), (Points(tuple(items)),), small=True)


def sources(brief: Brief) -> Iterator[Section]:
    """Names where everything beside the figures comes from, with dates, and the releases that were used."""
    besides = [beside for _, found in brief.beside for beside in found]
    items = [
        text(f"brief.source.{beside.benchmark}", where=where(beside), date=beside.as_of, source=beside.source)
        for beside in besides
    ]
    items += [*rates(brief), *parities(brief)]
    if clients := clients_of(brief.employer.id):
        items.append(text("brief.source.clients", clients=", ".join(client.name for client in clients)))
    used = ", ".join(f"{release.period} ({release_id(release)})" for release in brief.used)
    items.append(text("brief.source.releases", releases=used))
    yield Section(text("brief.source.title"), (Points(tuple(items)),), small=True)


def rates(brief: Brief) -> Iterator[Text]:
    """Names the exchange rates that were used, one sentence a source."""
    lines = (*brief.lines, *(line for task in brief.tasks for line in task.lines))
    codes = sorted({line.published.currency for line in lines if line.published.currency != "USD"})
    found = [rate for code in codes if (rate := fx(code))]
    for source, day in sorted({(rate.source, rate.as_of) for rate in found}):
        yield text("brief.source.rates", source=source, date=day)


def parities(brief: Brief) -> Iterator[Text]:
    """Names the purchasing power parities that were used."""
    lines = (*brief.lines, *(line for task in brief.tasks for line in task.lines))
    used = sorted({line.country for line in lines if line.country and line.hour.international})
    rows = [parity for code in used if (parity := PARITIES.get(code))]
    for source, year in sorted({(row.source, row.year) for row in rows}):
        yield text("brief.source.parities", source=source, year=str(year))


def where(beside: Beside) -> Value:
    """Names the place that a benchmark is of."""
    return beside.place or Country(beside.country)


def place(line: Line) -> Text:
    """Names the country of a line, or its currency where there is no single one."""
    return value(Country(line.country)) if line.country else text("brief.several", currency=line.published.currency)


def about(size: int) -> Text:
    """Says how many reports, in tens."""
    return text("brief.about.number", size=size)


def share(percents: int) -> Percent:
    """Makes a share of whole per cent."""
    return Percent(Fraction(percents, 100))


def percent(percents: int) -> Text:
    """Says whole per cent."""
    return value(share(percents))


def value(shown: Value) -> Text:
    """Says a value alone."""
    return text("value", value=shown)


def tenths(times: Fraction) -> Decimal:
    """Gives a number with one decimal, rounded down: no gap is made larger than it is."""
    return Decimal(int(times * 10)).scaleb(-1)

"""Where an hour stands, in words for the person alone: in other money, beside what a decent life costs, and beside the
last release. Nothing here looks at the open period: what its reports say is known to nobody before it ends.
"""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from bot.pay.fx import fx, in_dollars
from bot.pay.living import Hour, Living, LivingComparison, beside_living
from bot.pay.normalise import OTHER, Effective, Report, effective, in_minor_units
from bot.pay.release import Published, Release
from bot.pay.rules import STEP, country_cell, employer_cell, pair_cell, period_ends, task_cell
from bot.pay.takehome import PARITIES, international
from bot.texts import Country, Lines, Money, Percent, Text, Value, text
from bot.workplaces.catalogue import employer, task_name

TENTH = Decimal("0.1")
MOST_COUNTRIES = 8  # lines that fit a small phone beside the rest
NOTABLE = Fraction(11, 10)  # how many times as much another country must pay to be pointed out


def in_other_money(rate: Fraction, report: Report, today: date) -> tuple[Text, ...]:
    """Says what an hour is in US dollars, with the day of the rate, and what it buys in international dollars."""
    currency = report.amount.currency
    exchange = fx(currency)
    lines = []
    if currency != "USD" and exchange and (dollars := dollars_of(rate, currency, today)):
        lines.append(text("pay.dollars", money=dollars, date=exchange.as_of))
    return (*lines, *buys(rate, report, "pay.buys"))


def buys(rate: Fraction, report: Report, key: str) -> tuple[Text, ...]:
    """Says what an hour buys in international dollars, with the year whose prices that goes by; or nothing."""
    found = international(rate, report.country, report.amount.currency)
    if found is None:
        return ()
    year = str(PARITIES[report.country].year)
    return (text(key, money=Money(in_minor_units(found * 100), "USD"), year=year),)


def dollars_of(rate: Fraction, currency: str, today: date) -> Money | None:
    """Gives an hour in US dollars; None without a rate, or with one that was older than 18 months on that day."""
    exchange, cents = fx(currency), in_dollars(rate, currency)
    if exchange is None or cents is None or exchange.is_old(today):
        return None
    return Money(in_minor_units(cents), "USD")


def beside_a_living(
    report: Report, net: Fraction | None, today: date, contractor: bool | None = None
) -> tuple[Text, ...]:
    """Says how an hour compares with a living wage, for contractors with a living tariff; or why it is not compared.

    `net` is what is left of an hour, where the worker said what is taken off; `contractor` is what they said of their
    contract, otherwise the kind of employer tells.
    """
    result, contractor = effective(report), is_contractor(report) if contractor is None else contractor
    found = beside_living(Hour(result.currency, result.real, net), report.country, contractor, today)
    if found is None:
        return ()
    said = compared(found)
    if contractor and found.ratio is not None and found.living.kind == "living_wage":
        return (said, text("living.least"))
    return (said,)


def is_contractor(report: Report) -> bool:
    """Says whether one works for a platform, and so pays for costs, waiting and social security oneself."""
    return report.employer != OTHER and employer(report.employer).kind == "platform"


def compared(found: LivingComparison) -> Text:
    """Says a living wage or tariff, whose it is and of when, and the ratio or the reason why there is none."""
    values = values_of(found.living)
    if found.ratio is None:
        return text(f"living.{found.missing}", **values)
    if found.ratio < 1:
        return text("living.below", share=Percent(found.ratio), **values)
    return text("living.above", times=times(found.ratio), **values)


def values_of(living: Living) -> dict[str, Value]:
    """Gives what is said of a living wage or tariff in every sentence about it."""
    return {
        "kind": text(f"{living.kind.replace('_', '.')}.{living.basis}"),
        "where": living.place or Country(living.country),
        "whom": text(f"living.for.{living.household}"),
        "year": str(living.as_of.year),
        "hourly": Money(in_minor_units(living.hourly), living.currency),
        "monthly": Money(living.monthly, living.currency),
    }


def times(ratio: Fraction) -> Decimal:
    """Writes a ratio to one decimal, rounded down: nothing looks better than it is."""
    return (Decimal(ratio.numerator) / ratio.denominator).quantize(TENTH, ROUND_FLOOR)


def beside(report: Report, last: Release | None) -> list[Lines]:
    """Sets an hour beside the last release: by employer, country and task, and the same task in other countries.

    A line stands only where its cell was published. Amounts in dollars go by rates that were fresh when the period
    ended, so that one release says the same to everybody.
    """
    if last is None:
        return []
    lines = [*own_cells(report, last)]
    title = text("beside.title", period=last.period)
    found = [Lines((title, *lines), tight=True)] if lines else []
    return [*found, *elsewhere(report, last)]


def own_cells(report: Report, last: Release) -> Iterable[Text]:
    """Gives a line for each published cell that a report like this one would fall into."""
    result, currency = effective(report), report.amount.currency
    task, country = task_name(report.task), Country(report.country)
    if report.employer != OTHER:
        name = employer(report.employer).name
        yield from stands(name, result, last.cell(employer_cell(report.employer, currency)))
    yield from stands(country, result, last.cell(country_cell(report.country, currency)))
    pair = text("beside.pair", task=task, country=country)
    yield from stands(pair, result, last.cell(pair_cell(report.country, report.task, currency)))
    yield from stands(text("beside.task", task=task), result, last.cell(task_cell(report.task)))


def stands(name: str | Country | Text, result: Effective, published: Published | None) -> Iterable[Text]:
    """Says where half of the reports of a cell lie, and on which side of that this hour is."""
    if published is None:
        return
    ours = result.real if published.currency == result.currency else in_dollars(result.real, result.currency)
    if ours is not None:
        about = "rough" if published.rough else "sound"
        money = Money(published.pay, published.currency)
        yield text(f"beside.{side(ours, published.pay)}.{about}", name=name, money=money)


def side(ours: Fraction, median: int) -> str:
    """Says on which side of a published median an hour lies; within a step of the pay grid it is about the same."""
    if ours * STEP < median:
        return "lower"
    return "higher" if ours > median * STEP else "same"


def elsewhere(report: Report, last: Release) -> list[Lines]:
    """Says what the same task brings in other countries, the best paid first, in their own money and in US dollars."""
    when = period_ends(last.period).date()
    pairs = [(published, country) for published, country in same_task(report, last) if country != report.country]
    if not pairs:
        return []
    found = [
        (published, country, dollars_of(Fraction(published.pay), published.currency, when))
        for published, country in pairs
    ]
    ranked = sorted(found, key=lambda one: (-(one[2].minor if one[2] else 0), one[1]))[:MOST_COUNTRIES]
    title = text("beside.elsewhere", task=task_name(report.task), period=last.period)
    return [Lines((title, *(abroad(*one) for one in ranked), *gap(report, ranked, when)), tight=True)]


def same_task(report: Report, last: Release) -> Iterable[tuple[Published, str]]:
    """Lists the published pairs of a report's task with their countries."""
    for published in last.cells:
        kind, *names = published.cell.split(":")
        if kind == "pair" and names[1] == report.task:
            yield published, names[0]


def abroad(published: Published, country: str, dollars: Money | None) -> Text:
    """Says what a task brings in one other country."""
    about = "rough" if published.rough else "sound"
    values: dict[str, Value] = {"country": Country(country), "money": Money(published.pay, published.currency)}
    if dollars is None or published.currency == "USD":
        return text(f"beside.abroad.{about}", **values)
    return text(f"beside.abroad.dollars.{about}", dollars=dollars, **values)


def gap(report: Report, ranked: Iterable[tuple[Published, str, Money | None]], when: date) -> tuple[Text, ...]:
    """Points out where the same task brings notably more than this hour, in US dollars: the best paid country."""
    result = effective(report)
    ours = dollars_of(result.real, result.currency, when)
    best = next(((country, dollars) for _, country, dollars in ranked if dollars), None)
    if ours is None or best is None or ours.minor <= 0 or best[1].minor < ours.minor * NOTABLE:
        return ()
    return (text("beside.gap", country=Country(best[0]), times=times(Fraction(best[1].minor, ours.minor))),)

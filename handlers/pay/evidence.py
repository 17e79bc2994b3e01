"""What pay comes to, in words: one report for the person who made it, and the published figures for everybody."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import partial

from bot.pay.benchmarks import Comparison, Minimum, compare
from bot.pay.normalise import OTHER, Report, effective, in_minor_units
from bot.pay.release import Published, Release
from bot.pay.rules import country_cell, employer_cell, pair_cell
from bot.pay.takehome import Costs, TakeHome, take_home
from bot.texts import Country, Lines, Money, Percent, Text, Value, text
from bot.workplaces.catalogue import employer, task_name
from handlers.pay.standing import beside_a_living, buys, in_other_money, times

KINDS = ("country", "employer", "task", "pair")


def meaning(report: Report, costs: Costs | None, today: date, contractor: bool | None = None) -> Lines:
    """Says what a report means: the hour as advertised, as it really is, in dollars, what was not paid, the minimum.

    With `costs` also what is left of it; they are the worker's own and nowhere kept. Then the living wage;
    `contractor` is what they said of their contract, None where they did not.
    """
    result = effective(report)
    taken = take_home(report, costs) if costs else None
    per_hour = Money(in_minor_units(result.real), result.currency)
    headline = Money(in_minor_units(result.headline), result.currency)
    lines = [text("pay.real", money=per_hour), *in_other_money(result.real, report, today)]
    lines.append(text("pay.headline", money=headline))
    lines.append(
        text("pay.unpaid_share", share=Percent(result.unpaid_share)) if result.unpaid_share else text("pay.all_paid")
    )
    lines += [*beside_minimum(compare(result, report.country, today)), text("pay.gross")]
    net = taken.net if taken else None
    lines += [*(left(report, taken) if taken else ()), *beside_a_living(report, net, today, contractor)]
    return Lines(tuple(lines), tight=True)


def left(report: Report, found: TakeHome) -> tuple[Text, ...]:
    """Says what is left of an hour, and what that buys."""
    lines = [text("pay.net", money=Money(in_minor_units(found.net), found.currency))]
    lines += buys(found.net, report, "pay.net.international")
    return tuple(lines)


def beside_minimum(found: Comparison | None, about: str = "pay") -> tuple[Text, ...]:
    """Says how an hour compares with the legal minimum, or that what we know of it is too old to compare with.

    `about` is whose hour it is: "pay" the reader's own, "stats" the middle of what was published.
    """
    if found is None:
        return ()
    values, ratio = values_of_minimum(found.minimum), found.ratio
    if ratio is None:
        return (text(f"{about}.minimum.old", **values),)
    if ratio < 1:
        return (text(f"{about}.minimum.below", share=Percent(ratio), **values),)
    return (text(f"{about}.minimum.above", times=times(ratio), **values),)


def values_of_minimum(least: Minimum) -> dict[str, Value]:
    """Gives what is said of a legal minimum in every sentence about it."""
    money = Money(in_minor_units(least.hourly), least.currency)
    return {"where": least.place or Country(least.country), "minimum": money, "date": least.as_of}


def visible(report: Report, last: Release | None) -> list[Lines]:
    """Says among how many a report would stand, from the last release alone: nothing of this period may be shown."""
    if last is None:
        return []
    where, currency = Country(report.country), report.amount.currency
    lines: list[Text | Lines] = [place(where, last.cell(country_cell(report.country, currency)))]
    if report.employer != OTHER:
        lines.append(place(employer(report.employer).name, last.cell(employer_cell(report.employer, currency))))
    if report.task != OTHER:
        cell = pair_cell(report.country, report.task, currency)
        pair = text("pay.visible.pair", task=task_name(report.task), country=where)
        lines.append(place(pair, last.cell(cell)))
    return [Lines(tuple(lines), tight=True)]


def place(name: Country | str | Text, published: Published | None) -> Text:
    """Says how many reports the last release spoke of, or that it said nothing."""
    if published is None:
        return text("pay.visible.hidden", name=name)
    return text("pay.visible.shown", name=name, size=published.size)


def figures(release: Release) -> Lines:
    """Says the figures of a release, a line per cell: sizes in tens, medians only."""
    if not release.cells:
        return Lines((text("figures.none", period=release.period),))
    return Lines((text("figures.title", period=release.period), *map(figure, first(release.cells))), tight=True)


def first(cells: Iterable[Published]) -> list[Published]:
    """Gives the cells that fit a digest: countries, then employers, then kinds of work, of each the largest."""
    return sorted(cells, key=lambda cell: (KINDS.index(cell.cell.split(":")[0]), -cell.size, cell.cell))[:12]


def figure(published: Published) -> Text:
    """Says one published cell."""
    kind, *names, _ = published.cell.split(":")
    about = "rough" if published.rough else "sound"
    said = partial(text, money=Money(published.pay, published.currency), size=published.size)
    if kind == "country":
        return figure_of_country(published, names[0], about)
    if kind == "employer":
        return said(f"figures.employer.{about}", employer=employer(names[0]).name)
    task = task_name(names[-1])
    if kind == "task":
        return said(f"figures.task.{about}", task=task)
    return said(f"figures.pair.{about}", task=task, country=Country(names[0]))


def figure_of_country(published: Published, name: str, about: str) -> Text:
    """Says what is published of a country, with the quartiles where there are any."""
    said = partial(
        text,
        country=Country(name),
        money=Money(published.pay, published.currency),
        share=Percent(Fraction(published.unpaid or 0, 100)),
        size=published.size,
    )
    if published.low is None or published.high is None:
        return said(f"figures.country.{about}")
    low, high = (Money(minor, published.currency) for minor in (published.low, published.high))
    return said("figures.country.quartiles", low=low, high=high)

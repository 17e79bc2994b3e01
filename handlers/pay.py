"""/pay: six questions, answered by buttons wherever possible, and at once what an hour of this work really brings.

Every step is sealed: it lives in memory, and what is sent goes into the box in fragments that nothing joins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial

from bot.box.pool import Closed, Receipt
from bot.dialogue import Button, Link, Outcome, Pages, Screen, Step, rows
from bot.jobs.pay import last_release
from bot.pay.amounts import amount, hours
from bot.pay.normalise import BASES, OTHER, Basis, Effective, Report, effective, in_minor_units, longest, span
from bot.pay.release import Published, Release
from bot.pay.rules import country_cell, employer_cell, entries, following, period, period_ends
from bot.permissions import require
from bot.texts import Country, Lines, Money, Percent, Refusal, Text, text
from bot.turn import Turn
from bot.workplaces.catalogue import COUNTRIES, TASKS, country, employer, employers

RESULT_SECONDS = 600  # a result leaves the chat after ten minutes (anonymity.md, "Chat hygiene")
HALF_HOUR = Decimal("0.5")


async def pay(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/pay: says what is promised and what is not, then asks for the country."""
    require(turn.member, "report", turn.now)
    name = await filing_period(turn)
    if turn.box.is_open(name) and await turn.box.standing(name, turn.telegram_id) == "sealed":
        raise Refusal("pay.sealed", date=period_ends(name).date())
    return AskCountry()


@dataclass(frozen=True)
class AskCountry(Step, name="pay.country", sealed=True):
    """Question 1: in which country the work was done."""

    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows the member's own country in front of the list."""
        own = turn.member.country if turn.member else None
        listed = sorted(COUNTRIES, key=lambda code: code != own)
        buttons = [Button(code, text("value", value=Country(code)), AskEmployer(code)) for code in listed]
        pages = Pages(buttons, self.page, AskCountry, width=2, size=12)
        return Screen(Lines((text("pay.secret"), text("pay.country.ask"))), (*pages.rows(), (stop(),)))


@dataclass(frozen=True)
class AskEmployer(Step, name="pay.employer", sealed=True):
    """Question 2: who pays, from a list, or somebody else."""

    country: str
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows the employers seen in this country, the member's own in front."""
        own = turn.member.employers if turn.member else ()
        listed = sorted(employers(self.country), key=lambda listed: listed.id not in own)
        buttons = [self._button(one.id, text("value", value=one.name)) for one in listed]
        pages = Pages(buttons, self.page, lambda page: AskEmployer(self.country, page), width=2, size=12)
        other = self._button(OTHER, text("pay.employer.other.button"))
        return Screen(text("pay.employer.ask"), (*pages.rows(), (other,), (back(AskCountry()), stop())))

    def _button(self, employer: str, label: Text) -> Button:
        return Button(employer, label, AskTask(self.country, employer))


@dataclass(frozen=True)
class AskTask(Step, name="pay.task", sealed=True):
    """Question 3: what kind of work."""

    country: str
    employer: str
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows the kinds of work."""
        buttons = [Button(task, text(f"task.{task}"), AskBasis(self.country, self.employer, task)) for task in TASKS]
        pages = Pages(buttons, self.page, lambda page: AskTask(self.country, self.employer, page), width=2, size=18)
        return Screen(text("pay.task.ask"), (*pages.rows(), (back(AskEmployer(self.country)), stop())))


@dataclass(frozen=True)
class AskBasis(Step, name="pay.basis", sealed=True):
    """Question 4, first half: how one is paid."""

    country: str
    employer: str
    task: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows the ways of being paid."""
        buttons = [Button(basis, text(f"basis.{basis}"), self._next(basis)) for basis in BASES]
        before = back(AskTask(self.country, self.employer))
        return Screen(text("pay.basis.ask"), (*rows(*buttons, width=2), (before, stop())))

    def _next(self, basis: Basis) -> "AskAmount":
        return AskAmount(self.country, self.employer, self.task, basis, country(self.country).currencies[0])


@dataclass(frozen=True)
class AskAmount(Step, name="pay.amount", sealed=True):
    """Question 4, second half: how much, in which currency."""

    country: str
    employer: str
    task: str
    basis: Basis
    currency: str

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the amount; another currency is a tap, or is named beside the figure."""
        others = [code for code in country(self.country).currencies if code != self.currency]
        switches = [Button(code, text("pay.currency.button", currency=code), self._in(code)) for code in others]
        ask = text(f"pay.amount.ask.{self.basis}", currency=self.currency)
        before = back(AskBasis(self.country, self.employer, self.task))
        return Screen(ask, (*rows(*switches, width=2), (before, stop())))

    def _in(self, currency: str) -> "AskAmount":
        return AskAmount(self.country, self.employer, self.task, self.basis, currency)

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads an amount as people type it."""
        said = amount(words, self.currency)
        return AskHours(self.country, self.employer, self.task, self.basis, Money(said.minor, said.currency))


@dataclass(frozen=True)
class AskHours(Step, name="pay.hours", sealed=True):
    """Question 5: for how many hours one was paid."""

    country: str
    employer: str
    task: str
    basis: Basis
    amount: Money

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the paid hours of a week or a shift."""
        before = back(AskBasis(self.country, self.employer, self.task))
        usual = ("8", "10", "12") if span(self.basis) == "shift" else ("20", "40", "45")
        quick = [Button(f"h{n}", text("pay.hours.button", n=int(n)), self._next(Decimal(n))) for n in usual]
        ask = text(f"pay.hours.ask.{self._kind()}", amount=self.amount)
        return Screen(ask, (*rows(*quick, width=3), (before, stop())))

    def _kind(self) -> str:
        return "task" if self.basis == "task" else span(self.basis)

    def _next(self, paid: Decimal) -> "AskUnpaid":
        return AskUnpaid(self.country, self.employer, self.task, self.basis, self.amount, paid)

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the hours."""
        return self._next(hours(words, longest(self.basis), least=HALF_HOUR))


@dataclass(frozen=True)
class AskUnpaid(Step, name="pay.unpaid", sealed=True):
    """Question 6: how many hours more one worked without pay."""

    country: str
    employer: str
    task: str
    basis: Basis
    amount: Money
    hours: Decimal

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the unpaid hours, naming what counts."""
        quick = [Button(f"h{n}", text("pay.hours.button", n=n), self._next(Decimal(n))) for n in (0, 2, 5, 10)]
        before = back(AskHours(self.country, self.employer, self.task, self.basis, self.amount))
        return Screen(text(f"pay.unpaid.ask.{span(self.basis)}"), (*rows(*quick, width=4), (before, stop())))

    def _next(self, unpaid: Decimal) -> "Review":
        return Review(self.country, self.employer, self.task, self.basis, self.amount, self.hours, unpaid)

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the hours; together with the paid ones they must fit a week or a shift."""
        review = self._next(hours(words, longest(self.basis)))
        effective(review.report())
        return review


@dataclass(frozen=True)
class Review(Step, name="pay.review", sealed=True):
    """Shows what was said and what it means, before anything is sent."""

    country: str
    employer: str
    task: str
    basis: Basis
    amount: Money
    hours: Decimal
    unpaid: Decimal

    def report(self) -> Report:
        """Gives the answers as a report."""
        return Report(self.country, self.employer, self.task, self.basis, self.amount, self.hours, self.unpaid)

    async def screen(self, turn: Turn) -> Screen:
        """Shows the answers and the result."""
        said = text(
            "pay.review",
            country=Country(self.country),
            employer=employer(self.employer).name if self.employer != OTHER else text("pay.employer.other.button"),
            task=text(f"task.{self.task}"),
            basis=text(f"basis.{self.basis}"),
            amount=self.amount,
            hours=self.hours,
            unpaid=self.unpaid,
        )
        send = Button("send", text("pay.send.button"), self.send, "success")
        again = Button("again", text("pay.again.button"), AskCountry())
        seen = visible(self.report(), await last_release(turn.box))
        lines = Lines((said, meaning(effective(self.report())), *seen, text("pay.before_sending")))
        return Screen(lines, rows(send, again, stop()))

    async def send(self, turn: Turn) -> Screen:
        """Takes the report into the box, in fragments, and shows the result for ten minutes."""
        require(turn.member, "report", turn.now)
        name, receipt = await file(turn, self.report())
        if receipt == "sealed":
            raise Refusal("pay.sealed", date=period_ends(name).date())
        lines = Lines((text(f"pay.{receipt}"), meaning(effective(self.report()))))
        buttons = (
            Button("done", text("button.done"), Link("done"), "primary"),
            Button("withdraw", text("pay.withdraw.button"), Link("withdraw")),
        )
        return Screen(lines, rows(*buttons), fleeting=RESULT_SECONDS, protected=True)


def visible(report: Report, last: Release | None) -> list[Lines]:
    """Says among how many a report would stand, from the last release alone: nothing of this period may be shown."""
    if last is None:
        return []
    currency = report.amount.currency
    lines: list[Text | Lines] = [place(Country(report.country), last.cell(country_cell(report.country, currency)))]
    if report.employer != OTHER:
        lines.append(place(employer(report.employer).name, last.cell(employer_cell(report.employer, currency))))
    return [Lines(tuple(lines), tight=True)]


def place(name: Country | str, published: Published | None) -> Text:
    """Says how many reports the last release spoke of, or that it said nothing."""
    if published is None:
        return text("pay.visible.hidden", name=name)
    return text("pay.visible.shown", name=name, size=published.size)


async def filing_period(turn: Turn) -> str:
    """Names the period that a report sent now counts in: the next where this one's figures are drawn already.

    That happens when the clock was set back. Nothing is ever added to what is released.
    """
    name = period(turn.now)
    while await turn.box.board(name) is not None:
        name = following(name)
    return name


async def file(turn: Turn, report: Report) -> tuple[str, Receipt]:
    """Takes a report into the box, into the next period when this one closes in between; says which and how."""
    name = await filing_period(turn)
    try:
        await turn.box.open(name)
        return name, await turn.box.put(name, turn.telegram_id, entries(report), electorate=False)
    except Closed:
        return await file(turn, report)


def stop() -> Button:
    """Ends the report; nothing is kept."""
    return Button("stop", text("pay.stop.button"), Link("cancel"))


def back(to: Step) -> Button:
    """Leads to the question before."""
    return Button("back", text("button.back"), to)


def meaning(result: Effective) -> Lines:
    """Says what a report means: the hour as advertised, the hour as it really is, and what was not paid."""
    per_hour = Money(in_minor_units(result.real), result.currency)
    headline = Money(in_minor_units(result.headline), result.currency)
    lines = [text("pay.real", money=per_hour), text("pay.headline", money=headline)]
    lines.append(
        text("pay.unpaid_share", share=Percent(result.unpaid_share)) if result.unpaid_share else text("pay.all_paid")
    )
    return Lines((*lines, text("pay.gross")), tight=True)


async def withdraw(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Takes a report back as long as it waits in memory; afterwards nobody can find it."""
    name = await filing_period(turn)
    if not turn.box.is_open(name) or not await turn.box.withdraw(name, turn.telegram_id):
        raise Refusal("pay.withdraw.gone")
    return Screen(text("pay.withdrawn"))


def figures(release: Release) -> Lines:
    """Says the figures of a release, a line per cell: sizes in tens, medians only."""
    if not release.cells:
        return Lines((text("figures.none", period=release.period),))
    return Lines((text("figures.title", period=release.period), *map(figure, first(release.cells))), tight=True)


def first(cells: Iterable[Published]) -> list[Published]:
    """Gives the cells that fit a digest: the largest, countries before employers."""
    return sorted(cells, key=lambda cell: (cell.cell.split(":")[0] != "country", -cell.size, cell.cell))[:12]


def figure(published: Published) -> Text:
    """Says one published cell."""
    kind, name, currency = published.cell.split(":")
    money = Money(published.pay, currency)
    about = "rough" if published.rough else "sound"
    if kind == "country":
        return figure_of_country(published, name, about)
    return text(f"figures.employer.{about}", employer=employer(name).name, money=money, size=published.size)


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

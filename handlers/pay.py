"""/pay: six questions, answered by buttons wherever possible, and at once what an hour of this work really brings.

Every step is sealed: it lives in memory, and what is sent goes into the box in fragments that nothing joins.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from secrets import randbelow

from bot.box.pool import Closed, Receipt
from bot.dialogue import Button, Link, Outcome, Pages, Screen, Step, rows
from bot.jobs.pay import last_release
from bot.pay.amounts import amount, hours
from bot.pay.normalise import BASES, OTHER, Basis, Report, effective, longest, span
from bot.pay.release import wanted
from bot.pay.rules import Filing, entries, following, period, period_ends
from bot.pay.takehome import Costs, take_home
from bot.permissions import require
from bot.texts import Country, Lines, Money, Refusal, Text, text
from bot.turn import Turn
from bot.workplaces.catalogue import COUNTRIES, TASKS, country, employer, employers
from handlers.evidence import meaning, visible
from handlers.standing import beside

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
        return Screen(
            Lines((Lines((text("pay.secret"), text("guarantee")), tight=True), text("pay.country.ask"))),
            (*pages.rows(), (stop(),)),
        )


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
    costs: Costs | None = None

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
        more = Button("more", text("pay.more.button"), AskOff(self))
        again = Button("again", text("pay.again.button"), AskCountry())
        last = await last_release(turn.box)
        result = meaning(self.report(), self.costs, turn.now.date())
        seen = (*beside(self.report(), last), *visible(self.report(), last))
        lines = Lines((said, result, *seen, text("pay.before_sending")))
        return Screen(lines, rows(send, more, again, stop()))

    async def send(self, turn: Turn) -> Screen:
        """Takes the report into the box, in fragments, and shows the result for ten minutes."""
        require(turn.member, "report", turn.now)
        name, receipt = await file(turn, self.report())
        if receipt == "sealed":
            raise Refusal("pay.sealed", date=period_ends(name).date())
        stands = beside(self.report(), await last_release(turn.box))
        lines = Lines((text(f"pay.{receipt}"), meaning(self.report(), self.costs, turn.now.date()), *stands))
        buttons = (
            Button("done", text("button.done"), Link("done"), "primary"),
            Button("withdraw", text("pay.withdraw.button"), Link("withdraw")),
        )
        return Screen(lines, rows(*buttons), fleeting=RESULT_SECONDS, protected=True)


@dataclass(frozen=True)
class AskOff(Step, name="pay.off", sealed=True):
    """Only for the worker's own eyes, and never sent: what was taken off the pay."""

    review: Review

    async def screen(self, turn: Turn) -> Screen:
        """Asks for tax, contributions and fees."""
        return amount_screen("pay.off.ask", self.review, AskOwn(self.review, 0))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the amount; more than the pay cannot be taken off it."""
        off = same_currency(words, self.review)
        take_home(self.review.report(), Costs(off=off))
        return AskOwn(self.review, off)


@dataclass(frozen=True)
class AskOwn(Step, name="pay.own", sealed=True):
    """What the work cost the worker."""

    review: Review
    off: int

    async def screen(self, turn: Turn) -> Screen:
        """Asks for internet, power, a device."""
        return amount_screen("pay.own.ask", self.review, AskOwed(self.review, self.off, 0))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the amount."""
        return AskOwed(self.review, self.off, same_currency(words, self.review))


@dataclass(frozen=True)
class AskOwed(Step, name="pay.owed", sealed=True):
    """What was earned and not paid."""

    review: Review
    off: int
    own: int

    async def screen(self, turn: Turn) -> Screen:
        """Asks for rejected, pending and withheld pay."""
        return amount_screen("pay.owed.ask", self.review, self._known(0))

    def _known(self, owed: int) -> Review:
        return replace(self.review, costs=Costs(self.off, self.own, owed))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the amount."""
        return self._known(same_currency(words, self.review))


def amount_screen(key: str, review: Review, nothing: Step) -> Screen:
    """Asks for an amount beside the pay, for the same time and in the same currency."""
    none = Button("none", text("pay.nothing.button"), nothing)
    return Screen(text(key, currency=review.amount.currency), (*rows(none), (back(review), stop())))


def same_currency(words: str, review: Review) -> int:
    """Reads an amount in the currency of the pay, in minor units. Raises Refusal for another one."""
    said = amount(words, review.amount.currency)
    if said.currency != review.amount.currency:
        raise Refusal("pay.takehome.other_currency", currency=review.amount.currency)
    return said.minor


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
    name, last = await filing_period(turn), await last_release(turn.box)
    said = entries(Filing((report,)), randbelow, wanted(last))
    try:
        await turn.box.open(name)
        return name, await turn.box.put(name, turn.telegram_id, said, electorate=False)
    except Closed:
        return await file(turn, report)


def stop() -> Button:
    """Ends the report; nothing is kept."""
    return Button("stop", text("pay.stop.button"), Link("cancel"))


def back(to: Step) -> Button:
    """Leads to the question before."""
    return Button("back", text("button.back"), to)


async def withdraw(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Takes a report back as long as it waits in memory; afterwards nobody can find it."""
    name = await filing_period(turn)
    if not turn.box.is_open(name) or not await turn.box.withdraw(name, turn.telegram_id):
        raise Refusal("pay.withdraw.gone")
    return Screen(text("pay.withdrawn"))

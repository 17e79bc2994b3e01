"""/pay: six questions, answered by buttons wherever possible, and at once what an hour of this work really brings.

Every step is sealed: it lives in memory, and what is sent goes into the box in fragments that nothing joins.
Beside this file: more.py (what may be told beyond the six questions), filing.py (the way into the box), words.py,
evidence.py and standing.py (what it comes to and where it stands), stats.py and views.py (the published figures).
"""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial

from bot.dialogue import Button, Link, Outcome, Pages, Rows, Screen, Step, back, rows
from bot.jobs.pay import last_release
from bot.pay.amounts import amount, hours
from bot.pay.more import Job, filing, main_job, without_employer, without_task
from bot.pay.normalise import BASES, OTHER, Basis, Report, effective, longest, span
from bot.pay.plausible import in_currency, is_doubtful, likely
from bot.pay.rules import MOST_REPORTS, period_ends
from bot.permissions import require
from bot.texts import Country, Lines, Money, Refusal, Text, text
from bot.turn import Turn
from bot.workplaces.catalogue import COUNTRIES, country, employer, employers, task_name, tasks
from handlers.pay.evidence import visible
from handlers.pay.filing import file, refuse_sealed
from handlers.pay.more import About, TellMore, month_buttons, stop
from handlers.pay.words import advised, payer, result, said, whole
from handlers.sampled import sample_mark

RESULT_SECONDS = 600  # a result leaves the chat after ten minutes (anonymity.md, "Chat hygiene")


@dataclass(frozen=True)
class Begun:
    """What stands before the questions of a job: the jobs told already, and its month (None: the present one)."""

    jobs: tuple[Job, ...] = ()
    month: date | None = None


async def pay(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/pay: says what is promised and what is not, then asks for the country."""
    require(turn.member, "report", turn.now)
    await refuse_sealed(turn)
    return AskCountry()


@dataclass(frozen=True)
class AskCountry(Step, name="pay.country", sealed=True):
    """Question 1: in which country the work was done. Nothing finer is asked."""

    begun: Begun = field(default_factory=Begun)
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows the member's own country in front of the list."""
        own = turn.member.country if turn.member else None
        listed = sorted(COUNTRIES, key=lambda code: code != own)
        buttons = [Button(code, text("value", value=Country(code)), AskEmployer(self.begun, code)) for code in listed]
        pages = Pages(buttons, self.page, lambda page: AskCountry(self.begun, page), width=2, size=12)
        before = [back(Review(self.begun.jobs))] if self.begun.jobs else []
        return Screen(Lines((*self._promise(), text("pay.country.ask"))), (*pages.rows(), (*before, stop())))

    def _promise(self) -> tuple[Lines, ...]:
        told = self.begun.jobs
        return () if told else (Lines((text("pay.secret"), text("guarantee")), tight=True),)


@dataclass(frozen=True)
class AskEmployer(Step, name="pay.employer", sealed=True):
    """Question 2: who pays, from a list, or somebody else."""

    begun: Begun
    country: str
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows the employers seen in this country, the member's own in front."""
        own = turn.member.employers if turn.member else ()
        listed = sorted(employers(self.country), key=lambda listed: listed.id not in own)
        buttons = [self._button(one.id, text("value", value=one.name)) for one in listed]
        pages = Pages(buttons, self.page, lambda page: AskEmployer(self.begun, self.country, page), width=2, size=12)
        other = self._button(OTHER, text("pay.employer.other.button"))
        return Screen(text("pay.employer.ask"), (*pages.rows(), (other,), (back(AskCountry(self.begun)), stop())))

    def _button(self, employer: str, label: Text) -> Button:
        return Button(employer, label, AskTask(self.begun, self.country, employer))


@dataclass(frozen=True)
class AskTask(Step, name="pay.task", sealed=True):
    """Question 3: what kind of work."""

    begun: Begun
    country: str
    employer: str
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows the kinds of work."""
        buttons = [Button(task, task_name(task), self._next(task)) for task in tasks()]
        pages = Pages(buttons, self.page, self._turn_to, width=2, size=18)
        return Screen(text("pay.task.ask"), (*pages.rows(), (back(AskEmployer(self.begun, self.country)), stop())))

    def _next(self, task: str) -> "AskBasis":
        return AskBasis(self.begun, self.country, self.employer, task)

    def _turn_to(self, page: int) -> "AskTask":
        return AskTask(self.begun, self.country, self.employer, page)


@dataclass(frozen=True)
class AskBasis(Step, name="pay.basis", sealed=True):
    """Question 4, first half: how one is paid."""

    begun: Begun
    country: str
    employer: str
    task: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows the ways of being paid."""
        buttons = [Button(basis, text(f"basis.{basis}"), self._next(basis)) for basis in BASES]
        before = back(AskTask(self.begun, self.country, self.employer))
        return Screen(text("pay.basis.ask"), (*rows(*buttons, width=2), (before, stop())))

    def _next(self, basis: Basis) -> "AskAmount":
        return AskAmount(self.begun, self.country, self.employer, self.task, basis, country(self.country).currencies[0])


@dataclass(frozen=True)
class AskAmount(Step, name="pay.amount", sealed=True):
    """Question 4, second half: how much, in which currency."""

    begun: Begun
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
        before = back(AskBasis(self.begun, self.country, self.employer, self.task))
        return Screen(ask, (*rows(*switches, width=2), (before, stop())))

    def _in(self, currency: str) -> "AskAmount":
        return AskAmount(self.begun, self.country, self.employer, self.task, self.basis, currency)

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads an amount as people type it; a currency that is not usual in the country is asked for once more."""
        said = amount(words, self.currency)
        usual = said.currency in country(self.country).currencies
        return self.then(said) if usual else AskCurrency(self, said)

    def then(self, said: Money) -> "AskHours":
        """Gives the next question after this amount."""
        return AskHours(self.begun, self.country, self.employer, self.task, self.basis, said)


@dataclass(frozen=True)
class AskCurrency(Step, name="pay.currency", sealed=True):
    """Asks once more after an amount in a currency that hardly anybody is paid in there."""

    before: AskAmount
    amount: Money

    async def screen(self, turn: Turn) -> Screen:
        """Offers the same number in the currencies of the country, and to leave it as it is."""
        meant = [in_currency(self.amount, code) for code in country(self.before.country).currencies]
        offers = [Button(one.currency, text("value", value=one), self.before.then(one)) for one in meant]
        yes = Button("yes", text("pay.sure.amount.button", amount=self.amount), self.before.then(self.amount))
        ask = text("pay.currency.sure", amount=self.amount, country=Country(self.before.country))
        return Screen(ask, (*rows(*offers, yes), (back(self.before), stop())))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the amount anew."""
        return await self.before.read(turn, words)


@dataclass(frozen=True)
class AskHours(Step, name="pay.hours", sealed=True):
    """Question 5: for how many hours one was paid."""

    begun: Begun
    country: str
    employer: str
    task: str
    basis: Basis
    amount: Money

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the paid hours of a week or a shift."""
        before = back(AskBasis(self.begun, self.country, self.employer, self.task))
        usual = ("8", "10", "12") if span(self.basis) == "shift" else ("20", "40", "45")
        quick = [Button(f"h{n}", text("pay.hours.button", n=int(n)), self._next(Decimal(n))) for n in usual]
        ask = text(f"pay.hours.ask.{self._kind()}", amount=self.amount)
        return Screen(ask, (*rows(*quick, width=3), (before, stop())))

    def _kind(self) -> str:
        return "task" if self.basis == "task" else span(self.basis)

    def _next(self, paid: Decimal) -> "AskUnpaid":
        return AskUnpaid(self.begun, self.country, self.employer, self.task, self.basis, self.amount, paid)

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the hours; without any that are paid there is no hourly pay."""
        said = hours(words, longest(self.basis))
        if not said:
            raise Refusal("pay.report.no_paid_hours")
        return self._next(said)


@dataclass(frozen=True)
class AskUnpaid(Step, name="pay.unpaid", sealed=True):
    """Question 6: how many hours more one worked without pay."""

    begun: Begun
    country: str
    employer: str
    task: str
    basis: Basis
    amount: Money
    hours: Decimal

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the unpaid hours, naming what counts."""
        quick = [Button(f"h{n}", text("pay.hours.button", n=n), partial(self._tell, Decimal(n))) for n in (0, 2, 5, 10)]
        before = back(AskHours(self.begun, self.country, self.employer, self.task, self.basis, self.amount))
        return Screen(text(f"pay.unpaid.ask.{span(self.basis)}"), (*rows(*quick, width=4), (before, stop())))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the hours."""
        return self._after(hours(words, longest(self.basis)), turn)

    async def _tell(self, unpaid: Decimal, turn: Turn) -> Outcome:
        return self._after(unpaid, turn)

    def _after(self, unpaid: Decimal, turn: Turn) -> Step:
        """Together with the paid hours they must fit a week or a shift; pay that can hardly be is asked for again."""
        report = Report(self.country, self.employer, self.task, self.basis, self.amount, self.hours, unpaid)
        effective(report)
        return concluded(self.begun, report, turn)


@dataclass(frozen=True)
class AskSure(Step, name="pay.sure", sealed=True):
    """Asks once more after pay that can hardly be meant, and offers what may have been meant."""

    begun: Begun
    report: Report

    async def screen(self, turn: Turn) -> Screen:
        """Shows what an hour would bring, and the likely slips."""
        found = effective(self.report)
        guesses = enumerate(likely(self.report, country(self.report.country).currencies))
        offers = [Button(f"g{n}", meant(guess), partial(self._take, guess)) for n, guess in guesses]
        yes = Button("yes", text("pay.sure.button"), partial(self._take, self.report))
        ask = text("pay.sure", said=meant(self.report), money=Money(round(found.real), found.currency))
        return Screen(ask, (*rows(*offers, yes), (back(self._again()), stop())))

    async def _take(self, report: Report, turn: Turn) -> Outcome:
        return reviewed(self.begun, report, turn)

    def _again(self) -> AskAmount:
        said = self.report
        return AskAmount(self.begun, said.country, said.employer, said.task, said.basis, said.amount.currency)

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the amount anew, for the same time and the same hours."""
        said = replace(self.report, amount=amount(words, self.report.amount.currency))
        return concluded(self.begun, said, turn)


@dataclass(frozen=True)
class Review(Step, name="pay.review", sealed=True):
    """Shows what was said of one to three jobs and what it means, before anything is sent."""

    jobs: tuple[Job, ...]

    async def screen(self, turn: Turn) -> Screen:
        """Shows the answers, the result, and among how many they would stand."""
        last = await last_release(turn.box)
        seen = visible(main_job(self.jobs).told, last)
        mark = await sample_mark(turn.stores)
        found = result(self.jobs, last, turn.now.date())
        ends = Lines((*seen, text("pay.before_sending"))).parts
        lines = whole(partial(length, turn), (*mark, said(self.jobs)), found, ends, text("pay.left_out"))
        return Screen(lines, (*self._onward(), *self._coarser(), *rows(*self._ways_out(), width=2)))

    def _onward(self) -> Rows:
        send = Button("send", text("pay.send.button"), self.send, "success")
        return ((send,), *rows(*self._more()), *rows(*self._another(), width=2))

    def _more(self) -> list[Button]:
        if len(self.jobs) == 1:
            return [Button("more0", text("pay.more.button"), TellMore(About(self.jobs, 0, Review)))]
        labels = [text("pay.more.of.button", number=at + 1) for at in range(len(self.jobs))]
        return [Button(f"more{at}", label, TellMore(About(self.jobs, at, Review))) for at, label in enumerate(labels)]

    def _another(self) -> list[Button]:
        drop = [Button("drop", text("pay.drop.button", number=len(self.jobs)), Review(self.jobs[:-1]))]
        more = [Button("another", text("pay.another.button"), AskAnother(self.jobs))]
        return [*(more if len(self.jobs) < MOST_REPORTS else []), *(drop if len(self.jobs) > 1 else [])]

    def _coarser(self) -> Rows:
        """Offers to say less of the job that counts; of the country nothing coarser is published."""
        main, buttons = main_job(self.jobs).report, []
        if main.employer != OTHER:
            label = text("pay.coarser.employer.button", employer=employer(main.employer).name)
            buttons.append(Button("unnamed", label, Review(without_employer(self.jobs))))
        if main.task != OTHER:
            buttons.append(Button("othertask", text("pay.coarser.task.button"), Review(without_task(self.jobs))))
        return rows(*buttons)

    def _ways_out(self) -> tuple[Button, ...]:
        return (Button("again", text("pay.again.button"), AskCountry()), stop())

    async def send(self, turn: Turn) -> Screen:
        """Takes the report into the box, in fragments, and shows the result for ten minutes."""
        require(turn.member, "report", turn.now)
        name, receipt = await file(turn, filing(self.jobs))
        if receipt == "sealed":
            raise Refusal("pay.sealed", date=period_ends(name).date())
        found = result(self.jobs, await last_release(turn.box), turn.now.date())
        mark = await sample_mark(turn.stores)
        first, left_out = (*mark, text(f"pay.{receipt}")), text("pay.left_out.sent")
        lines = whole(partial(length, turn), first, found, advised(self.jobs), left_out)
        buttons = (
            Button("done", text("button.done"), Link("done"), "primary"),
            Button("withdraw", text("pay.withdraw.button"), Link("withdraw")),
            Button("stats", text("menu.stats.button"), Link("stats")),
        )
        return Screen(lines, rows(*buttons, *missing(self.jobs)), fleeting=RESULT_SECONDS, protected=True)


@dataclass(frozen=True)
class AskAnother(Step, name="pay.another", sealed=True):
    """Asks what is added to the report: a further month of the last job, or a further job."""

    jobs: tuple[Job, ...]

    async def screen(self, turn: Turn) -> Screen:
        """Offers both, and says what several jobs count for."""
        last = self.jobs[-1].report
        same = Button("month", text("pay.another.month.button"), AskMonth(self.jobs, same=True))
        other = Button("job", text("pay.another.job.button"), AskMonth(self.jobs, same=False))
        ask = text("pay.another.ask", employer=payer(last), task=task_name(last.task))
        return Screen(ask, (*rows(same, other), (back(Review(self.jobs)), stop())))


@dataclass(frozen=True)
class AskMonth(Step, name="pay.month", sealed=True):
    """Asks for the month of what is added; it is for the person's own answer only."""

    jobs: tuple[Job, ...]
    same: bool

    async def screen(self, turn: Turn) -> Screen:
        """Shows this month and the 24 before."""
        buttons = month_buttons(turn.now.date(), self._then)
        return Screen(text("pay.month.ask"), (*buttons, (back(AskAnother(self.jobs)), stop())))

    def _then(self, month: date) -> Step:
        begun, last = Begun(self.jobs, month), self.jobs[-1].report
        if not self.same:
            return AskCountry(begun)
        return AskAmount(begun, last.country, last.employer, last.task, last.basis, last.amount.currency)


def missing(jobs: tuple[Job, ...]) -> list[Button]:
    """Leads to the open act that names an employer or a kind of work which the lists lacked, not one left unsaid."""
    lacked = {
        "employer": any(job.report.employer == OTHER and "employer" not in job.unnamed for job in jobs),
        "task": any(job.report.task == OTHER and "task" not in job.unnamed for job in jobs),
    }
    return [Button(what, text(f"propose.{what}.button"), Link("propose", (what,))) for what in lacked if lacked[what]]


def concluded(begun: Begun, report: Report, turn: Turn) -> Step:
    """Gives what follows the last question: the review, or once more a question where the pay can hardly be meant."""
    return AskSure(begun, report) if is_doubtful(report) else reviewed(begun, report, turn)


def reviewed(begun: Begun, report: Report, turn: Turn) -> Review:
    """Adds a job to those told before."""
    return Review((*begun.jobs, Job(report, begun.month or turn.now.date().replace(day=1))))


def meant(report: Report) -> Text:
    """Says an amount with the time it is for."""
    return text("pay.meant", amount=report.amount, basis=text(f"basis.{report.basis}"))


def length(turn: Turn, part: Text | Lines) -> int:
    """Gives how many characters a part of a message has for its reader."""
    return len(turn.office.texts.plain(part, turn.locale, turn.zone))

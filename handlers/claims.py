"""What an open ledger is good for: a pay report that is filled in, and a record to lay before somebody.

The record is shown a month at a time, or given as a file. It is made anew whenever it is looked at, and nothing of it
is kept.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from bot.dialogue import Button, Document, Link, Screen, Step, back, rows
from bot.ledger.claim import Claim, as_page, claim
from bot.ledger.rules import Days, Entry, chosen, hours, minute, sums, weekly
from bot.pay.amounts import amount
from bot.pay.normalise import Report, effective
from bot.permissions import require
from bot.texts import Lines, Money, Refusal, Text, Zone, text
from bot.turn import Turn
from bot.workplaces.catalogue import EMPLOYERS, OTHER, TASKS, task_name, tasks
from handlers.ledger import currency, employer_name, today
from handlers.opened import Home, Open, Opened, add
from handlers.pay.filing import refuse_sealed
from handlers.pay.report import Begun, concluded

LEAST = Decimal("0.5")  # hours of a week that a report must have
MOST_LINES = 60  # of a page; one has up to 50 characters, and a message 4096


@dataclass(frozen=True)
class Job:
    """What a report is about: an employer, and the days of a month."""

    employer: str
    days: Days


async def prepared(turn: Turn, known: Open, job: Job, home: Home) -> Step:
    """Fills in a pay report; what kind of work it is asked once, and kept in the ledger.

    Raises Refusal where this quarter's report is sealed already.
    """
    require(turn.member, "report", turn.now)
    await refuse_sealed(turn)
    task = chosen(known.entries, "task")
    if task is None:
        return AskTask(known, job, home)
    filled = report(turn, known, job, task.thing)
    return concluded(Begun(month=job.days.first.replace(day=1)), filled, turn)  # here alone the ledger meets /pay


@dataclass(frozen=True)
class AskTask(Opened, name="ledger.task", sealed=True, apart=True):
    """Asks what kind of work it is, the first time."""

    job: Job
    home: Home

    async def screen(self, turn: Turn) -> Screen:
        """Shows the kinds of work."""
        buttons = [Button(task, task_name(task), partial(with_task, asked=self, task=task)) for task in tasks()]
        return Screen(text("ledger.task.ask"), (*rows(*buttons, width=2), (back(self.home(self.open)),)))


async def with_task(turn: Turn, asked: AskTask, task: str) -> Step:
    """Keeps the kind of work and goes on."""
    known = await add(turn, asked.open, Entry("task", minute(turn.now), task))
    return await prepared(turn, known, asked.job, asked.home)


def report(turn: Turn, known: Open, job: Job, task: str) -> Report:
    """Gives a month as a report: what arrived in it, and its hours as those of a week.

    Of several currencies the member's own goes in, or the first. An employer or a kind of work that is no longer
    listed is filed as something else. Raises Refusal where a report is not possible.
    """
    found = sums(known.entries, turn.zone, job.days, job.employer)
    code = min(found.received, key=lambda code: (code != currency(turn.member), code))
    worked = max(LEAST, weekly(found.paid)), weekly(found.unpaid)
    pay = Money(found.received[code], code)
    payer, kind = job.employer if job.employer in EMPLOYERS else OTHER, task if task in TASKS else OTHER
    filled = Report(where(turn, job.employer), payer, kind, "month", pay, *worked)
    effective(filled)
    return filled


def where(turn: Turn, employer: str) -> str:
    """Gives the country of a job: the member's, or the employer's. Raises Refusal where neither is known."""
    if turn.member and turn.member.country:
        return turn.member.country
    if employer not in EMPLOYERS:
        raise Refusal("ledger.report.country")
    return EMPLOYERS[employer].countries[0]


@dataclass(frozen=True)
class Record(Opened, name="ledger.record", sealed=True, apart=True):
    """The record of one employer: first what it comes to and what it is, then a page for each month."""

    employer: str
    home: Home
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows a page of the record."""
        found = claim(self.open.entries, self.employer, turn.zone)
        pages = (first_page(found, today(turn)), *newest_first(found))
        moves = [
            Button(f"p{page}", text(f"ledger.claim.{way}.button"), self._at(page))
            for way, page in (("newer", self.page - 1), ("older", self.page + 1))
            if 0 <= page < len(pages)
        ]
        rate = Button("rate", text("ledger.rate.button"), AskRate(self.open, self, currency(turn.member)))
        whole = Button("file", text("ledger.claim.file.button"), self.file)
        return Screen(pages[self.page], rows(*moves, rate, whole, back(self.home(self.open)), width=2))

    async def file(self, turn: Turn) -> Screen:
        """Gives the whole record as a file to carry away, made in memory; the ledger closes with it."""
        found = claim(self.open.entries, self.employer, turn.zone)
        parts = (first_page(found, today(turn)), *newest_first(found)[::-1])
        texts = turn.office.texts
        sections = [texts.render(part, turn.locale, turn.zone) for part in parts]
        written = as_page(sections, turn.locale, texts.direction(turn.locale)).encode()
        document = Document("record.html", text("ledger.claim.file.caption"), written, own=True)
        done = Button("done", text("button.done"), Link("done"), "primary")
        return Screen(text("ledger.claim.file"), rows(done), document=document)

    def _at(self, page: int) -> "Record":
        return Record(self.open, self.employer, self.home, page)


def first_page(found: Claim, day: date) -> Lines:
    """Says what the record comes to, what it is and is not, and its fingerprint."""
    title = text("ledger.claim.title", employer=employer_name(found.employer), date=day, zone=Zone(found.zone))
    worked = text("ledger.claim.hours", paid=hours(found.total.paid), unpaid=hours(found.total.unpaid))
    money = [text("ledger.sum.received", amount=Money(n, code)) for code, n in sorted(found.total.received.items())]
    said = Lines((worked, *money, *owed(found)), tight=True)
    return Lines((title, said, text("ledger.claim.what"), text("ledger.claim.print", print=found.fingerprint())))


def owed(found: Claim) -> list[Text]:
    """Says what is owed by the agreed hour, or that none was named."""
    known = found.owed()
    if known is None or found.rate is None:
        return [text("ledger.claim.no_rate")]
    code = found.rate.currency
    return [
        text("ledger.claim.rate", amount=Money(found.rate.amount, code)),
        text("ledger.claim.short", amount=Money(known.short, code)),
        text("ledger.claim.unpaid", amount=Money(known.unpaid, code)),
    ]


def newest_first(found: Claim) -> list[Lines]:
    """Gives the pages of all months, the newest first."""
    return [page for days in found.months() for page in month_pages(found, days)[::-1]]


def month_pages(found: Claim, days: Days) -> list[Lines]:
    """Says what was worked and received in a month, a line for each day and payment; as many lines as fit a message."""
    worked = [day for day in found.days if day.date in days]
    paid = [payment for payment in found.payments if payment.date in days]
    lines = [text("ledger.claim.day", date=d.date, paid=hours(d.paid), unpaid=hours(d.unpaid)) for d in worked]
    lines += [text("ledger.claim.payment", date=p.date, amount=Money(p.amount, p.currency)) for p in paid]
    title = text("ledger.claim.month", employer=employer_name(found.employer), first=days.first, last=days.last)
    print_ = text("ledger.claim.print", print=found.fingerprint())
    parts = (tuple(lines[at : at + MOST_LINES]) for at in range(0, len(lines), MOST_LINES))
    return [Lines((title, Lines(part, tight=True), print_)) for part in parts]


@dataclass(frozen=True)
class AskRate(Opened, name="ledger.rate", sealed=True, apart=True):
    """Asks what was agreed for an hour."""

    record: Record
    currency: str

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the amount."""
        return Screen(text("ledger.rate.ask", currency=self.currency), rows(back(self.record)))

    async def read(self, turn: Turn, words: str) -> Step:
        """Keeps it in the ledger, in the place of an earlier one."""
        said, employer = amount(words, self.currency), self.record.employer
        agreed = Entry("rate", minute(turn.now), employer, amount=said.minor, currency=said.currency)
        return Record(await add(turn, self.open, agreed), employer, self.record.home)

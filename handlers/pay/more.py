"""Tell more: what one may say of a job beyond the six questions. Every answer is optional, and nothing is free text.

Three answers count in published figures as rough steps; the rest is for the person's own result and forgotten
(bot/pay/more.py). Every step is sealed, as in report.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import get_args

from bot.dialogue import Button, Link, Outcome, Rows, Screen, Step, back, rows
from bot.pay.amounts import amount, hours
from bot.pay.more import (
    DATA_KINDS,
    OPTIONS,
    UNPAID_KINDS,
    Amount,
    DataKind,
    Job,
    More,
    Question,
    UnpaidKind,
    costs,
    months,
)
from bot.pay.normalise import effective, longest, span
from bot.pay.takehome import period_of, take_home
from bot.texts import Lines, Month, Refusal, Text, text
from bot.turn import Turn
from handlers.pay.words import answers

TOPICS = ("unpaid", "left", "owed", "passed", "rejected", "late", "contract", "account", "timer", "data", "month")
FIRST: Mapping[str, Amount | Question] = {
    "left": "off",
    "owed": "pending",
    "passed": "shown",
    "rejected": "rejected",
    "late": "late",
    "contract": "contract",
    "account": "account",
    "timer": "timer",
}
THEN: Mapping[Amount | Question, Amount | Question] = {
    "off": "fees",
    "fees": "own",
    "pending": "withheld",
    "shown": "remitted",
    "account": "reason",
    "consent": "opened",
}


@dataclass(frozen=True)
class About:
    """Which of the jobs told so far an answer is about, and what shows them all again."""

    jobs: tuple[Job, ...]
    at: int
    review: Callable[[tuple[Job, ...]], Step]

    @property
    def job(self) -> Job:
        """Gives the job."""
        return self.jobs[self.at]

    def told(self, more: More) -> "About":
        """Gives the jobs with these answers about the one. Raises Refusal when they cannot be."""
        return self.became(replace(self.job, more=more))

    def became(self, job: Job) -> "About":
        """Gives the jobs with this one in its place. Raises Refusal when its hours or deductions cannot be."""
        effective(job.told)
        if found := costs(job.more):
            take_home(job.told, found)
        return replace(self, jobs=(*self.jobs[: self.at], job, *self.jobs[self.at + 1 :]))


@dataclass(frozen=True)
class TellMore(Step, name="pay.more", sealed=True):
    """The hub: a line and a button per topic, with what was said so far."""

    about: About

    async def screen(self, turn: Turn) -> Screen:
        """Shows what was said so far; every topic is optional."""
        said = Lines(tuple(self._line(topic) for topic in TOPICS), tight=True)
        buttons = [Button(topic, text(f"pay.topic.{topic}.button"), self._step(topic)) for topic in TOPICS]
        ready = Button("ready", text("pay.more.ready.button"), self.about.review(self.about.jobs), "primary")
        return Screen(Lines((text("pay.more.intro"), said)), (*rows(*buttons, width=2), (ready, stop())))

    def _line(self, topic: str) -> Text | Lines:
        said = answers(self.about.job, topic)
        return Lines(said, tight=True) if said else text("pay.more.untold", topic=text(f"pay.topic.{topic}.button"))

    def _step(self, topic: str) -> Step:
        if topic in FIRST:
            return question(self.about, FIRST[topic])
        others: Mapping[str, Callable[[], Step]] = {
            "unpaid": partial(Split, self.about),
            "data": partial(AskData, self.about, self.about.job.more.data or frozenset()),
            "month": partial(AskItsMonth, self.about),
        }
        return others[topic]()


@dataclass(frozen=True)
class Choose(Step, name="pay.choose", sealed=True):
    """A question that is answered by one tap."""

    about: About
    asked: Question

    async def screen(self, turn: Turn) -> Screen:
        """Shows the options; the question can be passed over, which takes back an earlier answer."""
        options = [
            Button(option, text(f"pay.option.{self.asked}.{option}"), self._after(option))
            for option in OPTIONS[self.asked]
        ]
        return Screen(text(f"pay.question.{self.asked}"), (*rows(*options), leave(self.about, self._after(None))))

    def _after(self, option: str | None) -> Step:
        about = self.about.told(self.about.job.more.chose(self.asked, option))
        if self.asked == "account" and option in (None, "active"):
            return TellMore(about.told(about.job.more.chose("reason", None)))
        return onward(about, self.asked)


@dataclass(frozen=True)
class AskSum(Step, name="pay.sum", sealed=True):
    """An amount beside the pay, for the same time and in the same currency."""

    about: About
    asked: Amount

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the amount, says for which time, and offers that it was nothing."""
        report = self.about.job.report
        time = text(f"pay.sum.for.{period_of(report.basis)}", currency=report.amount.currency)
        none = Button("none", text("pay.nothing.button"), partial(self._tell, 0))
        said = Lines((text(f"pay.question.{self.asked}"), time), tight=True)
        return Screen(said, ((none,), leave(self.about, self._after(None))))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the amount in the currency of the pay; more than the pay cannot be taken off it."""
        currency = self.about.job.report.amount.currency
        said = amount(words, currency)
        if said.currency != currency:
            raise Refusal("pay.takehome.other_currency", currency=currency)
        return self._after(said.minor)

    async def _tell(self, minor: int, turn: Turn) -> Outcome:
        return self._after(minor)

    def _after(self, minor: int | None) -> Step:
        return onward(self.about.told(self.about.job.more.with_amount(self.asked, minor)), self.asked)


@dataclass(frozen=True)
class Split(Step, name="pay.split", sealed=True):
    """Where the unpaid hours go, kind by kind."""

    about: About

    async def screen(self, turn: Turn) -> Screen:
        """Shows what is placed and what is not."""
        job = self.about.job
        said = Lines((self._sum(job), *answers(job, "unpaid")), tight=True)
        kinds = [Button(kind, text(f"pay.unpaid.{kind}"), AskKind(self.about, kind)) for kind in UNPAID_KINDS]
        return Screen(said, (*rows(*kinds, width=2), (to_hub(self.about),)))

    def _sum(self, job: Job) -> Text:
        total, unit = job.told.hours_unpaid, span(job.report.basis)
        if total > job.report.hours_unpaid:
            return text(f"pay.split.more.{unit}", hours=total, first=job.report.hours_unpaid)
        if not total:
            return text("pay.split.none")
        return text(f"pay.split.ask.{unit}", hours=total, rest=job.unplaced)


@dataclass(frozen=True)
class AskKind(Step, name="pay.kind", sealed=True):
    """How many of the unpaid hours were of one kind."""

    about: About
    kind: UnpaidKind

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the hours; all that is not placed yet is one tap."""
        job = self.about.job
        rest = job.unplaced + job.more.split.get(self.kind, Decimal(0))
        quick = [Button(f"h{n}", text("pay.hours.button", n=n), partial(self._tell, Decimal(n))) for n in (0, 1, 2, 5)]
        all_of_it = Button("rest", text("pay.split.rest.button", hours=rest), partial(self._tell, rest))
        ask = text(f"pay.kind.ask.{span(job.report.basis)}", kind=text(f"pay.unpaid.{self.kind}"))
        upward = back(Split(self.about))
        return Screen(ask, (*rows(*quick, width=4), *([(all_of_it,)] if rest else []), (upward,)))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads the hours; together with the paid ones they must fit a week or a shift."""
        return self._after(hours(words, longest(self.about.job.report.basis)))

    async def _tell(self, said: Decimal, turn: Turn) -> Outcome:
        return self._after(said)

    def _after(self, said: Decimal) -> Step:
        about = self.about.told(self.about.job.more.with_hours(self.kind, said))
        placed = about.job.told.hours_unpaid == about.job.report.hours_unpaid and not about.job.unplaced
        return TellMore(about) if placed and said else Split(about)


@dataclass(frozen=True)
class AskData(Step, name="pay.data", sealed=True):
    """Which data of one's own were asked for to train AI with."""

    about: About
    kinds: frozenset[DataKind]

    async def screen(self, turn: Turn) -> Screen:
        """Shows the kinds; each is marked and unmarked by a tap."""
        kinds = [Button(kind, self._label(kind), AskData(self.about, self.kinds ^ {kind})) for kind in DATA_KINDS]
        on = self._told(self.kinds) if self.kinds else self._told(frozenset())
        label = text("pay.data.next.button") if self.kinds else text("pay.data.none.button")
        forward = Button("next", label, on, "primary")
        return Screen(
            text("pay.question.data"), (*rows(*kinds, width=2), (forward,), leave(self.about, self._told(None)))
        )

    def _label(self, kind: DataKind) -> Text:
        name = text(f"pay.data.{kind}")
        return text("pay.data.marked", kind=name) if kind in self.kinds else name

    def _told(self, kinds: frozenset[DataKind] | None) -> Step:
        about = self.about.told(self.about.job.more.with_data(kinds))
        return Choose(about, "consent") if kinds else TellMore(about)


@dataclass(frozen=True)
class AskItsMonth(Step, name="pay.month.change", sealed=True):
    """In which month this was; only for the answer."""

    about: About

    async def screen(self, turn: Turn) -> Screen:
        """Shows this month and those before."""
        buttons = month_buttons(turn.now.date(), lambda month: TellMore(self.about.became(self._in(month))))
        return Screen(text("pay.month.ask"), (*buttons, (to_hub(self.about),)))

    def _in(self, month: date) -> Job:
        return replace(self.about.job, month=month)


def question(about: About, name: Amount | Question) -> Step:
    """Gives the step that asks for an amount or a choice."""
    for asked in get_args(Amount):
        if asked == name:
            return AskSum(about, asked)
    return next(Choose(about, asked) for asked in OPTIONS if asked == name)


def onward(about: About, asked: Amount | Question) -> Step:
    """Gives the next question of the topic, or the hub."""
    return question(about, THEN[asked]) if asked in THEN else TellMore(about)


def month_buttons(today: date, to: Callable[[date], Step]) -> Rows:
    """Gives a button for this month and each of the 24 before; never a day."""
    buttons = (Button(f"m{month:%Y%m}", text("value", value=Month(month)), to(month)) for month in months(today))
    return rows(*buttons, width=3)


def leave(about: About, onwards: Step) -> tuple[Button, ...]:
    """Gives the way back to the hub and the way on without an answer."""
    return (to_hub(about), Button("skip", text("pay.skip.button"), onwards))


def to_hub(about: About) -> Button:
    """Leads back to the topics."""
    return back(TellMore(about))


def stop() -> Button:
    """Ends the report; nothing is kept."""
    return Button("stop", text("pay.stop.button"), Link("cancel"))

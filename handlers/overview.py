"""What the weeks and months of an open ledger come to, and corrections."""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Literal

from bot.dialogue import Button, Link, Outcome, Pages, Screen, Step, back, rows
from bot.ledger.book import opened
from bot.ledger.codes import read_code
from bot.ledger.rules import (
    SORTS,
    Days,
    Entry,
    Sort,
    Sums,
    employers_of,
    hours,
    loose,
    mended,
    minute,
    moment,
    month,
    sums,
    week,
)
from bot.pay.amounts import hours as read_hours
from bot.pay.normalise import in_minor_units
from bot.permissions import require
from bot.texts import Lines, Money, Percent, Refusal, Text, text
from bot.turn import Turn
from bot.vault import Unreadable
from handlers.claims import Job, Record, prepared
from handlers.ledger import Home, employer_name, today
from handlers.opened import LIFE, Open, Opened, keep

HALF_HOUR = Decimal("0.5")
LONGEST = 24  # hours that one stretch of work may have
Span = Literal["month", "week"]


async def unlock(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """Asks for the code of the ledger."""
    require(turn.member, "read", turn.now)
    return AskCode()


@dataclass(frozen=True)
class AskCode(Step, name="ledger.open", sealed=True, apart=True):
    """Asks for the code."""

    async def screen(self, turn: Turn) -> Screen:
        """Says what opening means."""
        return Screen(text("ledger.open.ask"), rows(back(Home())))

    async def read(self, turn: Turn, words: str) -> Step:
        """Opens the ledger; a typing error is told from a wrong code. Raises Refusal."""
        code = read_code(words)
        async with turn.office.reading() as stores:
            book = await stores.ledgers.get(turn.telegram_id)
        if book is None:
            raise Refusal("ledger.none")
        try:
            private, said = await turn.office.aside(opened, book, code)
        except Unreadable:
            raise Refusal("ledger.code.wrong") from None
        found = Open(private, turn.now + LIFE, book, said.entries, said.damaged)
        return Overview(await keep(turn, found, said.entries))


@dataclass(frozen=True)
class Overview(Opened, name="ledger.overview", sealed=True, apart=True):
    """A month or a week: hours paid and not, what was received, what an hour brought."""

    span: Span = "month"
    ago: int = 0

    def days(self, turn: Turn) -> Days:
        """Gives the days it is about."""
        return (month if self.span == "month" else week)(today(turn), self.ago)

    async def screen(self, turn: Turn) -> Screen:
        """Shows the sums, and what can be made of them."""
        found, days = sums(self.open.entries, turn.zone, self.days(turn)), self.days(turn)
        title = text(f"ledger.{self.span}.title", first=days.first, last=days.last)
        lines = Lines((title, *summary(found)), tight=True)
        ends = text("ledger.open.until", moment=self.open.until)
        said = Lines((lines, *warnings(self.open, minute(turn.now)), ends))
        return Screen(said, (self._moves(), *rows(*self._made(turn, days)), *self._ends()))

    def _moves(self) -> tuple[Button, ...]:
        other: Span = "week" if self.span == "month" else "month"
        earlier = Button("earlier", text("ledger.earlier.button"), replace(self, ago=self.ago + 1))
        later = Button("later", text("ledger.later.button"), replace(self, ago=self.ago - 1))
        switch = Button("span", text(f"ledger.{other}.button"), Overview(self.open, other))
        return (earlier, *([later] if self.ago else []), switch)

    def _made(self, turn: Turn, days: Days) -> list[Button]:
        """Gives what can be made for each employer: of a month a report, of everything a record."""
        buttons = []
        for key in employers_of(self.open.entries):
            name, own = employer_name(key), sums(self.open.entries, turn.zone, days, key)
            if self.span == "month" and own.paid and own.received:
                to = partial(prepared, known=self.open, job=Job(key, days), home=Overview)
                buttons.append(Button(f"report.{key}", text("ledger.report.button", employer=name), to))
            record = Record(self.open, key, Overview)
            buttons.append(Button(f"claim.{key}", text("ledger.claim.button", employer=name), record))
        return buttons

    def _ends(self) -> tuple[tuple[Button, ...], ...]:
        correct = Button("correct", text("ledger.correct.button"), Correct(self.open))
        return ((correct, Button("done", text("ledger.close.button"), Link("done"), "primary")),)


def summary(found: Sums) -> list[Text]:
    """Says hours, money and what an hour brought, a line each."""
    lines = [text("ledger.sum.paid", hours=hours(found.paid)), text("ledger.sum.unpaid", hours=hours(found.unpaid))]
    unpaid = [sort for sort in SORTS if sort != "paid" and sort in found.minutes]
    lines += [text(f"ledger.sum.{sort}", hours=hours(found.minutes[sort])) for sort in unpaid]
    if found.unpaid:
        lines.append(text("pay.unpaid_share", share=Percent(Fraction(found.unpaid, found.paid + found.unpaid))))
    for currency, minor in sorted(found.received.items()):
        lines.append(text("ledger.sum.received", amount=Money(minor, currency)))
        hourly = found.hourly(currency)
        if hourly is not None:
            lines.append(text("ledger.sum.hourly", amount=Money(in_minor_units(hourly), currency)))
    return lines


def warnings(known: Open, now: int) -> list[Text]:
    """Says what has to be looked at: halves without the other half, places that do not open."""
    halves, found = len(loose(known.entries, now)), []
    if halves:
        found.append(text("ledger.loose", n=halves))
    if known.damaged:
        found.append(text("ledger.damaged", n=known.damaged))
    return found


@dataclass(frozen=True)
class Correct(Opened, name="ledger.correct", sealed=True, apart=True):
    """The entries, those that lack their other half in front, then the newest."""

    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows a page of entries, a button each."""
        entries, halves = self.open.entries, loose(self.open.entries, minute(turn.now))
        shown = [at for at in reversed(range(len(entries))) if entries[at].kind in ("start", "stop", "work", "pay")]
        shown.sort(key=lambda at: entries[at] not in halves)
        buttons = [Button(f"e{at}", label(entries[at]), Fix(self.open, at)) for at in shown]
        pages = Pages(buttons, self.page, partial(Correct, self.open))
        said = text("ledger.correct.ask" if shown else "ledger.correct.none")
        return Screen(said, (*pages.rows(), (back(Overview(self.open)),)))


def label(entry: Entry) -> Text:
    """Says an entry in a line."""
    at = moment(entry.at)
    if entry.kind == "work":
        sort = text(f"ledger.sort.{entry.sort}")
        return text("ledger.entry.work", moment=at, hours=hours(entry.amount), sort=sort)
    if entry.kind == "pay":
        return text("ledger.entry.pay", moment=at, amount=Money(entry.amount, entry.currency))
    return text(f"ledger.entry.{entry.kind}", moment=at)


@dataclass(frozen=True)
class Fix(Opened, name="ledger.fix", sealed=True, apart=True):
    """One entry: how long it was, what it was, or that it never was."""

    at: int

    @property
    def entry(self) -> Entry:
        """Gives the entry."""
        return self.open.entries[self.at]

    async def screen(self, turn: Turn) -> Screen:
        """Shows the entry and what can be changed of it."""
        said = Lines((label(self.entry), employer_name(self.entry.thing)), tight=True)
        away = Button("remove", text("ledger.remove.button"), partial(change, fix=self, entry=None), "danger")
        if self.entry.kind == "pay":
            return Screen(Lines((said, text("ledger.fix.pay"))), rows(away, back(Correct(self.open))))
        work = self.entry.kind == "work"
        sorts = [self._sort(sort) for sort in SORTS if sort != self.entry.sort] if work else []
        ask = text("ledger.fix.ask" if work else f"ledger.fix.{self.entry.kind}")
        return Screen(Lines((said, ask)), (*rows(*sorts, width=2), *rows(away, back(Correct(self.open)))))

    def _sort(self, sort: Sort) -> Button:
        changed = partial(change, fix=self, entry=replace(self.entry, sort=sort))
        return Button(sort, text(f"ledger.sort.{sort}"), changed)

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads how many hours it was. Raises Refusal for a payment, which is removed and entered anew."""
        if self.entry.kind == "pay":
            raise Refusal("dialogue.press")
        said = read_hours(words, LONGEST, least=HALF_HOUR)
        return await change(turn, self, mended(self.entry, int(said * 60)))


async def change(turn: Turn, fix: Fix, entry: Entry | None) -> Step:
    """Puts another entry in the place of one, or none, and seals everything anew."""
    others = fix.open.entries[: fix.at] + ((entry,) if entry else ()) + fix.open.entries[fix.at + 1 :]
    return Correct(await keep(turn, fix.open, others))

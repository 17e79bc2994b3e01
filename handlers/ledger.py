"""/ledger: a member's own record of work and pay, in two taps; sealed at once, and read only with the member's code.

Every step is sealed, since it shows times and money, and apart, since keys and seals take longer than a transaction
may. What is entered is committed before anything is said about it.
Nothing here reads an entry: handlers/opened.py does, with the code.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from secrets import randbelow

from bot.dialogue import Action, Button, Link, Outcome, Pages, Rows, Screen, Step, back, rows
from bot.ledger.book import made, with_entry
from bot.ledger.codes import GROUP, draw_code, grouped, letters
from bot.ledger.rules import SORTS, Entry, Sort, local_day, minute, noon
from bot.members.rules import Member
from bot.pay.amounts import amount
from bot.permissions import require
from bot.texts import Lines, Money, Refusal, Text, text
from bot.turn import Turn
from bot.workplaces.catalogue import EMPLOYERS, OTHER, country, employers
from handlers.pay.more import stop

LONGEST_BACK = 365  # days that a payment may lie back
SHOWN_SECONDS = 300  # that a code stays in the chat
Chosen = Callable[[str], "Step | Action"]


async def ledger(turn: Turn, args: tuple[str, ...]) -> Outcome:
    """/ledger: what it is and what it is not, for who has none; the taps, for who keeps one."""
    require(turn.member, "read", turn.now)
    async with turn.office.reading() as stores:
        kept = await stores.ledgers.kept(turn.telegram_id)
    return Home() if kept else Form()


@dataclass(frozen=True)
class Form(Step, name="ledger.form", sealed=True, apart=True):
    """Says what is promised and what is not, before the first tap."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows the form."""
        begin_ = Button("begin", text("ledger.begin.button"), begin, "primary")
        promise = Lines((text("ledger.seizure"), text("ledger.cannot"), text("ledger.lost")))
        return Screen(Lines((text("ledger.what"), promise)), rows(begin_, stop()))


async def begin(turn: Turn) -> Step:
    """Draws a code; nothing is kept before it is written down."""
    return ShowCode(draw_code(randbelow))


@dataclass(frozen=True)
class ShowCode(Step, name="ledger.code", sealed=True, apart=True):
    """Shows the code, once, and makes sure that it was written down."""

    code: str

    async def screen(self, turn: Turn) -> Screen:
        """Shows the code and asks for its end."""
        return Screen(text("ledger.code.show", code=grouped(self.code)), rows(stop()), fleeting=SHOWN_SECONDS)

    async def read(self, turn: Turn, words: str) -> Step:
        """Makes the ledger once the last group is typed. One that was there before is gone with it."""
        require(turn.member, "read", turn.now)  # who left meanwhile keeps none
        if letters(words)[-GROUP:] != self.code[-GROUP:]:
            raise Refusal("ledger.code.end_wrong")
        book = await turn.office.aside(made, self.code, randbelow)
        async with turn.office.writing() as stores:
            await stores.ledgers.put(turn.telegram_id, book)
        return Home(text("ledger.begun"))


@dataclass(frozen=True)
class Home(Step, name="ledger", sealed=True, apart=True):
    """The taps. Whether a stretch of work is running is sealed too, so both ends are always offered."""

    notice: Text | None = None

    async def screen(self, turn: Turn) -> Screen:
        """Shows what can be entered."""
        work = (
            Button("start", text("ledger.start.button"), Start(), "primary"),
            Button("stop", text("ledger.stop.button"), Stop()),
        )
        other = [
            Button("paid", text("ledger.paid.button"), AskAmount(currency(turn.member))),
            Button("open", text("ledger.open.button"), Link("unlock")),
            Button("renew", text("ledger.renew.button"), Renew()),
            Button("done", text("button.done"), Link("done")),
        ]
        said = text("ledger.home")
        return Screen(Lines((self.notice, said)) if self.notice else said, (work, *rows(*other, width=2)))


@dataclass(frozen=True)
class Start(Step, name="ledger.start", sealed=True, apart=True):
    """Asks for whom one begins to work."""

    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows employers, the member's own in front."""
        listed = employer_rows(turn, self.page, lambda key: partial(start, employer=key), Start)
        return Screen(text("ledger.start.ask"), (*listed, (back(Home()),)))


async def start(turn: Turn, employer: str) -> Step:
    """Enters that work begins now."""
    await enter(turn, Entry("start", minute(turn.now), employer))
    return Noted(text("ledger.started", moment=turn.now, employer=employer_name(employer)))


@dataclass(frozen=True)
class Stop(Step, name="ledger.stop", sealed=True, apart=True):
    """Asks what the time since the start was."""

    async def screen(self, turn: Turn) -> Screen:
        """Shows the kinds of work, those that are not paid too."""
        sorts = [Button(sort, text(f"ledger.sort.{sort}"), partial(finish, sort=sort)) for sort in SORTS]
        return Screen(text("ledger.stop.ask"), (*rows(*sorts, width=2), (back(Home()),)))


async def finish(turn: Turn, sort: Sort) -> Step:
    """Enters that work ends now."""
    await enter(turn, Entry("stop", minute(turn.now), sort=sort))
    return Noted(text("ledger.stopped", moment=turn.now, sort=text(f"ledger.sort.{sort}")))


@dataclass(frozen=True)
class AskAmount(Step, name="ledger.paid", sealed=True, apart=True):
    """Asks how much arrived."""

    currency: str

    async def screen(self, turn: Turn) -> Screen:
        """Asks for the amount; another currency is named beside it."""
        return Screen(text("ledger.paid.ask", currency=self.currency), rows(back(Home())))

    async def read(self, turn: Turn, words: str) -> Step:
        """Reads an amount as people type it."""
        return AskPayer(amount(words, self.currency))


@dataclass(frozen=True)
class AskPayer(Step, name="ledger.paid.by", sealed=True, apart=True):
    """Asks who paid; the day is today unless moved back."""

    amount: Money
    ago: int = 0
    page: int = 0

    async def screen(self, turn: Turn) -> Screen:
        """Shows employers, and the day."""
        turn_to = partial(AskPayer, self.amount, self.ago)
        listed = employer_rows(turn, self.page, lambda key: partial(received, paid=self, employer=key), turn_to)
        ask = text("ledger.paid.who", amount=self.amount, date=self.day(turn))
        return Screen(ask, (self._days(), *listed, (back(Home()),)))

    def day(self, turn: Turn) -> date:
        """Gives the day it arrived."""
        return today(turn) - timedelta(days=self.ago)

    def _days(self) -> tuple[Button, ...]:
        earlier = Button("earlier", text("ledger.day.earlier.button"), self._at(self.ago + 1))
        later = Button("later", text("ledger.day.later.button"), self._at(self.ago - 1))
        return (*([earlier] if self.ago < LONGEST_BACK else []), *([later] if self.ago else []))

    def _at(self, ago: int) -> "AskPayer":
        return AskPayer(self.amount, ago, self.page)


async def received(turn: Turn, paid: AskPayer, employer: str) -> Step:
    """Enters a payment."""
    day, money = paid.day(turn), paid.amount
    await enter(turn, Entry("pay", noon(day, turn.zone), employer, amount=money.minor, currency=money.currency))
    return Noted(text("ledger.received", amount=money, date=day, employer=employer_name(employer)))


@dataclass(frozen=True)
class Noted(Step, name="ledger.noted", sealed=True, apart=True):
    """Says what was entered, and lets it be taken back."""

    said: Text

    async def screen(self, turn: Turn) -> Screen:
        """Shows it."""
        undo_ = Button("undo", text("ledger.undo.button"), undo)
        menu = Button("menu", text("button.back"), Home())
        done = Button("done", text("button.done"), Link("done"), "primary")
        return Screen(Lines((self.said, text("ledger.sealed"))), rows(undo_, menu, done, width=3))


async def undo(turn: Turn) -> Step:
    """Takes back the newest entry, by another one: nobody can look for it."""
    await enter(turn, Entry("undo", minute(turn.now)))
    return Home(text("ledger.undone"))


@dataclass(frozen=True)
class Renew(Step, name="ledger.renew", sealed=True, apart=True):
    """For who lost the code, or wants no ledger any more."""

    async def screen(self, turn: Turn) -> Screen:
        """Says that nothing of the old one can be read again."""
        anew = Button("anew", text("ledger.anew.button"), begin)
        gone = Button("delete", text("ledger.delete.button"), drop, "danger")
        return Screen(text("ledger.renew.ask"), rows(anew, gone, back(Home())))


async def drop(turn: Turn) -> Screen:
    """Deletes the ledger."""
    async with turn.office.writing() as stores:
        await stores.ledgers.remove(turn.telegram_id)
    return Screen(text("ledger.deleted"), rows(Button("done", text("button.done"), Link("done"))))


async def enter(turn: Turn, entry: Entry) -> None:
    """Seals an entry and writes it, before anything is said about it. Raises Refusal where there is no ledger."""
    async with turn.office.writing() as stores:
        book = await stores.ledgers.hold(turn.telegram_id)
        if book is None:
            raise Refusal("ledger.none")
        await stores.ledgers.put(turn.telegram_id, with_entry(book, entry))


def employer_rows(turn: Turn, page: int, chosen: Chosen, turn_to: Callable[[int], Step]) -> Rows:
    """Lays out employers: the member's own, then those of the country, then somebody else."""
    own = turn.member.employers if turn.member else ()
    listed = employers(turn.member.country if turn.member else None)
    others = [one.id for one in listed if one.id not in own]
    buttons = [Button(key, employer_name(key), chosen(key)) for key in (*own, OTHER, *others)]
    return Pages(buttons, page, turn_to, width=2, size=12).rows()


def employer_name(key: str) -> Text:
    """Gives an employer's name; one that is no longer listed is somebody else."""
    return text("value", value=EMPLOYERS[key].name) if key in EMPLOYERS else text("pay.employer.other.button")


def currency(member: Member | None) -> str:
    """Gives the currency that an amount is in where none is named."""
    return country(member.country).currency if member and member.country else "USD"


def today(turn: Turn) -> date:
    """Gives the member's own day."""
    return local_day(minute(turn.now), turn.zone)

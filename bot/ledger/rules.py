"""Decides what entries of a ledger come to: starts and stops paired, hours by day, what was received.

Entries are minutes since 1970 in UTC, so that a night on which the clocks change has the hours it really had; days,
weeks and months are those of the member's zone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Kind = Literal["blank", "start", "stop", "work", "pay", "undo", "task", "rate"]
Sort = Literal["paid", "waiting", "training", "test", "rework", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SORTS: tuple[Sort, ...] = get_args(Sort)
CHOICES: tuple[Kind, ...] = ("task", "rate")
LONGEST = 24 * 60  # minutes between a start and its stop; longer ones are shown to be corrected
KEPT = timedelta(days=730)  # as long as a pay report reaches back (domain.md 2.2)
MONTHS_TO_WEEKS = Fraction(12, 52)


@dataclass(frozen=True)
class Entry:
    """One thing that a member entered.

    `at` is the minute it is about. `thing` is the employer, of a task its id. `sort` says what a stretch of work was,
    and stands on its stop. `amount` is minutes of work, minor units of a payment or of an agreed hour. An `undo` takes
    back the entry before it.
    """

    kind: Kind
    at: int
    thing: str = ""
    sort: Sort = "paid"
    amount: int = 0
    currency: str = ""


@dataclass(frozen=True)
class Sums:
    """What a span of days comes to: minutes by what they were, minor units received by currency."""

    minutes: Mapping[Sort, int]
    received: Mapping[str, int]

    @property
    def paid(self) -> int:
        """Gives the paid minutes."""
        return self.minutes.get("paid", 0)

    @property
    def unpaid(self) -> int:
        """Gives the unpaid minutes."""
        return sum(self.minutes.values()) - self.paid

    def hourly(self, currency: str) -> Fraction | None:
        """Gives what an hour brought, in minor units, over all hours; None where there were none."""
        worked = self.paid + self.unpaid
        return Fraction(self.received[currency] * 60, worked) if worked and currency in self.received else None


def minute(moment: datetime) -> int:
    """Gives the minute of a moment."""
    return int(moment.timestamp()) // 60


def moment(at: int) -> datetime:
    """Gives the moment of a minute, in UTC."""
    return datetime.fromtimestamp(at * 60, UTC)


def noon(day: date, zone: str) -> int:
    """Gives the minute by which a day is remembered: its noon, so that a change of zone moves few of them."""
    return minute(datetime.combine(day, time(12), ZoneInfo(zone)))


def local_day(at: int, zone: str) -> date:
    """Gives the day of a minute in a zone."""
    return moment(at).astimezone(ZoneInfo(zone)).date()


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """Gives the entries that stand, in the order they were made: an undo takes back the newest before it."""
    found: list[Entry] = []
    for entry in entries:
        if entry.kind == "undo":
            del found[-1:]
        elif entry.kind != "blank":
            found.append(entry)
    return found


def paired(entries: Iterable[Entry]) -> list[Entry]:
    """Gives entries by time, each start and its stop as one stretch of work.

    Whatever lacks its other half, or would be longer than a day, stays as it is, to be corrected. A stop in the very
    minute of its start leaves nothing.
    """
    found: list[Entry] = []
    begun: Entry | None = None
    for entry in sorted(standing(entries), key=lambda entry: entry.at):
        if entry.kind == "stop" and begun and entry.at - begun.at <= LONGEST:
            found += stretch(begun, entry)
            begun = None
        elif entry.kind in ("start", "stop"):
            found += [begun] if begun else []
            begun = entry if entry.kind == "start" else None
            found += [entry] if entry.kind == "stop" else []
        else:
            found.append(entry)
    found += [begun] if begun else []
    return sorted(found, key=lambda entry: entry.at)


def stretch(start: Entry, stop: Entry) -> list[Entry]:
    """Gives the work between a start and its stop."""
    minutes = stop.at - start.at
    return [replace(start, kind="work", sort=stop.sort, amount=minutes)] if minutes else []


def tidied(entries: Iterable[Entry], now: int) -> list[Entry]:
    """Gives what is kept when a ledger is opened: paired, the newest choice of each kind, nothing after two years."""
    pairs = [entry for entry in paired(entries) if entry.at > now - KEPT // timedelta(minutes=1)]
    newest = {choice(entry): entry for entry in pairs}
    return [entry for entry in pairs if entry.kind not in CHOICES or newest[choice(entry)] is entry]


def choice(entry: Entry) -> tuple[Kind, str]:
    """Gives what a choice is about: a newer one of the same replaces it."""
    return entry.kind, "" if entry.kind == "task" else entry.thing


def loose(entries: Iterable[Entry], now: int) -> list[Entry]:
    """Gives the starts and stops that lack their other half; work that may still be going on is none."""
    halves = [entry for entry in entries if entry.kind in ("start", "stop")]
    running = [entry for entry in halves[-1:] if entry.kind == "start" and now - entry.at <= LONGEST]
    return [entry for entry in halves if entry not in running]


def mended(entry: Entry, minutes: int) -> Entry:
    """Gives an entry as work of this length: from its start on, or up to its stop."""
    begun = entry.at - minutes if entry.kind == "stop" else entry.at
    return replace(entry, kind="work", at=begun, amount=minutes)


def by_day(work: Entry, zone: str) -> Iterator[tuple[date, int]]:
    """Splits a stretch of work at the midnights of a zone; the minutes add up to the stretch's."""
    at, end = work.at, work.at + work.amount
    while at < end:
        day = local_day(at, zone)
        midnight = minute(datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)))
        until = min(end, midnight) if midnight > at else end
        yield day, until - at
        at = until


def sums(entries: Iterable[Entry], zone: str, days: "Days", employer: str | None = None) -> Sums:
    """Adds up what falls on some days, of one employer or of all. A payment counts on the day it arrived."""
    minutes: Counter[Sort] = Counter()
    received: Counter[str] = Counter()
    for entry in entries:
        if employer is not None and entry.thing != employer:
            continue
        if entry.kind == "work":
            minutes[entry.sort] += sum(part for day, part in by_day(entry, zone) if day in days)
        elif entry.kind == "pay" and local_day(entry.at, zone) in days:
            received[entry.currency] += entry.amount
    return Sums(+minutes, +received)


@dataclass(frozen=True)
class Days:
    """A span of days, both ends in it."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def week(today: date, back: int) -> Days:
    """Gives the week, from Monday on, so many weeks before today's."""
    monday = today - timedelta(days=today.weekday() + 7 * back)
    return Days(monday, monday + timedelta(days=6))


def month(today: date, back: int) -> Days:
    """Gives the month so many months before today's."""
    number = today.year * 12 + today.month - 1 - back
    first, following = (date(n // 12, n % 12 + 1, 1) for n in (number, number + 1))
    return Days(first, following - timedelta(days=1))


def employers_of(entries: Iterable[Entry]) -> list[str]:
    """Lists the employers one worked for, those with most hours first."""
    worked: Counter[str] = Counter()
    for entry in entries:
        if entry.kind == "work":
            worked[entry.thing] += entry.amount
    return sorted(worked, key=lambda employer: (-worked[employer], employer))


def chosen(entries: Sequence[Entry], kind: Kind, employer: str = "") -> Entry | None:
    """Gives the newest choice of a kind: the task of one's work, or what was agreed with an employer."""
    return next((e for e in reversed(entries) if e.kind == kind and employer in ("", e.thing)), None)


def hours(minutes: int) -> Decimal:
    """Gives minutes as hours, to a tenth."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))


def weekly(minutes: int) -> Decimal:
    """Gives a month's minutes as hours of a week (a month is 52/12 weeks, domain.md 2.4), in halves."""
    return Decimal(round(Fraction(minutes, 60) * MONTHS_TO_WEEKS * 2)) / 2

"""Decides when a digest falls due: wall-clock time in the member's own zone, through every change of the clocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.members.rules import Quiet, Wish
from bot.wallclock import instant_of, region_of

DAY = timedelta(days=1)
LOOK = timedelta(minutes=15)  # every zone differs from UTC by a multiple of this, so digests fall due at no other time
FARTHEST = 70  # days between two digests of one who wants one a month: never more


@dataclass(frozen=True)
class Occurrence:
    """One time a digest falls due: the local date names it, the instant (UTC) is when."""

    date: date
    instant: datetime


def is_wanted(wish: Wish, day: date) -> bool:
    """Says whether a digest is wanted on a local day.

    Of two weeks it is the even one, counted from the first Monday of the calendar, and of a month the first chosen
    weekday: nothing has to be remembered for it, so that no restart can move it.
    """
    if day.weekday() not in wish.weekdays:
        return False
    if wish.every == "fortnight":
        return (day.toordinal() - 1) // 7 % 2 == 0
    if wish.every == "month":
        return not any((day - before * DAY).weekday() in wish.weekdays for before in range(1, day.day))
    return True


def latest_occurrence(wish: Wish, zone: str, after: datetime, until: datetime) -> Occurrence | None:
    """Gives the latest occurrence in (after, until], or None.

    An hour that does not exist moves to the first minute after the gap; of one that exists twice the first counts.
    So no digest is skipped and none comes twice, and after a long silence one is enough.
    """
    day = until.astimezone(region_of(zone)).date()
    first = after.astimezone(region_of(zone)).date()
    while day >= first:
        if is_wanted(wish, day):
            instant = instant_of(day, wish.hour, zone)
            if after < instant <= until:
                return Occurrence(day, instant)
        day -= DAY
    return None


def next_occurrence(wish: Wish, zone: str, after: datetime) -> Occurrence | None:
    """Gives the first occurrence after a moment; None where no day is wanted."""
    for day in days_from(after.astimezone(region_of(zone)).date()):
        if is_wanted(wish, day) and (instant := instant_of(day, wish.hour, zone)) > after:
            return Occurrence(day, instant)
    return None


def days_from(first: date) -> Iterator[date]:
    """Gives the days on which a digest may fall due next."""
    return (first + number * DAY for number in range(FARTHEST))


def quiet_until(quiet: Quiet | None, zone: str, now: datetime) -> datetime | None:
    """Gives the end of the quiet hours in which a moment lies, or None where it lies in none."""
    if quiet is None:
        return None
    start, end = quiet
    local = now.astimezone(region_of(zone))
    over_midnight = start > end
    inside = local.hour >= start or local.hour < end if over_midnight else start <= local.hour < end
    if not inside:
        return None
    day = local.date() + DAY if over_midnight and local.hour >= start else local.date()
    over = instant_of(day, end, zone)
    return over if over > now else None

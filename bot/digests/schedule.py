"""Decides when a digest falls due: wall-clock time in the member's own zone, through every change of the clocks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.wallclock import instant_of

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Delivery:
    """A member's wish: weekday (Monday is 0) and hour, in their own zone."""

    weekday: int
    hour: int


@dataclass(frozen=True)
class Occurrence:
    """One time a digest falls due: the local date names it, the instant (UTC) is when."""

    date: date
    instant: datetime


def latest_occurrence(delivery: Delivery, zone: str, after: datetime, until: datetime) -> Occurrence | None:
    """Gives the latest occurrence in (after, until], or None.

    An hour that does not exist moves to the first minute after the gap; of one that exists twice the first counts.
    So no week is skipped and none comes twice.
    """
    local = until.astimezone(ZoneInfo(zone)).date()
    day = local - timedelta(days=(local.weekday() - delivery.weekday) % 7)
    for candidate in (day, day - WEEK):  # today's may still be ahead
        instant = instant_of(candidate, delivery.hour, zone)
        if after < instant <= until:
            return Occurrence(candidate, instant)
    return None

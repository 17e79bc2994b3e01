"""Decides when a digest falls due: wall-clock time in the member's own zone, through every change of the clocks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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


def instant_of(day: date, hour: int, zone: str) -> datetime:
    """Gives the instant (UTC) at which a local wall-clock hour begins."""
    region = ZoneInfo(zone)
    wall = datetime.combine(day, time(hour))
    instant = wall.replace(tzinfo=region, fold=0).astimezone(UTC)
    if instant.astimezone(region).replace(tzinfo=None) == wall:
        return instant
    return end_of_gap(wall, region)


def end_of_gap(wall: datetime, region: ZoneInfo) -> datetime:
    """Gives the first instant after the gap in which a wall-clock time does not exist.

    Read with the offset before the gap (fold 0) and after it (fold 1) the time gives two instants around the change.
    """
    late = wall.replace(tzinfo=region, fold=0).astimezone(UTC)
    early = wall.replace(tzinfo=region, fold=1).astimezone(UTC)
    before = early.astimezone(region).utcoffset()
    while late - early > timedelta(minutes=1):
        middle = early + (late - early) // 2
        middle = middle.replace(second=0, microsecond=0)
        if middle <= early:
            break
        if middle.astimezone(region).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late

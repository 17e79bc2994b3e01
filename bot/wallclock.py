"""Turns an hour on the wall of some place into an instant, through every change of its clocks."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo


@cache
def region_of(zone: str) -> ZoneInfo:
    """Gives a zone by its IANA name; Python itself keeps but eight and would read the others from disk again."""
    return ZoneInfo(zone)


def instant_of(day: date, hour: int, zone: str) -> datetime:
    """Gives the instant (UTC) at which a local wall-clock hour begins.

    An hour that does not exist begins at the first minute after the gap; of one that exists twice the first counts.
    """
    region = region_of(zone)
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

"""A digest a week, through every change of the clocks: never skipped, never twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from bot.digests.schedule import Delivery, latest_occurrence
from bot.members.zones import default_zone, zones
from bot.wallclock import instant_of

ZONES = st.sampled_from(sorted(available_timezones()))
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def brute(day: date, hour: int, zone: str) -> datetime:
    """Gives the first minute at which the local clock shows that time or a later one of that day's evening before."""
    region, wall = ZoneInfo(zone), datetime(day.year, day.month, day.day, hour)
    instant = wall.replace(tzinfo=UTC) - timedelta(hours=17)
    while instant.astimezone(region).replace(tzinfo=None) < wall:
        instant += timedelta(minutes=15)
    return instant


@given(ZONES, DAYS, st.integers(0, 23))
def test_an_hour_begins_at_the_first_minute_the_clock_shows_it_or_passed_it(zone: str, day: date, hour: int) -> None:
    assert instant_of(day, hour, zone) == brute(day, hour, zone)


def test_hours_that_do_not_exist_and_hours_that_exist_twice() -> None:
    assert instant_of(date(2026, 3, 29), 2, "Europe/Berlin") == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert instant_of(date(2026, 10, 25), 2, "Europe/Berlin") == datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert instant_of(date(2026, 11, 27), 18, "Africa/Nairobi") == datetime(2026, 11, 27, 15, tzinfo=UTC)


@given(ZONES, st.integers(0, 6), st.integers(0, 23), st.lists(st.floats(0.01, 60), min_size=1, max_size=60))
def test_looking_often_or_seldom_gives_each_week_once(zone: str, weekday: int, hour: int, steps: list[float]) -> None:
    """However often one looks, each week is found once."""
    wish, mark = Delivery(weekday, hour), datetime(2026, 1, 1, tzinfo=UTC)
    found: list[date] = []
    for step in steps:
        until = mark + timedelta(hours=step)
        if occurrence := latest_occurrence(wish, zone, mark, until):
            found.append(occurrence.date)
            assert mark < occurrence.instant <= until
        mark = until
    assert found == sorted(set(found))
    assert all(day.weekday() == weekday for day in found)
    weeks = (mark - datetime(2026, 1, 1, tzinfo=UTC)) // timedelta(days=7)
    assert weeks <= len(found) <= weeks + 1


def test_zones_are_those_of_the_country() -> None:
    assert zones("KE") == ("Africa/Nairobi",)
    assert default_zone("BR") == "America/Sao_Paulo"
    assert len(zones("US")) > 5 and zones("US")[0] == "America/New_York"
    assert zones("XX") == () and default_zone("XX") is None

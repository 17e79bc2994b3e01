"""Digests at each member's own hour, through every change of the clocks: never skipped, never twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.digests.schedule import LOOK, is_wanted, latest_occurrence, next_occurrence, quiet_until
from bot.members.rules import EVERY, Wish
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


WISHES = st.builds(
    Wish,
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    hour=st.integers(0, 23),
    every=st.sampled_from(EVERY),
)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@given(ZONES, WISHES, st.lists(st.floats(0.01, 60), min_size=1, max_size=60))
def test_looking_often_or_seldom_gives_every_wanted_day_once(zone: str, wish: Wish, steps: list[float]) -> None:
    mark, found = BEGIN, []
    for step in steps:
        until = mark + timedelta(hours=step)
        if occurrence := latest_occurrence(wish, zone, mark, until):
            found.append(occurrence.date)
            assert mark < occurrence.instant <= until
        mark = until
    assert found == sorted(set(found)) and all(day.weekday() in wish.weekdays for day in found)
    assert max(steps) > 20 or found == wanted(wish, zone, BEGIN, mark)


def wanted(wish: Wish, zone: str, after: datetime, until: datetime) -> list[date]:
    """Gives the days on which a digest falls due, looking at every day alone."""
    days = [after.date() + timedelta(days=day) for day in range(-2, (until - after).days + 3)]
    return [day for day in days if is_wanted(wish, day) and after < instant_of(day, wish.hour, zone) <= until]


@given(ZONES, WISHES, DAYS)
def test_the_next_one_is_the_first_of_those_to_come(zone: str, wish: Wish, day: date) -> None:
    now = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
    following = next_occurrence(wish, zone, now)
    assert following and following.instant > now
    assert latest_occurrence(wish, zone, now, following.instant) == following
    assert latest_occurrence(wish, zone, now, following.instant - timedelta(seconds=1)) is None


@given(WISHES, DAYS)
def test_every_two_weeks_and_once_a_month(wish: Wish, day: date) -> None:
    weeks = [day + timedelta(days=number) for number in range(28)]
    chosen = sum(is_wanted(wish, one) for one in weeks)
    if wish.every == "month":
        month = [day.replace(day=1) + timedelta(days=number) for number in range(28)]
        assert sum(is_wanted(wish, one) for one in month) == 1
    else:
        assert chosen == len(wish.weekdays) * (4 if wish.every == "week" else 2)


@given(ZONES, DAYS, st.integers(0, 23))
def test_digests_fall_due_at_quarters_of_an_hour(zone: str, day: date, hour: int) -> None:
    assert instant_of(day, hour, zone).timestamp() % LOOK.total_seconds() == 0


@given(ZONES, DAYS, st.integers(0, 24 * 60 - 1), st.tuples(st.integers(0, 23), st.integers(0, 23)))
def test_quiet_hours_end_when_the_clock_on_the_wall_says_so(
    zone: str, day: date, minute: int, quiet: tuple[int, int]
) -> None:
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    until = quiet_until(quiet, zone, now)
    hour = now.astimezone(ZoneInfo(zone)).hour
    start, end = quiet
    inside = (start <= hour or hour < end) if start > end else start <= hour < end
    if until is None:
        assert not inside or start == end or clocks_change(zone, now)
    else:
        assert inside and now < until <= now + timedelta(hours=26)
        assert until.astimezone(ZoneInfo(zone)).hour == end or clocks_change(zone, until)


def clocks_change(zone: str, moment: datetime) -> bool:
    """Says whether the clocks of a place change within a day and a half of a moment."""
    region, span = ZoneInfo(zone), timedelta(hours=36)
    return len({(moment + shift).astimezone(region).utcoffset() for shift in (-span, timedelta(), span)}) > 1


def test_quiet_hours_over_midnight_and_none() -> None:
    evening = datetime(2026, 11, 27, 19, 30, tzinfo=UTC)  # half past ten in Nairobi
    assert quiet_until((21, 7), "Africa/Nairobi", evening) == datetime(2026, 11, 28, 4, tzinfo=UTC)
    assert quiet_until((21, 7), "Africa/Nairobi", evening + timedelta(hours=4)) == datetime(2026, 11, 28, 4, tzinfo=UTC)
    assert quiet_until((21, 7), "Africa/Nairobi", evening - timedelta(hours=2)) is None
    assert quiet_until(None, "Africa/Nairobi", evening) is None


def test_a_wish_written_before_there_were_several_days_is_read_as_it_was_meant() -> None:
    read = TypeAdapter(Wish).validate_json('{"on":true,"weekday":2,"hour":9}')
    assert read == Wish(weekdays=(2,), hour=9) and read.weekday is None
    assert TypeAdapter(Wish).validate_json(TypeAdapter(Wish).dump_json(read)) == read


def test_zones_are_those_of_the_country() -> None:
    assert zones("KE") == ("Africa/Nairobi",)
    assert default_zone("BR") == "America/Sao_Paulo"
    assert len(zones("US")) > 5 and zones("US")[0] == "America/New_York"
    assert zones("XX") == () and default_zone("XX") is None

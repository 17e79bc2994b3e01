"""What entries come to: starts and stops in any order, over midnight and the change of clocks, and sums that add up."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger.claim import Owed, claim
from bot.ledger.rules import (
    KEPT,
    LONGEST,
    SORTS,
    Days,
    Entry,
    by_day,
    hours,
    loose,
    mended,
    minute,
    month,
    noon,
    paired,
    standing,
    sums,
    tidied,
    week,
    weekly,
)

NAIROBI, LONDON = "Africa/Nairobi", "Europe/London"
ZONES = st.sampled_from((NAIROBI, LONDON, "America/Bogota", "Asia/Beirut", "America/Havana", "Pacific/Apia", "UTC"))
NOW = minute(datetime(2026, 11, 24, 9, tzinfo=UTC))
EVER = Days(date.min, date.max)


def at(words: str) -> int:
    return minute(datetime.fromisoformat(words + "+00:00"))


def worked(start: str, minutes: int, sort: str = "paid", employer: str = "sama") -> Entry:
    return Entry("work", at(start), employer, sort, minutes)  # type: ignore[arg-type]  # one of the sorts


@st.composite
def shifts(draw: st.DrawFn) -> list[tuple[Entry, Entry]]:
    """Draws stretches of work that do not overlap, each with its start and stop."""
    clock, found = NOW, []
    for _ in range(draw(st.integers(0, 8))):
        clock += draw(st.integers(1, 3000))
        start = Entry("start", clock, draw(st.sampled_from(("sama", "remotasks"))))
        clock += draw(st.integers(1, LONGEST))
        found.append((start, Entry("stop", clock, sort=draw(st.sampled_from(SORTS)))))
    return found


@given(shifts(), st.randoms(use_true_random=False))
def test_every_start_meets_its_own_stop_in_whatever_order_they_lie(
    drawn: list[tuple[Entry, Entry]], order: Random
) -> None:
    halves = [half for pair in drawn for half in pair]
    order.shuffle(halves)
    made = [Entry("work", a.at, a.thing, b.sort, b.at - a.at) for a, b in drawn]
    assert paired(halves) == made
    assert paired(made) == made and not loose(made, NOW)


@given(shifts(), st.integers(0, 99))
def test_a_half_that_is_missing_costs_its_own_stretch_only(drawn: list[tuple[Entry, Entry]], lost: int) -> None:
    if not drawn:
        return
    halves = [half for pair in drawn for half in pair]
    gone = halves.pop(lost % len(halves))
    found = paired(halves)
    hurt = next(pair for pair in drawn if gone in pair)
    others = [Entry("work", a.at, a.thing, b.sort, b.at - a.at) for a, b in drawn if (a, b) != hurt]
    assert [entry for entry in found if entry.kind == "work"] == others
    assert len(loose(found, halves[-1].at + 2 * LONGEST if halves else NOW)) == 1


def test_what_was_forgotten_is_shown_and_corrected() -> None:
    start, stop = Entry("start", at("2026-11-20T06:00"), "sama"), Entry("stop", at("2026-11-22T06:00"))
    found = paired([start, stop])
    assert found == [start, stop] == loose(found, NOW)  # two days are no shift
    assert mended(start, 480) == worked("2026-11-20T06:00", 480)
    assert mended(stop, 480).at == stop.at - 480
    running = [Entry("start", NOW - 60, "sama")]
    assert loose(running, NOW) == [] and loose(running, NOW + LONGEST) == running
    assert paired([Entry("start", NOW, "sama"), Entry("stop", NOW)]) == []


def test_an_undo_takes_back_the_newest_and_nothing_else() -> None:
    one, two, undo = Entry("start", 1), Entry("stop", 2), Entry("undo", 3)
    assert standing([undo, one, two, undo]) == [one]
    assert standing([one, undo, undo, two]) == [two]


def test_opening_drops_what_is_old_and_what_was_chosen_before() -> None:
    old, young = NOW - KEPT // timedelta(minutes=1), NOW - 5000
    entries = [
        Entry("work", old, "sama", amount=60),
        Entry("rate", young, "sama", amount=100, currency="KES"),
        Entry("task", young, "bbox_polygon"),
        Entry("rate", young + 1, "sama", amount=200, currency="KES"),
        Entry("rate", young + 2, "remotasks", amount=300, currency="USD"),
        Entry("task", young + 3, "other"),
    ]
    assert tidied(entries, NOW) == entries[3:]
    assert tidied(tidied(entries, NOW), NOW) == entries[3:]


@given(st.integers(at("2018-01-01T00:00"), at("2028-01-01T00:00")), st.integers(1, LONGEST), ZONES)
def test_days_share_a_stretch_and_lose_no_minute(begun: int, minutes: int, zone: str) -> None:
    parts = list(by_day(Entry("work", begun, amount=minutes), zone))
    assert sum(part for _, part in parts) == minutes and all(part > 0 for _, part in parts)
    assert [day for day, _ in parts] == sorted({day for day, _ in parts})


@pytest.mark.parametrize(
    ("start", "minutes", "zone", "days"),
    [
        ("2026-11-23T18:00", 360, NAIROBI, [("2026-11-23", 180), ("2026-11-24", 180)]),
        ("2026-03-28T23:00", 180, LONDON, [("2026-03-28", 60), ("2026-03-29", 120)]),  # 01:00 is 02:00
        ("2026-10-24T22:00", 600, LONDON, [("2026-10-24", 60), ("2026-10-25", 540)]),  # 02:00 is 01:00 again
        ("2026-10-24T23:00", 25 * 60, LONDON, [("2026-10-25", 25 * 60)]),  # a day of 25 hours
        ("2011-12-30T09:00", 120, "Pacific/Apia", [("2011-12-29", 60), ("2011-12-31", 60)]),  # a day that never was
    ],
)
def test_midnights_and_the_change_of_clocks(start: str, minutes: int, zone: str, days: list[tuple[str, int]]) -> None:
    found = list(by_day(worked(start, minutes), zone))
    assert found == [(date.fromisoformat(day), part) for day, part in days]


WORK = st.builds(
    lambda start, sort, minutes, employer: Entry("work", start, employer, sort, minutes),
    st.integers(NOW - 600_000, NOW),
    st.sampled_from(SORTS),
    st.integers(1, LONGEST),
    st.sampled_from(("sama", "remotasks")),
)
PAY = st.builds(
    lambda start, amount, currency, employer: Entry("pay", start, employer, amount=amount, currency=currency),
    st.integers(NOW - 600_000, NOW),
    st.integers(1, 10**9),
    st.sampled_from(("KES", "USD")),
    st.sampled_from(("sama", "remotasks")),
)


@given(st.lists(st.one_of(WORK, PAY), max_size=12), ZONES, st.randoms(use_true_random=False))
def test_months_and_weeks_and_employers_add_up_to_the_whole(entries: list[Entry], zone: str, order: Random) -> None:
    whole = sums(entries, zone, EVER)
    today = date(2026, 11, 25)
    for spans in ([month(today, back) for back in range(20)], [week(today, back) for back in range(70)]):
        parts = [sums(entries, zone, days) for days in spans]
        assert sum(part.paid for part in parts) == whole.paid and sum(part.unpaid for part in parts) == whole.unpaid
        for code, minor in whole.received.items():
            assert sum(part.received.get(code, 0) for part in parts) == minor
    assert sum(sums(entries, zone, EVER, who).paid for who in ("sama", "remotasks")) == whole.paid
    order.shuffle(entries)
    assert sums(entries, zone, EVER) == whole


def test_an_hour_is_what_arrived_over_all_hours() -> None:
    pay = Entry("pay", noon(date(2026, 11, 3), NAIROBI), "sama", amount=3_800_000, currency="KES")
    found = sums([worked("2026-11-02T06:00", 480), worked("2026-11-03T06:00", 120, "waiting"), pay], NAIROBI, EVER)
    assert (found.paid, found.unpaid) == (480, 120) and found.hourly("KES") == Fraction(380_000)
    assert found.hourly("USD") is None and sums([pay], NAIROBI, EVER).hourly("KES") is None


def test_hours_as_they_are_shown_and_reported() -> None:
    assert hours(485) == Decimal("8.1") and hours(0) == 0
    assert weekly(173 * 60 + 20) == Decimal("40") and weekly(0) == 0  # 52/12 weeks make a month


def test_spans_of_the_calendar() -> None:
    assert month(date(2026, 1, 31), 1) == Days(date(2025, 12, 1), date(2025, 12, 31))
    assert month(date(2026, 3, 31), 1) == Days(date(2026, 2, 1), date(2026, 2, 28))
    assert week(date(2026, 11, 24), 1) == Days(date(2026, 11, 16), date(2026, 11, 22))


def test_a_record_says_what_is_owed_and_its_print_tells_two_apart() -> None:
    entries = [
        worked("2026-10-30T18:00", 480),
        worked("2026-11-03T06:00", 90, "waiting"),
        Entry("pay", noon(date(2026, 11, 3), NAIROBI), "sama", amount=100_000, currency="KES"),
        worked("2026-11-03T06:00", 60, employer="remotasks"),
        Entry("rate", NOW, "sama", amount=20_000, currency="KES"),
    ]
    found = claim(entries, "sama", NAIROBI)
    assert [(day.date.day, day.paid, day.unpaid) for day in found.days] == [(30, 180, 0), (31, 300, 0), (3, 0, 90)]
    assert found.owed() == Owed(60_000, 30_000)  # 8 hours at 200 less 1,000; an hour and a half unpaid
    assert [days.first.month for days in found.months()] == [11, 10]
    assert found.fingerprint() == claim(entries[::-1], "sama", NAIROBI).fingerprint()
    assert found.fingerprint() != claim(entries[1:], "sama", NAIROBI).fingerprint()
    assert claim(entries[:-1], "sama", NAIROBI).owed() is None

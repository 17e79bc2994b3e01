"""When a ballot opens and closes, in every zone and through every change of the clocks, and what gives it more time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ballots.moments import (
    DELIVERED,
    agreed,
    approved,
    closes,
    corrected,
    disputed,
    due,
    may_be_repaired,
    noted,
    on_time,
    opening,
    repaired,
    resumed,
)
from bot.ballots.rules import DURATIONS, Ballot, Note, Wording
from bot.texts import Refusal

ZONES = st.sampled_from(sorted(available_timezones()))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))
DAYS = st.sampled_from(sorted(map(int, DURATIONS)))
ENGLISH = Wording("en", "Shall we?", ("Yes", "No"))
SWAHILI = Wording("sw", "Je?", ("Ndiyo", "Hapana"))
NOW = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
OPEN = Ballot("b", (ENGLISH, SWAHILI), None, datetime(2026, 11, 27, 10, tzinfo=UTC), "open", days=3)


@given(MOMENTS, ZONES, st.integers(0, 28), st.integers(0, 23), DAYS)
def test_an_hour_that_is_chosen_is_kept_by_the_clocks_of_the_union(
    now: datetime, zone: str, ahead: int, hour: int, days: int
) -> None:
    """It opens on that day at that hour, or right after the gap that swallows it, and closes at that hour again."""
    region = ZoneInfo(zone)
    day = now.astimezone(region).date() + timedelta(days=ahead)
    try:
        opens = opening(day, hour, zone, now)
    except Refusal:
        wall = datetime.combine(day, datetime.min.time(), region) + timedelta(hours=hour)
        assert wall.astimezone(UTC) <= now + timedelta(hours=25) or ahead >= 27
        return
    local, until = opens.astimezone(region), closes(opens, days, zone, now)
    assert opens > now and (local.date(), local.hour) >= (day, hour)
    if (local.date(), local.hour, local.minute) != (day, hour, 0):  # the hour does not exist: this is the end of a gap
        assert (opens - timedelta(minutes=1)).astimezone(region).utcoffset() != local.utcoffset()
    assert timedelta(days=days, hours=-25) < until - opens < timedelta(days=days, hours=25)
    again = until.astimezone(region)
    if again.hour == local.hour:
        assert again.date() == local.date() + timedelta(days=days)


def test_gaps_and_overlaps_of_the_clocks() -> None:
    spring, autumn = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)
    assert opening(date(2026, 3, 29), 2, "Europe/Berlin", spring) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert opening(date(2026, 10, 25), 2, "Europe/Berlin", autumn) == datetime(2026, 10, 25, 0, tzinfo=UTC)
    over_it = closes(datetime(2026, 10, 24, 7, tzinfo=UTC), 3, "Europe/Berlin", autumn)
    assert over_it == datetime(2026, 10, 27, 8, tzinfo=UTC)  # nine in the morning before and after
    for day in (date(2026, 3, 19), date(2026, 4, 20)):
        with pytest.raises(Refusal, match=r"newballot.opens.past"):
            opening(day, 9, "Africa/Nairobi", spring)


@given(MOMENTS, DAYS, st.integers(-60, 60 * 24 * 40))
def test_a_ballot_that_opens_late_is_open_for_as_long_all_the_same(now: datetime, days: int, late: int) -> None:
    """Whatever the bot was down for, people have their days; one that opens on time closes when it was said."""
    ballot = replace(OPEN, state="opening", days=days, closes_at=closes(None, days, "Africa/Nairobi", now))
    opened = on_time(ballot, now + timedelta(minutes=max(late, 0)))
    left = opened.closes_at - (now + timedelta(minutes=max(late, 0)))
    assert left > timedelta(days=days) - timedelta(hours=3)
    assert opened.closes_at == ballot.closes_at or late >= 120
    assert (opened.closes_at.minute, opened.closes_at.second) == (0, 0)


@given(st.integers(0, 60 * 24 * 10), st.booleans())
def test_an_approved_draft_opens_at_its_hour_or_at_once(minutes: int, chosen: bool) -> None:
    opens = datetime(2026, 11, 26, 9, tzinfo=UTC) if chosen else None
    draft = replace(OPEN, state="draft", opens_at=opens, by="aa", closes_at=closes(opens, 3, "UTC", NOW))
    then = NOW + timedelta(minutes=minutes)
    opened = approved(agreed(draft, "sw", "bb"), then)
    assert opened.state == "opening" and opened.approvals == ()
    assert [one.reviewed for one in opened.wordings] == [True, True]
    assert [one.reviewed for one in approved(draft, then).wordings] == [True, False]
    assert due(opened, then) == (opens is None or then >= opens)
    start = opened.opens_at or then
    assert timedelta(days=3) <= opened.closes_at - start < timedelta(days=3, hours=1)


def test_nobody_reviews_their_own_text() -> None:
    with pytest.raises(Refusal, match=r"proposal.own"):
        agreed(replace(OPEN, by="aa"), "sw", "aa")
    with pytest.raises(Refusal, match=r"proposal.gone"):
        agreed(OPEN, "fr", "bb")
    assert agreed(agreed(OPEN, "sw", "bb"), "sw", "bb").approvals == (("sw", "bb"),)


@given(st.integers(0, 60 * 24 * 5), st.integers(0, 60 * 24 * 30))
def test_a_halted_ballot_gets_its_time_back_and_a_day_at_least(before: int, halted: int) -> None:
    """However long it was halted, no less time is left afterwards than when it was halted, and a day more is given."""
    ballot = replace(OPEN, closes_at=NOW + timedelta(days=6))
    at = NOW + timedelta(minutes=before)
    stopped = noted(replace(ballot, halted=True), "halted", at, "sw")
    later = at + timedelta(minutes=halted)
    on = resumed(stopped, later)
    assert on.closes_at - later >= ballot.closes_at - at and on.closes_at >= ballot.closes_at + timedelta(days=1)
    assert on.closes_at - ballot.closes_at <= timedelta(minutes=halted) + timedelta(days=2)
    assert not on.halted and on.notes[-1] == Note("resumed", later.date(), on.closes_at)
    with pytest.raises(Refusal, match=r"mend.not_halted"):
        resumed(on, later)


def test_a_correction_keeps_the_old_words_on_record() -> None:
    stopped = noted(replace(OPEN, halted=True), "halted", NOW, "sw")
    better = Wording("sw", "Je, tukubali?", ("Ndiyo", "Hapana"))
    mended = corrected(stopped, better)
    assert disputed(stopped) == "sw"
    assert mended.wordings == (ENGLISH, better) and mended.earlier == (SWAHILI,)
    for wrong in (Wording("sw", "Je?", ("Ndiyo", "Hapana", "Sijui")), Wording("fr", "?", ("Oui", "Non"))):
        with pytest.raises(Refusal, match=r"newballot.options.other_number"):
            corrected(stopped, wrong)


@given(st.integers(0, 60))
def test_a_failed_delivery_prolongs_once(minutes: int) -> None:
    now = OPEN.closes_at + timedelta(minutes=minutes)
    longer = repaired(OPEN, now)
    assert may_be_repaired(OPEN) and not may_be_repaired(longer)
    assert longer.closes_at >= now + timedelta(days=1) and longer.closes_at.minute == 0
    assert longer.moves == 1


@pytest.mark.parametrize(
    ("missed", "size", "failed"), [(4, 20, False), (5, 20, True), (19, 19, False), (20, 100, False), (21, 100, True)]
)
def test_when_a_paper_was_not_delivered_to_a_country(missed: int, size: int, failed: bool) -> None:
    assert DELIVERED.failed(missed, size) == failed

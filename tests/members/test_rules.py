"""Who belongs, who may vote and report, and who may do what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.members.roles import WORDS
from bot.members.rules import (
    INVITE_USES,
    MOST_EMPLOYERS,
    MOST_MUTED,
    Member,
    Role,
    Wish,
    admit,
    approve,
    counted_employers,
    found,
    in_office,
    muting,
    new_invite,
    past_probation,
    settled,
    toggle_employer,
    use,
    waiting_with,
)
from bot.members.store import MEMBER, RECORD, packed
from bot.permissions import ORGANIZERS, may, require
from bot.texts import Refusal
from bot.vault import pad

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def newcomer(code: str = "", days: int = 0) -> Member:
    return admit(1, "en", NOW - timedelta(days=days), "Africa/Nairobi", code)


@given(st.integers(0, 30))
def test_probation_is_seven_days(days: int) -> None:
    member = newcomer(days=days)
    assert past_probation(member, NOW) == (days >= 7)
    assert may(member, "vote", NOW) == may(member, "report", NOW) == (days >= 7)
    assert may(member, "read", NOW)


def test_who_waits_may_nothing_and_is_found_by_the_spoken_code() -> None:
    waiting = newcomer("abc234")
    assert not may(waiting, "read", NOW)
    assert waiting_with([newcomer(), waiting], " ABC-234 ") == waiting
    for code in ("", "xyz", "0000"):
        with pytest.raises(Refusal):
            waiting_with([newcomer(), waiting], code)
    assert approve(waiting, NOW).code == ""
    assert not past_probation(approve(newcomer("abc234", days=30), NOW), NOW)


def test_organizers_do_not_appoint_and_members_do_not_organize() -> None:
    organizer, founder = in_office(newcomer(), frozenset({Role.ORGANIZER}), NOW), found(newcomer(), NOW)
    for act in ORGANIZERS:
        assert may(organizer, act, NOW) and may(founder, act, NOW) and not may(newcomer(), act, NOW)
    assert not may(organizer, "appoint", NOW) and may(founder, "appoint", NOW)
    assert past_probation(founder, NOW) and founder.roles == {Role.ADMINISTRATOR, Role.ORGANIZER}
    for nobody, key in ((None, "not.member"), (newcomer("abc"), "not.approved"), (newcomer(), "not.allowed")):
        with pytest.raises(Refusal, match=key):
            require(nobody, "organize", NOW)


def test_an_invite_runs_out() -> None:
    invite = new_invite("join", NOW)
    for _ in range(INVITE_USES):
        invite = use(invite, NOW)
    for over in (invite, None, replace(new_invite("join", NOW), ends=NOW)):
        with pytest.raises(Refusal):
            use(over, NOW)


FULLEST = Wish(False, tuple(range(7)), 23, "fortnight", (21, 10), light=False)


@given(st.sampled_from(sorted(available_timezones())))
def test_the_fullest_record_fits_its_padding(zone: str) -> None:
    full = replace(newcomer(), telegram_id=2**52, locale="pt-BR", zone=zone, roles=frozenset(Role), country="KE")
    full = replace(full, mark="0a1b2c3d", reach="never_started")
    full = replace(full, term_ends=NOW.date(), alias=f"{max(WORDS, key=len)} 99")
    full = replace(full, country_before="GH", country_from=NOW.date(), wish=FULLEST)
    names = tuple(f"{'e' * 30}{number}" for number in range(MOST_EMPLOYERS))
    full = replace(full, employers=names[1:])  # these count
    full = toggle_employer(toggle_employer(full, names[-1], NOW), names[0], NOW)
    with pytest.raises(Refusal, match="counting"):
        toggle_employer(full, "one more", NOW)
    with pytest.raises(Refusal, match="too_many$"):
        toggle_employer(replace(full, employers=names), "one more", NOW)
    for number in range(MOST_MUTED):
        full = muting(full, f"{number:08}", mute=True)
    assert len(pad(packed(full), RECORD)) == RECORD
    assert MEMBER.validate_json(packed(full)) == full


ACTS = st.lists(st.tuples(st.integers(0, 40), st.sampled_from("ABC")), min_size=1, max_size=8)


@given(ACTS, st.integers(0, 90))
def test_employers_count_thirty_days_after_the_last_change(acts: list[tuple[int, str]], look: int) -> None:
    """Held against a plain model: the list of who counts from which day on."""
    record, day = newcomer(), 0
    now: tuple[str, ...] = ()
    coming, since = now, 0
    for wait, name in acts:
        day += wait
        now = coming if since <= day else now
        record = settled(toggle_employer(record, name, NOW + timedelta(days=day)), NOW.date() + timedelta(days=day))
        coming, since = record.employers, day + 30
    at = NOW.date() + timedelta(days=day + look)
    assert counted_employers(record, at) == (coming if since <= day + look else now)
    assert counted_employers(settled(record, at), at) == counted_employers(record, at)
    assert settled(record, NOW.date() + timedelta(days=day + 60)).employers_from is None

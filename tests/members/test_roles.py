"""Roles with an end, words instead of names, counts that tell of nobody, and who may do what with which role."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.members.roles import (
    WORDS,
    administers,
    draw_word,
    in_role,
    keep_an_administrator,
    renew,
    renewable,
    reviewed,
    to_be_reminded,
    without_roles,
)
from bot.members.rules import TERM, Census, Member, Role, admit, found, in_office, recount
from bot.permissions import ADMINISTRATORS, ORGANIZERS, may, require
from bot.texts import Refusal

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = NOW.date()
ORGANIZER = frozenset({Role.ORGANIZER})


def member(number: int = 1) -> Member:
    return admit(number, "en", NOW - timedelta(days=60), "Africa/Nairobi")


def administrator(number: int, term_ends: date | None) -> Member:
    return replace(found(member(number), NOW), term_ends=term_ends)


@given(st.integers(0, 800))
def test_a_role_gives_nothing_after_its_term(days: int) -> None:
    organizer, founder, later = in_office(member(), ORGANIZER, NOW), found(member(), NOW), NOW + timedelta(days=days)
    for act in ORGANIZERS:
        assert may(organizer, act, later) == may(founder, act, later) == (days < TERM.days)
    for act in ADMINISTRATORS:
        assert not may(organizer, act, later)
        assert may(founder, act, later) == (days < TERM.days)
    assert may(organizer, "vote", later)


def test_why_an_act_is_refused() -> None:
    later = NOW + TERM
    with pytest.raises(Refusal, match=r"not.in_term"):
        require(in_office(member(), ORGANIZER, NOW), "organize", later)
    with pytest.raises(Refusal, match=r"not.allowed"):
        require(without_roles(in_office(member(), ORGANIZER, NOW)), "organize", NOW)
    with pytest.raises(Refusal, match=r"not.allowed"):
        require(in_office(member(), ORGANIZER, NOW), "appoint", NOW)


def test_a_role_that_was_over_does_not_come_back_with_another() -> None:
    assert in_office(administrator(1, TODAY), ORGANIZER, NOW).roles == ORGANIZER
    assert in_office(administrator(1, TODAY + timedelta(days=1)), ORGANIZER, NOW).roles == frozenset(Role)


def test_a_role_is_renewed_in_its_last_thirty_days() -> None:
    organizer = in_office(member(), ORGANIZER, NOW)
    for days, possible in ((0, False), (334, False), (335, True), (364, True), (365, False)):
        day = TODAY + timedelta(days=days)
        assert renewable(organizer, day) == possible
        if possible:
            assert renew(organizer, day).term_ends == day + TERM
        else:
            with pytest.raises(Refusal, match=r"organizers.not_renewable"):
                renew(organizer, day)


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=5), st.integers(0, 3))
def test_a_union_is_never_without_an_administrator(ends: list[int], organizers: int) -> None:
    people = [administrator(number, TODAY + timedelta(days=days)) for number, days in enumerate(ends)]
    people += [in_office(member(100 + number), ORGANIZER, NOW) for number in range(organizers)]
    after = [reviewed(one, people, TODAY) for one in people]
    assert any(administers(one, TODAY) for one in after)
    assert all(in_role(one, TODAY) or not one.roles for one in after)
    if any(days > 0 for days in ends):  # somebody else goes on, so who is over is over
        assert [bool(one.roles) for one in after[: len(ends)]] == [days > 0 for days in ends]


def test_a_role_without_a_term_gets_one_and_is_not_lost() -> None:
    assert reviewed(administrator(1, None), [], TODAY).term_ends == TODAY + TERM
    assert reviewed(member(), [], TODAY) == member()


def test_reminders_come_once_even_after_downtime() -> None:
    organizer = in_office(member(), ORGANIZER, NOW)
    days = [TODAY + timedelta(days=n) for n in range(366)]
    due = [day for day in days[1:] if to_be_reminded(organizer, day - timedelta(days=1), day)]
    assert due == [TODAY + TERM - timedelta(days=30), TODAY + TERM - timedelta(days=7)]
    assert to_be_reminded(organizer, TODAY, TODAY + TERM - timedelta(days=1))


def test_the_last_administrator_stays() -> None:
    last, organizer = administrator(1, TODAY + TERM), in_office(member(2), ORGANIZER, NOW)
    over = administrator(3, TODAY)
    with pytest.raises(Refusal, match=r"leave.last"):
        keep_an_administrator(last, [last, organizer, over], TODAY)
    keep_an_administrator(last, [last, administrator(4, TODAY + TERM)], TODAY)
    keep_an_administrator(last, [last], TODAY)  # nobody else is there
    keep_an_administrator(organizer, [last, organizer], TODAY)


@given(st.lists(st.integers(0, 99), max_size=110))
def test_every_organizer_has_a_word_of_their_own(draws: list[int]) -> None:
    taken: list[str] = []
    for draw in draws:
        taken.append(draw_word(taken, lambda words, draw=draw: words[draw % len(words)]))  # type: ignore[misc]  # bound
    assert len(set(taken)) == len(draws)
    assert set(taken[: len(WORDS)]) <= set(WORDS)
    assert all(word.endswith(" 2") for word in taken[len(WORDS) : 2 * len(WORDS)])


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_a_shown_count_moves_once_a_month_and_for_no_single_person(sizes: list[int]) -> None:
    census = recount(None, sizes[0], TODAY)
    assert census.shown == sizes[0] // 10 * 10
    for month, size in enumerate(sizes[1:], start=1):
        assert recount(census, size, census.counted) == census  # within the month: as it was
        day = date(2026 + (10 + month) // 12, (10 + month) % 12 + 1, 1)
        near = [recount(census, max(0, size + one), day).shown for one in (-1, 0, 1)]
        assert all(shown % 10 == 0 and abs(shown - size) < 15 for shown in near)
        census = recount(census, size, day)


def test_who_comes_and_goes_at_the_edge_of_a_ten_is_not_seen() -> None:
    census = Census(date(2026, 1, 1), 20)
    for month, size in enumerate((30, 29, 31, 32, 28, 19, 18, 17), start=2):
        census = recount(census, size, date(2026, month, 1))
        assert census.shown == 20
    assert recount(census, 33, date(2026, 12, 1)).shown == 30
    assert recount(census, 16, date(2026, 12, 1)).shown == 10

"""Who may be asked: nobody is singled out by an electorate, its complement, or its difference to an earlier one."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ballots.electorates import (
    EVERYBODY,
    OTHERS,
    Whom,
    audience,
    choices,
    electorate,
    group_of,
    groups,
    keep_apart,
    same_question,
)
from bot.ballots.rules import Ballot, Rules, Wording
from bot.members.rules import (
    Member,
    admit,
    counted_country,
    past_probation,
    settled_country,
    with_country,
    with_employers,
)
from bot.texts import Refusal

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = NOW.date()
SHALL_WE = (Wording("en", "Shall we strike?", ("Yes", "No")), Wording("sw", "Je, tugome?", ("Ndiyo", "Hapana")))


def member(number: int, country: str | None = None, days: int = 60, now: datetime = NOW) -> Member:
    return replace(admit(number, "en", now - timedelta(days=days), "Africa/Nairobi"), country=country)


def crowd(**sizes: int) -> list[Member]:
    """Gives so many members of each country past probation; `none` stated none."""
    listed = [name for name, size in sizes.items() for _ in range(size)]
    return [member(number, None if name == "none" else name) for number, name in enumerate(listed)]


@pytest.mark.parametrize(
    ("people", "possible"),
    [
        (crowd(KE=30, GH=9), ()),
        (crowd(KE=30, GH=10), ("KE",)),  # nine or nineteen of one country are not "others" by another name
        (crowd(KE=19, GH=40), ("GH",)),
        (crowd(KE=20, GH=20), ("GH", "KE")),
        (crowd(KE=20, GH=5, UG=4), ()),
        (crowd(KE=20, GH=5, UG=5), ("KE", OTHERS)),
        (crowd(KE=20, GH=5, none=5), ("KE", OTHERS)),
        (crowd(KE=9, GH=9), ()),
        (crowd(none=500), ()),
        ([], ()),
    ],
)
def test_countries_from_twenty_and_the_smaller_ones_together(people: list[Member], possible: tuple[str, ...]) -> None:
    assert choices(people, NOW) == tuple(map(Whom, possible))
    for country in {"KE", "GH", "UG", OTHERS} - set(possible):
        with pytest.raises(Refusal, match=r"newballot.electorate.(small|empty)"):
            electorate(people, Whom(country), NOW)


@given(st.lists(st.sampled_from((None, "KE", "GH", "UG", "PH")), max_size=120))
def test_every_choice_and_its_complement_are_at_least_ten(countries: list[str | None]) -> None:
    people = [member(number, country) for number, country in enumerate(countries)]
    for whom in choices(people, NOW):
        chosen, country = electorate(people, whom, NOW), whom.country
        assert min(len(chosen), len(people) - len(chosen)) >= 10
        groups = {one.country for one in chosen}
        assert len(groups) > 1 if country == OTHERS else (groups == {country} and len(chosen) >= 20)


def test_who_is_on_probation_is_in_no_electorate() -> None:
    newcomer = member(1, days=6)
    assert not past_probation(newcomer, NOW)
    assert electorate([newcomer, member(2, days=7)], EVERYBODY, NOW) == [member(2, days=7)]
    with pytest.raises(Refusal, match=r"newballot.electorate.empty"):
        electorate([newcomer], EVERYBODY, NOW)


@given(st.integers(0, 90), st.sampled_from((None, "GH", "KE")), st.sampled_from((None, "KE", "UG")))
def test_a_country_counts_thirty_days_after_it_was_stated(days: int, before: str | None, stated: str | None) -> None:
    moved = with_country(member(1, before), stated, None, NOW)
    day = TODAY + timedelta(days=days)
    assert counted_country(moved, day) == (stated if days >= 30 else before)
    assert counted_country(settled_country(moved, day), day) == counted_country(moved, day)
    assert settled_country(moved, TODAY + timedelta(days=60)).country_before is None
    assert with_country(moved, before, None, NOW).country_from is None  # taken back: nothing ever changed


def test_a_second_change_does_not_bring_the_first_one_forward() -> None:
    moved = with_country(member(1, "KE"), "GH", None, NOW)
    again = with_country(moved, "UG", None, NOW + timedelta(days=20))
    days = {days: counted_country(again, TODAY + timedelta(days=days)) for days in (0, 29, 30, 49, 50)}
    assert days == {0: "KE", 29: "KE", 30: "KE", 49: "KE", 50: "UG"}


def test_the_same_question_is_known_whatever_its_dress() -> None:
    for dress in ("shall we STRIKE", "  Shall we   strike?!", "\uff33hall we strike", "S\u00adhall-we-strike"):
        assert same_question(SHALL_WE, (Wording("fr", dress, ()),))
    assert same_question(SHALL_WE, (Wording("en", "Anything", ()), Wording("sw", "je tugome", ())))
    for other in ("Shall we strike now?", "Shall I strike?", "?", "🙂"):
        assert not same_question(SHALL_WE, (Wording("en", other, ()),))
    assert not same_question((Wording("en", "🙂", ()),), (Wording("en", "🙁", ()),))


def put(country: str | None, opened: date, *, state: str = "closed") -> Ballot:
    closes = NOW - timedelta(days=1) if state == "closed" else NOW + timedelta(days=1)
    return replace(Ballot("b", SHALL_WE, country, closes, opened=opened), state=state)  # type: ignore[arg-type]  # a state


@pytest.mark.parametrize(("days", "refused"), [(0, True), (29, True), (30, False)])
def test_the_same_question_to_the_same_people_waits_thirty_days(days: int, refused: bool) -> None:
    people, earlier = crowd(KE=30, GH=30), put(None, TODAY - timedelta(days=days))
    if refused:
        with pytest.raises(Refusal, match=r"newballot.asked_before"):
            keep_apart(SHALL_WE, EVERYBODY, people, [earlier], NOW)
        with pytest.raises(Refusal, match=r"newballot.asked_before"):
            keep_apart(SHALL_WE, EVERYBODY, people, [put(None, TODAY - timedelta(days=90), state="open")], NOW)
    else:
        keep_apart(SHALL_WE, EVERYBODY, people, [earlier], NOW)
    keep_apart(SHALL_WE, Whom("KE"), people, [earlier], NOW)
    keep_apart((Wording("en", "Another matter?", ()),), EVERYBODY, people, [earlier], NOW)


def test_who_has_joined_since_is_not_told_by_the_difference() -> None:
    """On the day it was put, the whole union was Kenya and five more; by now many others have joined."""
    people = crowd(KE=30, GH=5) + [member(1000 + n, "GH", days=10) for n in range(30)]
    earlier = put(None, TODAY - timedelta(days=20))
    assert len(audience(people, EVERYBODY, TODAY)) - len(audience(people, Whom("KE"), TODAY)) == 35
    with pytest.raises(Refusal, match=r"newballot.asked_before"):
        keep_apart(SHALL_WE, Whom("KE"), people, [earlier], NOW)


@dataclass
class World:
    """A union over some weeks, in which somebody keeps putting the same question to whom they can."""

    members: dict[int, Member]
    now: datetime = NOW
    ballots: list[Ballot] = field(default_factory=list)
    asked: list[tuple[date, frozenset[int]]] = field(default_factory=list)

    def joins(self, country: str | None, size: int) -> None:
        """Lets people of a country join."""
        for number in range(len(self.members) + 1, len(self.members) + size + 1):
            self.members[number] = member(number, country, days=0, now=self.now)

    def states(self, country: str | None, size: int) -> None:
        """Lets the first so many members state a country."""
        for number in list(self.members)[:size]:
            self.members[number] = with_country(self.members[number], country, None, self.now)

    def passes(self, country: str | None, size: int) -> None:
        """Lets days pass, with what the daily job does."""
        self.now += timedelta(days=size)
        self.members = {n: settled_country(one, self.now.date()) for n, one in self.members.items()}

    def asks(self, country: str | None, size: int) -> None:
        """Puts the question, where that is allowed."""
        people, today = list(self.members.values()), self.now.date()
        try:
            voters = electorate(people, Whom(country), self.now)
            keep_apart(SHALL_WE, Whom(country), people, self.ballots, self.now)
        except Refusal:
            return
        closes = self.now + timedelta(days=1)
        ballot = Ballot(str(len(self.ballots)), SHALL_WE, country, closes, "closed", opened=today)
        self.ballots.append(ballot)
        self.asked.append((today, frozenset(one.telegram_id for one in voters)))


GROUPS = st.sampled_from((None, "KE", "GH", "UG"))
ACTS = st.tuples(st.sampled_from(("joins", "states", "passes", "asks", "asks")), GROUPS, st.integers(1, 25))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 35), min_size=4, max_size=4), st.lists(ACTS, min_size=2, max_size=25))
def test_no_two_audiences_of_a_question_differ_by_few(
    sizes: list[int], acts: list[tuple[str, str | None, int]]
) -> None:
    world = World({one.telegram_id: one for one in crowd(**dict(zip(("none", "KE", "GH", "UG"), sizes, strict=True)))})
    for act, country, size in acts:
        getattr(world, act)(country if act != "asks" or size > 4 else OTHERS, size)
    for number, (day, asked) in enumerate(world.asked):
        for earlier_day, earlier in world.asked[:number]:
            assert day - earlier_day >= timedelta(days=30) or len(asked ^ earlier) >= 10


def at_work(number: int, *employers: str, country: str | None = "KE") -> Member:
    return replace(member(number, country), employers=employers)


def test_an_employer_is_asked_alone_by_the_rules_of_countries() -> None:
    sama = [at_work(n, "sama") for n in range(20)]
    rest = [at_work(100 + n, "cloudfactory", "sama" if n < 2 else "majorel") for n in range(11)]
    assert Whom(employer="sama") not in choices(sama + rest, NOW)  # nine would be left over
    more = [*sama, *rest, member(200)]
    assert Whom(employer="sama") in choices(more, NOW)
    assert len(electorate(more, Whom(employer="sama"), NOW)) == 22
    with pytest.raises(Refusal, match=r"electorate.small"):
        electorate(more[1:3] + rest, Whom(employer="sama"), NOW)
    for asked, refused in ((EVERYBODY, False), (Whom("KE"), True)):  # "KE" is Sama and nine others
        earlier = replace(put(None, TODAY), country=asked.country)
        if refused:
            with pytest.raises(Refusal, match=r"asked_before"):
                keep_apart(SHALL_WE, Whom(employer="sama"), more[:29], [earlier], NOW)
        else:
            keep_apart(SHALL_WE, Whom(employer="sama"), more, [earlier], NOW)


def test_who_states_an_employer_for_a_vote_comes_too_late() -> None:
    people = [at_work(n, "sama") for n in range(30)] + [member(100 + n) for n in range(20)]
    changed = [with_employers(one, ("majorel",), NOW) if one.employers else one for one in people]
    for days, employer in ((29, "sama"), (30, "majorel")):
        assert [whom.employer for whom in choices(changed, NOW + timedelta(days=days)) if whom.employer] == [employer]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from((None, "KE", "GH", "UG", "PH")), max_size=120),
    st.sampled_from(("country", "employer")),
    st.integers(0, 40),
)
def test_groups_of_a_double_majority_single_nobody_out(
    stated: list[str | None], by: Literal["country", "employer"], days: int
) -> None:
    """Everybody stands in one group at most, groups have twenty or more, and what is changed later changes nothing."""
    voters = [
        replace(member(number), country=one) if by == "country" else at_work(number, *filter(None, (one,)))
        for number, one in enumerate(stated)
    ]
    found = groups(voters, by, TODAY)
    ballot = replace(Ballot("b", SHALL_WE, None, NOW), opened=TODAY, groups=found, rules=Rules(double=by))
    later = NOW + timedelta(days=days)
    moved = [with_country(with_employers(one, ("majorel",), later), "DE", None, later) for one in voters]
    places = Counter(group_of(ballot, one) for one in moved)
    assert all(places[number] == group.size >= 20 for number, group in enumerate(found))
    assert sum(places.values()) == len(voters) and max(places, default=0) <= len(found)
    assert groups(voters, "", TODAY) == () and OTHERS not in [group.id for group in found[:-1]]
    alone = {one for one in stated if one not in {group.id for group in found}}
    assert OTHERS not in [group.id for group in found] or len(alone) > 1

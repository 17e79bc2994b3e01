"""A digest fits a message in every language, whatever is going on, and is composed once for all who read the same."""

from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ballots.outcome import Outcome
from bot.ballots.rules import Ballot, Wording
from bot.digests.posts import LONGEST_POST, Post
from bot.digests.rules import LONGEST
from bot.members.rules import Census, Member, Wish, admit
from bot.pay.cuts import Cut
from bot.pay.release import Release
from bot.simulator.entities import parse
from bot.texts import Catalogues, Lines, data_folder, text, units
from handlers.digests import BESIDE, composed, laid_out
from handlers.edition import Cohort, Edition, cohort_of, everybody
from handlers.lettering import headed
from tests.examples import EXAMPLES

NOW = datetime(2026, 11, 27, 15, tzinfo=UTC)
TEXTS = Catalogues.load(data_folder("locales"))
NOTHING = Edition((), (), (), (), None, (), None, ())
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


def words(most: int) -> st.SearchStrategy[str]:
    """Draws words of any script, often as long as they may be."""
    long = st.builds(lambda sign, size: sign * size, st.sampled_from("a🗳<&ሀم"), st.integers(1, most))
    return long | WORDS.map(lambda said: said[:most])


def wordings() -> st.SearchStrategy[tuple[Wording, ...]]:
    options = st.lists(words(80), min_size=2, max_size=6).map(tuple)
    return st.builds(Wording, st.sampled_from(["en", "sw"]), words(300), options).map(lambda one: (one,))


def ballot(number: int, wording: tuple[Wording, ...], decided: bool) -> Ballot:
    """Makes a ballot that runs, or one that was decided with figures."""
    closes = NOW + timedelta(hours=-number if decided else number)
    counts = tuple(range(len(wording[0].options)))
    figures = Outcome("figures", (len(counts) - 1,), counts, why="votes", cast=sum(counts), electorate=40)
    state: Any = "closed" if decided else "open"
    return Ballot(f"b{decided}{number}", wording, None, closes, state, 40, outcome=figures if decided else None)


def ballots(*, decided: bool) -> st.SearchStrategy[tuple[Ballot, ...]]:
    many = st.lists(wordings(), max_size=12)
    return many.map(lambda all: tuple(ballot(number, one, decided) for number, one in enumerate(all, 1)))


POSTS = st.lists(words(LONGEST_POST), max_size=5).map(
    lambda all: tuple(Post(f"p{n}", (("en", said),), NOW + timedelta(days=1)) for n, said in enumerate(all))
)
RELEASE = Release("2026-Q3", ())
FALLS = st.lists(st.integers(1, 10**9), max_size=20).map(
    lambda all: tuple(Cut("pair:KE:transcription:KES", "2026-Q3", 2 * one, one, "2026-Q3") for one in all)
)
EDITIONS = st.builds(
    replace,
    st.just(NOTHING),
    running=ballots(decided=False),
    decided=ballots(decided=True),
    posts=POSTS,
    falls=FALLS,
    release=st.sampled_from([None, RELEASE]),
    census=st.none() | st.builds(Census, st.just(NOW.date()), st.sampled_from([0, 10, 120])),
)


@settings(max_examples=max(EXAMPLES // 4, 40))
@given(EDITIONS, st.sampled_from(TEXTS.locales), st.sampled_from(["Africa/Nairobi", "Asia/Kathmandu", "UTC"]))
def test_any_digest_fits_a_message_with_its_neutral_first_line(edition: Edition, locale: str, zone: str) -> None:
    cohort = everybody(edition, locale, zone, NOW)
    for beside in (0, BESIDE):
        screen = laid_out(TEXTS, edition, cohort, beside)
        shown = parse(TEXTS.render(headed(screen.text, screen).text, locale, zone, moments=True))[0]
        assert units(shown) <= LONGEST - beside
        assert shown.splitlines()[:2] == [{"en": "News from Kauli", "sw": "Habari kutoka Kauli"}[locale], ""]
    everything = len(edition.running) + len(edition.decided) + len(edition.posts)
    assert isinstance(screen.text, Lines) and len(screen.text.parts) <= everything + 7


@pytest.mark.parametrize("locale", TEXTS.locales)
def test_the_first_line_of_all_that_is_sent_unasked_tells_a_lock_screen_nothing(locale: str) -> None:
    line = TEXTS.plain(text("letter.head"), locale, "UTC").lower()
    telling = ("union", "pay", "ballot", "vot", "member", "strike", "chama", "malipo", "kura", "mgomo", "mshahara")
    assert line and units(line) <= 30 and not any(word in line for word in telling)


def test_the_order_of_leaving_out_is_seen_in_the_words() -> None:
    question = (Wording("en", "q" * 280, ("Yes", "No")),)
    decided = tuple(ballot(number, question, decided=True) for number in (1, 2))
    running = tuple(ballot(number, question, decided=False) for number in range(1, 8))
    edition = replace(NOTHING, running=running, decided=decided, census=Census(NOW.date(), 120))
    few = shown_to(edition, member())
    assert "We are 120 members" in few and "Know your rights" in few and "Not everything" not in few
    post = Post("p", (("en", "P" * 1400),), NOW + timedelta(days=1))
    many = shown_to(replace(edition, posts=(post,)), member())
    assert "P" * 1400 in many and many.count("Open until") == 7 and many.count("It closed") < 2
    assert "Know your rights" not in many and "Not everything fits into this note" in many


def member(**changes: Any) -> Member:
    """Makes a member past probation."""
    return replace(admit(1, "en", NOW - timedelta(days=60), "Africa/Nairobi"), **changes)


def shown_to(edition: Edition, reader: Member) -> str:
    """Gives the words of somebody's digest."""
    screen = laid_out(TEXTS, edition, cohort_of(edition, reader, NOW))
    return TEXTS.plain(screen.text, reader.locale, reader.zone)


def part(number: int, **of: Any) -> Ballot:
    """Makes a ballot of a part of the union."""
    wording = (Wording("en", f"Question {number}?", ("Yes", "No")),)
    return replace(ballot(number, wording, decided=False), opened=NOW.date(), **of)


def test_a_ballot_of_a_part_stands_in_the_digests_of_that_part() -> None:
    running = (part(1), part(2, country="KE"), part(3, employer="sama"), part(4, country="others"))
    edition = replace(NOTHING, running=running)
    for reader, seen in (
        (member(), {1, 4}),
        (member(country="KE"), {1, 2, 4}),
        (member(country="GH", employers=("sama", "teleperformance")), {1, 3, 4}),
        (member(country="KE", country_before="GH", country_from=NOW.date() + timedelta(days=9)), {1, 4}),
    ):
        said = shown_to(edition, reader)
        assert {number for number in range(1, 5) if f"Question {number}?" in said} == seen


@pytest.mark.parametrize(("every", "days"), [("week", 8), ("fortnight", 15), ("month", 32)])
def test_what_was_decided_stays_for_the_readers_own_time(every: Any, days: int) -> None:
    one = ballot(1, (Wording("en", "Shall we?", ("Yes", "No")),), decided=True)
    reader = member(wish=Wish(every=every))
    for age, stays in ((timedelta(days=days, hours=-1), True), (timedelta(days=days), False)):
        edition = replace(NOTHING, decided=(replace(one, closes_at=NOW - age),))
        said = shown_to(edition, reader)
        assert ("Shall we?" in said) is stays and ("Nothing new since the last note." in said) is not stays
        assert {"week": "This week", "fortnight": "This fortnight", "month": "This month"}[every] in said


def test_few_are_not_counted_and_rights_follow_the_country() -> None:
    for census in (None, Census(NOW.date(), 0)):
        assert "We are" not in shown_to(replace(NOTHING, census=census), member())
    seen = {shown_to(NOTHING, member(country=country)) for country in (None, "ZZ", "GH", "KE")}
    assert len(seen) > 1 and all("not legal advice" in said for said in seen)


class Rooms:
    """An office as far as a composition looks into it."""

    def __init__(self) -> None:
        self.texts, self.composed = TEXTS, OrderedDict[object, Any]()


def test_a_digest_is_composed_once_for_all_who_read_the_same() -> None:
    office: Any = Rooms()
    edition = replace(NOTHING, running=(part(1), part(2, country="KE")))
    readers = [
        member(telegram_id=n, country="KE" if n % 2 else "UG", locale=("en", "sw")[n % 3 % 2]) for n in range(300)
    ]
    screens = [composed(office, edition, cohort_of(edition, reader, NOW)) for reader in readers]
    cohorts: set[Cohort] = {cohort_of(edition, reader, NOW) for reader in readers}
    assert len(office.composed) == len({id(screen) for screen in screens}) == len(cohorts) == 4
    assert len({one.key for one in screens}) == 2  # what is said; languages are told apart where it is rendered
    later = replace(edition, posts=(Post("p", (("en", "Now"),), NOW + timedelta(days=1)),))
    other = composed(office, later, cohort_of(later, readers[0], NOW))
    assert other.key not in {screen.key for screen in screens}

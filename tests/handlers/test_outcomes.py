"""What is said of an outcome and of every step of a count, in every language."""

from collections.abc import Iterable
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ballots import presets
from bot.ballots.counting import Vote, count
from bot.ballots.counting.words import words as steps
from bot.ballots.deciding import decide
from bot.ballots.outcome import Outcome
from bot.ballots.papers import fits
from bot.ballots.rules import Base, Group, Method, Rules, Share
from bot.texts import Catalogues, Text, data_folder
from handlers.outcomes import words
from tests.examples import EXAMPLES

CATALOGUES = Catalogues.load(data_folder("locales"))
NAMES = ("Ana", "Bashir", "Chep")
TWO_THIRDS = Share(2, 3)
METHODS: tuple[Method, ...] = get_args(Method)
GROUPS = (Group("KE", 40), Group("others", 40))


def rendered(said: Iterable[Text], locale: str = "en") -> list[str]:
    """Gives sentences as members read them."""
    return [CATALOGUES.plain(one, locale, "Africa/Nairobi") for one in said]


def decided(rules: Rules, *votes: tuple[Vote, int], groups: tuple[Group, ...] = (), options: int = 3) -> list[str]:
    """Decides a ballot of 80 people, with every vote said so many times in the first group, and gives the words."""
    said = [(0, vote) for vote, people in votes for _ in range(people)]
    return rendered(words(decide(rules, options, 80, groups, said, (2, 1, 0)), rules, NAMES[:options]))


def answered(rules: Rules, yes: int, no: int, blank: int = 0) -> list[str]:
    """Decides a yes/no ballot."""
    return decided(rules, ((0,), yes), ((1,), no), ((), blank), options=2)


def test_yes_and_no_in_one_sentence() -> None:
    rules = Rules("yesno", threshold=TWO_THIRDS, quorum=Share(1, 2))
    assert answered(rules, 41, 19) == [
        "Carried: 41 of 60 valid votes were yes, and at least two thirds, 40, were needed."
    ]
    assert answered(rules, 39, 21, 1) == [
        "Not carried: 39 of 60 valid votes were yes, and at least two thirds, 40, were needed."
    ]
    assert answered(rules, 20, 19) == ["No quorum: 39 of 80 voted, and 40 were needed."]
    assert answered(Rules("yesno", base="electorate", indicative=True), 41, 19) == [
        "Carried: 41 of 80 who may vote said yes, and more than half, 41, were needed.",
        "This vote is indicative: it shows what members want, and has no effect by law.",
    ]


def test_without_figures() -> None:
    withheld = "The figures are not published: they could tell how somebody voted."
    assert answered(Rules("yesno"), 5, 3) == [
        "Carried: for yes more than half were needed, and that was reached.",
        withheld,
    ]
    assert answered(Rules("yesno", threshold=Share(5, 9)), 0, 50)[0] == (
        "Not carried: for yes at least 5/9 were needed, and that was not reached."
    )
    assert answered(Rules("yesno", indicative=True), 3, 1) == [
        "Fewer than 5 votes were cast, so nothing is published: it could tell how somebody voted."
    ]
    assert decided(Rules(), ((0,), 7)) == ["Chosen: Ana.", withheld]


def test_choices_in_one_sentence() -> None:
    assert decided(Rules(), ((0,), 9), ((1,), 6)) == ["Chosen: Ana, with 9 of 15 valid votes."]
    assert decided(Rules(threshold=TWO_THIRDS), ((0,), 9), ((1,), 6)) == [
        "Nothing is chosen: Ana had 9 of 15 valid votes, and at least two thirds, 10, were needed."
    ]
    assert decided(Rules(), ((0,), 9), ((1,), 9)) == ["A tie between Ana and Bashir: nothing is chosen."]
    assert decided(Rules(seats=2), ((0,), 9), ((1,), 5), ((2,), 5)) == [
        "Chosen: Ana. There is a tie between Bashir and Chep, and no place for all of them."
    ]
    assert decided(Rules("schulze"), ((0, 1), 9), ((1, 2), 5)) == ["Chosen: Ana."]
    assert decided(Rules("demands", seats=3), ((3, 0, 1), 9), ((0, 2), 5)) == ["In this order: Chep, Ana, and Bashir."]


def test_groups_are_named_with_their_figures() -> None:
    rules = Rules("yesno", double="country")
    told: list[tuple[int, Vote, int]] = [(0, (0,), 20), (0, (1,), 9), (1, (0,), 5), (1, (1,), 8)]
    said = [(group, vote) for group, vote, people in told for _ in range(people)]
    assert rendered(words(decide(rules, 2, 80, GROUPS, said), rules, NAMES)) == [
        "Not carried: for yes more than half were needed, overall and in every group. That was reached overall, but "
        "not in every group; a group counts only if at least 5 in it voted.",
        "Kenya: 20 of 29 valid votes; 15 were needed.",
        "All smaller groups together: 5 of 13 valid votes; 7 were needed.",
    ]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Rules, Outcome]:
    """Any outcome."""
    bases: tuple[Base, ...] = ("valid", "cast", "electorate")
    shares = st.sampled_from((None, Share(1, 2, strict=True), Share(2, 3), Share(3, 7)))
    rules = Rules(
        *(draw(st.sampled_from(METHODS)), "", draw(st.integers(1, 2)), 2),
        none_option=draw(st.booleans()), quorum=draw(shares), threshold=draw(shares), base=draw(st.sampled_from(bases)),
        double=draw(st.sampled_from(("", "employer"))), tie=draw(st.sampled_from(("declared", "drawn"))),
    )  # fmt: skip
    rules = replace(rules, seats=1) if rules.method == "irv" else rules
    options = 2 if rules.method == "yesno" else 3
    possible = [vote for vote in ANYTHING if fits(rules, options, vote)]
    drawn = draw(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(possible), st.integers(1, 9)), max_size=7))
    votes = [(group, vote) for group, vote, people in drawn for _ in range(people)]
    return rules, decide(rules, options, max(80, len(votes)), GROUPS, votes, range(options))


ANYTHING: list[Vote] = [
    *((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (2, 1), (2, 1, 0), (5, 0, 2), (1, 3, 3), (0, 0, 5)),
    *((3, 0, 1, 2), (3, 1), (0, 2, 1)),
]


@settings(max_examples=EXAMPLES, deadline=None)
@given(cases())
def test_every_outcome_has_its_words_in_every_language(case: tuple[Rules, Outcome]) -> None:
    rules, outcome = case
    for locale in CATALOGUES.locales:
        said = rendered(words(outcome, rules, NAMES), locale)
        said += rendered(steps(outcome.count, NAMES), locale) if outcome.count else []
        assert all(said) and not any("{" in line for line in said)
    if outcome.kind == "none":
        assert len(words(outcome, rules, NAMES)) == 1


def test_the_steps_of_a_count() -> None:
    assert rendered(steps(count("schulze", {(0, 1): 2, (1,): 1}, 3), NAMES)) == [
        "How many votes put Ana above each other option: Bashir 2 and Chep 2.",
        "How many votes put Bashir above each other option: Ana 1 and Chep 3.",
        "How many votes put Chep above each other option: Ana 0 and Bashir 0.",
        "Strength of the strongest paths from Ana: Bashir 2 and Chep 2.",
        "Strength of the strongest paths from Bashir: Ana 0 and Chep 3.",
        "Strength of the strongest paths from Chep: Ana 0 and Bashir 0.",
        "The order of all: Ana, Bashir, and Chep.",
    ]
    assert rendered(steps(count("choice", {(0,): 2, (1,): 1}, 3), NAMES)) == [
        "Valid votes: 3. Votes for each option: Ana 2, Bashir 1, and Chep 0.",
        "Chosen: Ana 2.",
    ]


@pytest.mark.parametrize("preset", presets.PRESETS)
def test_presets_are_named_and_explained(preset: str) -> None:
    assert presets.PRESETS[preset].preset == preset
    for locale in CATALOGUES.locales:
        assert all(rendered([presets.name(preset), presets.about(preset)], locale))

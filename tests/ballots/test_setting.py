"""What can be set of the rules, and that every way of setting them makes a ballot that can be voted."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ballots.papers import entries, fits
from bot.ballots.presets import PRESETS
from bot.ballots.rules import CODE, Ballot, Rules, Share, Wording
from bot.ballots.setting import METHODS, SHARES, applies, check, fitted, keep_quiet, share, typed_options
from bot.texts import Refusal
from handlers.newrules import turned, with_rule
from handlers.planned import Plan
from handlers.rulewords import RULES, in_words
from tests.ballots.test_moments import NOW


@st.composite
def acts(draw: st.DrawFn) -> tuple[str, Any]:
    """One tap on the screen of rules: which rule, and what it becomes (None: the next of a few)."""
    rule = draw(st.sampled_from(RULES))
    if rule == "method":
        return rule, draw(st.sampled_from(METHODS))
    if rule in ("seats", "most"):
        return rule, draw(st.integers(1, 20))
    return rule, draw(st.sampled_from(list(SHARES.values()))) if rule in ("quorum", "threshold") else None


@given(st.sampled_from(sorted(PRESETS)), st.lists(acts(), max_size=12), st.integers(2, 20))
def test_whatever_is_tapped_the_rules_fit_together(preset: str, taps: list[tuple[str, Any]], typed: int) -> None:
    plan = Plan(PRESETS[preset])
    for rule, value in taps:
        if applies(rule, plan.rules):
            plan = with_rule(plan, rule, turned(rule, getattr(plan.rules, rule)) if value is None else value)
    rules = plan.rules
    assert fitted(rules) == rules and rules.preset == preset
    assert rules.method != "yesno" or rules.threshold
    assert len(in_words(rules)) == len([one for one in RULES if applies(one, rules) and one != "base"])
    options = 2 if rules.method == "yesno" else typed + rules.none_option
    ballot = Ballot("b", (Wording("en", "?", tuple(map(str, range(options)))),), None, NOW, rules=rules)
    assert len(typed_options(rules, ballot.wordings[0].options)) == options - rules.none_option
    assert fits(rules, options, ()) and entries(ballot, (), b"c" * CODE)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_presets_are_whole_and_named(name: str) -> None:
    rules = PRESETS[name]
    assert fitted(rules) == rules and rules.preset == name
    assert rules.binding == (name in ("committee", "ratification", "petition"))
    assert rules.indicative == (name in ("strike", "straw", "consent"))


def test_more_are_not_elected_than_there_are() -> None:
    for rules, options in ((Rules("stv", seats=3), 3), (Rules("multiple", most=4), 3)):
        with pytest.raises(Refusal, match=r"too_many"):
            check(rules, options)
        check(rules, 4)
    check(Rules("yesno"), 0)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("2/3", Share(2, 3)),
        (" > 1 / 2 ", Share(1, 2, strict=True)),
        ("40%", Share(40, 100)),
        (">66,7 %", Share(667, 1000, strict=True)),
        ("٤٠٪", Share(40, 100)),
        ("1/1", Share(1, 1)),
    ],
)
def test_shares_are_read_as_typed(words: str, wanted: Share) -> None:
    assert share(words) == wanted


@pytest.mark.parametrize(
    "words", ["", "0/3", "3/2", "1/0", "101%", ">100%", "> 2/2", "half", "2/3/4", "-1/2", "0%", "1e9/2"]
)
def test_what_is_no_share_is_refused(words: str) -> None:
    with pytest.raises(Refusal, match=r"rules.share.unclear"):
        share(words)


def test_a_threshold_that_only_everybody_reaches_is_not_asked_for() -> None:
    for wanted, size in ((Share(1, 1), 100), (Share(9, 10), 100)):
        with pytest.raises(Refusal, match=r"rules.threshold.telling"):
            keep_quiet(Rules("yesno", threshold=wanted), size)
        keep_quiet(Rules("irv", threshold=wanted), size)
    for name in PRESETS:
        keep_quiet(PRESETS[name], 10)
    keep_quiet(Rules("choice"), 10)


def test_a_rule_that_means_nothing_any_more_goes() -> None:
    plan = with_rule(Plan(replace(PRESETS["ratification"], double="country")), "method", "stv")
    assert plan.rules == Rules("stv", "ratification", quorum=Share(1, 2), tie="drawn", binding=True)

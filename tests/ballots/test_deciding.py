"""Decisions: thresholds and quorums to the vote, a plain model beside the program, and what is never published."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ballots.counting import Vote
from bot.ballots.deciding import decide, telling
from bot.ballots.outcome import Outcome, Tally
from bot.ballots.presets import PRESETS
from bot.ballots.rules import Base, Group, Method, Rules, Share
from tests.examples import EXAMPLES

MANY = settings(max_examples=EXAMPLES, deadline=None)
YES, NO, BLANK = (0,), (1,), ()
TWO_THIRDS, ABSOLUTE = Share(2, 3), Share(1, 2, strict=True)
BASES: tuple[Base, ...] = ("cast", "valid", "electorate")
KENYA, UGANDA = Group("KE", 30), Group("UG", 30)


def said(yes: int, no: int = 0, blank: int = 0, group: int = 0) -> list[tuple[int, Vote]]:
    """Gives so many votes of one group."""
    return [(group, YES)] * yes + [(group, NO)] * no + [(group, BLANK)] * blank


def asked(rules: Rules, yes: int, no: int, blank: int = 0, electorate: int = 100) -> Outcome:
    """Decides a yes/no ballot of the whole union."""
    return decide(rules, 2, electorate, (), said(yes, no, blank))


@pytest.mark.parametrize(
    ("share", "base", "yes", "no", "blank"),
    [
        (ABSOLUTE, "valid", 31, 30, 9),
        (ABSOLUTE, "cast", 36, 30, 4),
        (ABSOLUTE, "electorate", 51, 9, 5),
        (Share(1, 2), "valid", 30, 30, 9),
        (TWO_THIRDS, "valid", 40, 20, 0),
        (TWO_THIRDS, "cast", 47, 3, 20),
        (Share(4, 5), "valid", 48, 12, 3),
        (Share(3, 5), "electorate", 60, 1, 0),
        (Share(617, 1000), "valid", 617, 383, 0),
    ],
)
def test_one_vote_makes_the_threshold(share: Share, base: Base, yes: int, no: int, blank: int) -> None:
    rules, electorate = Rules("yesno", threshold=share, base=base), max(100, yes + no)
    assert asked(rules, yes, no, blank, electorate).verdict == "carried"
    missed = asked(rules, yes - 1, no + 1, blank, electorate)
    assert (missed.verdict, missed.why, missed.winners) == ("not_carried", "threshold", ())


def test_without_a_threshold_more_than_a_half_of_the_valid_votes_carry() -> None:
    assert asked(Rules("yesno"), 11, 10, 50).verdict == "carried"
    assert asked(Rules("yesno"), 10, 10).verdict == "not_carried"


@pytest.mark.parametrize(("quorum", "cast"), [(Share(1, 2), 50), (ABSOLUTE, 51), (TWO_THIRDS, 67), (Share(3, 10), 30)])
def test_one_vote_makes_the_quorum_and_blank_ones_count(quorum: Share, cast: int) -> None:
    rules = Rules("yesno", quorum=quorum)
    assert asked(rules, cast - 5, 1, 4).verdict == "carried"
    missed = asked(rules, cast - 6, 1, 4)
    assert (missed.verdict, missed.why, missed.winners) == ("no_quorum", "quorum", ())


@st.composite
def shares(draw: st.DrawFn) -> Share:
    """Any share of a whole."""
    of = draw(st.integers(1, 1000))
    return Share(draw(st.integers(0, of)), of, draw(st.booleans()))


def exactly(share: Share, part: int, whole: int) -> bool:
    """Says in fractions whether a share is reached; of nothing, what integers say."""
    if not whole:
        return not share.strict and part >= 0
    reached = Fraction(part, whole), Fraction(share.over, share.of)
    return reached[0] > reached[1] if share.strict else reached[0] >= reached[1]


@st.composite
def ballots(draw: st.DrawFn) -> tuple[Rules, int, tuple[Group, ...], list[tuple[int, Vote]]]:
    """A yes/no ballot with any rules, of up to three groups and people of none, near the bounds where rules turn."""
    groups = draw(st.integers(0, 3))
    parts = [
        (draw(st.integers(0, 14)), draw(st.integers(0, 14)), draw(st.integers(0, 3)), draw(st.integers(0, 9)))
        for _ in range(groups + 1)
    ]
    away = parts[-1] if draw(st.booleans()) or not groups else (0, 0, 0, 0)
    votes = [vote for n, part in enumerate((*parts[:-1], away)) for vote in said(*part[:3], group=n)]
    rules = Rules(
        "yesno",
        quorum=draw(st.none() | shares()),
        threshold=draw(st.none() | shares()),
        base=draw(st.sampled_from(BASES)),
        double=draw(st.sampled_from(("", "country"))),
    )
    frozen = tuple(Group(f"g{n}", sum(part)) for n, part in enumerate(parts[:-1]))
    return rules, sum(group.size for group in frozen) + sum(away), frozen, votes


@MANY
@given(ballots())
def test_a_plain_model_decides_the_same(
    case: tuple[Rules, int, tuple[Group, ...], list[tuple[int, Vote]]],
) -> None:
    rules, electorate, groups, votes = case
    outcome = decide(rules, 2, electorate, groups, votes)
    assert decide(rules, 2, electorate, groups, sorted(votes)) == outcome
    assert outcome.verdict == plainly(rules, electorate, groups, votes)
    assert outcome.winners == ((0,) if outcome.verdict == "carried" else ())
    if outcome.kind == "figures":
        assert outcome.counts == (votes_of(votes, YES), votes_of(votes, NO))
        assert (outcome.cast, outcome.blank) == (len(votes), votes_of(votes, BLANK))
    else:
        assert not (outcome.counts or outcome.count or outcome.cast or outcome.blank or outcome.groups)


def votes_of(votes: list[tuple[int, Vote]], vote: Vote) -> int:
    """Counts one vote."""
    return sum(said == vote for _, said in votes)


def plainly(rules: Rules, electorate: int, groups: tuple[Group, ...], votes: list[tuple[int, Vote]]) -> str:
    """Decides a yes/no ballot as one would with paper and fractions."""
    quorum = rules.quorum or Share(0, 1)
    enough = exactly(quorum, len(votes), electorate)
    if len(votes) < 5:
        at_least = next(n for n in range(electorate + 2) if exactly(quorum, n, electorate) or n > electorate)
        return "no_quorum" if at_least >= 5 else "unknown"
    if not enough:
        return "no_quorum"
    cells = [(electorate, votes)]
    if rules.double:
        cells += [(group.size, [one for one in votes if one[0] == n]) for n, group in enumerate(groups)]
    return "carried" if all(len(cell) >= 5 and carries(rules, size, cell) for size, cell in cells) else "not_carried"


def carries(rules: Rules, size: int, votes: list[tuple[int, Vote]]) -> bool:
    """Says whether yes reaches the threshold among some votes."""
    valid = len(votes) - votes_of(votes, BLANK)
    base = {"cast": len(votes), "valid": valid, "electorate": size}[rules.base]
    return exactly(rules.threshold or ABSOLUTE, votes_of(votes, YES), base)


@MANY
@given(ballots())
def test_no_figure_and_no_difference_of_figures_tells_how_anybody_voted(
    case: tuple[Rules, int, tuple[Group, ...], list[tuple[int, Vote]]],
) -> None:
    rules, electorate, groups, votes = case
    outcome = decide(rules, 2, electorate, groups, votes)
    if outcome.kind != "figures":
        assert len(votes) < 10 or not votes_of(votes, YES) or not votes_of(votes, NO)
        return
    shown = [*outcome.groups, Tally("", electorate, outcome.cast, outcome.blank, outcome.counts[0])]
    if outcome.groups:
        assert len(outcome.groups) == len(groups)
        shown.append(rest(shown[-1], outcome.groups))
    assert all(hides(tally) for tally in shown)


def rest(overall: Tally, groups: tuple[Tally, ...]) -> Tally:
    """Gives what is left when the groups' figures are taken from those of all."""
    left = (
        getattr(overall, name) - sum(getattr(group, name) for group in groups)
        for name in ("size", "cast", "blank", "part")
    )
    return Tally("", *left)


def hides(tally: Tally) -> bool:
    """Says whether both answers are among enough votes, so that nobody's is certain; nobody hides where nobody is."""
    return not tally.size or (tally.cast >= 10 and 0 < tally.part < tally.valid)


def test_both_groups_must_agree() -> None:
    rules = Rules("yesno", threshold=TWO_THIRDS, double="country")
    outcome = decide(rules, 2, 60, (KENYA, UGANDA), said(20, 10) + said(8, 4, group=1))
    assert (outcome.verdict, outcome.why) == ("carried", "groups")
    assert outcome.groups == (Tally("KE", 30, 30, 0, 20), Tally("UG", 30, 12, 0, 8))
    outcome = decide(rules, 2, 60, (KENYA, UGANDA), said(25, 5) + said(7, 5, group=1))
    assert (outcome.verdict, outcome.why) == ("not_carried", "group")


@pytest.mark.parametrize("one", [(5, 4, 0), (12, 0, 0), (12, 0, 3), (0, 12, 0), (0, 0, 12)])
def test_one_group_left_out_leaves_out_all(one: tuple[int, int, int]) -> None:
    groups = (Group("KE", 30), Group("UG", 30), Group("GH", 30))
    votes = said(20, 10) + said(20, 10, group=1) + said(*one, group=2)
    outcome = decide(Rules("yesno", double="country"), 2, 90, groups, votes)
    assert outcome.kind == "figures" and not outcome.groups


@pytest.mark.parametrize(
    ("method", "votes"),
    [
        ("choice", {(0,): 12}),  # all of the group for the winner
        ("choice", {(1,): 6, (2,): 6}),  # none of it
        ("approval", {(0, 1): 6, (1,): 6}),  # all of it for another one
    ],
)
def test_a_group_whose_answer_to_one_question_is_known_leaves_out_all(method: Method, votes: dict[Vote, int]) -> None:
    rules, one = Rules(method, double="country"), [(0, vote) for vote in [(0,)] * 20 + [(1,)] * 10]
    other = [(1, vote) for vote, people in votes.items() for _ in range(people)]
    outcome = decide(rules, 3, 60, (KENYA, UGANDA), one + other)
    assert outcome.kind == "figures" and outcome.count and outcome.count.winners == (0,) and not outcome.groups
    assert decide(rules, 3, 60, (KENYA, UGANDA), one + [(1, (0,))] * 6 + [(1, (1,))] * 6).groups


def test_the_verdict_never_hangs_on_fewer_than_five() -> None:
    votes = said(20, 5)
    for few in (said(4, group=1), said(0, 4, group=1), said(2, 2, group=1), []):
        outcome = decide(Rules("yesno", double="country"), 2, 60, (KENYA, UGANDA), votes + few)
        assert (outcome.verdict, outcome.why, outcome.groups) == ("not_carried", "group", ())
    assert decide(Rules("yesno", double="country"), 2, 60, (KENYA, UGANDA), votes + said(5, group=1)).why == "groups"


@pytest.mark.parametrize(
    ("method", "same", "other"),
    [
        ("choice", (1,), (0,)),
        ("multiple", (0, 1), (2,)),
        ("approval", (1, 2), (0,)),
        ("score", (5, 0, 3), (0, 1, 2)),
        ("irv", (1, 0), (0, 1)),
        ("stv", (1, 0), (0, 1)),
        ("meek", (1, 0), (0, 1)),
        ("schulze", (1, 0, 2), (2, 1)),
        ("demands", (3, 1), (0, 2)),
        ("demands", (2, 1), (3, 0)),
    ],
)
def test_unanimous_is_whatever_tells_one_answer_of_everybody(method: Method, same: Vote, other: Vote) -> None:
    rules = Rules(method)
    lot = (0, 1, 2)
    for votes in ([same] * 12, [same] * 11 + [()]):
        outcome = decide(rules, 3, 40, (), [(0, vote) for vote in votes], lot)
        assert outcome.kind == "bare" and outcome.winners and not outcome.count
    assert decide(rules, 3, 40, (), [(0, vote) for vote in [same] * 11 + [other]], lot).kind == "figures"


def test_partly_unanimous() -> None:
    """Everybody marks one option beside others, gives one the same score, or can do without the same demand."""
    cases: list[tuple[Method, Vote, Vote]] = [
        ("approval", (0, 1), (1, 2)),
        ("score", (1, 3, 0), (2, 3, 5)),
        ("demands", (2, 0), (2, 1)),
        ("schulze", (0, 1), (0, 2)),
    ]
    for method, one, other in cases:
        assert decide(Rules(method), 3, 40, (), [(0, one)] * 9 + [(0, other)] * 9).kind == "bare"


def chosen(rules: Rules, *totals: int, lot: tuple[int, ...] = (2, 1, 0)) -> Outcome:
    """Decides a single choice."""
    votes: list[tuple[int, Vote]] = [(0, (option,)) for option, total in enumerate(totals) for _ in range(total)]
    return decide(rules, len(totals), 100, (), votes, lot)


def test_a_choice_is_elected_tied_drawn_or_none_of_it() -> None:
    assert (chosen(Rules(), 9, 6, 5).verdict, chosen(Rules(), 9, 6, 5).winners) == ("elected", (0,))
    tied = chosen(Rules(), 9, 9, 5)
    assert (tied.verdict, tied.winners, tied.tied) == ("tied", (0, 1), (0, 1))
    drawn = chosen(Rules(tie="drawn"), 9, 9, 5)
    assert (drawn.verdict, drawn.why, drawn.winners) == ("elected", "lot", (1,))
    assert chosen(Rules(none_option=True), 9, 6, 15).verdict == "none_of_above"
    two = chosen(Rules(none_option=True, seats=2), 9, 6, 8)
    assert (two.verdict, two.winners) == ("elected", (0,))
    assert chosen(Rules(none_option=True, seats=3), 9, 6, 8).winners == (0,), "whom none of the above beats"


def test_a_winner_must_reach_the_threshold() -> None:
    rules = Rules(threshold=ABSOLUTE)
    assert (chosen(rules, 11, 6, 4).why, chosen(rules, 11, 6, 4).winners) == ("threshold", (0,))
    missed = chosen(rules, 10, 6, 4)
    assert (missed.verdict, missed.why, missed.winners) == ("not_carried", "threshold", ())
    assert chosen(rules, 9, 9, 2).verdict == "not_carried"
    blank = decide(Rules(), 3, 100, (), [(0, ())] * 12)
    assert (blank.kind, blank.verdict, blank.why) == ("bare", "not_carried", "few")


def test_demands_are_ordered() -> None:
    votes: list[tuple[int, Vote]] = [(0, (2, 0, 1))] * 6 + [(0, (0, 1))] * 5
    outcome = decide(Rules("demands", seats=2), 3, 40, (), votes)
    assert (outcome.verdict, outcome.winners, outcome.counts) == ("ordered", (1, 0), (1, 5, -6))


def test_too_few_votes_tell_nothing() -> None:
    assert asked(Rules("yesno"), 3, 1) == Outcome("none", verdict="unknown", why="withheld", electorate=100)
    assert asked(Rules("yesno", quorum=Share(1, 2)), 3, 1).verdict == "no_quorum"
    assert asked(Rules("yesno", quorum=Share(1, 50)), 1, 0).verdict == "unknown"
    assert asked(Rules("yesno"), 5, 4).kind == "bare" and asked(Rules("yesno"), 5, 5).kind == "figures"


@pytest.mark.parametrize(
    ("share", "base", "electorate", "tells"),
    [
        (Share(4, 5), "valid", 100, False),
        (Share(4, 5, strict=True), "valid", 100, True),
        (Share(1, 1), "cast", 100, True),
        (Share(1, 5, strict=True), "valid", 100, False),
        (Share(1, 5), "valid", 100, True),
        (ABSOLUTE, "electorate", 100, False),
        (ABSOLUTE, "electorate", 12, False),
        (Share(19, 20), "electorate", 10, True),
        (Share(1, 100), "electorate", 100, True),
    ],
)
def test_a_threshold_whose_verdict_tells_of_everybody_is_found(
    share: Share, base: Base, electorate: int, tells: bool
) -> None:
    assert telling(Rules("yesno", threshold=share, base=base), electorate) == tells
    assert not telling(Rules("yesno"), electorate)


@pytest.mark.parametrize("preset", PRESETS)
def test_no_preset_has_a_telling_threshold(preset: str) -> None:
    assert not any(telling(PRESETS[preset], electorate) for electorate in range(10, 2000))

"""What counts that exclude options promise, for any votes: instant runoff, Scottish STV, Meek."""

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ballots.counting import Count, Stage, Vote, count, ties
from tests.ballots.slow_counts import Slow, SlowMeek, SlowRunoff, SlowScottish, Step
from tests.examples import EXAMPLES

MANY = settings(max_examples=EXAMPLES, deadline=None)
SLOW: dict[str, type[SlowScottish] | type[SlowRunoff] | type[SlowMeek]] = {
    "stv": SlowScottish,
    "irv": SlowRunoff,
    "meek": SlowMeek,
}


@dataclass(frozen=True)
class Drawn:
    """An election as hypothesis draws it."""

    votes: dict[Vote, int]
    options: int
    seats: int
    lot: tuple[int, ...]

    def counted(self, method: str) -> Count:
        """Counts it by a method."""
        return count(method, self.votes, self.options, self.filled(method), self.lot)

    def filled(self, method: str) -> int:
        """Gives the seats: a runoff fills one."""
        return 1 if method == "irv" else self.seats

    def valid(self) -> int:
        """Counts the votes that are not blank."""
        return sum(people for vote, people in self.votes.items() if vote)


@st.composite
def elections(draw: st.DrawFn) -> Drawn:
    """Draws an election; few people, so that ties are common."""
    options = draw(st.integers(1, 6))
    orders = st.permutations(range(options)).map(tuple)
    votes = st.tuples(orders, st.integers(0, options)).map(lambda one: one[0][: one[1]])
    people = draw(st.dictionaries(votes, st.integers(1, draw(st.sampled_from((1, 2, 9)))), max_size=12))
    return Drawn(people, options, draw(st.integers(1, 4)), draw(orders))


@MANY
@given(elections())
def test_every_count_is_exact_and_fair(drawn: Drawn) -> None:
    """Drawing an election takes longer than counting it, so all is asked of the same one."""
    for method in SLOW:
        counted = drawn.counted(method)
        as_the_rules_say_plainly(method, drawn, counted)
        no_vote_lost_or_made(drawn, counted)
        every_seat_filled(method, drawn, counted)
        who_enough_people_agree_on_elected(method, drawn, counted)


def as_the_rules_say_plainly(method: str, drawn: Drawn, counted: Count) -> None:
    """The slow count gives the same, stage by stage."""
    slow: Slow = SLOW[method](drawn.votes, drawn.options, drawn.filled(method), drawn.lot).count()
    assert counted.winners == tuple(slow.elected)
    assert [decimals(stage, counted.scale) for stage in counted.stages] == slow.steps


def decimals(stage: Stage, scale: int) -> Step:
    """Writes a stage as the slow counts do."""
    plain = 2 if stage.did.endswith(".first") and not stage.options else 1 if ".earlier." in stage.did else 0
    amounts = [Decimal(amount) / (1 if at < plain else scale) for at, amount in enumerate(stage.amounts)]
    return stage.did, stage.options, tuple(amounts), tuple(Decimal(total) / scale for total in stage.totals)


def no_vote_lost_or_made(drawn: Drawn, counted: Count) -> None:
    """Totals and the rest are always all valid votes, to the last digit."""
    changing = [stage for stage in counted.stages if stage.totals]
    for stage in changing:
        assert sum(stage.totals) + stage.rest == drawn.valid() * counted.scale
        assert min(*stage.totals, stage.rest) >= 0
    assert counted.totals == changing[-1].totals


def every_seat_filled(method: str, drawn: Drawn, counted: Count) -> None:
    """As many are elected as there are seats, or options."""
    assert len(set(counted.winners)) == len(counted.winners) == min(drawn.filled(method), drawn.options)


def who_enough_people_agree_on_elected(method: str, drawn: Drawn, counted: Count) -> None:
    """Droop proportionality for solid coalitions, and with it: who has a quota of first preferences is elected."""
    quota, winners = drawn.valid() // (drawn.filled(method) + 1) + 1, set(counted.winners)
    for size in range(1, drawn.options + 1):
        solid = Counter[frozenset[int]]()
        for vote, people in drawn.votes.items():
            solid[frozenset(vote[:size])] += people if len(vote) >= size else 0
        for coalition, people in solid.items():
            assert len(winners & coalition) >= min(people // quota, size)


@MANY
@given(elections(), st.data())
def test_neither_the_order_of_votes_nor_what_options_are_called_matters(drawn: Drawn, data: st.DataObject) -> None:
    shuffled = replace(drawn, votes=dict(data.draw(st.permutations(list(drawn.votes.items())))))
    called = data.draw(st.permutations(range(drawn.options)))
    votes = {tuple(called[option] for option in vote): people for vote, people in drawn.votes.items()}
    renamed = replace(drawn, votes=votes, lot=tuple(called[option] for option in drawn.lot))
    for method in SLOW:
        counted, other = drawn.counted(method), renamed.counted(method)
        assert shuffled.counted(method) == counted
        assert other.winners == tuple(called[winner] for winner in counted.winners)
        assert [other.totals[called[option]] for option in range(drawn.options)] == list(counted.totals)
        assert [stage.did for stage in other.stages] == [stage.did for stage in counted.stages]


def test_a_tie_goes_by_the_latest_stage_that_tells_and_by_the_lot_at_last() -> None:
    """Three equal at stage 4: the third had more at 3, the others differ at 2 one way and at 1 the other."""
    history, lot = [(1, 2, 0), (2, 1, 0), (2, 2, 3), (4, 4, 4)], (2, 0, 1)
    lowest = [Stage("stv.earlier.fewest", (0, 1), (3,)), Stage("stv.earlier.fewest", (1,), (2,))]
    assert ties.lowest([0, 1, 2], history, lot, "stv") == (1, lowest)
    assert ties.highest([0, 1, 2], history, lot, "stv") == (2, [Stage("stv.earlier.most", (2,), (3,))])
    assert ties.lowest([0, 1, 2], history[3:], lot, "irv") == (1, [Stage("irv.lot.last", (1, 0, 2))])
    assert ties.highest([0, 1], history[3:], lot, "stv") == (0, [Stage("stv.lot.first", (0, 1))])


def test_the_tie_of_droops_weak_defeat() -> None:
    counted = count("stv", {(0, 1): 1, (1,): 2, (2,): 3, (3,): 4, (4,): 5}, 5, 2, range(5))
    said = [(stage.did, stage.options) for stage in counted.stages]
    assert said[1:4] == [("stv.excluded", (0,)), ("stv.earlier.fewest", (1,)), ("stv.excluded", (1,))]
    assert counted.winners == (4, 3)


@pytest.mark.parametrize("lot", [None, (0, 1), (0, 1, 1), (0, 1, 2, 3)])
def test_a_count_without_a_lot_of_all_options_is_refused(lot: tuple[int, ...] | None) -> None:
    for method in SLOW:
        with pytest.raises(ValueError, match="lot"):
            count(method, {(0, 1): 3}, 3, 1, lot)


def test_seats_are_one_or_more_and_just_one_in_a_runoff() -> None:
    for method, seats in (("stv", 0), ("meek", 0), ("irv", 0), ("irv", 2)):
        with pytest.raises(ValueError, match="seat"):
            count(method, {(0, 1): 3}, 3, seats, range(3))

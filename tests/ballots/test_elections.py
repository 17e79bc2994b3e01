"""Published elections: the same winners, at the same stages, and the same totals where stages are published.

What is published, and where, says tests/ballots/elections/README.md.
"""

import pytest

from bot.ballots.counting import Stage, Vote, count
from tests.elections import counted, elected_at, election, rows

# Examples with published stages: Droop's test/blt/513.blt and SC-Vm-12.blt (the latter from Voting matters 12, "The
# computational accuracy using the Meek algorithm"), Wikipedia's "Instant-runoff voting" and, as it stood for years,
# "Single transferable vote" (oranges, pears, chocolate, strawberries, sweets).
CASTOR_AND_POLLUX: dict[Vote, int] = {(0, 1): 5, (1,): 1, (2,): 3}
VOTING_MATTERS_12: dict[Vote, int] = {
    **{(first, second): 333 for first in (0, 1) for second in (2, 3, 4)},
    **{(2,): 667, (3,): 667, (4,): 667, (0, 1, 2): 1, (0, 1, 3): 1, (1, 0, 2): 2},
}
TENNESSEE: dict[Vote, int] = {(0, 1, 2, 3): 42, (1, 2, 3, 0): 26, (2, 3, 1, 0): 15, (3, 2, 1, 0): 17}
DESSERT: dict[Vote, int] = {(0,): 4, (1, 0): 2, (2, 3): 8, (2, 4): 4, (3,): 1, (4,): 1}


def units(words: str, digits: int) -> list[tuple[int, ...]]:
    """Reads a table of decimal fractions, a line a stage."""
    lines = [line.split() for line in words.strip().splitlines()]
    return [tuple(round(float(said) * 10**digits) for said in line) for line in lines]


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("edinburgh_2015_by_election_leith_walk", {"RITCHIE": 1, "DONALDSON": 10}),
        ("edinburgh_2017_ward1", {"LANG": 1, "YOUNG": 2, "HUTCHISON": 3, "WORK": 10}),
        ("highland_2017_ward18", {"HEGGIE": 1, "MACDONALD": 7, "FRASER": 9, "SAGGERS": 9}),
    ],
)
def test_councillors_of_scotland(name: str, published: dict[str, int]) -> None:
    council = election(name)
    assert elected_at(council, counted(council, "stv")) == published


def test_first_preferences_and_quota_of_nairn() -> None:
    nairn = counted(election("highland_2017_ward18"), "stv")
    firsts = (369, 694, 586, 558, 1144, 647, 147, 32, 310, 816)
    assert nairn.stages[0] == Stage(
        "stv.first", (), (5303, 4, 1061 * nairn.scale), tuple(votes * nairn.scale for votes in firsts)
    )


BY_THE_SCOTTISH_RULES = """
6       3       8        22 2       0 33 1        1       0 0 0 18
6.84848 3.42424 8.42424  22 2.42424 0 19 12.45448 1.42424 0 0 0 18
7.80300 3.56060 9.24240  19 2.69696 0 19 12.72720 1.42424 0 0 0 18.54544
7.80300 3.56060 9.24240  19 2.69696 0 19 12.72720 1.42424 0 0 0 18.54544
7.80300 3.56060 9.24240  19 2.69696 0 19 12.72720 1.42424 0 0 0 18.54544
7.80300 3.56060 9.24240  19 2.69696 0 19 12.72720 1.42424 0 0 0 18.54544
7.80300 3.56060 9.24240  19 2.69696 0 19 12.72720 1.42424 0 0 0 18.54544
7.80300 3.56060 9.24240  19 2.69696 0 19 14.15144 0       0 0 0 18.54544
8.80300 3.69696 9.24240  19 0       0 19 14.57568 0       0 0 0 19.68180
9.01084 3.95360 9.45496  19 0       0 19 14.57568 0       0 0 0 19
9.36448 0       10.59132 19 0       0 19 15.61032 0       0 0 0 19
0       0       16.62204 19 0       0 19 16.59988 0       0 0 0 19
0       0       18.59172 19 0       0 19 0        0       0 0 0 19
"""
BY_MEEK = """
6 3 8 22 2 0 33 1 1 0 0 0 18
8.006073598 3.232685848 9.408174589 18.800000609 2.759954125 0 18.800000299 13.000470959 1.435843893 0 0 0 18.556796080
8.006073598 3.232685848 9.408174589 18.800000609 2.759954125 0 18.800000299 13.000470959 1.435843893 0 0 0 18.556796080
8.006073598 3.232685848 9.408174589 18.800000609 2.759954125 0 18.800000299 13.000470959 1.435843893 0 0 0 18.556796080
8.006073598 3.232685848 9.408174589 18.800000609 2.759954125 0 18.800000299 13.000470959 1.435843893 0 0 0 18.556796080
8.006073598 3.232685848 9.408174589 18.800000609 2.759954125 0 18.800000299 13.000470959 1.435843893 0 0 0 18.556796080
8.006073598 3.232685848 9.408174589 18.800000609 2.759954125 0 18.800000299 14.436314852 0 0 0 0 18.556796080
9.006073598 3.394740964 9.408174589 19.165213770 0 0 18.800000299 14.506945584 0 0 0 0 19.718851196
9.427381450 3.730149807 9.774255128 18.799133460 0 0 18.799133416 14.666479770 0 0 0 0 18.799133497
10.204118384 0 11.498644230 18.789719457 0 0 18.789719396 15.876675538 0 0 0 0 18.789719467
0 0 16.482212783 19.087429756 0 0 19.073682122 19.085721549 0 0 0 0 19.202438090
"""
MEEK_QUOTAS = "18.800000001 " * 7 + "18.799133306 18.789719295 18.586296861"  # of the rounds after the first
MEEK_SURPLUSES = "0.000000906 " * 6, "0.000000455 0.000000435 2.104084073"  # round 8 elects: see below


def test_every_stage_of_a_committee_by_the_scottish_rules() -> None:
    committee = election("gpus_2005_steering_committee")
    count = counted(committee, "stv", range(12, -1, -1))
    assert rows(count) == units(BY_THE_SCOTTISH_RULES, 5)
    assert elected_at(committee, count) == {"Rotzler": 1, "LaMarche": 1, "Kramer": 9, "Sevigny": 13}


def test_every_stage_of_a_committee_by_meek() -> None:
    committee = election("gpus_2005_steering_committee")
    count = counted(committee, "meek", range(12, -1, -1))
    assert rows(count) == units(BY_MEEK, 9)
    rounds = [stage for stage in count.stages if stage.did == "meek.round"]
    assert [stage.amounts[0] for stage in rounds] == list(units(MEEK_QUOTAS, 9)[0])
    told = [stage.amounts[1] for number, stage in enumerate(rounds, 2) if number != 8]  # Droop leaves that one out
    assert told == list(units(" ".join(MEEK_SURPLUSES), 9)[0])
    assert elected_at(committee, count) == {"Rotzler": 1, "LaMarche": 1, "Kramer": 8, "Olsen": 11}


def test_the_example_of_voting_matters_12_by_meek() -> None:
    count_ = count("meek", VOTING_MATTERS_12, 5, 3, (4, 3, 2, 1, 0))
    assert [stage.did.removeprefix("meek.") for stage in count_.stages] == (
        ["first", "elected", "elected", "round", "lot.last", "excluded", "round", "elected"]
    )
    assert rows(count_)[1:] == units(
        """1000.750000126 1000.750000126 667.166666686 667.166666562 667.166666500
        800.584418564 800.584418564 0 800.596982770 800.556768208""",
        9,
    )
    assert [stage.amounts for stage in count_.stages if stage.did == "meek.round"] == units(
        """1000.750000001 0.000000250
        800.580647027 0.023878817""",
        9,
    )
    assert count_.stages[-2].rest == 800_677411894 and set(count_.winners) == {0, 1, 3}


def test_castor_and_pollux_by_both() -> None:
    scottish = count("stv", CASTOR_AND_POLLUX, 3, 2, (0, 1, 2))
    assert rows(scottish) == units("5 1 3\n4 2 3\n4 0 3", 5) and scottish.stages[-2].rest == 2 * scottish.scale
    meek = count("meek", CASTOR_AND_POLLUX, 3, 2, (0, 1, 2))
    assert rows(meek) == units("5 1 3\n3.000000005 2.999999995 3", 9)
    assert scottish.winners == meek.winners == (0, 2)


def test_the_dessert_of_wikipedia_by_the_scottish_rules() -> None:
    dessert = count("stv", DESSERT, 5, 3, range(5))
    assert dessert.stages[0].amounts == (20, 3, 6 * dessert.scale)
    assert rows(dessert) == units("4 2 12 1 1\n4 2 6 5 3\n6 0 6 5 3\n6 0 6 5 0", 5)
    assert dessert.winners == (2, 0, 3)


def test_tennessee_by_instant_runoff() -> None:
    assert count("irv", TENNESSEE, 4, lot=range(4)).stages == (
        Stage("irv.first", (), (100,), (42, 26, 15, 17)),
        Stage("irv.excluded", (2,), (15,), (42, 26, 0, 32)),
        Stage("irv.excluded", (1,), (26,), (42, 0, 0, 58)),
        Stage("irv.elected", (3,), (58, 100)),
    )

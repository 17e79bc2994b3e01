"""A board is counted again by the bot's own code and by the program that stands alone: accepted, or what differs."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ballots.board import canonical, write_board
from bot.ballots.counting.blt import read
from bot.ballots.rules import Ballot, Method, Rules, Wording
from bot.ballots.verify import verify
from tests.ballots.boards import METHODS, SALT, box_of, random_board
from tests.sources import ROOT

Said = dict[str, Any]


def by_bot(document: bytes) -> tuple[str, ...]:
    """Gives what the bot's own recount finds wrong."""
    return verify(document).faults


def program() -> ModuleType:
    """Loads the program that stands alone, as it is downloaded."""
    spec = importlib.util.spec_from_file_location("standing_alone", ROOT / "docs/verify.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ALONE = program()


def by_program(document: bytes) -> tuple[str, ...]:
    """Gives what the program that stands alone finds wrong."""
    return tuple(ALONE.faults(document))


JUDGES: list[Callable[[bytes], tuple[str, ...]]] = [by_bot, by_program]


def test_the_program_is_short_and_needs_the_standard_library_only() -> None:
    words = (ROOT / "docs/verify.py").read_text(encoding="utf-8")
    imported = {line.split()[1] for line in words.splitlines() if line.startswith(("import ", "from "))}
    assert len(words.splitlines()) <= 500 and imported <= sys.stdlib_module_names
    board = ROOT / "docs/verify.py"
    done = subprocess.run([sys.executable, "-I", board, board], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr.startswith("verify.py: ")


CASTS = st.sampled_from([0, 4, 5, 9, 10, 11, 30, 49, 50, 51, 90])


@settings(deadline=None)
@given(st.sampled_from(METHODS), CASTS, st.integers(0, 1 << 32))
def test_every_board_is_accepted(method: Method, cast: int, seed: int) -> None:
    board = random_board(seed, method, cast)
    for judge in JUDGES:
        assert not judge(board), json.dumps(json.loads(board), indent=1)


@pytest.mark.parametrize("method", ["stv", "meek", "irv"])
def test_a_real_election_is_accepted_stage_for_stage(method: Method) -> None:
    """By-election in Leith Walk, Edinburgh, 2015: 6,324 ballots (tests/ballots/elections)."""
    words = (ROOT / "tests/ballots/elections/edinburgh_2015_by_election_leith_walk.blt").read_text(encoding="utf-8")
    election, chance = read(words), Random(1)
    paper = Wording("en", "Who?", tuple(election.names))
    rules = Rules(method, seats=1, tie="drawn")
    ballot = Ballot("r", (paper,), None, datetime(2015, 9, 10, tzinfo=UTC), electorate=20_000, rules=rules)
    votes = [(vote, 0) for vote, people in election.votes.items() for _ in range(people)]
    board = write_board(box_of(ballot, votes, chance), ballot, SALT)
    for judge in JUDGES:
        assert not judge(board)


def ballot(said: Said, chance: Random) -> str:
    """Alters one ballot: another one in its place."""
    at = chance.randrange(len(said["ballots"]))
    others = [vote for vote in said["ballots"] if vote != said["ballots"][at]]
    said["ballots"][at] = chance.choice(others)
    said["ballots"].sort()
    return "root"


def rule(said: Said, chance: Random) -> str:
    """Alters one rule."""
    said["frozen"]["rules"]["seats"] += 1
    return "rules"


def text(said: Said, chance: Random) -> str:
    """Alters one text."""
    chance.choice(said["texts"])["question"] += " "
    return "text"


def replaced_text(said: Said, chance: Random) -> str:
    """Leaves one text out."""
    said["texts"].pop()
    return "text sw: the one of the opening is missing"


def code(said: Said, chance: Random) -> str:
    """Alters one code."""
    at = chance.randrange(len(said["codes"]))
    said["codes"][at] = f"{chance.randrange(1 << 96):024x}"
    said["codes"].sort()
    return "root"


def stage(said: Said, chance: Random) -> str:
    """Alters one stage of the count."""
    stages = said["outcome"]["count"]["stages"]
    at = chance.randrange(len(stages))
    chance.choice([stages[at]["amounts"] or [0], stages[at]["totals"] or stages[at]["amounts"] or [0]])
    figures = stages[at]["totals"] or stages[at]["amounts"] or stages[at]["options"]
    figures[chance.randrange(len(figures))] += 1
    return f"stage {at + 1} of the count"


def verdict(said: Said, chance: Random) -> str:
    """Alters the verdict."""
    said["outcome"]["verdict"] = "carried" if said["outcome"]["verdict"] != "carried" else "not_carried"
    return "outcome"


def salt(said: Said, chance: Random) -> str:
    """Alters the salt."""
    said["salt"] = "00" * 16
    return "salt"


def closing(said: Said, chance: Random) -> str:
    """Alters the moment of the close."""
    said["closed_at"] = "2026-12-01T10:00:00Z"
    return "notes"


ALTERED = (ballot, rule, text, replaced_text, code, stage, verdict, salt, closing)


@pytest.mark.parametrize("alter", ALTERED, ids=lambda alter: alter.__name__)
@settings(deadline=None, max_examples=30)
@given(method=st.sampled_from(METHODS), seed=st.integers(0, 1 << 32))
def test_whatever_is_altered_is_named(alter: Callable[[Said, Random], str], method: Method, seed: int) -> None:
    said = json.loads(random_board(seed, method))
    if said["outcome"]["kind"] != "figures":
        return
    named = alter(said, Random(seed))
    for judge in JUDGES:
        faults = judge(canonical(said))
        assert any(fault.startswith(named) for fault in faults), faults


@pytest.mark.parametrize("alter", [rule, text, code, verdict, salt, closing], ids=lambda alter: alter.__name__)
@settings(deadline=None, max_examples=30)
@given(method=st.sampled_from(METHODS[2:]), seed=st.integers(0, 1 << 32))
def test_so_it_is_where_ballots_are_withheld(alter: Callable[[Said, Random], str], method: Method, seed: int) -> None:
    said = json.loads(random_board(seed, method, 40))
    if said["outcome"]["kind"] != "figures":
        return
    named = alter(said, Random(seed))
    for judge in JUDGES:
        faults = judge(canonical(said))
        assert any(fault.startswith(named) for fault in faults), faults

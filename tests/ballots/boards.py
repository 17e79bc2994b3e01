"""Ballots of every method with random votes, and their boards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

from bot.ballots.board import freeze, write_board
from bot.ballots.papers import MOST_DEMANDS, SINGLE, Vote, entries, longest, ranks
from bot.ballots.rules import Ballot, Group, Method, Rules, Share, Wording

METHODS: tuple[Method, ...] = (
    *("yesno", "choice", "multiple", "approval", "score"),
    *("irv", "schulze", "stv", "meek", "demands"),
)
SALT = bytes(range(16))
SHARES = (None, Share(1, 2, strict=True), Share(1, 2), Share(2, 3), Share(1, 4))
NAMES = ("Asha", "Baraka", "Chiku", "Dalila", "Enzi", "Faraja", "Goma")


def random_ballot(chance: Random, method: Method) -> Ballot:
    """Gives an open ballot of a method with rules drawn at random."""
    options = 2 if method == "yesno" else chance.randint(2, 6)
    groups = (Group("KE", 60), Group("GH", 40)) if method in SINGLE and chance.random() < 0.5 else ()
    rules = Rules(
        method,
        seats=chance.randint(1, options - 1) if method not in ("yesno", "irv") else 1,
        most=chance.randint(1, options) if method == "multiple" else 0,
        none_option=method not in ("yesno", "demands", "stv", "meek") and chance.random() < 0.3,
        quorum=chance.choice(SHARES),
        threshold=chance.choice(SHARES),
        base=chance.choice(("cast", "valid", "electorate")),
        double="country" if groups else "",
        tie=chance.choice(("declared", "drawn")),
    )
    names = ("Yes", "No") if method == "yesno" else NAMES[:options]
    texts = (Wording("en", "Which <one>?", names, reviewed=True), Wording("sw", "Ipi?", names, "Maelezo", "ab" * 32))
    ballot = Ballot(
        f"{chance.randrange(1 << 64):016x}",
        texts,
        None,
        datetime(2026, 12, 1, 9, tzinfo=UTC),
        "open",
        electorate=100,
        commitment="c0" * 32,
        opened=date(2026, 11, 24),
        rules=rules,
        groups=groups,
    )
    return replace(ballot, frozen=freeze(ballot, SALT))


def random_vote(chance: Random, rules: Rules, options: int) -> Vote:
    """Gives a vote that the method takes; one in eight is blank."""
    if chance.random() < 0.125:
        return ()
    if rules.method == "score":
        return tuple(chance.randint(0, rules.top) for _ in range(options))
    if rules.method == "demands":
        order = chance.sample(range(options), options)
        best = order[1 : 1 + chance.randint(1, min(MOST_DEMANDS, options - 1))]
        return (chance.choice((order[0], options)), *best)
    marks = chance.sample(range(options), chance.randint(1, longest(rules, options)))
    return tuple(marks if ranks(rules) else sorted(marks))


def random_box(chance: Random, ballot: Ballot, cast: int) -> list[bytes]:
    """Gives the entries of so many voters."""
    groups = len(ballot.groups)
    votes = [
        (random_vote(chance, ballot.rules, ballot.options()), chance.randrange(groups) if groups else 0)
        for _ in range(cast)
    ]
    return box_of(ballot, votes, chance)


def box_of(ballot: Ballot, votes: Sequence[tuple[Vote, int]], chance: Random) -> list[bytes]:
    """Gives the entries of votes with the groups of their voters."""
    said = [entries(ballot, vote, chance.randbytes(12), group) for vote, group in votes]
    return sorted(entry for pair in said for entry in pair)


def random_board(seed: int, method: Method, cast: int = 60) -> bytes:
    """Gives the board of a random ballot."""
    chance = Random(seed)
    ballot = random_ballot(chance, method)
    return write_board(random_box(chance, ballot, cast), ballot, SALT)

"""The public board: what it holds, what it withholds, and that nothing on it was chosen after the opening."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ballots.board import (
    BadBoard,
    canonical,
    fingerprint,
    freeze,
    in_short,
    lot,
    read_board,
    read_outcome,
    rules_hash,
    schema,
    text_hash,
    write_board,
)
from bot.ballots.papers import SINGLE
from bot.ballots.rules import Ballot, Method, Note, Rules, Wording, prolonged
from bot.ballots.verify import verify
from tests.ballots.boards import METHODS, SALT, box_of, random_ballot, random_board, random_box
from tests.sources import ROOT

COUNTED: tuple[Method, ...] = tuple(method for method in METHODS if method not in ("irv", "stv", "meek"))


def choice(**more: object) -> Ballot:
    """Gives an open single choice among three."""
    paper = Wording("en", "Which?", ("A", "B", "C"))
    ballot = Ballot("5e1ec7ed", (paper,), None, datetime(2026, 12, 1, tzinfo=UTC), "open", 40, "c0ffee")
    return replace(ballot, opened=date(2026, 11, 24), **more)  # type: ignore[arg-type]  # fields by name


@settings(deadline=None)
@given(st.lists(st.sampled_from([(), (0,), (1,), (2,)]), max_size=60), st.randoms(use_true_random=False))
def test_the_board_holds_codes_and_ballots_apart_or_neither(votes: list[tuple[int, ...]], chance: Random) -> None:
    ballot = choice()
    box = box_of(ballot, [(vote, 0) for vote in votes], chance)
    document = write_board(box, ballot, SALT)
    board = read_board(document)
    assert write_board(box[::-1], ballot, SALT) == document
    if len(votes) < 10 or len({vote for vote in votes if vote}) < 2:
        assert not board.codes and not board.ballots and not board.outcome.counts and not board.outcome.cast
    else:
        assert list(board.ballots) == sorted(votes) and list(board.codes) == sorted(board.codes)
        assert len(board.codes) == len(votes) == board.outcome.cast
    if len(votes) < 5:
        assert board.outcome.kind == "none" and not board.outcome.winners


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("cast", [30, 49, 50, 80])
def test_ballots_that_could_be_fingerprints_are_withheld_under_fifty(method: Method, cast: int) -> None:
    board = read_board(random_board(7, method, cast))
    whole = method in SINGLE or cast >= 50
    assert len(board.codes) == board.outcome.cast == cast
    assert len(board.ballots) == (cast if whole else 0)
    assert board.outcome.count and board.outcome.count.stages
    shown = in_short(board.outcome).count
    assert shown and not shown.stages and shown.totals == board.outcome.count.totals


def test_the_opening_freezes_everything_and_names_it_by_sixteen_digits() -> None:
    ballot = choice()
    opened = replace(ballot, frozen=freeze(ballot, SALT))
    assert json.loads(opened.frozen)["salt"] == sha256(SALT).hexdigest()
    digits = fingerprint(opened)
    assert [len(part) for part in digits.split(" ")] == [4, 4, 4, 4] and rules_hash(opened).startswith(
        digits.replace(" ", "")
    )
    later = ballot.closes_at + timedelta(days=1)
    better = Wording("en", "Which one?", ("A", "B", "C"))
    notes = (Note("wording", date(2026, 11, 26), later, "en"),)
    changed = replace(opened, closes_at=later, wordings=(better,), earlier=ballot.wordings, notes=notes, electorate=39)
    assert rules_hash(changed) == rules_hash(opened)
    board = read_board(write_board([], changed, SALT))
    assert [(text.sha256, text.replaced) for text in board.texts] == [
        (text_hash(better), False),
        (text_hash(ballot.wordings[0]), True),
    ]
    assert board.closed_at == "2026-12-02T00:00:00Z" and board.frozen.closes_at == "2026-12-01T00:00:00Z"
    for other in (
        choice(rules=Rules(seats=2)),
        choice(electorate=41),
        choice(commitment="c0ffef"),
        choice(closes_at=later),
        choice(wordings=(better,)),
        choice(country="KE"),
        choice(rules=Rules(tie="drawn")),
    ):
        assert freeze(other, SALT) != opened.frozen != freeze(ballot, b"another")


def test_a_ballot_that_was_prolonged_says_so_once_a_day_and_is_still_accepted() -> None:
    ballot = choice()
    opened = replace(ballot, frozen=freeze(ballot, SALT))
    fault = datetime(2026, 11, 30, 22, 0, 0, 123456, UTC)
    later = fault + timedelta(minutes=5)
    after = prolonged(prolonged(prolonged(opened, fault - timedelta(days=9)), fault), later)
    assert [(note.what, note.day, note.closes_at) for note in after.notes] == [
        ("prolonged", date(2026, 11, 30), later + timedelta(days=1))
    ]
    box = box_of(after, [((0,), 0)] * 9 + [((1,), 0)] * 5, Random(1))
    assert not verify(write_board(box, after, SALT)).faults


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.integers(2, 60))
def test_the_lot_is_an_order_of_all_options_that_anybody_can_repeat(root: bytes, options: int) -> None:
    drawn = lot(root, options)
    digests = [sha256(root + bytes((0, option))).digest() for option in drawn]
    assert sorted(drawn) == list(range(options)) and digests == sorted(digests)


def test_a_tie_is_drawn_by_the_root_and_another_salt_or_ballot_may_draw_another() -> None:
    ballot = choice(rules=Rules(tie="drawn"))
    votes = [((option,), 0) for option in (0, 1, 2) for _ in range(5)]
    winners = set()
    for salt in range(24):
        board = read_board(write_board(box_of(ballot, votes, Random(1)), ballot, bytes((salt,)) * 16))
        assert board.outcome.winners == board.lot[:1] == lot(bytes.fromhex(board.root), 3)[:1]
        winners.add(board.outcome.winners)
    assert len(winners) == 3


def test_a_board_of_the_first_version_is_still_read() -> None:
    old = b'{"outcome":{"kind":"figures","winners":[1],"counts":[3,9]},"ballots":[0,1],"codes":["aa"]}'
    outcome = read_outcome(old)
    assert (outcome.kind, outcome.winners, outcome.counts) == ("figures", (1,), (3, 9))
    with pytest.raises(BadBoard, match="no board of version 1"):
        read_board(old)


def test_what_is_no_board_is_refused_with_the_place() -> None:
    document = random_board(3, "choice")
    said = json.loads(document)
    for changed, where in (
        (said | {"more": 1}, "more"),
        (said | {"codes": [1]}, "codes.0"),
        (said | {"version": 2}, "version"),
        (said | {"frozen": said["frozen"] | {"rules": {"method": "acclamation"}}}, "frozen.rules.method"),
    ):
        with pytest.raises(BadBoard, match=where):
            read_board(canonical(changed))
    with pytest.raises(BadBoard, match="not canonical"):
        read_board(json.dumps(said).encode())
    with pytest.raises(BadBoard, match="no board of version 1"):
        read_board(b"\xff")


def test_the_schema_stands_beside_it() -> None:
    assert (ROOT / "docs/board.schema.json").read_text(encoding="utf-8") == schema()


@pytest.mark.parametrize("method", COUNTED)
def test_every_method_writes_a_board_that_reads_back(method: Method) -> None:
    chance = Random(method)
    for cast in (0, 4, 9, 10, 60):
        ballot = random_ballot(chance, method)
        document = write_board(random_box(chance, ballot, cast), ballot, SALT)
        assert read_outcome(document) == read_board(document).outcome

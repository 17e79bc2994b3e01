"""How many members halt a ballot for its text, and how often."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.ballots.flags import halted, halted_by, may_halt, needed, read_by
from bot.ballots.rules import Ballot, Note, Wording

CLOSES = datetime(2026, 12, 1, tzinfo=UTC)
TODAY = date(2026, 11, 25)
BALLOT = Ballot("a", (Wording("en", "?", ("Yes", "No")), Wording("sw", "?", ("Ndiyo", "Hapana"))), None, CLOSES, "open")


@pytest.mark.parametrize(
    ("electorate", "readers", "flags"),
    [(11, 2, 3), (59, 59, 3), (60, 3, 5), (60, 60, 5), (1000, 100, 5), (1000, 101, 6), (5000, 4000, 200)],
)
def test_a_few_halt_a_small_ballot_and_one_in_twenty_readers_a_large_one(
    electorate: int, readers: int, flags: int
) -> None:
    assert needed(electorate, readers) == flags


def test_one_text_halts_a_ballot_once_and_again_only_when_it_was_corrected() -> None:
    once = halted(BALLOT, "sw", TODAY)
    assert once.halted and halted_by(once, "sw") and not halted_by(once, "en")
    assert not may_halt(once, "en")
    went_on = replace(once, halted=False)
    assert not may_halt(went_on, "sw") and may_halt(went_on, "en")
    corrected = replace(went_on, notes=(*went_on.notes, Note("wording", TODAY, CLOSES, "sw")))
    assert may_halt(corrected, "sw")
    assert not may_halt(replace(BALLOT, state="closed"), "sw")


def test_who_has_no_text_of_their_language_judges_the_deciding_one() -> None:
    assert (read_by(BALLOT, "sw"), read_by(BALLOT, "fil")) == (1, 0)

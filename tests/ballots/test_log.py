"""The log of boards: signed heads, proofs that hold, and anything altered that is named."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ballots.log import KEY, BadLog, Head, check, head, leaf_of, proof
from bot.database import Database, migrate
from bot.turn import Stores
from bot.vault import Vault, new_master

BOARDS = [f'{{"board":{n}}}'.encode() for n in range(9)]


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    """Gives a vault with a folder of its own."""
    made = Vault.unlock(tmp_path_factory.mktemp("keys"), fresh=True)
    made.make_key(KEY)
    return made


@settings(deadline=None)
@given(size=st.integers(1, 9), data=st.data())
def test_every_board_is_proved_and_nothing_else(vault: Vault, size: int, data: st.DataObject) -> None:
    leaves = [leaf_of(board) for board in BOARDS[:size]]
    at = data.draw(st.integers(0, size - 1))
    kept = head(vault, leaves[: data.draw(st.integers(1, size))])
    given_, now = proof(vault, leaves, leaves[at]), head(vault, leaves)
    assert kept and Head.read(str(kept)) == kept
    assert check(given_, BOARDS[at], kept) == now
    with pytest.raises(BadLog, match="does not stand in the log"):
        check(given_, BOARDS[at] + b" ")
    with pytest.raises(BadLog, match="not signed by its key"):
        check(given_ | {"key": "00" * 32}, BOARDS[at])
    forged = Head(kept.size, bytes(32), kept.signature)
    with pytest.raises(BadLog, match="was kept is not signed"):
        check(given_, BOARDS[at], forged)


def test_a_log_that_was_rewritten_is_found_out(vault: Vault) -> None:
    leaves = [leaf_of(board) for board in BOARDS]
    kept = head(vault, leaves[:4])
    for rewritten in ([*leaves[:2], leaf_of(b"another"), *leaves[3:]], leaves[1:]):
        with pytest.raises(BadLog, match="changed or taken out"):
            check(proof(vault, rewritten, leaves[-1]), BOARDS[-1], kept)
    with pytest.raises(BadLog, match="has 4 boards, this log only 3"):
        check(proof(vault, leaves[:3], leaves[0]), BOARDS[0], kept)
    with pytest.raises(BadLog, match="not in the log"):
        proof(vault, leaves, leaf_of(b"another"))
    assert head(vault, []) is None


def test_a_new_master_key_leaves_the_signature_as_it_was(vault: Vault) -> None:
    leaves = [leaf_of(board) for board in BOARDS]
    assert head(Vault(vault.folder, new_master()), leaves) == head(vault, leaves)


@pytest.mark.parametrize("words", ["", "1.2", "a.b.c", "1.@@.AA"])
def test_what_is_no_head_is_refused(words: str) -> None:
    with pytest.raises(BadLog, match="no log head"):
        Head.read(words)


async def test_the_log_is_kept_in_order_and_a_board_stands_there_once(empty: Database, tmp_path: Path) -> None:
    await migrate(empty)
    vault = Vault.unlock(tmp_path / "keys", fresh=True)
    async with empty.people.writer.begin() as connection:
        ballots = Stores.on(connection, vault).ballots
        for board in (*BOARDS, *BOARDS[:3]):
            await ballots.append(leaf_of(board))
        assert await ballots.log() == [leaf_of(board) for board in BOARDS]

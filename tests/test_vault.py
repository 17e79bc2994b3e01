"""Keys and sealing."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vault import Unreadable, Vault, VaultError, keyed_hash, tier

VAULT = Vault(Path("nowhere"), b"m" * 32)


@given(st.binary(max_size=1020), st.binary(max_size=20))
def test_what_is_sealed_opens_where_it_belongs_and_nowhere_else(plain: bytes, row: bytes) -> None:
    sealed = VAULT.seal("member", plain, row, 1024)
    assert VAULT.open("member", sealed, row) == plain
    assert len(sealed) == 1024 + 28
    assert VAULT.seal("member", plain, row, 1024) != sealed
    for purpose, changed, other in (
        ("outbox", sealed, row),
        ("member", sealed, row + b"x"),
        ("member", sealed[:-1] + bytes([sealed[-1] ^ 1]), row),
    ):
        with pytest.raises(Unreadable):
            VAULT.open(purpose, changed, other)


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_two_lists_of_parts_never_meet(one: list[bytes], other: list[bytes]) -> None:
    assert (keyed_hash(b"k", *one) == keyed_hash(b"k", *other)) == (one == other)


@given(st.integers(0, 100_000))
def test_tiers_hold_what_they_are_for_and_are_few(length: int) -> None:
    assert length + 4 <= tier(length) <= max(4096, 2 * (length + 4))
    assert tier(length) & (tier(length) - 1) == 0


def test_key_files_are_private_and_leave_nothing_behind(tmp_path: Path) -> None:
    vault = Vault.unlock(tmp_path / "keys", fresh=True)
    path = tmp_path / "keys" / "part-1.key"
    vault.make_key("part-1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    linked = tmp_path / "second-link"  # shows what is overwritten before the name goes
    linked.hardlink_to(path)
    key = vault.key("part-1")
    vault.destroy_key("part-1")
    assert not path.exists() and linked.read_bytes() != key
    vault.destroy_key("part-1")
    with pytest.raises(VaultError, match="is missing"):
        vault.key("part-1")


def test_a_lost_master_is_never_replaced_where_there_is_data(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="put back the keys folder"):
        Vault.unlock(tmp_path / "keys", fresh=False)
    first = Vault.unlock(tmp_path / "keys", fresh=True)
    assert Vault.unlock(tmp_path / "keys", fresh=False).lookup(7) == first.lookup(7)
    (tmp_path / "keys" / "master.key").write_bytes(b"short")
    with pytest.raises(VaultError, match="damaged"):
        Vault.unlock(tmp_path / "keys", fresh=False)

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


@given(st.binary(max_size=60), st.integers(0, 91))
def test_a_value_that_was_cut_or_changed_anywhere_does_not_open(plain: bytes, at: int) -> None:
    sealed = VAULT.seal("member", plain, b"row", 64)
    longer, changed = sealed + b"x", sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    for altered in (sealed[:at], longer, changed):
        with pytest.raises(Unreadable):
            VAULT.open("member", altered, b"row")


@given(st.integers(0, 80))
def test_what_does_not_fit_its_size_is_refused_and_not_cut(length: int) -> None:
    if length <= 60:
        assert len(VAULT.seal("member", b"x" * length, b"", 64)) == 92
        return
    with pytest.raises(ValueError, match=f"{length} bytes do not fit"):
        VAULT.seal("member", b"x" * length, b"", 64)


def test_another_installation_opens_nothing_and_knows_nobody() -> None:
    other = Vault(Path("nowhere"), b"n" * 32)
    with pytest.raises(Unreadable):
        other.open("member", VAULT.seal("member", b"x", b"row", 64), b"row")
    assert other.lookup(7) != VAULT.lookup(7) != VAULT.keyed("invite", b"7")
    assert len(VAULT.lookup(7)) == 16


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
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / "master.key").stat().st_mode) == 0o600
    assert list(vault.key_names("part-")) == ["part-1"] and vault.has_key("part-1")
    with pytest.raises(FileExistsError):
        vault.make_key("part-1")
    linked = tmp_path / "second-link"  # shows what is overwritten before the name goes
    linked.hardlink_to(path)
    key = vault.key("part-1")
    vault.destroy_key("part-1")
    assert not path.exists() and linked.read_bytes() != key and len(linked.read_bytes()) == 32
    vault.destroy_key("part-1")
    with pytest.raises(VaultError, match="is missing"):
        vault.key("part-1")


def test_a_lost_master_is_never_replaced_where_there_is_data(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="put back the keys folder"):
        Vault.unlock(tmp_path / "keys", fresh=False)
    assert not (tmp_path / "keys").exists()
    first = Vault.unlock(tmp_path / "keys", fresh=True)
    assert Vault.unlock(tmp_path / "keys", fresh=False).lookup(7) == first.lookup(7)
    (tmp_path / "keys" / "master.key").write_bytes(b"short")
    with pytest.raises(VaultError, match="damaged"):
        Vault.unlock(tmp_path / "keys", fresh=False)

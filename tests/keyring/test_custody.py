"""Where the master key lives: file, passphrase, systemd; each fault with its mend, and nothing is lost."""

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.keys.custody import Custody, custody_of, long_enough
from bot.settings import load
from bot.vault import LANES, Cost, Unreadable, VaultError, unwrap, wrap

PASSPHRASE = "six words that nobody would guess"
MASTER = b"m" * 32
LIGHT: Cost = (1, 1, 8)  # for what does not depend on how long stretching takes


def custody(folder: Path, kind: str = "passphrase", passphrase: str = PASSPHRASE) -> Custody:
    return Custody(kind, folder / "keys", lambda: passphrase, LIGHT)


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_a_wrapped_key_opens_with_its_passphrase_alone(one: str, other: str) -> None:
    wrapped = wrap(MASTER, one, LIGHT)
    assert unwrap(wrapped, one) == MASTER and MASTER not in wrapped
    if one != other:
        try:
            assert unwrap(wrapped, other) == MASTER  # the same letters, typed in another form
        except Unreadable:
            return
        assert unwrap(wrap(MASTER, other, LIGHT), one) == MASTER


def test_a_passphrase_typed_on_another_keyboard_is_the_same() -> None:
    assert unwrap(wrap(MASTER, "cafe\u0301 au lait noir", LIGHT), "caf\u00e9 au lait noir") == MASTER


@pytest.mark.parametrize("at", [0, 8, 11, 12, 40, -1])
def test_an_altered_file_does_not_open_and_costs_no_more_than_a_right_one(at: int) -> None:
    wrapped = bytearray(wrap(MASTER, PASSPHRASE))
    wrapped[at] ^= 0x80
    with pytest.raises(Unreadable):
        unwrap(bytes(wrapped), PASSPHRASE)
    with pytest.raises(Unreadable):
        unwrap(bytes(wrapped[:10]), PASSPHRASE)


def test_the_cost_is_what_rfc_9106_recommends_for_little_memory(tmp_path: Path) -> None:
    kept = Custody("passphrase", tmp_path, lambda: PASSPHRASE)
    kept.make()
    wrapped = kept.current.read_bytes()
    assert [int.from_bytes(wrapped[at : at + 4], "big") for at in (0, 4, 8)] == [3, LANES, 64 * 1024]


def test_a_key_under_a_passphrase(tmp_path: Path) -> None:
    kept = custody(tmp_path)
    with pytest.raises(VaultError, match="kauli keys init"):
        kept.unlock(fresh=True)
    with pytest.raises(VaultError, match="kauli keys recover"):
        kept.unlock(fresh=False)
    made = kept.make()
    assert kept.unlock(fresh=False).fingerprint() == made.fingerprint()
    assert stat.S_IMODE(kept.current.stat().st_mode) == 0o600 and made.master() not in kept.current.read_bytes()
    with pytest.raises(VaultError, match="does not open the master key"):
        custody(tmp_path, passphrase="another one, but long").unlock(fresh=False)
    with pytest.raises(VaultError, match="holds another key"):
        kept.take(MASTER)
    assert kept.take(made.master()).fingerprint() == made.fingerprint()


def test_a_credential_of_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = custody(tmp_path, "credential")
    with pytest.raises(VaultError, match="LoadCredentialEncrypted"):
        kept.unlock(fresh=True)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "kauli-master").write_bytes(MASTER)
    assert kept.unlock(fresh=False).master() == MASTER
    (tmp_path / "kauli-master").write_bytes(MASTER[1:])
    with pytest.raises(VaultError, match="is damaged"):
        kept.unlock(fresh=False)
    with pytest.raises(VaultError, match="systemd-creds"):
        kept.make()


def test_a_short_passphrase_is_refused_and_a_file_may_hold_it(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="too short"):
        long_enough("eleven char")
    (tmp_path / "secret").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    said = {"KAULI_MASTER_KEY": "passphrase", "KAULI_KEYS_DIR": str(tmp_path / "keys")}
    asked = custody_of(load(said | {"KAULI_PASSPHRASE_FILE": str(tmp_path / "secret")}))
    assert asked.passphrase() == PASSPHRASE and asked.kind == "passphrase"
    missing = custody_of(load(said | {"KAULI_PASSPHRASE_FILE": str(tmp_path / "nowhere")}))
    with pytest.raises(VaultError, match="KAULI_PASSPHRASE_FILE"):
        missing.passphrase()

"""The list of who left: known by nobody without its key, as long as a backup is good and hardly longer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.members.erasures import load, look_after, remember
from bot.members.rules import Member, admit
from bot.vault import Vault

DAY = date(2026, 11, 24)
ANA = replace(admit(7_312_345_678, "en", datetime(2026, 11, 1, tzinfo=UTC), "UTC"), mark="a1")


def vault(folder: Path) -> Vault:
    return Vault.unlock(folder, fresh=True)


def remembers(held: Vault, member: Member) -> bool:
    found = load(held)
    return found is not None and found.has(member)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 60), st.integers(1, 70))
def test_an_entry_outlives_every_backup_and_goes_soon_after(start: int, later: int) -> None:
    with TemporaryDirectory() as folder:
        held, left = vault(Path(folder)), DAY + timedelta(days=start)
        remember(held, ANA, left)
        for day in range(1, later + 1):
            look_after(held, left + timedelta(days=day))
        kept = remembers(held, ANA)
        assert kept if later <= 30 else (not kept or later < 45)
        assert len(list(held.key_names("erased-"))) <= 3


def test_who_joins_again_is_another_membership(tmp_path: Path) -> None:
    held = vault(tmp_path)
    remember(held, ANA, DAY)
    assert remembers(held, ANA)
    assert not remembers(held, replace(ANA, mark="b2"))
    assert not remembers(held, replace(ANA, telegram_id=1))


def test_the_list_has_one_size_and_is_written_whether_or_not_anybody_left(tmp_path: Path) -> None:
    held = vault(tmp_path)
    look_after(held, DAY)
    (file,) = tmp_path.glob("erased-*.list")
    before = file.read_bytes()
    look_after(held, DAY)
    same = file.read_bytes()
    for number in range(60):
        remember(held, replace(ANA, telegram_id=number), DAY)
    after = file.read_bytes()
    assert before != same != after
    assert len(before) == len(same) == len(after)
    assert str(ANA.telegram_id).encode() not in after
    assert file.stat().st_mode & 0o777 == 0o600


def test_rotating_the_master_does_not_touch_the_list(tmp_path: Path) -> None:
    remember(vault(tmp_path), ANA, DAY)
    (tmp_path / "master.key").unlink()
    assert remembers(vault(tmp_path), ANA)


def test_a_list_that_stopped_being_looked_after_says_so(tmp_path: Path) -> None:
    held = vault(tmp_path)
    assert load(held) is None
    look_after(held, DAY)
    found = load(held)
    assert found and found.through == DAY

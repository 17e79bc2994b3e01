"""The box on both databases: once each, replaced until sealed, counted exactly, nothing left behind."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ballots.rules import entries, write_board
from bot.box.pool import Box, Closed, NotInElectorate
from bot.database import Database, migrate, open_database
from bot.vault import Vault

NAME = "5e1ec7ed"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.unlock(tmp_path / "keys", fresh=True)


async def booted(database: Database, vault: Vault) -> Box:
    box = Box(database.box, vault)
    await box.start()
    return box


def vote(option: int, person: int) -> tuple[bytes, ...]:
    return entries(option, person.to_bytes(12, "big"))


def board(box: Sequence[bytes]) -> bytes:
    return write_board(box, 3)


async def test_a_vote_counts_once_and_can_be_changed_until_sealed(database: Database, vault: Vault) -> None:
    box = await booted(database, vault)
    assert await box.open(NAME, range(60)) == 60
    assert await box.put(NAME, 1, vote(0, 1)) == "received"
    assert await box.put(NAME, 1, vote(1, 1)) == "replaced"
    assert await box.standing(NAME, 1) == "pending"
    for person in range(2, 21):
        await box.put(NAME, person, vote(1, person))
    assert await box.standing(NAME, 1) == "sealed"
    assert await box.put(NAME, 1, vote(2, 1)) == "sealed"
    document = json.loads(await box.close(NAME, board))
    assert Counter(document["ballots"]) == {} and document["outcome"]["winners"] == [1]


async def test_opening_again_changes_nothing(database: Database, vault: Vault) -> None:
    box = await booted(database, vault)
    await box.open(NAME, range(20))
    pinned = await box.commitment(NAME)
    again = await booted(database, vault)
    assert await again.open(NAME, range(30)) == 20
    assert await again.commitment(NAME) == pinned
    assert not await again.may_take_part(NAME, 25)


async def test_strangers_and_latecomers_are_refused(database: Database, vault: Vault) -> None:
    box = await booted(database, vault)
    await box.open(NAME, range(20))
    with pytest.raises(NotInElectorate):
        await box.put(NAME, 77, vote(0, 77))
    await box.close(NAME, board)
    with pytest.raises(Closed):
        await box.put(NAME, 1, vote(0, 1))
    with pytest.raises(Closed):
        await box.open(NAME, range(20))


async def test_after_a_crash_exactly_those_who_waited_are_lost(database: Database, vault: Vault) -> None:
    box = await booted(database, vault)
    await box.open(NAME, range(60))
    for person in range(25):
        await box.put(NAME, person, vote(person % 2, person))
    again = await booted(database, vault)  # the first process is gone, and its pool with it
    lost = await again.lost()
    assert {*lost[NAME]} == {again.nullifier(NAME, person) for person in range(20, 25)}
    await again.put(NAME, 20, vote(0, 20))  # has voted again before being told
    await again.forget(NAME, lost[NAME])
    assert await again.standing(NAME, 20) == "pending"
    assert await again.standing(NAME, 21) == "none"
    document = json.loads(await again.close(NAME, board))
    assert sum(document["outcome"]["counts"]) == 21


async def test_closing_destroys_everything_but_the_board(database: Database, vault: Vault, tmp_path: Path) -> None:
    box = await booted(database, vault)
    await box.open(NAME, range(60))
    for person in range(45):
        await box.put(NAME, person, vote(person % 3, person))
    document = await box.close(NAME, board)
    assert await box.close(NAME, board) == document  # repeated after a crash
    assert [path.stem for path in (tmp_path / "keys").glob("*.key")] == ["master"]
    shown = json.loads(document)
    assert shown["ballots"] == sorted(shown["ballots"]) and shown["codes"] == sorted(shown["codes"])
    assert len(shown["ballots"]) == len(shown["codes"]) == 45


async def test_a_key_that_a_crash_left_behind_is_destroyed_at_the_start(database: Database, vault: Vault) -> None:
    box = await booted(database, vault)
    await box.open(NAME, range(60))
    for person in range(20):
        await box.put(NAME, person, vote(0, person))
    vault.make_key(f"content-{NAME}-0011223344556677")
    again = await booted(database, vault)
    assert len(list(vault.key_names("content-"))) == 1
    assert sum(json.loads(await again.close(NAME, board))["outcome"]["counts"]) in (0, 20)


async def test_what_waits_can_be_taken_back(database: Database, vault: Vault) -> None:
    box = await booted(database, vault)
    await box.open("2026-Q4")
    assert await box.put("2026-Q4", 5, (b"x" * 64,), electorate=False) == "received"
    assert await box.withdraw("2026-Q4", 5)
    assert not await box.withdraw("2026-Q4", 5)
    assert await box.put("2026-Q4", 5, (b"y" * 64,), electorate=False) == "received"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(said=st.lists(st.tuples(st.integers(0, 29), st.integers(0, 2)), max_size=80), crash=st.integers(0, 80))
async def test_the_count_is_that_of_a_plain_model(
    said: list[tuple[int, int]], crash: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is said, in whatever order, with a crash anywhere: the board is what a plain dictionary says."""
    folder = tmp_path_factory.mktemp("box")
    opened = open_database(None, folder)
    await migrate(opened)
    vault = Vault.unlock(folder / "keys", fresh=True)
    box = await booted(opened, vault)
    await box.open(NAME, range(30))
    kept: dict[int, int] = {}
    for step, (person, option) in enumerate(said):
        if step == crash:
            box = await booted(opened, vault)
            lost = await box.lost()
            gone = {who for who in kept if box.nullifier(NAME, who) in lost.get(NAME, [])}
            kept = {who: choice for who, choice in kept.items() if who not in gone}
        if await box.put(NAME, person, vote(option, person)) != "sealed":
            kept[person] = option
    document = await box.close(NAME, lambda found: bytes(entry[1] for entry in found if entry[:1] == b"v"))
    await opened.close()
    assert Counter(document) == Counter(kept.values())

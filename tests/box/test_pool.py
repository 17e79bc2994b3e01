"""The box on both databases: once each, replaced until sealed, counted exactly, nothing left behind."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ballots.board import write_board
from bot.ballots.rules import Ballot, Wording
from bot.box.pool import Box, Closed, NotInElectorate
from bot.box.store import BoxStore
from bot.database import Database, migrate, open_database
from bot.vault import Vault
from tests.votes import entries

NAME = "5e1ec7ed"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.unlock(tmp_path / "keys", fresh=True)


BALLOT = Ballot(NAME, (Wording("en", "Which?", ("A", "B", "C")),), None, datetime(2026, 12, 1, tzinfo=UTC))


async def booted(database: Database, vault: Vault) -> Box:
    box = Box(database.box, vault)
    await box.start()
    return box


def vote(option: int, person: int) -> tuple[bytes, ...]:
    return entries(option, person.to_bytes(12, "big"))


def board(box: Sequence[bytes]) -> bytes:
    return write_board(box, BALLOT, b"salt")


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


async def test_a_new_process_knows_how_many_are_sealed(database: Database, vault: Vault) -> None:
    """Else it would wait for twice as many again, or write a large period anew for every ten."""
    box = await booted(database, vault)
    await box.open(NAME, range(60))
    for person in range(20):
        await box.put(NAME, person, vote(0, person))
    again = await booted(database, vault)
    for person in range(20, 30):
        await again.put(NAME, person, vote(1, person))
    assert await again.standing(NAME, 20) == "sealed"


async def test_a_long_count_holds_up_nobody_else(database: Database, vault: Vault) -> None:
    box = await booted(database, vault)
    await box.open(NAME, range(20))
    turns, others_turn = asyncio.get_running_loop(), threading.Event()

    def count(entries: Sequence[bytes]) -> bytes:
        turns.call_soon_threadsafe(others_turn.set)
        return board(entries) if others_turn.wait(20) else b"nobody had a turn"

    assert json.loads(await box.close(NAME, count))["outcome"]["kind"] == "none"


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


@pytest.fixture
def unconfirmed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Box], None]:
    """Lets the next commit of a box be done without being confirmed, as when a line breaks at that moment."""

    def prepare(box: Box) -> None:
        real = box._transaction

        @asynccontextmanager
        async def commits_and_fails() -> AsyncIterator[BoxStore]:
            monkeypatch.setattr(box, "_transaction", real)
            async with real() as store:
                yield store
            raise OSError("no answer to the commit")

        monkeypatch.setattr(box, "_transaction", commits_and_fails)

    return prepare


async def test_a_vote_whose_commit_was_not_confirmed_is_not_sealed_without_its_content(
    database: Database, vault: Vault, unconfirmed: Callable[[Box], None]
) -> None:
    box = await booted(database, vault)
    await box.open(NAME, range(60))
    unconfirmed(box)
    with pytest.raises(OSError):
        await box.put(NAME, 0, vote(0, 0))
    for person in range(1, 21):
        await box.put(NAME, person, vote(1, person))
    assert await box.put(NAME, 0, vote(0, 0)) == "received"  # the update was not confirmed and comes again
    assert json.loads(await box.close(NAME, board))["outcome"]["counts"] == [1, 20, 0]


async def test_a_seal_whose_commit_was_not_confirmed_doubles_nobody(
    database: Database, vault: Vault, unconfirmed: Callable[[Box], None]
) -> None:
    box = await booted(database, vault)
    await box.open(NAME, range(60))
    for person in range(19):
        await box.put(NAME, person, vote(person % 2, person))
    real_seal = box._seal

    async def fails(name: str) -> None:
        unconfirmed(box)
        await real_seal(name)

    box._seal = fails  # type: ignore[method-assign]  # only the seal's own commit is to fail
    with pytest.raises(OSError):
        await box.put(NAME, 19, vote(1, 19))
    box._seal = real_seal  # type: ignore[method-assign]  # and the next one is as always
    assert await box.put(NAME, 19, vote(1, 19)) == "sealed"
    assert await box.put(NAME, 20, vote(0, 20)) == "received"
    assert len(list(vault.key_names("content-"))) == 1
    assert json.loads(await box.close(NAME, board))["outcome"]["counts"] == [11, 10, 0]


async def test_a_vote_that_meets_the_close_is_refused_and_never_received_for_nothing(
    database: Database, vault: Vault
) -> None:
    box = await booted(database, vault)
    await box.open(NAME, range(60))
    await box.put(NAME, 1, vote(0, 1))
    closing = asyncio.create_task(box.close(NAME, board))
    voting = asyncio.create_task(box.put(NAME, 2, vote(0, 2)))
    await closing
    with pytest.raises(Closed):
        await voting


async def test_who_voted_again_and_is_sealed_before_recovery_keeps_that_vote(database: Database, vault: Vault) -> None:
    box = await booted(database, vault)
    await box.open(NAME, range(60))
    await box.put(NAME, 0, vote(0, 0))
    again = await booted(database, vault)
    lost = await again.lost()
    for person in range(20):
        await again.put(NAME, person, vote(1, person))
    await again.forget(NAME, lost[NAME])
    assert await again.put(NAME, 0, vote(0, 0)) == "sealed"


async def test_a_crash_within_the_writing_of_a_key_leaves_no_key(
    database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty file in its place would be taken for a key, and everybody could compute who takes part."""

    def fails(*given: object) -> int:
        raise OSError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("bot.vault.os.write", fails)
        with pytest.raises(OSError):
            await (await booted(database, vault)).open(NAME, range(20))
    box = await booted(database, vault)
    assert not box.is_open(NAME) and len(list(vault.folder.iterdir())) == 1
    assert await box.open(NAME, range(20)) == 20


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

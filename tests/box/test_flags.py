"""Flags, orders and first words in the box, on both databases: once each, beside no vote, gone with the ballot."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.ballots.board import write_board
from bot.ballots.rules import Ballot, Wording
from bot.box.pool import Box, Closed, NotInElectorate, part_key
from bot.database import Database, participation
from bot.vault import Vault
from tests.votes import entries

NAME = "5e1ec7ed"
BALLOT = Ballot(NAME, (Wording("en", "Which?", ("A", "B")),), None, datetime(2026, 12, 1, tzinfo=UTC))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.unlock(tmp_path / "keys", fresh=True)


async def opened(database: Database, vault: Vault) -> Box:
    box = Box(database.box, vault)
    await box.start()
    await box.open(NAME, range(30))
    return box


async def rows(database: Database) -> int:
    async with database.box.writer.begin() as connection:
        return int(await connection.scalar(select(func.count()).select_from(participation)) or 0)


async def test_a_flag_counts_once_through_a_restart_and_dies_with_its_ballot(database: Database, vault: Vault) -> None:
    box = await opened(database, vault)
    assert [await box.flag(NAME, 0, person) for person in (1, 2, 1)] == [True, True, False]
    assert sum(await asyncio.gather(*(box.flag(NAME, 1, 3) for _ in range(50)))) == 1
    with pytest.raises(NotInElectorate):
        await box.flag(NAME, 0, 99)
    assert await box.standing(NAME, 1) == "none"  # a flag says nothing of a vote
    box = await opened(database, vault)
    assert (box.flags(NAME, 0), box.flags(NAME, 1)) == (2, 1) and await box.lost() == {}
    await box.drop_flags(NAME, 1)
    assert box.flags(NAME, 1) == 0 and await box.flag(NAME, 1, 3)
    await box.close(NAME, lambda entries: write_board(entries, BALLOT, b"salt"))
    assert await rows(database) == 0 and list(vault.key_names("part-")) == []
    with pytest.raises(Closed):
        await box.flag(NAME, 0, 1)


async def test_the_key_of_flags_that_a_crash_left_is_destroyed_at_the_start(database: Database, vault: Vault) -> None:
    box = await opened(database, vault)
    await box.flag(NAME, 0, 1)
    await box.close(NAME, lambda entries: write_board(entries, BALLOT, b"salt"))
    vault.make_key(part_key(f"{NAME}-flag0"))
    await Box(database.box, vault).start()
    assert list(vault.key_names("part-")) == []


async def test_where_the_first_word_counts_a_second_one_changes_nothing(database: Database, vault: Vault) -> None:
    box = await opened(database, vault)
    first, second = entries(0, bytes(12)), entries(1, bytes(range(12)))
    assert await box.put(NAME, 1, first, changeable=False) == "received"
    said = [box.put(NAME, 1, second, changeable=False) for _ in range(20)]
    assert set(await asyncio.gather(*said)) == {"final"}
    assert box.waiting(NAME, 1) == first


async def test_each_person_has_an_order_of_their_own_and_keeps_it(database: Database, vault: Vault) -> None:
    box = await opened(database, vault)
    orders = [box.order(NAME, person, 6) for person in range(30)]
    assert orders == [box.order(NAME, person, 6) for person in range(30)]
    assert all(sorted(order) == list(range(6)) for order in orders) and len(set(orders)) > 20
    again = await opened(database, vault)
    assert again.order(NAME, 7, 6) == orders[7]
    await box.close(NAME, lambda entries: write_board(entries, BALLOT, b"salt"))
    with pytest.raises(Closed):
        box.order(NAME, 7, 6)

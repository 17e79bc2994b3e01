"""Turns that come together share a commit: each is undone alone, none is kept before the disk has it."""

import asyncio

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.database import Database, member, rows
from tests.conftest import ONE_STORE

SIZE = 12
REFUSED = 5


class Refused(Exception):
    """What a turn raises to undo itself."""


class Disk:
    """Counts commits, and fails them when told to."""

    def __init__(self, database: Database) -> None:
        self.commits, self.full = 0, False
        event.listen(database.people.writer.sync_engine, "commit", self.commit)

    def commit(self, connection: object) -> None:
        """Stands before every commit."""
        self.commits += 1
        if self.full:
            raise OperationalError("COMMIT", None, Exception("disk I/O error"))


async def turn(database: Database, number: int) -> None:
    """Writes a row like a turn; one of them is refused after it wrote."""
    async with database.people.writing() as connection:
        await rows.put(connection, member, key(number), b"written")
        if number == REFUSED:
            raise Refused


def key(number: int) -> bytes:
    """Gives the key of a turn's row."""
    return number.to_bytes(16, "big")


async def kept(database: Database) -> set[int]:
    """Gives the turns whose rows are there."""
    async with database.people.reader.begin() as connection:
        return {number for number in range(SIZE) if await rows.get(connection, member, key(number))}


@ONE_STORE
async def test_turns_that_come_together_share_a_commit_and_a_refusal_undoes_one_alone(database: Database) -> None:
    """Twelve at once are two commits at most; the refused one leaves nothing and says so, the others are there."""
    disk = Disk(database)
    ends = await asyncio.gather(*(turn(database, number) for number in range(SIZE)), return_exceptions=True)
    assert [type(end) for end in ends] == [Refused if number == REFUSED else type(None) for number in range(SIZE)]
    assert await kept(database) == set(range(SIZE)) - {REFUSED}
    assert disk.commits <= 2


@ONE_STORE
async def test_no_turn_is_kept_before_the_shared_commit(database: Database) -> None:
    """Where the commit fails, every turn of it fails and nothing is there; afterwards it goes on."""
    disk = Disk(database)
    disk.full = True
    ends = await asyncio.gather(*(turn(database, number) for number in range(4)), return_exceptions=True)
    assert all(isinstance(end, OperationalError) for end in ends)
    assert await kept(database) == set()
    disk.full = False
    await turn(database, 1)
    assert await kept(database) == {1}


@ONE_STORE
@pytest.mark.parametrize("number", [0, 1, 2])
async def test_a_turn_that_is_ended_takes_nobody_with_it(database: Database, number: int) -> None:
    """Whoever is cancelled in the middle, the first one too, leaves nothing behind, and the others are committed."""
    go = asyncio.Event()

    async def slow(of: int) -> None:
        async with database.people.writing() as connection:
            await rows.put(connection, member, key(of), b"written")
            if of == number:
                go.set()
                await asyncio.Event().wait()

    tasks = [asyncio.create_task(slow(of)) for of in range(3)]
    await go.wait()
    tasks[number].cancel()
    await asyncio.wait(tasks)
    assert [task.cancelled() for task in tasks] == [of == number for of in range(3)]
    assert await kept(database) == {0, 1, 2} - {number}

"""What a vote costs one core: a whole ballot through the box, seals and close included, and how that grows.

Repeat: `make bench BENCH=tests/bench/votes.py`. Included: the electorate's keyed ids at opening, each vote's
participation row in a transaction of its own on SQLite with `synchronous=FULL`, the pool, every seal (the whole content
sorted and sealed anew under a new key file), the close with its count and board. Not included: Telegram and the turn
around the vote (`tests/bench/turns.py`). Processor time of the whole process, its database threads too.
"""

import asyncio
import os
import resource
import secrets
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.ballots.board import read_outcome, write_board
from bot.ballots.rules import CODE, Ballot, Wording
from bot.box.pool import Box
from bot.database import migrate, open_database
from bot.vault import Vault
from tests.votes import entries

SIZES = (2_000, 100_000)
OPTIONS = 3


async def main() -> None:
    """Prints milliseconds of one core a vote for each size, and the ratio of the two."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    costs = [await ballot(size) for size in SIZES]
    print(f"ratio: {costs[-1] / costs[0]:.2f} (bar: at most 1.5)")


async def ballot(size: int) -> float:
    """Holds one ballot in which everybody votes; gives and prints milliseconds a vote."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = open_database(None, folder)
        await migrate(database)
        box = Box(database.box, Vault.unlock(folder / "keys", fresh=True))
        await box.start()
        began = time.process_time()
        await vote(box, size)
        spent = (time.process_time() - began) / size * 1000
        await database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{size} votes: {spent:.2f} ms of one core each (bar: at most 3), peak memory {peak} MB")
    return spent


async def vote(box: Box, size: int) -> None:
    """Opens, lets everybody vote and closes; the count must be right."""
    people = range(5_000_000_000, 5_000_000_000 + size)
    await box.open("bench", people)
    for number, person in enumerate(people):
        await box.put("bench", person, entries(number % OPTIONS, secrets.token_bytes(CODE)))
    paper = Wording("en", "Which?", tuple(str(number) for number in range(OPTIONS)))
    ballot = Ballot("bench", (paper,), None, datetime(2026, 12, 1, tzinfo=UTC))
    board = await box.close("bench", partial(write_board, ballot=ballot, salt=b"salt"))
    assert sum(read_outcome(board).counts) == size


if __name__ == "__main__":
    asyncio.run(main())

"""Planning one digest hour for 100,000 members in 40 time zones and 12 languages: processor time and memory.

Repeat: `python -m tests.bench.planning` (`--members 1000000`, `--output FOLDER`). The records are written in bulk, then
a new process opens them as `kauli run` does and looks for digests twice: at a quarter of an hour at which nobody is
due, and over a whole hour in which some are.
"""

import argparse
import asyncio
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from bot.box.pool import Box
from bot.clock import SystemClock
from bot.database import member, migrate, open_database, outbox
from bot.jobs.digests import WATERMARK, queue_digests
from bot.members.rules import EVERY, Member, Wish, admit
from bot.members.zones import table
from bot.texts import Catalogues
from bot.turn import Office, Union
from bot.vault import Vault
from tests.bench.kit.crowd import CHUNK, rows
from tests.bench.kit.machine import output, report

BEGIN = datetime(2026, 11, 27, 14, tzinfo=UTC)
LANGUAGES = ("en", "sw", "fr", "es", "ar", "am", "hi", "fil", "tr", "pt", "so", "om")


class SetClock(SystemClock):
    """A clock that is set."""

    moment = BEGIN

    async def now(self) -> datetime:
        """Gives the moment it is set to."""
        return self.moment


def main() -> None:
    """Fills a folder, then lets a process of its own plan."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = output(parser)
    if chosen.folder:
        asyncio.run(plan(chosen.folder, chosen.members, chosen.output))
        return
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(fill(Path(folder), chosen.members))
        more = ["--output", str(chosen.output)] if chosen.output else []
        size = ["--members", str(chosen.members), "--folder", folder]
        subprocess.run([sys.executable, "-m", "tests.bench.planning", *size, *more], check=True)


async def fill(folder: Path, size: int) -> None:
    """Writes the records."""
    vault, chance = Vault.unlock(folder / "keys", fresh=True), random.Random(6)
    database = open_database(None, folder)
    await migrate(database)
    zones = sorted({one for listed in table().values() for one in listed[:1]})[:40]
    async with database.people.writer.begin() as connection:
        for first in range(0, size, CHUNK):
            people = (made(number, chance, zones) for number in range(first, min(size, first + CHUNK)))
            await connection.execute(insert(member), rows(vault, people))
    await database.close()


def made(number: int, chance: random.Random, zones: list[str]) -> Member:
    """Makes a member with wishes of their own."""
    record = admit(5_000_000 + number, chance.choice(LANGUAGES), BEGIN, chance.choice(zones))
    days = tuple(sorted(chance.sample(range(7), chance.choice((1, 1, 1, 2, 3)))))
    return replace(record, wish=Wish(True, days, chance.randrange(6, 22), chance.choice(EVERY)))


async def plan(folder: Path, size: int, figures: Path | None) -> None:
    """Looks twice and prints what it took."""
    vault, clock = Vault.unlock(folder / "keys", fresh=False), SetClock()
    database = open_database(None, folder)
    union = Union("kauli_bot", "Africa/Nairobi", "en", LANGUAGES)
    office = Office(database, vault, Box(database.box, vault), clock, union, Catalogues({}))
    async with office.writing() as stores:
        await stores.instance.put(WATERMARK, clock.moment.isoformat())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures_ = []
    for what, ahead in (("a quarter with nobody due", timedelta(minutes=1)), ("an hour", timedelta(hours=1))):
        clock.moment = BEGIN + ahead
        used, began = time.process_time(), time.perf_counter()
        await queue_digests(office)
        spent, wall = time.process_time() - used, time.perf_counter() - began
        async with database.people.reader.begin() as connection:
            queued = await connection.scalar(select(func.count()).select_from(outbox))
        figures_.append({"looking at": what, "digests queued": queued, "cpu s": spent, "wall s": wall})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures_.append({"members": size, "MB before": before, "MB at most": peak})
    report("planning", figures_, "100,000 members: under 5 s of processor time, under 300 MB", figures)
    await database.close()
    os._exit(0)


if __name__ == "__main__":
    main()

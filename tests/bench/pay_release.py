"""Prints the errors of released figures by the size of a cell, and what a release takes. Asserts nothing.

Repeat: `make bench BENCH=tests/bench/pay_release.py`. The tables stand in bot/pay/budget.py. A release is measured as
it happens: a process opens a box in which 100,000 people have reported, closes the period and writes the release. All
countries and employers are grown, so that every pair and task is tried too: more than 900 cells. Processor time and
memory are those of the whole process.
"""

import asyncio
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

from bot.box.pool import Box
from bot.database import migrate, open_database
from bot.jobs.pay import draw_release, possible_cells
from bot.pay.budget import GROWN_FROM
from bot.pay.currencies import CURRENCIES
from bot.pay.normalise import Report
from bot.pay.release import Published, Release, from_json
from bot.pay.rules import Details, Filing, entries
from bot.texts import Money
from bot.vault import Vault
from bot.workplaces.catalogue import COUNTRIES, EMPLOYERS, tasks
from tests.audit.errors import GROWN_HEAD, HEAD, grown_rows, rows

SEED = 20261127
REPORTERS = 100_000
PERIOD = "2026-Q4"


def main() -> None:
    """Prints the tables of errors, then what a release takes, the first and one that has grown."""
    for head, lines in ((HEAD, rows(SEED)), (GROWN_HEAD, grown_rows(SEED))):
        print(head)
        print("\n".join(row.line() for row in lines))
    for grown in ("new", "grown"):
        with tempfile.TemporaryDirectory() as folder:
            for act in ("fill", "close"):
                subprocess.run([sys.executable, "-m", __spec__.name, act, folder, grown], check=True)


async def fill(folder: Path) -> None:
    """Lets everybody report and seals it at once; ten by ten would write the content ten thousand times."""
    box = await opened(folder)
    await box.open(PERIOD)
    for person, said in enumerate(filings(random.Random(SEED))):
        box._pools[PERIOD][box.nullifier(PERIOD, person)] = said
    await box._seal(PERIOD)


async def close(folder: Path, last: Release | None) -> None:
    """Closes the period and says what that took."""
    box, before = await opened(folder), time.process_time()
    found = from_json(await box.close(PERIOD, partial(draw_release, PERIOD, last)))
    spent, peak = time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    tried = sum(last is not None or cell.startswith(("country", "employer")) for cell in possible_cells())
    print(
        f"{REPORTERS:,} reporters, {tried} cells, {len(found.cells)} published: {spent:.1f} s of one core (bar: 60), "
        f"peak memory {peak} MB (bar: 500)"
    )


async def opened(folder: Path) -> Box:
    """Opens the box of a folder."""
    database = open_database(None, folder)
    await migrate(database)
    box = Box(database.box, Vault.unlock(folder / "keys", fresh=not (folder / "keys").exists()))
    await box.start()
    return box


def all_grown() -> Release:
    """Gives a last release in which every country and employer was grown."""
    grown = (cell for cell in possible_cells() if cell.startswith(("country", "employer")))
    return Release("2026-Q3", tuple(Published(cell, GROWN_FROM, CURRENCIES[cell[-3:]].anchor, 20) for cell in grown))


def filings(chance: random.Random) -> Iterator[tuple[bytes, ...]]:
    """Invents what everybody files, over all countries, employers and tasks, with everything told."""
    for _ in range(REPORTERS):
        code = chance.choice(sorted(COUNTRIES))
        currency = chance.choice(COUNTRIES[code].currencies)
        wage = Money(max(1, int(CURRENCIES[currency].anchor * chance.lognormvariate(0, 0.6))), currency)
        unpaid, details = Decimal(chance.randrange(12)), Details(*(chance.randrange(4) for _ in range(3)))
        employer, task = chance.choice(sorted(EMPLOYERS)), chance.choice(tasks())
        report = Report(code, employer, task, "hour", wage, Decimal(40), unpaid)
        yield entries(Filing((report,), details), chance.randrange)


if __name__ == "__main__":
    if sys.argv[1:2] == ["fill"]:
        asyncio.run(fill(Path(sys.argv[2])))
    elif sys.argv[1:2] == ["close"]:
        asyncio.run(close(Path(sys.argv[2]), all_grown() if sys.argv[3] == "grown" else None))
    else:
        main()

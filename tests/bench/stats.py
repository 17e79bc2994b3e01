"""Prints the CPU of an answer to /stats by the number of reporters in a period. Asserts nothing.

Repeat: `make bench BENCH=tests/bench/stats.py`. Reports are spread over every country, employer and kind of work of the
catalogue; three years of releases stand on the board. An answer is the whole turn with the words of its picture, never
its drawing, which another process does. Measured in November 2026, two very busy cores, SQLite, the best of five (a
release is read once per process; reading twelve of 135 cells took 8 ms more):

| reporters | cells published | menu | by employer | country | hours | over time | kind of work |
|---|---|---|---|---|---|---|---|
| 1,000 | 6 | 6.7 ms | 7.3 ms | 26.3 ms | 25.4 ms | 25.6 ms | 7.1 ms |
| 10,000 | 135 | 5.3 ms | 5.9 ms | 20.8 ms | 27.9 ms | 23.5 ms | 20.6 ms |
| 100,000 | 355 | 6.2 ms | 6.6 ms | 22.7 ms | 25.1 ms | 20.4 ms | 20.6 ms |

The slowest answer of each:

    1,000 ##########################........................ 26 of 50 ms
   10,000 ############################...................... 28 of 50 ms
  100,000 #########################......................... 25 of 50 ms
"""

import asyncio
import random
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.app import App
from bot.jobs.pay import possible_cells
from bot.members.rules import admit
from bot.pay.currencies import CURRENCIES
from bot.pay.normalise import Report
from bot.pay.release import Release, release, to_json
from bot.pay.rules import Filing, fragments
from bot.settings import load
from bot.simulator import Simulator
from bot.texts import Money
from bot.workplaces.catalogue import COUNTRIES, EMPLOYERS, tasks
from tests.conftest import make_settings

SEED, WHO, TIMES = 20261125, 5_100_000, 5
BAR = 50  # milliseconds of a core that an answer may take
REPORTERS = (1_000, 10_000, 100_000)
PERIODS = tuple(f"{year}-Q{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4))
PAGES = ("", "employer", "country:KE:KES", "country:KE:KES h", "country:KE:KES t", "task:rlhf_ranking:USD w")


async def main() -> None:
    """Prints a line for each number of reporters, then the slowest answer of each as a plot."""
    slowest = {}
    for reporters in REPORTERS:
        history = releases(reporters, random.Random(SEED))
        spent = await measured(history)
        cells = " | ".join(f"{milliseconds:.1f} ms" for milliseconds in spent)
        print(f"| {reporters:,} | {len(history[-1].cells)} | {cells} |")
        slowest[reporters] = max(spent)
    for reporters, milliseconds in slowest.items():
        bar = "#" * round(milliseconds)
        print(f"{reporters:>9,} {bar:.<{BAR}} {milliseconds:.0f} of {BAR} ms")


def releases(reporters: int, chance: random.Random) -> list[Release]:
    """Draws two releases from invented reports, so that grown cells are divided, and repeats the second one."""
    found: list[Release] = []
    for period in PERIODS[:2]:
        filed = (each for _ in range(reporters) for each in fragments(Filing((report(chance),)), chance.randrange))
        found.append(release(period, possible_cells(), filed, chance.randrange, found[-1] if found else None))
    return [found[0], *(Release(period, found[1].cells) for period in PERIODS[1:])]


def report(chance: random.Random) -> Report:
    """Invents one report; every fifth reporter is in Kenya."""
    employer = chance.choice(list(EMPLOYERS.values()))
    country = "KE" if chance.random() < 0.2 else chance.choice(employer.countries)
    currency = COUNTRIES[country].currency
    pay = int(CURRENCIES[currency].anchor * chance.lognormvariate(0, 0.4)) + 1
    unpaid = Decimal(chance.randrange(12))
    return Report(country, employer.id, chance.choice(tasks()[:-1]), "hour", Money(pay, currency), Decimal(40), unpaid)


async def measured(history: list[Release]) -> list[float]:
    """Gives the milliseconds of CPU of each page, in a bot that has these releases on its board."""
    simulator = Simulator(port=0, flood=False)
    await simulator.start()
    with tempfile.TemporaryDirectory() as folder:
        app = App(load(make_settings(simulator.url, Path(folder), None)))
        await app.start(ticking=False)
        for each in history:
            await app.box.open(each.period)
            await app.box.close(each.period, lambda _, each=each: to_json(each).encode())  # type: ignore[misc]  # its release
        async with app.office.writing() as stores:
            await stores.members.put(admit(WHO, "en", await app.clock.now(), "Africa/Nairobi"))
        spent = [min([await answered(app, page) for _ in range(TIMES)]) for page in PAGES]
        await app.stop()
    await simulator.stop()
    return spent


async def answered(app: App, page: str) -> float:
    """Gives the milliseconds of CPU that one answer takes."""
    said: dict[str, Any] = {"text": f"/stats {page}", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}
    person = {"id": WHO, "is_bot": False, "first_name": "Ana"}
    chat = {"id": WHO, "type": "private", "first_name": "Ana"}
    message = {"message_id": 1, "date": 1, "from": person, "chat": chat, **said}
    start = time.process_time()
    give = await app.conversation.handle({"update_id": 1, "message": message})
    spent = time.process_time() - start
    assert give is not None
    return spent * 1000


if __name__ == "__main__":
    asyncio.run(main())

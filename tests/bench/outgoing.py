"""What goes out, beside python-telegram-bot's own rate limiter and aiogram's broadcast loop, in one run.

Repeat: `python -m tests.bench.outgoing` (`--rounds 5`, `--output FOLDER`). Everybody sends the same words to as many
people through a lean Bot API on a core of its own that answers after 50 ms. Kauli is the whole program, outbox,
decryption, rendering and outcomes included; the others only send. Paced: at the limit of 30 a second, who fills it and
who bursts. Unthrottled: Kauli at its most (1,000 a second, the paid limit), the others without any limiter, a loop or a
hundred at once.
"""

import argparse
import asyncio
import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bot.database import open_database
from bot.delivery.rules import AT_ONCE, to_everybody
from bot.digests.posts import Post
from bot.turn import Stores
from bot.vault import Vault
from tests.bench.incoming import BOT_CORE, KAULI_RUN, LATENCY, PEOPLE, TOKEN, found, served, told
from tests.bench.kit.machine import output, report
from tests.bench.rivals.environment import rivals_python
from tests.bench.rivals.server import FIRST_PERSON, WORDS

BAR = "at 30 a second fuller than both and never more than 31 in a second; unthrottled faster than both"
AIOGRAM, TELEGRAM = "tests.bench.rivals.sends_aiogram", "tests.bench.rivals.sends_telegram"
PACED, FREE = 600, PEOPLE * 10  # messages
LIMIT, MOST = 30, 1000  # messages a second


@dataclass(frozen=True)
class Way:
    """One way to send so many messages; Kauli has no module here but a rate."""

    name: str
    what: str
    messages: int
    module: str = ""
    how: str = ""
    rate: int = 0


WAYS = (
    Way("Kauli", "30 a second", PACED, rate=LIMIT),
    Way("python-telegram-bot, AIORateLimiter", "30 a second", PACED, TELEGRAM, "paced"),
    Way("aiogram, its loop with a pause", "30 a second", PACED, AIOGRAM, "paced"),
    Way("Kauli", "unthrottled", FREE, rate=MOST),
    Way("python-telegram-bot, 100 at once", "unthrottled", FREE // 2, TELEGRAM, "many"),
    Way("aiogram, its loop", "unthrottled", FREE // 10, AIOGRAM, "loop"),
    Way("aiogram, 100 at once", "unthrottled", FREE, AIOGRAM, "many"),
)


def main() -> None:
    """Measures every way in turn, several rounds, and prints the medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    asked = output(parser)
    python, figures = rivals_python(), defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        union = Path(name) / "union"
        asyncio.run(found(union))
        for _ in range(asked.rounds):
            for way in WAYS:
                figure = measured(way, python, union)
                print(f"  {way.name}, {way.what}: {figure['rate']:.1f} a second", flush=True)
                figures[way].append(figure)
    middle = {way: {key: median(one[key] for one in group) for key in group[0]} for way, group in figures.items()}
    report("outgoing", [row(way, middle) for way in WAYS], BAR, asked.output)


def measured(way: Way, python: Path, union: Path) -> dict[str, float]:
    """Measures one way; for Kauli, on a fresh copy of the installation with the letters in its outbox."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "union"
        shutil.copytree(union, folder)
        rival = (str(python), "-m", way.module, str(BOT_CORE), "{url}", TOKEN, str(FIRST_PERSON), str(way.messages))
        if not way.module:
            asyncio.run(fill(folder, way.messages))
        command = (*rival, way.how) if way.module else KAULI_RUN
        with served(command, folder, LATENCY, KAULI_MESSAGES_PER_SECOND=str(way.rate or LIMIT)) as (url, pid):
            figures = told(f"{url}/sends", {"messages": way.messages, "pid": pid})
    return {"rate": (way.messages - 1) / figures.pop("seconds"), "cpu_us": figures.pop("cpu") * 1e6, **figures}


async def fill(folder: Path, messages: int) -> None:
    """Puts a digest with a post for so many people into the outbox; as a notice, since those wait for no quiet hour."""
    database, vault = open_database(None, folder / "data"), Vault.unlock(folder / "keys", fresh=False)
    people, ends = range(FIRST_PERSON, FIRST_PERSON + messages), datetime.now(UTC) + timedelta(days=7)
    async with database.people.writer.begin() as connection:
        stores = Stores.on(connection, vault)
        await stores.posts.add(Post("post", (("en", WORDS),), ends))
        await stores.outbox.add(to_everybody("bench", people, "digest", {}, "notice", AT_ONCE))
    await database.close()


def row(way: Way, middle: dict[Way, dict[str, float]]) -> dict[str, Any]:
    """Gives one line of the table, with how many times as fast Kauli is."""
    found, ours = middle[way], next(middle[one] for one in WAYS if (one.name, one.what) == ("Kauli", way.what))
    line: dict[str, Any] = {
        "what": way.what,
        "who": way.name,
        "a_second": found["rate"],
        "cpu_us": round(found["cpu_us"]),
    }
    line |= {key: found[key] for key in ("first_second", "most_in_a_second")}
    return line if way.name == "Kauli" else {**line, "kauli_times": ours["rate"] / found["rate"]}


if __name__ == "__main__":
    main()

"""What comes in: updates a second on one core, each with a committed write and an answer, beside other libraries.

Repeat: `python -m tests.bench.incoming` (`--rounds 5`, `--output FOLDER`). A lean Bot API has a core of its own, the
bot the other. The same two updates for all: a pressed button that leads to the next question (the query is answered,
the message edited), and a typed command (the old question deleted, the new one sent); both read the encrypted member
open question and write the next one in one transaction with the same settings of SQLite. Kauli is the whole program,
`kauli run`, ticker, sender and translations included. The others are aiogram with its default (a task per update) and
python-telegram-bot with its default (httpx, one update after the other), each on SQLAlchemy Core, and on aiosqlite
alone. Rounds are interleaved and medians given; the last figures are waits at half of Kauli's maximum, acts coming at
random moments, counted from the act to the request that carries the answer.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bot.database import migrate, open_database
from bot.members.rules import admit
from bot.turn import Stores
from bot.vault import Vault
from tests.bench.kit.machine import output, report
from tests.bench.rivals.environment import rivals_python
from tests.bench.rivals.server import FIRST_PERSON, Plan

ROOT = Path(__file__).parent.parent.parent
TOKEN = "123456:" + "T" * 35
BOT_CORE, API_CORE = 0, 1
PEOPLE, UPDATES, PATIENCE = 200, 2_000, 300.0
KAULI_RUN = ("taskset", "-c", str(BOT_CORE), sys.executable, "-m", "bot", "run")
LATENCY = 0.05  # seconds, about Telegram's (telegram.md 5.2)
LOADS = (("press", 0.0), ("command", 0.0), ("press", LATENCY))  # what comes in, and how long a call takes
SECONDS = 20  # of acts at half of the maximum
BAR = "at least 1.5 times aiogram, at least 4 times python-telegram-bot; p99 under 100 ms at half of the maximum"
AIOGRAM, TELEGRAM = "tests.bench.rivals.with_aiogram", "tests.bench.rivals.with_telegram"


@dataclass(frozen=True)
class Contender:
    """One program that is measured; Kauli has no module of its own here."""

    name: str
    module: str = ""
    layer: str = ""
    share: float = 1.0  # of the updates: slow ones need fewer for a figure


KAULI = Contender("Kauli")
CONTENDERS = (
    KAULI,
    Contender("aiogram, SQLAlchemy Core", AIOGRAM, "core"),
    Contender("aiogram, aiosqlite", AIOGRAM, "raw"),
    Contender("python-telegram-bot, SQLAlchemy Core", TELEGRAM, "core", 0.5),
    Contender("python-telegram-bot, aiosqlite", TELEGRAM, "raw", 0.5),
)


def main() -> None:
    """Measures every contender in turn, several rounds, and prints the medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--updates", type=int, default=UPDATES)
    parser.add_argument("--only", default="", help="only contenders whose name has these letters")
    asked = output(parser)
    python = rivals_python()
    contenders = [one for one in CONTENDERS if asked.only.lower() in one.name.lower()]
    with tempfile.TemporaryDirectory() as name:
        union = Path(name) / "union"
        asyncio.run(found(union))
        figures = [
            {"round": number, **figure}
            for number in range(asked.rounds)
            for one in contenders
            for figure in measured(one, python, union, asked.updates)
        ]
        rows = medians(figures)
        report("incoming", rows, BAR, asked.output)
        if KAULI in contenders:
            report("incoming_waits", waits(python, union, rows), BAR, asked.output)


async def found(folder: Path) -> None:
    """Makes an installation with members in it."""
    (folder / "data").mkdir(parents=True)
    database = open_database(None, folder / "data")
    await migrate(database)
    vault, now = Vault.unlock(folder / "keys", fresh=True), datetime.now(UTC)
    async with database.people.writer.begin() as connection:
        stores = Stores.on(connection, vault)
        for number in range(FIRST_PERSON, FIRST_PERSON + PEOPLE * 10):
            await stores.members.put(admit(number, "en", now - timedelta(days=60), "Africa/Nairobi"))
    await database.close()


def measured(one: Contender, python: Path, union: Path, updates: int) -> Iterator[dict[str, Any]]:
    """Measures one contender on a fresh copy of the installation: presses and commands, with and without latency."""
    number = int(updates * one.share)
    for kind, latency in LOADS:
        share = number // 10 if latency and one.module == TELEGRAM else number  # one after the other: ten a second
        people = min(PEOPLE, share)
        with running(one, python, union) as (url, pid):
            figures = ask(url, Plan(kind, people, share, latency=latency, pid=pid))
        rate, cpu = figures["updates"] / figures["seconds"], figures["cpu"] / figures["updates"]
        what = load_name(kind, latency)
        print(f"  {one.name}, {what}: {rate:.0f} a second, {cpu * 1e6:.0f} us of the core each", flush=True)
        yield {"what": what, "who": one.name, "rate": rate, "cpu_us": cpu * 1e6, "calls": figures["calls"]}


def medians(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Gives the medians of all rounds, and how many times as fast Kauli is: by the clock, and by processor time."""
    groups: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for figure in figures:
        groups[figure["what"], figure["who"]].append(figure)
    middle = {
        key: {"rate": median(one["rate"] for one in group), "cpu_us": median(one["cpu_us"] for one in group)}
        for key, group in groups.items()
    }
    return [row(what, who, middle[what, who], middle.get((what, KAULI.name))) for what, who in sorted(middle)]


def row(what: str, who: str, found: dict[str, float], ours: dict[str, float] | None) -> dict[str, Any]:
    """Gives one line of the table."""
    line: dict[str, Any] = {"what": what, "who": who, "updates_a_second": round(found["rate"]), **found}
    line["cpu_us"] = round(line.pop("cpu_us"))
    del line["rate"]
    if ours is None or who == KAULI.name:
        return line
    return {**line, "kauli_times": ours["rate"] / found["rate"], "kauli_times_by_cpu": found["cpu_us"] / ours["cpu_us"]}


def waits(python: Path, union: Path, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Measures how long people wait at half of the maximum; a latency counts twice or three times in that."""
    found = []
    for kind, latency in LOADS:
        what = load_name(kind, latency)
        rate = next(one["updates_a_second"] for one in rows if (one["who"], one["what"]) == (KAULI.name, what)) / 2
        with running(KAULI, python, union) as (url, pid):
            figures = ask(url, Plan(kind, PEOPLE * 10, int(rate * SECONDS), rate, latency, pid))
        named = {f"{name}_ms": figures[name] * 1000 for name in ("p50", "p90", "p99", "slowest")}
        found.append({"what": what, "rate": round(rate), **named})
    return found


def load_name(kind: str, latency: float) -> str:
    """Names a load."""
    return f"{kind}, {latency * 1000:.0f} ms"


@contextmanager
def running(one: Contender, python: Path, union: Path) -> Iterator[tuple[str, int]]:
    """Runs a Bot API and a contender on a copy of the installation; gives the API's address and the bot's process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "union"
        shutil.copytree(union, folder)
        rival = [str(python), "-m", one.module, str(BOT_CORE), "{url}", TOKEN, str(folder), one.layer]
        with served(rival if one.module else KAULI_RUN, folder) as (url, pid):
            yield url, pid


@contextmanager
def served(command: Sequence[str], folder: Path, latency: float = 0.0, **more: str) -> Iterator[tuple[str, int]]:
    """Runs a Bot API and a program that talks to it; gives the API's address and the program's process."""
    serving = [sys.executable, "-m", "tests.bench.rivals.server", str(API_CORE), str(latency)]
    api = subprocess.Popen(serving, stdout=subprocess.PIPE, cwd=ROOT)
    assert api.stdout
    url = f"http://127.0.0.1:{int(api.stdout.readline())}"
    bot = start([word.format(url=url) for word in command], url, folder, more)
    try:
        yield url, bot.pid
    finally:
        for process in (bot, api):
            process.kill()
            process.wait()


def start(command: Sequence[str], url: str, folder: Path, more: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Starts a program on an installation and waits until it is ready."""
    settings = {
        "KAULI_BOT_TOKEN": TOKEN,
        "KAULI_API_URL": url,
        "KAULI_DATA_DIR": str(folder / "data"),
        "KAULI_KEYS_DIR": str(folder / "keys"),
        "KAULI_LOG_LEVEL": "WARNING",
        **more,
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(command, env=kept | settings, cwd=ROOT, stderr=subprocess.PIPE)
    assert process.stderr
    said = b""
    while line := process.stderr.readline():
        said += line
        if b"ready" in line:
            return process
    raise RuntimeError(f"{command} ended before it was ready: {said.decode()}")


def ask(url: str, plan: Plan) -> dict[str, Any]:
    """Lets the Bot API run a measurement; raises RuntimeError where answers were missing."""
    figures = told(f"{url}/measure", asdict(plan))
    if "error" in figures:
        raise RuntimeError(f"the measurement failed: {figures['error']}")
    return figures


def told(url: str, what: Mapping[str, Any]) -> dict[str, Any]:
    """Asks the Bot API for what it alone answers, and waits."""
    request = urllib.request.Request(url, json.dumps(what).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return dict(json.loads(answer.read())["result"])


if __name__ == "__main__":
    main()

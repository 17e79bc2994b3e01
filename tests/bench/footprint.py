"""How much memory the program takes when idle, and how long it takes to be ready.

Repeat: `python -m tests.bench.footprint` (seven minutes; `--idle 5` for a quicker look, `--output FOLDER`). `kauli run`
is a process of its own against the simulator in this one: on an empty installation, on one with 100,000 members, and
on the sample union with thirteen catalogues (English under eleven more tags, in a copy of the program's folders), where
somebody has asked for a picture, which a child process draws. Memory is the resident set (proc(5), VmRSS) after a
minute without an update, the most it ever was beside it (VmHWM), and the child's where it still runs: it ends after two
minutes. Ready is counted from the start of the process to its line that says so, the median of several starts on files
that the system has read before.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bot.database import migrate, open_database
from bot.demo import Demo
from bot.members.rules import admit, found
from bot.sample import on_stage
from bot.simulator import Simulator
from bot.turn import Stores
from bot.vault import Vault
from tests.bench.kit.crowd import enrol
from tests.bench.kit.machine import output, report

BAR = "at most 130 MB, 180 MB with thirteen catalogues and pictures; ready in at most 3 s with 100,000 members"
ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("bot", "handlers", "locales", "migrations")
MORE = ("am", "ar", "bn", "es", "fil", "fr", "hi", "om", "pt-BR", "so", "tr")  # with en and sw thirteen
TOKEN = "123456:" + "T" * 35
FIRST, MEMBERS, ADMINISTRATOR = 700_000_000, 100_000, 600_000_000
STARTS, PATIENCE = 3, 120.0


@dataclass(frozen=True)
class Scene:
    """One installation to start, with which folders of the program, and whether a picture is asked for."""

    what: str
    union: Path
    program: Path = ROOT
    pictures: bool = False


def main() -> None:
    """Measures every scene and prints them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--idle", type=float, default=60, help="seconds without an update before memory is read")
    asked = output(parser)
    with tempfile.TemporaryDirectory() as name:
        rows = asyncio.run(measured(Path(name), asked.idle))
    report("footprint", rows, BAR, asked.output)


async def measured(folder: Path, idle: float) -> list[dict[str, Any]]:
    """Makes the installations and measures them."""
    await enrolled(folder / "large")
    await sampled(folder / "sample")
    program = with_catalogues(folder / "program")
    scenes = (
        Scene("no members", folder / "empty"),
        Scene(f"{MEMBERS} members", folder / "large"),
        Scene("sample union, thirteen catalogues, pictures", folder / "sample", program, pictures=True),
    )
    return [await scene_measured(scene, idle) for scene in scenes]


async def enrolled(folder: Path) -> None:
    """Makes an installation with many members and one administrator."""
    (folder / "data").mkdir(parents=True)
    database, now = open_database(None, folder / "data"), datetime.now(UTC)
    await migrate(database)
    vault = Vault.unlock(folder / "keys", fresh=True)
    async with database.people.writer.begin() as connection:
        await enrol(connection, vault, range(FIRST, FIRST + MEMBERS), now)
        stores = Stores.on(connection, vault)
        await stores.members.put(found(admit(ADMINISTRATOR, "en", now, "Africa/Nairobi"), now))
        await stores.instance.put("installed", "1")
    await database.close()


async def sampled(folder: Path) -> None:
    """Makes the installation of the demo with its sample union."""
    demo = Demo(0, folder)
    await demo.start()
    await demo.load_sample()
    await demo.stop()


def with_catalogues(folder: Path) -> Path:
    """Copies the program with English under more tags, and gives the folder to start it in."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for tag in MORE:
        shutil.copytree(folder / "locales" / "en", folder / "locales" / tag)
    return folder


async def scene_measured(scene: Scene, idle: float) -> dict[str, Any]:
    """Starts the program some times, then lets it stand idle; gives seconds and megabytes."""
    simulator = Simulator(flood=False)
    await simulator.start()
    asker = on_stage()[0]
    simulator.add_person(asker.name, language_code=asker.locale, id=asker.telegram_id, started=True)
    seconds = [await ready_after(scene, simulator.url) for _ in range(STARTS + 1)][1:]
    async with running(scene, simulator.url) as process:
        if scene.pictures:
            await draw(simulator, asker.telegram_id)
        print(f"  {scene.what}: idle for {idle:.0f} s", flush=True)
        await asyncio.sleep(idle)
        row = {"what": scene.what, "ready_s": median(seconds), "slowest_s": max(seconds), **memory(process.pid)}
    await simulator.stop()
    return row


async def draw(simulator: Simulator, person: int) -> None:
    """Lets a member ask for a picture, and waits for it."""
    who = simulator.world.people[person]
    simulator.world.put(message=dict(simulator.world.new_message(who.chat(), who.user(), text="/stats")))
    end = time.monotonic() + PATIENCE
    while not any(call["method"] == "sendPhoto" for call in simulator.calls):
        if time.monotonic() > end:
            raise RuntimeError("no picture came")
        await asyncio.sleep(0.1)


async def ready_after(scene: Scene, url: str) -> float:
    """Gives the seconds from the start of the process until it is ready."""
    began = time.monotonic()
    async with running(scene, url):
        return time.monotonic() - began


@asynccontextmanager
async def running(scene: Scene, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Runs the program until the block ends; it is ready when the block begins."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"), env=kept | settings(scene, url), cwd=scene.program, stderr=-1
    )
    try:
        assert process.stderr
        said = b""
        while b"ready" not in (line := await asyncio.wait_for(process.stderr.readline(), PATIENCE)):
            said += line
            if not line:
                raise RuntimeError(f"the program ended before it was ready: {said.decode()}")
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


def settings(scene: Scene, url: str) -> dict[str, str]:
    """Gives the settings of an installation."""
    return {
        "KAULI_BOT_TOKEN": TOKEN,
        "KAULI_API_URL": url,
        "KAULI_DATA_DIR": str(scene.union / "data"),
        "KAULI_KEYS_DIR": str(scene.union / "keys"),
        "KAULI_LOG_LEVEL": "WARNING",
    }


def memory(pid: int) -> dict[str, float]:
    """Gives the megabytes of a process and of its children."""
    children = sum(resident(child)["VmRSS"] for child in children_of(pid))
    own = resident(pid)
    return {"idle_mb": own["VmRSS"], "most_mb": own["VmHWM"], "drawing_mb": children}


def children_of(parent: int) -> list[int]:
    """Lists the children of a process."""
    return [
        int(pid) for task in Path(f"/proc/{parent}/task").iterdir() for pid in (task / "children").read_text().split()
    ]


def resident(pid: int) -> dict[str, float]:
    """Gives what of a process is in memory now, and the most that ever was, in MB."""
    lines = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {line[0].rstrip(":"): int(line[1]) / 1024 for line in lines if line[0] in ("VmRSS:", "VmHWM:")}


if __name__ == "__main__":
    main()

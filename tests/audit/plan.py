"""What is to be done, in which portions, and how much: declared before anything is looked at."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from bot.ballots.rules import Method
from bot.database import open_database
from tests.audit import faults, properties, publishing
from tests.audit.controls import CONTROLS, ON_POSTGRES
from tests.audit.keepers import administer, folder, migrated, url
from tests.audit.kinds import OTHER_KINDS
from tests.audit.lint import lint
from tests.audit.organizer import Choice, leaking, observed
from tests.audit.through_http import Whole, whole_world
from tests.audit.trials import CONTROL_SIZE, Task, run

ROOT = Path(__file__).parent.parent.parent
Section = Literal["publishing", "faults", "properties"]
SECTIONS: tuple[Section, ...] = get_args(Section)
STORES = ("sqlite", "postgres")
BYTE_FOR_BYTE = "tests/test_untouched.py::test_votes_and_pay_reports_leave_the_people_store_as_it_was"


@dataclass(frozen=True)
class Extent:
    """How many worlds of each sort are played."""

    worlds: dict[int, int]
    pairs: int
    controls: int
    kinds: dict[Method, int]
    sizes_over_http: tuple[int, ...]
    http_on: tuple[str, ...]
    depth: int
    fan: int


# Enough that the bound of a true advantage of 0 stays clear of 0.03 at 0.05 over some 800 comparisons, where the share
# of unpaid hours guessed varies most (0.09 a world), and of 0.02 for pairs of copies (0.2 a batch of 5). The bound lies
# 3.8 standard errors above a mean of which the largest of 800 lies up to 4 above 0 by chance alone: 7.8 of them must
# stay under 0.03. With 350 worlds of 60 they did not, and one run in some twenty failed without a fault. Of the other
# ways of voting yes and no varies most (0.16 a world of 20), the others by 0.11, and 8 standard errors must do.
OTHERS: dict[Method, int] = {method: 1800 if method == "yesno" else 860 for method in OTHER_KINDS}
THOROUGH = Extent({20: 600, 60: 650}, 1200, 30, OTHERS, (20, 60), STORES, 2, 3)
QUICK = Extent({20: 12}, 0, 24, {}, (20,), ("sqlite",), 1, 1)


@dataclass(frozen=True)
class Servers:
    """The folders of the two PostgreSQL servers: one for many worlds, one on which nothing else goes on."""

    many: Path
    alone: Path


@dataclass(frozen=True)
class Job:
    """One portion of the work, done in a process of its own."""

    topic: str
    name: str
    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    weight: float


def jobs(seed: int, extent: Extent, servers: Servers, *, thorough: bool) -> list[Job]:
    """Lists all the work, the longest portions first."""
    return [
        *sections(seed, thorough=thorough),
        *over_http(seed, extent, servers),
        *seen_by_organizer(extent),
        *many_worlds(seed, extent, servers),
        *negative_controls(seed, extent, servers),
        *(Job("lint", store, linted, (servers.many if store == "postgres" else None,), 1) for store in STORES),
        Job("people", "store", byte_for_byte, (), 8),
    ]


def sections(seed: int, *, thorough: bool) -> list[Job]:
    """Lists what is examined beside the worlds: the publishing of pay figures, kills, counting and deciding."""
    return [Job("section", name, section, (name, seed, thorough), 300 if thorough else 20) for name in SECTIONS]


def section(name: Section, seed: int, thorough: bool) -> list[str]:
    """Examines one of them and gives the lines it has to say."""
    if name == "publishing":
        return publishing.lines(publishing.examine(seed, thorough))
    if name == "properties":
        return properties.lines(properties.examine(seed, thorough))
    return faults.lines(faults.examine(seed, thorough))


def over_http(seed: int, extent: Extent, servers: Servers) -> list[Job]:
    """Lists the worlds that are played over the chat from end to end."""
    places = [(store, size) for size in extent.sizes_over_http[::-1] for store in extent.http_on]
    single = [
        Job("http", f"{store} {size}", whole, (store, size, f"{seed} http", home(servers.alone, store)), 1.2 * size)
        for store, size in places
    ]
    return single + [
        Job("http", f"sqlite 20 {method}", whole, ("sqlite", 20, f"{seed} http {method}", None, method), 40)
        for method in extent.kinds
    ]


def whole(store: str, size: int, seed: str, home: Path | None, method: Method = "choice") -> Whole:
    """Plays one whole world in this process."""
    return asyncio.run(whole_world(store, size, seed, home, method))


def seen_by_organizer(extent: Extent) -> list[Job]:
    """Lists the worlds of the metamorphic test and of its negative control."""
    choices: tuple[Choice, ...] = ("yes", "no", "nothing")
    walks = [Job("organizer", choice, walked, (choice, extent.depth, extent.fan, False), 40) for choice in choices]
    return walks + [Job("leaking organizer", choice, walked, (choice, 0, 0, True), 3) for choice in choices[:2]]


def walked(choice: Choice, depth: int, fan: int, leak: bool) -> list[str]:
    """Gives everything that others are shown in one world."""
    if not leak:
        return asyncio.run(observed(choice, depth=depth, fan=fan))
    with leaking():
        return asyncio.run(observed(choice, depth=depth, fan=fan))


def many_worlds(seed: int, extent: Extent, servers: Servers) -> list[Job]:
    """Lists the worlds through the box, in portions."""
    found = []
    for store in STORES:
        place = home(servers.many, store)
        for size, worlds in extent.worlds.items():
            for seeds in portions(f"{seed} {store} {size}", worlds, 1500 // size):
                task = Task(store, size, seeds, place)
                found.append(Job("trials", f"{store} {size}", run, (task,), len(seeds) * size / 50))
        for method, worlds in extent.kinds.items():
            for seeds in portions(f"{seed} {store} {method}", worlds, 100):
                task = Task(store, 20, seeds, place, method=method)
                found.append(Job("trials", f"{store} {method}", run, (task,), len(seeds) / 4))
        for seeds in portions(f"{seed} {store} pairs", extent.pairs, 250):
            task = Task(store, 20, seeds, place, whole=False)
            found.append(Job("trials", f"{store} pairs", run, (task,), len(seeds) / 10))
    return found


def negative_controls(seed: int, extent: Extent, servers: Servers) -> list[Job]:
    """Lists the worlds of stores that are known to be wrong."""
    seeds = tuple(f"{seed} control {number}" for number in range(extent.controls))
    found = [Task("sqlite", CONTROL_SIZE, seeds, None, name) for name in CONTROLS]
    found.append(Task("postgres", CONTROL_SIZE, seeds, servers.many, ON_POSTGRES))
    return [Job("controls", task.control, run, (task,), len(seeds) / 4) for task in found]


def portions(name: str, worlds: int, size: int) -> list[tuple[str, ...]]:
    """Splits the seeds of so many worlds into portions."""
    seeds = [f"{name} {number}" for number in range(worlds)]
    return [tuple(seeds[at : at + size]) for at in range(0, worlds, size)]


def home(server: Path, store: str) -> Path | None:
    """Gives the folder of the server, None for SQLite."""
    return server if store == "postgres" else None


def linted(server: Path | None) -> list[str]:
    """Lints the box of a freshly migrated database."""
    return asyncio.run(lint_real(server))


async def lint_real(server: Path | None) -> list[str]:
    """Migrates a fresh database and lints its box."""
    if server:
        await administer(server, "create database lint")
    async with folder() as place:
        address = url(server, "lint") if server else None
        await migrated(open_database(address, place))
        database = open_database(address, place)
        async with database.box.writer.begin() as connection:
            found = await lint(connection)
        await database.close()
    return found


def byte_for_byte() -> str:
    """Runs the test that compares the people store byte for byte across votes and reports; gives what failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", BYTE_FOR_BYTE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout

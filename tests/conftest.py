"""What every test stands on: a union with a simulated Telegram, on SQLite and on a real PostgreSQL."""

import asyncio
import logging
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import pytest_asyncio
from hypothesis import HealthCheck
from hypothesis import settings as profiles

from bot.app import App
from bot.clock import Clock
from bot.database import Database, migrate, open_database
from bot.log import TemplateOnly
from bot.settings import Settings, load
from bot.simulator import Simulator
from bot.simulator.state import World
from bot.texts import Catalogues
from tests.cast import Cast, Person
from tests.postgres import Postgres
from tests.postgres import postgres_server as running_server

profiles.register_profile("kauli", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # no wall clock
profiles.load_profile("kauli")
ROOT = Path(__file__).parent.parent
TOKEN = "123456:" + "T" * 35
ADMIN = 900_100_100
STORES = ("sqlite", "postgres")
ONE_STORE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # for what no database makes different


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Gives a PostgreSQL server of this run's own."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def catalogues_read_once() -> Iterator[None]:
    """Reads the catalogues once for all the bots that tests start: they cannot change."""
    with patch.object(Catalogues, "load", cache(Catalogues.load)):
        yield


@pytest.fixture(scope="session", autouse=True)
def debug_lines_kept_once(request: pytest.FixtureRequest) -> None:
    """Lets pytest keep what is logged from INFO on: bots log at debug level into a place of their own (`logged`)."""
    plugin: Any = request.config.pluginmanager.get_plugin("logging-plugin")
    for handler in (plugin.caplog_handler, plugin.report_handler, plugin.log_file_handler):
        handler.setLevel(logging.INFO)


@pytest.fixture(scope="session")
def migrated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gives a data folder with empty stores of this version, to be copied: that is quicker than migrating each."""
    folder = tmp_path_factory.mktemp("migrated") / "data"
    folder.mkdir(mode=0o700)
    asyncio.run(migrated(None, folder))
    return folder


@pytest.fixture(scope="session")
def migrated_name(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Gives the name of such a database on PostgreSQL."""
    asyncio.run(migrated(postgres.create_database("migrated"), tmp_path_factory.mktemp("none")))
    return "migrated"


async def migrated(url: str | None, folder: Path) -> None:
    """Brings empty stores to this program's version."""
    database = open_database(url, folder)
    await migrate(database)
    await database.close()


@pytest.fixture(params=STORES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    """Gives a fresh database, None for SQLite in the data folder; for a bot it is migrated already."""
    ready = "bot" in request.fixturenames
    if request.param == "sqlite":
        if ready:
            shutil.copytree(request.getfixturevalue("migrated_folder"), tmp_path / "data")
        yield None
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"t{secrets.token_hex(6)}"
    server.create_database(name, request.getfixturevalue("migrated_name") if ready else None)
    yield server.url(name)
    server.drop_database(name)


@pytest_asyncio.fixture
async def empty(database_url: str | None, tmp_path: Path) -> AsyncIterator[Database]:
    """Gives both stores, before any migration."""
    (tmp_path / "data").mkdir()
    opened = open_database(database_url, tmp_path / "data")
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def database(empty: Database) -> Database:
    """Gives both stores, migrated and empty."""
    await migrate(empty)
    return empty


@dataclass(frozen=True)
class SimulatedClock:
    """The simulator's clock, read where it stands: over HTTP it would be a fourth of all requests of a test."""

    world: World

    async def now(self) -> datetime:
        """Gives the simulated moment."""
        return self.world.clock.now()


@dataclass
class Bot:
    """A bot that can be stopped, killed and started again on the same data."""

    settings: Settings
    app: App
    cast: Cast
    clock: Clock
    people: dict[str, Person] = field(default_factory=dict)

    async def tick(self) -> None:
        """Lets the bot look for due work at the simulated time, and sends what that brought."""
        await self.settled()
        await self.app.tick()
        await self.app.sender.drain()

    async def restart(self, *, kill: bool = False) -> None:
        """Stops the bot (with `kill`, without any farewell) and starts it again on the same data."""
        await (self.app.kill() if kill else self.app.stop())
        await self.start_again()

    async def start_again(self) -> None:
        """Starts the bot on the data it left."""
        self.app = await start(self.settings, self.clock)

    async def later(self, **delta: float) -> None:
        """Moves the clock and lets the bot do what fell due meanwhile."""
        await self.settled()
        await self.cast.advance(**delta)
        await self.tick()

    async def settled(self) -> None:
        """Waits until everything said so far is answered."""
        await self.cast.settled()
        await self.app.lanes.idle()


async def start(settings: Settings, clock: Clock | None = None) -> App:
    """Starts the bot in this process, without its ticker: tests say when it ticks."""
    app = App(settings, clock)
    await app.start(ticking=False)
    return app


async def run_bot(settings: Settings, simulator: Simulator, cast: Cast) -> Bot:
    """Starts a bot that lives by the simulator's clock."""
    clock = SimulatedClock(simulator.world)
    return Bot(settings, await start(settings, clock), cast, clock)


@pytest_asyncio.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """Gives a simulated Telegram on a port of its own, without flood limits."""
    simulator = Simulator(port=0, flood=False)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest_asyncio.fixture
async def cast(simulator: Simulator) -> AsyncIterator[Cast]:
    """Gives the people who write to the bot."""
    async with Cast(simulator.url) as cast:
        await cast.set_clock("2026-11-24T09:00:00Z")
        yield cast


@pytest.fixture
def settings(simulator: Simulator, database_url: str | None, tmp_path: Path) -> Settings:
    """Gives the settings of a bot that talks to the simulator and lives by its clock."""
    return load(make_settings(simulator.url, tmp_path, database_url))


def make_settings(url: str, folder: Path, database_url: str | None) -> dict[str, Any]:
    """Gives the settings as they would stand in the environment."""
    settings = {
        "KAULI_BOT_TOKEN": TOKEN,
        "KAULI_API_URL": url,
        "KAULI_CLOCK_URL": f"{url}/clock",
        "KAULI_DATA_DIR": str(folder / "data"),
        "KAULI_KEYS_DIR": str(folder / "keys"),
        "KAULI_OWNER_IDS": str(ADMIN),
        "KAULI_MESSAGES_PER_SECOND": "1000",
    }
    return settings | ({"KAULI_DATABASE_URL": database_url} if database_url else {})


@pytest_asyncio.fixture
async def bot(settings: Settings, cast: Cast, simulator: Simulator) -> AsyncIterator[Bot]:
    """Gives a running bot. Whatever a test does, its log at debug level shows nobody and nothing that was said."""
    log = StringIO()
    with logged(log):
        running = await run_bot(settings, simulator, cast)
        yield running
        await running.app.stop()
    leaks = [canary for canary in canaries(simulator) if canary in log.getvalue()]
    assert not leaks, f"the log shows {leaks}"
    assert " DEBUG telegram" in log.getvalue(), (
        "the log was not at debug level: that it shows nobody would mean nothing"
    )


@contextmanager
def logged(log: StringIO) -> Iterator[None]:
    """Writes everything that is logged, ours and the libraries', through our door into `log`."""
    handler, root = logging.StreamHandler(log), logging.getLogger()
    handler.setFormatter(TemplateOnly())
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield
    root.removeHandler(handler)
    root.setLevel(level)


def canaries(simulator: Simulator) -> set[str]:
    """Gives what must not be in the log: the token, everybody's id, and what they typed."""
    chats = simulator.world.chats.values()
    typed = {m["text"] for chat in chats for m in chat.values() if not m["from"]["is_bot"] and "text" in m}
    return {TOKEN} | {str(number) for number in simulator.world.people} | {words for words in typed if len(words) > 5}


@pytest.fixture
def folders(tmp_path: Path) -> Callable[[], list[Path]]:
    """Gives a function that lists every file the bot wrote."""
    return lambda: [path for path in tmp_path.rglob("*") if path.is_file()]

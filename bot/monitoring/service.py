"""Shows health and figures on a port of this machine, and keeps the service manager informed."""

import asyncio
import logging
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from aiohttp import web

from bot.database import STORAGE_FAILURES, Database
from bot.listen import listen
from bot.monitoring.figures import Value, page, tens, whole
from bot.monitoring.rules import REASONS, Signs, State, Verdict, is_stuck, judge
from bot.monitoring.store import waiting, writable
from bot.monitoring.systemd import ALIVE, STATUS, Manager

FRESH = 60.0  # seconds a page of figures is shown again before it is made anew: as fine as the log
PROBED = 10.0  # seconds the answer on storage is good for
OUTCOMES = ("sent", "unreachable", "failed", "cancelled")
MIB, DISK_STEP = 1 << 20, 100_000_000


@dataclass
class Pulse:
    """What the program notes of itself as it runs, in memory; moments are monotonic seconds."""

    state: State = "starting"
    looked: float = field(default_factory=time.monotonic)  # a look for due work ended well
    turned: float = field(default_factory=time.monotonic)  # one ended at all
    look: float = 0.0  # seconds the last one took

    def enter(self, state: State) -> None:
        """Notes a new state; looks are expected from the moment on at which the process becomes active."""
        self.state = state
        self.looked = self.turned = time.monotonic()

    def note(self, began: float, *, well: bool) -> None:
        """Notes that a look which began then has ended."""
        self.turned = time.monotonic()
        self.look = self.turned - began
        self.looked = self.turned if well else self.looked


class Errors(logging.Handler):
    """Counts what our own parts log as errors, by part."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Counts one record, never looking at what it says."""
        if record.name.startswith("kauli."):
            self.counts[record.name.removeprefix("kauli.")] += 1


class Monitor:
    """The watch over one process: answers on the port that was set, if any, and beats for systemd, if it listens."""

    def __init__(self, place: str | None, database: Database, folder: Path, signs: Callable[[], Signs]) -> None:
        self._place, self._database, self._folder, self._signs = place, database, folder, signs
        self.pulse, self.tally = Pulse(), Counter[str]()
        self._manager, self._errors, self._began = Manager(), Errors(), time.time()
        self._runner: web.AppRunner | None = None
        self._beating: asyncio.Task[None] | None = None
        self._probed, self._storage = -PROBED, True
        self._made, self._page = -FRESH, ""

    async def start(self) -> None:
        """Opens the port and begins to beat. Raises SettingsError when the port cannot be opened."""
        self.enter("starting")
        if self._place:
            app = web.Application(client_max_size=0)
            app.add_routes([web.get("/healthz", self._healthz), web.get("/metrics", self._metrics)])
            self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
            await self._runner.setup()
            await listen(self._runner, self._place, "KAULI_HEALTH_LISTEN")
            logging.getLogger().addHandler(self._errors)
        if self._manager.patience:
            self._beating = asyncio.create_task(self._beat(), name="watchdog")

    def enter(self, state: State) -> None:
        """Notes a new state of the process, and tells the service manager."""
        self.pulse.enter(state)
        self._manager.tell(STATUS[state])

    async def stop(self) -> None:
        """Closes the port."""
        logging.getLogger().removeHandler(self._errors)
        if self._beating:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        if self._runner:
            await self._runner.cleanup()

    async def _beat(self) -> None:
        """Beats as long as nothing is stuck; a loop that hangs does not come here either."""
        while True:
            if not is_stuck(self._signs()):
                self._manager.tell(ALIVE)
            await asyncio.sleep(self._manager.patience / 4)

    async def verdict(self) -> Verdict:
        """Judges this moment; an active process tries whether its stores can be written, every ten seconds at most."""
        signs = self._signs()
        if signs.state == "active" and time.monotonic() - self._probed >= PROBED:
            self._probed, self._storage = time.monotonic(), await writable(self._database)
        return judge(replace(signs, storage=self._storage))

    async def _healthz(self, request: web.Request) -> web.Response:
        verdict = await self.verdict()
        said = {
            "ok": verdict.well,
            "state": verdict.state,
            "reasons": list(verdict.reasons),
            "updates_minutes": verdict.minutes,
            "paused": verdict.paused,
        }
        return web.json_response(said, status=200 if verdict.well else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        if time.monotonic() - self._made >= FRESH:
            self._made, self._page = time.monotonic(), page(await self._figures())
        return web.Response(body=self._page.encode(), headers={"Content-Type": "text/plain; version=0.0.4"})

    async def _figures(self) -> dict[str, Value]:
        verdict = await self.verdict()
        figures: dict[str, Value] = {
            "kauli_info": {version_of(): 1},
            "kauli_active": int(verdict.state == "active"),
            "kauli_failing": {reason: int(reason in verdict.reasons) for reason in REASONS},
            "kauli_paused": int(verdict.paused),
            "kauli_start_time_seconds": whole(self._began, 60),
            "kauli_look_seconds": int(self.pulse.look),
            "kauli_bulk_messages_total": {name: tens(self.tally[name]) for name in OUTCOMES},
            "kauli_bulk_refusals_total": self.tally["refused"],
            "kauli_errors_total": {place: self._errors.counts[place] for place in places()},
            "kauli_disk_free_bytes": whole(shutil.disk_usage(self._folder).free, DISK_STEP),
        }
        return figures | memory() | await self._waiting(verdict.state)

    async def _waiting(self, state: State) -> dict[str, Value]:
        """Counts what waits, where this process works on it and the storage answers."""
        if state != "active":
            return {}
        try:
            return {
                "kauli_outbox_waiting": {lane: tens(count) for lane, count in (await waiting(self._database)).items()}
            }
        except STORAGE_FAILURES:
            return {}


def places() -> list[str]:
    """Lists the parts of the program that log, so that each stands on the page from the start."""
    names = sorted(logging.root.manager.loggerDict)
    return [name.removeprefix("kauli.") for name in names if name.startswith("kauli.")]


def memory() -> dict[str, Value]:
    """Gives the resident memory in whole MiB; nothing where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return {}
    return {"kauli_memory_bytes": whole(pages * os.sysconf("SC_PAGE_SIZE"), MIB)}


def version_of() -> str:
    """Gives the version that is installed; from a clone there is none."""
    try:
        return version("kauli")
    except PackageNotFoundError:
        return "clone"

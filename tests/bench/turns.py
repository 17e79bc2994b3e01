"""How many turns a second one core does, from update to answer: ordinary ones and sealed ones (votes).

Repeat: `make bench BENCH=tests/bench/turns.py`. Bot and simulator share one process, so the bot alone is faster.
"""

import asyncio
import os
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bot.app import App
from bot.ballots.rules import Ballot, Wording
from bot.members.rules import admit
from bot.settings import load
from bot.simulator import Simulator
from tests.conftest import make_settings

PEOPLE = 400


async def main() -> None:
    """Prints turns per second on one core for commands and for votes."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    simulator = Simulator(flood=False)
    await simulator.start()
    with tempfile.TemporaryDirectory() as folder:
        app = App(load(make_settings(simulator.url, Path(folder), None)))
        await app.start(ticking=False)
        ballot = await fill(app, simulator)
        await measured(app, simulator, "commands (/me)", lambda person: say(simulator, person, "/me"))
        await measured(app, simulator, "votes", lambda person: press(simulator, person, f"/cast {ballot} 1"))
        await app.stop()
    await simulator.stop()


async def fill(app: App, simulator: Simulator) -> str:
    """Enrols everybody and opens a ballot; gives its id."""
    now = await app.clock.now()
    wording = Wording("en", "Shall we?", ("Yes", "No"))
    async with app.office.writing() as stores:
        for number in range(PEOPLE):
            person = simulator.add_person(f"P{number}", started=True)
            record = admit(person.id, "en", now - timedelta(days=60), "Africa/Nairobi")
            await stores.members.put(record)
        await stores.ballots.add(Ballot("5e1ec7ed", (wording,), None, now + timedelta(days=1)))
    await app.tick()
    return "5e1ec7ed"


def say(simulator: Simulator, person: int, words: str) -> None:
    """Lets somebody write."""
    who = simulator.world.people[person]
    simulator.world.put(message=dict(simulator.world.new_message(who.chat(), who.user(), text=words)))


def press(simulator: Simulator, person: int, data: str) -> None:
    """Lets somebody press a button."""
    message = {"message_id": 1, "date": 1, "chat": simulator.world.people[person].chat(), "text": "x"}
    simulator.world.query(simulator.world.people[person], message, data)


async def measured(app: App, simulator: Simulator, what: str, act: object) -> None:
    """Lets everybody act at once and prints how long it takes until all is answered."""
    assert callable(act)
    began, used = time.perf_counter(), time.process_time()
    for person in list(simulator.world.people):
        act(person)
    await simulator.world.wait_for(lambda: not simulator.world.updates, 120)
    await app.lanes.idle()
    wall, core = time.perf_counter() - began, time.process_time() - used
    print(f"{what}: {PEOPLE / wall:.0f} a second, {core / PEOPLE * 1000:.2f} ms of one core each (simulator included)")


if __name__ == "__main__":
    asyncio.run(main())

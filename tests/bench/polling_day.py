"""A polling day: 2,000 members vote within two minutes (a fifth of the ten that are asked for), over HTTP, on one core.

Repeat: `make bench BENCH=tests/bench/polling_day.py`. The simulated Telegram keeps its real limits (a message a second
in a chat, thirty a second to people who did not write) and shares the core and the process with the bot, so the bot
alone is faster. Every member gets the paper from the outbox, taps an option, then "Cast my vote"; an answer's time runs
from the tap to the changed message. Nothing may be lost: the board holds 2,000 ballots.
"""

import asyncio
import os
import random
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import App
from bot.ballots.board import read_board
from bot.ballots.rules import Ballot, Rules, Share, Wording
from bot.jobs.ballots import close_ballot
from bot.members.rules import admit
from bot.settings import load
from bot.simulator import Simulator
from tests.conftest import make_settings

VOTERS, SECONDS, PATIENCE = 2_000, 120.0, 300.0
RULES = Rules("yesno", "ratification", quorum=Share(1, 2), threshold=Share(1, 2, strict=True))


async def main() -> None:
    """Prints how long answers took, what a vote costs the core, and whether everything arrived."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    simulator = Simulator(flood=True)
    await simulator.start()
    with tempfile.TemporaryDirectory() as folder:
        app = App(load(make_settings(simulator.url, Path(folder), None) | {"KAULI_MESSAGES_PER_SECOND": "28"}))
        await app.start(ticking=True)
        await held(app, simulator)
        await app.stop()
    await simulator.stop()


async def held(app: App, simulator: Simulator) -> None:
    """Opens the ballot, lets everybody vote, closes it and prints the figures."""
    await enrol(app, simulator)
    began, used, chance = time.perf_counter(), time.process_time(), random.Random(20261125)
    people = list(simulator.world.people)
    waits = await asyncio.gather(*(votes(simulator, one, chance.uniform(0, SECONDS)) for one in people))
    wall, core = time.perf_counter() - began, time.process_time() - used
    async with app.office.reading() as stores:
        (ballot,) = await stores.ballots.having("open")
    await close_ballot(app.office, ballot)
    board = read_board(await app.box.board(ballot.id) or b"")
    taps = sorted(wait for both in waits for wait in both)
    print(f"{VOTERS} voters in {wall:.0f} s, {len(board.codes)} inclusion codes on the board (bar: {VOTERS})")
    named = ", ".join(f"{name} {taps[int(len(taps) * part)]:.3f}" for name, part in PARTS)
    print(f"seconds from tap to answer: {named}, slowest {taps[-1]:.3f} (bar: p99 under 1)")
    print(f"{core / VOTERS * 1000:.1f} ms of one core a voter, paper, two taps and simulator included")


PARTS = (("median", 0.5), ("p90", 0.9), ("p99", 0.99))


async def enrol(app: App, simulator: Simulator) -> None:
    """Enrols everybody and puts the ballot; the ticker opens it and the outbox sends the papers."""
    now = await app.clock.now()
    wording = Wording("en", "Do we ratify the agreement?", ("Yes", "No"))
    async with app.office.writing() as stores:
        for number in range(VOTERS):
            person = simulator.add_person(f"P{number}", started=True)
            await stores.members.put(admit(person.id, "en", now - timedelta(days=60), "Africa/Nairobi"))
        await stores.ballots.add(Ballot("5e1ec7ed", (wording,), None, now + timedelta(days=1), rules=RULES))
    app.office.wake()


async def votes(simulator: Simulator, person: int, after: float) -> tuple[float, float]:
    """Lets one member vote once the paper is there and some time has passed; gives the seconds of both answers."""
    await asyncio.sleep(after)
    while not button(simulator, person, "2. No"):  # the paper is on its way
        await asyncio.sleep(1)
    first = await tapped(simulator, person, "1. Yes" if person % 3 else "2. No", "Cast my vote")
    return first, await tapped(simulator, person, "Cast my vote", "Change my vote")


async def tapped(simulator: Simulator, person: int, label: str, then: str) -> float:
    """Presses a button and waits until the one that follows is there; gives the seconds in between."""
    message, data = button(simulator, person, label) or ({}, "")
    who = simulator.world.people[person]
    if simulator.api.flood:
        simulator.api.flood.wrote(person)
    began = time.perf_counter()
    simulator.world.query(who, message, data)
    assert await simulator.world.wait_for(lambda: button(simulator, person, then), PATIENCE), f"no answer to {label}"
    return time.perf_counter() - began


def button(simulator: Simulator, person: int, label: str) -> tuple[dict[str, Any], str] | None:
    """Finds a button in somebody's chat."""
    for message in reversed(list(simulator.world.chats[person].values())):
        for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
            for one in row:
                if label in one["text"]:
                    return message, one["callback_data"]
    return None


if __name__ == "__main__":
    asyncio.run(main())

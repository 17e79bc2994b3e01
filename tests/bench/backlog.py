"""A thousand updates wait and the bot is killed while it works through them: what is lost, and what is done twice.

Repeat: `make bench BENCH=tests/bench/backlog.py`. Everybody ticks an employer in their settings, which a second effect
would take away again; the bot, a process of its own, is killed with SIGKILL each time another part is dealt with.
python-telegram-bot as it comes loses 843 of 1,000 (telegram.md: it confirms updates as soon as it has them).
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.database import open_database
from bot.members.store import MemberStore
from bot.simulator import Simulator
from bot.vault import Vault
from tests.bench.kit.machine import output, report
from tests.conftest import make_settings
from tests.program import Environment, running
from tests.storm import Storm

EMPLOYER = "mercor"
PATIENCE = 600.0  # seconds for a slow machine
BAR = "none lost, none with a second effect"


def main() -> None:
    """Reads what is wanted and measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--database", help="postgresql+asyncpg://...; SQLite without")
    asyncio.run(measure(output(parser)))


async def measure(chosen: argparse.Namespace) -> None:
    """Lets everybody tick while no bot runs, then starts and kills it until nothing waits, and counts the ticks."""
    simulator = Simulator(flood=False)
    await simulator.start()
    with tempfile.TemporaryDirectory() as folder:
        settings = make_settings(simulator.url, Path(folder), chosen.database)
        storm = Storm(simulator, {name: str(value) for name, value in settings.items()})
        await storm.fill(chosen.people)
        await bring_to_the_question(storm.environment, simulator)
        press_all(simulator, EMPLOYER.title())
        began = time.perf_counter()
        left = [await killed(storm.environment, simulator, part) for part in range(chosen.kills, 0, -1)]
        async with running(storm.environment):
            await answered(simulator)
        row = {"updates": chosen.people, "waiting at each kill": left, "seconds": time.perf_counter() - began}
        row |= await effects(storm.environment)
    await simulator.stop()
    report("backlog", [row], BAR, chosen.output)


async def bring_to_the_question(environment: Environment, simulator: Simulator) -> None:
    """Lets everybody open the question about employers."""
    world = simulator.world
    async with running(environment):
        for person in world.people.values():
            world.put(message=dict(world.new_message(person.chat(), person.user(), text="/me")))
        await shown(simulator, "Employers")
        press_all(simulator, "Employers")
        await shown(simulator, EMPLOYER.title())


async def shown(simulator: Simulator, label: str) -> None:
    """Waits until everybody has a button of this label."""
    world = simulator.world
    assert await world.wait_for(lambda: all(buttons(simulator, one, label) for one in world.people), PATIENCE)


async def answered(simulator: Simulator) -> None:
    """Waits until no update waits any more."""
    assert await simulator.world.wait_for(lambda: not simulator.world.updates, PATIENCE)


def press_all(simulator: Simulator, label: str) -> None:
    """Lets everybody press the button of this label, in the newest message that has it."""
    for person in simulator.world.people.values():
        simulator.world.query(person, *buttons(simulator, person.id, label)[-1])


def buttons(simulator: Simulator, person: int, label: str) -> list[tuple[dict[str, Any], str]]:
    """Finds somebody's buttons of this label, with their messages."""
    return [
        (message, key["callback_data"])
        for message in simulator.world.chats[person].values()
        for row in message.get("reply_markup", {}).get("inline_keyboard", ())
        for key in row
        if label in key["text"]
    ]


async def killed(environment: Environment, simulator: Simulator, part: int) -> int:
    """Runs the bot until part of what waits is answered, kills it, and gives how many updates still wait."""
    world = simulator.world
    until = len(world.queries) * part // (part + 1)
    async with running(environment) as program:
        await world.wait_for(lambda: len(world.queries) <= until, PATIENCE)
        await program.kill()
    return len(world.updates)


async def effects(environment: Environment) -> dict[str, Any]:
    """Counts the members with and without the tick: without it, theirs was lost or had its effect twice."""
    database = open_database(environment.get("KAULI_DATABASE_URL"), Path(environment["KAULI_DATA_DIR"]))
    vault = Vault.unlock(Path(environment["KAULI_KEYS_DIR"]), fresh=False)
    async with database.people.reader.begin() as connection:
        members = await MemberStore(connection, vault).all()
    await database.close()
    ticked = sum(EMPLOYER in member.employers for member in members)
    return {"done once": ticked, "lost or done twice": len(members) - ticked}


if __name__ == "__main__":
    main()

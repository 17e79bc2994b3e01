"""A ballot goes out to many through random faults and kills: who got it once, twice or not at all, and why.

Repeat: `make bench BENCH=tests/bench/faults.py`, or `python -m tests.bench.faults --people 10000 --output FOLDER`. The
bot is a process of its own, killed three times with SIGKILL; the simulated Telegram runs in this one. Its clock is
moved on after each kill, so that nobody waits for the leases of what was in flight.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.simulator import Simulator
from bot.simulator.weather import Weather
from tests.bench.kit.machine import output, report
from tests.conftest import make_settings
from tests.storm import Storm

RATE, IN_FLIGHT = 60, 30  # letters a second; letters in flight at a kill, at most
FAULTS: dict[str, Any] = {
    "refused": 0.05,
    "flooded": 0.0005,
    "broken": 0.02,
    "before": 0.01,
    "after": 0.01,
    "slow": 0.01,
    "delay": 0.3,
}


def main() -> None:
    """Reads what is wanted and runs the storm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--database", help="postgresql+asyncpg://...; SQLite without")
    asyncio.run(measure(output(parser)))


async def measure(chosen: argparse.Namespace) -> None:
    """Runs the storm and says what came of it."""
    simulator = Simulator(flood=False)
    await simulator.start()
    with tempfile.TemporaryDirectory() as folder:
        settings = make_settings(simulator.url, Path(folder), chosen.database)
        settings["KAULI_MESSAGES_PER_SECOND"] = RATE
        storm = Storm(simulator, {name: str(value) for name, value in settings.items()})
        await storm.fill(chosen.people)
        print(f"{chosen.people:,} people are enrolled", flush=True)
        simulator.control.weather = Weather(chosen.seed, **FAULTS)
        began = time.perf_counter()
        totals = await storm.blow([chosen.people * part // 4 for part in (1, 2, 3)])
        row = {"people": chosen.people, "seconds": round(time.perf_counter() - began), "totals": dict(totals)}
    await simulator.stop()
    report("faults", [row | judged(storm)], f"nobody missed; at most {IN_FLIGHT} twice for each kill", chosen.output)


def judged(storm: Storm) -> dict[str, Any]:
    """Says who got the letter how often, and what struck."""
    weather, arrived = storm.simulator.control.weather, storm.arrived()
    *at_kills, otherwise = storm.doubled()
    return {
        "struck": dict(weather.struck),
        "unreachable": sum(weather.fate(person) is not None for person in storm.simulator.world.people),
        "once": sum(times == 1 for times in arrived.values()),
        "missed": sorted(storm.missed()),
        "twice at each kill": [sorted(people) for people in at_kills],
        "twice without a kill": sorted(otherwise),
        "more than once, unanswered": sum(arrived[person] > 1 for person in weather.unanswered),
    }


if __name__ == "__main__":
    main()

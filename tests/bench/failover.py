"""Fail-over on PostgreSQL in the middle of a send: how long nobody sends, and who got the letter twice.

Repeat: `make bench BENCH=tests/bench/failover.py`. Leader and standby are processes of their own on one PostgreSQL
server of the benchmark's; the leader is killed (SIGKILL), and in a second run halted (SIGSTOP) and let go on later.
"""

import argparse
import asyncio
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.simulator import Simulator
from tests.bench.kit.machine import output, report
from tests.conftest import make_settings
from tests.postgres import Postgres, postgres_server
from tests.program import Program, running
from tests.storm import LEASE, Storm

RATE = 30  # letters a second
BAR = "the standby's first letter within 10 s, at most 30 people twice, a stale leader sends nothing"


def main() -> None:
    """Reads what is wanted and runs both ways in which a leader can fall out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3_000)
    chosen = output(parser)
    with postgres_server() as server:
        rows = [asyncio.run(measure(server, way, chosen.people)) for way in (signal.SIGKILL, signal.SIGSTOP)]
    report("failover", rows, BAR, chosen.output)


async def measure(server: Postgres, way: signal.Signals, people: int) -> dict[str, Any]:
    """Lets a leader fall out after a third of the letters."""
    simulator = Simulator(flood=False)
    await simulator.start()
    with tempfile.TemporaryDirectory() as folder:
        settings = make_settings(simulator.url, Path(folder), server.create_database(f"failover{int(way)}"))
        settings |= {"KAULI_STANDBY": "1", "KAULI_MESSAGES_PER_SECOND": RATE}
        storm = Storm(simulator, {name: str(value) for name, value in settings.items()})
        await storm.fill(people)
        async with running(storm.environment) as leader, running(storm.environment, ready=False) as standby:
            await standby.until("standing by")
            await storm.until_arrived(people // 3, leader)
            row = await fallen(storm, leader, standby, way)
    await simulator.stop()
    return row


async def fallen(storm: Storm, leader: Program, standby: Program, way: signal.Signals) -> dict[str, Any]:
    """Takes the leader out, waits until the standby has sent everything, and says what that took."""
    leader.told(way)
    began = time.perf_counter()
    await asyncio.sleep(0.2)  # what was in flight arrives
    storm.kills.append(storm.arrived())
    await storm.until_arrived(storm.kills[0].total() + 1, standby)
    silent = time.perf_counter() - began
    storm.pass_by(LEASE)
    totals = await storm.until_done(standby)
    before = storm.arrived()
    if way == signal.SIGSTOP:
        leader.told(signal.SIGCONT)
        await leader.ends()
    twice, otherwise = storm.doubled()
    return {
        "way": way.name,
        "seconds until the standby's first letter": round(silent, 1),
        "totals": dict(totals),
        "twice": len(twice | otherwise),
        "missed": len(storm.missed()),
        "sent by the stale leader": storm.arrived().total() - before.total(),
    }


if __name__ == "__main__":
    main()

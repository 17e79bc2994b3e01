"""What goes out: 10,000 digests at 30 a second on the real clock, and what a message costs at 1,000 a second.

Repeat: `python -m tests.bench.sending` (six minutes; `--short` takes a tenth; `--output FOLDER`). The whole program
runs here, ticker, sender and answers included, against a lean Bot API on a core of its own that answers after 50 ms,
notes when each message arrives and refuses what comes too fast; somebody writes to the bot all the while. The second
measurement counts processor time from the first claim to the last outcome written, beside a loop that does nothing
but the same calls over the same client with as many at once, as fast as it goes, twice, behind it.
"""

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import App
from bot.chat.request import AiohttpRequest, Ready
from bot.delivery.rules import AT_ONCE, to_everybody
from bot.digests.posts import Post
from bot.members.rules import admit
from bot.settings import load
from tests.bench.kit.machine import output, pin, report, usable_cores

ROOT = Path(__file__).parent.parent.parent
TOKEN = "123456:" + "T" * 35
CORES = usable_cores()  # before this process keeps to the first
BEGAN = datetime(2026, 11, 25, 9, tzinfo=UTC)  # noon in Nairobi: nobody's quiet hours, and no digest of its own is due
LATENCY = 0.05  # seconds, about Telegram's (telegram.md 5.2)
FIRST, WRITER = 700_000_000, 600_000_000
EDITION = "bench"
READERS = (("en", "Africa/Nairobi"), ("sw", "Africa/Nairobi"), ("en", "Asia/Manila"), ("sw", "Africa/Kampala"))
WORDS = "The meeting is on Saturday at ten, in the hall of the teachers. Bring a colleague. " * 6
SLOW, FAST = 30, 1000  # messages a second
TEN = 10.0  # seconds of a window
PACED_BAR = (
    "within 2 % of the floor; at most 31 in any second; within 2 % over any 10 s; no 429; answers' p99 under 200 ms"
)
FAST_BAR = "1,000 a second on one core, at most twice the processor time of the bare loop"


@dataclass
class Noon:
    """A clock that begins at noon and runs as fast as any."""

    began: float = 0.0

    async def now(self) -> datetime:
        """Gives the moment, in UTC."""
        return BEGAN + timedelta(seconds=time.monotonic() - self.began)


@dataclass(frozen=True)
class Plan:
    """One send: so many messages at so many a second; `writer` is who writes to the bot meanwhile, 0 for nobody."""

    messages: int
    rate: int
    writer: int = 0

    @property
    def limit(self) -> int:
        """Gives how many messages within a second are not refused; what the network bunches is not counted too fast."""
        return self.rate + max(2, self.rate // 20)


def main() -> None:
    """Runs both measurements."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true", help="a tenth of the messages")
    parser.add_argument("--only", choices=("paced", "fast"), help="one of the two measurements")
    parser.add_argument("--profile", action="store_true", help="print where the processor time of the fast send goes")
    asked = output(parser)
    pin(0)
    share = 10 if asked.short else 1
    if asked.only != "fast":
        row = asyncio.run(paced(Plan(10_000 // share, SLOW, WRITER)))
        report("sending_paced", [row], PACED_BAR, asked.output)
    if asked.only != "paced":
        row = asyncio.run(fast(Plan(20_000 // share, FAST), profiled=asked.profile))
        report("sending_fast", [row], FAST_BAR, asked.output)


async def paced(plan: Plan) -> dict[str, Any]:
    """Sends at the free rate while somebody writes; gives total, evenness and the wait for answers."""
    with receiver(plan) as url:
        async with ready(plan, url) as app:
            seconds, cpu = await sent(app, plan)
        return figures(plan, heard(url)) | {"until_written_s": seconds, "cpu_us": cpu * 1e6}


async def fast(plan: Plan, *, profiled: bool = False) -> dict[str, Any]:
    """Sends at the paid rate between two runs of the bare loop; gives the rate and the processor time of a message."""
    with receiver(plan) as url:
        async with ready(plan, url) as app:
            window, body = app.sender.window, Ready(b'{"chat_id":%d' % FIRST + await example(app))
            with profile(wanted=profiled):
                seconds, cpu = await sent(app, plan)
            row = figures(plan, heard(url))
    row |= {"until_written_s": seconds, "cpu_us": cpu * 1e6}
    loops = [await bare(plan, window, body) for _ in range(2)]
    row["bare_us"] = sum(used for used, _ in loops) / len(loops) * 1e6
    row["bare_rate"] = sum(rate for _, rate in loops) / len(loops)
    return row | {"ratio": row["cpu_us"] / row["bare_us"]}


@contextmanager
def profile(*, wanted: bool) -> Iterator[None]:
    """Prints, where wanted, which functions take the processor's time; the figures are not to be quoted then."""
    if not wanted:
        yield
        return
    with cProfile.Profile() as profile:
        yield
    for order in ("tottime", "cumulative"):
        pstats.Stats(profile).sort_stats(order).print_stats(45)


@asynccontextmanager
async def ready(plan: Plan, url: str) -> AsyncIterator[App]:
    """Runs the bot with a union and a digest for each in the outbox, which waits."""
    with tempfile.TemporaryDirectory() as name:
        given, clock = load(settings(url, Path(name), plan.rate)), Noon(time.monotonic())
        app = App(given, clock)
        await app.start(ticking=False)
        await founded(app, plan)
        await app.stop()
        app = App(given, clock)
        await app.start()
        await app.tick()  # what is done once a day is done
        try:
            yield app
        finally:
            await app.stop()


async def founded(app: App, plan: Plan) -> None:
    """Writes the members, a post, and a digest for everybody that is paused."""
    people = range(FIRST, FIRST + plan.messages)
    async with app.office.writing() as stores:
        for number in [WRITER, *people]:
            locale, zone = READERS[number % len(READERS)]
            await stores.members.put(admit(number, locale, BEGAN - timedelta(days=60), zone))
        await stores.posts.add(Post("post", (("en", WORDS), ("sw", WORDS)), BEGAN + timedelta(days=7)))
        await stores.outbox.add(to_everybody(EDITION, people, "digest", {}, "digest", AT_ONCE))
        await stores.outbox.pause(EDITION)


async def sent(app: App, plan: Plan) -> tuple[float, float]:
    """Lets the digests go and waits for the last outcome; gives the seconds that took and the processor's a message."""
    async with app.office.writing() as stores:
        await stores.outbox.resume(EDITION)
    began, used, told = time.monotonic(), time.process_time(), 0.0
    app.sender.wake()
    while done := await waiting(app):
        if time.monotonic() - told > TEN:
            told = time.monotonic()
            print(f"  {plan.messages - done} of {plan.messages} after {told - began:.0f} s", flush=True)
        await asyncio.sleep(0.5)
    return time.monotonic() - began, (time.process_time() - used) / plan.messages


async def waiting(app: App) -> int:
    """Counts what waits still."""
    async with app.office.reading() as stores:
        return await stores.outbox.waiting(EDITION)


async def example(app: App) -> bytes:
    """Gives the end of a call as the poster makes it, for the bare loop."""
    async with app.office.reading() as stores:
        claimed = (await stores.outbox.of(EDITION))[0]
    letter = (await app._write([claimed.notice]))[0]
    assert letter is not None
    assert not isinstance(letter, Exception)
    return app.poster._ready(letter).rest


async def bare(plan: Plan, window: int, body: Ready) -> tuple[float, float]:
    """Makes the same calls with nothing else; gives the processor seconds of each, and how many went a second."""
    with receiver(Plan(plan.messages, plan.messages * 10)) as url:
        request, left = AiohttpRequest(connections=100), iter(range(plan.messages))
        await request.initialize()
        began, used = time.monotonic(), time.process_time()
        await asyncio.gather(*(posting(request, f"{url}/bot{TOKEN}/sendMessage", body, left) for _ in range(window)))
        wall, cpu = time.monotonic() - began, time.process_time() - used
        await request.shutdown()
    return cpu / plan.messages, plan.messages / wall


async def posting(request: AiohttpRequest, url: str, body: Ready, left: Iterator[int]) -> None:
    """Makes one call after the other."""
    for _ in left:
        await request.post(url, body)  # type: ignore[arg-type]  # Ready stands for RequestData


@contextmanager
def receiver(plan: Plan) -> Iterator[str]:
    """Runs the Bot API in a process of its own and gives its address."""
    given = [str(one) for one in (LATENCY, plan.limit, plan.writer)]
    command = [sys.executable, "-m", "tests.bench.kit.receiver", *given]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process.pid, {CORES[-1]})
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def figures(plan: Plan, noted: dict[str, Any]) -> dict[str, Any]:
    """Works out what was measured from what the Bot API noted."""
    times, floor = sorted(noted["arrived"]), plan.messages / plan.rate
    total, most = times[-1] - times[0] + 1 / plan.rate, densest(times, 1.0)
    row = {
        "messages": len(times),
        "people": noted["chats"],
        "seconds": total,
        "floor": floor,
        "over_percent": (total / floor - 1) * 100,
        "rate": plan.messages / total,
        "most_in_a_second": most,
        "most_over_10_s_percent": unevenness(times, plan.rate),
        "refused_429": noted["refused"],
    }
    waits = sorted(wait * 1000 for wait in noted["waits"])
    if waits:
        row |= {"answers": len(waits), "answer_p50_ms": part(waits, 0.5), "answer_p99_ms": part(waits, 0.99)}
        row |= {"slowest_ms": waits[-1]}
    return row


def densest(times: Sequence[float], span: float) -> int:
    """Gives the most arrivals within any so many seconds."""
    most = first = 0
    for last, moment in enumerate(times):
        while times[first] <= moment - span:
            first += 1
        most = max(most, last - first + 1)
    return most


def unevenness(times: Sequence[float], rate: int) -> float:
    """Gives by how many percent the count of a window of ten seconds differs at most from the rate, at any place."""
    if times[-1] - times[0] <= TEN:
        return 0.0
    moments = [edge for one in times for edge in (one, one - TEN) if times[0] <= edge <= times[-1] - TEN]
    wanted, first, behind, worst = rate * TEN, 0, 0, 0.0
    for start in sorted(moments):
        while times[first] < start:
            first += 1
        while behind < len(times) and times[behind] < start + TEN:
            behind += 1
        worst = max(worst, abs(behind - first - wanted))
    return worst / wanted * 100


def part(waits: Sequence[float], share: float) -> float:
    """Gives a quantile of sorted waits."""
    return waits[min(len(waits) - 1, int(len(waits) * share))]


def heard(url: str) -> dict[str, Any]:
    """Asks the Bot API what it noted."""
    with urllib.request.urlopen(f"{url}/figures") as answer:
        noted: dict[str, Any] = json.loads(answer.read())["result"]
    return noted


def settings(url: str, folder: Path, rate: int) -> dict[str, str]:
    """Gives the settings of a bot that stands at this address."""
    return {
        "KAULI_BOT_TOKEN": TOKEN,
        "KAULI_API_URL": url,
        "KAULI_DATA_DIR": str(folder / "data"),
        "KAULI_KEYS_DIR": str(folder / "keys"),
        "KAULI_LOG_LEVEL": "WARNING",
        "KAULI_MESSAGES_PER_SECOND": str(rate),
        "KAULI_PAID_BROADCAST": str(int(rate > SLOW)),
    }


if __name__ == "__main__":
    main()

"""A lean Bot API for measurements, as a process of its own: it must never be what is waited for.

It hands out updates in batches as `getUpdates` does (what the offset passed is gone, the rest comes again), lets people
press the button that the last message of their chat offers, or write a command, and takes the time of every answer.
Requests may come as JSON or as a form. POST /measure runs one measurement and answers with its figures.

POST /sends waits until so many messages went out. Run: `python -m tests.bench.rivals.server CORE [LATENCY]`; it prints
its port.
"""

import asyncio
import json
import os
import random
import sys
import time
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.bench.kit.machine import pin
from tests.bench.kit.wire import FACTS, ME, SENT_AT, Wire, command, succeeded

FIRST_PERSON = 700_000_000
BATCH = 100  # updates a getUpdates gives (Bot API)
PATIENCE = 120.0  # seconds without an answer after which a measurement is given up
PRESSED = ("zone", "back")  # buttons that lead from one question to the next and back again, for ever
WORDS = "The meeting is on Saturday at ten, in the hall of the teachers. Bring a colleague. " * 6  # of a broadcast
WIDTH = 100  # messages of a broadcast at once, where a program says so itself


@dataclass(frozen=True)
class Plan:
    """One measurement: `kind` of updates, from how many people, how many; `rate` a second, or as fast as they go."""

    kind: str
    people: int
    updates: int
    rate: float = 0.0
    latency: float = 0.0  # seconds until a call is answered
    pid: int = 0  # whose processor time is taken


@dataclass
class Person:
    """One chat: the button it would press next, and since when it waits for an answer."""

    number: int
    message: int = 0
    data: str = ""
    since: float | None = None


@dataclass
class World:
    """Everybody's chats, the updates that were not taken yet, and the measurement that runs."""

    people: dict[int, Person] = field(default_factory=dict)
    updates: deque[tuple[int, bytes]] = field(default_factory=deque)
    calls: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    idle: deque[Person] = field(default_factory=deque)
    overdue: deque[float] = field(default_factory=deque)
    sent: list[float] = field(default_factory=list)  # when each message came
    latency: float = 0.0
    last_update: int = 0
    last_message: int = 0
    heard: Callable[[], None] = lambda: None  # an update can be taken
    answered: Callable[[Person], None] = lambda person: None

    def put(self, person: Person, kind: str, since: float) -> None:
        """Lets a person write or press now; the wait counts from `since`."""
        self.last_update += 1
        person.since = since
        number = self.last_update
        update = command(person.number, number) if kind == "command" else pressed(person, number)
        self.updates.append((number, update))
        self.heard()

    def batch(self, offset: int) -> bytes | None:
        """Forgets what the offset passed and gives what is left, at most a batch; None when there is nothing."""
        while self.updates and self.updates[0][0] < offset:
            self.updates.popleft()
        found = [update for _, update in list(self.updates)[:BATCH]]
        return b"[" + b",".join(found) + b"]" if found else None

    def call(self, method: str, given: dict[str, Any]) -> Any:
        """Does what a method does, as far as somebody may see it, and gives its result."""
        self.calls[method] += 1
        if method in FACTS:
            return FACTS[method]
        if method not in ("sendMessage", "editMessageText"):
            return True
        person = self.people.get(int(given["chat_id"])) or Person(int(given["chat_id"]))
        if method == "sendMessage":
            self.last_message += 1
            self.sent.append(time.perf_counter())
            person.message = self.last_message
        person.data = offered(given.get("reply_markup")) or person.data
        if person.since is not None:
            self.waits.append(time.perf_counter() - person.since)
            person.since = None
            self.answered(person)
        return message(person, given.get("text", ""))


def user(person: Person) -> dict[str, Any]:
    """Gives a person as Telegram shows them."""
    return {"id": person.number, "is_bot": False, "first_name": "Ana", "language_code": "en"}


def message(person: Person, words: str) -> dict[str, Any]:
    """Gives a message of the bot's."""
    chat = {"id": person.number, "type": "private", "first_name": "Ana"}
    return {"message_id": person.message, "date": SENT_AT, "chat": chat, "from": ME, "text": words}


def pressed(person: Person, update: int) -> bytes:
    """Gives the update of a pressed button, with the message it stands under."""
    query = {"id": str(person.number), "from": user(person), "chat_instance": "1", "data": person.data}
    said = {**query, "message": message(person, "What I keep about you")}
    return json.dumps({"update_id": update, "callback_query": said}).encode()


def offered(markup: Any) -> str | None:
    """Gives the data of the button that is pressed next."""
    markup = json.loads(markup) if isinstance(markup, str) else markup
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    datas = [str(button.get("callback_data", "")) for button in buttons]
    return next((data for name in PRESSED for data in datas if data.endswith(f".{name}")), None)


class Api(Wire):
    """One connection."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def request(self, method: str, body: bytes) -> None:
        """Answers one request, at once or after the latency."""
        given = read(body)
        if method == "measure":
            asyncio.get_running_loop().create_task(self.measure(Plan(**given)))
        elif method == "sends":
            asyncio.get_running_loop().create_task(self.tell(**given))
        elif method.lower() == "getupdates":
            self.poll(int(given.get("offset") or 0), float(given.get("timeout") or 0))
        else:
            answer = json.dumps(self.world.call(method, given)).encode()
            self.later(self.world.latency, answer)

    def later(self, seconds: float, result: bytes) -> None:
        """Answers after some time."""
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self.answer, result)
        else:
            self.answer(result)

    def answer(self, result: bytes) -> None:
        """Writes an answer."""
        self.respond(succeeded(result))

    def poll(self, offset: int, timeout: float) -> None:
        """Answers a getUpdates now, or when there is something, or when its time is over."""
        found = self.world.batch(offset)
        if found or not timeout:
            self.later(self.world.latency, found or b"[]")
            return
        over = asyncio.get_running_loop().call_later(timeout, self.give_up)

        def heard() -> None:
            over.cancel()
            self.world.heard = lambda: None
            self.later(self.world.latency, self.world.batch(offset) or b"[]")

        self.world.heard = heard

    def give_up(self) -> None:
        """Ends a poll with nothing."""
        self.world.heard = lambda: None
        self.answer(b"[]")

    async def tell(self, messages: int, pid: int) -> None:
        """Waits until so many messages went out and answers how they did."""
        figures = await sends(self.world.sent, messages, pid)
        self.answer(json.dumps(figures).encode())

    async def measure(self, plan: Plan) -> None:
        """Runs a measurement and answers with its figures."""
        try:
            figures = await measure(self.world, plan)
        except Exception as error:  # the measurement is somebody else's, who must be told
            figures = {"error": f"{type(error).__name__}: {error}"}
        self.answer(json.dumps(figures).encode())


def read(body: bytes) -> dict[str, Any]:
    """Reads what a call was given, JSON or a form."""
    if body[:1] == b"{":
        return dict(json.loads(body))
    return dict(parse_qsl(body.decode()))


async def measure(world: World, plan: Plan) -> dict[str, Any]:
    """Lets everybody write once, so that each has a message with buttons, and then measures."""
    world.latency = 0.0
    for number in range(FIRST_PERSON, FIRST_PERSON + plan.people):
        world.people.setdefault(number, Person(number))
    await load(world, "command", plan.people, 0.0)
    world.latency = plan.latency
    await load(world, plan.kind, min(plan.updates, plan.people), plan.rate)  # warm
    world.calls.clear()
    began, used = time.perf_counter(), processor_time(plan.pid)
    waits = await load(world, plan.kind, plan.updates, plan.rate)
    wall, cpu = time.perf_counter() - began, processor_time(plan.pid) - used
    parts = {name: waits[min(len(waits) - 1, int(len(waits) * part))] for name, part in PARTS}
    return {"updates": len(waits), "seconds": wall, "cpu": cpu, "calls": dict(world.calls), **parts}


PARTS = (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("slowest", 1.0))


async def load(world: World, kind: str, updates: int, rate: float) -> list[float]:
    """Lets people act, each only after the answer to their last act; gives the sorted waits for all answers.

    With a rate, acts come at random moments (a Poisson process) whether or not the bot keeps up, and where everybody
    still waits the wait counts from the moment all the same.
    """
    done, left = asyncio.Event(), [updates]
    world.idle, world.overdue, world.waits = deque(world.people.values()), deque(), []

    def answered(person: Person) -> None:
        if len(world.waits) >= updates:
            done.set()
        elif world.overdue:
            world.put(person, kind, world.overdue.popleft())
        elif not rate and left[0]:
            left[0] -= 1
            world.put(person, kind, time.perf_counter())
        else:
            world.idle.append(person)

    world.answered = answered
    if rate:
        await arrive(world, kind, updates, rate)
    else:
        first, left[0] = min(updates, len(world.people)), updates - min(updates, len(world.people))
        for _ in range(first):
            world.put(world.idle.popleft(), kind, time.perf_counter())
    await asyncio.wait_for(done.wait(), PATIENCE)
    return sorted(world.waits)


async def arrive(world: World, kind: str, updates: int, rate: float) -> None:
    """Lets people act at random moments."""
    chance, moment = random.Random(20261125), time.perf_counter()
    for _ in range(updates):
        moment += chance.expovariate(rate)
        if (wait := moment - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        if world.idle:
            world.put(world.idle.popleft(), kind, moment)
        else:
            world.overdue.append(moment)


async def sends(sent: list[float], messages: int, pid: int) -> dict[str, float]:
    """Waits for the last message; gives the seconds from the first, and the most in any second and in the first one.

    The processor time counts from a tenth of the messages on, when the program has long started.
    """
    while len(sent) < messages // 10:  # noqa: ASYNC110  # looking is cheaper than being told of each
        await asyncio.sleep(0.01)
    seen, used = len(sent), processor_time(pid)
    while len(sent) < messages:  # noqa: ASYNC110  # as above
        await asyncio.sleep(0.01)
    cpu = (processor_time(pid) - used) / (messages - seen)
    most = max(bisect_left(sent, moment + 1.0) - at for at, moment in enumerate(sent))
    first = bisect_left(sent, sent[0] + 1.0)
    return {"seconds": sent[-1] - sent[0], "cpu": cpu, "first_second": first, "most_in_a_second": most}


def processor_time(pid: int) -> float:
    """Gives the processor seconds a process has used, all its threads (proc(5), fields 14 and 15 of stat)."""
    if not pid:
        return 0.0
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def main() -> None:
    """Serves on a free port of this machine until killed."""
    pin(int(sys.argv[1]))
    world = World(latency=float(sys.argv[2]) if sys.argv[2:] else 0.0)
    server = await asyncio.get_running_loop().create_server(lambda: Api(world), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

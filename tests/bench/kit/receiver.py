"""A lean Bot API for measurements of sending, as a process of its own: it must never be what is waited for.

Every message is answered after the latency; when it arrived is noted. More messages within a second than the limit
says are refused with 429, as Telegram does. One person may write "/me" again and again while messages come, and what
is noted of theirs is how long each of their updates waited for an answer. GET /figures gives all that.

Run: `python -m tests.bench.kit.receiver LATENCY LIMIT WRITER`; prints its port. WRITER 0: nobody writes.
"""

import asyncio
import json
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.bench.kit.wire import FACTS, SENT_AT, Wire, command, succeeded

EVERY = 1.0  # seconds between two messages of the person who writes
SECOND = 1.0
REFUSAL = {
    "ok": False,
    "error_code": 429,
    "description": "Too Many Requests: retry after 1",
    "parameters": {"retry_after": 1},
}


@dataclass
class World:
    """What has arrived, and the person who writes."""

    latency: float
    limit: int
    writer: int
    arrived: list[float] = field(default_factory=list)  # seconds of a monotonic clock
    chats: set[int] = field(default_factory=set)
    refused: int = 0
    waits: list[float] = field(default_factory=list)
    asked: float | None = None  # since when the person who writes waits
    number: int = 0
    update: bytes = b""  # not confirmed yet
    poll: "asyncio.Future[None] | None" = None
    _recent: deque[float] = field(default_factory=deque)

    def message(self, chat: int) -> dict[str, Any] | None:
        """Notes a message's arrival and gives it as it stands in the answer; None where it is refused."""
        now = time.monotonic()
        self.number += 1
        sent = {"message_id": self.number, "date": SENT_AT, "chat": {"id": chat, "type": "private"}}
        if chat == self.writer:
            if self.asked is not None:
                self.waits.append(now - self.asked)
                self.asked = None
            return sent
        while self._recent and self._recent[0] <= now - SECOND:
            self._recent.popleft()
        self.arrived.append(now)
        if len(self._recent) >= self.limit:
            self.refused += 1
            return None
        self._recent.append(now)
        self.chats.add(chat)
        return sent

    async def write(self) -> None:
        """Lets somebody write about every second, from the first message on, each time after the last answer."""
        number = 0
        while True:
            await asyncio.sleep(EVERY * 0.97)  # so that it falls into every part of a second in turn
            if self.asked is not None or not self.arrived:
                continue
            number += 1
            self.update = command(self.writer, number, number)
            self.asked = time.monotonic()
            if self.poll and not self.poll.done():
                self.poll.set_result(None)

    async def updates(self, offset: int, patience: float) -> bytes:
        """Gives what was written and not confirmed, waiting for it."""
        if self.update and json.loads(self.update)["update_id"] < offset:
            self.update = b""
        if not self.update and patience:
            self.poll = asyncio.get_running_loop().create_future()
            await asyncio.wait([self.poll], timeout=patience)
        return b"[" + self.update + b"]"

    def figures(self) -> dict[str, Any]:
        """Gives everything noted."""
        return {
            "arrived": self.arrived,
            "chats": len(self.chats),
            "refused": self.refused,
            "waits": self.waits,
        }


class Api(Wire):
    """One connection."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def request(self, method: str, body: bytes) -> None:
        """Answers one request, now or after the latency."""
        if method == "figures":
            return self.answer(self.world.figures())
        given = json.loads(body or b"{}")
        if method.lower() == "getupdates":
            poll = self.poll(int(given.get("offset") or 0), float(given.get("timeout") or 0))
            asyncio.get_running_loop().create_task(poll)
            return None
        if method != "sendMessage":
            return self.later(FACTS.get(method, True))
        return self.later(self.world.message(int(given["chat_id"])))

    def later(self, result: Any) -> None:
        """Answers after the latency."""
        asyncio.get_running_loop().call_later(self.world.latency, self.answer, result)

    async def poll(self, offset: int, patience: float) -> None:
        """Answers a getUpdates when there is something, or its time is over."""
        self.respond(succeeded(await self.world.updates(offset, patience)))

    def answer(self, result: Any) -> None:
        """Writes an answer; None is a refusal."""
        if result is None:
            self.respond(json.dumps(REFUSAL).encode(), b"429 Too Many Requests")
        else:
            self.respond(succeeded(json.dumps(result).encode()))


async def main() -> None:
    """Serves on a free port of this machine until killed."""
    world = World(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    server = await asyncio.get_running_loop().create_server(lambda: Api(world), "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    writing = asyncio.create_task(world.write()) if world.writer else None
    await server.serve_forever()
    if writing:
        await writing


if __name__ == "__main__":
    asyncio.run(main())

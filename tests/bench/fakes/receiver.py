"""A lean Bot API for measurements of sending, as a process of its own: it must never be what is waited for.

Every message is answered after the latency; when it arrived is noted. More messages within a second than the limit
says are refused with 429, as Telegram does. One person may write "/me" again and again while messages come, and what
is noted of theirs is how long each of their updates waited for an answer. GET /figures gives all that.

Run: `python -m tests.bench.fakes.receiver LATENCY LIMIT WRITER`; prints its port. WRITER 0: nobody writes.
"""

import asyncio
import json
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

EVERY = 1.0  # seconds between two messages of the person who writes
ME = {"id": 123456, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
NO_WEBHOOK = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
FACTS = {"getMe": ME, "getWebhookInfo": NO_WEBHOOK}
SECOND = 1.0


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
        sent = {"message_id": self.number, "date": 1_790_000_000, "chat": {"id": chat, "type": "private"}}
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
            self.update = json.dumps(command(self.writer, number)).encode()
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


def command(person: int, number: int) -> dict[str, Any]:
    """Gives the update of a typed command."""
    chat = {"id": person, "type": "private", "first_name": "Ana"}
    sender = {"id": person, "is_bot": False, "first_name": "Ana", "language_code": "en"}
    entities = [{"type": "bot_command", "offset": 0, "length": 3}]
    said = {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": sender, "text": "/me"}
    return {"update_id": number, "message": {**said, "entities": entities}}


class Api(asyncio.Protocol):
    """One connection: HTTP/1.1 with keep-alive and Content-Length."""

    def __init__(self, world: World) -> None:
        self.world, self.buffer = world, b""
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the line."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Takes every whole request out of what has come."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            path, body = self.buffer.split(b" ", 2)[1], self.buffer[end + 4 : end + 4 + length]
            self.buffer = self.buffer[end + 4 + length :]
            self.request(path.rsplit(b"/", 1)[-1].decode(), body)

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
        self.write(b"200 OK", b'{"ok":true,"result":' + await self.world.updates(offset, patience) + b"}")

    def answer(self, result: Any) -> None:
        """Writes an answer; None is a refusal."""
        if result is None:
            refusal = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1"}
            return self.write(
                b"429 Too Many Requests", json.dumps({**refusal, "parameters": {"retry_after": 1}}).encode()
            )
        return self.write(b"200 OK", b'{"ok":true,"result":' + json.dumps(result).encode() + b"}")

    def write(self, status: bytes, body: bytes) -> None:
        """Writes a response of HTTP."""
        head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
        if self.transport and not self.transport.is_closing():
            self.transport.write(head + body)


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

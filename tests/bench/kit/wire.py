"""HTTP/1.1 as a lean Bot API needs it: keep-alive and Content-Length, which is all that the clients measured use."""

import asyncio
import json
from typing import Any

ME = {"id": 123456, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
NO_WEBHOOK = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
FACTS = {"getMe": ME, "getWebhookInfo": NO_WEBHOOK}
SENT_AT = 1_790_000_000
OK = b"200 OK"


class Wire(asyncio.Protocol):
    """One connection. Who inherits answers `request`, by `respond`."""

    def __init__(self) -> None:
        self._buffer = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the line."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Takes every whole request out of what has come."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._buffer) < end + 4 + length:
                return
            path, body = self._buffer.split(b" ", 2)[1], self._buffer[end + 4 : end + 4 + length]
            self._buffer = self._buffer[end + 4 + length :]
            self.request(path.rsplit(b"/", 1)[-1].decode(), body)

    def request(self, method: str, body: bytes) -> None:
        """Answers one request, now or later."""
        raise NotImplementedError

    def respond(self, body: bytes, status: bytes = OK) -> None:
        """Writes a response."""
        head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
        if self._transport and not self._transport.is_closing():
            self._transport.write(head + body)


def succeeded(result: bytes) -> bytes:
    """Wraps a result, in JSON, as the Bot API does."""
    return b'{"ok":true,"result":' + result + b"}"


def command(person: int, update: int, message: int = 1) -> bytes:
    """Writes the update of somebody who types /me."""
    who = {"id": person, "is_bot": False, "first_name": "Ana", "language_code": "en"}
    chat = {"id": person, "type": "private", "first_name": "Ana"}
    entities = [{"type": "bot_command", "offset": 0, "length": 3}]
    said = {"message_id": message, "date": SENT_AT, "chat": chat, "from": who, "text": "/me", "entities": entities}
    return json.dumps({"update_id": update, "message": said}).encode()

"""The people of a test: they write to the bot, press buttons and look at their chats, over HTTP, as members do."""

import json
import struct
from base64 import b64encode
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Self

import aiohttp

from bot.simulator.files import PNG

PATIENCE = 20.0  # seconds; generous, since a slow machine is no failure

Message = dict[str, Any]
Chat = dict[str, Any]


@dataclass
class Person:
    """One person with a phone. `sees` and `presses` look at what the bot shows now, the newest message first."""

    cast: "Cast"
    id: int
    name: str
    _mark: int = 0
    _seen: dict[int, str] = field(default_factory=dict)

    async def says(self, words: str) -> Message:
        """Writes to the bot."""
        await self._begin()
        return await self._do("messages", {"text": words})

    async def sends(self, kind: str, caption: str = "", **more: Any) -> Message:
        """Sends a thing (photo, voice, poll ...), or "text" that was forwarded or came by a bot (`more`)."""
        await self._begin()
        return await self._do("messages", {"kind": kind, "text": caption, "more": more})

    async def sends_file(self, name: str, content: bytes) -> Message:
        """Sends a file."""
        await self._begin()
        file = {"name": name, "content": b64encode(content).decode()}
        return await self._do("messages", {"kind": "document", "file": file})

    async def edits(self, message: Message, words: str) -> None:
        """Edits what this person wrote."""
        await self._begin()
        await self._do("edits", {"message_id": message["message_id"], "text": words})

    async def presses(self, label: str) -> Message:
        """Presses the newest button whose label contains these words, and gives the message it stands on."""
        message, data = await self._reaches(label)
        await self.presses_data(message, data)
        return message

    async def double_taps(self, label: str) -> None:
        """Presses a button twice at once."""
        message, data = await self._reaches(label)
        await self.presses_data(message, data)
        await self.presses_data(message, data)

    async def presses_data(self, message: Message, data: str) -> None:
        """Presses a button by its data, whether or not it is still there."""
        body = {"message_id": message["message_id"], "data": data, "force": True}
        await self._do("presses", body)

    async def blocks(self, *, blocked: bool = True) -> None:
        """Blocks the bot, or lets it in again."""
        await self._do("block", {"blocked": blocked})

    async def button(self, label: str) -> tuple[Message, str]:
        """Finds the newest button with this label, waiting for it. Fails with the buttons there are."""
        return (await self._with_button(label))[1]

    async def buttons(self) -> list[str]:
        """Lists the labels of the newest message that has buttons."""
        messages = (await self.chat())["messages"]
        return next((labels for message in reversed(messages) if (labels := labels_of(message))), [])

    async def sees(self, *words: str) -> Message:
        """Waits until a message of the bot holds all these words, and gives it."""
        found: Message = await self._until(lambda chat: showing(chat["messages"], words), f"{words}")
        return found

    async def sees_new(self, *words: str) -> Message:
        """Waits for these words in a message that is new or changed since this person's last act."""
        found: Message = await self._until(lambda chat: showing(self._news(chat), words), f"new: {words}")
        return found

    async def sees_toast(self, words: str) -> str:
        """Waits for a toast, the short answer to a pressed button."""
        found = await self._until(
            lambda chat: next((t["text"] for t in chat["toasts"][self._mark :] if words in t["text"]), None),
            f"a toast {words!r}",
        )
        return str(found)

    async def does_not_see(self, *words: str) -> None:
        """Fails when a message of the bot holds all these words now."""
        chat = await self.chat()
        assert not showing(chat["messages"], words), f"{self.name} should not see {words}\n{shown(chat)}"

    async def chat(self) -> dict[str, Any]:
        """Gives the whole chat."""
        found: dict[str, Any] = await self.cast.get(f"/people/{self.id}/chat")
        return found

    async def last(self) -> Message:
        """Gives the bot's newest message."""
        found: Message = [m for m in (await self.chat())["messages"] if m["from"] == "bot"][-1]
        return found

    def _news(self, chat: dict[str, Any]) -> list[Message]:
        return [m for m in chat["messages"] if self._seen.get(m["message_id"]) != look(m)]

    async def _with_button(self, label: str) -> tuple[Chat, tuple[Message, str]]:
        def there(chat: Chat) -> tuple[Chat, tuple[Message, str]] | None:
            found = find(chat, label)
            return (chat, found) if found else None

        found: tuple[Chat, tuple[Message, str]] = await self._until(there, f"a button {label!r}")
        return found

    async def _reaches(self, label: str) -> tuple[Message, str]:
        chat, found = await self._with_button(label)
        self._remember(chat)
        return found

    async def _begin(self) -> None:
        self._remember(await self.chat())

    def _remember(self, chat: Chat) -> None:
        self._seen = {message["message_id"]: look(message) for message in chat["messages"]}
        self._mark = len(chat["toasts"])

    async def _do(self, what: str, body: dict[str, Any]) -> Message:
        done: Message = await self.cast.post(f"/people/{self.id}/{what}", body)
        return done

    async def _until(self, found: Any, what: str) -> Any:
        chat = await self.chat()
        waited = 0.0
        while (hit := found(chat)) is None:
            before = chat["version"]
            chat = await self.cast.get(f"/people/{self.id}/chat?after={before}&timeout=5")
            waited += 5 if chat["version"] == before else 0
            assert waited < PATIENCE, f"{self.name} waited in vain for {what}\n{shown(chat)}"
        return hit


class Cast:
    """Everybody, the clock, and what may go wrong."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._session:
            await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """Gives the connection to the simulator."""
        assert self._session
        return self._session

    async def person(self, name: str, language: str = "en", id: int | None = None) -> Person:
        """Adds somebody."""
        added = await self.post("/people", {"first_name": name, "language_code": language, "id": id})
        return Person(self, added["id"], name)

    async def set_clock(self, now: str, *, frozen: bool = False) -> None:
        """Moves the clock to a moment."""
        await self.post("/clock", {"now": now, "frozen": frozen})

    async def advance(self, **delta: float) -> None:
        """Moves the clock on by days, hours, minutes, seconds."""
        spans = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
        await self.post("/clock", {"advance": sum(spans[name] * amount for name, amount in delta.items())})

    async def group(self, title: str, *people: Person) -> int:
        """Adds a group and gives its id."""
        return int((await self.post("/groups", {"title": title, "members": [p.id for p in people]}))["id"])

    async def fault(self, method: str, **fault: Any) -> None:
        """Lets a method fail so many times."""
        await self.post("/faults", {"method": method, **fault})

    async def settled(self) -> None:
        """Waits until the bot has taken and confirmed everything that was said to it."""
        assert not (await self.get("/status?settled=20"))["pending"], "the bot does not take its updates"

    async def calls(self, method: str) -> list[dict[str, Any]]:
        """Lists the bot's calls of one method."""
        found: list[dict[str, Any]] = await self.get(f"/calls?method={method}")
        return found

    async def get(self, path: str) -> Any:
        """Asks the simulator."""
        assert self._session
        async with self._session.get(self.url + path) as answer:
            return await answer.json()

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Tells the simulator."""
        assert self._session
        said, kind = BytesIO(json.dumps(body).encode()), {"Content-Type": "application/json"}  # a file may be long
        async with self._session.post(self.url + path, data=said, headers=kind) as answer:
            assert answer.status == 200, f"{path}: {await answer.text()}"
            return await answer.json()


def png(width: int = 2, height: int = 3) -> bytes:
    """Gives what stands for a picture: the simulated Telegram looks at its head only."""
    return PNG + b"\0\0\0\x0dIHDR" + struct.pack(">II", width, height)


def find(chat: dict[str, Any], label: str) -> tuple[Message, str] | None:
    """Finds the newest button whose label contains these words; the very same words win."""
    for exact in (True, False):
        for message in reversed(chat["messages"]):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"] == label or (not exact and label in button["text"]):
                        return message, button["callback_data"]
    return None


def showing(messages: list[Message], words: tuple[str, ...]) -> Message | None:
    """Finds the newest message of the bot that holds all these words."""
    mine = (m for m in reversed(messages) if m["from"] == "bot")
    return next((m for m in mine if all(word in said(m) for word in words)), None)


def said(message: Message) -> str:
    """Gives a message's words, with plain spaces between figures and their currency."""
    return str(message.get("text") or message.get("caption")).replace("\xa0", " ")


def labels_of(message: Message) -> list[str]:
    """Lists a message's button labels."""
    return [b["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]


def look(message: Message) -> str:
    """Gives what a message looks like, to notice a change."""
    parts = ("text", "caption", "photo", "document", "reply_markup")
    return json.dumps([message.get(part) for part in parts])


def shown(chat: dict[str, Any]) -> str:
    """Writes a chat for a failure's message."""
    lines = [f"{m['from']}> {m.get('text', m.get('kind'))!r} {labels_of(m)}" for m in chat["messages"]]
    return "\n".join([*lines, *(f"toast> {toast['text']!r}" for toast in chat["toasts"])])

"""The simulated world: people, chats, messages, waiting updates, and a clock that can be moved."""

import asyncio
import itertools
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

BOT_ID = 123456
FIRST_PERSON = 5_100_000
GROUP_FIRST = -1000


@dataclass
class Person:
    """Somebody with Telegram on their phone."""

    id: int
    first_name: str
    language_code: str = "en"
    username: str | None = None
    last_name: str | None = None
    started: bool = False
    blocked: bool = False

    def user(self) -> dict[str, Any]:
        """Gives the person as the Bot API does."""
        user: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        user["language_code"] = self.language_code
        more = {"username": self.username, "last_name": self.last_name}
        return user | {name: value for name, value in more.items() if value}

    def chat(self) -> dict[str, Any]:
        """Gives the private chat with this person as the Bot API does."""
        return {"id": self.id, "type": "private", "first_name": self.first_name}


@dataclass
class Fault:
    """Something that is to go wrong, so many times."""

    method: str
    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 0
    times: int = 1
    delay: float = 0
    drop: str = ""  # close the connection without an answer: "before" or "after" handling


@dataclass
class Clock:
    """Real time with an offset, or standing still."""

    offset: timedelta = timedelta()
    frozen: datetime | None = None

    def now(self) -> datetime:
        """Gives the simulated moment."""
        return self.frozen or datetime.now(UTC) + self.offset

    def set(self, moment: datetime, *, frozen: bool = False) -> None:
        """Moves the clock; `frozen` makes it stand still there."""
        self.offset = moment - datetime.now(UTC)
        self.frozen = moment if frozen else None


@dataclass
class World:
    """Everything the simulator knows."""

    username: str = "kauli_demo_bot"
    clock: Clock = field(default_factory=Clock)
    people: dict[int, Person] = field(default_factory=dict)
    groups: dict[int, dict[str, Any]] = field(default_factory=dict)
    chats: defaultdict[int, dict[int, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    toasts: defaultdict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    queries: dict[str, int] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    versions: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _updates: Any = field(default_factory=lambda: itertools.count(secrets.randbelow(10**6) + 1))
    _messages: Any = field(default_factory=lambda: itertools.count(secrets.randbelow(1000) + 1))
    events: "set[asyncio.Queue[dict[str, Any]]]" = field(default_factory=set)

    def bot(self) -> dict[str, Any]:
        """Gives the bot as the Bot API does."""
        return {"id": BOT_ID, "is_bot": True, "first_name": "Kauli", "username": self.username}

    def add_person(self, first_name: str, **more: Any) -> Person:
        """Adds somebody; an id that is there already is left as it is."""
        number = more.pop("id", None) or FIRST_PERSON + len(self.people)
        person = self.people.get(number) or Person(number, first_name, **more)
        self.people[number] = person
        self.tell({"kind": "people"})
        return person

    def add_group(self, title: str, members: list[int]) -> int:
        """Adds a group and gives its chat id."""
        number = GROUP_FIRST - len(self.groups)
        self.groups[number] = {"id": number, "type": "group", "title": title, "members": members}
        return number

    def new_message(self, chat: dict[str, Any], sender: dict[str, Any], **content: Any) -> dict[str, Any]:
        """Adds a message to a chat."""
        shown = {key: chat[key] for key in ("id", "type", "first_name", "title") if key in chat}
        message = {
            "message_id": next(self._messages),
            "from": sender,
            "chat": shown,
            "date": int(self.clock.now().timestamp()),
            **content,
        }
        self.chats[chat["id"]][message["message_id"]] = message
        self.change(chat["id"])
        return message

    def arrived(self, chat: int, words: str = "") -> int:
        """Counts the bot's messages in a chat that have some words in their text or caption."""
        sent = (message for message in self.chats[chat].values() if message["from"]["is_bot"])
        return sum(words in (message.get("text") or message.get("caption") or "") for message in sent)

    def put(self, **update: Any) -> int:
        """Adds an update for the bot."""
        number: int = next(self._updates)
        self.updates.append({"update_id": number, **update})
        self.wake()
        return number

    def confirm(self, offset: int) -> None:
        """Forgets the updates before an offset: the bot has dealt with them."""
        self.updates[:] = [update for update in self.updates if update["update_id"] >= offset]
        self.wake()

    def query(self, person: Person, message: dict[str, Any], data: str) -> str:
        """Presses a button: adds the callback query."""
        number = str(secrets.randbits(60))
        self.queries[number] = person.id
        shown = {key: value for key, value in message.items() if key != "html"}
        pressed = {"id": number, "from": person.user(), "message": shown, "chat_instance": str(person.id), "data": data}
        self.put(callback_query=pressed)
        return number

    def change(self, chat: int) -> None:
        """Notes that a chat looks different now."""
        self.versions[chat] += 1
        self.tell({"kind": "chat", "chat": chat})
        self.wake()

    def toast(self, person: int, text: str, *, alert: bool) -> None:
        """Shows somebody the answer to a pressed button."""
        self.toasts[person].append({"text": text, "alert": alert, "at": time.monotonic()})
        self.versions[person] += 1
        self.tell({"kind": "toast", "chat": person, "text": text, "alert": alert})
        self.wake()

    def tell(self, event: dict[str, Any]) -> None:
        """Tells every open page."""
        for queue in self.events:
            queue.put_nowait(event)

    def wake(self) -> None:
        """Lets everybody who waits look again."""

        async def notify() -> None:
            async with self._changed:
                self._changed.notify_all()

        task = asyncio.get_running_loop().create_task(notify())
        self._notifying.add(task)
        task.add_done_callback(self._notifying.discard)

    _notifying: "set[asyncio.Task[None]]" = field(default_factory=set)

    async def wait_for(self, true: Any, seconds: float) -> bool:
        """Waits until something is so, at most some seconds; says whether it is."""
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(true), seconds)
            except TimeoutError:
                return bool(true())
        return True

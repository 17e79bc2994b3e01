"""Controls the simulated world over HTTP, for the chat page and the tests: people, what they do, the clock, faults."""

import asyncio
import json
import mimetypes
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.simulator.api import Api
from bot.simulator.entities import found_in
from bot.simulator.files import document_of
from bot.simulator.state import Fault, Person, World
from bot.simulator.weather import Weather

PAGE = Path(__file__).parent / "page"
POLICY = "default-src 'self'; img-src 'self' data:"
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
LONGEST_WAIT = 30.0
BEAT = 15.0  # seconds between two signs of life on an open stream
THINGS: Mapping[str, Mapping[str, Any]] = {
    "photo": {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]},
    "voice": {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
    "document": {"document": {"file_id": "d", "file_unique_id": "d", "file_name": "payslip.pdf"}},
    "contact": {"contact": {"phone_number": "+254700000000", "first_name": "Somebody"}},
    "location": {"location": {"latitude": -1.29, "longitude": 36.82}},
    "sticker": {
        "sticker": {
            "file_id": "s",
            "file_unique_id": "s",
            "type": "regular",
            "width": 9,
            "height": 9,
            "is_animated": False,
            "is_video": False,
        }
    },
    "video": {"video": {"file_id": "m", "file_unique_id": "m", "width": 9, "height": 9, "duration": 1}},
    "video_note": {"video_note": {"file_id": "n", "file_unique_id": "n", "length": 9, "duration": 1}},
    "audio": {"audio": {"file_id": "a", "file_unique_id": "a", "duration": 1}},
    "animation": {"animation": {"file_id": "g", "file_unique_id": "g", "width": 9, "height": 9, "duration": 1}},
    "venue": {"venue": {"location": {"latitude": -1.29, "longitude": 36.82}, "title": "Gate", "address": "Road"}},
    "poll": {
        "poll": {
            "id": "1",
            "question": "Who?",
            "options": [],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        }
    },
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "forward_origin": {
        "text": "38,000",
        "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"},
    },
    "via_bot": {"text": "38,000", "via_bot": {"id": 77, "is_bot": True, "first_name": "Other", "username": "o_bot"}},
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """The doors through which people and tests act on the world."""

    def __init__(
        self,
        world: World,
        api: Api,
        faults: list[Fault],
        calls: Any,
        on_sample: Callable[[], Awaitable[None]] | None,
    ) -> None:
        self.world, self.api, self.faults, self.calls, self.on_sample = world, api, faults, calls, on_sample
        self.sampled = False
        self.weather = Weather()

    def add_routes(self, app: web.Application) -> None:
        """Adds every door."""
        app.router.add_get("/", self.page)
        app.router.add_static("/page", PAGE)
        for method, path, handler in self._doors():
            app.router.add_route(method, path, handler)

    def _doors(self) -> tuple[tuple[str, str, Handler], ...]:
        return (
            ("GET", "/about", self.about),
            ("GET", "/people", self.people),
            ("POST", "/people", self.add_person),
            ("POST", "/people/{id}/messages", self.message),
            ("POST", "/people/{id}/edits", self.edit),
            ("POST", "/people/{id}/presses", self.press),
            ("POST", "/people/{id}/block", self.block),
            ("GET", "/people/{id}/chat", self.chat),
            ("POST", "/groups", self.add_group),
            ("POST", "/groups/{id}/messages", self.group_message),
            ("GET", "/groups/{id}/chat", self.group_chat),
            ("GET", "/clock", self.clock),
            ("POST", "/clock", self.move_clock),
            ("GET", "/stream", self.stream),
            ("POST", "/faults", self.fault),
            ("POST", "/weather", self.change_weather),
            ("GET", "/arrived", self.arrived),
            ("GET", "/calls", self.list_calls),
            ("GET", "/status", self.status),
            ("POST", "/sample", self.sample),
            ("GET", "/files/{path}", self.file),
        )

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Gives the chat page."""
        return web.FileResponse(PAGE / "index.html", headers=HEADERS)

    async def about(self, request: web.Request) -> web.Response:
        """Says which bot this is."""
        sample = {"sample_available": self.on_sample is not None, "sampled": self.sampled}
        return web.json_response({"username": self.world.username, "title": "Kauli"} | sample)

    async def people(self, request: web.Request) -> web.Response:
        """Lists the people."""
        return web.json_response([self._person(person) for person in self.world.people.values()])

    def _person(self, person: Person) -> dict[str, Any]:
        return person.user() | {"blocked": person.blocked, "started": person.started}

    async def add_person(self, request: web.Request) -> web.Response:
        """Adds somebody."""
        said = await request.json()
        known = {key: said[key] for key in ("id", "language_code", "username", "last_name") if said.get(key)}
        return web.json_response(self._person(self.world.add_person(said["first_name"], **known)))

    async def message(self, request: web.Request) -> web.Response:
        """Lets somebody write to the bot, or send a thing."""
        person, said = self._who(request), await request.json()
        self._begin(person)
        if said.get("kind", "text") == "text":
            entities = [e for e in found_in(said["text"]) if e["type"] == "bot_command"]
            content = {"text": said["text"]} | ({"entities": entities} if entities else {})
        else:
            content = self._thing(said) | ({"caption": said["text"]} if said.get("text") else {})
        sent = self.world.new_message(person.chat(), person.user(), **content, **said.get("more", {}))
        self.world.put(message=dict(sent))
        return web.json_response(sent)

    def _thing(self, said: dict[str, Any]) -> dict[str, Any]:
        """Gives a thing as Telegram passes it on: a file that somebody sends is kept for the bot to fetch."""
        if "file" not in said:
            return dict(THINGS[said["kind"]])
        return {"document": document_of(self.world.files, (said["file"]["name"], b64decode(said["file"]["content"])))}

    def _begin(self, person: Person) -> None:
        person.started = True
        if self.api.flood:
            self.api.flood.wrote(person.id)

    async def edit(self, request: web.Request) -> web.Response:
        """Lets somebody edit what they wrote."""
        person, said = self._who(request), await request.json()
        message = self.world.chats[person.id][int(said["message_id"])]
        message.update(text=said["text"], edit_date=int(self.world.clock.now().timestamp()))
        self.world.put(edited_message=dict(message))
        self.world.change(person.id)
        return web.json_response(message)

    async def press(self, request: web.Request) -> web.Response:
        """Lets somebody press a button; with `force` also one that is not there."""
        person, said = self._who(request), await request.json()
        self._begin(person)
        message = self.world.chats[person.id].get(int(said["message_id"]))
        if message is None and said.get("force"):
            message = {"message_id": int(said["message_id"]), "chat": person.chat(), "date": 1, "text": "gone"}
        if message is None or not (said.get("force") or said["data"] in data_of(message)):
            return web.json_response({"error": "no such button"}, status=409)
        return web.json_response({"query": self.world.query(person, message, said["data"])})

    async def block(self, request: web.Request) -> web.Response:
        """Lets somebody block the bot, or let it in again."""
        person, said = self._who(request), await request.json()
        person.blocked = bool(said["blocked"])
        before, after = ("member", "kicked") if person.blocked else ("kicked", "member")
        self.world.put(
            my_chat_member={
                "chat": person.chat(),
                "from": person.user(),
                "date": int(self.world.clock.now().timestamp()),
                "old_chat_member": self._status(before),
                "new_chat_member": self._status(after),
            }
        )
        self.world.change(person.id)
        return web.json_response(self._person(person))

    def _status(self, status: str) -> dict[str, Any]:
        return {"user": self.world.bot(), "status": status} | ({"until_date": 0} if status == "kicked" else {})

    async def chat(self, request: web.Request) -> web.Response:
        """Gives somebody's chat; with `after`, once it looks different from that version."""
        person = self._who(request)
        return await self._chat(request, person.id, self._extras(person))

    def _extras(self, person: Person) -> dict[str, Any]:
        kept = self.world.commands
        language = person.language_code[:2]
        keys = ((f"chat{person.id}", ""), ("all_private_chats", language), ("all_private_chats", ""), ("default", ""))
        commands: list[dict[str, str]] = next((kept[key] for key in keys if key in kept), [])
        return {"commands": commands, "blocked": person.blocked}

    async def _chat(self, request: web.Request, number: int, extras: dict[str, Any]) -> web.Response:
        if "after" in request.query:
            after, seconds = int(request.query["after"]), float(request.query.get("timeout", "10"))
            task = asyncio.current_task()
            if task:
                task.set_name("long-chat")
            await self.world.wait_for(lambda: self.world.versions[number] > after, min(seconds, LONGEST_WAIT))
        messages = [self._shown(message) for message in self.world.chats[number].values()]
        toasts = [{"text": t["text"], "alert": t["alert"]} for t in self.world.toasts[number]]
        return web.json_response(
            {"version": self.world.versions[number], "messages": messages, "toasts": toasts} | extras
        )

    def _shown(self, message: dict[str, Any]) -> dict[str, Any]:
        photo, document = message.get("photo"), message.get("document")
        shown = {key: message[key] for key in message if key not in ("chat", "photo", "document")}
        shown["from"] = "bot" if message["from"]["is_bot"] else "person"
        shown["sender"] = message["from"]["first_name"]
        shown["edited"] = "edit_date" in message
        shown["kind"] = next((kind for kind in THINGS if kind in message), "text")
        if photo and photo[-1]["file_id"] in self.world.files:
            shown["photo"] = f"/files/{photo[-1]['file_id']}"
        if document and document["file_id"] in self.world.files:
            about = {"name": document["file_name"], "size": document["file_size"]}
            shown["document"] = {"url": f"/files/{document['file_id']}"} | about
        return shown

    async def add_group(self, request: web.Request) -> web.Response:
        """Adds a group."""
        said = await request.json()
        return web.json_response({"id": self.world.add_group(said["title"], said.get("members", []))})

    async def group_message(self, request: web.Request) -> web.Response:
        """Lets somebody write in a group."""
        said, group = await request.json(), self.world.groups[int(request.match_info["id"])]
        person = self.world.people[int(said["from"])]
        entities = [e for e in found_in(said["text"]) if e["type"] == "bot_command"]
        sent = self.world.new_message(group, person.user(), text=said["text"], entities=entities)
        self.world.put(message=dict(sent))
        return web.json_response(sent)

    async def group_chat(self, request: web.Request) -> web.Response:
        """Gives a group's chat."""
        return await self._chat(request, int(request.match_info["id"]), {})

    async def clock(self, request: web.Request) -> web.Response:
        """Tells the time."""
        return web.json_response({"now": self.world.clock.now().isoformat().replace("+00:00", "Z")})

    async def move_clock(self, request: web.Request) -> web.Response:
        """Moves the clock to a moment, or on by some seconds."""
        said = await request.json()
        now = self.world.clock.now()
        moment = datetime.fromisoformat(said["now"]).astimezone(UTC) if "now" in said else now
        moment += timedelta(seconds=float(said.get("advance", 0)))
        self.world.clock.set(moment, frozen=bool(said.get("frozen", self.world.clock.frozen is not None)))
        self.world.tell({"kind": "clock"})
        return await self.clock(request)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Streams what changes to one page."""
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await answer.prepare(request)
        await answer.write(b"retry: 500\n\n")
        events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.world.events.add(events)
        try:
            while (event := await next_event(events)).get("kind") != "end":
                line = f"data: {json.dumps(event)}\n\n" if event else ": still here\n\n"
                await answer.write(line.encode())
        except ConnectionError:
            return answer
        finally:
            self.world.events.discard(events)
        return answer

    def end_streams(self) -> None:
        """Ends every open stream, so that stopping takes no time."""
        self.world.tell({"kind": "end"})

    async def fault(self, request: web.Request) -> web.Response:
        """Lets a method fail so many times."""
        self.faults.append(Fault(**await request.json()))
        return web.json_response({})

    async def change_weather(self, request: web.Request) -> web.Response:
        """Lets faults strike at random from now on; nothing said is fair weather."""
        self.weather = Weather(**await request.json())
        return web.json_response({})

    async def arrived(self, request: web.Request) -> web.Response:
        """Says how many messages of the bot with some `words` each person has, and what the weather did to whom."""
        words, people = request.query.get("words", ""), self.world.people
        found = {person: self.world.arrived(person, words) for person in people}
        fates = {person: fate for person in people if (fate := self.weather.fate(person))}
        told = {"arrived": found, "fates": fates, "unanswered": +self.weather.unanswered, "struck": self.weather.struck}
        return web.json_response(told)

    async def list_calls(self, request: web.Request) -> web.Response:
        """Lists the calls the bot made; with `method`, of one method."""
        wanted = request.query.get("method", "").lower()
        calls = [call for call in self.calls if not wanted or call["method"].lower() == wanted]
        return web.json_response(calls, dumps=lambda said: json.dumps(said, default=repr))

    async def status(self, request: web.Request) -> web.Response:
        """Says how many updates wait for the bot; with `settled`, once none does, or after so many seconds."""
        seconds = float(request.query.get("settled", "0"))
        await self.world.wait_for(lambda: not self.world.updates, min(seconds, LONGEST_WAIT))
        return web.json_response({"pending": len(self.world.updates), "webhook": self.api.webhook.get("url", "")})

    async def sample(self, request: web.Request) -> web.Response:
        """Loads the sample union."""
        if self.on_sample is None:
            return web.json_response({"error": "no sample here"}, status=404)
        await self.on_sample()
        self.sampled = True
        return web.json_response({})

    async def file(self, request: web.Request) -> web.Response:
        """Gives a picture or a file the bot sent; a file is saved under its name and never opened by the page."""
        found = self.world.files.get(request.match_info["path"])
        if found is None:
            return web.Response(status=404)
        name, body = found
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        safety = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        if not kind.startswith("image/"):
            safety["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        return web.Response(body=body, content_type=kind, headers=safety)

    def _who(self, request: web.Request) -> Person:
        with suppress(KeyError, ValueError):
            return self.world.people[int(request.match_info["id"])]
        raise web.HTTPNotFound


def data_of(message: dict[str, Any]) -> set[str]:
    """Gives the data of a message's buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button.get("callback_data", "") for row in rows for button in row}


async def next_event(events: "asyncio.Queue[dict[str, Any]]") -> dict[str, Any]:
    """Waits for the next event; after a while gives an empty one, as a sign of life."""
    try:
        return await asyncio.wait_for(events.get(), BEAT)
    except TimeoutError:
        return {}

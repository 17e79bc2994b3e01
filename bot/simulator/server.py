"""Serves the Bot API, the control of the simulated world, and the chat page, on this machine only."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot.simulator.api import Api
from bot.simulator.control import Control
from bot.simulator.errors import ApiError
from bot.simulator.flood import Flood
from bot.simulator.state import Fault, Person, World

Hook = Callable[[], Awaitable[None]]
KEPT_CALLS = 20_000
SECRET = "X-Telegram-Bot-Api-Secret-Token"


class Simulator:
    """A Telegram of one bot. Any well-formed token is that bot's, unless one is given."""

    def __init__(
        self,
        port: int = 0,
        *,
        token: str | None = None,
        flood: bool = True,
        username: str = "kauli_demo_bot",
        on_sample: Hook | None = None,
    ) -> None:
        self._port, self._token = port, token
        self.world = World(username)
        self.api = Api(self.world, Flood() if flood else None)
        self.faults: list[Fault] = []
        self.calls: deque[dict[str, Any]] = deque(maxlen=KEPT_CALLS)
        self.control = Control(self.world, self.api, self.faults, self.calls, on_sample)
        self._runner: web.AppRunner | None = None
        self._posting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts serving. Raises OSError for a busy port."""
        app = web.Application(client_max_size=60 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path}", self._get_file)
        self.control.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._posting = asyncio.create_task(self._post_updates())

    @property
    def url(self) -> str:
        """Gives the address, which is also the Bot API's root."""
        if self._runner is None:
            raise RuntimeError("the simulator is not started")
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Ends at once, open streams and long polls too."""
        if self._posting:
            self._posting.cancel()
            with suppress(asyncio.CancelledError):
                await self._posting
        self.control.end_streams()
        if self._runner:
            for waiting in asyncio.all_tasks():
                if waiting.get_name().startswith("long-"):
                    waiting.cancel()
            await self._runner.cleanup()

    def add_person(self, first_name: str, **more: Any) -> Person:
        """Adds somebody with Telegram on their phone."""
        return self.world.add_person(first_name, **more)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        token, name = request.match_info["token"], request.match_info["method"]
        given = await parameters(request)
        note: dict[str, Any] = {"method": name, "parameters": noted(given), "at": time.monotonic(), "status": 0}
        self.calls.append(note)
        fault = self._fault(name) or self.control.weather.strike(name, given)
        if fault and (fault.delay or fault.drop == "before"):
            await asyncio.sleep(fault.delay)
        if fault and fault.drop == "before":
            return drop(request)
        body = await self._answer(token, name, given, fault)
        note["status"] = body.get("error_code", 200)
        if fault and fault.drop == "after":
            return drop(request)
        return web.json_response(body, status=note["status"])

    async def _answer(self, token: str, name: str, given: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
        try:
            if not self._known(token):
                raise ApiError(401, "Unauthorized")
            if fault and fault.status and not fault.drop and fault.status != 200:
                more = {"retry_after": fault.retry_after} if fault.retry_after else {}
                raise ApiError(fault.status, fault.description, **more)
            task = asyncio.current_task()
            if task and name.lower() == "getupdates":
                task.set_name("long-poll")
            return {"ok": True, "result": await self.api.method(name)(given)}
        except ApiError as error:
            body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
            return body | ({"parameters": error.parameters} if error.parameters else {})

    def _known(self, token: str) -> bool:
        number, _, secret = token.partition(":")
        return token == self._token if self._token else number.isdecimal() and bool(secret)

    def _fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.method.lower() in (method.lower(), "*") and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    async def _get_file(self, request: web.Request) -> web.Response:
        found = self.world.files.get(request.match_info["path"])
        if found is None or not self._known(request.match_info["token"]):
            return web.Response(status=404)
        return web.Response(body=found[1], content_type="application/octet-stream")

    async def _post_updates(self) -> None:
        """Delivers updates to the webhook in order, again until it takes them."""
        async with ClientSession(timeout=ClientTimeout(total=30)) as session:
            while True:
                await self.world.wait_for(lambda: self.api.webhook.get("url") and self.world.updates, 3600)
                if self.api.webhook.get("url") and self.world.updates:
                    await self._post_one(session, self.world.updates[0])

    async def _post_one(self, session: ClientSession, update: dict[str, Any]) -> None:
        headers = {SECRET: self.api.webhook["secret_token"]} if self.api.webhook.get("secret_token") else {}
        wait = 0.2
        try:
            async with session.post(self.api.webhook["url"], json=update, headers=headers) as answer:
                if answer.status < 300:
                    self.world.confirm(update["update_id"] + 1)
                    return
                wait = float(answer.headers.get("Retry-After", wait))
        except (ClientError, TimeoutError, OSError):
            wait = 0.5
        await asyncio.sleep(wait)


async def parameters(request: web.Request) -> dict[str, Any]:
    """Reads what a call was given: JSON, a form, files, or the address."""
    given: dict[str, Any] = {key: decoded(value) for key, value in request.query.items()}
    if request.content_type == "application/json":
        said = await request.json() if request.can_read_body else {}
        return given | (said if isinstance(said, dict) else {})
    if request.can_read_body:
        for key, value in (await request.post()).items():
            given[key] = field(value)
    attached = {f"attach://{key}": value for key, value in given.items() if isinstance(value, tuple)}
    return {key: attached.get(value, value) if isinstance(value, str) else value for key, value in given.items()}


def noted(given: dict[str, Any]) -> dict[str, Any]:
    """Gives what is remembered of a call: of a file its name and size."""
    return {key: [value[0], len(value[1])] if isinstance(value, tuple) else value for key, value in given.items()}


def field(value: "str | bytes | bytearray | web.FileField") -> Any:
    """Reads one field of a form: a file with its name, or a value."""
    return (value.filename, value.file.read()) if isinstance(value, web.FileField) else decoded(str(value))


def decoded(said: str) -> Any:
    """Reads a form's value, which may be JSON."""
    if said[:1] in "[{" or said in ("true", "false") or said.lstrip("-").isdecimal():
        with suppress(ValueError):
            return json.loads(said)
    return said


def drop(request: web.Request) -> web.StreamResponse:
    """Closes the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()

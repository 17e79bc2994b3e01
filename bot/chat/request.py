"""The HTTP client under python-telegram-bot, on aiohttp: ten times the default's throughput (telegram.md 5), and it
tells "never connected" from "sent, no answer". The token is part of the address and never appears in an error.

Moments go out as <tg-time>, which a server from before Bot API 9.5 does not know: it refuses the whole message. Then it
is sent once more with the words alone, and so is everything from then on, for as long as this process runs.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

LOG = logging.getLogger("kauli.request")
KEEPALIVE = 60
MOMENTS = re.compile(r"</?tg-time[^>]*>")
READY_MOMENTS = re.compile(MOMENTS.pattern.encode())  # within JSON too: their quotes are escaped, no < or > is
WORDED = ("text", "caption")
CONNECT, READ = 5.0, 15.0
JSON = {"Content-Type": "application/json"}


class NeverConnected(NetworkError):
    """The request never left: repeating it is safe."""


class OutcomeUnknown(TimedOut):
    """The request left and no answer came."""


@dataclass(frozen=True)
class Plain:
    """Stands for the library's RequestData where we call a method raw."""

    parameters: dict[str, Any]
    multipart_data: None = None


@dataclass(frozen=True)
class Ready:
    """A call's body as it goes out, made once for many people."""

    content: bytes
    multipart_data: None = None


class AiohttpRequest(BaseRequest):
    """One session with a pool of connections; nothing leaves while `allowed` says no."""

    def __init__(self, connections: int = 100, allowed: Callable[[], bool] = lambda: True) -> None:
        self._connections, self.allowed = connections, allowed
        self._session: aiohttp.ClientSession | None = None
        self._moments = True  # Telegram knows moments, as far as we have seen
        self._proxies: dict[tuple[str, str], str | None] = {}  # by scheme and host

    @property
    def read_timeout(self) -> float | None:
        """Gives the seconds an answer may take."""
        return READ

    async def initialize(self) -> None:
        """Opens the session."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEPALIVE)
            self._session = aiohttp.ClientSession(connector=connector)

    async def shutdown(self) -> None:
        """Closes the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: "RequestData | Plain | Ready | None" = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Makes one call and gives status and body. Raises NeverConnected or OutcomeUnknown."""
        if not self.allowed():
            raise NeverConnected("another process may be the active one")
        timeout = aiohttp.ClientTimeout(
            sock_connect=seconds(connect_timeout, CONNECT), sock_read=seconds(read_timeout, READ)
        )
        marked = self._moments and has_moments(request_data)
        status, answer = await self._call(url, method, timeout, body(request_data, moments=self._moments))
        if marked and status == 400 and b"can't parse entities" in answer:
            LOG.warning("Telegram does not know moments; from now on they go out as words")
            self._moments = False
            return await self._call(url, method, timeout, body(request_data, moments=False))
        return status, answer

    async def _call(
        self, url: str, method: str, timeout: aiohttp.ClientTimeout, content: dict[str, Any]
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("the request class was not initialised")
        try:
            async with self._session.request(method, url, timeout=timeout, proxy=self._proxy(url), **content) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NeverConnected("the server could not be reached") from None
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise OutcomeUnknown("no answer came") from None

    def _proxy(self, url: str) -> str | None:
        """Gives the proxy the environment names for a server, looked up once: aiohttp would ask it in threads for
        every call, which costs more than the call's own work."""
        try:
            parts = urlsplit(url)
        except ValueError:  # aiohttp refuses it too
            return None
        server = (parts.scheme, parts.hostname or "")
        if server not in self._proxies:
            self._proxies[server] = None if proxy_bypass(server[1]) else getproxies().get(server[0])
        return self._proxies[server]

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Reads the body. Raises a telegram error for one that is not JSON, such as a proxy's page."""
        try:
            return json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise NetworkError("the answer was not JSON") from None


async def call(bot: Bot, method: str, **given: Any) -> Any:
    """Calls a method of the Bot API and gives its raw result, without the library's types around it.

    They cost more than the call itself, and of an answer nothing is wanted but the number of a message. What is None
    is left out. Raises the library's errors.
    """
    wanted = Plain({name: value for name, value in given.items() if value is not None})
    return await bot.request.post(f"{bot.base_url}/{method}", wanted)  # type: ignore[arg-type]  # Plain stands for RequestData


def seconds(said: Any, default: float) -> float | None:
    """Gives a timeout in seconds where the caller gave one."""
    return default if said is BaseRequest.DEFAULT_NONE else said


def has_moments(data: "RequestData | Plain | Ready | None") -> bool:
    """Says whether a call shows moments in its words."""
    if isinstance(data, Ready):
        return READY_MOMENTS.search(data.content) is not None
    return data is not None and any(MOMENTS.search(str(data.parameters.get(name, ""))) for name in WORDED)


def body(data: "RequestData | Plain | Ready | None", *, moments: bool) -> dict[str, Any]:
    """Gives the body: JSON, or a form where there are files; without `moments` their words alone."""
    if data is None:
        return {}
    if isinstance(data, Ready):
        return {"data": data.content if moments else READY_MOMENTS.sub(b"", data.content), "headers": JSON}
    if not isinstance(data, RequestData) or not data.contains_files:
        return {"json": data.parameters if moments else in_words(data.parameters)}
    form = aiohttp.FormData(quote_fields=False)  # Telegram shows file names as they stand, a %20 too
    for name, value in (data.json_parameters if moments else in_words(data.json_parameters)).items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, opened(content), filename=filename, content_type=kind)
    return {"data": form}


def in_words(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the parameters of a call with moments as words; only marks of ours match, all else is escaped."""
    said = {name: MOMENTS.sub("", parameters[name]) for name in WORDED if name in parameters}
    return {**parameters, **said}


def opened(content: "bytes | IO[bytes]") -> IO[bytes]:
    """Gives a file's content as something to read from: aiohttp sends that in pieces, and warns of long bytes."""
    return BytesIO(content) if isinstance(content, bytes) else content

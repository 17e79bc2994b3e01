"""The HTTP client under python-telegram-bot, on aiohttp: ten times the default's throughput (telegram.md 5), and it
tells "never connected" from "sent, no answer". The token is part of the address and never appears in an error."""

import json
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

KEEPALIVE = 60
CONNECT, READ = 5.0, 15.0


class NeverConnected(NetworkError):
    """The request never left: repeating it is safe."""


class OutcomeUnknown(TimedOut):
    """The request left and no answer came."""


@dataclass(frozen=True)
class Plain:
    """Stands for the library's RequestData where we call a method raw."""

    parameters: dict[str, Any]
    multipart_data: None = None


class AiohttpRequest(BaseRequest):
    """One session with a pool of connections."""

    def __init__(self, connections: int = 100) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
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
        request_data: "RequestData | Plain | None" = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Makes one call and gives status and body. Raises NeverConnected or OutcomeUnknown."""
        if self._session is None:
            raise RuntimeError("the request class was not initialised")
        timeout = aiohttp.ClientTimeout(
            sock_connect=seconds(connect_timeout, CONNECT), sock_read=seconds(read_timeout, READ)
        )
        try:
            async with self._session.request(
                method, url, timeout=timeout, proxy=self._proxy(url), **body(request_data)
            ) as answer:
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


def body(data: "RequestData | Plain | None") -> dict[str, Any]:
    """Gives the body: JSON, or a form where there are files."""
    if data is None:
        return {}
    if not isinstance(data, RequestData) or not data.contains_files:
        return {"json": data.parameters}
    form = aiohttp.FormData(quote_fields=False)  # Telegram shows file names as they stand, a %20 too
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, opened(content), filename=filename, content_type=kind)
    return {"data": form}


def opened(content: "bytes | IO[bytes]") -> IO[bytes]:
    """Gives a file's content as something to read from: aiohttp sends that in pieces, and warns of long bytes."""
    return BytesIO(content) if isinstance(content, bytes) else content

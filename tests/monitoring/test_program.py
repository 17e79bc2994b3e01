"""The program as systemd runs it: watched from its start to its end, which comes in every mode and whatever hangs."""

import asyncio
import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot import app
from bot.chat import ingress
from bot.simulator import Simulator
from tests.cast import Cast
from tests.conftest import make_settings
from tests.handlers.test_webhook import SECRET, free_port
from tests.program import Environment, running

FOR_EVER = 3600


@pytest.fixture
def environment(simulator: Simulator, tmp_path: Path) -> Environment:
    """Gives the settings of a bot on SQLite that shows its health."""
    said = make_settings(simulator.url, tmp_path, None) | {"KAULI_HEALTH_LISTEN": f"127.0.0.1:{free_port()}"}
    return {name: str(value) for name, value in said.items()}


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """Listens as systemd does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.setblocking(False)
        yield line


async def until(line: socket.socket, words: str) -> None:
    """Reads what systemd is told until these words come."""
    async with asyncio.timeout(60):
        while words not in (await asyncio.get_running_loop().sock_recv(line, 999)).decode():
            pass


async def health(environment: Environment) -> tuple[int, str, list[str]]:
    """Asks how a process is."""
    url = f"http://{environment['KAULI_HEALTH_LISTEN']}/healthz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        said = await answer.json()
        return answer.status, said["state"], said["reasons"]


async def test_a_service_manager_is_told_and_health_answers_from_the_start(
    cast: Cast, environment: Environment, manager: socket.socket, tmp_path: Path
) -> None:
    await cast.fault("getMe", status=502, description="Bad Gateway", times=2)
    watched = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"}
    async with running(environment | watched, ready=False) as program:
        await program.until("Telegram cannot be reached")
        assert await health(environment) == (503, "starting", ["starting"])
        await until(manager, "READY=1\nSTATUS=active")
        await until(manager, "WATCHDOG=1")
        assert await health(environment) == (200, "active", [])
        program.told(signal.SIGTERM)
        await until(manager, "STOPPING=1")
        assert (await program.ends())[0] == 0


async def test_it_ends_while_it_starts(cast: Cast, environment: Environment) -> None:
    """Told before Telegram answered at all, as when a server is shut down right after it was started."""
    await cast.fault("getMe", delay=FOR_EVER)
    async with running(environment, ready=False) as program:
        while not await cast.calls("getMe"):
            pass
        program.told(signal.SIGTERM)
        assert await program.ends() == (0, "")


@pytest.mark.parametrize("webhook", [False, True])
async def test_it_ends_with_answers_and_requests_that_hang(cast: Cast, environment: Environment, webhook: bool) -> None:
    place = f"127.0.0.1:{free_port()}"
    hook = {"KAULI_WEBHOOK_URL": f"http://{place}/hook", "KAULI_WEBHOOK_LISTEN": place, "KAULI_WEBHOOK_SECRET": SECRET}
    async with running(environment | (hook if webhook else {})) as program:
        ana = await cast.person("Ana")
        await cast.fault("sendMessage", delay=FOR_EVER, times=9)
        await ana.says("/help")
        while not await cast.calls("sendMessage"):
            pass
        await cast.fault("getUpdates", delay=FOR_EVER, times=9)
        open_request = await half_a_request(place) if webhook else None
        program.told(signal.SIGTERM)
        code, said = await program.ends()
        if open_request:
            open_request.close()
    assert code == 0 and "Traceback" not in said


async def half_a_request(place: str) -> asyncio.StreamWriter:
    """Begins to send an update and goes silent."""
    host, port = place.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /hook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: 99\r\n\r\n"
    writer.write(head.encode() + json.dumps({"update_id": 1}).encode())
    await writer.drain()
    return writer


def test_what_an_end_may_wait_for_is_less_than_five_seconds_together() -> None:
    assert ingress.GRACE + ingress.CONFIRM + app.LOOK_OVER + app.FAREWELL < 5

"""The same bot behind a webhook."""

import socket
from pathlib import Path

import aiohttp

from bot.settings import load
from bot.simulator import Simulator
from tests.cast import Cast
from tests.conftest import make_settings, start

SECRET = "s" * 40


def free_port() -> int:
    """Finds a port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def test_updates_come_in_by_webhook(simulator: Simulator, cast: Cast, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/hook"
    more = {"KAULI_WEBHOOK_URL": url, "KAULI_WEBHOOK_LISTEN": f"127.0.0.1:{port}", "KAULI_WEBHOOK_SECRET": SECRET}
    app = await start(load(make_settings(simulator.url, tmp_path, None) | more))
    ana = await cast.person("Ana")
    await ana.says("/help")
    await ana.sees_new("What you can do here")
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json={"update_id": 1}) as answer:
            assert answer.status == 403
        async with session.get(f"http://127.0.0.1:{port}/health") as answer:
            assert (await answer.json())["ok"] is True
    await app.stop()

"""Word to the service manager: ready, alive while nothing is stuck, ending."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.monitoring.systemd import ALIVE, Manager, patience


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """Listens as systemd does."""
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(path)
        line.setblocking(False)
        yield line, path


def test_words_arrive_and_nobody_needs_to_listen(manager: tuple[socket.socket, str]) -> None:
    line, path = manager
    Manager({"NOTIFY_SOCKET": path}).tell(ALIVE)
    assert line.recv(99) == b"WATCHDOG=1"
    Manager({"NOTIFY_SOCKET": f"{path}-nobody"}).tell(ALIVE)
    Manager({"NOTIFY_SOCKET": "@kauli-nobody"}).tell(ALIVE)
    Manager({}).tell(ALIVE)
    with pytest.raises(BlockingIOError):
        line.recv(99)


def test_the_patience_is_read_where_it_is_meant_for_us() -> None:
    assert patience({"WATCHDOG_USEC": "120000000"}) == 120.0
    assert patience({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": str(os.getpid())}) == 120.0
    assert patience({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "1"}) == 0.0
    assert patience({}) == 0.0


async def heard(line: socket.socket, words: str) -> str:
    """Reads until a word comes, and gives all there was."""
    said = ""
    while words not in said:
        said += (await asyncio.get_running_loop().sock_recv(line, 999)).decode() + "\n"
    return said

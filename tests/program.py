"""The real program as a process of its own, for tests that kill it.

Importing the program takes longer than most of what these tests do with it, and there are a hundred starts. So the
standard library's fork server imports it once, and every start is a fork of that. `python -m bot` as a whole is started
by tests/briefs/test_program.py.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.conftest import ROOT

Environment = dict[str, str]
PATIENCE = 60.0
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["bot.__main__", "bot.app"])


@dataclass
class Outlet:
    """What a process writes to one of its streams."""

    reader: asyncio.StreamReader
    transport: asyncio.ReadTransport


@dataclass
class Program:
    """One process of the bot."""

    process: ForkServerProcess
    printed: Outlet
    said: Outlet

    @property
    def runs(self) -> bool:
        """Says whether it has not ended yet."""
        return self.process.exitcode is None

    async def ready(self) -> str:
        """Waits for the line that says it answers, and gives everything it said until then."""
        return await self.until("ready")

    async def until(self, words: str) -> str:
        """Waits for a line with these words, and gives everything it said until then."""
        said = ""
        while line := (await asyncio.wait_for(self.said.reader.readline(), PATIENCE)).decode():
            said += line
            if words in line:
                return said
        raise AssertionError(f"the bot ended before it said {words!r}: {said}")

    async def ends(self) -> tuple[int, str]:
        """Waits for its end and gives exit code and what it said."""
        code, _, said = await self.ends_printing()
        return code, said

    async def ends_printing(self) -> tuple[int, str, str]:
        """Waits for its end and gives exit code, what it printed and what it said."""
        both = asyncio.gather(self.printed.reader.read(), self.said.reader.read())
        printed, said = await asyncio.wait_for(both, PATIENCE)
        await self._over()
        return self.process.exitcode or 0, printed.decode(), said.decode()

    def told(self, number: signal.Signals) -> None:
        """Sends it a signal."""
        assert self.process.pid
        os.kill(self.process.pid, number)

    async def kill(self) -> None:
        """Ends it as a power cut would."""
        self.process.kill()
        await self._over()

    async def _over(self) -> None:
        await asyncio.to_thread(self.process.join, PATIENCE)
        for outlet in (self.printed, self.said):
            outlet.transport.close()


async def launch(environment: Environment, *arguments: str, typed: str = "") -> Program:
    """Starts the program with nothing but these settings, and with some words waiting on its standard input."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    folder = Path(environment.get("KAULI_DATA_DIR", "/")).parent if arguments else ROOT
    (keyboard, typing), (printed, out), (said, err) = (Pipe(duplex=False) for _ in range(3))
    given = ({**inherited, **environment}, folder, arguments or ("run",), (keyboard, out, err))
    process = FORKS.Process(target=program, args=given)
    process.start()
    os.write(typing.fileno(), typed.encode())
    for ours in (typing, keyboard, out, err):  # the process has its own
        ours.close()
    return Program(process, await outlet(printed), await outlet(said))


def program(environment: Environment, folder: Path, arguments: Sequence[str], streams: Sequence[Connection]) -> None:
    """Runs the program in the forked process, as `python -m bot` would."""
    from bot.__main__ import main

    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin = os.fdopen(0, closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.exit(main(arguments))


async def outlet(end: Connection) -> Outlet:
    """Reads a pipe from the event loop."""
    pipe = os.fdopen(os.dup(end.fileno()), "rb", 0)
    end.close()
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    return Outlet(reader, transport)


@asynccontextmanager
async def running(environment: Environment, *, ready: bool = True) -> AsyncIterator[Program]:
    """Runs the bot until the block ends, however it ends: no process outlives its test."""
    program = await launch(environment)
    try:
        if ready:
            await program.ready()
        yield program
    finally:
        if program.runs:
            await program.kill()

"""The real program as a process of its own, for tests that kill it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

Environment = dict[str, str]
PATIENCE = 60.0


@dataclass
class Program:
    """One process of the bot."""

    process: asyncio.subprocess.Process

    async def ready(self) -> str:
        """Waits for the line that says it answers, and gives everything it said until then."""
        return await self.until("ready")

    async def until(self, words: str) -> str:
        """Waits for a line with these words, and gives everything it said until then."""
        said = ""
        assert self.process.stderr
        while line := (await asyncio.wait_for(self.process.stderr.readline(), PATIENCE)).decode():
            said += line
            if words in line:
                return said
        raise AssertionError(f"the bot ended before it said {words!r}: {said}")

    async def ends(self) -> tuple[int, str]:
        """Waits for its end and gives exit code and what it said."""
        _, said = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        return self.process.returncode or 0, said.decode()

    async def kill(self) -> None:
        """Ends it as a power cut would."""
        self.process.kill()
        await self.process.wait()


async def launch(environment: Environment, *arguments: str) -> Program:
    """Starts the program with nothing but these settings."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *(arguments or ("run",)),
        env={**inherited, **environment, "PYTHONPATH": str(ROOT)},
        cwd=Path(environment.get("KAULI_DATA_DIR", "/")).parent if arguments else ROOT,
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    return Program(process)


@asynccontextmanager
async def running(environment: Environment, *, ready: bool = True) -> AsyncIterator[Program]:
    """Runs the bot until the block ends, however it ends: no process outlives its test."""
    program = await launch(environment)
    try:
        if ready:
            await program.ready()
        yield program
    finally:
        if program.process.returncode is None:
            await program.kill()

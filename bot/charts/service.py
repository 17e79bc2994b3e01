"""Has charts drawn by a process of its own: started when a picture is wanted, one picture at a time, ended when idle.

The bot's process never imports matplotlib (40 MB, half a second) and never waits for it: drawing takes 0.1 to 0.4 s of
CPU, which would hold up everybody. What was drawn is kept, the last pictures of all languages; a chart's key names all
that is on it. The process is given no environment: it needs no token, and whoever found a way into a font or picture
library would find none.
"""

import asyncio
import logging
import os
import sys
import tempfile
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

from bot.charts.chart import Chart, to_json

LOG = logging.getLogger("kauli.charts")
KEPT = 100  # pictures, of about 100 kB each
TIME_LIMIT = 20.0  # seconds for a picture, the start of the process included
IDLE = 120.0  # seconds after which the process ends
LONGEST = 10 << 20  # bytes of a picture
ROOT = Path(__file__).resolve().parent.parent.parent


class NotDrawn(Exception):
    """A chart could not be drawn; the text beside it says the same."""


class Charts:
    """Draws charts, and keeps what was drawn."""

    def __init__(self, *, time_limit: float = TIME_LIMIT, idle: float = IDLE) -> None:
        self._time_limit, self._idle = time_limit, idle
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None  # for the library's list of fonts
        self._end: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        """Says whether the drawing process is there."""
        return self._process is not None

    async def draw(self, chart: Chart) -> bytes:
        """Gives a chart as a PNG. Raises NotDrawn where it cannot be, or not in time."""
        async with self._one_at_a_time:
            key = chart.key
            if key not in self._kept:
                self._kept[key] = await self._drawn(chart)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]

    async def _drawn(self, chart: Chart) -> bytes:
        self._stay()
        try:
            async with asyncio.timeout(self._time_limit):
                picture = await self._ask_again(to_json(chart))
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            await self.close()
            raise NotDrawn(type(error).__name__) from None
        except asyncio.CancelledError:
            await self.close()  # half an answer would be taken for the next one
            raise
        self._end = asyncio.get_running_loop().call_later(self._idle, self._kill)
        if not picture:
            raise NotDrawn("the drawing process refused the chart")
        return picture

    async def _ask_again(self, document: bytes) -> bytes:
        """Asks for a picture, once more of a new process where the old one is gone."""
        if self._process is not None:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                return await self._ask(document)
            await self.close()
        return await self._ask(document)

    async def _ask(self, document: bytes) -> bytes:
        process = self._process or await self._start()
        assert process.stdin and process.stdout
        process.stdin.write(len(document).to_bytes(4, "big") + document)
        await process.stdin.drain()
        length = int.from_bytes(await process.stdout.readexactly(4), "big")
        if length > LONGEST:
            raise OSError
        return await process.stdout.readexactly(length)

    async def _start(self) -> asyncio.subprocess.Process:
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="kauli-charts-")
        environment = {"PYTHONPATH": str(ROOT), "MPLCONFIGDIR": self._folder.name, "PATH": os.defpath}
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bot.charts"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            cwd=self._folder.name,
        )
        return self._process

    def _stay(self) -> None:
        if self._end:
            self._end.cancel()
            self._end = None

    def _kill(self) -> None:
        """Ends the process when nobody has wanted a picture for a while."""
        process, self._process = self._process, None
        if process and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()

    async def close(self) -> None:
        """Ends the process; the next chart starts another one."""
        self._stay()
        process = self._process
        self._kill()
        if process:
            await process.wait()
        if self._folder:
            self._folder.cleanup()
            self._folder = None

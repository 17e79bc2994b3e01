"""The drawing process: reads one chart after the other from its input and writes each picture to its output.

Each message is its length in four bytes, then so many bytes; a picture of no bytes says that the chart could not be
drawn. It ends with its input, so that it never outlives the bot; it has no network, no keys and no data folder to know
of (bot/charts/service.py starts it with an empty environment), and works at a low priority within its own memory limit.
"""

import contextlib
import os
import resource
import struct
import sys
from typing import BinaryIO

MOST_MEMORY = 1 << 30  # bytes of address space; measured: 0.3 GB, of which 75 MB are used
NICE = 10
LENGTH = struct.Struct(">I")


def serve(charts: BinaryIO, pictures: BinaryIO) -> None:
    """Draws until the input ends."""
    from bot.charts.drawing import prepare  # only once the limits are in force

    prepare()
    while len(head := charts.read(LENGTH.size)) == LENGTH.size:
        picture = drawn(charts.read(LENGTH.unpack(head)[0]))
        pictures.write(LENGTH.pack(len(picture)) + picture)
        pictures.flush()


def drawn(document: bytes) -> bytes:
    """Draws one chart; gives no bytes where that cannot be done."""
    from bot.charts.chart import from_json  # as above
    from bot.charts.drawing import draw  # as above

    try:
        return draw(from_json(document))
    except Exception:
        return b""


def restrain() -> None:
    """Keeps this process behind the bot, on any core, and within its memory. What the system refuses is left."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    with contextlib.suppress(OSError):
        os.nice(NICE)


if __name__ == "__main__":
    restrain()
    serve(sys.stdin.buffer, sys.stdout.buffer)

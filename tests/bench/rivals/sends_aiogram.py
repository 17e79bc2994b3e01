"""A broadcast on aiogram: the loop its users know (aiogram 2, examples/broadcast_example.py), or many sends at once.

Run by `tests.bench.outgoing`: `python -m tests.bench.rivals.sends_aiogram CORE URL TOKEN FIRST MESSAGES HOW`; HOW is
"paced" (one after the other with that example's pause of 0.05 s), "loop" (without it) or "many" (WIDTH at once).
"""

import asyncio
import sys

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.bench.kit.machine import pin
from tests.bench.rivals.server import WIDTH, WORDS

PAUSE = 0.05  # seconds


async def main() -> None:
    """Sends everything and ends."""
    core, url, token, first, messages, how = sys.argv[1:7]
    pin(int(core))
    bot, room = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url))), asyncio.Semaphore(WIDTH)

    async def send(person: int) -> None:
        async with room:
            await bot.send_message(person, WORDS, parse_mode="HTML", protect_content=True)

    print("ready", file=sys.stderr, flush=True)
    people = range(int(first), int(first) + int(messages))
    if how == "many":
        await asyncio.gather(*(send(person) for person in people))
    else:
        for person in people:
            await send(person)
            await asyncio.sleep(PAUSE if how == "paced" else 0)
    await bot.session.close()


if __name__ == "__main__":
    asyncio.run(main())

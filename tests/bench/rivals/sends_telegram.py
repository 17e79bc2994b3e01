"""A broadcast on python-telegram-bot: its own rate limiter with its default client, or the client alone.

Run by `tests.bench.outgoing`: `python -m tests.bench.rivals.sends_telegram CORE URL TOKEN FIRST MESSAGES HOW`; HOW is
"paced" (AIORateLimiter as it comes: 30 a second) or "many" (no limiter, WIDTH at once).
"""

import asyncio
import sys

from telegram.ext import AIORateLimiter, ApplicationBuilder

from tests.bench.kit.machine import pin
from tests.bench.rivals.server import WIDTH, WORDS


async def main() -> None:
    """Sends everything and ends."""
    core, url, token, first, messages, how = sys.argv[1:7]
    pin(int(core))
    builder = ApplicationBuilder().token(token).base_url(f"{url}/bot").updater(None)
    application = (builder.rate_limiter(AIORateLimiter()) if how == "paced" else builder).build()
    room = asyncio.Semaphore(WIDTH)

    async def send(person: int) -> None:
        async with room:
            await application.bot.send_message(person, WORDS, parse_mode="HTML", protect_content=True)

    async with application:
        print("ready", file=sys.stderr, flush=True)
        await asyncio.gather(*(send(person) for person in range(int(first), int(first) + int(messages))))


if __name__ == "__main__":
    asyncio.run(main())

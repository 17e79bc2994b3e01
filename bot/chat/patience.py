"""Makes a call to Telegram again where that is safe: never connected, or told to wait for so many seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram.error import RetryAfter

from bot.chat.request import NeverConnected

T = TypeVar("T")
TRIES = 5
LONGEST_WAIT = 60  # seconds; Telegram's own floods end sooner


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Makes a call, again where that is safe: never connected, or told to wait for so many seconds."""
    for attempt in range(TRIES):
        try:
            return await call()
        except RetryAfter as error:
            await asyncio.sleep(min(seconds(error.retry_after), LONGEST_WAIT))
        except NeverConnected:
            await asyncio.sleep(0.2 * 2**attempt)
    return await call()


def seconds(wait: int | timedelta) -> float:
    """Reads Telegram's waiting time, which the library gives in two types."""
    return wait.total_seconds() if isinstance(wait, timedelta) else wait

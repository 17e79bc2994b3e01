"""Looks out for somebody else who takes this bot's updates, notes it with the guard, and takes the line back."""

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from telegram import Bot
from telegram.error import TelegramError

from bot.clock import Clock
from bot.guard import LOOK_EVERY, Guard, foreign

LOG = logging.getLogger("kauli.watch")
MEND = "voting and reporting pause: revoke the token at @BotFather and start with the new one"
Regain = Callable[[], Awaitable[object]]


class Watch:
    """Hears of conflicts from the poller, and looks at the webhook every few minutes."""

    def __init__(self, bot: Bot, guard: Guard, clock: Clock, url: str | None, wake: Callable[[], None]) -> None:
        self._bot, self._guard, self._clock, self._url, self._wake = bot, guard, clock, url, wake
        self._looked: datetime | None = None
        self.heard = self.tried = time.monotonic()  # when Telegram last told us of it, and was asked

    async def conflict(self) -> None:
        """Notes that Telegram named another reader, and looks at the webhook next, which may be theirs."""
        self._looked = None
        self._note(await self._clock.now())

    async def look(self, regain: Regain) -> None:
        """Looks at the webhook if it is time; one that is not ours is noted first and then replaced."""
        now = await self._clock.now()
        if self._looked and now < self._looked + LOOK_EVERY:
            return
        self.tried = time.monotonic()
        try:
            found = await self._bot.get_webhook_info()
            self._looked, self.heard = now, time.monotonic()
            if foreign(found.url, self._url):
                self._note(now)
                await regain()
        except TelegramError as error:
            LOG.warning("the webhook could not be looked at", extra={"reason": type(error).__name__})

    def _note(self, now: datetime) -> None:
        if self._guard.saw(now):
            LOG.error("somebody else may be reading what is sent to this bot", extra={"reason": MEND})
        self._wake()

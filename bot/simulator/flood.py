"""Telegram's flood limits as far as they are known (telegram.md 2.1), in real seconds."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

CHAT_BURST, CHAT_RATE = 20, 1.0  # messages at once, then one a second
GROUP_MOST, GROUP_SPAN = 20, 60.0
BULK_MOST, PAID_MOST = 30, 1000  # a second, to chats that did not write lately; the second with paid broadcasts
LATELY = 10.0


@dataclass
class Flood:
    """Counts what the bot sends and says when it must wait."""

    clock: Callable[[], float] = time.monotonic
    _buckets: dict[int, tuple[float, float]] = field(default_factory=dict)
    _groups: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _bulk: deque[float] = field(default_factory=deque)
    _wrote: dict[int, float] = field(default_factory=dict)

    def wrote(self, chat: int) -> None:
        """Notes that somebody wrote: answers to them are not bulk."""
        self._wrote[chat] = self.clock()

    def wait(self, chat: int, *, paid: bool = False) -> int:
        """Takes one message to a chat and gives 0, or the whole seconds to wait instead.

        With `paid` (allow_paid_broadcast) chats that did not write lately take 1,000 a second in all.
        """
        now = self.clock()
        if chat < 0:
            return over(self._groups[chat], now, GROUP_MOST, GROUP_SPAN)
        level, when = self._buckets.get(chat, (CHAT_BURST, now))
        level = min(CHAT_BURST, level + (now - when) * CHAT_RATE)
        if level < 1:
            return math.ceil((1 - level) / CHAT_RATE)
        if now - self._wrote.get(chat, -math.inf) > LATELY and (wait := self._bulk_wait(now, paid=paid)):
            return wait
        self._buckets[chat] = (level - 1, now)
        return 0

    def _bulk_wait(self, now: float, *, paid: bool) -> int:
        most = PAID_MOST if paid else BULK_MOST
        return over(self._bulk, now, most, 1.0)


def over(sent: deque[float], now: float, most: int, span: float) -> int:
    """Takes one of `most` in a sliding span, or gives the seconds to wait."""
    while sent and now - sent[0] >= span:
        sent.popleft()
    if len(sent) >= most:
        return max(1, math.ceil(sent[0] + span - now))
    sent.append(now)
    return 0

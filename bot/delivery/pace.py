"""The pace of the bulk lane: strict, filled, and obedient when Telegram says to wait (telegram.md 1.4, 2.1).

Seconds come in as arguments (monotonic), so that the rules can be tested without waiting.
"""

import math
from dataclasses import dataclass, field

CHAT_GAP = 1.0  # seconds between two unasked messages to one person
TOGETHER = 1.0  # refusals in several chats within this many seconds mean that the whole lane is too fast
SLOWER = 0.5
FASTER = 1.02  # per second of quiet, until the full rate is reached again


@dataclass
class Pace:
    """Gives each message of the bulk lane its moment; no second ever holds more than `rate` messages."""

    rate: float
    _next: float = 0.0
    _current: float = field(init=False)
    _eased: float = 0.0
    _chats: dict[int, float] = field(default_factory=dict)
    _refused: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._current = self.rate

    def slot(self, now: float) -> float:
        """Takes the lane's next moment, never earlier than now, and gives it."""
        self._recover(now)
        moment = max(now, self._next)
        self._next = moment + 1 / self._current
        return moment

    def chat_slot(self, chat: int, now: float, patience: float = math.inf) -> float:
        """Takes a person's next moment: one message a second, and none while Telegram asked that chat to wait.

        A moment further off than `patience` seconds is given but not taken: who asks comes back.
        """
        moment = max(now, self._chats.get(chat, 0.0))
        if moment - now > patience:
            return moment
        self._chats[chat] = moment + CHAT_GAP
        if len(self._chats) > 10_000:
            self._chats = {who: free for who, free in self._chats.items() if free > now}
        return moment

    def refused(self, chat: int, now: float, wait: float) -> None:
        """Notes a 429: that chat stops for exactly `wait` seconds; several at once stop the lane, and slow it."""
        self._chats[chat] = now + wait
        self._refused = {who: when for who, when in self._refused.items() if now - when <= TOGETHER} | {chat: now}
        if len(self._refused) > 1:
            self._next = max(self._next, now + wait)
            self._current, self._eased = max(1.0, self._current * SLOWER), now + wait
            self._refused.clear()

    def _recover(self, now: float) -> None:
        if self._current < self.rate and now > self._eased:
            self._current = min(self.rate, self._current * FASTER ** (now - self._eased))
            self._eased = now

"""The pace of the bulk lane: strict, filled, and obedient when Telegram says to wait (telegram.md 1.4, 2.1).

Seconds come in as arguments (monotonic), so that the rules can be tested without waiting.
"""

import math
from collections import deque
from dataclasses import dataclass, field

CHAT_GAP = 1.0  # seconds between two unasked messages to one person, and after an answer
GROUP_MINUTE, GROUP_MOST = 60.0, 20  # messages to one group within so many seconds (Bots FAQ)
TOGETHER = 1.0  # refusals in several chats within this many seconds mean that the whole lane is too fast
SLOWER = 0.5
FASTER = 1.02  # per second of quiet, until the full rate is reached again
SLACK = 0.02  # seconds of lateness that are made up at most, at a high rate: see `slot`
KNOWN = 10_000  # chats whose next moment is remembered


@dataclass
class Pace:
    """Gives each message of the bulk lane its moment.

    Moments lie 1/rate apart whenever the one before was taken, so that a late wake-up does not move those behind it. Of
    a longer pause nothing is made up, but for 20 ms at more than 50 a second, where every wake-up would count. So no
    second holds more than `rate` messages and one (or those 2 %).
    """

    rate: float
    _next: float = 0.0
    _current: float = field(init=False)
    _eased: float = 0.0
    _chats: dict[int, float] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _refused: dict[int, float] = field(default_factory=dict)
    _stopped: float = 0.0

    def __post_init__(self) -> None:
        self._current = self.rate

    def slot(self, now: float) -> float:
        """Takes the lane's next moment and gives it; one that has passed is taken at once."""
        self._recover(now)
        step = 1 / self._current
        late = SLACK if step < SLACK else 0.0
        moment = max(now - late, self._next, self._stopped)
        self._next = moment + step
        return max(now, moment)

    def is_stopped(self, now: float) -> bool:
        """Says whether the lane must be still: Telegram refused in several chats at once."""
        return now < self._stopped

    def chat_slot(self, chat: int, now: float, patience: float = math.inf) -> float:
        """Takes a person's next moment: one message a second, and none while Telegram asked that chat to wait.

        A moment further off than `patience` seconds is given but not taken: who asks comes back.
        """
        moment = max(now, self._chats.get(chat, 0.0))
        if moment - now <= patience:
            self._note(chat, moment + CHAT_GAP, now)
        return moment

    def answered(self, chat: int, now: float) -> None:
        """Notes that an answer went to a person: what goes unasked keeps its distance to that too."""
        self._note(chat, max(now + CHAT_GAP, self._chats.get(chat, 0.0)), now)

    def group_slot(self, chat: int, now: float) -> bool:
        """Says whether a group may get one more message, and counts it: 20 in any minute."""
        recent = self._groups.setdefault(chat, deque())
        while recent and recent[0] <= now - GROUP_MINUTE:
            recent.popleft()
        if len(recent) >= GROUP_MOST:
            return False
        recent.append(now)
        if len(self._groups) > KNOWN:
            self._groups = {who: times for who, times in self._groups.items() if times[-1] > now - GROUP_MINUTE}
        return True

    def refused(self, chat: int, now: float, wait: float) -> None:
        """Notes a 429: that chat stops for exactly `wait` seconds; several at once stop the lane, and slow it."""
        self._chats[chat] = now + wait
        self._refused = {who: when for who, when in self._refused.items() if now - when <= TOGETHER} | {chat: now}
        if len(self._refused) > 1:
            self._stopped = max(self._stopped, now + wait)
            self._current, self._eased = max(1.0, self._current * SLOWER), now + wait
            self._refused.clear()

    def _note(self, chat: int, free: float, now: float) -> None:
        self._chats[chat] = free
        if len(self._chats) > KNOWN:
            self._chats = {who: when for who, when in self._chats.items() if when > now}

    def _recover(self, now: float) -> None:
        if self._current < self.rate and now > self._eased:
            self._current = min(self.rate, self._current * FASTER ** (now - self._eased))
            self._eased = now

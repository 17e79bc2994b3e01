"""Bad weather between a bot and Telegram: faults that strike calls at random, the same ones for the same seed."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.state import Fault

FATES = (  # telegram.md 2.3: what Telegram says of people whom a bot can reach no more, or never could
    "Forbidden: bot was blocked by the user",
    "Forbidden: user is deactivated",
    "Forbidden: bot can't initiate conversation with a user",
)
KINDS = ("flooded", "broken", "before", "after", "slow")
CODES = ((500, "Internal Server Error"), (502, "Bad Gateway"), (504, "Gateway Timeout"))


@dataclass
class Weather:
    """Strikes calls to people: each kind is the share of calls that it hits.

    `refused` is the share of people, not of calls: whoever blocked the bot stays so. `flooded` calls get a 429 with
    one to `retry_after` seconds, `broken` ones a 5xx; the connection is reset `before` or `after` a call is handled;
    `slow` ones are answered up to `delay` seconds late.
    """

    seed: int = 0
    refused: float = 0.0
    flooded: float = 0.0
    broken: float = 0.0
    before: float = 0.0
    after: float = 0.0
    slow: float = 0.0
    retry_after: int = 3
    delay: float = 2.0
    unanswered: Counter[int] = field(init=False, default_factory=Counter)  # by chat: handled, and the bot was not told
    struck: Counter[str] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def fate(self, chat: int) -> str | None:
        """Gives what Telegram says of somebody who cannot be reached, for good, or None."""
        chance = random.Random(f"{self.seed} {chat}")
        return chance.choice(FATES) if chance.random() < self.refused else None

    def strike(self, method: str, given: Mapping[str, Any]) -> Fault | None:
        """Gives the fault that hits this call, if one does; only what sends something to a person is hit."""
        if not method.lower().startswith("send") or not str(given.get("chat_id", "")).isdecimal():
            return None
        chat = int(given["chat_id"])
        if said := self.fate(chat):
            self.struck["refused"] += 1
            return Fault(method, 403, said)
        kind = self._kind()
        if kind:
            self.struck[kind] += 1
        if kind == "after":
            self.unanswered[chat] += 1
        return self._fault(method, kind)

    def _kind(self) -> str | None:
        left = self._chance.random()
        for kind in KINDS:
            left -= getattr(self, kind)
            if left < 0:
                return kind
        return None

    def _fault(self, method: str, kind: str | None) -> Fault | None:
        if kind == "flooded":
            wait = self._chance.randint(1, self.retry_after)
            return Fault(method, 429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        if kind == "broken":
            return Fault(method, *self._chance.choice(CODES))
        if kind == "slow":
            return Fault(method, 200, delay=self._chance.uniform(0, self.delay))
        return Fault(method, drop=kind) if kind else None

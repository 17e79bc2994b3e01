"""Sealed conversations: they live here, in memory, fifteen minutes, and are never written down."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.store import new_revision
from bot.dialogue import Step

LIFE = timedelta(minutes=15)
MARK = "~"  # in front of a sealed revision, so that after a restart we can say that nothing was kept


@dataclass(frozen=True)
class Held:
    """A sealed question in memory."""

    step: Step
    revision: str
    update_id: int
    ends: datetime


class Desk:
    """Every sealed conversation of this process."""

    def __init__(self) -> None:
        self._held: dict[int, Held] = {}
        self._ended: dict[int, tuple[str, datetime]] = {}

    def get(self, telegram_id: int, now: datetime) -> Held | None:
        """Gives the sealed question somebody is at, or None when there is none or its time is over."""
        held = self._held.get(telegram_id)
        return held if held and held.ends > now else None

    def put(self, telegram_id: int, step: Step, update_id: int, now: datetime) -> str:
        """Holds a sealed question and gives the revision of its buttons."""
        revision = MARK + new_revision()
        self._held[telegram_id] = Held(step, revision, update_id, min(now + LIFE, step.ends() or now + LIFE))
        return revision

    def end(self, telegram_id: int, now: datetime) -> None:
        """Forgets a sealed conversation; for a while a second tap on its last button is known to mean nothing."""
        held = self._held.pop(telegram_id, None)
        if held:
            self._ended[telegram_id] = (held.revision, now + LIFE)

    def ended_with(self, telegram_id: int, revision: str) -> bool:
        """Says whether this revision is the one somebody's sealed conversation just ended with."""
        return self._ended.get(telegram_id, ("", None))[0] == revision

    def sweep(self, now: datetime) -> None:
        """Forgets what is over."""
        self._held = {who: held for who, held in self._held.items() if held.ends > now}
        self._ended = {who: end for who, end in self._ended.items() if end[1] > now}

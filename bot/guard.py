"""Decides when voting and reporting pause because somebody else may be reading what is sent to this bot."""

from dataclasses import dataclass
from datetime import datetime, timedelta

PAUSE = timedelta(minutes=10)  # after the last sighting of a foreign reader
LOOK_EVERY = timedelta(minutes=3)  # between two looks at the webhook


@dataclass
class Guard:
    """When a foreign reader was last seen, and under which name the organizers were told.

    Both are kept in the people store too (bot/jobs/alarm.py), so that a process that ends during a pause leaves it to
    its successor: the moment is the stranger's, never that of a member's act.
    """

    seen: datetime | None = None
    told: str = ""

    def saw(self, now: datetime) -> bool:
        """Notes a sighting; says whether a pause begins with it."""
        begins = self.seen is None
        self.seen = now if self.seen is None else max(self.seen, now)
        return begins

    def paused(self, now: datetime) -> bool:
        """Says whether nothing may be taken in now."""
        return self.seen is not None and now < self.seen + PAUSE

    def end(self, seen: datetime) -> None:
        """Ends the pause that stands on this sighting; a later one, met meanwhile, begins a pause of its own."""
        self.told = ""
        if self.seen == seen:
            self.seen = None


def foreign(url: str, ours: str | None) -> bool:
    """Says whether a webhook is somebody else's: any, where this bot polls; any but its own, or none, otherwise.

    An empty one beside ours reads along as well: who removed our webhook polls.
    """
    return url != (ours or "")

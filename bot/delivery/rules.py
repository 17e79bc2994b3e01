"""What stands in the outbox: one notice per person and edition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Lane = Literal["notice", "ballot", "digest"]
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)  # due so long ago that no row tells when its cause happened


@dataclass(frozen=True)
class Notice:
    """Something to send to one person: its edition (one cause of sends), kind and values. Texts come at sending."""

    edition: str
    telegram_id: int
    kind: str
    values: Mapping[str, str]
    lane: Lane
    due: datetime


def to_everybody(
    edition: str, people: Iterable[int], kind: str, values: Mapping[str, str], lane: Lane, due: datetime
) -> list[Notice]:
    """Gives one notice per person of an edition."""
    return [Notice(edition, telegram_id, kind, values, lane, due) for telegram_id in people]


def one(edition: str, telegram_id: int, kind: str) -> Notice:
    """Gives a notice to one person alone, in an edition of its own."""
    return Notice(edition, telegram_id, kind, {}, "notice", AT_ONCE)


class Blocked(Exception):
    """The person cannot be written to: `reason` is blocked, deactivated or never_started."""

    def __init__(self, reason: Literal["blocked", "deactivated", "never_started"]) -> None:
        super().__init__(reason)
        self.reason = reason


class RetryLater(Exception):
    """Telegram wants us to wait so many seconds (429)."""

    def __init__(self, seconds: float) -> None:
        super().__init__("retry later")
        self.seconds = seconds


class NotYet(Exception):
    """The letter is wanted but must not go out before something else is done; it waits in the outbox."""


class NotSent(Exception):
    """The request never left: repeating it is safe."""


class Unknown(Exception):
    """The request left and no answer came: it may or may not have arrived."""


class Refused(Exception):
    """Telegram refused the message itself: a fault of ours that repeating does not mend."""

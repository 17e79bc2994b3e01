"""What stands in the outbox: one notice per person and edition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from bot.dialogue import Screen
from bot.members.rules import Member

Lane = Literal["notice", "ballot", "digest"]
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)  # due so long ago that no row tells when its cause happened

FEWEST = 10  # people whom a figure about a send must concern
# Why somebody got nothing, as it may be shown from ten people on.
NOT_SENT = ("unreachable:blocked", "unreachable:deactivated", "unreachable:never_started", "failed", "cancelled")


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


def one(edition: str, telegram_id: int, kind: str, **values: str) -> Notice:
    """Gives a notice to one person alone, in an edition of its own."""
    return Notice(edition, telegram_id, kind, values, "notice", AT_ONCE)


@dataclass(frozen=True)
class Letter:
    """A screen and its reader."""

    screen: Screen
    member: Member


@dataclass(frozen=True)
class Progress:
    """What may be shown of a send: whether it goes on, the share that is done in percent, and why some got nothing.

    The share is None under ten people, and a reason stands here only from ten, floored to tens: less would tell who
    blocked the bot (anonymity.md, "Who may take part"). `minutes` is what the rest takes at the set pace.
    """

    moving: bool
    share: int | None
    reasons: tuple[tuple[str, int], ...] = ()
    minutes: int = 0


def progress_of(waiting: int, totals: Mapping[str, int], rate: float) -> Progress:
    """Gives what may be shown of a send, from what waits, the totals by outcome and reason, and messages a second."""
    done = sum(totals.values())
    if waiting + done < FEWEST:
        return Progress(waiting > 0, None)
    reasons = ((name, known_as(name, totals) // 10 * 10) for name in NOT_SENT)
    share = 100 * done // (waiting + done)
    shown = tuple((name, size) for name, size in reasons if size >= FEWEST)
    return Progress(waiting > 0, share, shown, minutes_for(waiting, rate))


def known_as(name: str, totals: Mapping[str, int]) -> int:
    """Adds up the totals under a name: an outcome with all its reasons, or one reason of it."""
    return sum(count for one, count in totals.items() if one == name or one.startswith(f"{name}:"))


def minutes_for(people: int, rate: float) -> int:
    """Gives the full minutes that a send to so many takes at so many messages a second, one at least."""
    return max(1, -(-people // max(1, int(rate * 60))))


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
    """The letter is wanted but must not go out now; it waits in the outbox, until a moment (UTC) where one is known."""

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__("not yet")
        self.until = until


class NotSent(Exception):
    """The request never left: repeating it is safe."""


class Unknown(Exception):
    """The request left and no answer came: it may or may not have arrived."""


class Refused(Exception):
    """Telegram refused the message itself: a fault of ours that repeating does not mend."""

"""Judges whether the program is well, from signs that say nothing about anybody.

Ages come in as seconds. What goes out is coarser: an age of the last getUpdates to the second would show when a message
came, since Telegram ends a long poll early then.
"""

from dataclasses import dataclass
from typing import Literal

State = Literal["starting", "standby", "active", "stopping"]
Reason = Literal["starting", "stopping", "updates", "storage", "sender", "ticker"]
REASONS: tuple[Reason, ...] = ("updates", "storage", "sender", "ticker")

UPDATES_LATE = 120.0  # seconds without a getUpdates that succeeded; one may last 25, and a pause after a fault 60
WEBHOOK_LATE = 600.0  # the same where we only ask, every three minutes, where Telegram delivers
TICKER_LATE = 300.0  # seconds without a look for due work that ended well; there is one every five
STUCK = 900.0  # seconds without any attempt, well or not: only a new start helps


@dataclass(frozen=True)
class Signs:
    """What is known of this process at one moment, ages in seconds."""

    state: State
    webhook: bool = False
    heard: float = 0.0  # since Telegram last answered the question for updates, or for its webhook
    tried: float = 0.0  # since that was last asked
    looked: float = 0.0  # since a look for due work ended well
    turned: float = 0.0  # since one ended at all
    sending: bool = True
    storage: bool = True
    paused: bool = False  # voting and reporting pause, since somebody else may read along


@dataclass(frozen=True)
class Verdict:
    """What is said to whoever asks: every reason has one word that a machine can read."""

    state: State
    reasons: tuple[Reason, ...]
    minutes: int  # since Telegram was last heard, whole ones
    paused: bool

    @property
    def well(self) -> bool:
        """Says whether nothing has to be done; a standby that waits is well."""
        return not self.reasons


def judge(signs: Signs) -> Verdict:
    """Judges the signs."""
    return Verdict(signs.state, reasons(signs), int(signs.heard // 60), signs.paused)


def reasons(signs: Signs) -> tuple[Reason, ...]:
    """Lists what is not well."""
    if signs.state == "starting" or signs.state == "stopping":
        return (signs.state,)
    if signs.state == "standby":
        return ()
    failing = {
        "updates": signs.heard > (WEBHOOK_LATE if signs.webhook else UPDATES_LATE),
        "storage": not signs.storage,
        "sender": not signs.sending,
        "ticker": signs.looked > TICKER_LATE,
    }
    return tuple(reason for reason in REASONS if failing[reason])


def is_stuck(signs: Signs) -> bool:
    """Says whether only a new start helps: something waits for ever, or ended.

    A Telegram out of reach or a full disk is no reason: a new start would mend neither, and would lose the votes that
    wait to be sealed.
    """
    return signs.state == "active" and (signs.tried > STUCK or signs.turned > STUCK or not signs.sending)

"""What waits until a member's quiet hours are over, and what does not."""

from datetime import datetime

from bot.delivery.rules import Notice
from bot.digests.schedule import quiet_until
from bot.members.rules import Member
from bot.turn import Stores


async def waits_until(stores: Stores, member: Member, notice: Notice, now: datetime) -> datetime | None:
    """Gives the moment until which a letter waits, or None where it goes now.

    Answers to somebody's own act never wait, nor does a digest at an hour that lies in the quiet ones because its
    reader chose it, nor what is about a ballot that closes before they end.
    """
    end = quiet_until(member.wish.quiet, member.zone, now)
    if end is None or notice.lane == "notice" or chose_this_hour(member, notice):
        return None
    ballot = await stores.ballots.get(notice.values["ballot"]) if "ballot" in notice.values else None
    return None if ballot and ballot.state == "open" and ballot.closes_at <= end else end


def chose_this_hour(member: Member, notice: Notice) -> bool:
    """Says whether this is a digest that its reader wants in the night."""
    if notice.kind != "digest" or notice.values:
        return False
    return quiet_until(member.wish.quiet, member.zone, notice.due) is not None

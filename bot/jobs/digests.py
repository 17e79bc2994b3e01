"""Queues the digest of every member whose chosen hour has come, each at most once a day."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.delivery.rules import Notice
from bot.digests.schedule import Delivery, latest_occurrence
from bot.members.rules import Member, reachable
from bot.turn import Office, Stores

WATERMARK = "digests.through"  # up to when every occurrence is queued
MARK_EVERY = timedelta(hours=1)
ENDED_FOR = 14  # days for which ended editions are looked for
CATCH_UP = timedelta(days=8)  # after a longer silence the last week's digest is enough


async def queue_digests(office: Office) -> None:
    """Queues what fell due since the last time; the mark moves in the same transaction, so none is lost or doubled."""
    now = await office.clock.now()
    minute = now.replace(second=0, microsecond=0)
    if office.looked_for_digests == minute:  # reading every member's wish once a minute is enough
        return
    async with office.reading() as stores:
        if not due(await stores.members.all(), await since(stores, now), now) and not await stale(stores, now):
            office.looked_for_digests = minute
            return
    async with office.writing() as stores:
        await tidy(stores, now)
        await stores.outbox.add(due(await stores.members.all(), await since(stores, now), now))
        await stores.instance.put(WATERMARK, now.isoformat())


async def tidy(stores: Stores, now: datetime) -> None:
    """Ends editions that nobody can be owed any more: their keyed sets against repeats go."""
    days = range(CATCH_UP.days + 1, CATCH_UP.days + ENDED_FOR)
    for name in [edition((now - timedelta(days=day)).date()) for day in days]:
        await stores.outbox.end(name)
    for ballot in await stores.ballots.having("closed"):
        if ballot.closes_at + CATCH_UP < now:
            await stores.outbox.end(f"closed-{ballot.id}")
            await stores.outbox.end(f"opened-{ballot.id}")
            for reminder in range(1, ballot.reminders + 1):
                await stores.outbox.end(f"reminder-{ballot.id}-{reminder}")
            await stores.outbox.end(f"signing-{ballot.id}")
            for move in range(1, ballot.moves + 1):
                await stores.outbox.end(f"moved-{ballot.id}-{move}")


def edition(day: date) -> str:
    """Names the edition of a local date, so that one day has one digest."""
    return f"digest-{day.isoformat()}"


async def since(stores: Stores, now: datetime) -> datetime:
    """Gives the moment up to which everything is queued; after a long silence, a week and a day ago."""
    mark = await stores.instance.get(WATERMARK)
    return max(datetime.fromisoformat(mark), now - CATCH_UP) if mark else now


async def stale(stores: Stores, now: datetime) -> bool:
    """Says whether the mark is missing or an hour old: it is not moved at every tick, to spare the disk."""
    mark = await stores.instance.get(WATERMARK)
    return mark is None or datetime.fromisoformat(mark) < now - MARK_EVERY


def due(members: Iterable[Member], since: datetime, until: datetime) -> list[Notice]:
    """Gives a notice for every member whose digest fell due in (since, until]."""
    return [notice for member in members if (notice := due_for(member, since, until))]


def due_for(member: Member, since: datetime, until: datetime) -> Notice | None:
    """Gives the digest one member is owed, or None."""
    if not reachable(member) or not member.wish.on:
        return None
    occurrence = latest_occurrence(Delivery(member.wish.weekday, member.wish.hour), member.zone, since, until)
    if occurrence is None:
        return None
    return Notice(edition(occurrence.date), member.telegram_id, "digest", {}, "digest", occurrence.instant)

"""Queues the digest of every member whose chosen hour has come, each at most once a day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from bot.delivery.rules import Notice
from bot.digests.schedule import LOOK, Occurrence, latest_occurrence
from bot.members.rules import Member, Wish, reachable
from bot.turn import Office, Stores

WATERMARK = "digests.through"  # up to when every occurrence is queued
ENDED_FOR = 50  # days for which ended editions are looked for
KEPT = timedelta(days=8)  # how long the keyed set against repeats of a ballot or a digest is kept
SILENCE = timedelta(days=40)  # after a longer one nothing is made up, not even of one who wants a digest a month


async def queue_digests(office: Office) -> None:
    """Queues what fell due since the last time, a thousand members after another; then the mark moves.

    Killed in between it queues again what is queued already, which changes nothing: an edition has each person once.
    Digests fall due at quarters of an hour only, so nobody's wish is read in between.
    """
    now = await office.clock.now()
    quarter = now - (now - datetime.min.replace(tzinfo=UTC)) % LOOK
    if office.looked_for_digests == quarter:
        return
    async with office.reading() as stores:
        mark = await since(stores, now)
    async for members in office.everybody():
        if notices := due(members, mark, now):
            async with office.writing() as stores:
                await stores.outbox.add(notices)
    async with office.writing() as stores:
        await tidy(stores, now)
        await stores.instance.put(WATERMARK, now.isoformat())
    office.looked_for_digests = quarter


async def tidy(stores: Stores, now: datetime) -> None:
    """Ends editions that nobody can be owed any more: their keyed sets against repeats go."""
    days = range(KEPT.days + 1, KEPT.days + ENDED_FOR)
    for name in [edition((now - timedelta(days=day)).date()) for day in days]:
        await stores.outbox.end(name)
    for ballot in await stores.ballots.having("closed"):
        if ballot.closes_at + KEPT < now:
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
    """Gives the moment up to which everything is queued; after a long silence, forty days ago."""
    mark = await stores.instance.get(WATERMARK)
    return max(datetime.fromisoformat(mark), now - SILENCE) if mark else now


def due(members: Iterable[Member], since: datetime, until: datetime) -> list[Notice]:
    """Gives a notice for every member whose digest fell due in (since, until]; who wishes alike is reckoned once."""
    known: dict[tuple[Wish, str], Occurrence | None] = {}
    found = []
    for member in members:
        if reachable(member) and member.wish.on:
            place = (member.wish, member.zone)
            if place not in known:
                known[place] = latest_occurrence(*place, since, until)
            if occurrence := known[place]:
                notice = Notice(
                    edition(occurrence.date), member.telegram_id, "digest", {}, "digest", occurrence.instant
                )
                found.append(notice)
    return found

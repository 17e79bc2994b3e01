"""Tells the organizers that voting and reporting pause, and that they go on."""

import secrets
from dataclasses import replace
from datetime import datetime

from bot.ballots.rules import prolonged
from bot.delivery.rules import AT_ONCE, to_everybody
from bot.turn import Office, Stores

PAUSE = "guard.pause"  # the fact under which a running pause is kept: last sighting, and the name of its letters


async def resume_pause(office: Office) -> None:
    """Goes on with a pause in which the last process ended; comes before the first update is taken."""
    async with office.reading() as stores:
        said = await stores.instance.get(PAUSE)
    if said:
        seen, told = said.split(" ")
        office.guard.seen, office.guard.told = datetime.fromisoformat(seen), told


async def sound_alarm(office: Office) -> None:
    """Tells of a pause once when it began and once when it is over, and gives running ballots time back.

    Comes before ballots are closed, so that none closes between the end of a pause and its prolongation.
    """
    guard, now, seen = office.guard, await office.clock.now(), office.guard.seen
    if seen is None:
        return
    await keep_pause(office, seen)
    if not guard.paused(now):
        async with office.writing() as stores:
            await tell(stores, office, f"over-{guard.told}", "alarm.over")
            await give_time_back(stores, now)
            await stores.instance.remove(PAUSE)
        guard.end(seen)


async def keep_pause(office: Office, seen: datetime) -> None:
    """Writes a pause down as it stands; the first time in one transaction with what organizers are told of it."""
    begins = not office.guard.told
    name = office.guard.told or secrets.token_hex(4)
    standing = f"{seen.isoformat()} {name}"
    async with office.reading() as stores:
        if await stores.instance.get(PAUSE) == standing:
            return
    async with office.writing() as stores:
        await stores.instance.put(PAUSE, standing)
        if begins:
            await tell(stores, office, f"paused-{name}", "alarm.paused")
    office.guard.told = name


async def give_time_back(stores: Stores, now: datetime) -> None:
    """Prolongs what would close too soon after a pause; the ballot itself says why, to everybody alike."""
    for ballot in await stores.ballots.having("open"):
        if (longer := prolonged(ballot, now)) != ballot:
            await stores.ballots.change(replace(longer, paused=True))


async def tell(stores: Stores, office: Office, edition: str, kind: str) -> None:
    """Writes to every organizer."""
    now = await office.clock.now()
    people = [organizer.telegram_id for organizer in await stores.members.organizers(now.date())]
    await stores.outbox.add(to_everybody(edition, people, kind, {}, "notice", AT_ONCE))

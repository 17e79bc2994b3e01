"""Tells the organizers that voting and reporting pause, and that they go on."""

import secrets

from bot.ballots.rules import prolonged
from bot.delivery.rules import AT_ONCE, to_everybody
from bot.turn import Office, Stores


async def sound_alarm(office: Office) -> None:
    """Tells of a pause once when it began and once when it is over, and gives running ballots time back.

    Comes before ballots are closed, so that none closes between the end of a pause and its prolongation.
    """
    guard, now, seen = office.guard, await office.clock.now(), office.guard.seen
    if seen is None:
        return
    if not guard.told:
        name = secrets.token_hex(4)
        async with office.writing() as stores:
            await tell(stores, office, f"paused-{name}", "alarm.paused")
        guard.told = name
    if not guard.paused(now):
        async with office.writing() as stores:
            await tell(stores, office, f"over-{guard.told}", "alarm.over")
            for ballot in await stores.ballots.having("open"):
                if prolonged(ballot, now) != ballot:
                    await stores.ballots.change(prolonged(ballot, now))
        guard.end(seen)


async def tell(stores: Stores, office: Office, edition: str, kind: str) -> None:
    """Writes to every organizer."""
    now = await office.clock.now()
    people = [organizer.telegram_id for organizer in await stores.members.organizers(now.date())]
    await stores.outbox.add(to_everybody(edition, people, kind, {}, "notice", AT_ONCE))

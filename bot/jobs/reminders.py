"""Reminds electorates of running ballots: the same words to everybody in it, whether or not they voted.

No list of who has not voted exists, here or anywhere: a reminder goes to the whole electorate. Only the open wish "no
reminders of this ballot", which is offered to all and says nothing of having voted, takes anyone out.
"""

from dataclasses import replace

from bot.ballots.reminders import due
from bot.ballots.rules import Ballot
from bot.delivery.rules import AT_ONCE, to_everybody
from bot.members.rules import reachable
from bot.turn import Office


async def remind(office: Office) -> None:
    """Queues the reminders that fell due; the ballot remembers how many went out, in the same transaction."""
    now = await office.clock.now()
    if office.guard.paused(now):
        return
    async with office.reading() as stores:
        running = await stores.ballots.having("open")
    for ballot in running:
        number = due(ballot, now)
        if number > ballot.reminders and office.box.is_open(ballot.id):
            await remind_of(office, ballot, number)


async def remind_of(office: Office, ballot: Ballot, number: int) -> None:
    """Queues one reminder for the electorate; of two that fell due together, after a long silence, only the last."""
    async with office.reading() as stores:
        members = await stores.members.all()
    ids = [one.telegram_id for one in members if reachable(one) and ballot.id not in one.muted]
    people = await office.box.taking_part(ballot.id, ids)
    edition, values = f"reminder-{ballot.id}-{number}", {"ballot": ballot.id}
    async with office.writing() as stores:
        current = await stores.ballots.hold(ballot.id)
        if current and due(current, await office.clock.now()) == number > current.reminders:
            await stores.outbox.add(to_everybody(edition, people, "ballot.reminder", values, "ballot", AT_ONCE))
            await stores.ballots.change(replace(current, reminders=number))

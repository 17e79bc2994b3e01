"""Opens and closes ballots. Every step can be repeated: a crash in between is finished by the next tick."""

from dataclasses import replace
from functools import partial

from bot.ballots.rules import Ballot, electorate, read_outcome, write_board
from bot.delivery.rules import AT_ONCE, Notice, to_everybody
from bot.jobs.recover import spare_the_counted
from bot.members.rules import reachable
from bot.turn import Office


async def open_ballots(office: Office) -> None:
    """Freezes the electorate of each new ballot in the box, then opens it and tells everybody in it."""
    async with office.reading() as stores:
        waiting = await stores.ballots.having("opening")
    for ballot in waiting:
        await open_ballot(office, ballot)


async def open_ballot(office: Office, ballot: Ballot) -> None:
    """Opens one ballot: the box first, harmless when repeated, then the ballot and its notices in one transaction."""
    now = await office.clock.now()
    async with office.reading() as stores:
        voters = electorate(await stores.members.all(), ballot.country, now)
    box, ids = office.box, [voter.telegram_id for voter in voters if reachable(voter)]
    size = await box.open(ballot.id, [voter.telegram_id for voter in voters])
    people = await box.taking_part(ballot.id, ids)
    opened = replace(ballot, state="open", electorate=size, commitment=await box.commitment(ballot.id))
    async with office.writing() as stores:
        await stores.ballots.change(opened)
        await stores.outbox.add(notices("opened", ballot, people))


async def close_ballots(office: Office) -> None:
    """Counts every ballot whose time is over and tells everybody the outcome."""
    now = await office.clock.now()
    async with office.reading() as stores:
        running = await stores.ballots.having("open")
    for ballot in running:
        if ballot.closes_at <= now:
            await close_ballot(office, ballot)


async def close_ballot(office: Office, ballot: Ballot) -> None:
    """Closes one ballot: the board is written and the box emptied in one go, then the outcome is kept and sent."""
    if office.box.is_open(ballot.id):
        await spare_the_counted(office, ballot.id)
    document = await office.box.close(ballot.id, partial(write_board, number_of_options=ballot.options()))
    closed = replace(ballot, state="closed", outcome=read_outcome(document))
    async with office.writing() as stores:
        await stores.ballots.change(closed)
        people = [member.telegram_id for member in await stores.members.all() if reachable(member)]
        await stores.outbox.cancel(f"opened-{ballot.id}")
        await stores.outbox.add(notices("closed", ballot, people))


def notices(what: str, ballot: Ballot, people: list[int]) -> list[Notice]:
    """Gives the notices that a ballot opened or closed, one per person."""
    edition = f"{what}-{ballot.id}"
    return to_everybody(edition, people, f"ballot.{what}", {"ballot": ballot.id}, "ballot", AT_ONCE)

"""Opens and closes ballots. Every step can be repeated: a crash in between is finished by the next tick."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.ballots.board import freeze, in_short, kept_board, read_outcome, with_words
from bot.ballots.electorates import Whom, audience, electorate, groups, keep_apart, keep_divided
from bot.ballots.log import KEY as LOG
from bot.ballots.log import leaf_of
from bot.ballots.moments import due, on_time
from bot.ballots.rules import Ballot
from bot.ballots.setting import keep_quiet
from bot.delivery.rules import AT_ONCE, Notice, to_everybody
from bot.jobs.petitions import ask_for_names
from bot.jobs.prolong import prolong
from bot.jobs.recover import spare_the_counted
from bot.members.rules import Member, reachable
from bot.texts import Refusal
from bot.turn import Office, Stores


async def open_ballots(office: Office) -> None:
    """Freezes the electorate of each ballot whose hour has come in the box, then opens it and tells everybody in it."""
    async with office.reading() as stores:
        waiting = await stores.ballots.having("opening")
    now = await office.clock.now() if waiting else None
    for ballot in waiting:
        if now and due(ballot, now):
            await open_ballot(office, ballot)


async def open_ballot(office: Office, ballot: Ballot) -> None:
    """Opens one ballot: the box first, harmless when repeated, then the ballot and its notices in one transaction."""
    now = await office.clock.now()
    async with office.reading() as stores:
        everybody, put = await stores.members.all(), await stores.ballots.having("open", "closed")
    try:
        voters = electorate_of(office, ballot, everybody, put, now)
    except Refusal:
        await give_up(office, ballot, now)
        return
    box, ids = office.box, [voter.telegram_id for voter in voters if reachable(voter)]
    size = await box.open(ballot.id, [voter.telegram_id for voter in voters])
    people = await box.taking_part(ballot.id, ids)
    commitment = await box.commitment(ballot.id)
    parts = groups(voters, ballot.rules.double, now.date())
    opened = replace(on_time(ballot, now), state="open", electorate=size, commitment=commitment, by="")
    opened = replace(opened, opened=now.date(), groups=parts)
    opened = replace(opened, frozen=freeze(opened, box.salt(ballot.id)))
    async with office.writing() as stores:
        await stores.ballots.change(opened)
        await stores.outbox.add(notices("opened", ballot, people))


def electorate_of(
    office: Office, ballot: Ballot, everybody: list[Member], put: list[Ballot], now: datetime
) -> list[Member]:
    """Gives who may vote, as it is at this moment. Raises Refusal when that singles anybody out by now.

    A ballot whose box is open was found fit before a crash: its electorate is frozen there already.
    """
    if office.box.is_open(ballot.id):
        return audience(everybody, Whom.of(ballot), now.date())
    keep_apart(ballot.wordings, Whom.of(ballot), everybody, put, now)
    voters = electorate(everybody, Whom.of(ballot), now)
    keep_divided(groups(voters, ballot.rules.double, now.date()), ballot.rules)
    keep_quiet(ballot.rules, len(voters))
    return voters


async def give_up(office: Office, ballot: Ballot, now: datetime) -> None:
    """Drops a ballot whose electorate became unfit between its writing and its opening, and tells the organizers."""
    async with office.writing() as stores:
        await stores.ballots.remove(ballot.id)
        people = [organizer.telegram_id for organizer in await stores.members.organizers(now.date())]
        edition = f"refused-{ballot.id}"
        await stores.outbox.add(to_everybody(edition, people, "ballot.refused", {}, "notice", AT_ONCE))


async def close_ballots(office: Office) -> None:
    """Counts every ballot whose time is over and tells everybody the outcome; none while nobody may vote."""
    now = await office.clock.now()
    if office.guard.paused(now):
        return
    async with office.reading() as stores:
        running = await stores.ballots.having("open")
    for ballot in running:
        if ballot.closes_at <= now and not ballot.halted and not await prolong(office, ballot):
            await close_ballot(office, ballot)


async def close_ballot(office: Office, ballot: Ballot) -> None:
    """Closes one ballot: the board is written and the box emptied in one go, then it is logged, kept and sent."""
    salt = b""  # of no use where the board is there already
    if office.box.is_open(ballot.id):
        await spare_the_counted(office, ballot.id)
        salt = office.box.salt(ballot.id)
    document = await office.box.close(ballot.id, partial(kept_board, ballot=ballot, salt=salt))
    closed = replace(ballot, state="closed", outcome=in_short(read_outcome(document)))
    async with office.writing() as stores:
        await put_into_log(office, stores, with_words(document, ballot))
        await stores.ballots.change(closed)
        people = [member.telegram_id for member in await stores.members.all() if reachable(member)]
        await stores.outbox.cancel(f"opened-{ballot.id}")
        await stores.outbox.add(notices("closed", ballot, people))
        await ask_for_names(office, stores, closed)


async def put_into_log(office: Office, stores: Stores, document: bytes) -> None:
    """Appends a board to the log, whose key is made with the first one; harmless when repeated."""
    if not office.vault.has_key(LOG):
        office.vault.make_key(LOG)
    await stores.ballots.append(leaf_of(document))


def notices(what: str, ballot: Ballot, people: list[int]) -> list[Notice]:
    """Gives the notices that a ballot opened or closed, one per person."""
    edition = f"{what}-{ballot.id}"
    return to_everybody(edition, people, f"ballot.{what}", {"ballot": ballot.id}, "ballot", AT_ONCE)

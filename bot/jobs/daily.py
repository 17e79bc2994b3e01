"""Once a day: terms begin and end, reminders go out, what nobody confirmed is void; once a month a head count."""

import secrets
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.delivery.rules import one
from bot.jobs.names import show_names
from bot.members.roles import draw_word, reviewed, to_be_reminded
from bot.members.rules import Member, belongs, recount, settled, still_muting
from bot.turn import Office, Stores

REVIEWED = "daily.through"  # the last day whose work is done


@dataclass(frozen=True)
class Day:
    """What a record is reviewed with: the day, the last one before it, everybody, who is proposed, and what runs."""

    since: date
    today: date
    everybody: list[Member]
    proposed: frozenset[str]
    running: frozenset[str]
    words: set[str]


async def do_the_days_work(office: Office) -> None:
    """Does the day's work once, in one transaction with the mark that it is done."""
    today = (await office.clock.now()).date()
    if office.reviewed == today:
        return
    async with office.writing() as stores:
        mark = await stores.instance.get(REVIEWED)
        since = date.fromisoformat(mark) if mark else today - timedelta(days=1)
        if since < today:
            await review(stores, since, today)
            await stores.instance.put(REVIEWED, today.isoformat())
    office.reviewed = today


async def review(stores: Stores, since: date, today: date) -> None:
    """Looks after everything that has a day: proposals, names of employers, members, the count."""
    await end_proposals(stores, today)
    await show_names(stores, today)
    everybody = await stores.members.all()
    proposed = frozenset(proposal.person for proposal in await stores.proposals.all())
    running = frozenset(ballot.id for ballot in await stores.ballots.having("opening", "open"))
    day = Day(since, today, everybody, proposed, running, {member.alias for member in everybody})
    for member in everybody:
        if after_the_day(stores, member, day) != member or to_be_reminded(member, since, today):
            await review_member(stores, member, day)
    counted = recount(await stores.instance.census(), sum(map(belongs, everybody)), today)
    await stores.instance.put_census(counted)


async def end_proposals(stores: Stores, today: date) -> None:
    """Deletes proposals that nobody confirmed in time; of a mass send, its totals too, and what was still paused."""
    for proposal in await stores.proposals.all():
        if proposal.ends <= today:
            await stores.proposals.remove(proposal.id)
            if proposal.kind == "send":
                await stores.outbox.cancel(proposal.thing)  # what is paused must not go when that is forgotten
                await stores.outbox.end(proposal.thing)


def after_the_day(stores: Stores, member: Member, day: Day) -> Member:
    """Gives a record as the day leaves it; who came into a role before there were words gets one."""
    after = settled(reviewed(member, day.everybody, day.today), day.today)
    after = still_muting(after, day.running)
    if after.roles and not after.alias:
        return replace(after, alias=draw_word(day.words, secrets.choice))
    candidate = stores.members.keyed_id(member) in day.proposed
    return after if after.roles or candidate else replace(after, alias="")


async def review_member(stores: Stores, found: Member, day: Day) -> None:
    """Writes one record as the day leaves it, and tells its owner what that means for their role."""
    before = await stores.members.hold(found.telegram_id)
    if before is None:
        return
    after = after_the_day(stores, before, day)
    day.words.add(after.alias)
    await stores.members.put(after)
    if before.roles and not after.roles:
        await stores.proposals.withdraw_of(stores.members.keyed_id(before))
        await stores.invites.withdraw("organizer")
    if what := news(before, after, day):
        await stores.outbox.add([one(f"role-{day.today}", before.telegram_id, "role", what=what)])


def news(before: Member, after: Member, day: Day) -> str:
    """Says what somebody has to be told of their role today, if anything."""
    if before.roles and not after.roles:
        return "over"
    if before.term_ends and after.term_ends != before.term_ends:
        return "prolonged"
    return "ending" if to_be_reminded(before, day.since, day.today) else ""

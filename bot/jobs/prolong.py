"""Gives a ballot a day more where its paper did not reach a country: by a rule that stands on the paper, once, for all.

A failure is a letter of this ballot that still waits when it closes, or whose reader could no longer be written to
during it: whoever had blocked the bot before was sent none. Counted in memory, by country, and nothing of it is kept:
only that the ballot was prolonged, for everybody alike.
"""

from collections import Counter

from bot.ballots.moments import DELIVERED, may_be_repaired, repaired
from bot.ballots.rules import Ballot
from bot.delivery.rules import AT_ONCE, to_everybody
from bot.members.rules import Member, Reach, counted_country, reachable
from bot.turn import Office, Stores

GONE: tuple[Reach, ...] = ("blocked", "deactivated")  # who never began a chat could not lose a letter in it


async def prolong(office: Office, ballot: Ballot) -> bool:
    """Prolongs a ballot that is about to close where its paper did not reach a country; says whether it did."""
    if not may_be_repaired(ballot) or not office.box.is_open(ballot.id):
        return False
    now = await office.clock.now()
    async with office.writing() as stores:
        standing = await stores.ballots.hold(ballot.id)
        if standing is None or not await failed_somewhere(office, stores, standing):
            return False
        longer = repaired(standing, now)
        await stores.ballots.change(longer)
        await tell(office, stores, longer)
    return True


async def failed_somewhere(office: Office, stores: Stores, ballot: Ballot) -> bool:
    """Says whether more than a fifth of the electorate of a country of twenty and more was not reached."""
    day, edition = ballot.opened, f"opened-{ballot.id}"
    if day is None or not await troubled(stores, edition):
        return False
    everybody = {member.telegram_id: member for member in await stores.members.all()}
    voters = [everybody[who] for who in await office.box.taking_part(ballot.id, list(everybody))]
    missed = await missing(stores, edition, voters)
    sizes = Counter(counted_country(voter, day) for voter in voters)
    failures = Counter(counted_country(voter, day) for voter in voters if voter.telegram_id in missed)
    return any(country and DELIVERED.failed(failures[country], size) for country, size in sizes.items())


async def troubled(stores: Stores, edition: str) -> bool:
    """Says whether any letter of an edition waits or did not arrive, which its totals tell."""
    totals = await stores.outbox.totals(edition)
    return totals.total() > totals["sent"] or await stores.outbox.waiting(edition) > 0


async def missing(stores: Stores, edition: str, voters: list[Member]) -> frozenset[int]:
    """Gives who was to get a letter of an edition and has none: it waits, or they cannot be written to any more."""
    waiting = frozenset(one.notice.telegram_id for one in await stores.outbox.of(edition))
    lost = [voter.telegram_id for voter in voters if voter.reach in GONE]
    return waiting | await stores.outbox.dealt_with(edition, lost)


async def tell(office: Office, stores: Stores, ballot: Ballot) -> None:
    """Tells the whole electorate until when the ballot is open now."""
    people = [member.telegram_id for member in await stores.members.all() if reachable(member)]
    voters = await office.box.taking_part(ballot.id, people)
    edition, values = f"moved-{ballot.id}-{ballot.moves}", {"ballot": ballot.id}
    await stores.outbox.add(to_everybody(edition, voters, "ballot.prolonged", values, "ballot", AT_ONCE))

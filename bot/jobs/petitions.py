"""Asks everybody for their name once a petition has passed, and lets go of names that were handed over."""

from datetime import date

from bot.ballots.electorates import Whom, audience
from bot.ballots.petitions import over, passed, signing
from bot.ballots.rules import Ballot
from bot.delivery.rules import AT_ONCE, to_everybody
from bot.members.rules import reachable
from bot.turn import Office, Stores


async def ask_for_names(office: Office, stores: Stores, ballot: Ballot) -> None:
    """Queues the question for the electorate, in the transaction that closes the petition; nothing where it failed.

    The same for all, whether or not they voted: the electorate and its keyed ids are gone by now.
    """
    now = await office.clock.now()
    if passed(ballot) and signing(ballot, now.date()):
        asked = audience(await stores.members.all(), Whom.of(ballot), ballot.closes_at.date())
        people, values = [member.telegram_id for member in asked if reachable(member)], {"ballot": ballot.id}
        await stores.outbox.add(to_everybody(edition(ballot), people, "petition", values, "ballot", AT_ONCE))


def edition(ballot: Ballot) -> str:
    """Names the letters that ask for names under one petition."""
    return f"signing-{ballot.id}"


async def sweep_signatures(office: Office, stores: Stores, today: date) -> None:
    """Removes the names under petitions whose hand-over is long past."""
    closed = await stores.ballots.having("closed")
    await stores.petitions.keep_only(ballot.id for ballot in closed if not over(ballot, today))

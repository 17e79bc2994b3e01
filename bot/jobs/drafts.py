"""Lets go of drafts of ballots that nobody can approve any more: nobody did in time, or their author is gone."""

from bot.delivery.rules import AT_ONCE, to_everybody
from bot.proposals.rules import pending
from bot.turn import Office


async def drop_drafts(office: Office) -> None:
    """Removes each draft for which no proposal stands any more, and tells the organizers that it is gone.

    What an organizer proposed ends with their role and when they leave; nobody can open a draft without its proposal.
    """
    async with office.reading() as stores:
        if not await stores.ballots.having("draft"):
            return
    today = (await office.clock.now()).date()
    async with office.writing() as stores:
        proposed = {one.thing for one in await stores.proposals.all() if one.kind == "open" and pending(one, today)}
        people = [organizer.telegram_id for organizer in await stores.members.organizers(today)]
        for draft in await stores.ballots.having("draft"):
            if draft.id not in proposed:
                await stores.ballots.remove(draft.id)
                letters = to_everybody(f"dropped-{draft.id}", people, "draft.dropped", {}, "notice", AT_ONCE)
                await stores.outbox.add(letters)

"""Keeps the lists in use in step with what organizers decided, and shows organizers once a day what is proposed."""

from dataclasses import replace
from datetime import date

from bot.delivery.rules import AT_ONCE, to_everybody
from bot.turn import Office, Stores
from bot.workplaces import catalogue
from bot.workplaces.rules import expired


async def renew_catalogue(office: Office) -> None:
    """Takes into use what is written: at the start, and after each commit that changed it.

    From the rows and not from the turn that wrote them, since a turn can still be undone when it is over.
    """
    async with office.reading() as stores:
        catalogue.use(await stores.workplaces.added())


async def show_names(stores: Stores, today: date) -> None:
    """Lets organizers see the names that were proposed since yesterday, and tells them in one letter.

    Once a day and all together, so that nobody who watches the list sees when somebody proposed.
    """
    new = [name for name in await stores.workplaces.all() if not name.told]
    for name in new:
        await stores.workplaces.put(replace(name, told=True))
    if new:
        people = [organizer.telegram_id for organizer in await stores.members.organizers(today)]
        await stores.outbox.add(to_everybody(f"names-{today}", people, "names", {}, "notice", AT_ONCE))


async def sweep_names(office: Office, stores: Stores, today: date) -> None:
    """Removes names that nobody decided about in time."""
    for name in await stores.workplaces.all():
        if expired(name, today):
            await stores.workplaces.remove(name.id)

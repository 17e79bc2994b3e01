"""Tells the organizers, once per release, where the pay that was reported fell."""

from collections import defaultdict

from bot.delivery.rules import AT_ONCE, to_everybody
from bot.jobs.pay import is_period, releases
from bot.pay.cuts import Cut
from bot.pay.cuts import falls as found_in
from bot.turn import Office

TOLD = "cuts.told"  # the newest period whose falls were told


async def tell_of_cuts(office: Office) -> None:
    """Writes one letter to every organizer when the newest release shows a fall.

    The mark moves in the transaction that queues the letters, so that a crash neither loses nor doubles them. It is
    looked for at every tick, not only beside a release: a crash may have come between the two.
    """
    period = max(filter(is_period, await office.box.boards()), default=None)
    if period is None:
        return
    async with office.reading() as stores:
        if await stores.instance.get(TOLD) == period:
            return
    found, now = await falls(office, period), await office.clock.now()
    async with office.writing() as stores:
        if found:
            people = [organizer.telegram_id for organizer in await stores.members.organizers(now.date())]
            letters = to_everybody(f"cuts-{period}", people, "cuts", {"period": period}, "notice", AT_ONCE)
            await stores.outbox.add(letters)
        await stores.instance.put(TOLD, period)


async def falls(office: Office, period: str) -> tuple[Cut, ...]:
    """Gives the falls that the release of a period shows: those that begin, then those that last, the deepest first.

    Of an unknown period there are none. Worked out once per process and release, since a digest of everybody asks:
    releases never change.
    """
    if period not in office.falls:
        by_period: defaultdict[str, tuple[Cut, ...]] = defaultdict(tuple)
        history = await releases(office.box)
        for cut in sorted(found_in(history), key=depth):
            by_period[cut.period] += (cut,)
        office.falls = {release.period: by_period[release.period] for release in history}
    return office.falls.get(period, ())


def depth(cut: Cut) -> tuple[bool, float, str]:
    """Orders falls: new ones first, then by what is left of the pay."""
    return cut.lasts, cut.after / cut.before, cut.cell

"""After a crash: asks exactly those people to vote or report again whose words were only in memory."""

import logging
from collections.abc import Mapping

from bot.ballots.rules import prolonged
from bot.delivery.rules import AT_ONCE, Notice
from bot.turn import Office

LOG = logging.getLogger("kauli.recover")
LOST = ("ballot.lost", "pay.lost")  # kinds of letters that wait until recovery is over, so that none goes out twice


async def tell_the_lost(office: Office) -> None:
    """Tells everybody whose entry died with a process, then frees their participation.

    People first, then the box. Repeating it is harmless: until it is done none of these letters is sent, and of what
    waits already no second one is written.
    """
    for name, rows in (await office.box.lost()).items():
        if office.box.is_open(name):
            await tell(office, name, rows)
        await office.box.forget(name, rows)
        LOG.warning("entries that were not sealed were lost with the last process; their people are told")


async def tell(office: Office, name: str, rows: Mapping[bytes, bytes]) -> None:
    """Queues the notices of one ballot or period; a ballot about to close stays open so that they can vote again."""
    now = await office.clock.now()
    async with office.writing() as stores:
        ids = [member.telegram_id for member in await stores.members.all()]
        own = zip(ids, office.box.nullifiers(name, ids), strict=True)
        await stores.outbox.add([notice(name, who) for who, keyed in own if keyed in rows])
        ballot = await stores.ballots.get(name)
        if ballot and prolonged(ballot, now) != ballot:
            await stores.ballots.change(prolonged(ballot, now))


async def spare_the_counted(office: Office, name: str) -> None:
    """Drops, just before a count, the letters that still wait for people who have said it again meanwhile.

    Afterwards nobody could tell them from those whose words are missing.
    """
    async with office.writing() as stores:
        for waiting in await stores.outbox.of(edition(name)):
            if await office.box.standing(name, waiting.notice.telegram_id) != "none":
                await stores.outbox.finish(waiting, "cancelled")


def edition(name: str) -> str:
    """Names the letters about what was lost in one ballot or period; while one waits it stands for further losses."""
    return f"lost-{name}"


def notice(name: str, telegram_id: int) -> Notice:
    """Gives the notice that something was lost."""
    kind = "pay.lost" if "-Q" in name else "ballot.lost"
    return Notice(edition(name), telegram_id, kind, {"ballot": name}, "notice", AT_ONCE)

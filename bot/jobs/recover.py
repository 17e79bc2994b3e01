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

    People first (the notice has one key per loss, so repeating it is harmless), then the box.
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
        await stores.outbox.add([notice(name, rows[keyed], who) for who, keyed in own if keyed in rows])
        ballot = await stores.ballots.get(name)
        if ballot and prolonged(ballot, now) != ballot:
            await stores.ballots.change(prolonged(ballot, now))


def notice(name: str, boot: bytes, telegram_id: int) -> Notice:
    """Gives the notice of one loss: named after the boot that died, so that a second recovery gives the same one."""
    kind = "pay.lost" if "-Q" in name else "ballot.lost"
    return Notice(f"lost-{name}-{boot.hex()}", telegram_id, kind, {"ballot": name}, "notice", AT_ONCE)

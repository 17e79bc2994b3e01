"""After a crash: asks exactly those people to vote or report again whose words were only in memory."""

import logging

from bot.delivery.rules import AT_ONCE, Notice
from bot.turn import Office

LOG = logging.getLogger("kauli.recover")


async def tell_the_lost(office: Office) -> None:
    """Tells everybody whose entry died with a process, then frees their participation.

    People first (the notice has one key per loss, so repeating it is harmless), then the box.
    """
    lost = await office.box.lost()
    for name, nullifiers in lost.items():
        if not office.box.is_open(name):
            continue
        async with office.writing() as stores:
            members = await stores.members.all()
            own = {office.box.nullifier(name, member.telegram_id): member.telegram_id for member in members}
            found = [own[nullifier] for nullifier in nullifiers if nullifier in own]
            await stores.outbox.add([notice(name, office.box.boot, telegram_id) for telegram_id in found])
        await office.box.forget(name, nullifiers)
        LOG.warning("entries that were not sealed were lost with the last process; their people are told")


def notice(name: str, boot: bytes, telegram_id: int) -> Notice:
    """Gives the notice of one loss."""
    kind = "pay.lost" if "-Q" in name else "ballot.lost"
    return Notice(f"lost-{name}-{boot.hex()}", telegram_id, kind, {"ballot": name}, "notice", AT_ONCE)

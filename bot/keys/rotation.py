"""Moves everything to a new master key, in one transaction, through any crash.

The next key is written beside the current one before anything is touched. The data itself says what became of the
transaction: it opens under exactly one of the two, and that one stays. What is kept under a one-way hash of something
that only its holder knows cannot move: open questions (asked again) and invite links (made anew).
"""

from datetime import datetime, timedelta
from pathlib import Path

from bot.chat.store import StepStore
from bot.database import Database, is_fresh
from bot.jobs.digests import KEPT, WATERMARK, edition
from bot.keys.custody import Custody
from bot.members.store import InstanceStore
from bot.turn import Stores
from bot.vault import Vault, VaultError, destroy_file, new_master


async def open_vault(custody: Custody, database: Database) -> Vault:
    """Gives the vault of a migrated database, after finishing or undoing what a crash left of a rotation."""
    fresh = await is_fresh(database)
    await settle(custody, database)
    vault = custody.unlock(fresh=fresh)
    if not await opens(database, vault):
        raise VaultError(
            f"the key in {custody.current} is not the one of this data: put back the keys folder that belongs to it, "
            "or write the key anew from paper: `kauli keys recover`"
        )
    return vault


async def rotate(custody: Custody, database: Database) -> Vault:
    """Moves everything to a new master key and destroys the old one; repeat it after a crash. Raises VaultError."""
    if custody.kind == "credential":
        raise VaultError("with systemd, rotate in a file and encrypt it anew: see docs/OPERATING.md, Keys")
    old = await open_vault(custody, database)
    if await is_fresh(database):
        raise VaultError("there is no data yet: nothing to rotate")
    coming = Vault(custody.folder, new_master())
    custody.write(custody.coming, coming.master())
    async with database.people.writer.begin() as connection:
        await carry_over(Stores.on(connection, old), old, coming)
    await settle(custody, database)
    return coming


async def carry_over(stores: Stores, old: Vault, new: Vault) -> None:
    """Rewrites the people store under another key within one transaction."""
    people = [member.telegram_id for member in await stores.members.all()]
    moved = {old.lookup(person).hex(): new.lookup(person).hex() for person in people}
    await stores.outbox.carry_over(new, people, await edition_names(stores))
    await stores.members.carry_over(new)
    await stores.instance.carry_over(new)
    await stores.ballots.carry_over(new, moved)
    await stores.posts.carry_over(new)
    await stores.proposals.carry_over(new, moved)
    await stores.workplaces.carry_over(new, moved)
    await stores.ledgers.carry_over(new, people)
    await stores.petitions.carry_over(new, people)
    await stores.invites.clear()
    await StepStore(stores.connection, old).clear()


async def edition_names(stores: Stores) -> list[str]:
    """Lists the editions whose sets against repeats must move along: ballots' and the digests of the last days."""
    names = [proposal.thing for proposal in await stores.proposals.all() if proposal.kind == "send"]
    for ballot in await stores.ballots.having("opening", "open", "closed"):
        names += [f"{what}-{ballot.id}" for what in ("opened", "closed", "signing")]
        names += [f"moved-{ballot.id}-{move}" for move in range(1, ballot.moves + 1)]
        names += [f"reminder-{ballot.id}-{reminder}" for reminder in range(1, ballot.reminders + 1)]
    mark = await stores.instance.get(WATERMARK)
    days = range(-1, KEPT.days + 2) if mark else ()
    return names + [edition(datetime.fromisoformat(mark or "").date() - timedelta(days=back)) for back in days]


async def settle(custody: Custody, database: Database) -> None:
    """Finishes a rotation that was committed, undoes one that was not; harmless when there was none.

    The key that opens the data stays, and the other one goes; when neither does, both stay. Raises VaultError.
    """
    coming = custody.coming
    if not coming.exists():
        return
    if await is_fresh(database) or await opened_by(custody.current, custody, database):
        destroy_file(coming)
    elif await opened_by(coming, custody, database):
        custody.move_on()
    else:
        raise VaultError(
            "a rotation was cut off, and neither the old key nor the new one opens this data: check the passphrase, "
            "and that KAULI_KEYS_DIR is the folder of this data; nothing was changed"
        )


async def opened_by(path: Path, custody: Custody, database: Database) -> bool:
    """Says whether the data opens under the key in a file; one that is half destroyed opens nothing."""
    try:
        return await opens(database, Vault(custody.folder, custody.read(path)))
    except (VaultError, FileNotFoundError):
        return False


async def opens(database: Database, vault: Vault) -> bool:
    """Says whether the data opens under this key; an empty store opens under any."""
    async with database.people.reader.begin() as connection:
        return await InstanceStore(connection, vault).fit()

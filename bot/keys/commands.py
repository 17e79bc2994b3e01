"""What `kauli keys init | rotate | show-paper | recover` do; each gives the lines to say and prints nothing itself."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from bot.database import Database, has_data, migrate, open_database
from bot.database.lock import Lock
from bot.keys.custody import custody_of
from bot.keys.paper import ENOUGH, MIXED, read_words, recovered, sheets
from bot.keys.rotation import opens, rotate
from bot.settings import Settings
from bot.vault import Vault, VaultError, whole_master

PAPER = "write it on paper now with `kauli keys show-paper`, where nobody watches the screen"


async def init(settings: Settings) -> str:
    """Makes the master key of a new installation. Raises VaultError when there is a key, or data under another one."""
    custody = custody_of(settings, twice=True)
    async with alone(settings) as database:
        if custody.current.exists():
            raise VaultError(f"{custody.current} is there already: nothing was changed")
        if await has_data(database):
            raise VaultError("there is data already, under a key that is missing: `kauli keys recover` brings it back")
        vault = custody.make()
    return f"the master key is made, fingerprint {vault.fingerprint()}: {PAPER}"


async def turn_over(settings: Settings) -> str:
    """Moves everything to a new master key; a rotation that was cut off is finished or undone first."""
    async with alone(settings) as database:
        await migrate(database)
        vault = await rotate(custody_of(settings), database)
    return (
        f"everything is under a new master key, fingerprint {vault.fingerprint()}; the old one is destroyed, and its "
        f"paper void: {PAPER}. Open questions are asked again, invite links must be made anew, and so must a backup: "
        "older ones open under the old key only"
    )


def show_paper(settings: Settings) -> str:
    """Gives the sheets to write down. Raises VaultError when there is no key yet."""
    custody = custody_of(settings)
    if custody.coming.exists():
        raise VaultError("a rotation was cut off: run `kauli keys rotate`, or start the bot, then show the paper")
    if not custody.current.exists():
        raise VaultError(f"there is no key in {custody.current} yet: `kauli keys init`, or the first start, makes it")
    vault = custody.unlock(fresh=False)
    return sheets(vault.master(), vault.fingerprint())


async def recover(settings: Settings, lines: Iterable[str]) -> str:
    """Takes the master key back from paper: the whole, or two of three shares, a line each.

    Raises VaultError when the words are not enough, are wrong, or belong to other data.
    """
    master = gathered(lines)
    vault = Vault(settings.keys_dir, master)
    async with alone(settings) as database:
        proven = await has_data(database)
        if proven and not await opens(database, vault):
            raise VaultError("this paper belongs to other data, or to the time before a rotation: find the newest")
        custody_of(settings, twice=True).take(master, proven=proven)
    return f"the master key is back, fingerprint {vault.fingerprint()}: compare it with the paper"


def gathered(lines: Iterable[str]) -> bytes:
    """Reads lines until they are enough. Raises VaultError."""
    typed: list[str] = []
    for line in lines:
        typed.append(line)
        master = recovered(typed)
        if master is not None:
            return whole_master(master, "what this paper holds")
    if len({read_words(line) for line in typed} - {""}) >= ENOUGH:
        raise VaultError(MIXED)
    raise VaultError("that is not enough: type the whole key, or two of the three shares, a line each")


@asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[Database]:
    """Opens the database while no bot runs on it. Raises DatabaseError when one does."""
    database = open_database(settings.database_url, settings.data_dir)
    lock = Lock(database, settings.data_dir)
    try:
        await lock.take()
        yield database
    finally:
        await lock.release()
        await database.close()

"""`kauli migrate --to`: moves an installation from SQLite to PostgreSQL, verified row by row, and leaves no second box.

Everything is copied in one transaction of the target and compared before it is committed, so a kill leaves nothing half
done. What is sealed of open ballots and pay periods is sealed anew under new keys on its way; when the move is
committed the old keys are destroyed, and the old box with them: anonymity.md allows no second copy of it.
"""

from pathlib import Path

from bot.box.pool import content_opened, content_resealed, drop_unused_keys
from bot.database import Database, DatabaseError, has_data, migrate, open_database
from bot.database.lock import Lock
from bot.keys.custody import custody_of
from bot.keys.rotation import open_vault
from bot.moving.store import MoveError, Reseal, Say, Values, copy, is_filled, same_installation
from bot.settings import Settings
from bot.vault import Vault, destroy_file

MOVED = "people.moved.db"
NEXT = (
    "the installation is moved: set KAULI_DATABASE_URL to the new database and start Kauli. The old box is destroyed; "
    "the old records stand in {kept} until you destroy them too (shred -u), since they hold the same secrets"
)


async def move(settings: Settings, url: str, say: Say) -> str:
    """Moves everything to PostgreSQL and says what to do next. Raises MoveError, DatabaseError or VaultError."""
    if settings.database_url:
        raise MoveError("KAULI_DATABASE_URL is set: this moves SQLite data in KAULI_DATA_DIR only, so unset it first")
    if not url.startswith("postgresql+asyncpg://"):
        raise MoveError("--to wants postgresql+asyncpg://user@host/name")
    if not (settings.data_dir / "people.db").exists():
        raise MoveError(f"there is no installation in {settings.data_dir}: point KAULI_DATA_DIR at one")
    source, target = open_database(None, settings.data_dir), open_database(url, settings.data_dir)
    locks = Lock(source, settings.data_dir), Lock(target, settings.data_dir)
    try:
        for lock in locks:
            await lock.take()
        await carry(settings, source, target, say)
    finally:
        for lock in locks:
            await lock.release()
        await source.close()
        await target.close()
    return finish(settings)


async def carry(settings: Settings, source: Database, target: Database, say: Say) -> None:
    """Copies, unless a move before this one was committed and only its end is missing."""
    await migrate(source)
    if not await has_data(source):
        raise MoveError("there is nothing to move: start Kauli with KAULI_DATABASE_URL instead")
    vault = await open_vault(custody_of(settings), source)
    if await is_filled(target):
        if not await same_installation(source, target):
            raise MoveError("the target is not empty: give a new database, or drop its schemas people and box")
    else:
        moved = await copy(source, target, resealing(vault), say)
        say(f"{sum(moved.values())} rows of {len(moved)} tables arrived as they were")
    await drop_unused_keys(target.box, vault)


def resealing(vault: Vault) -> Reseal:
    """Seals content anew on its way, and knows it again by what is in it."""

    def change(row: Values) -> Values:
        return row | {"blob": content_resealed(vault, row["ballot"], row["blob"])}

    def same(old: Values, new: Values) -> bool:
        name = old["ballot"]
        return content_opened(vault, name, old["blob"]) == content_opened(vault, name, new["blob"])

    return Reseal(change, same)


def finish(settings: Settings) -> str:
    """Destroys the old box and puts the old records aside, so that no bot starts on them by mistake."""
    for name in ("box.db", "box.db-journal"):
        if (settings.data_dir / name).exists():
            destroy_file(settings.data_dir / name)
    kept = settings.data_dir / MOVED
    (settings.data_dir / "people.db").rename(kept)
    return NEXT.format(kept=kept)


def refuse_moved(folder: Path, url: str | None) -> None:
    """Refuses to begin anew where an installation was moved away from. Raises DatabaseError."""
    if url is None and (folder / MOVED).exists() and not (folder / "people.db").exists():
        raise DatabaseError("this installation was moved to PostgreSQL: set KAULI_DATABASE_URL to its database")

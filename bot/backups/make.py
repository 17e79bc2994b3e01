"""Makes a backup while the bot runs: the people store first, then the boards, each as of one moment.

In this order a ballot that the people store calls closed has its board in the backup; one that closed in between counts
as open there, and a restore voids it.
"""

from datetime import date
from pathlib import Path

from bot.age import encrypt
from bot.backups.rules import Backup, BackupError, expired, name_of, write
from bot.backups.store import dump
from bot.database import Database, DatabaseError, head, is_current, mended
from bot.files import replace_file

NO_RECIPIENT = (
    "KAULI_BACKUP_RECIPIENT is not set: run `kauli backup-key` on a computer that is offline, keep its secret key on "
    "paper, and set the recipient `age1...` here"
)


async def make_backup(database: Database, recipient: str | None, target: Path, today: date) -> Path:
    """Writes an encrypted backup to a file, or into a folder, where those too old to be restored are removed.

    Raises BackupError, AgeError or DatabaseError.
    """
    if not recipient:
        raise BackupError(NO_RECIPIENT)
    encrypt(b"", recipient)  # a recipient that is none is named before anything is read
    return put(encrypt(write(await collect(database, today)), recipient), target, today)


def put(sealed: bytes, target: Path, today: date) -> Path:
    """Writes the encrypted backup and gives its path. Raises BackupError when that fails."""
    path = target / name_of(today) if target.is_dir() else target
    try:
        replace_file(path, sealed)
        if target.is_dir():
            remove_expired(target, today)
    except OSError as error:
        raise BackupError(f"{path} cannot be written ({error.strerror}): choose a folder this user may write") from None
    return path


async def collect(database: Database, today: date) -> Backup:
    """Reads what a backup holds."""
    if not await is_current(database):
        raise DatabaseError("the database is empty or of another version: start the bot, or run `kauli migrate` first")
    with mended("people"):
        people = await dump(database.people, "people")
    with mended("box"):
        boards = await dump(database.box, "box")
    return Backup(today, head(), [*people, *boards])


def remove_expired(folder: Path, today: date) -> None:
    """Removes backups that no restore takes any more; files that are not ours stay."""
    for name in expired([path.name for path in folder.iterdir()], today):
        (folder / name).unlink()

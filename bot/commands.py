"""What `kauli backup`, `backup-key` and `restore` do, apart from reading their arguments."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from bot.age import AgeError, new_identity
from bot.backups.make import make_backup
from bot.backups.restore import Allowed, Restored, open_backup, restore
from bot.backups.rules import BackupError
from bot.ballots.board import BadBoard
from bot.ballots.log import BadLog
from bot.briefs.faults import BriefError
from bot.clock import Clock, RemoteClock, SystemClock
from bot.database import open_database
from bot.database.lock import Lock
from bot.keys.custody import custody_of
from bot.settings import Settings

FAULTS = (AgeError, BackupError, BriefError, BadBoard, BadLog)
PAPER = """\
Write this on paper, twice, and keep it away from the server. It is shown once and stored nowhere:

    {identity}

Then set on the server:

    KAULI_BACKUP_RECIPIENT={recipient}"""


def key_for_paper() -> str:
    """Makes an age key and gives the words that show it."""
    identity, recipient = new_identity()
    return PAPER.format(identity=identity, recipient=recipient)


async def back_up(settings: Settings, target: Path) -> Path:
    """Makes a backup, whether or not the bot runs, and gives where it was written."""
    database = open_database(settings.database_url, settings.data_dir)
    try:
        return await make_backup(database, settings.backup_recipient, target, await today(settings))
    finally:
        await database.close()


async def bring_back(settings: Settings, file: Path, identity: str, allowed: Allowed) -> Restored:
    """Restores a backup into the empty installation that the settings name, while nothing else works on it."""
    day = await today(settings)
    backup = open_backup(contents(file), identity, day)
    vault = custody_of(settings).unlock(fresh=False)
    database = open_database(settings.database_url, settings.data_dir)
    lock = Lock(database, settings.data_dir)
    try:
        await lock.take()
        return await restore(database, vault, backup, day, allowed)
    finally:
        await lock.release()
        await database.close()


def contents(file: Path) -> bytes:
    """Reads a backup. Raises BackupError when it cannot be."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise BackupError(f"{file} cannot be read ({error.strerror}): check its name and rights") from None


def identity_from(source: str) -> str:
    """Reads the age identity from a file, or from standard input for `-`. Raises BackupError when it cannot be."""
    if source == "-":
        return sys.stdin.read()
    try:
        return Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BackupError(f"{source} cannot be read: give the file that holds the identity, or - to type it") from None


async def today(settings: Settings) -> date:
    """Gives the day, by the clock that the settings name."""
    async with clock_of(settings) as clock:
        return (await clock.now()).date()


@asynccontextmanager
async def clock_of(settings: Settings) -> AsyncIterator[Clock]:
    """Opens the clock that the settings name."""
    if settings.clock_url is None:
        yield SystemClock()
        return
    clock = RemoteClock(settings.clock_url)
    try:
        yield clock
    finally:
        await clock.close()

"""Examines what surrounds the stores: the database server's own traces, swap, what waits, what was let go."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

from bot.ballots.board import is_board, with_words
from bot.ballots.log import KEY, leaf_of
from bot.ballots.merkle import leaf_hash, root_of
from bot.ballots.store import BallotStore
from bot.box.store import BoxStore
from bot.database import Database, DatabaseError, is_current, open_database
from bot.database.server import server_settings
from bot.doctor import Finding
from bot.jobs.retention import POLICY, RAN
from bot.keys.custody import custody_of
from bot.members.store import InstanceStore
from bot.settings import Settings
from bot.vault import Unreadable, VaultError

MANY = 10  # under this the number of waiting entries is not even hinted at (anonymity.md, "A vote")
# privacy.md 3.5: what a PostgreSQL server may log or keep of statements and commits.
WANTED: Mapping[str, tuple[str, ...]] = {
    "log_min_error_statement": ("panic",),
    "log_min_messages": ("fatal", "panic"),
    "log_parameter_max_length_on_error": ("0",),
    "log_statement": ("none",),
    "log_min_duration_statement": ("-1",),
    "archive_mode": ("off",),
    "wal_level": ("minimal", "replica"),
    "track_commit_timestamp": ("off",),
    "logical replication slots": ("0",),
}


async def examine_surroundings(settings: Settings) -> AsyncIterator[Finding]:
    """Examines part after part, as `bot.doctor` does with the installation itself."""
    for line in swap(read("/proc/swaps"), is_encrypted):
        yield line
    database = open_database(settings.database_url, settings.data_dir)
    try:
        async for finding in stored(settings, database):
            yield finding
    except DatabaseError:
        return  # said already, by bot.doctor
    finally:
        await database.close()


async def stored(settings: Settings, database: Database) -> AsyncIterator[Finding]:
    """Examines what only a database that opens can tell."""
    if not await is_current(database):
        return
    parts: tuple[Callable[[Settings, Database], Awaitable[list[Finding]]], ...] = (server, waiting, log, retention)
    for part in parts:
        for finding in await part(settings, database):
            yield finding


async def server(settings: Settings, database: Database) -> list[Finding]:
    """Looks at what PostgreSQL logs and keeps; nothing to say of SQLite."""
    found = await server_settings(database, list(WANTED))
    return [judged(name, value) for name, value in found.items() if value not in WANTED[name]] or (
        [Finding(True, "PostgreSQL logs no values and keeps no second copy of what is written")] if found else []
    )


def judged(name: str, value: str) -> Finding:
    """Says the mend for a server setting that tells too much."""
    if "slots" in name:
        return Finding(False, "PostgreSQL has logical replication slots, which copy every change: drop them")
    return Finding(False, f"PostgreSQL has {name}={value}: set {name}={WANTED[name][0]} in postgresql.conf")


async def waiting(settings: Settings, database: Database) -> list[Finding]:
    """Says whether a restart now would cost anybody a vote or report; never how many."""
    async with database.box.reader.begin() as connection:
        return [Finding(True, restart(await BoxStore(connection).pending()))]


def restart(pending: int) -> str:
    """Says what a restart would cost, in three steps."""
    if not pending:
        return "nothing waits to be sealed: a restart is harmless"
    some = f"{MANY} or more entries wait" if pending >= MANY else f"fewer than {MANY} entries wait"
    return f"{some} to be sealed: after a restart their people would be asked to vote or report again"


async def log(settings: Settings, database: Database) -> list[Finding]:
    """Compares the boards that are kept with the log, in which each stands from its close on."""
    try:
        vault = custody_of(settings).unlock(fresh=False)
    except VaultError:
        return []  # said already, by bot.doctor
    try:
        async with database.people.reader.begin() as connection:
            ballots = BallotStore(connection, vault)
            leaves, closed = await ballots.log(), await ballots.having("closed")
    except Unreadable:
        return []  # said already, by bot.doctor
    async with database.box.reader.begin() as connection:
        box = BoxStore(connection)
        boards = [(await box.board(ballot.id), ballot) for ballot in closed]
    kept = [with_words(document, ballot) for document, ballot in boards if document]
    return [logged(leaves, kept, signs=vault.has_key(KEY))]


def logged(leaves: list[bytes], kept: list[bytes], *, signs: bool) -> Finding:
    """Says whether every board that the log should know stands in it as it is."""
    if any(is_board(document) and leaf_of(document) not in leaves for document in kept):
        return Finding(
            False,
            "a board does not stand in the log: if a ballot closed just now, look again; else it was changed on disk: "
            "restore a backup, and tell the members",
        )
    if leaves and not signs:
        return Finding(
            False, "the key that signs the log is gone: put back log.key, or tell the members that a new one signs"
        )
    root = root_of([leaf_hash(leaf) for leaf in leaves]).hex()[:16]
    return Finding(True, f"the log has {len(leaves)} boards, root {root}, and every board that is kept stands in it")


async def retention(settings: Settings, database: Database) -> list[Finding]:
    """Shows what is kept how long and why, and the day it was last acted on."""
    rules = [Finding(True, f"kept: {rule.what}: {rule.how_long} ({rule.why})") for rule in POLICY]
    return [*rules, Finding(True, f"what is kept no longer was last let go on: {await last_run(settings, database)}")]


async def last_run(settings: Settings, database: Database) -> str:
    """Gives the day of the last sweep."""
    try:
        vault = custody_of(settings).unlock(fresh=False)
        async with database.people.reader.begin() as connection:
            return await InstanceStore(connection, vault).get(RAN) or "no day yet, the bot does it when it runs"
    except (VaultError, Unreadable):
        return "not to be told without the right keys"


def swap(swaps: str, encrypted: Callable[[str], bool]) -> list[Finding]:
    """Says whether memory may reach a disk in the clear; nothing where the system does not tell."""
    lines = [line.split()[0] for line in swaps.splitlines()[1:] if line.strip()]
    bare = [name for name in lines if not name.startswith("/dev/zram") and not encrypted(name)]
    if bare:
        return [Finding(False, f"swap on {', '.join(bare)} is not encrypted: turn it off (swapoff -a) or encrypt it")]
    return [Finding(True, "swap is off or encrypted")] if swaps else []


def is_encrypted(name: str) -> bool:
    """Says whether a swap device is one of dm-crypt's; of a file that cannot be told."""
    found = re.fullmatch(r"dm-\d+", Path(name).resolve().name)
    return found is not None and read(f"/sys/block/{found[0]}/dm/uuid").startswith("CRYPT-")


def read(path: str) -> str:
    """Reads a file of the system's; nothing where there is none."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
